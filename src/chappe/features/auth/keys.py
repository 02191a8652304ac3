"""Records of authorisation keys, and which temporary key is bound to which."""

from typing import Final

import msgspec

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.rpc import CLIENTS
from chappe.updates import Context

from .records import AuthKey, TemporaryKey

BOUND_KEYS_MAX: Final = 64  # temporary keys bound to one permanent key; the oldest are ended


def key_box(key_id: int) -> Owner:
    """Return the box a key is kept in."""
    return Owner(Kind.AUTH_KEYS, key_id % SHARD_COUNT)


async def read_key(context: Context, key_id: int) -> AuthKey | None:
    """Return a key's record unless it has expired."""
    look = context.look(key_box(key_id))
    record = await look.get(AuthKey, key_id) or await look.get(TemporaryKey, key_id)
    if record is not None and record.expires and record.expires <= context.clock.now():
        return None
    return record


async def alter_key(context: Context, key_id: int, **changes: object) -> AuthKey | None:
    """Change fields of a key's record; None if there is no such key."""
    async with context.change(key_box(key_id)) as change:
        record = await change.get(AuthKey, key_id) or await change.get(TemporaryKey, key_id)
        if record is not None:
            record = msgspec.structs.replace(record, **changes)
            change.put(record)
    return record


async def bind_key(context: Context, permanent: int, temporary: int) -> list[int]:
    """Note that a temporary key is bound to a permanent one; return those it replaces, ended.

    Those are ended that no session speaks under, and the oldest if there are too many: decision 0026.
    """
    clients = context.own(CLIENTS)
    async with context.change(key_box(permanent)) as change:
        record = await change.get(AuthKey, permanent)
        if record is None:
            return []
        used = [k for k in record.bound if k != temporary and clients.of_temporary(k)]
        bound = (*used, temporary)[-BOUND_KEYS_MAX:]
        change.put(msgspec.structs.replace(record, bound=bound))
    ended = [k for k in record.bound if k not in bound]
    for key_id in ended:
        async with context.change(key_box(key_id)) as change:
            change.drop(TemporaryKey, key_id)
    return ended


async def remove_key(context: Context, key_id: int, record: AuthKey | None) -> None:
    """Remove a key and the temporary ones bound to it; nobody is logged in on it any more."""
    gone = (key_id, *(record.bound if record else ()))
    for dead in gone:
        async with context.change(key_box(dead)) as change:
            change.drop(AuthKey, dead)
            change.drop(TemporaryKey, dead)
    context.own(CLIENTS).log_out(key_id)
    for dead in gone[1:]:
        context.ports.connections.drop_key(dead)
