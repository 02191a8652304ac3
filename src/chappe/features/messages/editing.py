"""Editing of messages: permission, replacement media, delivery to the copies."""

from typing import Any, Final

import msgspec

from chappe.features import accounts, auth, chats, files, keyboards, media
from chappe.features.adminlog import note_edit
from chappe.features.conversations import (
    FORBIDDEN,
    CopyEdited,
    Message,
    Source,
    addressed,
    as_it_stands,
    check_write,
    edit_discussed,
    log_of,
    may_alter,
    source_of,
    to_copies,
    visible,
)
from chappe.rpc import Call
from chappe.texts import Entity
from chappe.tl import api, errors

from . import hooks
from .drafting import check_caption, check_text
from .previews import pending_preview, watch

EDIT_LIFETIME_S: Final = 172_800  # seconds after which a message cannot be edited
EDIT_MEDIA_ERRORS: Final = (
    *media.TAKE_ERRORS,
    *FORBIDDEN.values(),
    errors.MediaPrevInvalid,
    errors.MediaNewInvalid,
    errors.MediaGroupedInvalid,
    errors.MediaCaptionTooLong,
    errors.ChatWriteForbidden,
    errors.UserBannedInChannel,
    errors.ChatAdminRequired,
)
FILES: Final = frozenset({"photo", "document"})  # kinds of media that are files
FINAL: Final = frozenset({"voice", "round"})  # kinds that nothing takes the place of


def check_edit(call: Call, where: Source, message: Message | None) -> Message:
    """Return a message the caller may edit. Who may not write in a group may not alter what they wrote.

    Raises:
        errors.MessageIdInvalid, errors.MessageAuthorRequired, errors.MessageEditTimeExpired
        FORBIDDEN, errors.ChatWriteForbidden, errors.UserBannedInChannel: nor write such a thing there.
    """
    if message is None or message.action:
        raise errors.MessageIdInvalid
    place = where.place
    post = place is not None and place.chat.broadcast
    if place is None:
        mine = call.user in (message.sender, message.author)
    else:
        inside = chats.is_in(place.member, call.now)
        mine = inside and may_alter(place, message, call.user, "edit_messages" if post else "")
    if not mine or (message.fwd_date and not _runs(place)):
        raise errors.MessageAuthorRequired
    if place is not None and not post:
        right = files.unpack_media_ref(message.media).right if message.media else "send_plain"
        check_write(place, right, call.now)
    lasting = post or call.client.bot or message.peer == call.user or _moves(message)
    if not lasting and call.now - message.date > EDIT_LIFETIME_S:
        raise errors.MessageEditTimeExpired
    return message


def _runs(place: chats.Membership | None) -> bool:
    """Whether somebody may edit everything in a channel, forwarded posts as well."""
    post = place is not None and place.chat.broadcast
    return post and chats.may_admin(place and place.member, "edit_messages")


def _moves(message: Message) -> bool:
    """Whether a message is a place that moves, which does so as long as it says."""
    return media.kind_of(message.media) == "geo" and media.is_live(
        files.unpack_media_ref(message.media)
    )


async def keep_edit(
    call: Call,
    where: Source,
    number: int,
    *,
    text: str,
    entities: tuple[Entity, ...],
    kept: bytes | None = None,
    markup: bytes | None = None,
    invert: bool = False,
) -> api.Updates:
    """Keep what a message says and holds now, and tell everybody; None for the old medium or keyboard.

    Raises:
        errors.MessageNotModified: it said so already.
    """
    await auth.void_told(call.context, call.user, text)
    log = log_of(call, where)
    copies = await log.copies(call.context)
    event = log.edited(number)
    async with call.change(log.box) as change:
        where = await as_it_stands(change, where, call.user)
        message = check_edit(call, where, await change.get(Message, where.peer, number))
        new = msgspec.structs.replace(
            message,
            text=text,
            entities=entities,
            invert_media=invert,
            media=message.media if kept is None else kept,
            markup=message.markup if markup is None else markup,
        )
        if new == message:
            raise errors.MessageNotModified
        new = msgspec.structs.replace(new, edit_date=call.now)
        if (new.text, new.entities) != (message.text, message.entities):
            new = await addressed(call, where.owner, where.place, new)
        change.rewrite(new)
        await files.count_replaced(change, message.media, new.media, len(copies))
        if not _moves(message):
            await note_edit(change, call.user, message, new)
        if where.place is not None:
            edit_discussed(change, where.place.chat, new)
        log.address(change, new, call.user, message.mentions)
        pts = change.announce(event)
        edited = CopyEdited(
            sender=call.user,
            origin=message.id,
            date=call.now,
            text=text,
            entities=entities,
            media=new.media,
            invert_media=invert,
            replaced=new.media != message.media,
            mentions=new.mentions,
            markup=new.markup,
        )
        to_copies(change, copies, edited)
    if where.place is not None:
        await call.context.ask(hooks.written)(call, where.owner, number)
        if kept is not None and where.place.chat.username:
            await call.context.ask(hooks.published)(call, where.owner, number)
    viewer = call.viewer()
    update = await event.render_or_count(viewer, pts)
    users, shown = await accounts.peers(viewer)
    return api.Updates(updates=[update], users=users, chats=shown, date=call.now, seq=0)


