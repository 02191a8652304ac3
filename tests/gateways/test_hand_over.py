"""A connection that speaks HTTP is handed to aiohttp, and is held to what every connection is held to.

These tests are the contract with that library: how it is given an open connection, and what it may rely on.
"""

import asyncio
import re
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from chappe.gateways.mtproto import http
from chappe.gateways.mtproto.admission import CONNECTIONS_PER_ADDRESS_MAX, HALF_OPEN_S_MAX
from chappe.gateways.mtproto.http import (
    HALF_CLOSED_S_MAX,
    KEEP_ALIVE_S_MAX,
    LINGER_BYTES_MAX,
    REQUEST_BYTES_MAX,
    REQUEST_S_MAX,
)
from chappe.gateways.web.serving import SiteRequest
from chappe.gateways.web.site import Place
from chappe.mtproto import Kind
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.transports import ClientTransport
from tests.gateways.browsing import (
    Here,
    Response,
    ask,
    connect,
    here,
    read_one,
    request,
    said,
    taken,
)
from tests.gateways.test_own_names import upgrade_over
from tests.protocol.joined import server_key, tokens

WAIT_S_MAX = 30


class Hands:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def now(self) -> float:
        """The time of day."""
        return self.at

    def monotonic(self) -> float:
        """A time that only passes."""
        return self.at


def place(
    path: str, answer: Callable[[SiteRequest], Awaitable[web.StreamResponse]], **more: Any
) -> Place:
    """Return a place that takes POST as well."""
    return Place(re.compile(path), answer, frozenset({"GET", "POST"}), **more)


