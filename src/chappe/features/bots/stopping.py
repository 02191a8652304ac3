"""A bot learns that somebody has stopped it, which is a block, or wants to hear it again."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, botqueue
from chappe.features.botqueue import UpdateKind
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change, Command, Context, Event, Viewer


class Stopped(Event, frozen=True):
    """In a bot's box: somebody has stopped it at that time, or begun it again."""

    name = "bots.stopped"

    user: int
    date: int
    stopped: bool

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateBotStopped:
        """See `Event`."""
        viewer.mention_user(self.user)
        return api.UpdateBotStopped(
            user_id=self.user, date=self.date, stopped=self.stopped, qts=pts
        )


class TellStopped(Command, frozen=True):
    """To a bot's box: somebody has stopped it, or begun it again."""

    name = "bots.tell_stopped"

    event: Stopped

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        bot = await change.get(accounts.User)
        if bot is not None and not bot.deleted:
            kind = UpdateKind.MY_CHAT_MEMBER
            await botqueue.tell_by_qts(change, context, kind, self.event, self.event.user)


async def blocked(call: Call, change: Change, user: int, stopped: bool) -> None:  # noqa: FBT001  a hook's
    """In a change of the caller's box: tell somebody that they are blocked, or no longer, if it is a bot."""
    owner = Owner(Kind.USER, user)
    record = await call.look(owner).get(accounts.User)
    if record is not None and record.bot and user not in accounts.RESERVED_USERS:
        event = Stopped(user=call.user, date=change.now, stopped=stopped)
        change.send_command(owner, TellStopped(event=event))


EVENTS: Final = (Stopped, TellStopped)
