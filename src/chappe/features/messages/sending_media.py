"""messages.sendMedia and its kin: files, places, contacts, albums; and the gate for those files."""

from typing import Any, Final

import msgspec

from chappe import tl
from chappe.core import Kind, Owner, random_number
from chappe.features import accounts, chats, files, keyboards, media, privacy, stickers
from chappe.features.conversations import (
    FORBIDDEN,
    SHOWING_PHOTO,
    WRITE_ERRORS,
    Message,
    Target,
    log_of,
    may_write,
    message_for,
    sent,
    source_of,
)
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Context, Viewer

from .drafting import check_caption, check_text, draft_of, finish_draft, with_markup
from .pages import show_page
from .pagination import PAGE_MESSAGES_MAX
from .previews import previews_of, watch, with_preview
from .quoting import ANSWER_ERRORS, with_answer
from .scheduled import SCHEDULE_ERRORS, Scheduled, schedule, wanted_date
from .sending import write_message

SPOKEN: Final = frozenset({"send_voices", "send_roundvideos"})
PLACES_SOUGHT_MAX: Final = 5_000  # newest messages among which places that move are sought
ALBUM_MAX: Final = 10  # media in one album

# a poll cannot be like that, or not there
POLL_ERRORS: Final = (
    errors.PollQuestionInvalid,
    errors.PollAnswersInvalid,
    errors.PollAnswerInvalid,
    errors.PollOptionDuplicate,
    errors.PollOptionInvalid,
    errors.QuizCorrectAnswersEmpty,
    errors.QuizCorrectAnswersTooMuch,
    errors.QuizCorrectAnswerInvalid,
    errors.BroadcastPublicVotersForbidden,
)
SEND_MEDIA_ERRORS: Final = (
    *ANSWER_ERRORS,
    *WRITE_ERRORS,
    *FORBIDDEN.values(),
    *media.TAKE_ERRORS,
    errors.MediaCaptionTooLong,
    errors.MessageTooLong,
    errors.EntityBoundsInvalid,
    errors.RandomIdEmpty,
    *SCHEDULE_ERRORS,
    errors.MessageEmpty,
    errors.VoiceMessagesForbidden,
    *POLL_ERRORS,
    *keyboards.MARKUP_ERRORS,
)
NTH_ERRORS: Final = (
    errors.FileReferenceExpiredAt,
    errors.FileReferenceInvalidAt,
    errors.FileReferenceEmptyAt,
)


async def _target(
    call: Call, to: Owner, kept: files.MediaRef, send_as: api.TypeInputPeer | int | None
) -> Target:
    """Return where a medium is written to, if the caller may write such there.

    Raises:
        WRITE_ERRORS, errors.VoiceMessagesForbidden
    """
    target = await may_write(call, to, kept.right, send_as)
    spoken = kept.right in SPOKEN
    if spoken and to.kind is Kind.USER and to != call.me:
        may_speak = await privacy.may_see(call.viewer(), to.id, "voice")
        if not may_speak:
            raise errors.VoiceMessagesForbidden
    return target


async def _take_nth(call: Call, place: int, given: Any) -> files.MediaRef:
    """Return what a message of an album keeps; a stale reference is told with its place.

    Raises:
        media.TAKE_ERRORS, NTH_ERRORS
    """
    try:
        return await media.take_media(call, given)
    except errors.FileReferenceExpired:
        raise errors.FileReferenceExpiredAt(place) from None
    except errors.FileReferenceInvalid:
        raise errors.FileReferenceInvalidAt(place) from None
    except errors.FileReferenceEmpty:
        raise errors.FileReferenceEmptyAt(place) from None


async def _expect(call: Call, to: Owner, given: Any) -> None:
    """Refuse before a file is taken what would be refused afterwards.

    Raises:
        WRITE_ERRORS, errors.TtlMediaInvalid
    """
    vanishes = getattr(given, "ttl_seconds", None)
    if vanishes and (to.kind is not Kind.USER or to == call.me):
        raise errors.TtlMediaInvalid
    right = media.right_wanted(given)
    if right is not None:
        await may_write(call, to, right)


