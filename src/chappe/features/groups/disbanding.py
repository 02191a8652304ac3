"""Jobs that end a supergroup or channel: members removed in batches, then the box erased."""

from typing import Final

from chappe.core import Owner
from chappe.features import accounts, chats
from chappe.features.chats import Chat, Link, Member
from chappe.features.conversations import forget_posts
from chappe.updates import Change, Context, Job

from .membership import expel

LET_GO_MAX: Final = 500  # members let go in one change


async def let_go(change: Change, channel: int, by: int, after: int = 0) -> None:
    """Take members out of a channel that has ended; see to it that the rest follow, and then all it holds."""
    members = await change.scan(Member, after=after or None, limit=LET_GO_MAX)
    for member in members:
        if chats.is_in(member, change.now):
            await expel(change, member.user, by=by, forget=True)
    if len(members) == LET_GO_MAX:
        change.schedule(change.now, Disband(channel=channel, by=by, after=members[-1].user))
    else:
        change.schedule(change.now, EraseChannel(channel=channel))


class Disband(Job, frozen=True):
    """A channel has ended, and some of its members are in still."""

    name = "chats.disband"

    channel: int
    by: int
    after: int  # members up to this one are out

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner.channel(self.channel)) as change:
            chat = await change.get(Chat)
            if chat is not None and chat.deleted:
                await let_go(change, self.channel, self.by, self.after)


class EraseChannel(Job, frozen=True):
    """A channel has ended, and all who were in know: its key is destroyed, and all it sealed with it.

    What is left is that there was one, so that who names it is told that it is private.
    """

    name = "chats.erase_channel"

    channel: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner.channel(self.channel)
        look = context.look(owner)
        chat = await look.get(Chat)
        if chat is not None and not chat.deleted:
            return
        if chat is not None and await forget_posts(context, owner):
            async with context.change(owner) as change:
                change.schedule(change.now, self)  # there are more; others have their turn
            return
        for link in await look.scan(Link):
            await accounts.release(context, "invite", link.code.encode().hex(), owner)
        await context.erase(owner)
        async with context.change(owner) as change:  # a tombstone, under a new key
            change.put(
                Chat(
                    id=self.channel,
                    title="",
                    created=chat.created if chat else 0,
                    creator=0,
                    broadcast=chat.broadcast if chat else False,
                    deleted=True,
                )
            )
