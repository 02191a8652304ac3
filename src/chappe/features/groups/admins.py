"""Methods that run a group or channel: admins, restrictions, default rights, switches."""

from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, auth, chats, dialogs
from chappe.features.adminlog import log, note
from chappe.features.chats import (
    BannedChannel,
    Chat,
    Joined,
    Marked,
    Member,
    Membership,
    any_chat,
    channel,
    check_rank,
    check_reactions,
    membership_of,
    require_admin,
    require_creator,
    show_banned_channel,
    show_chat,
    show_member,
)
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from .channels import PLACE_ERRORS, changed
from .events import ChannelChanged, DefaultRightsChanged
from .groups import available_reactions
from .membership import (
    BOT_ERRORS,
    Entrant,
    admit,
    entrant,
    expel,
    inviter_of,
    keep_member,
    tell_members,
)
from .owning import pass_on

ADMINS_MAX: Final = 50  # admins of one chat
SLOW_MODES: Final = (0, 5, 10, 30, 60, 300, 900, 3600)  # seconds clients offer

ADMIN_ERRORS: Final = (*PLACE_ERRORS, errors.ChatAdminRequired)


@method(
    api.ChannelsEditAdmin,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *ADMIN_ERRORS,
        errors.UserIdInvalid,
        errors.RightForbidden,
        errors.AdminsTooMuch,
        errors.AdminRankInvalid,
        errors.UserCreator,
        errors.UserPrivacyRestricted,
        errors.UsersTooMuch,
        errors.ChatIdInvalid,
        errors.UserNotParticipant,
        errors.UserKicked,
        errors.ChatAdminInviteRequired,
        errors.BotChannelsNa,
        *BOT_ERRORS,
    ),
)
async def edit_admin(call: Call, request: api.ChannelsEditAdmin) -> api.TypeUpdates:
    """Give somebody admin rights, other ones, or none; nobody gives what they have not."""
    place = await channel(call, request.channel)
    me = require_admin(place, "add_admins", call.now)
    user = await accounts.user_of(call, request.user_id)
    if call.client.bot and user == call.user:
        raise errors.BotChannelsNa
    wanted = chats.pack_admin(request.admin_rights)
    rank = check_rank(request.rank or "")
    if not me.creator and wanted & ~(me.admin | chats.IS_ADMIN):
        raise errors.RightForbidden
    look = call.look(place.owner)
    target = await look.get(Member, user)
    who = await _require_newcomer(call, me, target, user, promoted=bool(wanted))
    admins = await look.count(Marked, "admin", limit=ADMINS_MAX + 1)
    if wanted and not chats.is_admin(target) and admins >= ADMINS_MAX:
        raise errors.AdminsTooMuch
    async with call.change(place.owner) as change:
        old = await change.get(Member, user)
        if old is not None and old.creator and user != call.user:
            raise errors.UserCreator
        if user == call.user and me.creator:
            wanted |= chats.EVERY_ADMIN
        elif old is not None and not chats.outranks(me, old):
            raise errors.ChatAdminRequired
        if who.bot and not wanted and place.chat.broadcast:
            await expel(change, user, by=call.user)  # of a channel a bot is an admin, or not there
        else:
            if await admit(change, who, inviter=inviter_of(me)):
                dialogs.note_approached(call, change)
            member = await change.get(Member, user) or Member(user=user, joined=call.now)
            free = {"banned": 0, "banned_until": 0} if wanted else {}  # to demote frees nobody
            await keep_member(
                change,
                msgspec.structs.replace(
                    member,
                    admin=wanted,
                    rank=rank,
                    **free,
                    promoted_by=call.user if wanted else 0,
                ),
                by=inviter_of(me),
            )
    await _tell(call, place, user)
    await _log_member(call, place, user, old, api.ChannelAdminLogEventActionParticipantToggleAdmin)
    return await changed(call, place)


