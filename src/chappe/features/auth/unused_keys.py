"""Garbage collection of authorisation keys that nobody is logged in with."""

import asyncio
from typing import Final

from chappe.core import Kind, Owner
from chappe.rpc import CLIENTS
from chappe.updates import Context

from .keys import remove_key
from .records import AuthKey

KEY_UNUSED_S: Final = 3 * 86_400  # seconds a permanent key is kept on which nobody is logged in
BOXES_A_PAGE: Final = 200  # boxes looked at before the others are let work
KEYS_A_PAGE: Final = 1_000  # keys read at once


def is_unused(key: AuthKey, now: int) -> bool:
    """Whether nobody has been logged in on a key for so long that its app makes another."""
    return not key.user and max(key.created, key.left) + KEY_UNUSED_S <= now


async def sweep_keys(context: Context, pause_s: float = 0.0) -> int:
    """Remove the keys that nobody uses and no connection shows; return how many went."""
    removed = 0
    async for owners in context.boxes_of(Kind.AUTH_KEYS, size=BOXES_A_PAGE):
        for owner in owners:
            removed += await _sweep(context, owner)
        await asyncio.sleep(pause_s)
    return removed


async def _sweep(context: Context, owner: Owner) -> int:
    removed, clients = 0, context.own(CLIENTS)
    async for keys in context.look(owner).pages(AuthKey, size=KEYS_A_PAGE):
        for key in keys:
            if is_unused(key, int(context.clock.now())) and not clients.of_key(key.key_id):
                removed += await _remove(context, owner, key.key_id)
    return removed


async def _remove(context: Context, owner: Owner, key_id: int) -> bool:
    """Remove a key unless somebody has logged in with it meanwhile."""
    async with context.change(owner) as change:
        key = await change.get(AuthKey, key_id)
        if key is None or not is_unused(key, change.now):
            return False
        change.drop(AuthKey, key_id)
    await remove_key(context, key_id, key)
    context.ports.connections.drop_key(key_id)
    return True
