"""Authorisation keys as the gateway and the dispatcher ask for them."""

from typing import Final

import msgspec

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.mtproto import NewAuthKey
from chappe.ports import KeyInfo
from chappe.rpc import Client, Identity
from chappe.updates import House

from . import expiry
from .records import AuthKey, Session, TemporaryKey

BOUND_KEYS_MAX: Final = 64  # temporary keys bound to one permanent key; the oldest are ended
ACTIVE_NOTED_S: Final = 3_600  # seconds between notes that a session is used


def box_of(key_id: int) -> Owner:
    """Return the box a key is kept in."""
    return Owner(Kind.AUTH_KEYS, key_id % SHARD_COUNT)


async def read_key(house: House, key_id: int) -> AuthKey | None:
    """Return a key's record unless it has expired."""
    look = house.look(box_of(key_id))
    record = await look.get(AuthKey, key_id) or await look.get(TemporaryKey, key_id)
    if record is not None and record.expires and record.expires <= house.clock.now():
        return None
    return record


async def alter_key(house: House, key_id: int, **changes: object) -> AuthKey | None:
    """Change fields of a key's record; None if there is no such key."""
    async with house.change(box_of(key_id)) as change:
        record = await change.get(AuthKey, key_id) or await change.get(TemporaryKey, key_id)
        if record is not None:
            record = msgspec.structs.replace(record, **changes)
            change.put(record)
    return record


async def bind_key(house: House, permanent: int, temporary: int) -> list[int]:
    """Note that a temporary key is bound to a permanent one; return those it had too many of, ended."""
    async with house.change(box_of(permanent)) as change:
        record = await change.get(AuthKey, permanent)
        if record is None:
            return []
        bound = (*(k for k in record.bound if k != temporary), temporary)
        change.put(msgspec.structs.replace(record, bound=bound[-BOUND_KEYS_MAX:]))
    ended = list(bound[:-BOUND_KEYS_MAX])
    for key_id in ended:
        async with house.change(box_of(key_id)) as change:
            change.drop(TemporaryKey, key_id)
    return ended


class Keys:
    """See `gateways.mtproto.AuthKeys`; also tells the dispatcher who holds a key."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def find(self, key_id: int) -> KeyInfo | None:
        """See `AuthKeys`."""
        record = await read_key(self._house, key_id)
        if record is None:
            return None
        return KeyInfo(record.key_id, record.key_bytes, record.expires, record.perm_key_id)

    async def keep(self, new: NewAuthKey) -> bool:
        """See `AuthKeys`."""
        now = int(self._house.clock.now())
        async with self._house.change(box_of(new.key_id)) as change:
            taken = await change.get(AuthKey, new.key_id) or await change.get(
                TemporaryKey, new.key_id
            )
            if new.key_id == 0 or taken is not None:
                return False
            expires = now + new.expires_in if new.expires_in else 0
            kind = TemporaryKey if expires else AuthKey
            change.put(kind(key_id=new.key_id, key_bytes=new.key, created=now, expires=expires))
            if expires:
                expiry.expires(change, expires)
        return True

    async def destroy(self, key_id: int) -> None:
        """See `AuthKeys`. Whoever is logged in with it is logged out."""
        record = await read_key(self._house, key_id)
        if record is not None and record.user and not record.expires:
            async with self._house.change(Owner(Kind.USER, record.user)) as change:
                change.drop(Session, key_id)
        gone = (key_id, *(record.bound if record else ()))
        for dead in gone:
            async with self._house.change(box_of(dead)) as change:
                change.drop(AuthKey, dead)
                change.drop(TemporaryKey, dead)
        self._house.services["clients"].log_out(key_id)
        gateway = self._house.services.get("gateway")
        if gateway is not None:
            for dead in gone[1:]:
                gateway.drop_key(dead)

    async def identify(self, client: Client) -> Identity:
        """Return who is logged in on the client's permanent key, and its layer."""
        record = await read_key(self._house, client.key_id) if client.key_id else None
        if record is None:
            return Identity(None, 0)
        if record.user:
            self._house.begin(self._touch(record.user, client.key_id))
        return Identity(
            record.user or None,
            record.layer,
            pending_user=record.pending_user or None,
            aside=bool(record.of),
        )

    async def _touch(self, user: int, key_id: int) -> None:
        """Note that a session is used, once in a while: unused ones end."""
        owner, now = Owner(Kind.USER, user), int(self._house.clock.now())
        known = await self._house.look(owner).get(Session, key_id)
        if known is None or known.active + ACTIVE_NOTED_S > now:
            return
        async with self._house.change(owner) as change:
            session = await change.get(Session, key_id)
            if session is not None:
                change.put(msgspec.structs.replace(session, active=now))

    async def remember(self, client: Client) -> None:
        """Keep the layer a client said: it belongs to the key."""
        record = await read_key(self._house, client.key_id)
        if record is not None and record.layer != client.layer:
            await alter_key(self._house, client.key_id, layer=client.layer)
