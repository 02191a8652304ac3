"""Renders a poll for one viewer: results only to those who voted, or after its end."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, files
from chappe.texts import Entity, show_entities
from chappe.tl import api
from chappe.updates import View, Viewer

from .records import (
    RECENT_VOTERS,
    Definition,
    Poll,
    PollOption,
    Shown,
    UnreadVote,
    Vote,
    Voter,
    unpack_shown,
)
from .rules import is_closed

GONE: Final = api.PollResults(min=True)


def show_text(text: str, entities: tuple[Entity, ...]) -> api.TextWithEntities:
    """Return a TextWithEntities."""
    return api.TextWithEntities(text=text, entities=show_entities(entities))


def show_answer(viewer: Viewer, answer: PollOption) -> api.PollAnswer:
    """Return the PollAnswer of an answer."""
    by = answer.added_as or answer.added_by
    return api.PollAnswer(
        text=show_text(answer.text, answer.entities),
        option=answer.option,
        added_by=accounts.show_peer(viewer, by) if by else None,
        date=answer.added or None,
    )


def poll_id(viewer: Viewer, shown: Shown, where: files.Where) -> int:
    """Return by which number clients know a poll: the same in all messages that show it."""
    if not shown.number:  # it waits to be sent
        return viewer.context.keyed("poll", 0, viewer.user, where.peer, where.id)
    return viewer.context.keyed("poll", shown.kind, shown.owner, shown.number)


def _poll(
    viewer: Viewer, asked: Definition, number: int, *, closed: bool, edition: int
) -> api.Poll:
    return api.Poll(
        id=number,
        closed=closed,
        public_voters=asked.public,
        multiple_choice=asked.multiple,
        quiz=asked.quiz,
        open_answers=asked.open,
        revoting_disabled=asked.fixed,
        shuffle_answers=asked.shuffle,
        hide_results_until_close=asked.hidden,
        creator=asked.maker == viewer.user,
        subscribers_only=asked.members_only,
        question=show_text(asked.question, asked.entities),
        answers=[show_answer(viewer, answer) for answer in asked.answers],
        close_period=asked.close_period or None,
        close_date=asked.close_date or None,
        hash=edition,
    )


def votes_box(shown: Shown) -> Owner:
    """Return in whose box the votes are."""
    return Owner(Kind(shown.kind), shown.owner)


async def vote_of(look: View, poll: int, user: int) -> Vote | None:
    """Return somebody's vote."""
    voter = await look.get(Voter, poll, user)
    return await look.get(Vote, poll, voter.order) if voter is not None else None


async def is_outside(viewer: Viewer, peer: int) -> bool:
    """Whether a viewer has left the basic group a dialog belongs to: they see no more of what goes on."""
    owner = accounts.owner_of(peer)
    if owner.kind is not Kind.CHAT:
        return False
    place = await chats.membership_of(viewer.context, owner, viewer.user)
    now = int(viewer.context.clock.now())
    return place is None or not chats.is_in(place.member, now)


async def show_poll(
    viewer: Viewer, kept: files.MediaRef, where: files.Where
) -> api.MessageMediaPoll:
    """Return the MessageMediaPoll of a message this viewer sees."""
    shown = unpack_shown(kept.plain)
    number = poll_id(viewer, shown, where)
    if not shown.number:
        asked = _poll(viewer, shown.asked, number, closed=shown.asked.closed, edition=1)
        return api.MessageMediaPoll(poll=asked, results=api.PollResults(total_voters=0))
    look = viewer.look(votes_box(shown))
    poll = await look.get(Poll, shown.number)
    if poll is None or await is_outside(viewer, where.peer):
        asked = _poll(viewer, shown.asked, number, closed=True, edition=1)
        return api.MessageMediaPoll(poll=asked, results=GONE)
    vote = await vote_of(look, shown.number, viewer.user)
    closed = is_closed(poll, int(viewer.context.clock.now()))
    asked = _poll(viewer, poll.asked, number, closed=closed, edition=poll.edition)
    unread = None
    if poll.asked.maker == viewer.user and poll.asked.public:
        mine = viewer.look(Owner(Kind.USER, viewer.user))
        unread = await mine.get(UnreadVote, where.peer, where.id)
    results = _results(viewer, poll, vote, closed=closed, unread=unread is not None)
    return api.MessageMediaPoll(poll=asked, results=results)


def may_see_results(poll: Poll, vote: Vote | None, *, closed: bool) -> bool:
    """Whether somebody sees what others voted: who voted too, and everybody at the end."""
    return closed or (vote is not None and not poll.asked.hidden)


def _results(
    viewer: Viewer, poll: Poll, vote: Vote | None, *, closed: bool, unread: bool
) -> api.PollResults:
    seen = may_see_results(poll, vote, closed=closed)
    asked = poll.asked
    solved = asked.quiz and seen
    own = vote.answers if vote is not None else ()
    voters = None
    if vote is not None or closed:
        voters = [
            api.PollAnswerVoters(
                chosen=answer.number in own,
                correct=solved and answer.number in asked.correct,
                option=answer.option,
                voters=answer.voters if seen else None,
            )
            for answer in asked.answers
        ]
    recent = None
    if asked.public and (seen or not asked.hidden):
        recent = [accounts.show_peer(viewer, user) for user in poll.recent[:RECENT_VOTERS]]
    return api.PollResults(
        has_unread_votes=unread,
        results=voters,
        total_voters=poll.total,
        recent_voters=recent or None,
        solution=asked.solution if solved and asked.solution else None,
        solution_entities=show_entities(asked.solution_entities) if solved else None,
    )
