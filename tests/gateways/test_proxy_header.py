"""The header of the PROXY protocol: read alike however it is cut, or refused, whatever the bytes are."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.gateways.arriving import NoProxyHeaderError, ProxyHeader, read_proxy_header
from chappe.gateways.arriving.proxy_header import HEADER_BYTES_MAX, SIGNATURE

V4, V6 = ("192.0.2.7", "198.51.100.1"), ("2001:db8::7", "2001:db8::1")


def binary(
    source: str = V4[0], to: str = V4[1], *, kind: int = 0x21, transport: int = 1, more: bytes = b""
) -> bytes:
    """Return a header of version 2."""
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    ports = struct.pack("!HH", 5_555, 443)
    body = socket.inet_pton(family, source) + socket.inet_pton(family, to) + ports + more
    named = (2 if ":" in source else 1) << 4 | transport
    return SIGNATURE + bytes([kind, named]) + struct.pack("!H", len(body)) + body


def raw(kind: int, named: int, body: bytes, size: int | None = None) -> bytes:
    """Return a header of version 2, however wrong."""
    return (
        SIGNATURE
        + bytes([kind, named])
        + struct.pack("!H", len(body) if size is None else size)
        + body
    )


LINES = {
    b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n": "192.0.2.7",
    b"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n": "255.255.255.255",
    b"PROXY TCP6 2001:DB8:0:0:0:0:0:7 2001:db8::1 0 443\r\n": "2001:db8::7",
    # as nginx and HAProxy say it of clients of the older protocol at a socket for both
    b"PROXY TCP6 ::ffff:192.0.2.7 ::ffff:198.51.100.1 42610 443\r\n": "192.0.2.7",
    b"PROXY UNKNOWN\r\n": "",
    b"PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff::ffff 65535 65535\r\n": "",
}
BINARY = {
    binary(): "192.0.2.7",
    binary(*V6): "2001:db8::7",
    raw(0x21, 0x21, bytes(10) + b"\xff\xff\xc0\0\2\7" + bytes(20)): "192.0.2.7",
    binary(more=b"\x04\x00\x03abc" * 20): "192.0.2.7",
    binary(kind=0x20): "",  # LOCAL
    binary(transport=2): "",  # of datagrams
    raw(0x20, 0x00, b""): "",
    raw(0x20, 0xFF, b"whatever"): "",  # LOCAL: the family is ignored
    raw(0x21, 0x00, b"\x04\x00\x00"): "",
    raw(0x21, 0x31, bytes(216)): "",
}
WRONG = [
    b"GET / HTTP/1.1\r\n\r\n",
    b"\xef" + bytes(64),
    b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\n",
    b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\rX",
    b"PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n",
    b"PROXY TCP4  192.0.2.7 198.51.100.1 56324 443\r\n",
    b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443 \r\n",
    b"PROXY TCP4 192.0.2.07 198.51.100.1 56324 443\r\n",
    b"PROXY TCP4 192.0.2.256 198.51.100.1 56324 443\r\n",
    b"PROXY TCP4 192.0.2.7 198.51.100.1 056324 443\r\n",
    b"PROXY TCP4 192.0.2.7 198.51.100.1 65536 443\r\n",
    b"PROXY TCP4 192.0.2.7 198.51.100.1 1 99999\r\n",
    b"PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
    b"PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n",
    b"PROXY TCP6 ::ffff:1.2.3.400 2001:db8::1 1 2\r\n",
    b"PROXY TCP6 ::ffff:1.2.3 2001:db8::1 1 2\r\n",
    b"PROXY TCP6 1.2.3.4 ::ffff:198.51.100.1 1 2\r\n",
    b"PROXY TCP6 2001:db8::7%eth0 2001:db8::1 1 2\r\n",
    b"PROXY TCP6 2001:db8:::7 2001:db8::1 1 2\r\n",
    b"PROXY TCP4 localhost 198.51.100.1 1 2\r\n",
    b"PROXY UNKNOWNX\r\n",
    b"PROXY \r\n",
    b"proxy TCP4 192.0.2.7 198.51.100.1 56324 443\r\n",
    b"PROXY UNKNOWN " + b"x" * 107,
    binary(kind=0x11),
    binary(kind=0x22),
    binary(transport=3),
    raw(0x21, 0x41, bytes(12)),
    raw(0x21, 0x11, bytes(11)),
    raw(0x21, 0x21, bytes(35)),
    raw(0x21, 0x31, bytes(215)),
    raw(0x21, 0x11, b"", HEADER_BYTES_MAX),
    raw(0x20, 0x00, b"", 0xFFFF),
    b"\r\n\r\n\x00\r\nQUIX\n",
]


@pytest.mark.parametrize(("header", "address"), (LINES | BINARY).items())
def test_a_header_says_whom_a_connection_is_from(header: bytes, address: str) -> None:
    """However much of it has come, and whatever follows."""
    for size in range(len(header)):
        assert read_proxy_header(header[:size]) is None
    for follows in (b"", b"\xef\x01", b"\r\n", header):
        assert read_proxy_header(header + follows) == ProxyHeader(address, len(header))


@pytest.mark.parametrize("begun", WRONG)
def test_what_is_none_is_refused(begun: bytes) -> None:
    """Nothing is guessed, and no part of it is believed."""
    with pytest.raises(NoProxyHeaderError):
        read_proxy_header(begun)


@given(
    st.sampled_from([*LINES, *BINARY]),
    st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=3)), max_size=3),
    st.binary(max_size=40),
)
def test_any_bytes_are_read_or_refused(
    header: bytes, changes: list[tuple[int, bytes]], follows: bytes
) -> None:
    """And what was refused stays refused, whatever comes after it; what was read stays read."""
    for at, put in changes:
        header = header[:at] + put + header[at + 1 :]
    whole, said = header + follows, None
    for size in range(len(whole) + 1):
        try:
            found: ProxyHeader | str | None = read_proxy_header(whole[:size])
        except NoProxyHeaderError:
            found = "refused"
        if said is not None:
            assert found == said
        said = found
        if isinstance(said, ProxyHeader):
            assert 15 <= said.size_bytes <= size
    assert said is None or isinstance(said, ProxyHeader) or said == "refused"
