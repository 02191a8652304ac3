"""Methods messages.*Dialog*: the list of dialogs, drafts, pins, the archive."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from chappe.core import Owner
from chappe.features import accounts, contacts
from chappe.features.conversations import DIALOGS_MAX, Dialog, Draft, ReplyDetails, TopicDraft
from chappe.rpc import Call, Home, Rate, method
from chappe.texts import take_entities
from chappe.tl import api, errors
from chappe.updates import Change

from .events import DialogMoved, DraftChanged, PinsChanged, UnreadMarked
from .views import show_dialogs, show_draft, with_channel_state

PAGE_DIALOGS_MAX: Final = 100  # dialogs in one answer
PINNED_DIALOGS_MAX: Final = 10  # pinned dialogs, the archive aside
READ_TRIES_MAX: Final = 20  # times dialogs are read again because something came in between
TOPIC_DRAFTS_MAX: Final = 100  # drafts in the topics of one forum; more are not kept
QUOTE_CHARACTERS_MAX: Final = 1024  # characters of a quote in a draft
PINNED_ARCHIVE_MAX: Final = 100  # pinned dialogs in the archive


async def _peer(call: Call, given: Any) -> int:
    """Return the dialog's number behind an InputPeer or InputDialogPeer."""
    if isinstance(given, api.InputDialogPeer):
        given = given.peer
    owner: Owner = await accounts.peer_of(call, given)
    return accounts.peer_id(owner)


T = TypeVar("T")


async def _answer(call: Call, dialogs: Sequence[Dialog], kind: Callable[..., T], **more: Any) -> T:
    viewer = call.viewer()
    shown, messages = await show_dialogs(viewer, dialogs)
    users, chats = await accounts.peers(viewer)
    return kind(dialogs=shown, messages=messages, chats=chats, users=users, **more)


@method(api.MessagesGetDialogs)
async def get_dialogs(call: Call, request: api.MessagesGetDialogs) -> api.TypeMessagesDialogs:
    """Return conversations, pinned ones first, then the newest."""
    every = await with_channel_state(
        call.viewer(), await call.look().scan(Dialog, limit=DIALOGS_MAX)
    )
    dialogs = [d for d in every if d.top]
    if request.folder_id is not None:
        dialogs = [d for d in dialogs if d.folder == request.folder_id]
    first = not request.offset_date and not request.offset_id
    pinned = sorted((d for d in dialogs if d.pin), key=lambda d: -d.pin)
    plain = sorted(
        (d for d in dialogs if not d.pin), key=lambda d: (d.date, d.top, d.peer), reverse=True
    )
    wanted = [*(() if request.exclude_pinned else pinned), *plain]
    if not first:
        last = await _offset_peer(call, request.offset_peer)
        at = next((i for i, d in enumerate(pinned) if d.peer == last), None)
        if at is not None:  # the page before ended among the pinned ones
            wanted = [*(() if request.exclude_pinned else pinned[at + 1 :]), *plain]
        else:
            until = (request.offset_date, request.offset_id or 1 << 62, last)
            wanted = [d for d in plain if (d.date, d.top, d.peer) < until]
    limit = max(1, min(request.limit, PAGE_DIALOGS_MAX))
    if first and len(wanted) <= limit:
        return await _answer(call, wanted, api.MessagesDialogs)
    total = len(dialogs) - (len(pinned) if request.exclude_pinned else 0)
    return await _answer(call, wanted[:limit], api.MessagesDialogsSlice, count=total)


async def _offset_peer(call: Call, given: Any) -> int:
    """Return which dialog a page begins behind; one that can be named no more decides nothing."""
    try:
        return await _peer(call, given)
    except accounts.PEER_ERRORS:
        return -1 << 62


async def _of_one_moment(
    call: Call, read: Callable[[], Awaitable[list[Dialog]]]
) -> tuple[list[Dialog], Any]:
    """Return dialogs and the state they are of: a count beside a later pts is wrong for good."""
    look = call.look()
    for _ in range(READ_TRIES_MAX):
        pts = await look.counter("pts")
        dialogs = await read()
        if pts == await look.counter("pts"):
            break
    qts = await look.counter(call.log.counter)
    return dialogs, api.UpdatesState(pts=pts, qts=qts, date=call.now, seq=0, unread_count=0)


@method(api.MessagesGetPeerDialogs, raises=(*accounts.PEER_ERRORS,))
async def get_peer_dialogs(
    call: Call, request: api.MessagesGetPeerDialogs
) -> api.MessagesPeerDialogs:
    """Return some conversations, those that have not begun included."""
    named = [g for g in request.peers if not isinstance(g, api.InputDialogPeerFolder)]
    peers = [await _peer(call, given) for given in named[:PAGE_DIALOGS_MAX]]

    async def read() -> list[Dialog]:
        look = call.look()
        return [await look.get(Dialog, peer) or Dialog(peer=peer) for peer in peers]

    wanted, state = await _of_one_moment(call, read)
    wanted = await with_channel_state(call.viewer(), wanted)
    return await _answer(call, wanted, api.MessagesPeerDialogs, state=state)


