"""Methods channels.*: creating, showing, joining, leaving and deleting supergroups and channels."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, conversations, dialogs
from chappe.features.adminlog import log, note
from chappe.features.chats import (
    Chat,
    Link,
    Marked,
    Member,
    Membership,
    Request,
    Top,
    any_chat,
    channel,
    check_about,
    check_chat_title,
    check_history_ttl,
    membership_of,
    relist,
    require_change,
    require_creator,
    require_in,
    show_chat,
    show_member,
)
from chappe.features.conversations import Sent
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, PerServer

from .bot_news import tell_bots_who_asks
from .chat_updates import act, act_updates, act_within, mention, updates
from .disbanding import let_go
from .events import ChannelChanged, newest_requests
from .groups import available_reactions, full_photo, invited, missing, new_id, online_count, rename
from .invitations import show_invite_link
from .membership import (
    BOT_ERRORS,
    Entrant,
    admit,
    expel,
    has_room,
    inviter_of,
    tell_members,
    tell_of_requests,
)

NAMED_MAX: Final = 200  # channels one call may name
COMING: Final[PerServer[Counter[int]]] = PerServer(lambda _: Counter())  # chats, by person
PLACE_ERRORS: Final = (errors.ChannelInvalid, errors.ChannelPrivate)


async def require_channel_room(call: Call) -> None:
    """Check that the caller may be in one more channel.

    Raises:
        errors.ChannelsTooMuch: they may not.
    """
    if not await has_room(call, call.user):
        raise errors.ChannelsTooMuch


@asynccontextmanager
async def room(call: Call) -> AsyncIterator[None]:
    """Hold a place for a chat the caller comes into: others of theirs under way count as well.

    Raises:
        errors.ChannelsTooMuch: they may be in no more.
    """
    coming = call.context.own(COMING)
    before = coming[call.user]
    coming[call.user] += 1
    try:
        if not await has_room(call, call.user, before):
            raise errors.ChannelsTooMuch
        yield
    finally:
        coming[call.user] -= 1
        if not coming[call.user]:
            del coming[call.user]


async def found(call: Call, chat: Chat) -> Membership:
    """Keep a new supergroup or channel with the caller as its creator."""
    owner = Owner.channel(chat.id)
    async with call.change(owner) as change:
        change.put(chat)
        change.put(Top(id=0, date=call.now))
        change.next("pts")  # clients take no channel whose first message has pts 1
        await admit(change, Entrant(call.user), creator=True)
    await call.context.delivery.delivered(call.me)
    place = await membership_of(call.context, owner, call.user)
    if place is None:
        raise RuntimeError("a channel that was kept is not there")
    return place


@method(
    api.ChannelsCreateChannel,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        errors.ChatTitleEmpty,
        errors.ChatAboutTooLong,
        errors.ChannelsTooMuch,
        errors.TtlPeriodInvalid,
        errors.UserRestricted,
    ),
)
async def create_channel(call: Call, request: api.ChannelsCreateChannel) -> api.TypeUpdates:
    """Make a supergroup or a channel."""
    title, about = check_chat_title(request.title), check_about(request.about)
    is_group = request.megagroup or request.forum
    right = accounts.HouseRight.GROUPS if is_group else accounts.HouseRight.CHANNELS
    await accounts.require_right(call, right)
    await require_channel_room(call)
    chat = Chat(
        id=await new_id(call),
        title=title,
        about=about,
        created=call.now,
        creator=call.user,
        broadcast=not is_group,
        hidden_history=False,
        forum=request.forum,
        ttl=check_history_ttl(request.ttl_period or 0),
        default_banned=0 if is_group else chats.SEND,
    )
    place = await found(call, chat)
    viewer = call.viewer()
    mention(viewer, place)
    told = await act(call, viewer, place, api.MessageActionChannelCreate(title=title))
    return await updates(call, viewer, [api.UpdateChannel(channel_id=chat.id), *told])


@method(api.ChannelsGetChannels, needs=Needs.LOGIN, raises=PLACE_ERRORS)
async def get_channels(call: Call, request: api.ChannelsGetChannels) -> api.TypeMessagesChats:
    """Return channels by id; one that is private to the caller comes as forbidden."""
    viewer = call.viewer()
    shown = []
    for given in request.id[:NAMED_MAX]:
        if not isinstance(given, api.InputChannel):
            continue
        hashed = accounts.access_hash(call.context, call.user, Kind.CHANNEL, given.channel_id)
        owner = Owner.channel(given.channel_id)
        place = (
            await membership_of(call.context, owner, call.user)
            if given.access_hash == hashed
            else None
        )
        if place is None:
            raise errors.ChannelInvalid
        shown.append(await show_chat(viewer, place))
    return api.MessagesChats(chats=shown)


async def _counts(call: Call, place: Membership) -> dict[str, Any]:
    if not chats.is_admin(place.member):
        return {}
    look = call.look(place.owner)
    return {
        "admins_count": await look.count(Marked, "admin"),
        "kicked_count": await look.count(Marked, "kicked"),
        "banned_count": await look.count(Marked, "banned"),
    }


@method(api.ChannelsGetFullChannel, needs=Needs.LOGIN, raises=PLACE_ERRORS)
async def get_full_channel(call: Call, request: api.ChannelsGetFullChannel) -> api.MessagesChatFull:
    """Return everything a channel's page shows."""
    place = await channel(call, request.channel)
    chat, member = place.chat, place.member
    viewer = call.viewer()
    mention(viewer, place)
    look = call.look(place.owner)
    ask = call.context.ask
    reading = await conversations.channel_read_state(viewer, place.peer)
    admin = chats.is_admin(member)
    may_view = not chat.broadcast or admin
    if chat.linked:
        viewer.mention_channel(chat.linked)
    if chat.migrated_from:
        viewer.mention_chat(chat.migrated_from)
    pending = await look.count(Request) if chats.may_admin(member, "invite_users") else 0
    full = api.ChannelFull(
        id=chat.id,
        about=chat.about,
        can_view_participants=may_view and not chat.members_hidden,
        can_set_username=member is not None and member.creator,
        can_delete_channel=member is not None and member.creator,
        hidden_prehistory=chat.hidden_history,
        participants_hidden=chat.members_hidden,
        antispam=chat.antispam,
        participants_count=chat.members,
        **await _counts(call, place),
        online_count=None if chat.broadcast else await online_count(call, chat.id),
        read_inbox_max_id=reading.inbox,
        read_outbox_max_id=reading.outbox,
        unread_count=reading.unread,
        chat_photo=await full_photo(viewer, place) or api.PhotoEmpty(id=0),
        notify_settings=await ask(accounts.hooks.notify_settings)(viewer, place.peer),
        bot_info=await ask(chats.hooks.show_bots)(viewer, place, chat.bots if may_view else ()),
        exported_invite=await _own_link(call, place),
        linked_chat_id=chat.linked or None,
        migrated_from_chat_id=chat.migrated_from or None,
        migrated_from_max_id=chat.migrated_max_id or None,
        pinned_msg_id=await ask(accounts.hooks.newest_pin)(viewer, place.owner) or None,
        available_min_id=max(0, member.first_visible - 1) or None if member else None,
        slowmode_seconds=chat.slow_mode or None,
        slowmode_next_send_date=_next_send(place, call.now),
        default_send_as=await chats.show_default_sender(viewer, place),
        pts=reading.pts,
        ttl_period=chats.lifetime(viewer, place.peer, chat.ttl),
        requests_pending=pending or None,
        recent_requesters=[r.user for r in await newest_requests(look)] if pending else None,
        available_reactions=available_reactions(chat),
        has_scheduled=await ask(accounts.hooks.has_scheduled)(viewer, place.peer),
    )
    for user in full.recent_requesters or ():
        viewer.mention_user(user)
    users, found = await accounts.peers(viewer)
    return api.MessagesChatFull(full_chat=full, chats=found, users=users)