async def until(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(WAIT_S_MAX):
        while not true():  # noqa: ASYNC110  other tasks of this loop bring it about
            await asyncio.sleep(0.001)


def sweep(at: Here, clock: Hands, seconds: float) -> None:
    """Let time pass, and the gateway look at its deadlines."""
    clock.at += seconds
    for connection in tuple(at.gateway.admission.connections):
        connection.sweep(clock.at, clock.at)


def only(at: Here) -> http.HttpConnection:
    """Return the only connection there is."""
    (link,) = at.gateway.admission.connections
    assert isinstance(link, http.HttpConnection)
    return link


async def ended(reader: asyncio.StreamReader) -> bool:
    """Whether the connection ends, with nothing more said."""
    try:
        return await asyncio.wait_for(reader.read(), WAIT_S_MAX) == b""
    except ConnectionError:
        return True


async def makes_a_key(port: int) -> None:
    """Make an authorisation key on a connection of its own."""
    reader, writer = await connect(port)
    wire, machine = ClientTransport(Kind.INTERMEDIATE), ClientHandshake(server_key().n, tokens(3))
    writer.write(wire.send(wrap(machine.start(), 4)))
    (packet,) = wire.receive(await asyncio.wait_for(reader.read(65_536), WAIT_S_MAX))
    assert machine.receive(unwrap(packet.payload)) is not None
    writer.close()


async def test_requests_follow_each_other_on_one_connection() -> None:
    """One after the other, or all at once: each is answered, in order."""
    async with here() as at:
        reader, writer = await connect(at.port)
        for _ in range(3):
            writer.write(request("/"))
            assert (await read_one(reader)).status == 200
        paths = ["/", "/no-thing", "/bot1/x", "/", "/api"] * 40
        writer.write(b"".join(map(request, paths[:-1])))
        found = [(await read_one(reader)).status for _ in paths[:4]]
        assert found == [200, 404, 501, 200]
        assert (await read_one(reader)).status == 501
        assert await ended(reader)  # `/api` closes: what follows is not read
        assert at.gateway.open_connections == 0
        writer.close()


async def test_more_requests_than_are_queued_wait_for_their_turn() -> None:
    """The library reads on as it answers."""
    async with here() as at:
        reader, writer = await connect(at.port)
        writer.write(request("/") * 500)
        for _ in range(500):
            assert (await read_one(reader)).status == 200
        writer.close()


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_request_may_be_cut_anywhere(at_once: bool) -> None:
    """Its first line, which tells whose it is, too."""
    async with here() as at:
        asked = request("/bot1:a/getMe") + request("/", Connection="close")
        parts = [asked] if at_once else [asked[n : n + 1] for n in range(len(asked))]
        answer = await said(at.port, *parts)
        assert answer.count(b"HTTP/1.1 501 ") == 1
        assert answer.count(b"HTTP/1.1 200 ") == 1


async def test_who_ends_his_half_is_still_answered() -> None:
    """What was asked before, and then the connection ends; half a request is not waited for."""
    async with here() as at:
        answer = await said(at.port, request("/"), until_end=True)
        assert answer.startswith(b"HTTP/1.1 200 ")
        answer = await said(at.port, request("/") * 5, until_end=True)
        assert answer.count(b"HTTP/1.1 200 ") == 5
        answer = await said(at.port, request("/") + b"GET /", until_end=True)
        assert answer.count(b"HTTP/1.1 ") == 1
        assert await said(at.port, b"GET / HTTP/1.1\r\nHo", until_end=True) == b""
        assert await said(at.port, b"GET /", until_end=True) == b""
        await until(lambda: at.gateway.open_connections == 0)


async def test_who_ends_his_half_gets_an_answer_that_takes_time() -> None:
    """The library does not end it meanwhile."""
    may_answer = asyncio.Event()

    async def slow(_: SiteRequest) -> web.Response:
        await may_answer.wait()
        return web.Response(text="late")

    async with here(places=(place("/slow", slow),)) as at:
        reader, writer = await connect(at.port)
        writer.write(request("/slow"))
        writer.write_eof()
        await until(lambda: at.pages._serving and at.pages._serving._answering)
        may_answer.set()
        assert (await read_one(reader)).body == b"late"
        assert await ended(reader)
        writer.close()


async def test_a_connection_waits_until_the_pages_are_loaded() -> None:
    """Nothing of what it said is lost; whoever speaks the other protocol does not wait."""
    async with here() as at:
        at.pages.may_load.clear()
        reader, writer = await connect(at.port)
        writer.write(request("/"))
        await until(
            lambda: any(
                isinstance(c, http.HttpConnection) for c in at.gateway.admission.connections
            )
        )
        gone, goes = await connect(at.port)
        goes.write(request("/"))
        await until(lambda: at.gateway.open_connections == 2)
        goes.transport.abort()
        del gone
        writer.write(request("/no-thing"))
        await makes_a_key(at.port)
        at.pages.may_load.set()
        assert (await read_one(reader)).status == 200
        assert (await read_one(reader)).status == 404
        writer.close()


async def test_pages_that_cannot_be_loaded_end_the_connection() -> None:
    """It is a mistake of ours, and only this connection pays."""
    async with here() as at:

        async def fails() -> None:
            raise OSError("not there")

        at.pages.load = fails
        reader, writer = await connect(at.port)
        writer.write(request("/"))
        assert await ended(reader)
        assert [str(bug) for bug in at.bugs] == ["not there"]
        await makes_a_key(at.port)
        writer.close()


async def test_a_mistake_in_the_library_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And is told."""

    def fails(*_: object) -> None:
        raise ValueError("broken")

    async with here() as at:
        assert (await ask(at.port, "/")).status == 200
        monkeypatch.setattr("chappe.gateways.web.serving.Handler.data_received", fails)
        reader, writer = await connect(at.port)
        writer.write(request("/"))
        assert await ended(reader)
        assert [str(bug) for bug in at.bugs] == ["broken"]
        writer.close()


@pytest.mark.parametrize(
    "begun", [b"GET /", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "]
)
async def test_who_does_not_finish_a_head_is_cut_off(begun: bytes) -> None:
    """However slowly the rest of it comes."""
    clock = Hands()
    async with here(clock=clock) as at:
        assert (await ask(at.port, "/")).status == 200
        await until(lambda: at.gateway.open_connections == 0)
        reader, writer = await connect(at.port)
        writer.write(begun)
        await until(lambda: at.gateway.open_connections == 1)
        await asyncio.sleep(0.01)
        for _ in range(3):
            sweep(at, clock, HALF_OPEN_S_MAX / 3)
            assert at.gateway.open_connections == 1
            writer.write(b"a")
            await asyncio.sleep(0.01)
        sweep(at, clock, 1)
        assert await ended(reader)
        writer.close()


async def test_who_begins_a_second_head_slowly_is_cut_off_as_soon() -> None:
    """Having asked before makes no difference."""
    clock = Hands()
    async with here(clock=clock) as at:
        reader, writer = await connect(at.port)
        writer.write(request("/"))
        await read_one(reader)
        sweep(at, clock, KEEP_ALIVE_S_MAX - 1)
        link = only(at)
        writer.write(b"GET / HT")
        await until(lambda: link._begun is not None)
        sweep(at, clock, HALF_OPEN_S_MAX - 1)
        assert at.gateway.open_connections == 1
        sweep(at, clock, 2)
        assert await ended(reader)
        writer.close()


async def test_a_silent_connection_is_kept_for_a_while() -> None:
    """Then it is closed."""
    clock = Hands()
    async with here(clock=clock) as at:
        reader, writer = await connect(at.port)
        for _ in range(3):
            writer.write(request("/"))
            await read_one(reader)
            sweep(at, clock, KEEP_ALIVE_S_MAX - 1)
        sweep(at, clock, 2)
        assert await ended(reader)
        writer.close()


async def test_a_body_that_comes_too_slowly_ends_the_connection() -> None:
    """However long the place would wait for it."""
    clock = Hands()
    places = (place("/take", taken, body_bytes_max=1000),)
    async with here(clock=clock, places=places) as at:
        reader, writer = await connect(at.port)
        writer.write(request("/take", "POST", Content_Length="1000"))
        await until(lambda: at.pages._serving and at.pages._serving._answering)
        for _ in range(3):
            sweep(at, clock, REQUEST_S_MAX / 3)
            writer.write(b"x")
        assert at.gateway.open_connections == 1
        sweep(at, clock, 1)
        assert await ended(reader)
        await until(lambda: not at.pages._serving._answering)
        assert not at.bugs
        writer.close()


async def test_a_place_may_be_given_longer() -> None:
    """And a larger body than others."""
    clock = Hands()
    size = 2 * REQUEST_BYTES_MAX
    places = (place("/take", taken, body_bytes_max=size, seconds_max=2 * REQUEST_S_MAX),)
    async with here(clock=clock, places=places) as at:
        reader, writer = await connect(at.port)
        writer.write(request("/take", "POST", Content_Length=f"{size}"))
        await until(lambda: at.pages._serving and at.pages._serving._answering)
        await asyncio.sleep(0.01)
        sweep(at, clock, 2 * REQUEST_S_MAX - 1)
        writer.write(bytes(size))
        assert (await read_one(reader)).body == b"%d" % size
        writer.close()


async def test_who_sends_without_end_is_cut_off() -> None:
    """A body that nobody takes is not read for ever."""
    async with here() as at:
        reader, writer = await connect(at.port)
        writer.write(request("/", Content_Length=f"{10 * LINGER_BYTES_MAX}"))
        assert (await read_one(reader)).status == 413
        writer.write(bytes(LINGER_BYTES_MAX + 1))
        assert await ended(reader)
        writer.close()


async def test_a_body_that_nobody_takes_is_read_while_its_sender_can_pay() -> None:
    """Cut into many small pieces it costs much more than its bytes."""
    clock = Hands()
    pieces = b"1\r\nx\r\n" * 100_000
    async with here(clock=clock) as at:
        budget = at.gateway.admission.budget(None, "127.0.0.1")
        _, writer = await connect(at.port)
        writer.write(request("/", Content_Length=f"{LINGER_BYTES_MAX}") + bytes(len(pieces)))
        await writer.drain()
        writer.close()
        await until(lambda: at.pages.loaded and at.gateway.open_connections == 0)
        assert budget.owed(clock.at) < 0
        reader, writer = await connect(at.port)
        writer.write(request("/", Transfer_Encoding="chunked"))
        assert (await read_one(reader)).status == 413
        writer.write(pieces)
        assert await ended(reader)
        assert budget.owed(clock.at) > 0
        assert (await ask_and_wait(at, clock)).status == 200
        writer.close()


async def ask_and_wait(at: Here, clock: Hands) -> Response:
    """Return what somebody of the same address is answered, who has to wait until the debt is paid."""
    asking = asyncio.create_task(ask(at.port, "/"))
    while not asking.done():
        clock.at += 1.0
        await asyncio.sleep(0.01)
    return await asking


@pytest.mark.parametrize("before", [0, 1, 3])
async def test_heads_are_kept_in_memory_within_bounds(before: int) -> None:
    """However many fields of a size that is allowed one has, and however many came before it."""
    field = b"X: " + b"x" * 8_000 + b"\r\n"
    fitting = (REQUEST_BYTES_MAX - 200) // len(field)
    async with here() as at:
        reader, writer = await connect(at.port)
        for _ in range(before):
            writer.write(request("/")[:-2] + field * fitting + b"\r\n")
            assert (await read_one(reader)).status == 200
        writer.write(request("/")[:-2] + field * (fitting + 1))
        assert await ended(reader)
        writer.close()
        reader, writer = await connect(at.port)
        for _ in range(before):
            writer.write(request("/"))
            assert (await read_one(reader)).status == 200
        writer.write((request("/")[:-2] + field + b"\r\n") * 30)
        try:
            answers = await asyncio.wait_for(reader.read(), WAIT_S_MAX)
        except ConnectionError:
            answers = b""
        assert answers.count(b"HTTP/1.1 200") < 30
        assert not at.bugs
        writer.close()


async def test_who_does_not_read_the_answer_is_cut_off() -> None:
    """Once it must have left."""
    clock = Hands()

    async def large(_: SiteRequest) -> web.Response:
        return web.Response(body=bytes(64 * 1024 * 1024))

    async with here(clock=clock, places=(place("/large", large),)) as at:
        _, writer = await connect(at.port)
        transport: Any = writer.transport
        transport.pause_reading()
        writer.write(request("/large"))
        await until(lambda: at.pages._serving and at.pages._serving._answering)
        link = only(at)
        await until(link._socket.get_write_buffer_size)
        sweep(at, clock, REQUEST_S_MAX - 1)
        assert at.gateway.open_connections == 1
        sweep(at, clock, 2)
        await until(lambda: at.gateway.open_connections == 0)
        await until(lambda: not at.pages._serving._answering)
        assert not at.bugs
        writer.close()


async def test_many_wait_for_their_answers_at_once() -> None:
    """Each on its connection, all of them counted; who goes away is forgotten."""
    may_answer = asyncio.Event()

    async def poll(_: SiteRequest) -> web.Response:
        await may_answer.wait()
        return web.Response(text="news")

    clock = Hands()
    async with here(places=(place("/poll", poll),), clock=clock) as at:
        waiting = [await connect(at.port) for _ in range(200)]
        for _, writer in waiting:
            writer.write(request("/poll"))
        await until(lambda: at.pages._serving and at.pages._serving._answering == 200)
        assert at.gateway.open_connections == 200
        assert (await ask(at.port, "/")).status == 200
        await makes_a_key(at.port)
        for _, writer in waiting[:100]:
            writer.transport.abort()
        links = at.gateway.admission.connections
        await until(lambda: sum(getattr(link, "_ended", False) for link in links) == 100)
        sweep(at, clock, HALF_CLOSED_S_MAX + 1)
        await until(lambda: at.gateway.open_connections == 100)
        may_answer.set()
        for reader, writer in waiting[100:]:
            assert (await read_one(reader)).body == b"news"
            writer.close()
        assert not at.bugs


async def test_connections_of_one_address_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that speak HTTP with the others."""
    assert CONNECTIONS_PER_ADDRESS_MAX > 10
    monkeypatch.setattr("chappe.gateways.mtproto.admission.CONNECTIONS_PER_ADDRESS_MAX", 3)
    async with here() as at:
        kept = [await connect(at.port) for _ in range(3)]
        for reader, writer in kept:
            writer.write(request("/"))
            assert (await read_one(reader)).status == 200
        reader, writer = await connect(at.port)
        writer.write(request("/"))
        assert await ended(reader)
        writer.close()
        kept[0][1].close()
        await until(lambda: at.gateway.open_connections == 2)
        assert (await ask(at.port, "/")).status == 200
        for _, writer in kept[1:]:
            writer.close()


async def test_who_asks_too_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """For as long as the address owes; nobody else does."""
    slept: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    clock = Hands()
    async with here(clock=clock) as at:
        reader, writer = await connect(at.port)
        monkeypatch.setattr("chappe.gateways.web.serving.asyncio.sleep", note)
        for _ in range(2_000):
            writer.write(request("/"))
            await read_one(reader)
        assert slept
        assert slept == sorted(slept)
        assert 0 < slept[-1] < 60
        writer.close()


async def test_a_stop_lets_an_answer_be_finished() -> None:
    """And reads nothing more; silent connections end at once, lingering ones too."""
    may_answer = asyncio.Event()

    async def slow(_: SiteRequest) -> web.Response:
        await may_answer.wait()
        return web.Response(text="late")

    async with here(places=(place("/slow", slow),)) as at:
        reader, writer = await connect(at.port)
        writer.write(request("/slow"))
        silent, idle = await connect(at.port)
        idle.write(request("/"))
        assert (await read_one(silent)).status == 200
        lingering, sends = await connect(at.port)
        sends.write(request("/", "POST", Content_Length="5000"))
        assert (await read_one(lingering)).status == 405
        await until(lambda: at.pages._serving._answering)
        stopping = asyncio.create_task(at.gateway.stop())
        await until(lambda: at.pages._serving._stopping)
        may_answer.set()
        assert (await read_one(reader)).body == b"late"
        await stopping
        for each in (reader, silent, lingering):
            assert await ended(each)
        assert at.gateway.open_connections == 0
        for one in (writer, idle, sends):
            one.close()


async def test_a_stop_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever still waits for news is cut off."""
    monkeypatch.setattr("chappe.gateways.mtproto.server.ANSWERED_S_MAX", 0.05)

    async def never(_: SiteRequest) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with here(places=(place("/poll", never),)) as at:
        reader, writer = await connect(at.port)
        writer.write(request("/poll"))
        await until(lambda: at.pages._serving and at.pages._serving._answering)
        await at.gateway.stop()
        assert await ended(reader)
        assert not at.bugs
        writer.close()


async def test_the_protocol_of_the_transports_is_unharmed_meanwhile() -> None:
    """On the same port, while others speak HTTP, well and badly."""
    async with here() as at:
        for asked in (
            request("/"), b"GET \x00\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n",
            b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
            request("/", Upgrade="websocket", Connection="upgrade"),
            request("/", Upgrade="h2c", Connection="upgrade"),
        ):  # fmt: skip
            reader, writer = await connect(at.port)
            writer.write(asked)
            assert (await read_one(reader)).status in (200, 400, 404, 405, 421)
            await makes_a_key(at.port)
            writer.close()
        reader, writer = await connect(at.port)
        writer.write(struct.pack("<I", 0xEEEEEEEE) + request("/"))
        assert await ended(reader)  # a packet of no length there is
        writer.close()
        assert not at.bugs


async def test_a_web_socket_is_opened_where_pages_were_asked_for_before() -> None:
    """As proxies do that keep connections for whatever is asked next."""
    async with here() as at:
        reader, writer = await connect(at.port)
        for _ in range(2):
            writer.write(request("/"))
            assert (await read_one(reader)).status == 200
        await upgrade_over(reader, writer)
        (link,) = at.gateway.admission.connections
        assert not isinstance(link, http.HttpConnection)
        writer.close()
    assert not at.bugs


@pytest.mark.parametrize("path", ["/", "/who", "/nothing"])
async def test_a_body_is_never_taken_for_a_web_socket(path: str) -> None:
    """Though it comes after the answer, and says so: behind a proxy the next request is somebody else's."""

    async def who(_: SiteRequest) -> web.Response:
        return web.Response(text="unread")

    hidden = request(
        "/apiws", Upgrade="websocket", Connection="Upgrade", Sec_WebSocket_Version="13"
    )
    hidden = hidden[:-2] + b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    async with here(places=(place("/who", who, body_bytes_max=1_000),)) as at:
        reader, writer = await connect(at.port)
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(hidden)}\r\n\r\n".encode()
        )
        assert (await read_one(reader)).status in (200, 404, 405, 413)
        writer.write(hidden)
        writer.write_eof()
        assert b" 101 " not in await asyncio.wait_for(reader.read(), WAIT_S_MAX)
        writer.close()
