"""Writing to the admin log, and the job that trims it after two days."""

from typing import Final

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features.chats import LogEntry
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change, Context, Job

TRIMMED_MAX: Final = 1_000  # entries dropped in one change
LIFETIME_S: Final = 172_800  # seconds an entry is kept: what was deleted is in it that long


async def note(
    change: Change,
    user: int,
    action: api.TypeChannelAdminLogEventAction | None = None,
    *,
    about: str = "",
    kept: tuple[bytes, ...] = (),
) -> None:
    """Write down what somebody did, in the change that does it; basic groups keep no such log.

    What is about messages has them in `kept`, and its action is made when it is shown (`about` says which).
    """
    if change.owner.kind is not Kind.CHANNEL:
        return
    oldest = await change.scan(LogEntry, limit=1)
    if not oldest or oldest[0].date + LIFETIME_S <= change.now:
        change.schedule(change.now + LIFETIME_S, TrimLog(channel=change.owner.id))
    encoded = tl.encode(action, tl.LAYER) if action is not None else b""
    change.put(
        LogEntry(
            id=change.next("log"),
            date=change.now,
            user=user,
            action=encoded,
            about=about,
            messages=kept,
        )
    )


async def log(
    call: Call, owner: Owner, action: api.TypeChannelAdminLogEventAction | None, *, by: int = 0
) -> None:
    """Write down what the caller did, or somebody else, once it is done."""
    if owner.kind is Kind.CHANNEL:
        async with call.context.change(owner) as change:
            await note(change, by or call.user, action)


class TrimLog(Job, frozen=True):
    """The oldest entries of an admin log have been there long enough."""

    name = "chats.trim_log"

    channel: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner.channel(self.channel)) as change:
            entries = await change.scan(LogEntry, limit=TRIMMED_MAX)
            old = [e for e in entries if e.date + LIFETIME_S <= change.now]
            for entry in old:
                change.drop(LogEntry, entry.id)
            left = entries[len(old) :]
            if left or len(old) == TRIMMED_MAX:
                due = left[0].date + LIFETIME_S if left else change.now
                change.schedule(max(due, change.now + 1), TrimLog(channel=self.channel))
