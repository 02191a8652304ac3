"""Methods messages.*Vote* and messages.*Poll*: voting, results, added answers."""

from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, adminlog, chats, conversations, messages
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, View, Viewer

from . import rules
from .access import POLL_ERRORS, LocatedPoll, check_voter, find_poll
from .events import Voted, VotedOnYours, close, others, push_poll, show_change, tell_poll
from .records import ANSWERS_MAX, VOTERS_LISTED_MAX, Poll, UnreadVote, Vote, Voter
from .views import may_see_results, vote_of

PAGE_MAX: Final = 100  # votes or messages in one answer
OFFSET_DIGITS_MAX: Final = 18  # digits of a place in a list of votes


async def _answer(call: Call, found: LocatedPoll) -> api.Updates:
    """Return the Updates that tell how a poll stands to the caller."""
    viewer = call.viewer()
    update = await show_change(viewer, found.message)
    users, shown = await accounts.peers(viewer)
    return api.Updates(
        updates=[update] if update else [], users=users, chats=shown, date=call.now, seq=0
    )


async def cast(
    change: Change, poll: Poll, user: int, answers: tuple[int, ...], face: int = 0
) -> Poll:
    """Put somebody's vote in place of their earlier one; return the poll as it stands then."""
    old = await vote_of(change, poll.number, user)
    before = old.answers if old else ()
    if old is not None:
        change.drop(Vote, poll.number, old.order)
        change.drop(Voter, poll.number, user)
    if answers:
        order = change.next("vote")
        change.put(
            Vote(
                poll=poll.number,
                order=order,
                user=user,
                answers=answers,
                date=change.now,
                face=face,
            )
        )
        change.put(Voter(poll=poll.number, user=user, order=order))
    shown = face or (old.face if old else 0) or user
    counted = rules.counted(poll, before, answers, shown)
    change.put(counted)
    return counted


@method(
    api.MessagesSendVote,
    rate=Rate.WRITE,
    home=Home.LOG,
    raises=(
        *POLL_ERRORS,
        errors.MessagePollClosed,
        errors.OptionInvalid,
        errors.OptionsTooMuch,
        errors.RevoteNotAllowed,
        errors.PollMemberRestricted,
    ),
)
async def send_vote(call: Call, request: api.MessagesSendVote) -> api.TypeUpdates:
    """Vote in a poll in place of an earlier vote; with no options, take it back."""
    found = await find_poll(call, request.peer, request.msg_id)
    await check_voter(call, found)
    options = request.options[: ANSWERS_MAX + 1]
    async with call.change(found.box) as change:
        poll = await change.get(Poll, found.poll.number)
        if poll is None:
            raise errors.MessageIdInvalid
        old = await vote_of(change, poll.number, call.user)
        before = old.answers if old else ()
        answers = rules.chosen(poll, options, before, call.now)
        at_once = False
        if answers != before:
            poll = await cast(change, poll, call.user, answers, await _face(call, poll))
            at_once = await tell_poll(change, call.context, poll)
            if answers:
                await _mark_unread(change, call, poll)
            await _tell_voter(change, call, found, poll)
    if at_once:
        push_poll(call.context, found.box, poll, call.client)
    return await _answer(call, found)


async def _face(call: Call, poll: Poll) -> int:
    """Return the peer the caller votes as, where others may see who voted; 0 for themselves."""
    shown: int = await chats.face_of(call.context, poll.peer, call.user)
    return 0 if shown == call.user else shown


async def _mark_unread(change: Change, call: Call, poll: Poll) -> None:
    """Have the maker of a public poll find out that somebody voted."""
    maker = poll.asked.maker
    if not poll.asked.public or maker == call.user:
        return
    if change.owner == Owner(Kind.USER, maker):
        change.put(UnreadVote(peer=poll.peer, id=poll.id))
    else:
        change.send_command(Owner(Kind.USER, maker), VotedOnYours(peer=poll.peer, id=poll.id))


async def _tell_voter(change: Change, call: Call, found: LocatedPoll, poll: Poll) -> None:
    """Tell a voter's other devices, where the poll's own news does not come to their box."""
    told = (poll.asked.maker, *await others(call.context, poll))
    if conversations.log_kept_in(found.box, poll.peer).shared or call.user not in told:
        change.send_command(call.me, Voted(peer=found.message.peer, id=found.message.id))


@method(api.MessagesGetPollResults, raises=POLL_ERRORS)
async def get_poll_results(call: Call, request: api.MessagesGetPollResults) -> api.TypeUpdates:
    """Return how a poll stands; nothing if the caller knows this state by its hash."""
    found = await find_poll(call, request.peer, request.msg_id)
    closed = rules.is_closed(found.poll, call.now)
    if request.poll_hash and request.poll_hash == found.poll.edition and not closed:
        return api.Updates(updates=[], users=[], chats=[], date=call.now, seq=0)
    return await _answer(call, found)


