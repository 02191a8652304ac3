"""A relay passes bytes on to one server, knows nothing of it, and holds each address to its share."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest

from chappe.core.system import SystemClock
from chappe.gateways import relaying
from chappe.gateways.arriving import Networks, Proxies, announcement, read_proxy_header
from chappe.gateways.relaying import RELAYED_IDLE_S_MAX, ByteRelay
from chappe.rpc import Limiter, Rate
from chappe.tl import errors
from tests.gateways.browsing import here, read_one, request
from tests.gateways.test_proxies import WHO, addresses

LOCAL = Networks(["127.0.0.0/8"])
WAIT_S_MAX = 30


@asynccontextmanager
async def relay(port: int, *, announce: bool = False) -> AsyncIterator[tuple[ByteRelay, int]]:
    """Run a relay to a port of this machine."""
    running = ByteRelay(SystemClock(), "127.0.0.1", port, announce=announce)
    try:
        yield running, await running.listen("127.0.0.1", 0)
    finally:
        await running.stop()
    assert not running.open_connections


async def end(reader: asyncio.StreamReader) -> bytes:
    """Return what comes before a connection's end."""
    try:
        return await asyncio.wait_for(reader.read(), WAIT_S_MAX)
    except ConnectionError:
        return b""


async def test_bytes_go_both_ways_whatever_they_are() -> None:
    """More than any buffer holds; and when one side ends, what is on its way arrives."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with relay(server.sockets[0].getsockname()[1]) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        sent = bytes(range(256)) * 16_384
        reading = asyncio.create_task(end(reader))
        writer.write(sent)
        writer.write_eof()
        assert await reading == sent
        writer.close()
    server.close()


async def test_the_server_is_told_whom_a_connection_is_from_if_it_believes_the_relay() -> None:
    """By the header of the PROXY protocol; without it everybody has the relay's own address."""
    async with here(proxies=Proxies(of_connections=LOCAL), places=WHO) as at:
        async with relay(at.port, announce=True) as (_, port):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=("127.0.0.9", 0)
            )
            writer.write(request("/who"))
            assert (await read_one(reader)).body == b"127.0.0.9"
            writer.close()
        async with relay(at.port) as (_, port):  # one that announces nobody is cut off
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request("/who"))
            assert await end(reader) == b""
            writer.close()
    async with here(places=WHO) as at, relay(at.port, announce=True) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("/who"))
        assert await end(reader) == b""  # nobody believes a header of a stranger
        assert not addresses(at)
        writer.close()


async def test_one_address_takes_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one still gets in, until there is no room for anybody."""
    monkeypatch.setattr(relaying, "RELAYED_PER_ADDRESS_MAX", 2)
    monkeypatch.setattr(relaying, "RELAYED_MAX", 3)
    async with here(places=WHO) as at, relay(at.port) as (running, port):
        writers = []
        for source, served in (("1", True), ("1", True), ("1", False), ("2", True), ("3", False)):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=(f"127.0.0.{source}", 0)
            )
            writers.append(writer)
            writer.write(request("/who"))
            if served:
                assert (await read_one(reader)).status == HTTPStatus.OK
            else:
                assert await end(reader) == b""
        assert running.open_connections == 3
        for writer in writers:
            writer.transport.abort()
        async with asyncio.timeout(WAIT_S_MAX):
            while running.open_connections:  # noqa: ASYNC110  the socket tells nobody
                await asyncio.sleep(0.01)


async def test_who_is_silent_is_ended_and_a_server_that_is_gone_ends_all() -> None:
    """So that nothing is held for nobody."""
    async with here(places=WHO) as at, relay(at.port) as (running, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(WAIT_S_MAX):
            while not at.gateway.open_connections:  # noqa: ASYNC110  the socket tells nobody
                await asyncio.sleep(0.01)
        running.sweep()
        assert running.open_connections == 1
        (passed,) = running._passed
        passed.heard -= RELAYED_IDLE_S_MAX + 1
        running.sweep()
        assert await end(reader) == b""
        writer.close()
    async with relay(9) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await end(reader) == b""
        writer.close()


def test_what_is_announced_is_what_servers_read() -> None:
    """In both families; of an address of the other family nothing is said."""
    for source, own in (
        (("192.0.2.7", 5), ("198.51.100.1", 443)),
        (("2001:db8::7", 5), ("2001:db8::1", 443)),
    ):
        found = read_proxy_header(announcement(source, own))
        assert found is not None
        assert found.address == source[0]
    found = read_proxy_header(announcement(("192.0.2.7", 5), ("2001:db8::1", 443)))
    assert found is not None
    assert found.address == ""


def test_a_relays_address_is_a_class_of_its_own() -> None:
    """Wider for arriving, not for looking people up; nobody else's is wider."""
    limiter = Limiter(relays=["192.0.2.7"])
    for caller, rate, times in (
        ("192.0.2.7", Rate.HANDSHAKE, 20),
        ("192.0.2.8", Rate.HANDSHAKE, 1),
        ("192.0.2.7", Rate.LOOKUP_THERE, 1),
    ):
        limiter.draw(rate, caller, 0.0, rate.value.size * times)
        with pytest.raises(errors.FloodWait):
            limiter.draw(rate, caller, 0.0)
    assert limiter.bucket(Rate.WIRE, "192.0.2.7").pay(Rate.WIRE.value.size * 20, 0.0)
    assert not limiter.bucket(Rate.WIRE, "192.0.2.8").pay(Rate.WIRE.value.size + 1, 0.0)


def test_the_command_runs_until_it_is_told_to_stop() -> None:
    """It needs no data directory; an address that is none is refused in one sentence."""
    command = [sys.executable, "-m", "chappe", "relay", "--listen", "127.0.0.1:0", "--to"]
    wrong = subprocess.run(
        [*command, "nowhere"], capture_output=True, text=True, check=False, timeout=60
    )
    assert wrong.returncode != 0
    assert "`nowhere` is no address: write host:port." in wrong.stderr
    with subprocess.Popen(
        [*command, "127.0.0.1:9"], stdout=subprocess.PIPE, text=True, env={"PATH": "/usr/bin"}
    ) as running:
        assert running.stdout is not None
        lines = [running.stdout.readline() for _ in range(4)]
        assert re.search(r"listens on +127\.0\.0\.1:\d+", lines[1])
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
