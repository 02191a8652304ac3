"""Events and commands of reactions: counters changed, copies follow, the author notified."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations
from chappe.features.conversations import Message, Reacted, UnreadReaction
from chappe.tl import api
from chappe.updates import (
    Change,
    Command,
    Context,
    Event,
    Facts,
    Notification,
    NotificationKind,
    Viewer,
)

from .bot_news import tell_bots_of_reaction, tell_own_bot
from .views import REACTORS_KEPT_MAX, SHOWN_RECENT, newest_reactors, show_reactions

NOTIFIED_S: Final = (
    10  # seconds after which a reaction is nothing new: its author may hear of it later
)


class ReactionsChanged(Event, frozen=True):
    """Somebody reacted to a message, or took it back."""

    name = "reactions.changed"
    notifies = (Kind.USER,)  # an author is told in their own box, whatever box keeps the message

    peer: int
    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateMessageReactions | None:
        """See `Event`."""
        message = await conversations.message_for(viewer, self.peer, self.id)
        if message is None:
            return None
        shown = await show_reactions(viewer, message) or api.MessageReactions(results=[])
        return api.UpdateMessageReactions(
            peer=accounts.show_peer(viewer, self.peer), msg_id=self.id, reactions=shown
        )

    async def notification(self, viewer: Viewer, date: int) -> Notification | None:
        """See `Event`. Of a reaction that somebody else made just then to a message of the viewer's."""
        mine = viewer.look(Owner(Kind.USER, viewer.user))
        message = await conversations.message_for(viewer, self.peer, self.id)
        if message is None or await mine.get(UnreadReaction, self.peer, self.id) is None:
            return None
        box = viewer.look(conversations.log_for(viewer.user, self.peer).box)
        newest = message.reactors[0] if message.reactors else viewer.user
        reacted = await box.get(Reacted, self.peer, self.id, newest)
        if newest == viewer.user or reacted is None or reacted.date + NOTIFIED_S < date:
            return None  # one was taken back
        kind = NotificationKind.REACTION
        return Notification(kind, self.peer, self.id, newest)

    async def audience(self, context: Context) -> Facts | None:
        """See `Event`. In a channel, where nobody sees who reacted, all see the same who have not."""
        if await conversations.is_discussion(context, self.peer):
            return None
        box = context.look(accounts.owner_of(self.peer))
        readers = await conversations.told_alike(context, self.peer, self.id)
        if readers is None:
            return None

        async def facts(user: int) -> object:
            reacted = await box.get(Reacted, self.peer, self.id, user)
            return await readers(user) if reacted is None else None

        return facts


async def react(
    change: Change,
    message: Message,
    user: int,
    words: tuple[str, ...],
    *,
    big: bool = False,
    face: int = 0,
) -> bool:
    """Set somebody's reactions to a message in the box that keeps it; False if nothing changed.

    `face` is the peer they react as, where that is not themselves.
    """
    old = await change.get(Reacted, message.peer, message.id, user)
    before = old.words if old else ()
    if before == words:
        return False
    counts = dict(message.reactions)
    for word in before:
        counts[word] = counts.get(word, 1) - 1
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    kept = tuple((w, n) for w, n in counts.items() if n > 0)
    last = await _last(change, message, old, user if words else 0)
    change.put(msgspec.structs.replace(message, reactions=kept, reactors=last))
    if words:
        change.put(
            Reacted(
                peer=message.peer,
                id=message.id,
                user=user,
                words=words,
                date=change.now,
                big=big,
                face=face,
            )
        )
    else:
        change.drop(Reacted, message.peer, message.id, user)
    mine = change.owner == Owner(Kind.USER, message.sender)
    if mine and user != message.sender:
        if words:
            change.put(UnreadReaction(peer=message.peer, id=message.id))
        elif not await is_reacted_to(change, message):
            change.drop(UnreadReaction, message.peer, message.id)
    change.announce_without_pts(ReactionsChanged(peer=message.peer, id=message.id))
    await tell_bots_of_reaction(change, message, face or user, before, words)
    return True


async def _last(
    change: Change, message: Message, old: Reacted | None, user: int
) -> tuple[int, ...]:
    """Return who reacted to a message last, newest first, now that somebody (0: nobody) did.

    As long as enough are known nobody else is looked at, however many there are.
    """
    gone = old.user if old is not None else user
    known = message.reactors
    if len(known) <= SHOWN_RECENT and message.reactions:
        known = await newest_reactors(change, message)
    others = tuple(one for one in known if one not in (gone, user))
    return ((user, *others) if user else others)[:REACTORS_KEPT_MAX]


async def is_reacted_to(change: Change, message: Message) -> bool:
    """Whether anybody but its author has reacted to a message."""
    left = await change.scan(Reacted, message.peer, message.id, limit=2)
    return any(one.user != message.sender for one in left)


class React(Command, frozen=True):
    """To another reader's box: somebody reacted to a message."""

    name = "reactions.react"

    ref: tuple[int, int]
    user: int
    words: tuple[str, ...]
    big: bool = False

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        for message in await conversations.located(change, context, (self.ref,)):
            old = await change.get(Reacted, message.peer, message.id, self.user)
            await react(change, message, self.user, self.words, big=self.big)
            before = old.words if old is not None else ()
            await tell_own_bot(change, context, message, self.user, before, self.words)


class ReactedToYou(Command, frozen=True):
    """To the box of a message's author in a supergroup: somebody reacted to it, or nobody does any more."""

    name = "reactions.reacted_to_you"

    peer: int
    id: int
    gone: bool = False

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if self.gone:
            change.drop(UnreadReaction, self.peer, self.id)
        else:
            change.put(UnreadReaction(peer=self.peer, id=self.id))
        change.announce_without_pts(
            ReactionsChanged(peer=self.peer, id=self.id)
        )  # now as unread, or read


async def tell_author(change: Change, message: Message, *, reacted: bool) -> None:
    """Let the author of a message of a supergroup know that somebody reacted, or that nobody does."""
    if not reacted and await is_reacted_to(change, message):
        return
    told = ReactedToYou(peer=message.peer, id=message.id, gone=not reacted)
    change.send_command(Owner(Kind.USER, message.sender), told)


EVENTS: Final[tuple[type, ...]] = (ReactionsChanged, React, ReactedToYou)
