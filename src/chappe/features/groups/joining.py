"""Joining and leaving a chat as part of another method, with the checks of joining alone."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.chats import Link, Member, Membership, require_admin
from chappe.rpc import Call
from chappe.tl import api, errors

from .channels import invite_to_channel, join_channel, leave_channel
from .groups import add_chat_user, delete_chat_user
from .links import import_chat_invite, make_link
from .membership import BOT_ERRORS

ENTER_ERRORS: Final = (errors.ChannelsTooMuch, errors.UsersTooMuch)
BRING_ERRORS: Final = (errors.ChatAdminRequired, errors.UsersTooMuch, errors.UserBot, *BOT_ERRORS)


async def lasting_code(call: Call, place: Membership) -> str:
    """Return the code of the caller's lasting invite link, which is made if there is none.

    Raises:
        errors.ChatAdminRequired: they may not invite by link.
        errors.InvitesTooMuch: they have too many links.
    """
    require_admin(place, "invite_users", call.now)
    for link in await call.look(place.owner).scan(Link):
        if link.permanent and link.admin == call.user and not link.revoked:
            return link.code
    return (await make_link(call, place, permanent=True)).code


def input_channel(call: Call, owner: Owner) -> api.InputChannel:
    """Return how the caller names a channel."""
    hashed = accounts.access_hash(call.context, call.user, Kind.CHANNEL, owner.id)
    return api.InputChannel(channel_id=owner.id, access_hash=hashed)


async def enter(call: Call, owner: Owner, code: str) -> list[Any] | None:
    """Come into a chat by an invite link, or where it is public without; return what tells it.

    None if that is not possible, or if somebody has to approve it first.

    Raises:
        ENTER_ERRORS: the caller is in too many chats, or too many are in this one.
    """
    try:
        if code:
            answer = await import_chat_invite(call, api.MessagesImportChatInvite(hash=code))
        else:
            request = api.ChannelsJoinChannel(channel=input_channel(call, owner))
            answer = await join_channel(call, request)
    except ENTER_ERRORS:
        raise
    except errors.UserAlreadyParticipant:
        return []
    except errors.RpcError:
        return None
    return list(answer.updates.updates)


async def bring_bot(call: Call, place: Membership, given: Any) -> list[Any]:
    """Put a bot into a group or supergroup; return what tells it, nothing if it is there.

    Raises:
        BRING_ERRORS: the caller may not, or it may come into none.
    """
    user = await accounts.user_of(call, given)
    if chats.is_in(await call.look(place.owner).get(Member, user), call.now):
        return []
    if place.owner.kind is Kind.CHAT:
        put = api.MessagesAddChatUser(chat_id=place.owner.id, user_id=given, fwd_limit=0)
        answer = await add_chat_user(call, put)
    else:
        channel = input_channel(call, place.owner)
        answer = await invite_to_channel(
            call, api.ChannelsInviteToChannel(channel=channel, users=[given])
        )
    return list(answer.updates.updates)


async def leave(call: Call, place: Membership) -> list[Any]:
    """Leave a chat; return what tells it, nothing if the caller was not in."""
    if not chats.is_in(place.member, call.now):
        return []
    if place.owner.kind is Kind.CHAT:
        request = api.MessagesDeleteChatUser(chat_id=place.owner.id, user_id=api.InputUserSelf())
        answer = await delete_chat_user(call, request)
    else:
        channel = input_channel(call, place.owner)
        answer = await leave_channel(call, api.ChannelsLeaveChannel(channel=channel))
    return list(answer.updates)
