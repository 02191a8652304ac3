"""Who owns a group or channel: it passes to another member, with all rights, and is told."""

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.adminlog import note
from chappe.features.chats import (
    Chat,
    Joined,
    Marked,
    Member,
    Membership,
    membership_of,
    show_member,
)
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change, Context

from .chat_updates import act
from .events import ChannelChanged
from .membership import Entrant, admit, keep_member, tell_members


async def pass_on(call: Call, change: Change, user: int) -> None:
    """Make a member the owner in the caller's place, who stays an admin, in a change of the chat's box.

    Raises:
        errors.UserNotParticipant: they are no member, or the caller is none.
        errors.UserIdInvalid: it is a bot.
    """
    heir, mine = await change.get(Member, user), await change.get(Member, call.user)
    chat = await change.get(Chat)
    if heir is None or mine is None or chat is None or not chats.is_in(heir, call.now):
        raise errors.UserNotParticipant
    if heir.bot:
        raise errors.UserIdInvalid
    crowned = msgspec.structs.replace(heir, creator=True, banned=0, admin=chats.EVERY_ADMIN)
    await keep_member(change, crowned, by=call.user)
    former = msgspec.structs.replace(mine, creator=False, admin=chats.EVERY_ADMIN, promoted_by=user)
    await keep_member(change, former, by=call.user)
    viewer = call.viewer()
    for before, after in ((heir, crowned), (mine, former)):
        shown = [show_member(viewer, m, former, call.now) for m in (before, after)]
        action = api.ChannelAdminLogEventActionParticipantToggleAdmin(
            prev_participant=shown[0], new_participant=shown[1]
        )
        await note(change, call.user, action)
    change.put(msgspec.structs.replace(chat, creator=user, version=chat.version + 1))
    if change.owner.kind is Kind.CHAT:
        await tell_members(change, "members")
    else:
        change.announce_without_pts(ChannelChanged(id=chat.id))


async def owned_by(context: Context, user: int) -> list[Membership]:
    """Return the groups and channels somebody owns."""
    found = []
    for joined in await context.look(Owner(Kind.USER, user)).scan(Joined):
        place = await membership_of(context, accounts.owner_of(joined.peer), user)
        if place is None or place.chat.deleted or place.chat.migrated_to:
            continue
        if place.member is not None and place.member.creator:
            found.append(place)
    return found


async def another_admin(context: Context, place: Membership) -> int:
    """Return an admin of a place beside the one it stands for, who can own it; 0 if there is none."""
    look, now = context.look(place.owner), int(context.clock.now())
    mine = place.member.user if place.member is not None else 0
    if place.owner.kind is Kind.CHAT:
        members = await look.scan(Member)
    else:
        marked = await look.scan(Marked, "admin")
        members = [m for row in marked if (m := await look.get(Member, row.user)) is not None]
    for member in sorted(members, key=lambda m: (m.joined, m.user)):
        if member.user == mine or not chats.is_in(member, now) or not chats.is_admin(member):
            continue
        record = await context.look(Owner(Kind.USER, member.user)).get(accounts.User)
        if record is not None and not record.deleted and not record.bot:
            return member.user
    return 0


async def bequeath(call: Call, place: Membership, user: int) -> None:
    """Pass on to somebody what the caller owns, whom it brings in if need be. Doing it twice does no harm.

    Raises:
        errors.RpcError: the place is full, or has ended meanwhile.
    """
    async with call.change(place.owner) as change:
        mine = await change.get(Member, call.user)
        if mine is None or not mine.creator:
            return
        came = await admit(change, Entrant(user), inviter=call.user)
        await pass_on(call, change, user)
    if came and not place.chat.broadcast:
        await act(call, call.viewer(), place, api.MessageActionChatAddUser(users=[user]))
