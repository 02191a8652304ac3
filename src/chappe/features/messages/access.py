"""The only way to lay hands on a message, and the gate to writing to somebody."""

from chappe.core import Kind, Owner
from chappe.features import accounts, contacts
from chappe.features.dialogs import Message, Where
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import View


async def readable(look: View, message_id: int) -> Message | None:
    """Return a message of one's own box by its id alone, or None, whether hidden or absent."""
    if not 0 < message_id < 1 << 31:
        return None
    where = await look.get(Where, message_id)
    return None if where is None else await look.get(Message, where.peer, message_id)


async def may_write(call: Call, to: Owner) -> bool:
    """Whether what the caller writes reaches `to`; a block is not told to the blocked.

    Raises:
        errors.YouBlockedUser: the caller has blocked them.
        errors.InputUserDeactivated: the account is gone.
        errors.PeerIdInvalid: nobody can write there.
    """
    if to.kind is not Kind.USER or to.id == accounts.SERVICE_USER:
        raise errors.PeerIdInvalid
    if to.id == call.user:
        return False
    record = await call.look(to).get(accounts.User)
    if record is None or record.deleted:
        raise errors.InputUserDeactivated
    if await contacts.is_blocked(call.house, call.user, to.id):
        raise errors.YouBlockedUser
    return not await contacts.is_blocked(call.house, to.id, call.user)