def _next_send(place: Membership, now: int) -> int | None:
    member, chat = place.member, place.chat
    if not chat.slow_mode or member is None or chats.is_admin(member):
        return None
    due = member.posted + chat.slow_mode
    return due if due > now else None


async def _own_link(call: Call, place: Membership) -> api.ChatInviteExported | None:
    if not chats.may_admin(place.member, "invite_users"):
        return None
    links = await call.look(place.owner).scan(Link)
    mine = [x for x in links if x.permanent and x.admin == call.user and not x.revoked]
    return show_invite_link(call.context, mine[0]) if mine else None


@method(
    api.ChannelsEditTitle,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*PLACE_ERRORS, errors.ChatTitleEmpty, errors.ChatNotModified, errors.ChatAdminRequired),
)
async def edit_title(call: Call, request: api.ChannelsEditTitle) -> api.TypeUpdates:
    """Rename a supergroup or channel."""
    place = await channel(call, request.channel)
    answer = await rename(call, place, request.title)
    action = api.ChannelAdminLogEventActionChangeTitle(
        prev_value=place.chat.title, new_value=check_chat_title(request.title)
    )
    await log(call, place.owner, action)
    return answer


@method(
    api.ChannelsJoinChannel,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *PLACE_ERRORS,
        errors.ChannelsTooMuch,
        errors.UserAlreadyParticipant,
        errors.UsersTooMuch,
        errors.InviteRequestSent,
    ),
)
async def join_channel(
    call: Call, request: api.ChannelsJoinChannel
) -> api.TypeMessagesChatInviteJoinResult:
    """Come into a public channel or supergroup."""
    place = await channel(call, request.channel)
    if chats.is_in(place.member, call.now):
        raise errors.UserAlreadyParticipant
    async with room(call):
        return await _join(call, place)