async def _require_newcomer(
    call: Call, me: Member, target: Member | None, user: int, *, promoted: bool
) -> Entrant:
    """Return somebody who is in, or may be brought in as an admin, or freed to become one.

    Raises:
        errors.UserNotParticipant, errors.UserPrivacyRestricted, errors.UserKicked,
        errors.ChatAdminInviteRequired, errors.BotGroupsBlocked
    """
    if chats.forbidden(target, call.now) and not chats.may_admin(me, "ban_users"):
        raise errors.UserKicked
    if target is not None and chats.is_in(target, call.now):
        return Entrant(user, target.bot, target.hears_all)
    if not promoted:
        raise errors.UserNotParticipant
    if not chats.may_admin(me, "invite_users"):
        raise errors.ChatAdminInviteRequired
    who = await entrant(call, user)
    if who is None:
        raise errors.UserPrivacyRestricted
    return who


async def _tell(call: Call, place: Membership, user: int) -> None:
    """Let somebody's devices know that they are something else in a channel now."""
    if user == call.user:
        return
    await call.context.delivery.delivered(Owner(Kind.USER, user))
    async with call.context.change(Owner(Kind.USER, user)) as change:
        change.announce_without_pts(ChannelChanged(id=place.chat.id))


async def _log_member(
    call: Call, place: Membership, user: int, old: Member | None, kind: Any
) -> None:
    viewer = call.viewer()
    new = await call.look(place.owner).get(Member, user)
    before = old or Member(user=user, joined=call.now, left=True)
    after = new or before
    action = kind(
        prev_participant=show_member(viewer, before, place.member, call.now),
        new_participant=show_member(viewer, after, place.member, call.now),
    )
    await log(call, place.owner, action)


@method(
    api.ChannelsEditBanned,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *ADMIN_ERRORS,
        errors.UserIdInvalid,
        errors.UserAdminInvalid,
        errors.ParticipantIdInvalid,
    ),
)
async def edit_banned(call: Call, request: api.ChannelsEditBanned) -> api.TypeUpdates:
    """Restrict or ban somebody, for a time or for ever, or let them again."""
    place = await channel(call, request.channel)
    me = require_admin(place, "ban_users", call.now)
    if isinstance(request.participant, api.InputPeerChannel):
        return await _ban_channel(call, place, request)
    if not isinstance(request.participant, api.InputPeerUser):
        raise errors.ParticipantIdInvalid
    user = await accounts.user_of(call, request.participant)
    bits = chats.pack_banned(request.banned_rights)
    until = request.banned_rights.until_date
    until = 0 if until <= call.now or until >= chats.FOR_EVER else until
    async with call.change(place.owner) as change:
        old = await change.get(Member, user)
        if user == call.user or not chats.outranks(me, old):
            raise errors.UserAdminInvalid
        if bits & chats.VIEW:
            await expel(change, user, by=call.user, banned=bits, until=until)
        else:
            member = old or Member(user=user, joined=call.now, left=True)
            was_kicked = chats.is_kicked(old, call.now)
            await keep_member(
                change,
                msgspec.structs.replace(
                    member,
                    banned=bits,
                    banned_until=until if bits else 0,
                    admin=0,
                    rank="",
                    banned_by=call.user if bits else 0,
                    left=member.left or was_kicked,
                ),
                by=inviter_of(me),
            )
    await _tell(call, place, user)
    await _log_member(call, place, user, old, api.ChannelAdminLogEventActionParticipantToggleBan)
    return await changed(call, place)


