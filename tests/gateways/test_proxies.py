"""Through real sockets: whoever a proxy of ours speaks for is counted and charged; nobody else is."""

import asyncio
import re
import ssl
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request

from chappe.gateways.arriving import FORWARDED, NOBODY, Networks, Proxies
from chappe.gateways.mtproto.admission import HALF_OPEN_S_MAX
from chappe.gateways.own_names import OwnNames
from chappe.gateways.web.places import PLACES
from chappe.gateways.web.serving import SiteRequest
from chappe.gateways.web.site import Place
from chappe.mtproto import Kind, work
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.transports import ClientTransport
from chappe.rpc import Rate
from tests.gateways.browsing import Here, ask, connect, here, read_one, request
from tests.gateways.test_proxy_header import binary
from tests.gateways.test_tls import certify, files
from tests.protocol.joined import server_key, tokens

LOCAL = Networks(["127.0.0.0/8"])
HTTP = Proxies(of_requests=LOCAL)
PROXY = Proxies(of_connections=LOCAL)
HEADERS = [b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n", binary()]
FIRST = wrap(ClientHandshake(server_key().n, tokens(3)).start(), 4)


async def who(request: SiteRequest) -> web.Response:
    """Say from whom a request is."""
    return web.Response(text=request.link.client)


WHO = (Place(re.compile("/who"), who), *PLACES)


def addresses(at: Here) -> Counter[str]:
    """Return by which networks the open connections are counted."""
    return Counter(one.address for one in at.gateway.admission.connections)


async def begun(reader: asyncio.StreamReader, wire: ClientTransport) -> bool:
    """Whether a handshake is answered."""
    while not (packets := wire.receive(await asyncio.wait_for(reader.read(65_536), 30))):
        pass
    return len(unwrap(packets[0].payload)) > 0


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("cut", [0, 1, 20])
async def test_a_connection_is_from_whom_the_proxy_says(header: bytes, cut: int) -> None:
    """Whether its bytes come at once, one by one, or in two pieces; and the transport behind goes on."""
    async with here(proxies=PROXY) as at:
        reader, writer = await connect(at.port)
        wire = ClientTransport(Kind.INTERMEDIATE)
        whole = header + wire.send(FIRST)
        pieces = [whole] if not cut else [whole[i : i + cut] for i in range(0, len(whole), cut)]
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        assert await begun(reader, wire)
        assert addresses(at) == {"192.0.2.7": 1}
        writer.close()
        assert not at.bugs


async def test_pages_are_shown_through_it_too() -> None:
    """And a header that names nobody leaves the proxy's own address."""
    async with here(proxies=PROXY, places=WHO) as at:
        for header, network in (
            (HEADERS[0], b"192.0.2.7"),
            (HEADERS[1], b"192.0.2.7"),
            (binary("2001:db8:1:2::7", "2001:db8::1"), b"2001:db8:1:2::/64"),
            (b"PROXY UNKNOWN\r\n", b"127.0.0.1"),
        ):
            reader, writer = await connect(at.port)
            writer.write(header + request("/who"))
            assert (await read_one(reader)).body == network
            writer.close()


@pytest.mark.parametrize(
    "first",
    [b"\xef" + bytes(80), b"GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n", b"PROXY TCP4 x\r\n"],
)
async def test_a_proxy_that_announces_nobody_is_cut_off(first: bytes) -> None:
    """Its operator is told; nothing of it is read."""
    async with here(proxies=PROXY, places=WHO) as at:
        reader, writer = await connect(at.port)
        writer.write(first)
        assert await ended(reader) == b""
        writer.close()
        assert at.silent == [("127.0.0.1", "connection")]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(
    "proxies", [NOBODY, HTTP, Proxies(of_connections=Networks(["192.0.2.0/24"]))]
)
async def test_a_header_of_a_stranger_is_refused(header: bytes, proxies: Proxies) -> None:
    """Whoever may say it, this one may not: it is no transport."""
    async with here(proxies=proxies, places=WHO) as at:
        reader, writer = await connect(at.port)
        writer.write(header + request("/who") + bytes(64))
        assert await ended(reader) == b""
        writer.close()
        assert addresses(at) == {}
        assert not at.bugs


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Return what came before a connection's end."""
    try:
        return await asyncio.wait_for(reader.read(), 30)
    except ConnectionError:
        return b""


async def test_who_says_nothing_is_not_waited_for() -> None:
    """Half a header is dropped with the other half-open connections."""
    async with here(proxies=PROXY) as at:
        reader, writer = await connect(at.port)
        writer.write(HEADERS[0][:9])
        async with asyncio.timeout(30):
            while not at.gateway.open_connections:  # noqa: ASYNC110  the socket tells nobody
                await asyncio.sleep(0)
        now = at.gateway.clock.monotonic()
        for one in tuple(at.gateway.admission.connections):
            one.sweep(now + HALF_OPEN_S_MAX - 1, 0.0)
        assert at.gateway.open_connections == 1
        for one in tuple(at.gateway.admission.connections):
            one.sweep(now + HALF_OPEN_S_MAX + 1, 0.0)
        assert await ended(reader) == b""
        writer.close()


async def test_tls_begins_behind_the_header(tmp_path: Path) -> None:
    """Also where both come in one piece."""
    trusts = certify(tmp_path)
    tls = files(tmp_path).choose
    async with here(proxies=PROXY, places=WHO, tls=tls) as at:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        inside = trusts.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
        reader, writer = await connect(at.port)
        writer.write(HEADERS[1])
        said = b""
        with pytest.raises(ssl.SSLWantReadError):
            inside.do_handshake()
        while not said:
            writer.write(outgoing.read())
            incoming.write(await asyncio.wait_for(reader.read(65_536), 30))
            try:
                inside.do_handshake()
                inside.write(request("/who"))
                writer.write(outgoing.read())
                incoming.write(await asyncio.wait_for(reader.read(65_536), 30))
                said = inside.read(65_536)
            except ssl.SSLWantReadError:
                pass
        assert said.endswith(b"\r\n\r\n192.0.2.7")
        writer.close()
        assert not at.bugs


async def test_the_beginning_of_tls_is_paid_for(tmp_path: Path) -> None:
    """By whom the proxy announces: it costs more than all that a connection does without."""
    trusts, costs = certify(tmp_path), work.TLS * Rate.WIRE.value.refill_s
    async with here(tls=files(tmp_path).choose) as at:
        owed = at.gateway.admission.budget(None, "127.0.0.1").owed
        before, began = owed(0.0), at.gateway.clock.monotonic()
        for _ in range(3):
            _, writer = await asyncio.open_connection("127.0.0.1", at.port, ssl=trusts)
            writer.close()
            await writer.wait_closed()
        assert (
            owed(0.0) - max(before, began - Rate.WIRE.value.size * Rate.WIRE.value.refill_s) > costs
        )
        at.gateway.admission.budget(None, "127.0.0.1").pay(Rate.WIRE.value.size + 400, began)
        _, writer = await asyncio.open_connection(
            "127.0.0.1", at.port, ssl=trusts
        )  # it waits, and is served
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(30):
            while at.gateway.open_connections:  # noqa: ASYNC110  the socket tells nobody
                await asyncio.sleep(0.01)


async def test_each_request_is_from_whom_the_proxy_says() -> None:
    """One connection of a proxy carries requests of many."""
    async with here(proxies=HTTP, places=WHO) as at:
        reader, writer = await connect(at.port)
        for said, network in (
            ({"X-Forwarded-For": "192.0.2.7"}, b"192.0.2.7"),
            ({"X-Forwarded-For": "1.1.1.1, 2001:db8:1:2::7"}, b"2001:db8:1:2::/64"),
            ({"X-Forwarded-For": "192.0.2.9, 127.0.0.1"}, b"192.0.2.9"),
            (
                {"Forwarded": "for=192.0.2.7"},
                b"127.0.0.1",
            ),  # it is the other header that is believed
            ({}, b"127.0.0.1"),
        ):
            writer.write(request("/who", **said))
            assert (await read_one(reader)).body == network
        writer.close()
        assert at.silent == [("127.0.0.1", "request")] * 2
        assert addresses(at).keys() <= {"127.0.0.1"}


async def test_the_other_header_is_believed_where_it_is_set() -> None:
    """And then the usual one is not."""
    async with here(proxies=HTTP._replace(header=FORWARDED), places=WHO) as at:
        said = {"Forwarded": "for=192.0.2.7", "X-Forwarded-For": "1.1.1.1"}
        assert (await ask(at.port, "/who", **said)).body == b"192.0.2.7"


@pytest.mark.parametrize(
    "proxies", [NOBODY, PROXY, Proxies(of_requests=Networks(["192.0.2.0/24"]))]
)
async def test_a_stranger_speaks_for_nobody(proxies: Proxies) -> None:
    """What it says of whom it is from is passed over; where it is announced, the announcement counts."""
    async with here(proxies=proxies, places=WHO) as at:
        reader, writer = await connect(at.port)
        announced = HEADERS[0] if proxies is PROXY else b""
        said = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
        writer.write(announced + request("/who", **said))
        assert (await read_one(reader)).body == (b"192.0.2.7" if announced else b"127.0.0.1")
        writer.close()
        # a proxy of requests may stand behind one of connections, and is believed by its own address
    behind = proxies._replace(of_connections=LOCAL)
    if proxies.of_requests:
        async with here(proxies=behind, places=WHO) as at:
            reader, writer = await connect(at.port)
            writer.write(HEADERS[0] + request("/who", **said))
            assert (await read_one(reader)).body == b"203.0.113.9"
            writer.close()


async def upgraded(at: Here, **said: str) -> asyncio.StreamWriter:
    """Open a WebSocket through a proxy."""
    reader, writer = await connect(at.port)
    web_socket = WSConnection(ConnectionType.CLIENT)
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in said.items()]
    wish = Request(
        host="localhost", target="/apiws", subprotocols=["binary"], extra_headers=headers
    )
    writer.write(web_socket.send(wish))
    web_socket.receive_data(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30))
    assert isinstance(next(iter(web_socket.events())), AcceptConnection)
    return writer


