"""Renewal of the keys of owners while the server runs: each box gets a new one, its values are sealed anew.

It is done box by box: the new key is durable first, then what lay under the one from before is sealed again,
some values between two commits. The key from before is kept until no backup needs it. Each step is repeated
if the process ends in it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final

import msgspec

from chappe.core import House, Kind, Owner
from chappe.core.configuration import Backups
from chappe.features import files
from chappe.ports import EngineError
from chappe.trust.sealing import RENEWALS_KEPT_MAX, KeyStore, Renewals, SealedEngine
from chappe.updates import Context, Observer, Periodic

DAY_S: Final = 86_400
LOOK_S: Final = 3_600.0  # seconds between two looks whether one is due
RENEWED_AFTER_S: Final = 365 * DAY_S  # seconds after one was begun until the next begins by itself
FORMER_KEPT_DAYS: Final = 35  # days that keys from before are kept at least: longer than an epoch
VALUES_A_TURN: Final = 100  # values looked at between two commits: a millisecond
UNITS_A_TURN: Final = 200  # keys of units wrapped again together
BOXES_A_PAGE: Final = 1_000  # boxes asked for together
BOXES_A_NOTE: Final = 100  # boxes after which it is kept how far it is: they are done again at most
TURN_PAUSE_S: Final = 0.05  # seconds between two turns, so that others are let work
PERSONS: Final = (Kind.USER, Kind.CHAT, Kind.CHANNEL)  # whose boxes name files


def former_kept_s(backups: Backups | None) -> int:
    """Return how many seconds a key from before is kept: as long as a backup that may need it."""
    if backups is None:
        return DAY_S * FORMER_KEPT_DAYS
    weekly, monthly = 7 * backups.keep_weekly, 31 * backups.keep_monthly
    return DAY_S * max(FORMER_KEPT_DAYS, backups.keep_daily, weekly, monthly)


class OwnerRenewal(Periodic):
    """Renews the keys of owners after the root key was replaced, once a year, and when it is told to."""

    def __init__(
        self,
        context: Context,
        engine: SealedEngine,
        begin_epoch: Callable[[], Awaitable[None]],
        kept_s: int,
        observer: Observer,
    ) -> None:
        """`begin_epoch` begins an epoch, so that no older key opens the new ones."""
        super().__init__("renewal", LOOK_S, observer, at_once=True)
        self._context = context
        self._engine = engine
        self._keys: KeyStore = engine.keys
        self._begin_epoch = begin_epoch
        self._kept_s = kept_s
        self._walking = asyncio.Lock()
        self._done = 0  # boxes, of the renewal that is under way
        self._hurried = 0  # who wait for its end: as long as anybody does it makes no pauses

    async def run(self) -> None:
        """See `Periodic`."""
        now, known = self._now(), self._keys.renewals
        if not known.begun and not known.is_wanted:  # the store is looked at for the first time
            await self._keys.note_renewals(lambda k: msgspec.structs.replace(k, begun=now))
        elif known.is_wanted or now - known.begun >= RENEWED_AFTER_S:
            await self.begin()
        await self.finish(TURN_PAUSE_S)
        await self._drop_former(TURN_PAUSE_S)

    def _now(self) -> int:
        return int(self._context.clock.now())

    async def begin(self) -> None:
        """Begin a renewal now, also where another one is under way.

        Raises:
            EngineError: there were too many lately, or it cannot be kept.
        """
        known = self._keys.renewals
        if known.round - known.dropping >= RENEWALS_KEPT_MAX:
            raise EngineError(
                f"Owners' keys were renewed {RENEWALS_KEPT_MAX} times lately: wait until keys from before"
                " were dropped, weeks after each."
            )
        await self._begin_epoch()
        now = self._now()
        await self._keys.note_renewals(lambda known: known.begun_anew(now))

    async def finish(self, pause_s: float = 0.0) -> None:
        """Go on with a renewal that is under way, until everything is sealed anew.

        Raises:
            EngineError: the store failed, or a key does not open; what is done stays done.
        """
        self._hurried += not pause_s
        try:
            async with self._walking:
                while (known := self._keys.renewals).is_under_way:
                    await self._walk(known, pause_s)
        finally:
            self._hurried -= not pause_s

    async def _walk(self, known: Renewals, pause_s: float) -> None:
        """Go through all boxes, those of the house last: if these open, so does all else of a backup."""
        keys, number = self._keys, known.round
        after, self._done = known.last_box, known.boxes
        while page := await keys.owners_page(after, BOXES_A_PAGE):
            for after in page:
                owner = keys.owners.show(after)
                if owner.kind is not Kind.HOUSE:
                    await self._renew(owner, number, pause_s)
                if keys.renewals.round != number:
                    return
                self._done += 1
                if self._done % BOXES_A_NOTE == 0:
                    reached = partial(Renewals.reached, box=after, done=self._done)
                    await keys.note_renewals(reached, of=number)
        for subject in sorted(House, reverse=True):
            await self._renew(Owner.house(subject), number, pause_s)
        now = self._now()
        await keys.note_renewals(lambda known: known.ended(now, self._done), of=number)

    async def _renew(self, owner: Owner, number: int, pause_s: float) -> None:
        """Give a box a new key, and seal under it what lies under the one from before."""
        if not await self._keys.renew(owner, number):
            return
        await self._seal_anew(owner, pause_s)
        await self._keys.settle_renewal(owner)

    async def _seal_anew(self, owner: Owner, pause_s: float) -> None:
        """Have nothing of a box left that its newest key does not open."""
        name: bytes | None = b""
        while name is not None:
            name = await self._engine.units.wrap_anew(owner, name, UNITS_A_TURN)
        place: tuple[str, bytes] | None = ("", b"")
        while place is not None:
            some = partial(self._engine.seal_anew, owner, place, limit=VALUES_A_TURN)
            place = await self._context.store.between(some)
            await asyncio.sleep(0.0 if self._hurried else pause_s)

    async def _drop_former(self, pause_s: float) -> None:
        """Have keys from before dropped that no backup needs any more, when keys are wrapped the next time.

        Never while they are being wrapped: so all of one renewal go together. Before that every box is looked
        through once more, for what a restored backup has brought, and for the keys of files.
        """
        over = self._keys.renewals.over(self._now() - self._kept_s)
        if not over or self._keys.renewals.is_under_way or self._keys.epoch_count > 1:
            return
        keys, after = self._keys, None
        while page := await keys.owners_page(after, BOXES_A_PAGE):
            for after in page:
                owner = keys.owners.show(after)
                await self._seal_anew(owner, pause_s)
                if owner.kind in PERSONS:
                    await files.wrap_files_anew(self._context, owner)
        await keys.note_renewals(lambda known: known.dropped(over))

    def facts(self) -> Mapping[str, str]:
        """Return what an operator is shown of it; nothing as long as there was none."""
        known = self._keys.renewals
        if known.is_under_way:
            return {"owner_keys": f"being renewed: {self._done} boxes done"}
        if not known.round:
            return {}
        return {"owner_keys": f"renewed {datetime.fromtimestamp(known.whole, UTC):%Y-%m-%d}"}
