"""Methods messages.*Reaction*: setting and listing reactions."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from chappe.features import accounts, chats, conversations, files, media, messages, stickers
from chappe.features.conversations import Message, Reacted, UnreadReaction
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import View, Viewer

from .events import React, ReactionsChanged, react, tell_author
from .records import KINDS_MAX, OWN_MAX, RECENT_MAX, USUAL, Recent
from .views import (
    LISTED_MAX,
    is_custom,
    is_list_open,
    reaction_of,
    reactions_hash,
    show_one,
    word_of,
)

PAGE_MAX: Final = 100  # people or messages in one answer


def _allowed(place: chats.Membership | None, words: tuple[str, ...], message: Message) -> None:
    """Check that a chat allows these reactions.

    Raises:
        errors.ReactionInvalid, errors.ReactionsTooMany
    """
    if len(words) > OWN_MAX:
        raise errors.ReactionsTooMany
    kept = place.chat.reactions.decode() if place else ""
    if words and kept == "none":
        raise errors.ReactionInvalid
    some = kept.removeprefix("some ").split() if kept.startswith("some ") else None
    custom = some is None and (place is None or not place.chat.broadcast)
    for word in words:
        if not word or (some is not None and word not in some):
            raise errors.ReactionInvalid
        if word not in USUAL and not (custom and is_custom(word)):
            raise errors.ReactionInvalid
    if len({w for w, _ in message.reactions} | set(words)) > KINDS_MAX:
        raise errors.ReactionsTooMany


async def _words(call: Call, given: Any) -> tuple[str, ...]:
    """Return reactions as they are kept. Custom emoji may be anybody's: nobody here has to have premium.

    Raises:
        errors.DocumentInvalid: a custom emoji that is in no set.
        errors.ReactionInvalid: one that is paid for; nothing is.
        errors.ReactionsTooMany: more than anybody may put to one message.
    """
    if len(given or ()) > OWN_MAX + 1:
        raise errors.ReactionsTooMany
    kept: list[str] = []
    for one in given or ():
        match one:
            case api.ReactionCustomEmoji():
                if not await stickers.is_custom_emoji(call.context, one.document_id):
                    raise errors.DocumentInvalid
                kept.append(word_of(one))
            case api.ReactionPaid():
                raise errors.ReactionInvalid
            case api.ReactionEmoji():
                kept.append(word_of(one))
    return tuple(dict.fromkeys(kept))


@method(
    api.MessagesSendReaction,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.LOG,
    raises=(
        *accounts.PEER_ERRORS,
        errors.MessageIdInvalid,
        errors.ReactionInvalid,
        errors.ReactionsTooMany,
        errors.ChatWriteForbidden,
        errors.MessageNotModified,
        errors.DocumentInvalid,
    ),
)
async def send_reaction(call: Call, request: api.MessagesSendReaction) -> api.TypeUpdates:
    """Set the caller's reactions to one message, in place of earlier ones."""
    where = await conversations.source_of(call, request.peer)
    message = await conversations.visible(where, request.msg_id)
    if message is None:
        raise errors.MessageIdInvalid
    words = await _words(call, request.reaction)
    _allowed(where.place, words, message)
    if where.place is not None:
        place = where.place
        inside = chats.is_in(place.member, call.now)
        if not inside or not (
            place.chat.broadcast or chats.may(place.chat, place.member, "send_reactions", call.now)
        ):
            raise errors.ChatWriteForbidden
    log = conversations.log_of(call, where)
    copies = await log.copies(call.context)
    async with call.change(log.box) as change:
        kept = await change.get(Message, where.peer, message.id)
        if kept is None:
            raise errors.MessageIdInvalid
        shown = await chats.face_of(call.context, where.peer, call.user)
        face = 0 if shown == call.user else shown
        if not await react(change, kept, call.user, words, big=request.big, face=face):
            raise errors.MessageNotModified
        reacted = React(
            ref=conversations.ref_of(kept), user=call.user, words=words, big=request.big
        )
        conversations.to_copies(change, copies, reacted)
        if log.author_without_copy(kept, call.user):
            await tell_author(change, kept, reacted=bool(words))
    if request.add_to_recent and words:
        await _remember(call, words)
    return await _answer(call, where.peer, [message.id])


