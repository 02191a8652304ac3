"""The gates: who may name a chat, look into it, post there, and run it.

Not there, never there and hidden give the same refusal; only who was given a channel's access hash by
this server learns that it has become private to them.
"""

from typing import NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Context

from . import rights
from .records import Chat, Member


class Membership(NamedTuple):
    """A chat, and what somebody is in it."""

    owner: Owner
    chat: Chat
    member: Member | None
    reader: bool = False  # is no member, but reads the channel whose posts are discussed here

    @property
    def peer(self) -> int:
        """Return its dialog's number."""
        return accounts.peer_id(self.owner)


async def membership_of(context: Context, owner: Owner, user: int) -> Membership | None:
    """Return a chat as it stands to somebody, however little they may; None if there is none."""
    look = context.look(owner)
    chat = await look.get(Chat)
    if chat is None:
        return None
    member = await look.get(Member, user)
    reader = False
    if chat.linked and not (chat.broadcast or chat.username) and (member is None or member.left):
        discussed = await membership_of(context, Owner.channel(chat.linked), user)
        reader = discussed is not None and may_see_channel(discussed, int(context.clock.now()))
    return Membership(owner, chat, member, reader)


async def basic(call: Call, chat_id: int) -> Membership:
    """Return a basic group the caller is, or was, in.

    Raises:
        errors.ChatIdInvalid: they never were, or there is none.
    """
    place = (
        await membership_of(call.context, Owner(Kind.CHAT, chat_id), call.user)
        if chat_id > 0
        else None
    )
    if place is None or place.member is None:
        raise errors.ChatIdInvalid
    return place


async def channel(call: Call, given: api.TypeInputChannel | api.TypeInputPeer) -> Membership:
    """Return a channel or supergroup the caller may look into.

    Raises:
        errors.ChannelInvalid: there is none, or the access hash is not this caller's.
        errors.ChannelPrivate: they may not, or no longer.
    """
    match given:
        case api.InputChannel() | api.InputPeerChannel():
            owner = Owner.channel(given.channel_id)
            right = given.access_hash == accounts.access_hash(
                call.context, call.user, Kind.CHANNEL, given.channel_id
            )
            bare = call.client.bot and given.access_hash == 0  # a bot names where it is, or was
            place = await membership_of(call.context, owner, call.user) if right or bare else None
            if place is None or (not right and place.member is None):
                raise errors.ChannelInvalid
            if not may_see_channel(place, call.now):
                raise errors.ChannelPrivate
            return place
    raise errors.ChannelInvalid


def may_see_channel(place: Membership, now: int) -> bool:
    """Whether somebody may read a channel: members, and everybody where it has a username.

    Who reads a channel reads its discussion group too, if it is not forbidden to them.
    """
    if place.chat.is_over or rights.is_kicked(place.member, now):
        return False
    return rights.is_in(place.member, now) or bool(place.chat.username) or place.reader


async def public_chat(context: Context, owner: Owner, username: str) -> bool:
    """Whether a channel stands by a username it once claimed."""
    chat = await context.look(owner).get(Chat)
    return chat is not None and not chat.deleted and chat.username.lower() == username.lower()


async def chat_peer(call: Call, given: api.TypeInputChannel | api.TypeInputPeer) -> Owner:
    """Return whose box an InputPeerChat or InputPeerChannel means; see `accounts.peer_of`."""
    if isinstance(given, api.InputPeerChat):
        return (await basic(call, given.chat_id)).owner
    return (await channel(call, given)).owner


async def any_chat(call: Call, given: api.TypeInputChannel | api.TypeInputPeer) -> Membership:
    """Return the group or channel an InputPeer means.

    Raises:
        errors.PeerIdInvalid: it means a person.
        errors.ChatIdInvalid, errors.ChannelInvalid, errors.ChannelPrivate: see above.
    """
    match given:
        case api.InputPeerChat():
            return await basic(call, given.chat_id)
        case api.InputPeerChannel() | api.InputChannel():
            return await channel(call, given)
    raise errors.PeerIdInvalid


def require_in(place: Membership, now: int) -> Member:
    """Return the caller's membership.

    Raises:
        errors.UserNotParticipant: they are not in.
    """
    if place.member is None or not rights.is_in(place.member, now):
        raise errors.UserNotParticipant
    return place.member


def require_creator(place: Membership, now: int) -> Member:
    """Return the caller's membership if they are the creator and in.

    Raises:
        errors.ChatAdminRequired: they are not.
    """
    member = place.member
    if member is None or not member.creator or not rights.is_in(member, now):
        raise errors.ChatAdminRequired
    return member


def require_admin(place: Membership, right: str, now: int) -> Member:
    """Return the caller's membership if it has this admin right.

    Raises:
        errors.ChatAdminRequired: it has not.
    """
    member = place.member
    if member is None or not rights.is_in(member, now) or not rights.may_admin(member, right):
        raise errors.ChatAdminRequired
    return member


def require_change(place: Membership, what: str, right: str, now: int) -> Member:
    """Return the caller's membership if members, or else admins with `right`, may do `what`.

    Raises:
        errors.ChatAdminRequired: they may not.
    """
    member = place.member
    if member is not None and rights.is_in(member, now):
        if rights.is_admin(member) or place.chat.broadcast:
            allowed = rights.may_admin(member, right)
        else:
            allowed = rights.may(place.chat, member, what, now)
        if allowed:
            return member
    raise errors.ChatAdminRequired