async def edit_media(call: Call, request: api.MessagesEditMessage) -> api.Updates:
    """Give a message another medium, and another caption if there is one.

    Raises:
        EDIT_MEDIA_ERRORS
    """
    if isinstance(request.media, api.InputMediaWebPage):
        return await edit_text(call, request)
    where = await source_of(call, request.peer)
    old = check_edit(call, where, await visible(where, request.id))
    text, entities = old.text, old.entities
    if request.message is not None:
        text, entities = check_caption(request.message, request.entities, call.user)
    kept = await _replacement(call, where, old, request.media)
    return await keep_edit(
        call,
        where,
        old.id,
        text=text,
        entities=entities,
        kept=kept.pack(),
        markup=await _new_markup(call, where, request),
        invert=request.invert_media,
    )


async def _replacement(call: Call, where: Source, old: Message, given: Any) -> files.MediaRef:
    """Return what takes the place of a message's medium.

    Raises:
        EDIT_MEDIA_ERRORS
    """
    before = files.unpack_media_ref(old.media) if old.media else None
    if isinstance(given, api.InputMediaGeoLive):
        if before is None:
            raise errors.MediaPrevInvalid
        return media.move(before, given, call.now - old.date)
    if before is not None and before.kind not in {*FILES, media.PAGE}:
        raise errors.MediaPrevInvalid
    if before is not None and (before.ttl or media.kind_of(old.media) in FINAL):
        raise errors.MediaPrevInvalid
    right = media.right_wanted(given)
    if right is not None:
        _check_right(call, where, right)
    kept = await media.take_media(call, given)
    if kept.kind not in FILES or kept.ttl or media.kind_of(kept.pack()) in FINAL:
        raise errors.MediaNewInvalid
    _check_right(call, where, kept.right)
    if old.grouped_id and before is not None:
        album = media.album_kind(before.right)
        if media.album_kind(kept.right) != album:
            raise errors.MediaGroupedInvalid
    return kept


def _check_right(call: Call, where: Source, right: str) -> None:
    """Check that the caller may put such a medium there."""
    place = where.place
    if place is None or place.chat.broadcast:
        return
    check_write(place, right, call.now)


async def _new_markup(call: Call, where: Source, request: api.MessagesEditMessage) -> bytes | None:
    """Return the keyboard a bot gives a message that it edits: none if it names none. None for people.

    Raises:
        keyboards.MARKUP_ERRORS
    """
    if not call.client.bot:
        return None
    room = keyboards.room_of(where.owner, where.place)
    markup = await keyboards.take_markup(call, request.reply_markup, room)
    if markup and not keyboards.is_inline(markup):
        raise errors.ReplyMarkupInvalid
    return markup


async def edit_text(call: Call, request: api.MessagesEditMessage) -> api.Updates:
    """Give a message another text or caption."""
    where = await source_of(call, request.peer)
    old = check_edit(call, where, await visible(where, request.id))
    markup = await _new_markup(call, where, request)
    if request.message is None and call.client.bot:  # another keyboard, or none
        return await keep_edit(
            call,
            where,
            old.id,
            text=old.text,
            entities=old.entities,
            markup=markup,
            invert=old.invert_media,
        )
    kind = media.kind_of(old.media)
    linking = kind in {"", media.PAGE}  # what is shown follows from the text
    text, entities = check_text(
        request.message or "", request.entities, call.user, empty=not linking
    )
    kept = None
    if linking:
        kept = pending_preview(call, where.place, text, entities, request)
        before = files.unpack_media_ref(old.media) if old.media else None
        new = files.unpack_media_ref(kept) if kept else None
        if before and new and media.page_address(before) == media.page_address(new):
            kept = None  # the same page as before
    answer = await keep_edit(
        call,
        where,
        old.id,
        text=text,
        entities=entities,
        kept=kept,
        markup=markup,
        invert=request.invert_media,
    )
    watch(call, where.owner, old.id, kept or b"")
    return answer
