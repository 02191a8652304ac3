"""Methods messages.*Chat*: basic groups."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from chappe.core import HOUSE, SHARD_COUNT, Kind, Owner
from chappe.features import accounts, chats, dialogs, media, privacy
from chappe.features.chats import (
    BASIC_MEMBERS_MAX,
    Chat,
    Joined,
    Member,
    Membership,
    basic,
    check_chat_title,
    check_history_ttl,
    common_chats,
    membership_of,
    relist,
    require_admin,
    require_change,
    require_creator,
    show_basic_member,
    show_chat,
)
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Viewer

from .chat_updates import act, acted, mention, updates
from .membership import (
    BOT_ERRORS,
    Entrant,
    admit,
    entrant,
    expel,
    keep_member,
    tell_members,
)

BASIC_ADMIN: Final = chats.EVERY_ADMIN & ~chats.ADMIN["add_admins"]
COMMON_CHATS_MAX: Final = 100  # chats in one answer
NAMED_MAX: Final = 200  # chats one call may name
ONLINE_SEEN_MAX: Final = (
    100  # people here of whom it is asked one by one whether the caller may know
)


async def new_id(call: Call) -> int:
    """Return an id for a new chat: a rising number on a shard at random."""
    async with call.context.change(HOUSE) as change:
        number = accounts.take_number(change)
    shard = int.from_bytes(call.context.entropy.token(2), "big") % SHARD_COUNT
    return number * SHARD_COUNT + shard


async def invited(call: Call, given: Any) -> tuple[list[Entrant], list[int]]:
    """Return whom the caller may put into a chat and whom not, of the users they name.

    Raises:
        errors.UserIdInvalid: the caller may not name one of them.
        errors.BotGroupsBlocked: one is a bot that comes into no groups.
    """
    willing: dict[int, Entrant] = {}
    refused: list[int] = []
    for one in given[:BASIC_MEMBERS_MAX]:
        user = await accounts.user_of(call, one)
        if user == call.user or user in willing:
            continue
        came = await entrant(call, user)
        if came is None:
            refused.append(user)
        else:
            willing[user] = came
    return list(willing.values()), refused


def missing(users: list[int]) -> list[api.MissingInvitee]:
    """Return those who could not be added, as clients read it."""
    return [api.MissingInvitee(user_id=user) for user in users]


@method(
    api.MessagesCreateChat,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        errors.ChatTitleEmpty,
        errors.UserIdInvalid,
        errors.UsersTooMuch,
        errors.TtlPeriodInvalid,
        errors.UserRestricted,
        *BOT_ERRORS,
    ),
)
async def create_chat(call: Call, request: api.MessagesCreateChat) -> api.MessagesInvitedUsers:
    """Make a basic group with the people named who allow it."""
    title, ttl = check_chat_title(request.title), check_history_ttl(request.ttl_period or 0)
    await accounts.require_right(call, accounts.HouseRight.GROUPS)
    if len(request.users) >= BASIC_MEMBERS_MAX:
        raise errors.UsersTooMuch
    willing, refused = await invited(call, request.users)
    owner = Owner(Kind.CHAT, await new_id(call))
    async with call.change(owner) as change:
        change.put(
            Chat(
                id=owner.id,
                title=title,
                created=call.now,
                creator=call.user,
                ttl=ttl,
            )
        )
        await admit(change, Entrant(call.user), creator=True)
        for who in willing:
            await admit(change, who, inviter=call.user)
        dialogs.note_approached(call, change)
        dialogs.note_approached(call, change)
    place = await membership_of(call.context, owner, call.user)
    if place is None:
        raise RuntimeError("a group that was kept is not there")
    viewer = call.viewer()
    mention(viewer, place)
    for user in refused:
        viewer.mention_user(user)
    there = [call.user, *(who.user for who in willing)]
    told = await act(call, viewer, place, api.MessageActionChatCreate(title=title, users=there))
    members = await show_members(viewer, place)
    answer = await updates(call, viewer, [api.UpdateChatParticipants(participants=members), *told])
    return api.MessagesInvitedUsers(updates=answer, missing_invitees=missing(refused))


async def show_members(
    viewer: Viewer, place: Membership
) -> api.ChatParticipants | api.ChatParticipantsForbidden:
    """Return the members of a basic group."""
    now = int(viewer.context.clock.now())
    if not chats.is_in(place.member, now):
        return api.ChatParticipantsForbidden(chat_id=place.chat.id)
    found = await viewer.look(place.owner).scan(Member)
    shown = [show_basic_member(viewer, m, place.chat) for m in found if chats.is_in(m, now)]
    return api.ChatParticipants(
        chat_id=place.chat.id, participants=shown, version=place.chat.version
    )


@method(api.MessagesGetChats, needs=Needs.LOGIN)
async def get_chats(call: Call, request: api.MessagesGetChats) -> api.TypeMessagesChats:
    """Return basic groups by id; those the caller never was in are passed over."""
    viewer = call.viewer()
    shown = []
    for number in request.id[:NAMED_MAX]:
        place = await membership_of(call.context, Owner(Kind.CHAT, number), call.user)
        if place is not None and place.member is not None:
            shown.append(await show_chat(viewer, place))
    return api.MessagesChats(chats=shown)


@method(api.MessagesGetAllChats)
async def get_all_chats(call: Call, request: api.MessagesGetAllChats) -> api.TypeMessagesChats:
    """Return the groups and channels the caller is in, as apps before layer 157 ask for them."""
    viewer = call.viewer()
    known = set(request.except_ids[:NAMED_MAX])
    shown = []
    for joined in await call.look().scan(Joined):
        place = await membership_of(call.context, accounts.owner_of(joined.peer), call.user)
        if place is not None and place.owner.id not in known:
            shown.append(await show_chat(viewer, place))
    return api.MessagesChats(chats=shown)


@method(api.MessagesGetFullChat, needs=Needs.LOGIN, raises=(errors.ChatIdInvalid,))
async def get_full_chat(call: Call, request: api.MessagesGetFullChat) -> api.MessagesChatFull:
    """Return everything a basic group's page shows."""
    place = await basic(call, request.chat_id)
    viewer = call.viewer()
    mention(viewer, place)
    ask = call.context.ask
    inside = chats.is_in(place.member, call.now)
    bots = place.chat.bots if inside else ()
    shown_bots = await ask(chats.hooks.show_bots)(viewer, place, bots)
    full = api.ChatFull(
        id=place.chat.id,
        about=place.chat.about if inside else "",
        bot_info=shown_bots or None,
        participants=await show_members(viewer, place),
        can_set_username=place.member is not None and place.member.creator,
        notify_settings=await ask(accounts.hooks.notify_settings)(viewer, place.peer),
        available_reactions=available_reactions(place.chat) if inside else None,
        pinned_msg_id=await ask(accounts.hooks.newest_pin)(viewer, place.owner) or None,
        chat_photo=await full_photo(viewer, place) if inside else None,
        ttl_period=chats.lifetime(viewer, place.peer, place.chat.ttl) if inside else None,
        has_scheduled=await ask(accounts.hooks.has_scheduled)(viewer, place.peer),
    )
    users, found = await accounts.peers(viewer)
    return api.MessagesChatFull(full_chat=full, chats=found, users=users)


