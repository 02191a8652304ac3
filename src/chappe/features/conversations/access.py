"""Gates of conversations: the only way to a stored message, and to writing anywhere."""

from typing import Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, contacts
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change, Context, View

from .hearing import heard
from .mailbox import numbered
from .records import Dialog, Message

WRITE_ERRORS: Final = (
    *accounts.PEER_ERRORS,
    errors.InputUserDeactivated,
    errors.YouBlockedUser,
    errors.PeerFlood,
    errors.ChatWriteForbidden,
    errors.ChatAdminRequired,
    errors.UserBannedInChannel,
    errors.SlowmodeWait,
    errors.ChatSendPlainForbidden,
    errors.TopicClosed,
    errors.TopicDeleted,
    errors.SendAsPeerInvalid,
    errors.UserIsBlocked,
    errors.UserIsBot,
)
SPOKEN_SOUGHT_MAX: Final = 100  # messages of a bot's among which an answer is sought


# what a chat's default rights refuse
FORBIDDEN: Final[dict[str, type[errors.RpcError]]] = {
    "send_plain": errors.ChatSendPlainForbidden,
    "send_photos": errors.ChatSendPhotosForbidden,
    "send_videos": errors.ChatSendVideosForbidden,
    "send_roundvideos": errors.ChatSendRoundvideosForbidden,
    "send_audios": errors.ChatSendAudiosForbidden,
    "send_voices": errors.ChatSendVoicesForbidden,
    "send_docs": errors.ChatSendDocsForbidden,
    "send_gifs": errors.ChatSendGifsForbidden,
    "send_stickers": errors.ChatSendStickersForbidden,
    "send_polls": errors.ChatSendPollForbidden,
    "send_inline": errors.ChatSendInlineForbidden,
}


class Source(NamedTuple):
    """Where the messages of a dialog are kept: a channel's own box, or the caller's."""

    look: View
    peer: int
    owner: Owner
    place: chats.Membership | None  # the group or channel, if it is one
    first: int  # the oldest message the caller may see
    bot: int = 0  # the caller, if it is a bot: in a channel it sees what it heard

    @property
    def is_channel(self) -> bool:
        """Whether messages are kept once, in the channel's box."""
        return self.owner.kind is Kind.CHANNEL


class Target(NamedTuple):
    """Where something is written to: the dialog, and whose boxes get a copy."""

    owner: Owner
    peer: int
    place: chats.Membership | None
    copies: tuple[int, ...]
    sender: int = 0  # in whose name, by the number of a peer; 0 for as usual


async def source_of(call: Call, given: api.TypeInputPeer) -> Source:
    """Return where the messages of the dialog an InputPeer means are kept.

    Raises:
        accounts.PEER_ERRORS: the caller may not look there.
    """
    return await source(call, await accounts.peer_of(call, given))


async def source(call: Call, owner: Owner) -> Source:
    """Return where the messages of a dialog are kept; the gate was passed when `owner` was named."""
    peer = accounts.peer_id(owner)
    if owner.kind is Kind.USER:
        return Source(call.look(), peer, owner, None, 0)
    place = await chats.membership_of(call.context, owner, call.user)
    if owner.kind is Kind.CHAT:
        return Source(call.look(), peer, owner, place, 0)
    member = place.member if place else None
    bot = call.user if call.client.bot else 0
    return Source(call.look(owner), peer, owner, place, member.first_visible if member else 0, bot)


async def readable(look: View, message_id: int) -> Message | None:
    """Return a message of one's own box by its id alone, or None, whether hidden or absent."""
    if not 0 < message_id < 1 << 31:
        return None
    return await numbered(look, message_id)


async def visible(where: Source, message_id: int) -> Message | None:
    """Return a message of a dialog, or None, whether hidden, absent or of another dialog."""
    if not where.first <= message_id < 1 << 31 or message_id <= 0:
        return None
    message = await where.look.get(Message, where.peer, message_id)
    if message is None or (where.bot and not heard(message, where.bot)):
        return None
    return message


