"""Methods messages.*: sending, forwarding, editing, typing."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner, random_number
from chappe.features import accounts, chats, files, keyboards, media
from chappe.features.conversations import (
    FORBIDDEN,
    WRITE_ERRORS,
    Message,
    Sent,
    Typing,
    log_of,
    may_write,
    readable,
    sent,
    source_of,
    visible,
)
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from .drafting import check_text, draft_of, finish_draft, short, with_markup
from .editing import EDIT_MEDIA_ERRORS, check_edit, edit_media, edit_text
from .previews import arrived, watch, with_preview
from .quoting import ANSWER_ERRORS, origin_of, with_answer
from .scheduled import SCHEDULE_ERRORS, schedule, wanted_date
from .scheduled import edit as edit_scheduled
from .sending import write_message
from .to_service import write_to_service
from .view_counts import count_forwards

SERVICE: Final = Owner(Kind.USER, accounts.SERVICE_USER)
FORWARDED_MAX: Final = 100  # messages in one forward
WHISPERED_MAX: Final = 200  # members online who are told that somebody is typing


@method(
    api.MessagesSendMessage,
    needs=Needs.LOGIN,
    rate=Rate.SEND,
    home=Home.LOG,
    raises=(
        *WRITE_ERRORS,
        errors.MessageEmpty,
        errors.MessageTooLong,
        errors.EntityBoundsInvalid,
        errors.RandomIdEmpty,
        *SCHEDULE_ERRORS,
        *ANSWER_ERRORS,
        *keyboards.MARKUP_ERRORS,
    ),
)
async def send_message(call: Call, request: api.MessagesSendMessage) -> api.TypeUpdates:
    """Send a text. The same random_id gives the same message, however often it comes."""
    to = await accounts.peer_of(call, request.peer)
    if to == SERVICE:
        return await write_to_service(call, to, request)
    target = await may_write(call, to, send_as=request.send_as)
    text, entities = check_text(request.message, request.entities, call.user)
    if not request.random_id:
        raise errors.RandomIdEmpty
    due = await wanted_date(call, to, request)
    draft = draft_of(call, target, request, text, entities)
    draft = await with_answer(call, target, request, draft)
    draft = await with_markup(call, target, request, draft)
    if due:
        waiting = await schedule(call, target, due, [(request.random_id, draft)])
        await finish_draft(call, target, request, 0)
        return waiting
    draft = with_preview(call, target, draft, request)
    kept = await write_message(call, target, request.random_id, draft)
    watch(call, target.owner, kept.id, draft.media)
    await finish_draft(call, target, request, kept.id)
    private = to.kind is Kind.USER and to != call.me
    brief = short(call, kept, draft, request.message) if kept.pts and private else None
    return brief or await sent(call, [kept])


async def _forwardable(
    call: Call, request: api.MessagesForwardMessages
) -> list[tuple[int, Message]]:
    """Return the messages a forward names that are still there, each with the random_id of its copy.

    Raises:
        errors.MessageIdInvalid: none of them is there, or for the caller to see.
        errors.ChatForwardsRestricted: they may not leave their chat.
    """
    if isinstance(request.from_peer, api.InputPeerChannel):
        where = await source_of(call, request.from_peer)
        if where.place is not None and where.place.chat.noforwards:
            raise errors.ChatForwardsRestricted
        found = [await visible(where, i) for i in request.id[:FORWARDED_MAX]]
    else:
        found = [await readable(call.look(), i) for i in request.id[:FORWARDED_MAX]]
    pairs = zip(request.random_id, found, strict=False)
    there = [(random_id, m) for random_id, m in pairs if m is not None and not m.action]
    if not there:
        raise errors.MessageIdInvalid
    for _, message in there:
        basic = accounts.owner_of(message.peer)
        if message.noforwards or (message.media and files.unpack_media_ref(message.media).ttl):
            raise errors.ChatForwardsRestricted
        if basic.kind is Kind.CHAT:
            chat = await call.look(basic).get(chats.Chat)
            if chat is not None and chat.noforwards:
                raise errors.ChatForwardsRestricted
    return there


@method(
    api.MessagesForwardMessages,
    needs=Needs.LOGIN,
    rate=Rate.SEND,
    home=Home.LOG,
    raises=(
        *WRITE_ERRORS,
        errors.MessageIdInvalid,
        errors.RandomIdInvalid,
        errors.ChatForwardsRestricted,
        errors.BroadcastPublicVotersForbidden,
        errors.SlowmodeMultiMsgsDisabled,
        *FORBIDDEN.values(),
        *SCHEDULE_ERRORS,
    ),
)
async def forward_messages(call: Call, request: api.MessagesForwardMessages) -> api.TypeUpdates:
    """Send copies of messages that say whose they were, as that person's privacy allows."""
    to = await accounts.peer_of(call, request.to_peer)
    target = await may_write(call, to, send_as=request.send_as)
    if len(request.id) != len(request.random_id) or not request.id:
        raise errors.RandomIdInvalid
    place = target.place
    slow = place is not None and place.chat.slow_mode and not chats.is_admin(place.member)
    if slow and len(request.id) > 1:
        raise errors.SlowmodeMultiMsgsDisabled
    due = await wanted_date(call, to, request)
    drafts: list[tuple[int, Message]] = []
    groups: dict[int, int] = {}
    reply = getattr(request.reply_to, "reply_to_msg_id", 0) or 0
    topic = request.top_msg_id or getattr(request.reply_to, "top_msg_id", 0) or 0
    there = await _forwardable(call, request)
    for right in {files.unpack_media_ref(m.media).right for _, m in there if m.media}:
        await may_write(call, to, right)
    for random_id, message in there:
        grouped = message.grouped_id
        if grouped:
            grouped = groups.setdefault(grouped, random_number(call.context.entropy))
        text = "" if request.drop_media_captions and message.media else message.text
        draft = Message(
            peer=target.peer,
            id=0,
            date=call.now,
            sender=call.user,
            out=True,
            text=text,
            entities=message.entities if text else (),
            silent=request.silent,
            media=arrived(message.media),
            grouped_id=grouped,
            noforwards=request.noforwards,
            thread=topic,
            reply_to=reply,
            markup=keyboards.forwarded_markup(message.markup),
            via=0 if request.drop_author else message.via,
            **await origin_of(call, message, hidden=request.drop_author),
        )
        if target.peer == call.user and draft.fwd_date:
            draft = msgspec.structs.replace(draft, saved_from=(message.peer, message.id))
        drafts.append((random_id, draft))
    if due:
        return await schedule(call, target, due, drafts)
    results: list[Sent] = []
    forwarded: dict[int, list[int]] = {}
    for (random_id, draft), (_, message) in zip(drafts, there, strict=True):
        results.append(await write_message(call, target, random_id, draft))
        if results[-1].pts:  # not sent before
            forwarded.setdefault(message.peer, []).append(message.id)
    for peer, ids in forwarded.items():
        await count_forwards(call, peer, ids)
    return await sent(call, results)


