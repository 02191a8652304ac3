"""On loopback a server is asked for by its own names only: a page elsewhere may lead a browser there."""

import asyncio

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, Event, RejectConnection, Request

from chappe.gateways.mtproto.server import is_loopback
from chappe.gateways.own_names import OwnNames
from tests.gateways.browsing import ask, connect, here, read_one, request, said

KNOWN = OwnNames(["chat.example.org", ""])
OURS = ["localhost", "localhost:8443", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8443", "[::1]", "[::1]:8443",
        "chat.example.org", "Chat.Example.Org:443"]  # fmt: skip
OTHERS = ["evil.example", "evil.example:8443", "localhost.evil.example", "evil.example@localhost",
          "localhost@evil.example", "127.0.0.1.evil.example", "127.0.0.2", "0.0.0.0", "[::2]", "::1", "",
          "localhost:99999999", "localhost:x", "localhost/", "localhost?", "localhost#", "[::1", "localhost.",
          "chat.example.org.evil.example", "2130706433", "null"]  # fmt: skip


@pytest.mark.parametrize("host", OURS)
def test_own_names_are_known(host: str) -> None:
    """Whatever the port, and however they are written."""
    assert KNOWN.has_host(host)
    assert KNOWN.has_origin(f"http://{host}")
    assert KNOWN.has_origin(f"https://{host}")


@pytest.mark.parametrize("host", OTHERS)
def test_other_names_are_not(host: str) -> None:
    """Nor what only looks like one of ours."""
    assert not KNOWN.has_host(host)
    assert not KNOWN.has_origin(f"http://{host}")
    assert not KNOWN.has_origin(host)
    assert not OwnNames().has_host("chat.example.org")


@pytest.mark.parametrize(
    "origin", ["null", "file://", "localhost", "http://localhost/x", "ftp://localhost", ""]
)
def test_what_is_no_page_of_ours_is_none(origin: str) -> None:
    """A page in a file, or in a frame that hides where it is from, has no name."""
    assert not KNOWN.has_origin(origin)


@pytest.mark.parametrize(
    ("host", "here_only"),
    [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
     ("::", False), ("192.0.2.1", False), ("2001:db8::1", False), ("chat.example.org", False), ("", False)],
)  # fmt: skip
def test_what_only_this_machine_reaches(host: str, here_only: bool) -> None:
    """There, names are looked at."""
    assert is_loopback(host) == here_only


async def test_pages_are_shown_to_who_names_the_server() -> None:
    """And to no page of another name, on whatever request of a connection."""
    async with here(names=KNOWN) as at:
        for host in OURS:
            assert (await ask(at.port, "/", Host=host)).status == 200
        for host in OTHERS:
            answer = await ask(at.port, "/", Host=host)
            assert answer.status in (400, 421)
            assert b"Start" not in answer.body
        assert b"set `public_url`" in (await ask(at.port, "/", Host="evil.example")).body
        for origin in ("http://localhost:8443", "https://chat.example.org"):
            assert (await ask(at.port, "/", Origin=origin)).status == 200
        for origin in ("http://evil.example", "null", ""):
            assert (await ask(at.port, "/bot1/getMe", "POST", b"{}", Origin=origin)).status == 403
        reader, writer = await connect(at.port)
        writer.write(request("/") + request("/", Host="evil.example") + request("/"))
        assert (await read_one(reader)).status == 200
        assert (await read_one(reader)).status == 421
        assert await asyncio.wait_for(reader.read(), 30) == b""
        writer.close()


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [
        ("1.1", [], 400),
        ("1.1", ["localhost", "localhost"], 400),
        ("1.1", ["localhost", "evil.example"], 400),
        ("1.0", ["localhost", "evil.example"], 400),
        ("1.0", ["evil.example"], 421),
        ("1.0", [], 200),
        ("1.0", ["localhost"], 200),
    ],
)
async def test_a_request_has_one_host(version: str, hosts: list[str], status: int) -> None:
    """Only what is older than that field may do without it; no browser is."""
    async with here() as at:
        lines = [f"GET / HTTP/{version}", *(f"Host: {host}" for host in hosts), "", ""]
        answer = await said(at.port, "\r\n".join(lines).encode(), until_end=True)
        assert answer.startswith((b"HTTP/1.1 %d " % status, b"HTTP/1.0 %d " % status))


