"""updates.*: state and difference (core.telegram.org/api/updates)."""

from typing import Any, Final

from chappe.features import accounts
from chappe.features.dialogs import Dialog
from chappe.rpc import Call, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, EventRow, NoticeRow, View

EVENTS_A_SLICE: Final = 500  # events in one answer
EVENTS_BEHIND_MAX: Final = 100_000  # pts a client may be behind before it must begin anew
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
    if not rows and (not notices or request.pts > now):
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
    users, chats = await accounts.peers(viewer)
    fields = {
        "new_messages": messages, "new_encrypted_messages": [], "other_updates": others,
        "chats": chats, "users": users,
    }  # fmt: skip
    if whole:
        return api.UpdatesDifference(**fields, state=await state(call, now))
    return api.UpdatesDifferenceSlice(**fields, intermediate_state=await state(call, rows[-1].pts))


@method(api.UpdatesGetChannelDifference, needs=Needs.LOGIN, raises=(errors.ChannelInvalid,))
async def get_channel_difference(call: Call, request: api.UpdatesGetChannelDifference) -> Any:
    """Refuse: there are no channels yet."""
    raise errors.ChannelInvalid
