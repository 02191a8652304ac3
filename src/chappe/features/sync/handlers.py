"""Methods updates.*: state and difference (core.telegram.org/api/updates)."""

from typing import Any, Final

from chappe.core import Kind
from chappe.features import accounts, chats, conversations
from chappe.features.conversations import Dialog, Message
from chappe.features.dialogs import show_dialogs, with_channel_state
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import (
    CHANNEL_BEHIND_MAX,
    EVENTS_BEHIND_MAX,
    Event,
    EventRow,
    NoticeRow,
    Pruned,
    View,
)

from . import second_log

EVENTS_A_SLICE: Final = 500  # events in one answer
CHANNEL_SLICE_MAX: Final = 1_000  # events of a channel in one answer
CHANNEL_SLICE_MIN: Final = (
    10  # events below which a client asks how a channel stands, not for its log
)
# Seconds until clients ask again for what is new in a channel they only look at. For as long after each
# difference gotd drops what is pushed of the channel and closes no gap in it: five minutes would be long.
CHANNEL_TIMEOUT_S: Final = 30
TOO_LONG_MESSAGES: Final = 50  # newest messages told to who is too far behind
NOTICES_A_SLICE: Final = 500  # notices in one answer, and whatever else the last second brought
COMMIT_S_MAX: Final = 10  # seconds a change may take to be kept: it is dated when it began
NOTICES_READ_MAX: Final = 20_000  # notices one call looks through


async def _unread(look: View) -> int:
    """Return how many messages a person has not read."""
    return sum(d.unread for d in await look.scan(Dialog, limit=1000))


async def state(call: Call, pts: int | None = None, qts: int | None = None) -> api.UpdatesState:
    """Return where the caller's box stands; `pts` and `qts` for a place on the way there."""
    look = call.look()
    return api.UpdatesState(
        pts=await look.counter("pts") if pts is None else pts,
        qts=await look.counter(call.log.counter) if qts is None else qts,
        date=call.now,
        seq=0,
        unread_count=await look.derived(("unread",), lambda: _unread(look)),
    )


@method(api.UpdatesGetState, needs=Needs.LOGIN, rate=Rate.FREE)
async def get_state(call: Call, request: api.UpdatesGetState) -> api.UpdatesState:
    """Return where the caller's box stands."""
    return await state(call)


async def _notices(call: Call, since: int) -> tuple[list[NoticeRow], int]:
    """Return what was noticed since a date, and shortly before, newest state of each thing only once.

    Also the date to ask from next; 0 if this is all. A page ends with a whole second not before
    `since`, so that the next one begins behind it. Who looks further back than most do pays for it.
    """
    low = since - COMMIT_S_MAX
    recent: list[NoticeRow] = []
    async for page in call.look().pages(
        NoticeRow, limit=NOTICES_READ_MAX, reverse=True, size=NOTICES_A_SLICE
    ):
        if recent:
            call.begin_reading()
            call.read(len(page))
        recent += page
        if page[-1].date < low:
            break
    mine = (0, call.log.device)
    once = {(n.name, n.body): n for n in reversed(recent) if n.date >= low and n.device in mine}
    every = sorted(once.values(), key=lambda n: n.seq)
    if len(every) <= NOTICES_A_SLICE:
        return every, 0
    last = max(every[NOTICES_A_SLICE - 1].date, since)
    page = [n for n in every if n.date <= last]
    return page, last + 1 if len(page) < len(every) else 0


async def _is_too_far(look: View, request: Any, now: int) -> bool:
    """Whether a client is too far behind to be told what happened."""
    pruned = await look.get(Pruned) or Pruned()
    behind = now - request.pts
    total = request.pts_total_limit
    return (
        behind > EVENTS_BEHIND_MAX
        or request.pts < pruned.pts
        or (behind > 0 and request.date <= pruned.date)
        or (total is not None and behind > max(total, 0))
    )


@method(api.UpdatesGetDifference, needs=Needs.LOGIN, rate=Rate.FREE, home=Home.CALLER)
async def get_difference(
    call: Call, request: api.UpdatesGetDifference
) -> api.TypeUpdatesDifference:
    """Return what happened since the state a client has, as it would have been pushed."""
    look = call.look()
    now = await look.counter("pts")
    if await _is_too_far(look, request, now):
        return api.UpdatesDifferenceTooLong(pts=now)
    limit = EVENTS_A_SLICE
    if request.pts_limit is not None:
        limit = max(1, min(limit, request.pts_limit))
    rows = await look.scan(EventRow, after=request.pts, before=now + 1, limit=limit)
    addressed = await second_log.next_slice(call, request.qts, request.qts_limit)
    whole = (len(rows) < limit or rows[-1].pts == now) and addressed.whole
    notices: list[NoticeRow] = []
    news: list[Any] = []
    go_on = 0
    if whole:
        notices, go_on = await _notices(call, request.date)
        news = await _changed_channels(call, request.date)
    if not rows and not news and not addressed.rows and (not notices or request.pts > now):
        return api.UpdatesDifferenceEmpty(date=call.now, seq=0)
    viewer = call.viewer()
    open_ = call.context.registry.open
    fresh: list[Any] = []
    others: list[Any] = []
    events: list[tuple[int, Event]] = [(row.pts, open_(row.name, row.body)) for row in rows]
    events += [(0, open_(n.name, n.body)) for n in notices]
    reached, weight = now if whole or not rows else rows[-1].pts, 0
    for place, (pts, event) in enumerate(events, 1):
        # who asks for one event by its pts is mending a gap, and counts what comes
        mends = request.pts_limit is not None
        update = await (event.render_or_count(viewer, pts) if mends else event.render(viewer, pts))
        if isinstance(update, api.UpdateNewMessage) and not mends:
            fresh.append(update.message)
            _count(others, update.message)
        elif update is not None:
            others.append(update)
        weight += _weight(update)
        if weight > conversations.ANSWER_BYTES_MAX and pts and place < len(rows):
            reached, whole, news = pts, False, []  # what has no pts comes with the last slice
            break
    secret, more = await second_log.render(call, viewer, addressed.rows)
    others += more + news
    for update in news:
        viewer.mention_channel(update.channel_id)
    users, shown_chats = await accounts.peers(viewer)
    fields = {
        "new_messages": fresh,
        "new_encrypted_messages": secret,
        "other_updates": others,
        "chats": shown_chats,
        "users": users,
    }
    if whole and not go_on:
        return api.UpdatesDifference(**fields, state=await state(call, now, addressed.reached))
    between = await state(call, reached, addressed.reached)
    between.date = (whole and go_on) or request.date  # what has no pts is still to come
    return api.UpdatesDifferenceSlice(**fields, intermediate_state=between)


