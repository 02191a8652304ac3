"""Membership: adding and removing a member, in the chat's box and then in theirs."""

from typing import Any, Final, NamedTuple

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, contacts, dialogs, privacy
from chappe.features.chats import (
    BASIC_MEMBERS_MAX,
    BOTS_HERE_MAX,
    Chat,
    Commenter,
    Joined,
    Marked,
    Member,
    Membership,
    Request,
    Top,
    membership_of,
)
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Change

from .bot_news import tell_bots
from .events import Came, Gone, TellChatChanged

CHANNELS_JOINED_MAX: Final = 500  # supergroups and channels one person is in
BOT_ERRORS: Final = (errors.BotGroupsBlocked, errors.BotsTooMuch)
CHANNEL_MEMBERS_MAX: Final = 200_000  # people in a supergroup; channels have no bound


def full(chat: Chat, owner: Owner) -> bool:
    """Whether nobody more may come in."""
    if owner.kind is Kind.CHAT:
        return chat.members >= BASIC_MEMBERS_MAX
    return not chat.broadcast and chat.members >= CHANNEL_MEMBERS_MAX


async def has_room(call: Call, user: int, more: int = 0) -> bool:
    """Whether somebody may be in one chat more, with `more` that they are about to be in."""
    count = await call.look(Owner(Kind.USER, user)).count(Joined, limit=CHANNELS_JOINED_MAX)
    return count + more < CHANNELS_JOINED_MAX


class Entrant(NamedTuple):
    """Who is to come into a chat."""

    user: int
    bot: bool = False
    hears_all: bool = False  # a bot whose privacy mode is off


async def entrant(call: Call, user: int) -> Entrant | None:
    """Return somebody whom the caller may put into chats; None if they do not let them, or are in too many.

    Raises:
        errors.BotGroupsBlocked: it is a bot that comes into no groups.
    """
    record = await call.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None or record.deleted:
        return None
    if record.bot:
        if record.no_groups:
            raise errors.BotGroupsBlocked
        return Entrant(user, bot=True, hears_all=record.reads_all)
    return Entrant(user) if await _may_invite(call, user) else None


async def _may_invite(call: Call, user: int) -> bool:
    """Whether somebody lets the caller, who may address them, put them into chats, and is not in too many."""
    if await contacts.is_blocked(call.context, call.user, user):
        return False
    if not await contacts.may_address(call, user):
        return False
    if not await has_room(call, user):
        return False
    if not await privacy.may_see(call.viewer(), user, "invite"):
        return False
    try:
        await dialogs.approach(call, Owner(Kind.USER, user))
    except errors.PeerFlood:
        return False
    return True


def inviter_of(member: Member | None) -> int:
    """Return by whom people are told to have been brought in; 0 for an admin who stays anonymous."""
    return 0 if member is None or chats.is_anonymous(member) else member.user


def _marks(member: Member | None) -> set[str]:
    """Return under which marks a member is found."""
    if member is None:
        return set()
    marks = {"admin"} if chats.is_admin(member) else set()
    if member.banned:
        marks.add("kicked" if member.banned & chats.VIEW else "banned")
    return marks


async def keep_member(change: Change, member: Member, *, by: int) -> None:
    """Keep what somebody is in a chat, and where they are found by it; `by` whom, 0: that stays unsaid."""
    old = await change.get(Member, member.user)
    await tell_bots(change, old, member, by)
    before, after = _marks(old), _marks(member)
    for mark in before - after:
        change.drop(Marked, mark, member.user)
    for mark in after - before:
        change.put(Marked(mark=mark, user=member.user))
    change.put(member)


