"""Asking about members (core.telegram.org/bots/api#getchatmember)."""

from typing import Any, Final

from chappe.tl import api, errors

from ..caller import Caller, input_channel, input_user
from ..failures import refused
from ..params import Params
from ..shown.members import LEFT, show_group_member, show_member
from ..shown.peers import Json, user_by_id
from .acting import act
from .editing import full_of

ADMINISTRATORS_MAX: Final = 200  # administrators that are listed
MEMBERS: Final = {
    "USER_ID_INVALID": "user not found",
    "PARTICIPANT_ID_INVALID": "PARTICIPANT_ID_INVALID",
}


class GetChatMember(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    user_id: int = 0


class GetChatAdministrators(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    return_bots: bool = False


class GetChatMemberCount(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""


class GetChatMembersCount(GetChatMemberCount, frozen=True):
    """See the Bot API: how it was called once."""


def _is_channel(caller: Caller, peer: Any) -> bool:
    chat = caller.named.chats.get(peer.channel_id)
    return bool(chat is not None and chat.broadcast)


@act(GetChatMember, MEMBERS)
async def get_chat_member(caller: Caller, given: GetChatMember) -> Json:
    """Return what somebody is in a conversation."""
    peer = await caller.peer(given.chat_id)
    if given.user_id <= 0:
        raise refused("invalid user_id specified")
    if isinstance(peer, api.InputPeerChannel):
        return await _in_channel(caller, peer, given.user_id)
    full = await full_of(caller, peer)
    if isinstance(peer, api.InputPeerChat):
        for one in getattr(full.participants, "participants", ()):
            if one.user_id == given.user_id:
                return show_group_member(caller.named, one)
    elif given.user_id in (caller.bot, full.id):
        return {"status": "member", "user": user_by_id(caller.named, given.user_id)}
    users = await caller(api.UsersGetUsers(id=[input_user(given.user_id)]))
    caller.named.learn([user for user in users if isinstance(user, api.User)], [])
    if given.user_id not in caller.named.users:
        raise refused("user not found")
    return {"status": LEFT, "user": user_by_id(caller.named, given.user_id)}


async def _in_channel(caller: Caller, peer: Any, user: int) -> Json:
    one = api.InputPeerUser(user_id=user, access_hash=0)
    request = api.ChannelsGetParticipant(channel=input_channel(peer), participant=one)
    try:
        found = await caller(request)
    except errors.UserNotParticipant:
        users = await caller(api.UsersGetUsers(id=[input_user(user)]))
        caller.named.learn([one for one in users if isinstance(one, api.User)], [])
        return {"status": LEFT, "user": user_by_id(caller.named, user)}
    channel = _is_channel(caller, peer)
    return show_member(caller.named, found.participant, channel=channel)


@act(GetChatAdministrators, MEMBERS)
async def get_chat_administrators(caller: Caller, given: GetChatAdministrators) -> list[Json]:
    """Return who runs a group or channel, other bots left out unless they are asked for."""
    peer = await caller.peer(given.chat_id)
    if isinstance(peer, api.InputPeerUser):
        raise refused("there are no administrators in the private chat")
    if isinstance(peer, api.InputPeerChannel):
        request = api.ChannelsGetParticipants(
            channel=input_channel(peer),
            filter=api.ChannelParticipantsAdmins(),
            offset=0,
            limit=ADMINISTRATORS_MAX,
            hash=0,
        )
        found = await caller(request)
        channel = _is_channel(caller, peer)
        shown = [show_member(caller.named, one, channel=channel) for one in found.participants]
    else:
        full = await full_of(caller, peer)
        members = getattr(full.participants, "participants", ())
        shown = [show_group_member(caller.named, one) for one in members]
    running = [one for one in shown if one["status"] in ("creator", "administrator")]
    return [
        one
        for one in running
        if given.return_bots or not one["user"]["is_bot"] or one["user"]["id"] == caller.bot
    ]


@act(GetChatMemberCount)
async def get_chat_member_count(caller: Caller, given: GetChatMemberCount) -> int:
    """Return how many members a conversation has."""
    peer = await caller.peer(given.chat_id)
    full = await full_of(caller, peer)
    if isinstance(peer, api.InputPeerChannel):
        return int(full.participants_count or 0)
    if isinstance(peer, api.InputPeerChat):
        return int(caller.named.chats[full.id].participants_count)
    return 1 if full.id == caller.bot else 2


@act(GetChatMembersCount)
async def get_chat_members_count(caller: Caller, given: GetChatMembersCount) -> int:
    """Return the same by its old name."""
    count: int = await get_chat_member_count(caller, given)
    return count
