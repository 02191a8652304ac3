"""Member titles, and the future owner of a group whose creator left."""

import msgspec

from chappe.core import Kind
from chappe.features import accounts, chats
from chappe.features.adminlog import note
from chappe.features.chats import Chat, Member, any_chat, check_rank, require_admin
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from .channels import changed
from .events import ChannelChanged
from .membership import tell_members


@method(
    api.MessagesEditChatParticipantRank,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *accounts.PEER_ERRORS,
        errors.ChatAdminRequired,
        errors.AdminRankInvalid,
        errors.UserNotParticipant,
        errors.UserCreator,
        errors.ChatNotModified,
    ),
)
async def edit_rank(call: Call, request: api.MessagesEditChatParticipantRank) -> api.TypeUpdates:
    """Give a member another title: one's own where members may, others' as an admin who may."""
    place = await any_chat(call, request.peer)
    owner = await accounts.peer_of(call, request.participant)
    rank = check_rank(request.rank)
    me = place.member
    if owner == call.me and not chats.is_admin(me):
        if place.chat.broadcast or not chats.may(place.chat, me, "edit_rank", call.now):
            raise errors.ChatAdminRequired
    elif owner != call.me:
        me = require_admin(place, "manage_ranks", call.now)
    async with call.change(place.owner) as change:
        member = await change.get(Member, owner.id) if owner.kind is Kind.USER else None
        if member is None or not chats.is_in(member, call.now):
            raise errors.UserNotParticipant
        if owner != call.me and member.creator:
            raise errors.UserCreator
        if owner != call.me and (me is None or not chats.outranks(me, member)):
            raise errors.ChatAdminRequired
        if member.rank == rank:
            raise errors.ChatNotModified
        change.put(msgspec.structs.replace(member, rank=rank))
        action = api.ChannelAdminLogEventActionParticipantEditRank(
            user_id=member.user, prev_rank=member.rank, new_rank=rank
        )
        await note(change, call.user, action)
        chat = await change.get(Chat)
        if chat is not None and place.owner.kind is Kind.CHAT:
            change.put(msgspec.structs.replace(chat, version=chat.version + 1))
            await tell_members(change, "members")
        else:
            change.announce_without_pts(ChannelChanged(id=place.chat.id))
    return await changed(call, place)


@method(
    api.MessagesGetFutureChatCreatorAfterLeave,
    raises=(*accounts.PEER_ERRORS, errors.ChatAdminRequired),
)
async def get_heir(call: Call, request: api.MessagesGetFutureChatCreatorAfterLeave) -> api.TypeUser:
    """Return nobody: a creator who leaves stays the creator, and may come back as that."""
    place = await any_chat(call, request.peer)
    if place.member is None or not place.member.creator:
        raise errors.ChatAdminRequired
    return api.UserEmpty(id=0)
