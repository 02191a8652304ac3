"""Chats in profiles and privacy rules: common chats, the personal channel, membership."""

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call
from chappe.updates import Context

from . import rights
from .access import Membership, membership_of
from .records import Chat, Joined, Member, Top


async def face_of(context: Context, peer: int, user: int) -> int:
    """Return as which peer others see what somebody does in a chat: anonymous admins act as the chat."""
    owner = accounts.owner_of(peer)
    if owner.kind is not Kind.CHANNEL:
        return user
    member = await context.look(owner).get(Member, user)
    return peer if rights.is_anonymous(member) else user


def shows_member(place: Membership, member: Member) -> bool:
    """Whether the one a place stands for may learn that somebody is in a chat."""
    if rights.is_admin(place.member) or (place.member and place.member.user == member.user):
        return True
    return not rights.is_anonymous(member)


async def common_chats(call: Call, user: int) -> list[Membership]:
    """Return the groups the caller shares with somebody, and may know them to be in; none with themselves."""
    found = []
    for joined in await call.look().scan(Joined) if user != call.user else ():
        place = await membership_of(call.context, accounts.owner_of(joined.peer), call.user)
        if place is None or place.chat.broadcast or not rights.is_in(place.member, call.now):
            continue
        theirs = await call.look(place.owner).get(Member, user)
        hidden = place.chat.members_hidden and not rights.is_admin(place.member)
        if theirs is None or hidden or not shows_member(place, theirs):
            continue
        if rights.is_in(theirs, call.now):
            found.append(place)
    return found


async def has_met(call: Call, user: int) -> bool:
    """Whether somebody is, or was, in a chat in which the caller is."""
    for joined in await call.look().scan(Joined):
        owner = accounts.owner_of(joined.peer)
        mine, theirs = await call.look(owner).get_each((Member, call.user), (Member, user))
        if theirs is not None and rights.is_in(mine, call.now):
            return True
    return False


async def count_common_chats(call: Call, user: int) -> int:
    """Return how many groups the caller shares with somebody."""
    return len(await common_chats(call, user))


async def newest_post(context: Context, channel: int) -> int:
    """Return the newest post of a channel that everybody may look into; 0 if it is no such channel."""
    look = context.look(Owner.channel(channel))
    chat = await look.get(Chat)
    if chat is None or chat.is_over or not chat.username:
        return 0
    top = await look.get(Top)
    return top.id if top else 0


async def runs_public_channel(call: Call, owner: Owner) -> bool:
    """Whether a chat is a channel everybody may look into, and the caller may post there."""
    place = await membership_of(call.context, owner, call.user)
    return (
        owner.kind is Kind.CHANNEL
        and place is not None
        and place.chat.broadcast
        and not place.chat.is_over
        and bool(place.chat.username)
        and rights.may_admin(place.member, "post_messages")
    )


async def joined_as(context: Context, user: int, number: int) -> int:
    """Return as which dialog somebody is in the chat of this number, of whatever kind; 0 if in none."""
    if not 0 < number < accounts.CHANNELS_BELOW:  # no chat is numbered so, and no key could hold it
        return 0
    for kind in (Kind.CHANNEL, Kind.CHAT):
        peer = accounts.peer_id(Owner(kind, number))
        if await context.look(Owner(Kind.USER, user)).get(Joined, peer) is not None:
            return peer
    return 0


async def is_member(context: Context, peer: int, user: int) -> bool:
    """Whether somebody is in a chat now."""
    member = await context.look(accounts.owner_of(peer)).get(Member, user)
    return rights.is_in(member, int(context.clock.now()))
