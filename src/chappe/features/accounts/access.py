"""Resolution of peers: the only way from an InputPeer to an owner. Hidden and absent are refused alike."""

from chappe.core import Kind, Owner
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Context, Viewer

from . import hooks
from .names import find_owner
from .records import User
from .rules import ABROAD


def access_hash(context: Context, viewer: int, kind: Kind, target: int) -> int:
    """Return the number by which this viewer, and nobody else, may name the target."""
    return context.keyed("access_hash", viewer, kind, target)


def shown_hash(viewer: Viewer, kind: Kind, target: int) -> int:
    """Return the access hash of the target that this viewer is shown."""
    return viewer.keyed("access_hash", kind, target)


async def user_of(call: Call, given: api.TypeInputUser | api.TypeInputPeer) -> int:
    """Return the id of the user an InputUser or InputPeer means.

    Raises:
        errors.UserIdInvalid: there is none, or the access hash is not this caller's.
    """
    match given:
        case api.InputUserSelf() | api.InputPeerSelf():
            return call.user
        case api.InputUser() | api.InputPeerUser():
            user = int(given.user_id)
            right = given.access_hash == access_hash(call.context, call.user, Kind.USER, user)
            if right or user == call.user:  # who has the hash was shown them, deleted since or not
                return user
            # a library that lost its hashes names a partner without one: they know each other
            if given.access_hash == 0 and await _knows(call, user):
                return user
    raise errors.UserIdInvalid


async def _knows(call: Call, user: int) -> bool:
    """Whether the caller has a conversation with somebody; of bots, also whether they met in a chat."""
    if await call.context.ask(hooks.has_dialog)(call.look(), user):
        return True
    return call.client.bot and await call.context.ask(hooks.has_met)(call, user)


async def user_by_phone(context: Context, phone: str) -> int | None:
    """Return whose number this is, its digits given; some were once kept as dialled from abroad."""
    for kept in (phone, ABROAD + phone):
        owner = await find_owner(context, "phone", kept)
        record = await context.look(owner).get(User) if owner is not None else None
        if owner is not None and record is not None and record.phone == kept and not record.deleted:
            return owner.id
    return None


async def suggested_to(call: Call, user: int) -> User:
    """Return somebody the caller may suggest something to: whom they may address; none blocks the other.

    Raises:
        errors.UserIdInvalid
    """
    record = await call.look(Owner(Kind.USER, user)).get(User)
    blocked = call.context.ask(hooks.is_blocked)
    if (
        user == call.user
        or record is None
        or record.deleted
        or await blocked(call.context, user, call.user)
        or await blocked(call.context, call.user, user)
        or not await call.context.ask(hooks.may_address)(call, user)
    ):
        raise errors.UserIdInvalid
    return record


async def peer_of(call: Call, given: api.TypeInputUser | api.TypeInputPeer) -> Owner:
    """Return whose box an InputPeer means.

    Raises:
        errors.PeerIdInvalid: there is none, or the caller may not name it.
        errors.ChatIdInvalid, errors.ChannelInvalid, errors.ChannelPrivate: as the chats slice says.
    """
    match given:
        case api.InputPeerSelf() | api.InputPeerUser():
            try:
                return Owner(Kind.USER, await user_of(call, given))
            except errors.UserIdInvalid:
                raise errors.PeerIdInvalid from None
        case api.InputPeerChat() | api.InputPeerChannel():
            return await call.context.ask(hooks.chat_peer)(call, given)
    raise errors.PeerIdInvalid