async def may_write(
    call: Call, to: Owner, what: str = "send_plain", send_as: api.TypeInputPeer | int | None = None
) -> Target:
    """Return where the caller may write `what` (a right of chatBannedRights), and in whose name.

    A block is not told to the blocked: nothing is copied, that is all.

    Raises:
        errors.YouBlockedUser: the caller has blocked them.
        errors.PeerFlood: they are a stranger, and the house rules let not everybody address those.
        errors.InputUserDeactivated: the account is gone.
        errors.UserIsBlocked, errors.UserIsBot: the caller is a bot; of people a block is not told.
        errors.PeerIdInvalid: nobody can write there.
        errors.ChatWriteForbidden, errors.ChatAdminRequired, errors.UserBannedInChannel,
        errors.SlowmodeWait, errors.ChatSendPlainForbidden: the chat's rules.
        errors.SendAsPeerInvalid: not in the name that `send_as` says.
    """
    if to.kind is Kind.USER:
        await chats.sender_of(call, None, send_as)
        reaches = await _may_write_to(call, to)
        return Target(to, to.id, None, (to.id,) if reaches else ())
    place = await chats.membership_of(call.context, to, call.user)
    if place is None:
        raise errors.PeerIdInvalid
    check_post(place, what, call.now)
    if call.client.bot and not chats.is_in(place.member, call.now):
        raise errors.ChatWriteForbidden  # people comment without joining
    copies: tuple[int, ...] = ()
    if to.kind is Kind.CHAT:
        copies = await members_but(call.context, to, call.user)
    return Target(to, place.peer, place, copies, await chats.sender_of(call, place, send_as))


async def members_but(context: Context, chat: Owner, user: int) -> tuple[int, ...]:
    """Return the members of a basic group, one person aside."""
    members, now = await context.look(chat).scan(chats.Member), int(context.clock.now())
    return tuple(m.user for m in members if chats.is_in(m, now) and m.user != user)


async def _may_write_to(call: Call, to: Owner) -> bool:
    if to.id == accounts.SERVICE_USER:
        raise errors.PeerIdInvalid
    if to.id in (call.user, accounts.FATHER_USER):
        return False
    record = await call.look(to).get(accounts.User)
    if record is None or record.deleted:
        raise errors.InputUserDeactivated
    reaches = await contacts.reaches(call, to)
    if call.client.bot:
        await _require_spoken_to(call, record)
        if not reaches:
            raise errors.UserIsBlocked
    return reaches


async def _require_spoken_to(call: Call, to: accounts.User) -> None:
    """Check that a bot may write to somebody: they spoke to it, or asked just now to be let in where it runs.

    Raises:
        errors.UserIsBot, errors.PeerIdInvalid
    """
    if to.bot:
        raise errors.UserIsBot
    asked = await call.look().get(chats.MayWriteTo, to.id)
    if asked is not None and asked.until > call.now:
        return
    if await call.look().get(Dialog, to.id) is None:
        raise errors.PeerIdInvalid
    if asked is not None:  # the conversation may be of its own making
        said = await call.look().scan(Message, to.id, limit=SPOKEN_SOUGHT_MAX)
        if all(message.out for message in said):
            raise errors.PeerIdInvalid


def holders_of(peer: int, user: int) -> tuple[int, ...]:
    """Return in whose box the other copy of a private chat's messages lies, if there is one."""
    return () if peer == user or peer in accounts.RESERVED_USERS else (peer,)


async def readers_of(context: Context, peer: int, user: int) -> tuple[int, ...]:
    """Return in whose boxes copies of a dialog's messages lie, one person's aside."""
    owner = accounts.owner_of(peer)
    if owner.kind is Kind.CHAT:
        members = await context.look(owner).scan(chats.Member)
        return tuple(m.user for m in members if m.user != user)
    return holders_of(peer, user)