async def _remember(call: Call, words: tuple[str, ...]) -> None:
    async with call.change() as change:
        recent = await change.get(Recent) or Recent()
        order = tuple(dict.fromkeys((*words, *recent.words)))[:RECENT_MAX]
        change.put(msgspec.structs.replace(recent, words=order))


async def _answer(call: Call, peer: int, ids: list[int]) -> api.Updates:
    viewer = call.viewer()
    updates = [await ReactionsChanged(peer=peer, id=i).render(viewer, 0) for i in ids]
    users, shown = await accounts.peers(viewer)
    return api.Updates(
        updates=[u for u in updates if u], users=users, chats=shown, date=call.now, seq=0
    )


@method(api.MessagesGetMessagesReactions, raises=accounts.PEER_ERRORS)
async def get_messages_reactions(
    call: Call, request: api.MessagesGetMessagesReactions
) -> api.TypeUpdates:
    """Return the reactions of messages as they stand."""
    where = await conversations.source_of(call, request.peer)
    there = [i for i in request.id[:PAGE_MAX] if await conversations.visible(where, i) is not None]
    return await _answer(call, where.peer, there)


@method(
    api.MessagesGetMessageReactionsList,
    raises=(*accounts.PEER_ERRORS, errors.MsgIdInvalid, errors.BroadcastForbidden),
)
async def get_reactions_list(
    call: Call, request: api.MessagesGetMessageReactionsList
) -> api.MessagesMessageReactionsList:
    """Return who reacted to a message, newest first."""
    where = await conversations.source_of(call, request.peer)
    if await conversations.visible(where, request.id) is None:
        raise errors.MsgIdInvalid
    viewer = call.viewer()
    if not await is_list_open(viewer, where.peer):
        raise errors.BroadcastForbidden
    wanted = word_of(request.reaction) if request.reaction is not None else ""
    people: list[Reacted] = []
    async for some in call.reading(
        where.look.pages(Reacted, where.peer, request.id, limit=LISTED_MAX)
    ):
        people += some
    people.sort(key=lambda r: (-r.date, r.user))
    every = [(p, w) for p in people for w in p.words if not wanted or w == wanted]
    given = request.offset or "0"
    start = int(given) if given.isdigit() and len(given) < 9 else 0  # noqa: PLR2004  digits
    limit = max(1, min(request.limit, PAGE_MAX))
    page = every[start : start + limit]
    shown = [show_one(viewer, person, word) for person, word in page]
    users, shown_chats = await accounts.peers(viewer)
    more = start + limit < len(every)
    return api.MessagesMessageReactionsList(
        count=len(every),
        reactions=shown,
        chats=shown_chats,
        users=users,
        next_offset=str(start + limit) if more else None,
    )


async def _unread(viewer: Viewer, look: View, peer: int, topic: int | None) -> list[UnreadReaction]:
    """Return the marks of a dialog, or topic, at reactions that were not looked at, newest first.

    Only to find those of a topic are the messages read.
    """
    marks = await look.scan(UnreadReaction, peer, reverse=True)
    if not topic:
        return marks
    marked = await conversations.marks_of(viewer, UnreadReaction, peer)
    there = {m.id for m in marked if conversations.topic_number(m) == topic}
    return [mark for mark in marks if mark.id in there]


@method(api.MessagesGetUnreadReactions, raises=accounts.PEER_ERRORS)
async def get_unread_reactions(
    call: Call, request: api.MessagesGetUnreadReactions
) -> api.TypeMessagesMessages:
    """Return the caller's messages with reactions they have not looked at."""
    where = await conversations.source_of(call, request.peer)
    unread = await _unread(call.viewer(), call.look(), where.peer, request.top_msg_id)
    asked = messages.page_in(unread, messages.asked_by(request, PAGE_MAX))
    found = [m for mark in asked if (m := await conversations.visible(where, mark.id)) is not None]
    return await messages.show_page(call, found, len(unread), where)