def _weight(update: Any) -> int:
    """Return about how many bytes an update with a message takes; little for any other."""
    message = getattr(update, "message", None)
    return 0 if message is None else conversations.weight_of(message)


def _count(others: list[Any], message: Any) -> None:
    """Count a message that came after read marks as unread in them: clients take messages first."""
    if message.out or message.saved_peer_id is not None:
        return  # one's own
    for update in others:
        if isinstance(update, api.UpdateReadHistoryInbox) and update.peer == message.peer_id:
            update.still_unread_count += 1


async def _changed_channels(call: Call, since: int) -> list[Any]:
    """Return which of the caller's channels have news since a date: each has a log of its own."""
    low = max(1, since - COMMIT_S_MAX)
    news: list[Any] = []
    for joined in await call.look().scan(chats.Joined):
        owner = accounts.owner_of(joined.peer)
        if owner.kind is not Kind.CHANNEL:
            continue
        look = call.look(owner)
        if await look.counter("announced_at") >= low:
            pts = await look.counter("pts")
            news.append(api.UpdateChannelTooLong(channel_id=owner.id, pts=pts))
        if await look.counter("noticed_at") >= low:
            news.append(api.UpdateChannel(channel_id=owner.id))
    return news


async def _too_long(
    call: Call, place: chats.Membership, *, final: bool
) -> api.UpdatesChannelDifferenceTooLong:
    """Answer somebody who is too far behind: the dialog as it stands, and its newest messages."""
    viewer = call.viewer()
    dialog = await call.look().get(Dialog, place.peer) or Dialog(peer=place.peer)
    standing = await with_channel_state(viewer, [dialog])
    shown, _ = await show_dialogs(viewer, standing)
    first = place.member.first_visible if place.member else 0
    newest = await call.look(place.owner).scan(
        Message, place.peer, reverse=True, limit=TOO_LONG_MESSAGES
    )
    top = shown[0].top_message  # what came after it belongs to a later pts
    seen = [m for m in newest if first <= m.id <= top]
    if call.client.bot:
        seen = [m for m in seen if conversations.heard(m, call.user)]
    recent = [await conversations.show_message(viewer, m) for m in seen]
    users, shown_chats = await accounts.peers(viewer)
    return api.UpdatesChannelDifferenceTooLong(
        final=final,
        timeout=CHANNEL_TIMEOUT_S,
        dialog=shown[0],
        messages=recent,
        chats=shown_chats,
        users=users,
    )


@method(
    api.UpdatesGetChannelDifference,
    needs=Needs.LOGIN,
    rate=Rate.FREE,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate, errors.PersistentTimestampInvalid),
)
async def get_channel_difference(
    call: Call, request: api.UpdatesGetChannelDifference
) -> api.TypeUpdatesChannelDifference:
    """Return what happened in a channel since a pts, as it would have been pushed."""
    place = await chats.channel(call, request.channel)
    if call.client.bot and not chats.is_in(place.member, call.now):
        raise errors.ChannelPrivate  # a bot looks into no channel by its name
    look = call.look(place.owner)
    now = await look.counter("pts")
    if request.pts < 0:
        raise errors.PersistentTimestampInvalid
    limit = max(1, min(request.limit, CHANNEL_SLICE_MAX))
    pruned = await look.get(Pruned) or Pruned()
    behind = now - request.pts
    # TDLib asks so about a channel it knows nothing of; a slice of the log would leave it there
    only_looks = request.limit < CHANNEL_SLICE_MIN and behind > limit
    lost = behind > CHANNEL_BEHIND_MAX or behind < 0 or request.pts < pruned.pts
    if only_looks or lost:
        return await _too_long(call, place, final=True)
    rows = await look.scan(EventRow, after=request.pts, before=now + 1, limit=limit)
    if not rows:
        return api.UpdatesChannelDifferenceEmpty(final=True, pts=now, timeout=CHANNEL_TIMEOUT_S)
    viewer = call.viewer()
    fresh: list[Any] = []
    others: list[Any] = []
    weight = 0
    for row in rows:
        update = await call.context.registry.open(row.name, row.body).render(viewer, row.pts)
        if isinstance(update, api.UpdateNewChannelMessage):
            fresh.append(update.message)
        elif update is not None:
            others.append(update)
        weight += _weight(update)
        if weight > conversations.ANSWER_BYTES_MAX:
            break
    accounts.show_peer(viewer, place.peer)
    users, shown = await accounts.peers(viewer)
    whole = len(rows) < limit and row is rows[-1]
    return api.UpdatesChannelDifference(
        final=whole,
        pts=now if whole else row.pts,
        timeout=CHANNEL_TIMEOUT_S if whole else None,
        new_messages=fresh,
        other_updates=others,
        chats=shown,
        users=users,
    )