@method(
    api.MessagesGetPollVotes,
    raises=(
        *accounts.PEER_ERRORS,
        errors.MsgIdInvalid,
        errors.BroadcastForbidden,
        errors.PollVoteRequired,
        errors.OptionInvalid,
    ),
)
async def get_poll_votes(call: Call, request: api.MessagesGetPollVotes) -> api.MessagesVotesList:
    """Return who voted for what, newest first: in public polls, to those who voted too."""
    try:
        found = await find_poll(call, request.peer, request.id)
    except errors.MessageIdInvalid:
        raise errors.MsgIdInvalid from None
    poll, look = found.poll, call.look(found.box)
    if not poll.asked.public:
        raise errors.BroadcastForbidden
    mine = await vote_of(look, poll.number, call.user)
    if not may_see_results(poll, mine, closed=rules.is_closed(poll, call.now)):
        raise errors.PollVoteRequired
    answer = None
    if request.option is not None:
        answer = next((a for a in poll.asked.answers if a.option == request.option), None)
        if answer is None:
            raise errors.OptionInvalid
    limit = max(1, min(request.limit, PAGE_MAX))
    given = request.offset or ""
    before = int(given) if given.isdecimal() and len(given) <= OFFSET_DIGITS_MAX else None
    scanned = limit + 1 if answer is None else VOTERS_LISTED_MAX
    votes = await look.scan(Vote, poll.number, before=before, limit=scanned, reverse=True)
    wanted = [v for v in votes if answer is None or answer.number in v.answers]
    viewer = call.viewer()
    options = {a.number: a.option for a in poll.asked.answers}
    shown = [_show_vote(viewer, v, options, request.option) for v in wanted[:limit]]
    users, shown_chats = await accounts.peers(viewer)
    return api.MessagesVotesList(
        count=poll.total if answer is None else answer.voters,
        votes=shown,
        chats=shown_chats,
        users=users,
        next_offset=str(wanted[limit - 1].order) if len(wanted) > limit else None,
    )


def _show_vote(
    viewer: Viewer, vote: Vote, options: dict[int, bytes], asked: bytes | None
) -> api.MessagePeerVote | api.MessagePeerVoteInputOption | api.MessagePeerVoteMultiple:
    peer = accounts.show_peer(viewer, vote.face or vote.user)
    if asked is not None:
        return api.MessagePeerVoteInputOption(peer=peer, date=vote.date)
    chosen = [options[n] for n in vote.answers if n in options]
    if len(chosen) != 1:
        return api.MessagePeerVoteMultiple(peer=peer, options=chosen, date=vote.date)
    return api.MessagePeerVote(peer=peer, option=chosen[0], date=vote.date)


# -- answers added by others ------------------------------------------------------------------------


@method(
    api.MessagesAddPollAnswer,
    rate=Rate.WRITE,
    home=Home.LOG,
    raises=(
        *POLL_ERRORS,
        *rules.MAKE_ERRORS,
        errors.MessagePollClosed,
        errors.PollMemberRestricted,
    ),
)
async def add_poll_answer(call: Call, request: api.MessagesAddPollAnswer) -> api.TypeUpdates:
    """Add an answer to a poll that is open to it."""
    found = await find_poll(call, request.peer, request.msg_id)
    await check_voter(call, found)
    async with call.change(found.box) as change:
        poll = await change.get(Poll, found.poll.number)
        if poll is None or not poll.asked.open:
            raise errors.PollAnswersInvalid
        if rules.is_closed(poll, call.now):
            raise errors.MessagePollClosed
        known = {a.option for a in poll.asked.answers}
        number = ANSWERS_MAX + change.next("poll_answer")
        plain = msgspec.structs.replace(
            rules.answer_of(request.answer, number),
            added_by=call.user,
            added=call.now,
            option=b"+%d" % number,
            added_as=await _face(call, poll),
        )
        if any(a.text == plain.text for a in poll.asked.answers) or plain.option in known:
            raise errors.PollOptionDuplicate
        answers = (*poll.asked.answers, plain)
        rules.check_answers(answers)
        poll = _with_answers(poll, answers)
        change.put(poll)
        at_once = await tell_poll(change, call.context, poll)
        await _tell_voter(change, call, found, poll)
    if at_once:
        push_poll(call.context, found.box, poll, call.client)
    return await _answer(call, found)


def _with_answers(poll: Poll, answers: Any) -> Poll:
    asked = msgspec.structs.replace(poll.asked, answers=tuple(answers))
    return msgspec.structs.replace(poll, asked=asked, edition=poll.edition + 1)


