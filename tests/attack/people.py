"""People with real clients: Telethon, unmodified, told the address and the key of a server."""

import secrets
from typing import Any, Final

from telethon import TelegramClient, crypto
from telethon.sessions import MemorySession
from telethon.tl import functions, types

from tests.journeys.server import RealServer

DC: Final = 2


class Person:
    """Somebody, and the device they are logged in on."""

    def __init__(
        self, server: RealServer, phone: str, device: str = "a phone", key: Any = None
    ) -> None:
        """`key` is the authorisation key of a device that was here before."""
        self.server = server
        self.phone = phone
        self.heard: list[Any] = []  # updates, as they came
        session = MemorySession()
        session.set_dc(DC, server.host, server.port)
        session.auth_key = key
        crypto.rsa.add_key(server.pem.read_text(), old=False)
        self.client = TelegramClient(
            session,
            1,
            "x",
            device_model=device,
            request_retries=1,
            connection_retries=5,  # it drops the leading zeros of one key in 256, and tries again
            auto_reconnect=key
            is None,  # else it would come again for ever where its key is refused
        )
        self.client.add_event_handler(self._hear)

    async def _hear(self, update: Any) -> None:
        self.heard.append(update)

    async def ask(self, request: Any) -> Any:
        """Call a method."""
        return await self.client(request)

    async def ask_code(self) -> str:
        """Ask for a login code; return what it is known by."""
        await self.client.connect()
        sent = await self.client.send_code_request(self.phone)
        return str(sent.phone_code_hash)

    async def sign_up(self, first_name: str) -> "Person":
        """Make an account."""
        known = await self.ask_code()
        code = self.server.code(self.phone)
        await self.ask(functions.auth.SignInRequest(self.phone, known, code))
        made = await self.ask(functions.auth.SignUpRequest(self.phone, known, first_name, ""))
        await self.client._on_login(made.user)
        return self

    async def log_in(self, code: str | None = None) -> "Person":
        """Come into an account that there is, by its code alone."""
        known = await self.ask_code()
        await self.client.sign_in(
            self.phone, code or self.server.code(self.phone), phone_code_hash=known
        )
        return self

    async def befriend(self, other: "Person", name: str) -> Any:
        """Keep somebody as a contact; return how to name them."""
        one = types.InputPhoneContact(secrets.randbits(60), other.phone, name, "")
        found = await self.ask(functions.contacts.ImportContactsRequest([one]))
        return await self.client.get_input_entity(found.users[0].id)

    @property
    def key_id(self) -> int:
        """The number of the client's authorisation key, as the server keeps it."""
        return int(self.client.session.auth_key.key_id)

    def elsewhere(self, server: RealServer) -> "Person":
        """Return the same device at another server, which knows its key."""
        return Person(server, self.phone, key=self.client.session.auth_key)

    async def leave(self) -> None:
        """Close the connection."""
        await self.client.disconnect()


def new_phone() -> str:
    """Return a number nobody has."""
    return f"+336{secrets.randbelow(10**8):08d}"
