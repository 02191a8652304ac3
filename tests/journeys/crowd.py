"""People without a library: many of them, who only join, write and hear."""

import asyncio
import secrets
from typing import Any

from bench.client import Client, Place, log_in, read_modulus

from chappe.tl import api

from .conftest import Town
from .people import EVENT_S_MAX

NEW = (api.UpdateNewMessage, api.UpdateNewChannelMessage)


class Light:
    """One of a crowd."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.texts: list[str] = []
        self._came = asyncio.Event()
        client.on_update = self._on_update

    def _on_update(self, told: Any) -> None:
        inside = getattr(told, "updates", None) or [getattr(told, "update", told)]
        for one in inside:
            if isinstance(one, NEW) and isinstance(one.message, api.Message):
                self.texts.append(one.message.message)
            elif isinstance(one, api.UpdateShortChatMessage):
                self.texts.append(one.message)
        self._came.set()

    async def hear_text(self, text: str) -> None:
        """Wait for a message with this text, which comes once."""
        async with asyncio.timeout(EVENT_S_MAX):
            while text not in self.texts:
                self._came.clear()
                await self._came.wait()
        assert self.texts.count(text) == 1

    async def join(self, link: str) -> None:
        """Come in by an invite link."""
        await self.client.call(api.MessagesImportChatInvite(hash=link.rpartition("+")[2]))

    async def write(self, group: int, text: str) -> None:
        """Write in a basic group."""
        peer = api.InputPeerChat(chat_id=-group)
        number = secrets.randbits(62)
        await self.client.call(api.MessagesSendMessage(peer=peer, message=text, random_id=number))


async def crowd(town: Town, size: int) -> list[Light]:
    """Sign people up, one after another."""
    place = Place("127.0.0.1", town.server.port, read_modulus(town.server.data))
    people = []
    for number in range(size):
        client = await Client.connect(place)
        await log_in(client, town.phone().lstrip("+"), town.server.codes, f"Light {number}")
        people.append(Light(client))
    return people