async def _draft(
    call: Call, target: Target, request: Any, what: Any, kept: files.MediaRef
) -> Message:
    text, entities = check_caption(what.message, what.entities, call.user)
    draft = draft_of(call, target, request, text, entities)
    draft = await with_answer(call, target, request, draft)
    draft = await with_markup(call, target, request, draft)
    private = not log_of(call, target).shared and target.owner != call.me
    unplayed = private and (bool(kept.ttl) or kept.right in SPOKEN)
    return msgspec.structs.replace(
        draft,
        media=kept.pack(),
        unplayed=unplayed,
        invert_media=getattr(request, "invert_media", False),
    )


async def send_page(call: Call, to: Owner, request: api.MessagesSendMedia, due: int) -> api.Updates:
    """Send a text with the page its sender chose, or without one if that is optional; later without."""
    page: Any = request.media
    if previews_of(call.context) is None and not page.optional:
        raise errors.WebpageMediaEmpty
    target = await may_write(call, to)
    text, entities = check_text(request.message, request.entities, call.user)
    draft = draft_of(call, target, request, text, entities)
    draft = await with_answer(call, target, request, draft)
    draft = await with_markup(call, target, request, draft)
    if due:
        waiting = await schedule(call, target, due, [(request.random_id, draft)])
        await finish_draft(call, target, request, 0)
        return waiting
    draft = with_preview(call, target, draft, request)
    if not draft.media and not page.optional:
        raise errors.WebpageMediaEmpty
    kept = await write_message(call, target, request.random_id, draft)
    watch(call, target.owner, kept.id, draft.media)
    await finish_draft(call, target, request, kept.id)
    return await sent(call, [kept])


@method(
    api.MessagesSendMedia,
    needs=Needs.LOGIN,
    rate=Rate.SEND,
    home=Home.LOG,
    raises=SEND_MEDIA_ERRORS,
)
async def send_media(call: Call, request: api.MessagesSendMedia) -> api.TypeUpdates:
    """Send a file, a photo, a place, a contact or a throw of dice, with a caption."""
    to = await accounts.peer_of(call, request.peer)
    if not request.random_id:
        raise errors.RandomIdEmpty
    due = await wanted_date(call, to, request)
    if isinstance(request.media, api.InputMediaWebPage):
        return await send_page(call, to, request, due)
    check_caption(request.message, request.entities, call.user)
    await _expect(call, to, request.media)
    kept = await media.take_media(call, request.media)
    target = await _target(call, to, kept, request.send_as)
    draft = await _draft(call, target, request, request, kept)
    if due:
        waiting = await schedule(call, target, due, [(request.random_id, draft)])
        await finish_draft(call, target, request, 0)
        return waiting
    one = await write_message(call, target, request.random_id, draft)
    await finish_draft(call, target, request, one.id)
    home = target.owner if log_of(call, target).shared else call.me
    await stickers.remember_sticker(call, home, kept)
    return await sent(call, [one])