async def _ban_channel(
    call: Call, place: Membership, request: api.ChannelsEditBanned
) -> api.Updates:
    """Forbid to write in a channel's name, or allow it again; nobody loses the channel by it.

    Raises:
        errors.ParticipantIdInvalid: there is no such channel, or it is what is discussed here.
    """
    given: Any = request.participant
    right = given.access_hash == accounts.access_hash(
        call.context, call.user, Kind.CHANNEL, given.channel_id
    )
    other = await membership_of(call.context, Owner.channel(given.channel_id), call.user)
    own = given.channel_id in (place.chat.id, place.chat.linked)
    if not right or other is None or not other.chat.broadcast or own or place.chat.broadcast:
        raise errors.ParticipantIdInvalid
    bits = chats.pack_banned(request.banned_rights)
    async with call.change(place.owner) as change:
        old = await change.get(BannedChannel, given.channel_id)
        new = BannedChannel(channel=given.channel_id, date=call.now, by=call.user, banned=bits)
        if bits:
            change.put(new)
        else:
            change.drop(BannedChannel, given.channel_id)
    viewer = call.viewer()
    before = msgspec.structs.replace(old or new, banned=old.banned if old else 0)
    action = api.ChannelAdminLogEventActionParticipantToggleBan(
        prev_participant=show_banned_channel(viewer, before),
        new_participant=show_banned_channel(viewer, new),
    )
    await log(call, place.owner, action)
    return await changed(call, place)


@method(
    api.MessagesEditChatDefaultBannedRights,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *accounts.PEER_ERRORS,
        errors.ChatAdminRequired,
        errors.ChatNotModified,
        errors.BannedRightsInvalid,
    ),
)
async def edit_default_rights(
    call: Call, request: api.MessagesEditChatDefaultBannedRights
) -> api.TypeUpdates:
    """Say what everybody may do in a group."""
    place = await any_chat(call, request.peer)
    require_admin(place, "ban_users", call.now)
    bits = chats.pack_banned(request.banned_rights)
    if bits & chats.VIEW:
        raise errors.BannedRightsInvalid
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None or chat.default_banned == bits:
            raise errors.ChatNotModified
        change.put(msgspec.structs.replace(chat, default_banned=bits, version=chat.version + 1))
        if place.owner.kind is Kind.CHAT:
            await tell_members(change, "rights")
        else:
            change.announce_without_pts(DefaultRightsChanged(peer=place.peer))
    await log(
        call,
        place.owner,
        api.ChannelAdminLogEventActionDefaultBannedRights(
            prev_banned_rights=chats.show_banned(place.chat.default_banned),
            new_banned_rights=chats.show_banned(bits),
        ),
    )
    return await changed(call, place)


async def _switch(call: Call, given: Any, right: str, action: Any, **to: Any) -> api.Updates:
    """Alter fields of a channel's record, for admins with a right."""
    place = await channel(call, given)
    require_admin(place, right, call.now)
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None:
            raise errors.ChannelInvalid
        new = msgspec.structs.replace(chat, **to)
        if new == chat:
            raise errors.ChatNotModified
        change.put(new)
        change.announce_without_pts(ChannelChanged(id=place.chat.id))
    if action is not None:
        await log(call, place.owner, action)
    return await changed(call, place)


SWITCH_ERRORS: Final = (*ADMIN_ERRORS, errors.ChatNotModified)


@method(api.ChannelsToggleSignatures, rate=Rate.WRITE, home=Home.PEER, raises=SWITCH_ERRORS)
async def toggle_signatures(call: Call, request: api.ChannelsToggleSignatures) -> api.TypeUpdates:
    """Sign posts of a channel with their author's name, or not."""
    on, profiles = request.signatures_enabled, request.profiles_enabled
    action: Any = api.ChannelAdminLogEventActionToggleSignatures(new_value=on)
    if (await channel(call, request.channel)).chat.signatures is on:
        action = api.ChannelAdminLogEventActionToggleSignatureProfiles(new_value=profiles)
    return await _switch(
        call, request.channel, "change_info", action, signatures=on, profiles=profiles
    )


@method(
    api.ChannelsToggleSlowMode,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*SWITCH_ERRORS, errors.SecondsInvalid),
)
async def toggle_slow_mode(call: Call, request: api.ChannelsToggleSlowMode) -> api.TypeUpdates:
    """Set how long members wait between two messages."""
    if request.seconds not in SLOW_MODES:
        raise errors.SecondsInvalid
    place = await channel(call, request.channel)
    action = api.ChannelAdminLogEventActionToggleSlowMode(
        prev_value=place.chat.slow_mode, new_value=request.seconds
    )
    return await _switch(call, request.channel, "ban_users", action, slow_mode=request.seconds)