async def _join(call: Call, place: Membership) -> api.MessagesChatInviteJoinResultOk:
    if place.chat.join_request:
        async with call.change(place.owner) as change:
            if await change.get(Request, call.user) is None:
                asked = Request(user=call.user, date=call.now)
                change.put(asked)
                await tell_bots_who_asks(change, asked)
            await tell_of_requests(change)
        raise errors.InviteRequestSent
    kept = None
    async with call.change(place.owner) as change:
        if chats.is_kicked(await change.get(Member, call.user), call.now):
            raise errors.ChannelPrivate  # since the gate was passed
        if not await admit(change, Entrant(call.user)):
            raise errors.UserAlreadyParticipant
        if not place.chat.broadcast:
            action = api.MessageActionChatAddUser(users=[call.user])
            kept = await act_within(call, change, place, action)
    log_as = api.ChannelAdminLogEventActionParticipantJoin()
    joined = await came(call, place, kept, log_as=log_as)
    return api.MessagesChatInviteJoinResultOk(updates=joined)


async def came(
    call: Call, place: Membership, kept: Sent | None, *, log_as: api.TypeChannelAdminLogEventAction
) -> api.Updates:
    """Answer somebody who has come into a channel; `kept` is the message that tells the others."""
    await call.context.delivery.delivered(call.me)
    await log(call, place.owner, log_as)
    viewer = call.viewer()
    mention(viewer, place)
    told = [
        api.UpdateChannel(channel_id=place.chat.id),
        *await act_updates(call, viewer, place, kept),
    ]
    return await updates(call, viewer, told)


@method(
    api.ChannelsLeaveChannel,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*PLACE_ERRORS, errors.UserNotParticipant),
)
async def leave_channel(call: Call, request: api.ChannelsLeaveChannel) -> api.TypeUpdates:
    """Leave; a creator who leaves may come back as creator."""
    place = await channel(call, request.channel)
    require_in(place, call.now)
    async with call.change(place.owner) as change:
        await expel(change, call.user, by=call.user, forget=True)
    await call.context.delivery.delivered(call.me)
    await log(call, place.owner, api.ChannelAdminLogEventActionParticipantLeave())
    viewer = call.viewer()
    mention(viewer, place)
    return await updates(call, viewer, [api.UpdateChannel(channel_id=place.chat.id)])


@method(
    api.ChannelsInviteToChannel,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *PLACE_ERRORS,
        errors.ChatAdminRequired,
        errors.UserIdInvalid,
        errors.UsersTooMuch,
        errors.UserNotParticipant,
        errors.UserBot,
        *BOT_ERRORS,
    ),
)
async def invite_to_channel(
    call: Call, request: api.ChannelsInviteToChannel
) -> api.MessagesInvitedUsers:
    """Put people into a supergroup or channel, if they allow it."""
    place = await channel(call, request.channel)
    require_change(place, "invite_users", "invite_users", call.now)
    willing, refused = await invited(call, request.users)
    if place.chat.broadcast and any(who.bot for who in willing):
        raise errors.UserBot  # of a channel they are admins, or not there
    may_unban = chats.may_admin(place.member, "ban_users")
    added, kept = [], None
    async with call.change(place.owner) as change:
        for who in willing:
            user = who.user
            old = await change.get(Member, user)
            if chats.is_kicked(old, call.now) and not may_unban:
                refused.append(user)
            elif await admit(change, who, inviter=inviter_of(place.member)):
                added.append(user)
                await _note_invited(call, change, place, user)
        if added:
            dialogs.note_approached(call, change)
        if added and not place.chat.broadcast:
            action = api.MessageActionChatAddUser(users=added)
            kept = await act_within(call, change, place, action)
    viewer = call.viewer()
    mention(viewer, place)
    told = await act_updates(call, viewer, place, kept)
    for user in refused:
        viewer.mention_user(user)
    answer = await updates(call, viewer, told)
    return api.MessagesInvitedUsers(updates=answer, missing_invitees=missing(refused))