@method(
    api.MessagesSendMultiMedia,
    needs=Needs.LOGIN,
    rate=Rate.SEND,
    home=Home.LOG,
    raises=(
        *SEND_MEDIA_ERRORS,
        errors.MultiMediaTooLong,
        errors.GroupedMediaInvalid,
        errors.RandomIdDuplicate,
        *NTH_ERRORS,
    ),
)
async def send_multi_media(call: Call, request: api.MessagesSendMultiMedia) -> api.TypeUpdates:
    """Send an album: photos and videos, documents, or music, each a message of its own."""
    to = await accounts.peer_of(call, request.peer)
    due = await wanted_date(call, to, request)
    album = request.multi_media
    if not album:
        raise errors.MediaEmpty
    if len(album) > ALBUM_MAX:
        raise errors.MultiMediaTooLong
    if any(not single.random_id for single in album):
        raise errors.RandomIdEmpty
    if len({single.random_id for single in album}) != len(album):
        raise errors.RandomIdDuplicate
    for single in album:
        check_caption(single.message, single.entities, call.user)
    for single in album:
        await _expect(call, to, single.media)
    taken = [await _take_nth(call, place, single.media) for place, single in enumerate(album)]
    kinds = {media.album_kind(kept.right) for kept in taken}
    if len(taken) > 1 and (len(kinds) > 1 or "" in kinds):
        raise errors.GroupedMediaInvalid
    targets = [await _target(call, to, kept, request.send_as) for kept in taken]
    group = random_number(call.context.entropy) if len(taken) > 1 else 0
    drafts: list[tuple[int, Message]] = []
    for single, kept, target in zip(album, taken, targets, strict=True):
        draft = await _draft(call, target, request, single, kept)
        drafts.append((single.random_id, msgspec.structs.replace(draft, grouped_id=group)))
    if due:
        waiting = await schedule(call, targets[0], due, drafts)
        await finish_draft(call, targets[0], request, 0)
        return waiting
    every = [
        await write_message(call, target, random_id, draft)
        for target, (random_id, draft) in zip(targets, drafts, strict=True)
    ]
    await finish_draft(call, targets[0], request, every[0].id)
    return await sent(call, every)


@method(api.MessagesGetRecentLocations, raises=accounts.PEER_ERRORS)
async def get_recent_locations(
    call: Call, request: api.MessagesGetRecentLocations
) -> api.TypeMessagesMessages:
    """Return the places that still move in a conversation, the newest first."""
    where = await source_of(call, request.peer)
    after = where.first - 1 if where.first else None
    recent = await where.look.scan(
        Message, where.peer, after=after, reverse=True, limit=PLACES_SOUGHT_MAX
    )
    moving = [
        m
        for m in recent
        if media.kind_of(m.media) == "geo"
        and media.moves_until(files.unpack_media_ref(m.media), m.date) > call.now
    ]
    limit = max(0, min(request.limit, PAGE_MESSAGES_MAX))
    return await show_page(call, moving[:limit], len(moving), where)


async def seen_media(context: Context, viewer: int, peer: int, number: int) -> bytes:
    """Return what a message keeps of its media, if somebody sees it."""
    if number < 0:
        found = await context.look(Owner(Kind.USER, viewer)).get(Scheduled, peer, -number)
        return found.message.media if found is not None else b""
    message = await _with_media(context, viewer, peer, number)
    return _media_of(context, message) if message is not None else b""


async def copied_media(context: Context, viewer: int, peer: int, number: int) -> bytes:
    """Return what a message keeps of its media, if somebody sees it and may take it on."""
    if number < 0:
        return await seen_media(context, viewer, peer, number)
    message = await _with_media(context, viewer, peer, number)
    if message is None:
        return b""
    kept = _media_of(context, message)
    if message.action:
        return kept
    owner = accounts.owner_of(peer)
    place = None if owner.kind is Kind.USER else await chats.membership_of(context, owner, viewer)
    vanishes = bool(kept) and files.unpack_media_ref(kept).ttl > 0
    barred = message.noforwards or vanishes or (place is not None and place.chat.noforwards)
    return b"" if barred else kept


async def _with_media(context: Context, viewer: int, peer: int, number: int) -> Message | None:
    """Return a message somebody sees, whose media have not vanished."""
    message = await message_for(Viewer(context, viewer), peer, number)
    if message is None or (message.gone_at and message.gone_at <= context.clock.now()):
        return None
    return message


def _media_of(context: Context, message: Message) -> bytes:
    """Return what a message keeps of its media, or of the photo a service message shows."""
    if not message.action:
        return message.media
    action: Any = tl.decode(message.action)
    if not isinstance(action, SHOWING_PHOTO):
        return b""
    return media.kept_photo(context, action.photo.id).pack()