@method(api.MessagesReadReactions, rate=Rate.WRITE, home=Home.CALLER, raises=accounts.PEER_ERRORS)
async def read_reactions(
    call: Call, request: api.MessagesReadReactions
) -> api.MessagesAffectedHistory:
    """Mark every reaction in a dialog, or topic, as looked at.

    The asking client is told as well: while it asked it may have been told that they are new.
    """
    where = await conversations.source_of(call, request.peer)
    await call.context.delivery.delivered(
        call.me
    )  # word of reactions it may have seen in the channel
    async with call.context.change(call.me) as change:
        for mark in await _unread(call.viewer(), change, where.peer, request.top_msg_id):
            change.drop(UnreadReaction, mark.peer, mark.id)
            change.announce_without_pts(ReactionsChanged(peer=mark.peer, id=mark.id))
    pts = await where.look.counter("pts")
    return api.MessagesAffectedHistory(pts=pts, pts_count=0, offset=0)


@method(
    api.MessagesSetDefaultReaction,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.ReactionInvalid,),
)
async def set_default_reaction(call: Call, request: api.MessagesSetDefaultReaction) -> bool:
    """Set what a double tap does."""
    word = word_of(request.reaction)
    if word not in USUAL:
        raise errors.ReactionInvalid
    async with call.change() as change:
        recent = await change.get(Recent) or Recent()
        change.put(msgspec.structs.replace(recent, default=word))
    return True


@method(api.MessagesGetAvailableReactions)
async def get_available_reactions(
    call: Call, request: api.MessagesGetAvailableReactions
) -> api.TypeMessagesAvailableReactions:
    """Return the reactions the server has drawn, each with its picture and its animations."""
    parts = [files.reaction_parts(index) for index in range(len(files.REACTIONS))]
    hashed = files.drawings_hash(tuple(number for each in parts for number in each.values()))
    if request.hash == hashed:
        return api.MessagesAvailableReactionsNotModified()
    viewer = call.viewer()
    shown = []
    for each, (_, emoji, title) in zip(parts, files.REACTIONS, strict=True):
        made = {part: media.show_drawn(viewer, number) for part, number in each.items()}
        shown.append(
            api.AvailableReaction(
                reaction=emoji,
                title=title,
                static_icon=made["icon"],
                appear_animation=made["appear"],
                select_animation=made["select"],
                activate_animation=made["activate"],
                effect_animation=made["effect"],
                around_animation=made["around"],
                center_icon=made["center"],
            )
        )
    return api.MessagesAvailableReactions(hash=hashed, reactions=shown)


def _listed(
    request: Any, words: Sequence[str]
) -> api.MessagesReactions | api.MessagesReactionsNotModified:
    """Return a list of reactions, unless the caller has it."""
    hashed = reactions_hash(words)
    if hashed and hashed == request.hash:
        return api.MessagesReactionsNotModified()
    return api.MessagesReactions(hash=hashed, reactions=[reaction_of(w) for w in words])


@method(api.MessagesGetRecentReactions)
async def get_recent_reactions(
    call: Call, request: api.MessagesGetRecentReactions
) -> api.TypeMessagesReactions:
    """Return what the caller likes to react with, newest first."""
    recent = await call.look().get(Recent) or Recent()
    words = recent.words[: max(0, min(request.limit, RECENT_MAX))]
    return _listed(request, words)


@method(api.MessagesClearRecentReactions, rate=Rate.WRITE, home=Home.CALLER)
async def clear_recent_reactions(call: Call, request: api.MessagesClearRecentReactions) -> bool:
    """Forget what the caller likes to react with."""
    async with call.change() as change:
        recent = await change.get(Recent) or Recent()
        change.put(msgspec.structs.replace(recent, words=()))
    return True


@method(api.MessagesGetTopReactions)
async def get_top_reactions(
    call: Call, request: api.MessagesGetTopReactions
) -> api.TypeMessagesReactions:
    """Return what to offer first: the caller's own favourites, then the usual ones."""
    recent = await call.look().get(Recent) or Recent()
    words = tuple(dict.fromkeys((*recent.words, *USUAL)))[: max(0, min(request.limit, 100))]
    return _listed(request, words)


async def unread_reactions(viewer: Viewer, peer: int, topic: int = 0) -> int:
    """Return how many messages of a dialog, or topic, have reactions their author has not looked at."""
    marked = await conversations.marks_of(viewer, UnreadReaction, peer)
    return sum(not topic or conversations.topic_number(m) == topic for m in marked)
