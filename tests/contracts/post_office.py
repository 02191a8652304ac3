"""A real mail server on this machine: aiosmtpd, with the refusals an operator meets."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult


class PostOffice:
    """What came, and what is refused: each a whole answer of the server."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[Message] = []
        self.refuses: dict[str, str] = {}

    async def handle_MAIL(  # noqa: N802  as the library calls it
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a sender, or not."""
        envelope.mail_from = address
        return self.refuses.get("sender", "250 good")

    async def handle_RCPT(  # noqa: N802  likewise
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        envelope.rcpt_tos.append(address)
        return self.refuses.get("recipient", "250 good")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  likewise
        """Keep a mail, or not."""
        refusal = self.refuses.get("mail")
        if refusal is None:
            self.mails.append(message_from_bytes(envelope.content))
        return refusal or "250 2.0.0 kept as number 1"

    def log_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        """Let in whoever knows the word."""
        return AuthResult(success=data.password == b"open sesame", handled=False)


class Desk(SMTP):
    """One connection, which can be ended from outside."""

    def __init__(self, office: PostOffice, **how: Any) -> None:
        super().__init__(office, hostname="here", **how)
        self._wires: list[Any] = []

    def connection_made(self, transport: Any) -> None:
        """Remember it; there is a second one once TLS is spoken."""
        self._wires.append(transport)
        super().connection_made(transport)

    def end(self) -> None:
        """Cut it."""
        for wire in self._wires:
            wire.abort()


@asynccontextmanager
async def post_office(
    tls: ssl.SSLContext | None = None, *, log_in: bool = False
) -> AsyncIterator[PostOffice]:
    """Open one on a free port; with a certificate it speaks TLS when it is asked to."""
    made = PostOffice()
    loop = asyncio.get_running_loop()
    taken: list[Desk] = []

    def take() -> Desk:
        how: dict[str, Any] = {"authenticator": made.log_in, "auth_required": True}
        if not log_in:
            how = {"auth_exclude_mechanism": ["LOGIN", "PLAIN"]}
        taken.append(Desk(made, tls_context=tls, loop=loop, **how))
        return taken[-1]

    server = await loop.create_server(take, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        async with server:
            yield made
    finally:
        for one in taken:
            one.end()
        await asyncio.sleep(0)  # sockets are closed in the loop's next turn
