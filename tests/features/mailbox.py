"""A mail server and a web service that keep what they are brought."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message


class Mailbox:
    """What came: mails, or bodies of requests with their headers."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[Message] = []
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.refuses = False
        self.asked = 0

    def code(self, to: str) -> str:
        """Return the code in the newest mail to an address."""
        mail = [m for m in self.mails if m["To"] == to][-1]
        text = str(mail.get_payload())
        return next(word.strip(".") for word in text.split() if word.strip(".").isdigit())

    async def smtp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak just enough SMTP."""
        self.asked += 1
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if self.refuses:
                writer.write(b"554 no\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(body[:-5]))
                writer.write(b"250 kept\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 good\r\n")
            await writer.drain()
        writer.close()

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        self.asked += 1
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])
        }
        self.posts.append((headers, await reader.readexactly(int(headers["content-length"]))))
        status = b"500 no" if self.refuses else b"204 kept"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def mailbox(kind: str = "smtp") -> AsyncIterator[Mailbox]:
    """Open one on a free port."""
    made = Mailbox()
    server = await asyncio.start_server(getattr(made, kind), "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made