def available_reactions(
    chat: Chat,
) -> api.ChatReactionsAll | api.ChatReactionsNone | api.ChatReactionsSome:
    """Return which reactions a chat allows."""
    if not chat.reactions:
        return api.ChatReactionsAll(allow_custom=not chat.broadcast)
    kind, _, words = chat.reactions.decode().partition(" ")
    if kind == "some":
        return api.ChatReactionsSome(
            reactions=[api.ReactionEmoji(emoticon=w) for w in words.split()]
        )
    return api.ChatReactionsNone()


async def full_photo(viewer: Viewer, place: Membership) -> api.Photo | None:
    """Return a chat's picture in all its sizes, or None."""
    if not place.chat.photo:
        return None
    return await media.show_full_chat_photo(viewer, place.owner, place.chat.photo)


@method(
    api.MessagesEditChatTitle,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        errors.ChatIdInvalid,
        errors.ChatTitleEmpty,
        errors.ChatNotModified,
        errors.ChatAdminRequired,
    ),
)
async def edit_chat_title(call: Call, request: api.MessagesEditChatTitle) -> api.TypeUpdates:
    """Rename a basic group."""
    place = await basic(call, request.chat_id)
    return await rename(call, place, request.title)


async def rename(call: Call, place: Membership, wanted: str) -> api.Updates:
    """Rename a chat, for whoever may; tell it by a service message."""
    require_change(place, "change_info", "change_info", call.now)
    title = check_chat_title(wanted)
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None or chat.deleted or chat.title == title:
            raise errors.ChatNotModified
        new = msgspec.structs.replace(chat, title=title, version=chat.version + 1)
        change.put(new)
        relist(change, call.context, chat, new)
    return await acted(call, place, api.MessageActionChatEditTitle(title=title))


