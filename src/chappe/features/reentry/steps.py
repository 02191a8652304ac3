"""Steps of re-entries: each is noted, and told to the account's devices, whatever fails meanwhile."""

from datetime import UTC, datetime
from typing import Final

from chappe.core import Kind, Owner
from chappe.features import auth, ledger
from chappe.tl import api
from chappe.updates import Change, Context, Event, Job, Viewer

from .records import Reentry
from .rules import ReentryAct, over_at, ready_at

SUBJECT: Final = "reentry"  # of its cases in the ledger
DEVICE: Final = "Re-entry link of the operator, which has let nobody in"


def hash_of(context: Context, user: int, number: int) -> int:
    """Return the number by which the account's devices name a link: as they name sessions."""
    return context.keyed("reentry_hash", user, number)


class ReentryChanged(Event, frozen=True):
    """A link may be refused or confirmed, or not any more: shown as a log-in that nobody has confirmed."""

    name = "reentry.changed"

    number: int
    date: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateNewAuthorization:
        """See `Event`."""
        entry = await viewer.look(Owner(Kind.USER, viewer.user)).get(Reentry)
        hash_ = hash_of(viewer.context, viewer.user, self.number)
        if entry is None or entry.number != self.number or entry.confirmed:
            return api.UpdateNewAuthorization(hash=hash_)
        return api.UpdateNewAuthorization(
            unconfirmed=True, hash=hash_, date=self.date, device=DEVICE, location=""
        )


class TellStep(Job, frozen=True):
    """Tell the account of a step: in the chat of the service, and by mail where codes go there."""

    name = "reentry.tell_step"

    user: int
    step: str
    at: int  # when whoever is to be told must know what is next

    async def run(self, context: Context) -> None:
        """See `Job`."""
        when = f"{datetime.fromtimestamp(self.at, UTC):%Y-%m-%d %H:%M} UTC"
        text = _TEXTS[ReentryAct(self.step)].format(when=when)
        await auth.tell_account(context, self.user, "A way into your account", text)


def note_step(change: Change, entry: Reentry, act: ReentryAct, *, told: bool = True) -> None:
    """Note a step that is taken in this change, of the account's box, and perhaps have its devices told."""
    ledger.note_in_ledger(change, SUBJECT, entry.number, act.value)
    if not told:
        return
    change.announce_without_pts(ReentryChanged(number=entry.number, date=entry.made))
    at = ready_at(entry) if entry.opened else over_at(entry)
    change.schedule(change.now, TellStep(user=change.owner.id, step=act.value, at=at))


_TEXTS: Final = {
    ReentryAct.MADE: (
        "The operator of this server has made a link by which one device may come into this account again: "
        "they were told that all others are lost. It has let nobody in yet. If it was not you, refuse it in "
        "Settings, Devices, where it is listed. It can be opened until {when}."
    ),
    ReentryAct.OPENED: (
        "The operator's link into this account was opened. From {when} on it lets one device in. "
        "If it was not you, refuse it in Settings, Devices, where it is listed."
    ),
    ReentryAct.CONFIRMED: (
        "One of your devices has confirmed the operator's link into this account. It lets one device in."
    ),
    ReentryAct.REFUSED: (
        "One of your devices has refused the operator's link into this account. It lets nobody in."
    ),
    ReentryAct.CANCELLED: (
        "The operator's link into this account was withdrawn. It lets nobody in."
    ),
    ReentryAct.USED: "One device has come into this account by the operator's link, which is void now.",
    ReentryAct.EXPIRED: (
        "The operator's link into this account was not used in time. It lets nobody in."
    ),
}
