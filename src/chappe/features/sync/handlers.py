"""updates.*: state and difference (core.telegram.org/api/updates)."""

from typing import Any, Final

from chappe.core import Kind
from chappe.features import accounts, chats
from chappe.features.dialogs import Dialog, Message, settled, show_dialogs
from chappe.rpc import Call, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, EventRow, NoticeRow, View

EVENTS_A_SLICE: Final = 500  # events in one answer
EVENTS_BEHIND_MAX: Final = 100_000  # pts a client may be behind before it must begin anew
CHANNEL_SLICE_MAX: Final = 1_000  # events of a channel in one answer
CHANNEL_SLICE_MIN: Final = (
    10  # events below which a client asks how a channel stands, not for its log
)
CHANNEL_BEHIND_MAX: Final = 10_000  # pts a client may be behind a channel before it begins anew
CHANNEL_TIMEOUT_S: Final = 300  # seconds until clients may ask a channel they only look at again
TOO_LONG_MESSAGES: Final = 50  # newest messages told to who is too far behind
NOTICES_MAX: Final = 200  # notices in one answer


async def state(call: Call, pts: int | None = None) -> Any:
    """Return where the caller's box stands; `pts` for a place on the way there."""
    look = call.look()
    dialogs = await look.scan(Dialog, limit=1000)
    return api.UpdatesState(
        pts=await look.counter("pts") if pts is None else pts,
        qts=await look.counter("qts"),
        date=call.now,
        seq=0,
        unread_count=sum(d.unread for d in dialogs),
    )


@method(api.UpdatesGetState, needs=Needs.LOGIN, rate=Rate.FREE)
async def get_state(call: Call, request: api.UpdatesGetState) -> Any:
    """Return where the caller's box stands."""
    return await state(call)


async def _notices(look: View, since: int) -> list[NoticeRow]:
    """Return what was noticed at or after a date, newest state of each thing only once."""
    recent = await look.scan(NoticeRow, limit=NOTICES_MAX, reverse=True)
    once = {(n.name, n.body): n for n in reversed(recent) if n.date >= since}
    return sorted(once.values(), key=lambda n: n.seq)


@method(api.UpdatesGetDifference, needs=Needs.LOGIN, rate=Rate.FREE)
async def get_difference(call: Call, request: api.UpdatesGetDifference) -> Any:
    """Return what happened since the state a client has, as it would have been pushed."""
    look = call.look()
    now = await look.counter("pts")
    if now - request.pts > EVENTS_BEHIND_MAX or request.pts < 0:
        return api.UpdatesDifferenceTooLong(pts=now)
    rows = await look.scan(EventRow, after=request.pts, before=now + 1, limit=EVENTS_A_SLICE)
    notices = await _notices(look, request.date)
    news = await _changed_channels(call, request.date)
    if not rows and not news and (not notices or request.pts > now):
        return api.UpdatesDifferenceEmpty(date=call.now, seq=0)
    whole = len(rows) < EVENTS_A_SLICE
    viewer = call.viewer()
    messages, others = [], []
    events: list[tuple[int, Event]] = [
        (row.pts, call.house.book.open(row.name, row.body)) for row in rows
    ]
    if whole:
        events += [(0, call.house.book.open(n.name, n.body)) for n in notices]
    for pts, event in events:
        update = await event.render(viewer, pts)
        if isinstance(update, api.UpdateNewMessage):
            messages.append(update.message)
        elif update is not None:
            others.append(update)
    if whole:
        others += news
        for update in news:
            viewer.mention_channel(update.channel_id)
    users, shown_chats = await accounts.peers(viewer)
    fields = {
        "new_messages": messages, "new_encrypted_messages": [], "other_updates": others,
        "chats": shown_chats, "users": users,
    }  # fmt: skip
    if whole:
        return api.UpdatesDifference(**fields, state=await state(call, now))
    return api.UpdatesDifferenceSlice(**fields, intermediate_state=await state(call, rows[-1].pts))


async def _changed_channels(call: Call, since: int) -> list[Any]:
    """Return which of the caller's channels have news since a date: each has a log of its own."""
    news: list[Any] = []
    for joined in await call.look().scan(chats.Joined):
        owner = accounts.owner_of(joined.peer)
        if owner.kind is not Kind.CHANNEL:
            continue
        look = call.look(owner)
        last = await look.scan(EventRow, limit=1, reverse=True)
        if last and last[0].date >= since:
            news.append(api.UpdateChannelTooLong(channel_id=owner.id, pts=last[0].pts))
    return news


async def _too_long(call: Call, place: chats.Place, *, final: bool) -> Any:
    """Answer somebody who is too far behind: the dialog as it stands, and its newest messages."""
    viewer = call.viewer()
    dialog = await call.look().get(Dialog, place.peer) or Dialog(peer=place.peer)
    show = call.service("show_message")
    shown, _ = await show_dialogs(viewer, await settled(viewer, [dialog]), show)
    first = place.member.first_visible if place.member else 0
    newest = await call.look(place.owner).scan(
        Message, place.peer, reverse=True, limit=TOO_LONG_MESSAGES
    )
    top = shown[0].top_message  # what came after it belongs to a later pts
    messages = [await show(viewer, m) for m in newest if first <= m.id <= top]
    users, shown_chats = await accounts.peers(viewer)
    return api.UpdatesChannelDifferenceTooLong(
        final=final, timeout=CHANNEL_TIMEOUT_S, dialog=shown[0], messages=messages,
        chats=shown_chats, users=users,
    )  # fmt: skip


@method(
    api.UpdatesGetChannelDifference,
    needs=Needs.LOGIN,
    rate=Rate.FREE,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate, errors.PersistentTimestampInvalid),
)
async def get_channel_difference(call: Call, request: api.UpdatesGetChannelDifference) -> Any:
    """Return what happened in a channel since a pts, as it would have been pushed."""
    place = await chats.channel(call, request.channel)
    look = call.look(place.owner)
    now = await look.counter("pts")
    if request.pts < 0:
        raise errors.PersistentTimestampInvalid
    limit = max(1, min(request.limit, CHANNEL_SLICE_MAX))
    behind = now - request.pts
    # TDLib asks so about a channel it knows nothing of; a slice of the log would leave it there
    only_looks = request.limit < CHANNEL_SLICE_MIN and behind > limit
    if only_looks or behind > CHANNEL_BEHIND_MAX or behind < 0:
        return await _too_long(call, place, final=True)
    rows = await look.scan(EventRow, after=request.pts, before=now + 1, limit=limit)
    if not rows:
        return api.UpdatesChannelDifferenceEmpty(final=True, pts=now, timeout=CHANNEL_TIMEOUT_S)
    viewer = call.viewer()
    messages, others = [], []
    for row in rows:
        update = await call.house.book.open(row.name, row.body).render(viewer, row.pts)
        if isinstance(update, api.UpdateNewChannelMessage):
            messages.append(update.message)
        elif update is not None:
            others.append(update)
    accounts.show_peer(viewer, place.peer)
    users, shown = await accounts.peers(viewer)
    whole = len(rows) < limit
    return api.UpdatesChannelDifference(
        final=whole, pts=now if whole else rows[-1].pts,
        timeout=CHANNEL_TIMEOUT_S if whole else None,
        new_messages=messages, other_updates=others, chats=shown, users=users,
    )  # fmt: skip