@method(
    api.MessagesAddChatUser,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        errors.ChatIdInvalid,
        errors.ChatAdminRequired,
        errors.UserIdInvalid,
        errors.UsersTooMuch,
        errors.UserAlreadyParticipant,
        *BOT_ERRORS,
    ),
)
async def add_chat_user(call: Call, request: api.MessagesAddChatUser) -> api.MessagesInvitedUsers:
    """Put somebody into a basic group, if they allow it."""
    place = await basic(call, request.chat_id)
    require_change(place, "invite_users", "invite_users", call.now)
    willing, refused = await invited(call, [request.user_id])
    viewer = call.viewer()
    mention(viewer, place)
    told: list[api.TypeUpdate] = []
    for who in willing:
        told.extend(await bring_in(call, viewer, place, who))
    for user in refused:
        viewer.mention_user(user)
    answer = await updates(call, viewer, told)
    return api.MessagesInvitedUsers(updates=answer, missing_invitees=missing(refused))


async def bring_in(
    call: Call, viewer: Viewer, place: Membership, who: Entrant
) -> list[api.TypeUpdate]:
    """Put somebody into a basic group, and say so there; return what tells it.

    Raises:
        errors.UserAlreadyParticipant, errors.UsersTooMuch, errors.BotsTooMuch
        errors.ChatAdminRequired: they were thrown out, and the caller may not forgive that.
    """
    async with call.change(place.owner) as change:
        old = await change.get(Member, who.user)
        if chats.is_kicked(old, call.now):
            require_admin(place, "ban_users", call.now)
        if not await admit(change, who, inviter=call.user):
            raise errors.UserAlreadyParticipant
        dialogs.note_approached(call, change)
        await tell_members(change, "members", but=who.user)
    return await act(call, viewer, place, api.MessageActionChatAddUser(users=[who.user]))


@method(
    api.MessagesDeleteChatUser,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        errors.ChatIdInvalid,
        errors.ChatAdminRequired,
        errors.UserIdInvalid,
        errors.UserNotParticipant,
    ),
)
async def delete_chat_user(call: Call, request: api.MessagesDeleteChatUser) -> api.TypeUpdates:
    """Leave a basic group, or take somebody out."""
    place = await basic(call, request.chat_id)
    user = await accounts.user_of(call, request.user_id)
    target = await call.look(place.owner).get(Member, user)
    if target is None or not chats.is_in(target, call.now):
        raise errors.UserNotParticipant
    if user != call.user:
        me = place.member
        mine = me is not None and chats.is_in(me, call.now) and target.inviter == call.user
        if not mine or chats.is_admin(target):
            me = require_admin(place, "ban_users", call.now)
        if me is None or not chats.outranks(me, target):
            raise errors.ChatAdminRequired
    # the leaver says it while still in, so that the message reaches everybody
    viewer = call.viewer()
    mention(viewer, place)
    told = await act(call, viewer, place, api.MessageActionChatDeleteUser(user_id=user))
    async with call.change(place.owner) as change:
        banned = 0 if user == call.user else chats.VIEW
        await expel(change, user, by=call.user, banned=banned)
        await tell_members(change, "members", but=user)
    return await updates(call, viewer, told)