async def upgrade_over(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Open a WebSocket on a connection."""
    web = WSConnection(ConnectionType.CLIENT)
    writer.write(web.send(Request(host="localhost", target="/apiws", subprotocols=["binary"])))
    web.receive_data(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30))
    assert isinstance(next(iter(web.events())), AcceptConnection)


async def upgrade(port: int, host: str, origin: str | None) -> tuple[list[Event], bytes]:
    """Ask for a WebSocket; return what came of it, and the bytes."""
    reader, writer = await connect(port)
    web = WSConnection(ConnectionType.CLIENT)
    headers = [] if origin is None else [(b"Origin", origin.encode())]
    asked = Request(host=host, target="/apiws", subprotocols=["binary"], extra_headers=headers)
    writer.write(web.send(asked))
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
    web.receive_data(answer)
    found = list(web.events())
    if isinstance(found[0], AcceptConnection):
        writer.write(web.send(BytesMessage(data=bytes(3))))
        writer.close()
    else:
        answer += await asyncio.wait_for(reader.read(), 30)  # then the connection ends
        writer.close()
    return found, answer


async def test_a_web_socket_is_opened_for_pages_of_ours() -> None:
    """And for what is no browser, which names no page."""
    async with here(names=KNOWN) as at:
        for host, origin in (
            ("localhost:8443", "http://localhost:8443"),
            ("127.0.0.1", "http://localhost:3000"),
            ("chat.example.org", "https://chat.example.org"),
            ("localhost", None),
        ):
            (opened,), _ = await upgrade(at.port, host, origin)
            assert isinstance(opened, AcceptConnection)


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("evil.example", "http://evil.example", 421),
        ("evil.example", None, 421),
        ("localhost", "http://evil.example", 403),
        ("localhost", "null", 403),
        ("localhost", "", 403),
    ],
)
async def test_no_web_socket_is_opened_for_others(
    host: str, origin: str | None, status: int
) -> None:
    """They are told why, and the connection ends."""
    async with here(names=KNOWN) as at:
        (refused, *_), answer = await upgrade(at.port, host, origin)
        assert isinstance(refused, RejectConnection)
        assert refused.status_code == status
        said = b"set `public_url`" if status == 421 else b"Pages of other servers"
        assert said in answer


async def test_where_everybody_connects_every_page_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no cookie to abuse: a web client may come from anywhere."""
    async with here(host="0.0.0.0") as at:
        (opened,), _ = await upgrade(at.port, "evil.example", "http://evil.example")
        assert isinstance(opened, AcceptConnection)
        assert (await ask(at.port, "/", Host="evil.example")).status == 200


@pytest.mark.parametrize(
    "asked",
    [
        b"GET /apiws HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /apiws HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
        b"GET /apiws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"GET /apiws_test HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"GET /apiws HTTP/1.1\r\nHost: \xff\xff\r\nConnection: Upgrade\r\n\r\n",
        b"GET /apiws HTTP/1.1\r\nHost: " + b"a" * 300 + b"\r\n\r\n",
        b"GET /apiws HTTP/1.1\r\nbroken\r\n\r\n",
        b"GET /apiws HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /apiws HTTP/1.1\r\nX: " + b"x" * 100_000,
    ],
)
async def test_what_opens_no_web_socket_is_answered(asked: bytes) -> None:
    """Whatever is wrong with it; what follows is not read, and nothing is a mistake of ours."""
    async with here() as at:
        reader, writer = await connect(at.port)
        writer.write(asked + b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = await read_one(reader)
        assert answer.status == 426
        assert answer.headers["upgrade"] == "websocket"
        assert b"by WebSocket" in answer.body
        assert await asyncio.wait_for(reader.read(), 30) == b""
        writer.close()
        assert not at.bugs
