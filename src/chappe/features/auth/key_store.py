"""The store of authorisation keys, as the gateway and the dispatcher use it."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.mtproto import NewAuthKey
from chappe.ports import KeyInfo
from chappe.rpc import Client, Frozen, Identity
from chappe.updates import Context

from . import expiry
from .keys import alter_key, key_box, read_key, remove_key
from .pending_login import is_pending_login
from .records import AuthKey, Session, TemporaryKey
from .sessions import end_session

DAY_S: Final = 86_400  # of when a session was used, the day is kept and no more


class StoredAuthKeys:
    """See `gateways.mtproto.AuthKeyStore`; also tells the dispatcher who holds a key."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def find(self, key_id: int) -> KeyInfo | None:
        """See `AuthKeyStore`."""
        record = await read_key(self._context, key_id)
        if record is None:
            return None
        return KeyInfo(record.key_id, record.key_bytes, record.expires, record.perm_key_id)

    async def keep(self, new: NewAuthKey) -> bool:
        """See `AuthKeyStore`."""
        now = int(self._context.clock.now())
        async with self._context.change(key_box(new.key_id)) as change:
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
        """See `AuthKeyStore`. Whoever is logged in with it is logged out, also where it was exported to."""
        record = await read_key(self._context, key_id)
        if record is not None and record.user and not record.expires:
            await end_session(self._context, record.user, key_id, spared=frozenset((key_id,)))
        await remove_key(self._context, key_id, record)

    async def identify(self, client: Client) -> Identity:
        """Return who is logged in on the client's permanent key, and its layer."""
        record = await read_key(self._context, client.key_id) if client.key_id else None
        if record is None:
            return Identity(None, 0)
        if record.user:
            self._context.delivery.begin(self._touch(record.user, client.key_id))
        half = record.pending_user
        if half and not await is_pending_login(self._context, half, client.key_id):
            half = 0
        return Identity(
            record.user or None,
            record.layer,
            pending_user=half or None,
            bot=bool(record.user) and await self._is_bot(record.user),
            aside=bool(record.of),
            frozen=await self._frozen(record.user) if record.user else None,
        )

    async def _is_bot(self, user: int) -> bool:
        account = await self._context.look(Owner(Kind.USER, user)).get(accounts.User)
        return account is not None and account.bot

    async def _frozen(self, user: int) -> Frozen | None:
        """Return that an account is suspended, if it is now."""
        look = self._context.look(Owner(Kind.USER, user))
        return await accounts.frozen(look, int(self._context.clock.now()))

    async def _touch(self, user: int, key_id: int) -> None:
        """Note that a session is used, once in a while: unused ones end."""
        owner, now = Owner(Kind.USER, user), int(self._context.clock.now())
        today = now - now % DAY_S
        known = await self._context.look(owner).get(Session, key_id)
        if known is None or known.active >= today:
            return
        async with self._context.change(owner) as change:
            session = await change.get(Session, key_id)
            if session is not None:
                change.put(msgspec.structs.replace(session, active=today))

    async def remember(self, client: Client) -> None:
        """Keep the layer a client said: it belongs to the key."""
        record = await read_key(self._context, client.key_id)
        if record is not None and record.layer != client.layer:
            await alter_key(self._context, client.key_id, layer=client.layer)
