"""Events, commands and jobs of polls: votes told, polls closed."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations, files
from chappe.features.conversations import Message
from chappe.tl import api
from chappe.updates import Change, Command, Context, Event, Facts, Job, Viewer

from .records import Poll, UnreadVote, Voter, unpack_shown
from .views import show_poll, votes_box

TOLD_EVERY_S: Final = 2  # seconds between two times that votes in a channel are told


class PollChanged(Event, frozen=True):
    """Somebody voted, or the answers are others."""

    name = "polls.changed"

    peer: int
    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateMessagePoll | None:
        """See `Event`."""
        message = await conversations.message_for(viewer, self.peer, self.id)
        return None if message is None else await show_change(viewer, message)

    async def audience(self, context: Context) -> Facts | None:
        """See `Event`. Who has not voted sees the same as others who have not."""
        message = await context.look(accounts.owner_of(self.peer)).get(Message, self.peer, self.id)
        kept = (
            files.unpack_media_ref(message.media) if message is not None and message.media else None
        )
        if kept is None or kept.kind != "poll":
            return None
        shown = unpack_shown(kept.plain)
        box = context.look(votes_box(shown))
        readers = await conversations.told_alike(context, self.peer, self.id, {shown.asked.maker})
        if readers is None:
            return None

        async def facts(user: int) -> object:
            voter = await box.get(Voter, shown.number, user)
            return await readers(user) if voter is None else None

        return facts


async def show_change(viewer: Viewer, message: Message) -> api.UpdateMessagePoll | None:
    """Return the UpdateMessagePoll of a message that shows a poll; None if it does not."""
    kept = files.unpack_media_ref(message.media) if message.media else None
    if kept is None or kept.kind != "poll":
        return None
    where = files.Where(files.MESSAGE, message.peer, message.id)
    shown = await show_poll(viewer, kept, where)
    return api.UpdateMessagePoll(
        peer=accounts.show_peer(viewer, message.peer),
        msg_id=message.id,
        poll_id=shown.poll.id,
        poll=shown.poll,
        results=shown.results,
    )


class PollMoved(Command, frozen=True):
    """To the box of somebody who has the question: something happened to it."""

    name = "polls.moved"

    ref: tuple[int, int]  # of the message that shows it
    closed: bool = False  # it can be found by pts then

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        for message in await conversations.located(change, context, (self.ref,)):
            if self.closed:
                change.announce(conversations.EditMessage(peer=message.peer, id=message.id))
            else:
                change.announce_without_pts(PollChanged(peer=message.peer, id=message.id))


class Voted(Command, frozen=True):
    """To a voter's own box: they voted, by a message of a channel or by a forwarded one."""

    name = "polls.voted"

    peer: int
    id: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        change.announce_without_pts(PollChanged(peer=self.peer, id=self.id))


class VotedOnYours(Command, frozen=True):
    """To the box of who made a public poll in a supergroup: somebody voted."""

    name = "polls.voted_on_yours"

    peer: int
    id: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        owner = await change.get(accounts.User)
        if owner is not None and not owner.deleted:
            change.put(UnreadVote(peer=self.peer, id=self.id))


class ClosePoll(Job, frozen=True):
    """A poll's time is over."""

    name = "polls.close"

    kind: int
    owner: int
    number: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner(Kind(self.kind), self.owner)
        async with context.change(owner) as change:
            poll = await change.get(Poll, self.number)
            if poll is not None and not poll.closed:
                await close(change, context, poll)


async def others(context: Context, poll: Poll) -> tuple[int, ...]:
    """Return in whose boxes copies of a poll's message lie, its maker's aside."""
    log = conversations.log_for(poll.asked.maker, poll.peer)
    return await log.copies(context, despite_blocks=True)


async def close(change: Change, context: Context, poll: Poll) -> None:
    """Close a poll in the box that keeps it: everybody sees its results."""
    change.put(msgspec.structs.replace(poll, closed=True, edition=poll.edition + 1))
    log = conversations.log_kept_in(change.owner, poll.peer)
    if await change.get(Message, poll.peer, poll.id) is not None:
        change.announce(log.edited(poll.id))
    moved = PollMoved(ref=(change.owner.id, poll.id), closed=True)
    conversations.to_copies(change, await others(context, poll), moved)


async def tell_poll(change: Change, context: Context, poll: Poll) -> bool:
    """Tell of a vote, or of another answer, wherever the question is shown.

    True in a channel if it is to be pushed once this is kept: votes that follow each other quickly are
    told together.
    """
    if conversations.log_kept_in(change.owner, poll.peer).shared:
        return _is_due(change, poll)
    change.announce_without_pts(PollChanged(peer=poll.peer, id=poll.id))
    moved = PollMoved(ref=(change.owner.id, poll.id))
    conversations.to_copies(change, await others(context, poll), moved)
    return False


class TellVotes(Job, frozen=True):
    """Somebody voted in a channel a moment after others did, and nobody was told yet."""

    name = "polls.tell_votes"

    channel: int
    number: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner.channel(self.channel)
        async with context.change(owner) as change:
            poll = await change.get(Poll, self.number)
            if poll is None or not poll.waiting:
                return
            until = change.now + TOLD_EVERY_S
            change.put(msgspec.structs.replace(poll, waiting=False, told=until))
        push_poll(context, owner, poll, None)


def _is_due(change: Change, poll: Poll) -> bool:
    """Whether a vote in a channel is told at once, not with others a moment later."""
    if poll.told <= change.now:
        change.put(msgspec.structs.replace(poll, told=change.now + TOLD_EVERY_S))
        return True
    if not poll.waiting:
        change.put(msgspec.structs.replace(poll, waiting=True))
        change.schedule(poll.told, TellVotes(channel=change.owner.id, number=poll.number))
    return False


def push_poll(context: Context, box: Owner, poll: Poll, but: object) -> None:
    """Tell those who are here of votes in a channel. It is not kept: apps ask for what they show."""
    context.delivery.push_transient(box, PollChanged(peer=poll.peer, id=poll.id), but)


EVENTS: Final[tuple[type, ...]] = (
    PollChanged,
    PollMoved,
    Voted,
    VotedOnYours,
    ClosePoll,
    TellVotes,
)