# -- editing ----------------------------------------------------------------------------------------


@method(
    api.MessagesEditMessage,
    needs=Needs.LOGIN,
    rate=Rate.SEND,
    home=Home.LOG,
    raises=(
        *accounts.PEER_ERRORS,
        errors.MessageIdInvalid,
        errors.MessageAuthorRequired,
        errors.MessageEditTimeExpired,
        errors.MessageNotModified,
        errors.MessageEmpty,
        errors.MessageTooLong,
        errors.EntityBoundsInvalid,
        *EDIT_MEDIA_ERRORS,
        *SCHEDULE_ERRORS,
        *keyboards.MARKUP_ERRORS,
        *WRITE_ERRORS,
    ),
)
async def edit_message(call: Call, request: api.MessagesEditMessage) -> api.TypeUpdates:
    """Give one's own message another text, caption or medium, or close one's own poll, for everybody."""
    if request.schedule_date is not None:
        return await edit_scheduled(call, request)
    medium = call.context.own(media.MEDIUMS).sent(request.media)
    if medium is not None:
        return await medium.edit(call, request)
    if request.media is not None:
        return await edit_media(call, request)
    return await edit_text(call, request)


@method(
    api.MessagesGetMessageEditData,
    raises=(
        *accounts.PEER_ERRORS,
        errors.MessageIdInvalid,
        errors.MessageAuthorRequired,
        errors.MessageEditTimeExpired,
        errors.ChatWriteForbidden,
        errors.UserBannedInChannel,
        *FORBIDDEN.values(),
    ),
)
async def get_edit_data(
    call: Call, request: api.MessagesGetMessageEditData
) -> api.MessagesMessageEditData:
    """Return whether the caller may edit a message, and whether only its caption."""
    where = await source_of(call, request.peer)
    message = check_edit(call, where, await visible(where, request.id))
    return api.MessagesMessageEditData(caption=bool(message.media))


# -- typing -----------------------------------------------------------------------------------------


@method(api.MessagesSetTyping, needs=Needs.LOGIN, rate=Rate.SEND, raises=WRITE_ERRORS)
async def set_typing(call: Call, request: api.MessagesSetTyping) -> bool:
    """Tell whoever is here that one is typing, if one may write there."""
    to = await accounts.peer_of(call, request.peer)
    target = await may_write(call, to)
    delivery = call.context.delivery
    peer = target.peer if target.place is not None else call.user
    face = target.sender if target.sender != call.user else 0
    event = Typing(
        user=call.user, peer=peer, action=request.action, topic=request.top_msg_id or 0, face=face
    )
    for user in log_of(call, target).present(call.context, target, WHISPERED_MAX):
        if user != call.user:
            delivery.push_transient(Owner.user(user), event)
    return True