@method(
    api.ChannelsTogglePreHistoryHidden,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*SWITCH_ERRORS, errors.ChatLinkExists),
)
async def toggle_history(
    call: Call, request: api.ChannelsTogglePreHistoryHidden
) -> api.TypeUpdates:
    """Hide from those who come later what was written before; not where a channel is discussed."""
    place = await channel(call, request.channel)
    require_admin(place, "change_info", call.now)
    if request.enabled and place.chat.linked:
        raise errors.ChatLinkExists
    action = api.ChannelAdminLogEventActionTogglePreHistoryHidden(new_value=request.enabled)
    return await _switch(
        call, request.channel, "change_info", action, hidden_history=request.enabled
    )


@method(api.ChannelsToggleJoinToSend, rate=Rate.WRITE, home=Home.PEER, raises=SWITCH_ERRORS)
async def toggle_join_to_send(call: Call, request: api.ChannelsToggleJoinToSend) -> api.TypeUpdates:
    """Let only members write in a discussion group."""
    return await _switch(call, request.channel, "ban_users", None, join_to_send=request.enabled)


@method(api.ChannelsToggleJoinRequest, rate=Rate.WRITE, home=Home.PEER, raises=SWITCH_ERRORS)
async def toggle_join_request(
    call: Call, request: api.ChannelsToggleJoinRequest
) -> api.TypeUpdates:
    """Let admins approve whoever wants to come in."""
    return await _switch(call, request.channel, "invite_users", None, join_request=request.enabled)


@method(api.ChannelsToggleParticipantsHidden, rate=Rate.WRITE, home=Home.PEER, raises=SWITCH_ERRORS)
async def toggle_members_hidden(
    call: Call, request: api.ChannelsToggleParticipantsHidden
) -> api.TypeUpdates:
    """Show the list of members to admins only."""
    return await _switch(call, request.channel, "ban_users", None, members_hidden=request.enabled)


@method(
    api.MessagesSetChatAvailableReactions,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *accounts.PEER_ERRORS,
        errors.ChatAdminRequired,
        errors.ChatNotModified,
        errors.ReactionInvalid,
    ),
)
async def set_reactions(
    call: Call, request: api.MessagesSetChatAvailableReactions
) -> api.TypeUpdates:
    """Say which reactions a chat allows."""
    place = await any_chat(call, request.peer)
    require_admin(place, "change_info", call.now)
    match request.available_reactions:
        case api.ChatReactionsNone():
            kept = b"none"
        case api.ChatReactionsSome(reactions=some):
            words = check_reactions([getattr(one, "emoticon", "") for one in some])
            kept = ("some " + " ".join(words)).encode()
        case _:
            kept = b""
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None or chat.reactions == kept:
            raise errors.ChatNotModified
        new = msgspec.structs.replace(chat, reactions=kept)
        change.put(new)
        action = api.ChannelAdminLogEventActionChangeAvailableReactions(
            prev_value=available_reactions(chat), new_value=available_reactions(new)
        )
        await note(change, call.user, action)
        if place.owner.kind is Kind.CHAT:
            await tell_members(change, "chat")
        else:
            change.announce_without_pts(ChannelChanged(id=place.chat.id))
    return await changed(call, place)


# -- discussion groups ----------------------------------------------------------------------------


@method(api.ChannelsGetGroupsForDiscussion)
async def get_groups_for_discussion(
    call: Call, request: api.ChannelsGetGroupsForDiscussion
) -> api.TypeMessagesChats:
    """Return the groups the caller owns and may attach to a channel, a basic one once it is migrated."""
    viewer = call.viewer()
    shown = []
    for joined in await call.look().scan(Joined):
        place = await membership_of(call.context, accounts.owner_of(joined.peer), call.user)
        if place is None or place.chat.broadcast or place.chat.forum:
            continue
        if place.chat.deleted or place.chat.migrated_to:
            continue
        if (
            place.member is not None
            and place.member.creator
            and chats.is_in(place.member, call.now)
        ):
            shown.append(await show_chat(viewer, place))
    return api.MessagesChats(chats=shown)


