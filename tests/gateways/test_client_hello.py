"""The first message of TLS: read alike however it is cut, or refused, whatever the bytes are."""

import ssl
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.gateways.arriving import ClientHello, NoClientHelloError, read_client_hello
from chappe.gateways.arriving.client_hello import ACME, HELLO_BYTES_MAX


def hello_of(name: str | None, *protocols: str, newest: bool = True) -> bytes:
    """Return what Python's own TLS says first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    if not newest:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    if protocols:
        context.set_alpn_protocols(list(protocols))
    outgoing = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


def split(hello: bytes, size: int) -> bytes:
    """Return a hello cut into records of this size."""
    body = hello[5:]
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"\x16\x03\x01" + struct.pack("!H", len(one)) + one for one in pieces)


HELLOS = {
    hello_of("Chat.Example.org", "acme-tls/1"): ("chat.example.org", (ACME,)),
    hello_of("chat.example.org", "h2", "http/1.1"): ("chat.example.org", (b"h2", b"http/1.1")),
    hello_of("chat.example.org", "acme-tls/1", "h2"): ("chat.example.org", (ACME, b"h2")),
    hello_of("chat.example.org", newest=False): ("chat.example.org", ()),
    hello_of(None): ("", ()),
}


@pytest.mark.parametrize(("hello", "said"), HELLOS.items())
def test_name_and_protocols_are_read(hello: bytes, said: tuple[str, tuple[bytes, ...]]) -> None:
    """However many records it comes in, however much of it has come, whatever follows."""
    for whole in (hello, split(hello, 100)):
        assert all(read_client_hello(whole[:size]) is None for size in range(len(whole)))
        for follows in (b"", hello, b"\x14\x03\x03\x00\x01\x01"):
            found = read_client_hello(whole + follows)
            assert found is not None
            assert (found.server_name, found.protocols) == said
            assert found.random == hello[11:43]
            assert found.proves_a_name == (said[1] == (ACME,))


def built(extensions: bytes, *, session: bytes = b"") -> bytes:
    """Return a hello with extensions of a test's own."""
    body = b"\x03\x03" + bytes(32) + bytes([len(session)]) + session + b"\x00\x02\x13\x01\x01\x00"
    body += struct.pack("!H", len(extensions)) + extensions
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack("!H", len(message)) + message


def extension(kind: int, value: bytes) -> bytes:
    """Return one extension."""
    return struct.pack("!HH", kind, len(value)) + value


NAMED = extension(0, b"\x00\x04\x00\x00\x01a")


@pytest.mark.parametrize(
    "begun",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x16\x02\x00\x00\x05",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\x40\x01" + bytes(9),
        b"\x16\x03\x01\x00\x04\x02\x00\x00\x00",
        b"\x17\x03\x03\x00\x04\x01\x00\x00\x00",
        b"\x16\x03\x01\x00\x04\x01" + HELLO_BYTES_MAX.to_bytes(3, "big"),
        b"\x16\x03\x01\x00\x04\x01\x00\x00\x00",
        built(NAMED + NAMED),
        built(NAMED[:-1]),
        built(extension(0, b"\x00\x05\x00\x00\x01a")),
        built(extension(0, b"\x00\x04\x00\x00\x01\xe4")),
        built(extension(16, b"\x00\x00")),
        built(extension(16, b"\x00\x01\x00")),
        built(b"", session=bytes(33)),
        split(hello_of("chat.example.org"), 20),
    ],
)
def test_what_is_none_is_refused(begun: bytes) -> None:
    """It is no TLS, or contradicts itself."""
    with pytest.raises(NoClientHelloError):
        read_client_hello(begun)


@given(
    st.sampled_from(list(HELLOS)),
    st.lists(st.tuples(st.integers(0, 600), st.binary(max_size=2)), max_size=4),
)
def test_any_bytes_are_read_or_refused(hello: bytes, changes: list[tuple[int, bytes]]) -> None:
    """And what was refused stays refused, whatever comes after it; what was read stays read."""
    for at, put in changes:
        hello = hello[:at] + put + hello[at + 1 :]
    said: ClientHello | str | None = None
    for size in (*range(60), *range(60, len(hello), 17), len(hello)):
        try:
            found: ClientHello | str | None = read_client_hello(hello[:size])
        except NoClientHelloError:
            found = "refused"
        assert said is None or found == said
        said = found
