"""What bots are told of reactions, by `qts`: in private, and as admins of a group.

Of a channel, where nobody sees who reacted, they are told nothing: `updateBotMessageReactions` would count.
"""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, botqueue, chats, conversations, groups
from chappe.features.botqueue import UpdateKind
from chappe.features.conversations import Message
from chappe.tl import api
from chappe.updates import Change, Command, Context, Event, Viewer

from .views import reaction_of


class ReactionMoved(Event, frozen=True):
    """In a bot's box: somebody reacts to a message otherwise than before, at that time."""

    name = "reactions.moved"

    peer: int
    id: int
    date: int
    by: int  # the number of the peer as which they react
    before: tuple[str, ...]
    after: tuple[str, ...]

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateBotMessageReaction | None:
        """See `Event`."""
        if await conversations.message_for(viewer, self.peer, self.id) is None:
            return None
        return api.UpdateBotMessageReaction(
            peer=accounts.show_peer(viewer, self.peer),
            msg_id=self.id,
            date=self.date,
            actor=accounts.show_peer(viewer, self.by),
            old_reactions=[reaction_of(word) for word in self.before],
            new_reactions=[reaction_of(word) for word in self.after],
            qts=pts,
        )


class TellReaction(Command, frozen=True):
    """To a bot's box: somebody reacts to a message of a group otherwise than before."""

    name = "reactions.tell_moved"

    event: ReactionMoved

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        bot = await change.get(accounts.User)
        if bot is not None and not bot.deleted:
            await _tell(change, context, self.event)


async def _tell(change: Change, context: Context, event: ReactionMoved) -> None:
    await botqueue.tell_by_qts(change, context, UpdateKind.MESSAGE_REACTION, event, event.peer)


async def tell_bots_of_reaction(
    change: Change, message: Message, by: int, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """Tell the bots of a supergroup, whose box is changed, that somebody reacts otherwise than before."""
    chat = await change.get(chats.Chat)  # in somebody's own box there is none
    if chat is None or not chat.bots or chat.broadcast:
        return
    event = ReactionMoved(
        peer=message.peer, id=message.id, date=change.now, by=by, before=before, after=after
    )
    for bot in await groups.admin_bots(change):
        if bot != by and conversations.heard(message, bot):
            change.send_command(Owner(Kind.USER, bot), TellReaction(event=event))


async def tell_own_bot(
    change: Change,
    context: Context,
    message: Message,
    by: int,
    before: tuple[str, ...],
    after: tuple[str, ...],
) -> None:
    """If the box that is changed is a bot's, tell it that somebody reacts to what it has a copy of."""
    bot = await change.get(accounts.User)
    if bot is None or not bot.bot or before == after:
        return
    place = accounts.owner_of(message.peer)
    if place.kind is Kind.CHAT:
        member = await context.look(place).get(chats.Member, bot.id)
        if not chats.is_admin(member):
            return
    event = ReactionMoved(
        peer=message.peer, id=message.id, date=change.now, by=by, before=before, after=after
    )
    await _tell(change, context, event)


EVENTS: Final = (ReactionMoved, TellReaction)
