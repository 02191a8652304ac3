"""What an account's devices are told of entries by a code."""

from datetime import UTC, datetime
from typing import Final

from chappe.core import Kind, Owner
from chappe.features import auth
from chappe.tl import api
from chappe.updates import Change, Context, Event, Job, Viewer

from .records import CodeEntry
from .rules import code_entry_over_at, code_entry_ready_at

BEGUN: Final = "begun"
CONFIRMED: Final = "confirmed"
REFUSED: Final = "refused"
USED: Final = "used"
NAMELESS: Final = "a device"  # that does not say what it is


def code_entry_hash(context: Context, user: int, number: int) -> int:
    """Return the number by which the account's devices name an entry: as they name sessions."""
    return context.keyed("code_entry_hash", user, number)


def code_entry_device(entry: CodeEntry) -> str:
    """Return what is said in a device's place."""
    return f"{entry.device or NAMELESS}, by a login code: not let in"


class CodeEntryChanged(Event, frozen=True):
    """An entry may be refused or confirmed, or not any more: shown as a log-in nobody has confirmed."""

    name = "code_entries.changed"

    key_id: int
    number: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateNewAuthorization:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        entry = await look.get(CodeEntry, self.key_id)
        hash_ = code_entry_hash(viewer.context, viewer.user, self.number)
        settled = entry is None or entry.number != self.number or entry.confirmed or entry.refused
        if entry is None or settled:
            return api.UpdateNewAuthorization(hash=hash_)
        return api.UpdateNewAuthorization(
            unconfirmed=True,
            hash=hash_,
            date=entry.asked,
            device=code_entry_device(entry),
            location="",
        )


class TellCodeEntry(Job, frozen=True):
    """Tell the account of a step: in the chat of the service, and by mail where codes go there."""

    name = "code_entries.tell"

    user: int
    step: str
    device: str
    at: int  # when whoever is to be told must know what is next

    async def run(self, context: Context) -> None:
        """See `Job`."""
        when = f"{datetime.fromtimestamp(self.at, UTC):%Y-%m-%d %H:%M} UTC"
        text = _TEXTS[self.step].format(device=self.device or NAMELESS, when=when)
        await auth.tell_account(context, self.user, "A login with a code", text)


def note_code_entry(change: Change, entry: CodeEntry, step: str) -> None:
    """Have the devices of the box's owner told of a step that is taken in this change."""
    change.announce_without_pts(CodeEntryChanged(key_id=entry.key_id, number=entry.number))
    at = code_entry_over_at(entry) if step == REFUSED else code_entry_ready_at(entry)
    tell = TellCodeEntry(user=change.owner.id, step=step, device=entry.device, at=at)
    change.schedule(change.now, tell)


_TEXTS: Final = {
    BEGUN: (
        "Somebody gave a right login code for this account on {device}. They were not let in: on this "
        "server a code alone opens no account. If it is you, confirm it in Settings, Devices, and log in "
        "there once more. If it is not, refuse it there. If no device of yours refuses it, it is let in "
        "from {when} on. With a two-step password nobody has to wait, and nobody comes in without it: "
        "set one."
    ),
    CONFIRMED: (
        "One of your devices has confirmed the login on {device}. It is let in once it gives a login "
        "code again."
    ),
    REFUSED: (
        "One of your devices has refused the login on {device}. It is told to wait until {when}."
    ),
    USED: (
        "{device} was let in by a login code, after one of your devices confirmed it or none refused it."
    ),
}
