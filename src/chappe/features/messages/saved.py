"""messages.*Saved*: Saved Messages, sorted by whom they came from (core.telegram.org/api/saved-messages)."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.conversations import Message, remove_messages, show_message
from chappe.ports import Record
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, Viewer

from .pages import show_page
from .pagination import asked_by, page_in

PINNED_MAX: Final = 5  # pinned sources
PAGE_MAX: Final = 100  # sources in one answer
SAVED_READ_MAX: Final = 10_000  # newest saved messages of which the sources are told
DELETED_MAX: Final = 1000  # messages deleted by one call
SAVED_ERRORS: Final = (*accounts.PEER_ERRORS, errors.ParentPeerInvalid)


class SavedPins(Record, frozen=True):
    """Which sources of Saved Messages are pinned, in their order."""

    table = "saved_pins"
    key = ()

    peers: tuple[int, ...] = ()


class SavedPinsChanged(Event, frozen=True):
    """Sources of Saved Messages were pinned, unpinned or put in another order."""

    name = "saved.pins"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePinnedSavedDialogs:
        """See `Event`."""
        pins = await viewer.look(Owner(Kind.USER, viewer.user)).get(SavedPins) or SavedPins()
        order = [api.DialogPeer(peer=accounts.show_peer(viewer, p)) for p in pins.peers]
        return api.UpdatePinnedSavedDialogs(order=order)


def source_of_saved(message: Message, user: int) -> int:
    """Return the number of whom a saved message came from; one's own notes come from oneself."""
    return message.fwd_from or user


async def _newest(call: Call) -> dict[int, Message]:
    """Return the newest message of each source, newest first."""
    look = call.look()

    async def made() -> dict[int, Message]:
        newest: dict[int, Message] = {}
        async for page in call.reading(_all(call)):
            for message in page:
                newest.setdefault(source_of_saved(message, call.user), message)
        return newest

    return await look.derived(("newest saved",), made)


def _all(call: Call) -> AsyncIterator[list[Message]]:
    """Return what the caller has saved, newest first, page by page."""
    return call.look().pages(Message, call.user, limit=SAVED_READ_MAX, reverse=True)


async def _answer(
    call: Call, wanted: Sequence[tuple[int, Message]], total: int | None
) -> api.MessagesSavedDialogs | api.MessagesSavedDialogsSlice:
    viewer = call.viewer()
    pins = await call.look().get(SavedPins) or SavedPins()
    dialogs = [
        api.SavedDialog(
            pinned=peer in pins.peers, peer=accounts.show_peer(viewer, peer), top_message=top.id
        )
        for peer, top in wanted
    ]
    messages = [await show_message(viewer, top) for _, top in wanted]
    users, chats = await accounts.peers(viewer)
    if total is None:
        return api.MessagesSavedDialogs(
            dialogs=dialogs, messages=messages, chats=chats, users=users
        )
    return api.MessagesSavedDialogsSlice(
        count=total, dialogs=dialogs, messages=messages, chats=chats, users=users
    )


@method(api.MessagesGetSavedDialogs, raises=(errors.ParentPeerInvalid,))
async def get_saved_dialogs(
    call: Call, request: api.MessagesGetSavedDialogs
) -> api.TypeMessagesSavedDialogs:
    """Return whom Saved Messages came from, newest first."""
    refuse_parent(request)
    newest = await _newest(call)
    pins = await call.look().get(SavedPins) or SavedPins()
    every = [(p, m) for p, m in newest.items() if not (request.exclude_pinned and p in pins.peers)]
    page = every
    if request.offset_id:
        page = [x for x in every if x[1].id < request.offset_id]
    elif request.offset_date:
        page = [x for x in every if x[1].date < request.offset_date]
    limit = max(1, min(request.limit, PAGE_MAX))
    if len(every) <= limit and page is every:
        return await _answer(call, every, None)
    return await _answer(call, page[:limit], len(every))


def refuse_parent(request: Any) -> None:
    """Refuse what is about direct messages to a channel, which there are none of.

    Raises:
        errors.ParentPeerInvalid
    """
    if request.parent_peer is not None:
        raise errors.ParentPeerInvalid