async def admit(change: Change, who: Entrant, **how: Any) -> bool:
    """Let somebody in; False if they are in already. Lifts a ban: check rights before.

    Raises:
        errors.BotsTooMuch: it is a bot, and as many are here as may be.
        errors.UsersTooMuch: the chat is full.
        errors.ChannelPrivate, errors.ChatIdInvalid: it has ended.
    """
    chat = await change.get(Chat)
    if chat is None or chat.is_over or chat.migrated_to:
        in_channel = change.owner.kind is Kind.CHANNEL
        raise errors.ChannelPrivate if in_channel else errors.ChatIdInvalid
    user = who.user
    old = await change.get(Member, user)
    if chats.is_in(old, change.now):
        return False
    if full(chat, change.owner):
        raise errors.UsersTooMuch
    if who.bot and len(chat.bots) >= BOTS_HERE_MAX:
        raise errors.BotsTooMuch
    visible = 0
    top = await change.get(Top)
    if chat.hidden_history:
        visible = (top.id if top else 0) + 1
    kept: dict[str, Any] = {}
    if old is not None:  # what outlasts one's leaving: a restriction, a wait, having made the chat
        kept = {"creator": old.creator, "posted": old.posted}
        if bits := chats.forbidden(old, change.now) & ~chats.VIEW:
            kept |= {"banned": bits, "banned_until": old.banned_until, "banned_by": old.banned_by}
    elif (commenter := await change.get(Commenter, user)) is not None:
        kept = {"posted": commenter.posted}
        change.drop(Commenter, user)
    kept |= {"first_visible": visible, "bot": who.bot, "hears_all": who.hears_all}
    member = Member(user=user, joined=change.now, **{**kept, **how})
    came_by = 0 if member.link else member.inviter
    await keep_member(change, member, by=member.approved_by or came_by)
    bots = (*chat.bots, user) if who.bot else chat.bots
    change.put(
        msgspec.structs.replace(chat, members=chat.members + 1, version=chat.version + 1, bots=bots)
    )
    peer = accounts.peer_id(change.owner)
    came = Came(peer=peer, date=change.now, top=top.id if top else 0, again=old is not None)
    change.send_command(Owner(Kind.USER, user), came)
    return True


async def expel(
    change: Change, user: int, *, by: int, banned: int = 0, until: int = 0, forget: bool = False
) -> Member | None:
    """Take somebody out, or forbid them to come; return what they were, None if never seen.

    Who goes on their own takes along what they were forbidden, and finds it there when they come back.
    """
    chat, actor = await change.get(Chat), by
    old = await change.get(Member, user)
    if banned & chats.VIEW and await change.get(Request, user) is not None:
        change.drop(Request, user)
        await tell_of_requests(change)
    was_in = chats.is_in(old, change.now)
    keeps = old is not None and old.creator and user == by
    member = old or Member(user=user, joined=change.now, left=True)
    if not banned and user == by:
        banned, until, by = member.banned, member.banned_until, member.banned_by
    await keep_member(
        change,
        msgspec.structs.replace(
            member,
            left=True,
            admin=0,
            creator=keeps,
            rank="",
            banned=banned,
            banned_until=until,
            banned_by=by if banned else 0,
            title=chat.title if chat is not None and was_in else member.title,
        ),
        by=actor,
    )
    if chat is not None and was_in:
        change.put(
            msgspec.structs.replace(
                chat,
                members=max(0, chat.members - 1),
                version=chat.version + 1,
                bots=tuple(bot for bot in chat.bots if bot != user),
            )
        )
        change.send_command(
            Owner(Kind.USER, user), Gone(peer=accounts.peer_id(change.owner), forget=forget)
        )
    return old


async def tell_members(change: Change, what: str, *, but: int = 0) -> None:
    """Let every member of a basic group know that something changed."""
    peer = accounts.peer_id(change.owner)
    for member in await change.scan(Member):
        if chats.is_in(member, change.now) and member.user != but:
            change.send_command(
                Owner(Kind.USER, member.user), TellChatChanged(peer=peer, what=what)
            )


async def tell_of_requests(change: Change) -> None:
    """Let those who may decide know who asks to be let in."""
    peer = accounts.peer_id(change.owner)
    for mark in await change.scan(Marked, "admin"):
        member = await change.get(Member, mark.user)
        if (
            member is not None
            and chats.is_admin(member)
            and chats.may_admin(member, "invite_users")
        ):
            change.send_command(
                Owner(Kind.USER, member.user), TellChatChanged(peer=peer, what="requests")
            )


async def fresh(call: Call, place: Membership) -> Membership:
    """Return a chat as it stands now, after a change."""
    found = await membership_of(call.context, place.owner, call.user)
    if found is None:
        raise errors.ChatIdInvalid
    return found


async def lone(call: Call, place: Membership, user: int) -> Member | None:
    """Return somebody's membership."""
    return await call.look(place.owner).get(Member, user)