async def _note_invited(call: Call, change: Change, place: Membership, user: int) -> None:
    member = await change.get(Member, user)
    shown = show_member(call.viewer(), member, place.member, call.now)
    action = api.ChannelAdminLogEventActionParticipantInvite(participant=shown)
    await note(change, call.user, action)


@method(
    api.ChannelsDeleteChannel,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*PLACE_ERRORS, errors.ChatAdminRequired),
)
async def delete_channel(call: Call, request: api.ChannelsDeleteChannel) -> api.TypeUpdates:
    """End a supergroup or channel; its creator does."""
    place = await channel(call, request.channel)
    require_creator(place, call.now)
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is not None:
            ended = msgspec.structs.replace(chat, deleted=True, username="", linked=0)
            change.put(ended)
            relist(change, call.context, chat, ended)
        await expel(change, call.user, by=call.user, forget=True)
        await let_go(change, place.chat.id, call.user)
    if place.chat.linked:
        async with call.change(Owner.channel(place.chat.linked)) as change:
            other = await change.get(Chat)
            if other is not None and other.linked == place.chat.id:
                change.put(msgspec.structs.replace(other, linked=0))
                change.announce_without_pts(ChannelChanged(id=other.id))
    if place.chat.username:
        async with call.change() as change:
            rest = await accounts.may_rest(change)
        await accounts.give_up(call.context, place.chat.username, place.owner, call.user, rest=rest)
    await call.context.delivery.delivered(call.me)
    viewer = call.viewer()
    mention(viewer, place)
    return await updates(call, viewer, [api.UpdateChannel(channel_id=place.chat.id)])


@method(
    api.MessagesEditChatAbout,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *accounts.PEER_ERRORS,
        errors.ChatAdminRequired,
        errors.ChatAboutTooLong,
        errors.ChatAboutNotModified,
    ),
)
async def edit_chat_about(call: Call, request: api.MessagesEditChatAbout) -> bool:
    """Give a group or channel another description."""
    place = await any_chat(call, request.peer)
    require_change(place, "change_info", "change_info", call.now)
    about = check_about(request.about)
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None or chat.about == about:
            raise errors.ChatAboutNotModified
        change.put(msgspec.structs.replace(chat, about=about))
        await _tell_all(change, place)
    action = api.ChannelAdminLogEventActionChangeAbout(prev_value=place.chat.about, new_value=about)
    await log(call, place.owner, action)
    return True


@method(
    api.MessagesToggleNoForwards,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*accounts.PEER_ERRORS, errors.ChatAdminRequired, errors.ChatNotModified),
)
async def toggle_no_forwards(call: Call, request: api.MessagesToggleNoForwards) -> api.TypeUpdates:
    """Forbid, or allow again, that messages leave this chat; its creator does."""
    place = await any_chat(call, request.peer)
    require_creator(place, call.now)
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None or chat.noforwards is request.enabled:
            raise errors.ChatNotModified
        change.put(msgspec.structs.replace(chat, noforwards=request.enabled))
        action = api.ChannelAdminLogEventActionToggleNoForwards(new_value=request.enabled)
        await note(change, call.user, action)
        await _tell_all(change, place)
    return await changed(call, place)


async def _tell_all(change: Change, place: Membership) -> None:
    """Let every member's devices know that a chat is not what it was."""
    if place.owner.kind is Kind.CHAT:
        await tell_members(change, "chat")
    else:
        change.announce_without_pts(ChannelChanged(id=place.chat.id))


async def changed(call: Call, place: Membership) -> api.Updates:
    """Answer the caller who altered a chat, so that every device of theirs reads it anew."""
    viewer = call.viewer()
    mention(viewer, place)
    if place.owner.kind is Kind.CHAT:
        return await updates(call, viewer, [api.UpdateChat(chat_id=place.chat.id)])
    return await updates(call, viewer, [api.UpdateChannel(channel_id=place.chat.id)])
