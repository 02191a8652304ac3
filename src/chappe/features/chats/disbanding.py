"""Ending a supergroup or channel of any size: its members are let go some hundreds at a time."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.updates import Change, Deed, House

from . import rights
from .membership import expel
from .records import Chat, Member

LET_GO_MAX: Final = 500  # members let go in one change


async def let_go(change: Change, channel: int, by: int, after: int = 0) -> None:
    """Take members out of a channel that has ended, and see to it that the rest follow."""
    members = await change.scan(Member, after=after or None, limit=LET_GO_MAX)
    for member in members:
        if rights.is_in(member, change.now):
            await expel(change, member.user, by=by, forget=True)
    if len(members) == LET_GO_MAX:
        change.later(change.now, Disband(channel=channel, by=by, after=members[-1].user))


class Disband(Deed, frozen=True):
    """A channel has ended, and some of its members are in still."""

    name = "chats.disband"

    channel: int
    by: int
    after: int  # members up to this one are out

    async def do(self, house: House) -> None:
        """See `Deed`."""
        async with house.change(Owner(Kind.CHANNEL, self.channel)) as change:
            chat = await change.get(Chat)
            if chat is not None and chat.deleted:
                await let_go(change, self.channel, self.by, self.after)