@method(api.MessagesGetPinnedDialogs)
async def get_pinned_dialogs(
    call: Call, request: api.MessagesGetPinnedDialogs
) -> api.MessagesPeerDialogs:
    """Return the pinned conversations of one folder."""

    async def read() -> list[Dialog]:
        dialogs = await call.look().scan(Dialog, limit=DIALOGS_MAX)
        pinned = [d for d in dialogs if d.pin and d.folder == request.folder_id]
        return sorted(pinned, key=lambda d: -d.pin)

    pinned, state = await _of_one_moment(call, read)
    pinned = await with_channel_state(call.viewer(), pinned)
    return await _answer(call, pinned, api.MessagesPeerDialogs, state=state)


@method(
    api.MessagesToggleDialogPin,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS, errors.PinnedDialogsTooMuch),
)
async def toggle_dialog_pin(call: Call, request: api.MessagesToggleDialogPin) -> bool:
    """Pin a conversation to the top, or unpin it."""
    peer = await _peer(call, request.peer)
    async with call.change() as change:
        dialogs = await change.scan(Dialog, limit=DIALOGS_MAX)
        dialog = next((d for d in dialogs if d.peer == peer), Dialog(peer=peer))
        pins = [d.pin for d in dialogs if d.pin and d.folder == dialog.folder]
        bound = PINNED_ARCHIVE_MAX if dialog.folder else PINNED_DIALOGS_MAX
        if request.pinned and not dialog.pin and len(pins) >= bound:
            raise errors.PinnedDialogsTooMuch
        pin = max(pins, default=0) + 1 if request.pinned else 0
        change.put(msgspec.structs.replace(dialog, pin=pin))
        change.announce_without_pts(PinsChanged(folder=dialog.folder))
    return True


@method(
    api.MessagesReorderPinnedDialogs,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS, errors.PinnedDialogsTooMuch),
)
async def reorder_pinned_dialogs(call: Call, request: api.MessagesReorderPinnedDialogs) -> bool:
    """Put the pinned conversations in another order; with `force`, unpin those not named."""
    order = [await _peer(call, given) for given in request.order[:PINNED_ARCHIVE_MAX]]
    if len(order) > (PINNED_ARCHIVE_MAX if request.folder_id else PINNED_DIALOGS_MAX):
        raise errors.PinnedDialogsTooMuch
    async with call.change() as change:
        for dialog in await change.scan(Dialog, limit=DIALOGS_MAX):
            if dialog.folder != request.folder_id:
                continue
            if dialog.peer in order:
                pin = len(order) - order.index(dialog.peer)
            else:
                pin = 0 if request.force else dialog.pin
            if pin != dialog.pin:
                change.put(msgspec.structs.replace(dialog, pin=pin))
        change.announce_without_pts(PinsChanged(folder=request.folder_id))
    return True


@method(
    api.MessagesMarkDialogUnread, rate=Rate.WRITE, home=Home.CALLER, raises=(*accounts.PEER_ERRORS,)
)
async def mark_dialog_unread(call: Call, request: api.MessagesMarkDialogUnread) -> bool:
    """Mark a conversation as unread by hand, or take the mark away."""
    peer = await _peer(call, request.peer)
    async with call.change() as change:
        dialog = await change.get(Dialog, peer) or Dialog(peer=peer)
        change.put(msgspec.structs.replace(dialog, marked=request.unread))
        change.announce_without_pts(UnreadMarked(peer=peer))
    return True


@method(api.MessagesGetDialogUnreadMarks)
async def get_dialog_unread_marks(
    call: Call, request: api.MessagesGetDialogUnreadMarks
) -> list[api.TypeDialogPeer]:
    """Return the conversations marked as unread by hand."""
    viewer = call.viewer()
    dialogs = await call.look().scan(Dialog, limit=DIALOGS_MAX)
    return [api.DialogPeer(peer=accounts.show_peer(viewer, d.peer)) for d in dialogs if d.marked]


@method(
    api.FoldersEditPeerFolders,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS, errors.FolderIdInvalid),
)
async def edit_peer_folders(call: Call, request: api.FoldersEditPeerFolders) -> api.TypeUpdates:
    """Archive conversations, or bring them back."""
    viewer = call.viewer()
    updates: list[api.TypeUpdate] = []
    moves: dict[int, list[int]] = {}
    for given in request.folder_peers[:PAGE_DIALOGS_MAX]:
        if given.folder_id not in (0, 1):
            raise errors.FolderIdInvalid
        moves.setdefault(given.folder_id, []).append(await _peer(call, given.peer))
    async with call.change() as change:
        for folder, peers in moves.items():
            for peer in peers:
                dialog = await change.get(Dialog, peer) or Dialog(peer=peer)
                change.put(msgspec.structs.replace(dialog, folder=folder, pin=0))
                if dialog.pin:
                    change.announce_without_pts(PinsChanged(folder=dialog.folder))
            event = DialogMoved(peers=tuple(peers), folder=folder)
            pts = change.announce(event)
            updates.append(await event.render(viewer, pts))
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=users, chats=chats, date=call.now, seq=0)