@method(
    api.ChannelsSetDiscussionGroup,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *ADMIN_ERRORS,
        errors.LinkNotModified,
        errors.MegagroupPrehistoryHidden,
        errors.BroadcastIdInvalid,
        errors.MegagroupIdInvalid,
    ),
)
async def set_discussion_group(call: Call, request: api.ChannelsSetDiscussionGroup) -> bool:
    """Attach a supergroup to a channel for its comments, or detach it."""
    places: list[Membership] = []
    for given, broadcast in ((request.broadcast, True), (request.group, False)):
        if isinstance(given, api.InputChannel):
            place = await channel(call, given)
            if place.chat.broadcast is not broadcast:
                raise errors.BroadcastIdInvalid if broadcast else errors.MegagroupIdInvalid
            if place.chat.forum:
                raise errors.MegagroupIdInvalid
            require_admin(place, "change_info", call.now)
            if place.chat.hidden_history and not await _hides_nothing(call, place):
                raise errors.MegagroupPrehistoryHidden
            places.append(place)
    if not places:
        raise errors.LinkNotModified
    if len(places) == 2:  # noqa: PLR2004  both are named: attach
        pairs = ((places[0], places[1].chat.id), (places[1], places[0].chat.id))
    else:
        pairs = ((places[0], 0), (places[0], 0))
    if all(place.chat.linked == to for place, to in pairs):
        raise errors.LinkNotModified
    former = {p.chat.linked for p in places if p.chat.linked}
    for place, to in pairs:
        await _link(call, place.owner, to)
    for number in former - {p.chat.id for p in places}:
        await _link(call, Owner.channel(number), 0)
    return True


async def _hides_nothing(call: Call, place: Membership) -> bool:
    """Whether nothing was said since a supergroup was made of a basic group, which makes it hide its past.

    Apps migrate the group somebody chose and attach it at once: they have asked whether its past may be
    read, and do not know yet that it is hidden.
    """
    return place.chat.migrated_from != 0 and await call.look(place.owner).counter("message") <= 1


async def _link(call: Call, owner: Owner, to: int) -> None:
    async with call.change(owner) as change:
        chat = await change.get(Chat)
        if chat is not None and chat.linked != to:
            hidden = chat.hidden_history and not to
            change.put(msgspec.structs.replace(chat, linked=to, hidden_history=hidden))
            change.announce_without_pts(ChannelChanged(id=owner.id))
            if hidden is not chat.hidden_history:
                shown = api.ChannelAdminLogEventActionTogglePreHistoryHidden(new_value=hidden)
                await note(change, call.user, shown)
            action = api.ChannelAdminLogEventActionChangeLinkedChat(
                prev_value=chat.linked, new_value=to
            )
            await note(change, call.user, action)


# -- ownership ------------------------------------------------------------------------------------


@method(
    api.MessagesEditChatCreator,
    rate=Rate.LOGIN,
    home=Home.PEER,
    raises=(
        *accounts.PEER_ERRORS,
        errors.ChatAdminRequired,
        errors.UserIdInvalid,
        errors.PasswordHashInvalid,
        errors.SrpIdInvalid,
        errors.PasswordMissing,
        errors.UserNotParticipant,
    ),
)
async def edit_creator(call: Call, request: api.MessagesEditChatCreator) -> api.TypeUpdates:
    """Hand a supergroup or channel to another of its members, proving one's password."""
    place = await any_chat(call, request.peer)
    require_creator(place, call.now)
    user = await accounts.user_of(call, request.user_id)
    if not await auth.has_password(call.context, call.user):
        raise errors.PasswordMissing
    await auth.require_password(call, call.user, request.password)
    async with call.change(place.owner) as change:
        if user == call.user:
            raise errors.UserIdInvalid
        await pass_on(call, change, user)
    await _tell(call, place, user)
    return await changed(call, place)
