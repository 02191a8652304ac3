"""A whole server in this process that is reached by real sockets, and people who log in over them."""

import hashlib
import itertools
import secrets
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bench.client import AuthKey, Client, Link, Place, make_key

from chappe.app import Server
from chappe.core import Clock
from chappe.core.configuration import Configuration
from chappe.core.system import SystemClock, SystemEntropy
from chappe.crypto import ige, kdf
from chappe.engines.memory import MemoryEngine
from chappe.features.auth.handlers import BIND_INNER
from chappe.mtproto import NewAuthKey
from chappe.tl import api
from chappe.trust import sealing
from tests.protocol.joined import server_key


class Wired:
    """A server that listens, on memory."""

    def __init__(self, server: Server, place: Place) -> None:
        self.server = server
        self.place = place
        self._phones = itertools.count(33_620_000_001)

    async def client(self, auth: AuthKey | None = None) -> Client:
        """Return a connection with a key; nobody is logged in on a new one."""
        return await Client.connect(self.place, auth)

    async def known(self) -> Client:
        """Return a connection with a key that was made before, as it were: to make one takes its time."""
        key = secrets.token_bytes(256)
        made = NewAuthKey(key, kdf.key_id(key), 0, None, b"", b"")
        assert await self.server.auth_keys.keep(made)
        return await self.client(AuthKey(key, 0))

    async def temporary(self, seconds: int = 3600) -> Client:
        """Return a connection with a temporary key that is not bound."""
        link = await Link.open(self.place)
        return Client(link, await make_key(link, self.place.modulus, expires_in=seconds))

    async def bound(self, client: Client, to: Client | None = None) -> Client:
        """Return a connection whose temporary key is bound to the permanent one of `client`.

        With `to`, the temporary key of that connection is.
        """
        under = to or await self.temporary()
        session, key = under._session, client.auth.key
        under._now = lambda: 0.0  # the next call has the number that follows
        number = session.next_id(time.time()) + 4
        expires = int(time.time()) + 3600
        named = (7, session.key_id, kdf.key_id(key), session.session_id, expires)
        inner = struct.pack("<Iqqqqi", BIND_INNER, *named)
        plain = bytes(16) + struct.pack("<qii", number, 0, len(inner)) + inner
        msg_key = hashlib.sha1(plain, usedforsecurity=False).digest()[4:20]
        sealed = ige.encrypt(plain + bytes(-len(plain) % 16), *kdf.message_keys_v1(key, msg_key))
        message = struct.pack("<q", kdf.key_id(key)) + msg_key + sealed
        bind = api.AuthBindTempAuthKey(
            perm_auth_key_id=kdf.key_id(key), nonce=7, expires_at=expires, encrypted_message=message
        )
        under._introduced = True  # a binding comes in no wrapper
        assert await under.call(bind)
        under._introduced, under._now, under.user = False, time.time, client.user
        return under

    async def person(self, phone: str = "") -> Client:
        """Sign somebody up, or log them in once more, from a new device."""
        client = await self.client()
        phone = phone or str(next(self._phones))
        await self.log_in(client, phone)
        return client

    async def log_in(self, client: Client, phone: str) -> None:
        """Log in by a code, or sign up."""
        sent = await client.call(
            api.AuthSendCode(
                phone_number=phone, api_id=1, api_hash="x", settings=api.CodeSettings()
            )
        )
        code = next(c["code"] for c in reversed(self.server.console.recent) if c["to"] == phone)
        hashed = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
        done = await client.call(api.AuthSignIn(**hashed, phone_code=code))
        if isinstance(done, api.AuthAuthorizationSignUpRequired):
            done = await client.call(api.AuthSignUp(**hashed, first_name="Ada", last_name=""))
        client.user = done.user.id


@asynccontextmanager
async def wired(clock: Clock | None = None, **settings: Any) -> AsyncIterator[Wired]:
    """Open a server that listens on a port of this machine; `settings` are those of `Configuration`."""
    entropy = SystemEntropy()
    keys = sealing.KeyStore(MemoryEngine(), bytes(32), entropy)
    await keys.open()
    engine = sealing.seal(MemoryEngine(), keys, entropy)
    given = {"codes_console": False, "strict": True, "rate_scale": 1000.0, "port": 0, **settings}
    server = Server(Configuration(**given), engine, keys, clock or SystemClock(), entropy)
    await server.start(server_key())
    await server.listen()
    try:
        yield Wired(server, Place("127.0.0.1", server.config.port, server_key().n))
    finally:
        await server.stop()
