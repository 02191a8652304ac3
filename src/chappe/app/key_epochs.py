"""Epochs of keys while the server runs: a new one each month, keys wrapped again in the background."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Clock
from chappe.core.months import month_of
from chappe.features.chats import LogEntry
from chappe.features.conversations import Draft, Message, TopicDraft
from chappe.features.messages import Scheduled
from chappe.features.restrictions import TakenDown
from chappe.rpc import operator_command
from chappe.trust.sealing import KeyStore, Rotation, SealedEngine
from chappe.updates import Context, Observer, Periodic, Shredder

from .key_renewal import OwnerRenewal, former_kept_s

LOOK_S: Final = 3_600.0  # seconds between two looks at the calendar
KEYS_A_TURN: Final = 50  # keys wrapped again before the others are let work: a millisecond
TURN_PAUSE_S: Final = 0.05  # seconds between two such turns
# Kinds that are shredded by a month of a conversation. What was taken down is looked at before messages are:
# what comes back has an old number.
SHREDDED: Final = (TakenDown, Message, Draft, TopicDraft, Scheduled, LogEntry)
KEYS_A_TURN_AT_SPEED: Final = 1_000  # where nobody is to be waited for


class EpochService(Periodic):
    """Begins an epoch when a month begins, and has no key left in an older one."""

    def __init__(self, keys: KeyStore, clock: Clock, observer: Observer) -> None:
        super().__init__("epochs", LOOK_S, observer, at_once=True)
        self.renewal: OwnerRenewal | None = None  # where a server has boxes to seal anew
        self._keys = keys
        self._clock = clock
        self._rotation = Rotation(keys)

    async def run(self) -> None:
        """See `Periodic`."""
        if self._keys.epoch.month < month_of(self._clock.now()):
            await self.begin()
        if self._rotation.is_needed:
            await self._rotation.run(KEYS_A_TURN, TURN_PAUSE_S)

    async def begin(self) -> None:
        """Begin an epoch now.

        Raises:
            EngineError: it cannot be kept.
        """
        async with self._keys.changing:
            await self._keys.begin_epoch(month_of(self._clock.now()))

    def jobs(self) -> tuple[Periodic, ...]:
        """Return what is done again and again: this, and the renewal of owners' keys."""
        return (self,) if self.renewal is None else (self, self.renewal)

    async def begin_and_wake(self) -> None:
        """Begin an epoch now, and have keys wrapped again in it in the background."""
        await self.begin()
        self.wake()

    async def finish(self) -> int:
        """Wrap all keys again, without pauses; return how many were looked at."""
        return await self._rotation.run(KEYS_A_TURN_AT_SPEED)

    def facts(self) -> Mapping[str, str]:
        """Return what an operator is shown of it."""
        epoch = self._keys.epoch
        said = f"epoch {epoch.number}"
        if epoch.month:
            said += f", begun in {epoch.month // 100}-{epoch.month % 100:02}"
        if self._rotation.is_needed:
            said += f"; {self._rotation.done} keys wrapped again so far"
        return {"keys": said, **(self.renewal.facts() if self.renewal else {})}


def key_jobs(
    context: Context, engine: SealedEngine, keys: KeyStore, observer: Observer
) -> tuple[EpochService, Shredder]:
    """Return what looks after the keys while the server runs."""
    shredder = Shredder(context, engine.units, SHREDDED, observer)
    epochs = EpochService(keys, context.clock, observer)
    kept_s = former_kept_s(context.config.backups)
    epochs.renewal = OwnerRenewal(context, engine, epochs.begin_and_wake, kept_s, observer)
    return epochs, shredder


@operator_command("rotate", "Begin a new epoch of keys now, and wrap all keys again.")
async def rotate(
    server: Any,
    *,
    at_speed: Annotated[
        bool, Meta(description="Wrap them now, without pauses; people may notice.")
    ] = False,
    owners: Annotated[
        bool, Meta(description="Renew the keys of people, groups and channels too.")
    ] = False,
) -> dict[str, Any]:
    """Begin an epoch. Once all keys are wrapped in it, older ones end, and with them older copies of keys.

    With `owners` each box gets a new key as well, and what it holds is sealed again under that.
    """
    service: EpochService = server.epochs
    renewal: OwnerRenewal = service.renewal  # type: ignore[assignment]  # a server has one
    if owners:
        await renewal.begin()
    else:
        await service.begin_and_wake()
    if at_speed:
        await service.finish()
        await renewal.finish()
    else:
        renewal.wake()
    return dict(service.facts())


COMMANDS: Final = (rotate,)
