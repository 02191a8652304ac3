"""A network without sockets: a gateway's real connections, joined to clients by delays from a seed."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

from chappe.gateways.mtproto import Gateway
from chappe.mtproto import Kind
from chappe.mtproto.transports import ClientTransport, Packet

DELAY_S_MAX = 0.05  # simulated seconds bytes are on their way


class Command:
    """One direction of a connection: bytes arrive late, whole and in order, or not at all."""

    def __init__(self, chance: random.Random, receive: Callable[[bytes], None]) -> None:
        self._chance = chance
        self._receive = receive
        self._due = 0.0
        self.cut = False

    def write(self, data: bytes) -> None:
        """Send bytes."""
        loop = asyncio.get_running_loop()
        self._due = max(self._due, loop.time() + self._chance.random() * DELAY_S_MAX)
        loop.call_at(self._due, self._arrive, bytes(data))

    def _arrive(self, data: bytes) -> None:
        if not self.cut:
            self._receive(data)


class Socket:
    """The server's end, as asyncio would give it to a `Connection`."""

    def __init__(self, link: "Link", line: Command) -> None:
        self._link = link
        self._line = line
        self._closing = False

    def write(self, data: bytes) -> None:
        """See `asyncio.Transport`."""
        if not self._closing:
            self._line.write(data)

    def get_extra_info(self, name: str) -> Any:
        """See `asyncio.Transport`."""
        return ("10.0.0.1", 1)

    def get_write_buffer_size(self) -> int:
        """See `asyncio.Transport`."""
        return 0

    def is_closing(self) -> bool:
        """See `asyncio.Transport`."""
        return self._closing

    def pause_reading(self) -> None:
        """See `asyncio.Transport`: what comes is small enough to be kept waiting by the delay."""

    def resume_reading(self) -> None:
        """See `asyncio.Transport`."""

    def close(self) -> None:
        """See `asyncio.Transport`."""
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_later(DELAY_S_MAX, self._link.lose)

    abort = close


class Link:
    """The client's end: see `bench.client.Link`."""

    def __init__(self, gateway: Gateway, chance: random.Random) -> None:
        self._framing = ClientTransport(Kind.ABRIDGED)
        self.on_packet: Callable[[Packet], None] = lambda _: None
        self.on_lost: Callable[[BaseException | None], None] = lambda _: None
        self.socket = self
        self._connection = gateway.connect()
        self._up = Command(chance, self._connection.data_received)
        self._down = Command(chance, self._on_data)
        self._lost = False
        self._connection.connection_made(Socket(self, self._down))  # type: ignore[arg-type]

    def _on_data(self, data: bytes) -> None:
        for packet in self._framing.receive(data):
            self.on_packet(packet)

    def send(self, payload: bytes) -> None:
        """Send one packet."""
        self._up.write(self._framing.send(payload))

    def lose(self, *, told: bool = True) -> None:
        """End the connection; the server may not live to be told."""
        if self._lost:
            return
        self._lost = True
        self._up.cut = self._down.cut = True
        if told:
            self._connection.connection_lost(None)
        self.on_lost(None)

    def abort(self) -> None:
        """See `asyncio.Transport`."""
        self.lose()
