"""Anything that begins like HTTP is answered in HTTP or not at all, however it is cut: never by a mistake."""

import asyncio
import itertools
import re
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chappe.gateways.web.places import PLACES
from chappe.gateways.web.site import Place
from tests.gateways.browsing import Here, here, request, taken
from tests.gateways.test_hand_over import makes_a_key

WAIT_S_MAX = 30
STATUSES = {200, 304, 400, 404, 405, 413, 416, 421, 426, 501, 505}
START = re.compile(rb"HTTP/\d\.\d (\d{3}) [A-Za-z -]+\r\n")
WHOLE = request("/", Accept_Encoding="gzip", Range="bytes=0-3")
METHODS = st.sampled_from(
    [b"GET", b"HEAD", b"POST", b"PUT", b"OPTIONS", b"DELETE", b"PATCH", b"TRACE", b"CONNECT"]
)
TARGETS = st.one_of(
    st.sampled_from([b"/", b"/assets/start-1a2b.js", b"/bot1/x", b"/api", b"/take", b"/apiws", b"*"]),
    st.sampled_from([b"", b"//", b"/?", b"/.", b"http://localhost/", b"localhost:1"]),
    st.binary(max_size=40),
    st.binary(max_size=40).map(lambda more: b"/" + more),
)  # fmt: skip
VALUES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"localhost", b"0", b"5", b"-1", b"+5", b"0x5", b"5, 5", b"9" * 20, b"chunked",
                     b"chunked, gzip", b"identity", b"close", b"keep-alive", b"upgrade", b"websocket", b"h2c",
                     b"100-continue", b"bytes=0-1", b"gzip", b"gzip;q=nan", b"*", b'"x"']),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from([b"Host", b"Content-Length", b"Transfer-Encoding", b"Connection", b"Upgrade",
                     b"Expect", b"Range", b"If-None-Match", b"If-Range", b"Accept-Encoding", b"Origin",
                     b"Content-Encoding", b"Cookie", b"Content-Type", b"Host ", b" Host", b""]),
    st.binary(max_size=20),
)  # fmt: skip
BREAKS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\n "])


@st.composite
def garbage(draw: st.DrawFn) -> bytes:
    """What is nearly a request, or several."""
    out = b""
    for _ in range(draw(st.integers(1, 3))):
        version = draw(
            st.sampled_from([b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"http/1.1", b""])
        )
        out += draw(METHODS) + b" " + draw(TARGETS) + b" " + version + draw(BREAKS)
        if draw(st.booleans()):
            out += b"Host: localhost\r\n"
        for name, value in draw(st.lists(st.tuples(NAMES, VALUES), max_size=4)):
            out += name + b": " + value + draw(BREAKS)
        out += b"\r\n" + draw(
            st.sampled_from([b"", b"", b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"\0", b"zz\r\n"])
        )
    return out


@pytest.fixture(scope="module")
def at() -> Iterator[Here]:
    """A gateway in a thread, so that what is sent can be drawn from anything."""
    loop = asyncio.new_event_loop()
    opened, ended = threading.Event(), asyncio.Event()
    found: list[Here] = []

    async def serve() -> None:
        places = (
            Place(re.compile("/take"), taken, frozenset({"POST"}), body_bytes_max=1000),
            *PLACES,
        )
        async with here(places=places, scale=10_000.0) as gateway:
            found.append(gateway)
            opened.set()
            await ended.wait()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert opened.wait(WAIT_S_MAX)
    yield found[0]
    bugs = found[0].bugs
    asyncio.run(makes_a_key(found[0].port))
    loop.call_soon_threadsafe(ended.set)
    thread.join(WAIT_S_MAX)
    assert not thread.is_alive()
    assert not bugs


def answered(port: int, parts: list[bytes]) -> bytes:
    """Send bytes, end the sending half, and return what comes until the end."""
    with socket.create_connection(("127.0.0.1", port), WAIT_S_MAX) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        out = b""
        try:
            for part in parts:
                wire.sendall(part)
            wire.shutdown(socket.SHUT_WR)
            while got := wire.recv(65_536):
                out += got
        except OSError:
            pass  # what follows an answer that ends the connection is not read
        return out