@method(
    api.MessagesEditChatAdmin,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        errors.ChatIdInvalid,
        errors.ChatAdminRequired,
        errors.UserIdInvalid,
        errors.UserNotParticipant,
    ),
)
async def edit_chat_admin(call: Call, request: api.MessagesEditChatAdmin) -> bool:
    """Make somebody an admin of a basic group, or no longer; its creator does."""
    place = await basic(call, request.chat_id)
    require_creator(place, call.now)
    user = await accounts.user_of(call, request.user_id)
    async with call.change(place.owner) as change:
        target = await change.get(Member, user)
        if target is None or not chats.is_in(target, call.now) or target.creator:
            raise errors.UserNotParticipant
        await keep_member(
            change,
            msgspec.structs.replace(
                target, admin=BASIC_ADMIN if request.is_admin else 0, promoted_by=call.user
            ),
            by=call.user,
        )
        chat = await change.get(Chat)
        if chat is not None:
            change.put(msgspec.structs.replace(chat, version=chat.version + 1))
        await tell_members(change, "members")
    return True


@method(
    api.MessagesDeleteChat,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(errors.ChatIdInvalid, errors.ChatAdminRequired),
)
async def delete_chat(call: Call, request: api.MessagesDeleteChat) -> bool:
    """End a basic group; its creator does."""
    place = await basic(call, request.chat_id)
    require_creator(place, call.now)
    async with call.change(place.owner) as change:
        for member in await change.scan(Member):
            if chats.is_in(member, call.now):
                await expel(change, member.user, by=call.user, forget=True)
        chat = await change.get(Chat)
        if chat is not None:
            change.put(msgspec.structs.replace(chat, deleted=True, members=0))
    return True


@method(api.MessagesGetOnlines, raises=accounts.PEER_ERRORS)
async def get_onlines(call: Call, request: api.MessagesGetOnlines) -> api.ChatOnlines:
    """Return how many members are here now; in a small group, of those whom the caller may see."""
    owner = await accounts.peer_of(call, request.peer)
    if owner.kind is Kind.CHANNEL:
        return api.ChatOnlines(onlines=await online_count(call, owner.id))
    members = await call.look(owner).scan(Member) if owner.kind is Kind.CHAT else []
    if members and not any(m.user == call.user and chats.is_in(m, call.now) for m in members):
        raise errors.ChatIdInvalid
    delivery = call.context.delivery
    here = [m.user for m in members if chats.is_in(m, call.now) and delivery.online(m.user)]
    return api.ChatOnlines(onlines=await _seen_here(call, here))


async def online_count(call: Call, channel: int) -> int:
    """Return how many people who are in a supergroup or channel are here, as far as the caller may know."""
    here = call.context.delivery.watchers(channel)
    return len(here) if len(here) > ONLINE_SEEN_MAX else await _seen_here(call, here)


async def _seen_here(call: Call, people: Iterable[int]) -> int:
    """Return how many of some people the caller may know to be here. Where few are, a number tells who."""
    viewer = call.viewer()
    seen = [user for user in people if await privacy.may_see(viewer, user, "status")]
    return max(1, len(seen))


@method(api.MessagesGetCommonChats, raises=(errors.UserIdInvalid,))
async def get_common_chats(
    call: Call, request: api.MessagesGetCommonChats
) -> api.TypeMessagesChats:
    """Return the groups the caller shares with somebody."""
    user = await accounts.user_of(call, request.user_id)
    viewer = call.viewer()
    shared = await common_chats(call, user)
    shown = [await show_chat(viewer, p) for p in shared if p.chat.id > request.max_id]
    return api.MessagesChats(
        chats=shown[: min(request.limit or COMMON_CHATS_MAX, COMMON_CHATS_MAX)]
    )