async def test_a_web_socket_is_counted_for_whom_it_is_opened() -> None:
    """And for the proxy where that says nothing, or somebody who is none says it."""
    async with here(proxies=HTTP) as at:
        opened = [
            await upgraded(at, X_Forwarded_For="6.6.6.6, 192.0.2.7"),
            await upgraded(at, X_Forwarded_For="192.0.2.7"),
            await upgraded(at),
        ]
        assert addresses(at) == {"192.0.2.7": 2, "127.0.0.1": 1}
        for writer in opened:
            writer.close()
    async with here() as at:
        writer = await upgraded(at, X_Forwarded_For="192.0.2.7")
        assert addresses(at) == {"127.0.0.1": 1}
        writer.close()


async def test_names_are_asked_of_who_is_on_this_machine() -> None:
    """A page elsewhere cannot write a PROXY header, but it can write any field of a request."""
    names, evil = OwnNames(), {"Host": "evil.example"}
    async with here(proxies=PROXY, names=names) as at:
        for header, status in ((HEADERS[0], 200), (b"PROXY UNKNOWN\r\n", 421)):
            reader, writer = await connect(at.port)
            writer.write(header + request("/", **evil))
            assert (await read_one(reader)).status == status
            writer.close()
    async with here(proxies=HTTP, names=names) as at:
        said = {**evil, "X-Forwarded-For": "192.0.2.7"}
        assert (await ask(at.port, "/", **said)).status == 421


async def test_a_flood_is_paid_by_whom_it_is_from() -> None:
    """One who asks without pause through a proxy waits; another through the same one does not."""
    async with here(proxies=HTTP, places=WHO) as at:
        reader, writer = await connect(at.port)
        for _ in range(3):
            writer.write(request("/who", **{"X-Forwarded-For": "192.0.2.7"}))
            await read_one(reader)
        owed = {
            address: at.gateway.admission.budget(None, address).owed(0.0)
            for address in ("192.0.2.7", "127.0.0.1", "192.0.2.8")
        }
        assert owed["192.0.2.7"] > owed["127.0.0.1"] == owed["192.0.2.8"]
        writer.close()
