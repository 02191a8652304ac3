"""A data directory with people in it who talked: what tests copy, damage and search."""

import asyncio
from pathlib import Path
from typing import Any

from bench.client import Client, Place, find, log_in, read_modulus

from chappe.tl import api
from tests.journeys.server import RealServer

PHONES = ("4915551230001", "4915551230002")
NAMES = ("Aurelie", "Bertrand")
TEXTS = ("meet me where the semaphore tower stands", "the quick brown Zebedee jumps")
SEARCHED = (*PHONES, *NAMES, *TEXTS)


async def enter(server: RealServer, phone: str, name: str) -> Client:
    """Connect and log in, or sign up."""
    client = await Client.connect(Place("127.0.0.1", server.port, read_modulus(server.data)))
    await log_in(client, phone, server.codes, name)
    return client


async def say(client: Client, peer: Any, text: str, random_id: int) -> None:
    """Send a text."""
    await client.call(api.MessagesSendMessage(peer=peer, message=text, random_id=random_id))


async def talk(server: RealServer) -> None:
    """Two people sign up, and each says something to the other."""
    people = [await enter(server, *who) for who in zip(PHONES, NAMES, strict=True)]
    for number, (client, other) in enumerate(zip(people, PHONES[::-1], strict=True)):
        await say(client, await find(client, other), TEXTS[number], number + 1)
    for client in people:
        client.close()


async def history(server: RealServer, reader: int) -> list[str]:
    """Return the texts somebody has with the other."""
    client = await enter(server, PHONES[reader], NAMES[reader])
    peer = await find(client, PHONES[1 - reader])
    found = await client.call(
        api.MessagesGetHistory(
            peer=peer,
            offset_id=0,
            offset_date=0,
            add_offset=0,
            limit=10,
            max_id=0,
            min_id=0,
            hash=0,
        )
    )
    client.close()
    return [m.message for m in found.messages]


def fill(data: Path) -> None:
    """Run a server on a directory until two people have talked."""
    server = RealServer(data)
    server.start()
    try:
        asyncio.run(talk(server))
    finally:
        server.stop()