@method(
    api.MessagesDeletePollAnswer,
    rate=Rate.WRITE,
    home=Home.LOG,
    raises=(
        *POLL_ERRORS,
        errors.MessagePollClosed,
        errors.OptionInvalid,
        errors.MessageAuthorRequired,
    ),
)
async def delete_poll_answer(call: Call, request: api.MessagesDeletePollAnswer) -> api.TypeUpdates:
    """Remove an answer somebody added, with its votes: who added it, or who made the poll."""
    found = await find_poll(call, request.peer, request.msg_id)
    async with call.change(found.box) as change:
        poll = await change.get(Poll, found.poll.number)
        if poll is None:
            raise errors.MessageIdInvalid
        answer = next((a for a in poll.asked.answers if a.option == request.option), None)
        if answer is None or not answer.added_by:
            raise errors.OptionInvalid
        if call.user not in (answer.added_by, poll.asked.maker):
            raise errors.MessageAuthorRequired
        if rules.is_closed(poll, call.now):
            raise errors.MessagePollClosed
        for vote in await change.scan(Vote, poll.number, limit=1 << 30):
            if answer.number in vote.answers:
                kept = tuple(n for n in vote.answers if n != answer.number)
                poll = await cast(change, poll, vote.user, kept, vote.face)
        poll = _with_answers(poll, [a for a in poll.asked.answers if a.number != answer.number])
        change.put(poll)
        at_once = await tell_poll(change, call.context, poll)
        await _tell_voter(change, call, found, poll)
    if at_once:
        push_poll(call.context, found.box, poll, call.client)
    return await _answer(call, found)


# -- closing ----------------------------------------------------------------------------------------


async def edit_poll(call: Call, request: api.MessagesEditMessage) -> api.Updates:
    """Close a poll, which is all that can be altered of one.

    Raises:
        accounts.PEER_ERRORS, errors.MessageIdInvalid
        errors.MessageAuthorRequired: it is not the caller's, or shown here only.
        errors.MediaInvalid: something else is wanted.
        errors.MessageNotModified: it is closed already.
    """
    found = await find_poll(call, request.peer, request.id)
    message, place = found.message, found.where.place
    if place is None:
        mine = call.user in (message.sender, message.author)
    else:
        inside = chats.is_in(place.member, call.now)
        right = "edit_messages" if message.sender < 0 else ""
        mine = inside and conversations.may_alter(place, message, call.user, right)
    here = (found.poll.peer, found.poll.id) == (message.peer, message.id)
    log = conversations.log_of(call, found.where)
    kept_here = found.box == log.box
    if not (here and kept_here) or not mine:
        raise errors.MessageAuthorRequired
    if not getattr(getattr(request.media, "poll", None), "closed", False):
        raise errors.MediaInvalid
    async with call.change(found.box) as change:
        poll = await change.get(Poll, found.poll.number)
        if poll is None or poll.closed:
            raise errors.MessageNotModified
        await close(change, call.context, poll)
        await adminlog.note_each(change, call.user, adminlog.POLL_CLOSED, [message])
        pts = change.last("pts")
    viewer = call.viewer()
    told = [await show_change(viewer, message), await log.edited(message.id).render(viewer, pts)]
    users, shown = await accounts.peers(viewer)
    return api.Updates(updates=told, users=users, chats=shown, date=call.now, seq=0)


# -- votes not looked at ----------------------------------------------------------------------------


async def _unread(look: View, where: conversations.Source, topic: int | None) -> list[UnreadVote]:
    """Return the marks of a dialog, or topic, at votes that were not looked at, newest first."""
    marks = await look.scan(UnreadVote, where.peer, reverse=True)
    if not topic:
        return marks
    return [
        mark
        for mark in marks
        if (message := await conversations.visible(where, mark.id)) is not None
        and conversations.topic_number(message) == topic
    ]


@method(api.MessagesGetUnreadPollVotes, raises=accounts.PEER_ERRORS)
async def get_unread_poll_votes(
    call: Call, request: api.MessagesGetUnreadPollVotes
) -> api.TypeMessagesMessages:
    """Return the caller's public polls in which others voted since they looked."""
    where = await conversations.source_of(call, request.peer)
    marks = await _unread(call.look(), where, request.top_msg_id)
    asked = messages.page_in(marks, messages.asked_by(request, PAGE_MAX))
    seen = [m for mark in asked if (m := await conversations.visible(where, mark.id)) is not None]
    return await messages.show_page(call, seen, len(marks), where)


@method(api.MessagesReadPollVotes, rate=Rate.WRITE, home=Home.CALLER, raises=accounts.PEER_ERRORS)
async def read_poll_votes(
    call: Call, request: api.MessagesReadPollVotes
) -> api.MessagesAffectedHistory:
    """Mark every vote in a dialog, or topic, as looked at."""
    where = await conversations.source_of(call, request.peer)
    async with call.change() as change:
        for mark in await _unread(change, where, request.top_msg_id):
            change.drop(UnreadVote, mark.peer, mark.id)
    pts = await where.look.counter("pts")
    return api.MessagesAffectedHistory(pts=pts, pts_count=0, offset=0)


async def unread_votes(viewer: Viewer, peer: int) -> int:
    """Return how many of somebody's public polls in a dialog have votes they have not looked at."""
    mine = viewer.look(Owner(Kind.USER, viewer.user))
    return await mine.count(UnreadVote, peer) if await mine.may_hold(UnreadVote, peer) else 0
