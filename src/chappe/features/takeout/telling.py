"""How the account's devices are told of an export: an unconfirmed log-in in their lists, and words."""

from datetime import UTC, datetime
from typing import Final

from chappe.core import Kind, Owner
from chappe.features import auth
from chappe.tl import api
from chappe.updates import Change, Context, Event, Job, Viewer

from .records import Takeout
from .rules import TakeoutStage, may_begin_at, takeout_stage

DEVICE: Final = "Export of all your data, asked for by {device}"
ASKED: Final = "asked"
BEGUN: Final = "begun"
REFUSED: Final = "refused"
FINISHED: Final = "finished"


def takeout_hash(context: Context, user: int, number: int) -> int:
    """Return the number by which the account's devices name an export: as they name sessions."""
    return context.keyed("takeout_hash", user, number)


def device_of(takeout: Takeout) -> str:
    """Return what is said in a device's place."""
    return DEVICE.format(device=takeout.device or "a device")


class TakeoutChanged(Event, frozen=True):
    """An export may be refused or confirmed, or not any more: shown as a log-in nobody has confirmed."""

    name = "takeout.changed"

    key_id: int
    number: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateNewAuthorization:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        found, now = await look.get(Takeout, self.key_id), int(viewer.context.clock.now())
        hash_ = takeout_hash(viewer.context, viewer.user, self.number)
        waits = found is not None and found.number == self.number
        if not waits or found is None or takeout_stage(found, now) is not TakeoutStage.WAITING:
            return api.UpdateNewAuthorization(hash=hash_)
        return api.UpdateNewAuthorization(
            unconfirmed=True, hash=hash_, date=found.asked, device=device_of(found), location=""
        )


class TellTakeout(Job, frozen=True):
    """Tell somebody of a step of an export: in the chat of the service, and by mail."""

    name = "takeout.tell"

    user: int
    step: str
    device: str
    at: int  # from when on it may begin

    async def run(self, context: Context) -> None:
        """See `Job`."""
        when = f"{datetime.fromtimestamp(self.at, UTC):%Y-%m-%d %H:%M} UTC"
        text = _TEXTS[self.step].format(device=self.device or "A device", when=when)
        await auth.tell_account(context, self.user, "An export of your data", text)


def tell(change: Change, takeout: Takeout, step: str) -> None:
    """Have the account told of a step that is taken in this change of its box."""
    change.announce_without_pts(TakeoutChanged(key_id=takeout.key_id, number=takeout.number))
    told = TellTakeout(
        user=change.owner.id, step=step, device=takeout.device, at=may_begin_at(takeout)
    )
    change.schedule(change.now, told)


_TEXTS: Final = {
    ASKED: (
        "{device} has asked to export all your data: messages, files, contacts and settings. From {when} on "
        "it may. If it was not you, refuse it in Settings, Devices, where it is listed, and end that "
        "session. If it was you, another of your devices may confirm it there, and nobody waits."
    ),
    BEGUN: "{device} begins to export all your data. If it is not you, end its session in Settings, Devices.",
    REFUSED: "One of your devices has refused the export of your data by {device}.",
    FINISHED: "{device} has ended its export of your data.",
}