def check(out: bytes, at: Here) -> None:
    """What came is nothing, or answers in HTTP."""
    assert not at.bugs
    if not out:
        return
    assert START.match(out), out[:100]
    assert {int(status) for status in START.findall(out)} <= STATUSES
    assert b"Traceback" not in out
    assert b"\r\nServer:" not in out


@given(sent=garbage(), cuts=st.lists(st.integers(0, 400), max_size=3))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_garbage_is_answered_in_http_or_not_at_all(at: Here, sent: bytes, cuts: list[int]) -> None:
    """Whatever its first line and its head are."""
    places = sorted({min(cut, len(sent)) for cut in cuts} | {0, len(sent)})
    parts = [sent[a:b] for a, b in itertools.pairwise(places)]
    check(answered(at.port, parts), at)


@given(begun=st.binary(max_size=300))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_follows_a_method_is_survived(at: Here, begun: bytes) -> None:
    """Nothing of it need be HTTP."""
    check(answered(at.port, [b"GET " + begun]), at)


@pytest.mark.parametrize("cut", range(1, len(WHOLE)))
def test_a_request_ends_anywhere(at: Here, cut: int) -> None:
    """Half of one is answered by nothing, or that it is none."""
    out = answered(at.port, [WHOLE[:cut]])
    check(out, at)
    assert b" 200 " not in out
    assert b" 206 " not in out
    assert answered(at.port, [WHOLE[:cut], WHOLE[cut:]]).startswith(b"HTTP/1.1 206 ")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5\r\nContent-Length: 5",
        b"Content-Length: 5, 5",
        b"Content-Length: +5",
        b"Content-Length: 0x5",
        b"Content-Length: -5",
        b"Content-Length: 5 5",
        b"Content-Length : 5",
        b"Content-Length:\t5\x0b",
        b"Content-Length: 99999999999999999999999",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
        b"Transfer-Encoding: \x0bchunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"X: a\r\n folded: b",
        b"X: a\rContent-Length: 5",
        b"X\0: a",
        b"X: a\0b",
        b"X y: a",
        b": a",
    ],
)
def test_no_request_hides_in_another(at: Here, head: bytes) -> None:
    """What a proxy may read otherwise is refused, and the connection ends: nothing behind it is answered."""
    hidden = b"GET /bot1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
    start = b"POST /take HTTP/1.1\r\nHost: localhost\r\n"
    for body in (b"0\r\n\r\n" + hidden, b"hello" + hidden, hidden):
        out = answered(at.port, [start + head + b"\r\n\r\n" + body])
        check(out, at)
        assert b" 501 " not in out
        assert START.findall(out) in ([b"400"], [b"413"], [])


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"x" * 100_000,
        b"x" * 100_000 + b": x",
        b"".join(b"X%d: x\r\n" % number for number in range(1_000)),
        b"X: " + b"x" * 1_000_000,
        b"".join(b"X: " + b"x" * 8_000 + b"\r\n" for _ in range(200)),
    ],
)
def test_a_head_has_its_bounds(at: Here, head: bytes) -> None:
    """In bytes of a field, and in fields."""
    out = answered(at.port, [b"GET / HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n\r\n"])
    check(out, at)
    assert START.findall(out) in ([b"400"], [])
    line = b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert START.findall(answered(at.port, [line])) in ([b"400"], [])
    check(answered(at.port, [b"GET /" + b"a" * 1_000_000]), at)


def test_what_is_sent_after_an_upgrade_that_is_none_is_read_as_before(at: Here) -> None:
    """Nobody gets a connection that is no longer looked at."""
    asked = request("/", Upgrade="h2c", Connection="Upgrade")
    out = answered(at.port, [asked + request("/nothing") + request("/")])
    assert START.findall(out) in ([b"200", b"404", b"200"], [b"200", b"404"], [b"200"])
    out = answered(
        at.port,
        [request("/") + b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n" + b"\0" * 1000],
    )
    check(out, at)
    assert START.findall(out)[0] == b"200"