@method(api.FoldersDeleteFolder, rate=Rate.WRITE, raises=(errors.FolderIdInvalid,))
async def delete_folder(call: Call, request: api.FoldersDeleteFolder) -> api.TypeUpdates:
    """Refuse: the archive is no folder that could be deleted, and there is no other of its kind."""
    raise errors.FolderIdInvalid


@method(
    api.MessagesSaveDraft,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS, errors.EntityBoundsInvalid, errors.MessageTooLong),
)
async def save_draft(call: Call, request: api.MessagesSaveDraft) -> bool:
    """Keep what somebody has begun to write; an empty draft clears it."""
    peer = await _peer(call, request.peer)
    if len(request.message) > 4096:  # noqa: PLR2004  as long as a message may be
        raise errors.MessageTooLong
    text, entities = take_entities(request.entities, request.message, call.user)
    reply = getattr(request.reply_to, "reply_to_msg_id", 0) or 0
    topic = getattr(request.reply_to, "top_msg_id", 0) or 0
    reply = 0 if reply == topic else reply
    kept: dict[str, Any] = {
        "peer": peer,
        "text": text,
        "date": call.now,
        "entities": entities,
        "reply_to": reply,
        "no_webpage": request.no_webpage,
        "invert_media": request.invert_media,
        "effect": request.effect or 0,
        "answer": await _answered(call, peer, request.reply_to),
    }
    async with call.change() as change:
        found = await (change.get(TopicDraft, peer, topic) if topic else change.get(Draft, peer))
        if text or reply:
            if topic and found is None and await _is_full(change, peer):
                return True
            change.rewrite(TopicDraft(topic=topic, **kept) if topic else Draft(**kept))
        elif found is None:
            return True
        elif topic:
            change.drop(TopicDraft, peer, topic)
        else:
            change.drop(Draft, peer)
        change.announce_without_pts(DraftChanged(peer=peer, topic=topic))
    return True


async def _answered(call: Call, peer: int, given: Any) -> ReplyDetails | None:
    """Return what a draft quotes, and which other dialog it answers in."""
    if not isinstance(given, api.InputReplyToMessage):
        return None
    there = await _peer(call, given.reply_to_peer_id) if given.reply_to_peer_id else peer
    quote, entities = take_entities(
        given.quote_entities, (given.quote_text or "")[:QUOTE_CHARACTERS_MAX]
    )
    answer = ReplyDetails(
        quote=quote,
        offset=max(0, given.quote_offset or 0),
        entities=entities,
        peer=there if there != peer else 0,
    )
    return None if answer == ReplyDetails() else answer


async def _is_full(change: Change, peer: int) -> bool:
    """Whether somebody keeps as many drafts in one forum as they may."""
    return await change.count(TopicDraft, peer, limit=TOPIC_DRAFTS_MAX) >= TOPIC_DRAFTS_MAX


@method(api.MessagesGetAllDrafts)
async def get_all_drafts(call: Call, request: api.MessagesGetAllDrafts) -> api.TypeUpdates:
    """Return every draft."""
    viewer = call.viewer()
    updates: list[api.TypeUpdate] = [
        api.UpdateDraftMessage(
            peer=accounts.show_peer(viewer, d.peer),
            draft=show_draft(viewer, d) or api.DraftMessageEmpty(),
        )
        for d in await call.look().scan(Draft)
    ]
    for draft in await call.look().scan(TopicDraft):
        event = DraftChanged(peer=draft.peer, topic=draft.topic)
        updates.append(await event.render(viewer, 0))
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=users, chats=chats, date=call.now, seq=0)


@method(api.MessagesClearAllDrafts, rate=Rate.WRITE, home=Home.CALLER)
async def clear_all_drafts(call: Call, request: api.MessagesClearAllDrafts) -> bool:
    """Clear every draft."""
    async with call.change() as change:
        for draft in await change.scan(Draft):
            change.drop(Draft, draft.peer)
            change.announce_without_pts(DraftChanged(peer=draft.peer))
        for one in await change.scan(TopicDraft):
            change.drop(TopicDraft, one.peer, one.topic)
            change.announce_without_pts(DraftChanged(peer=one.peer, topic=one.topic))
    return True


@method(api.MessagesGetPeerSettings, raises=(*accounts.PEER_ERRORS,))
async def get_peer_settings(
    call: Call, request: api.MessagesGetPeerSettings
) -> api.MessagesPeerSettings:
    """Return what an app should offer to do about somebody."""
    peer = await _peer(call, request.peer)
    viewer = call.viewer()
    accounts.show_peer(viewer, peer)
    settings = api.PeerSettings()
    if peer > 0:
        settings = await contacts.peer_settings(viewer, peer)
    users, chats = await accounts.peers(viewer)
    return api.MessagesPeerSettings(settings=settings, chats=chats, users=users)