@method(api.MessagesGetSavedDialogsByID, raises=SAVED_ERRORS)
async def get_saved_dialogs_by_id(
    call: Call, request: api.MessagesGetSavedDialogsByID
) -> api.TypeMessagesSavedDialogs:
    """Return some of those whom Saved Messages came from."""
    refuse_parent(request)
    wanted = [await _peer(call, given) for given in request.ids[:PAGE_MAX]]
    newest = await _newest(call)
    return await _answer(call, [(p, newest[p]) for p in wanted if p in newest], None)


@method(api.MessagesGetSavedHistory, raises=SAVED_ERRORS)
async def get_saved_history(
    call: Call, request: api.MessagesGetSavedHistory
) -> api.TypeMessagesMessages:
    """Return Saved Messages that came from one source."""
    refuse_parent(request)
    peer = await _peer(call, request.peer)
    found: list[Message] = []
    async for page in call.reading(_all(call)):
        found += [m for m in page if source_of_saved(m, call.user) == peer]
    return await show_page(call, page_in(found, asked_by(request)), len(found))


@method(api.MessagesGetPinnedSavedDialogs)
async def get_pinned_saved_dialogs(
    call: Call, request: api.MessagesGetPinnedSavedDialogs
) -> api.TypeMessagesSavedDialogs:
    """Return the pinned sources."""
    newest = await _newest(call)
    pins = await call.look().get(SavedPins) or SavedPins()
    return await _answer(call, [(p, newest[p]) for p in pins.peers if p in newest], None)


async def _peer(call: Call, given: Any) -> int:
    if isinstance(given, api.InputDialogPeer):
        given = given.peer
    return accounts.peer_id(await accounts.peer_of(call, given))


@method(
    api.MessagesToggleSavedDialogPin,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS, errors.PinnedDialogsTooMuch),
)
async def toggle_saved_pin(call: Call, request: api.MessagesToggleSavedDialogPin) -> bool:
    """Pin a source to the top, or unpin it."""
    peer = await _peer(call, request.peer)
    async with call.change() as change:
        pins = await change.get(SavedPins) or SavedPins()
        order = tuple(p for p in pins.peers if p != peer)
        if request.pinned:
            if len(order) >= PINNED_MAX:
                raise errors.PinnedDialogsTooMuch
            order = (peer, *order)
        change.put(SavedPins(peers=order))
        change.announce_without_pts(SavedPinsChanged())
    return True


@method(
    api.MessagesReorderPinnedSavedDialogs,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS, errors.PinnedDialogsTooMuch),
)
async def reorder_saved_pins(call: Call, request: api.MessagesReorderPinnedSavedDialogs) -> bool:
    """Put the pinned sources in another order; with `force`, unpin those not named."""
    if len(request.order) > PINNED_MAX:
        raise errors.PinnedDialogsTooMuch
    wanted = tuple(dict.fromkeys([await _peer(call, given) for given in request.order]))
    async with call.change() as change:
        pins = await change.get(SavedPins) or SavedPins()
        rest = () if request.force else tuple(p for p in pins.peers if p not in wanted)
        change.put(SavedPins(peers=(*wanted, *rest)[:PINNED_MAX]))
        change.announce_without_pts(SavedPinsChanged())
    return True


@method(api.MessagesDeleteSavedHistory, rate=Rate.WRITE, home=Home.CALLER, raises=SAVED_ERRORS)
async def delete_saved_history(
    call: Call, request: api.MessagesDeleteSavedHistory
) -> api.MessagesAffectedHistory:
    """Delete what came from one source, a thousand messages a call."""
    refuse_parent(request)
    peer = await _peer(call, request.peer)
    async with call.change() as change:
        every = await change.scan(Message, call.user)
        theirs = [
            m
            for m in every
            if source_of_saved(m, call.user) == peer
            and (not request.max_id or m.id <= request.max_id)
            and (request.min_date or 0) <= m.date <= (request.max_date or m.date)
        ]
        gone = theirs[:DELETED_MAX]
        pts = await remove_messages(change, gone) if gone else change.last("pts")
    return api.MessagesAffectedHistory(
        pts=pts, pts_count=len(gone), offset=int(len(theirs) > len(gone))
    )