async def hearers_of(context: Context, peer: int, user: int) -> tuple[int, ...]:
    """Return `readers_of`, but for those to whom nothing more comes.

    They have blocked this person, or are in the group no more: what was written before is theirs, what it
    says later is not.
    """
    owner = accounts.owner_of(peer)
    if owner.kind is Kind.CHAT:
        return await members_but(context, owner, user)
    if owner.kind is Kind.USER and await contacts.is_blocked(context, peer, user):
        return ()
    return holders_of(peer, user)


async def in_mailbox(call: Call, given: api.TypeInputPeer) -> Source:
    """Return where a conversation is kept of which the caller has a copy: private, or a basic group.

    Raises:
        accounts.PEER_ERRORS: the caller may not look there, or it is a channel, which has other methods.
    """
    where = await source_of(call, given)
    if where.owner.kind is Kind.CHANNEL:
        raise errors.PeerIdInvalid
    return where


async def channel_source(call: Call, given: api.TypeInputPeer) -> tuple[Source, chats.Membership]:
    """Return where a supergroup or channel is kept.

    Raises:
        accounts.PEER_ERRORS: the caller may not look there, or it is none.
    """
    where = await source_of(call, given)
    if where.place is None or where.owner.kind is not Kind.CHANNEL:
        raise errors.PeerIdInvalid
    return where, where.place


async def is_discussion(context: Context, peer: int) -> bool:
    """Whether people talk in a conversation: anywhere but in broadcast channels and those that are gone."""
    owner = accounts.owner_of(peer)
    if owner.kind is not Kind.CHANNEL:
        return True
    chat = await context.look(owner).get(chats.Chat)
    return chat is not None and not chat.broadcast


async def as_it_stands(change: Change, where: Source, user: int) -> Source:
    """Return a source with what somebody is in its channel now, inside the change of the channel's box."""
    chat = await change.get(chats.Chat) if where.is_channel else None
    if chat is None or where.place is None:
        return where
    member = await change.get(chats.Member, user)
    return where._replace(place=where.place._replace(chat=chat, member=member))


def may_alter(place: chats.Membership, message: Message, user: int, right: str) -> bool:
    """Whether somebody may alter or delete a message of a chat they are in.

    Their own, or anybody's with an admin right. What stands there in the name of the channel or group is
    their own only as long as they may write in that name.
    """
    member = place.member
    if right and chats.may_admin(member, right):
        return True
    if place.chat.broadcast:
        own = chats.may_admin(member, "post_messages")
    else:
        own = message.sender != place.peer or chats.is_admin(member)
    return own and user in (message.sender, message.author)


def check_post(place: chats.Membership, what: str, now: int) -> None:
    """Check that somebody may post `what` in a group or channel, and need not wait with it."""
    check_write(place, what, now)
    chat, member = place.chat, place.member
    if chat.broadcast or member is None or chats.is_admin(member):
        return
    due = member.posted + chat.slow_mode
    if chat.slow_mode and due > now:
        raise errors.SlowmodeWait(due - now)


def check_write(place: chats.Membership, what: str, now: int) -> None:
    """Check that `what` may stand in a group or channel as somebody's. Slow mode is about new messages."""
    chat, member = place.chat, place.member
    if chat.is_over or chat.migrated_to:
        raise errors.ChatWriteForbidden
    if member is None or not chats.is_in(member, now):
        # in a discussion group readers of the channel comment without joining
        found = place.reader or (chat.linked and chat.username and not chat.broadcast)
        open_to_all = found and not chat.join_to_send
        if not open_to_all or chats.is_kicked(member, now):
            raise errors.ChatWriteForbidden
        member = member or chats.Member(user=0, joined=0, left=True)
    if chat.broadcast:
        if not chats.may_admin(member, "post_messages"):
            raise errors.ChatAdminRequired
        return
    if chats.is_admin(member):
        return
    bit = chats.BANNED[what] | chats.SEND
    if chats.forbidden(member, now) & bit:
        raise errors.UserBannedInChannel
    if chat.default_banned & chats.SEND:
        raise errors.ChatWriteForbidden
    if chat.default_banned & chats.BANNED[what]:
        raise FORBIDDEN[what]
