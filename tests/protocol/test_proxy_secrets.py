"""Proxy links: a stream, or a first message of TLS, is known by its secret, once, and by no other."""

import hashlib
import hmac
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.mtproto import (
    SECRETS_MAX,
    Kind,
    ProtocolError,
    ProxySecret,
    ProxySecrets,
    ServerTransport,
    UnknownHeaderError,
)
from chappe.mtproto.proxy_secrets import HELLO_S_MAX, RANDOM, SEEN_MAX, Seen, proof_of
from chappe.mtproto.transports import OBFUSCATED_HEADER_BYTES, ClientTransport

NOW = 1_800_000_000.0
CHANCE = random.Random(12)
DD = ProxySecret(1, CHANCE.randbytes(16), inside_tls=False)
OTHER = ProxySecret(2, CHANCE.randbytes(16), inside_tls=False)
EE = ProxySecret(3, CHANCE.randbytes(16), inside_tls=True)


def header(secret: ProxySecret | None, seed: int = 1, kind: Kind = Kind.PADDED) -> bytes:
    """Return what a stream begins with."""
    return ClientTransport(kind, random.Random(seed).randbytes(64), secret).header


def hello(secret: ProxySecret, moment: float, size: int = 517) -> bytes:
    """Return a first message of TLS that proves a secret, as an app makes it."""
    bare = bytearray(random.Random(size).randbytes(size))
    bare[: RANDOM.start] = b"\x16\x03\x01" + (size - 5).to_bytes(2, "big") + b"\x01\0" + bytes(4)
    bare[RANDOM] = bytes(32)
    made = hmac.digest(secret.key, bytes(bare), hashlib.sha256)
    time = int.from_bytes(made[28:], "little") ^ int(moment)
    bare[RANDOM] = made[:28] + time.to_bytes(4, "little")
    return bytes(bare)


def ring(*secrets: ProxySecret) -> ProxySecrets:
    """Return secrets that are in force."""
    made = ProxySecrets(NOW - 1_000)
    made.replace(secrets)
    return made


def test_a_stream_is_known_by_its_secret_whichever_it_is() -> None:
    """Once: the same bytes again are of nobody, whatever the bytes that say nothing are now."""
    for order in ((DD, OTHER), (OTHER, DD)):
        doors = ring(*order, EE)
        assert doors.open_header(header(DD)) == DD
        assert doors.open_header(header(OTHER, 2)) == OTHER
        assert doors.open_header(header(DD)) is None
        assert doors.open_header(b"changed!" + header(DD)[8:]) is None
        assert doors.open_header(header(DD, 3)) == DD


@pytest.mark.parametrize(
    "wrong",
    [
        header(OTHER),
        header(None),
        header(EE),
        header(DD, kind=Kind.INTERMEDIATE),
        header(DD, kind=Kind.ABRIDGED),
    ],
)
def test_another_secret_or_another_framing_is_of_nobody(wrong: bytes) -> None:
    """As is one whose link was revoked, and one that is for TLS."""
    doors = ring(DD, EE)
    assert doors.open_header(wrong) is None
    assert doors.open_header(header(DD)) == DD
    doors.replace(())
    assert doors.open_header(header(DD, 4)) is None


def test_a_server_without_links_ends_it_alike() -> None:
    """The bytes are handed out with the error, for whoever has secrets to try; without one it is the end."""
    first = header(DD) + b"rest"
    with pytest.raises(UnknownHeaderError) as unknown:
        ServerTransport().feed(first)
    assert unknown.value.data == first
    server = ServerTransport(secret=OTHER)
    with pytest.raises(ProtocolError):
        server.feed(first)
    with pytest.raises(ProtocolError, match="padding"):
        ServerTransport(secret=DD).feed(header(DD, kind=Kind.ABRIDGED))


@given(st.lists(st.integers(0, 300), max_size=12))
def test_packets_go_both_ways_however_they_are_cut(cuts: list[int]) -> None:
    """Padded, under keys that the secret is mixed into."""
    client = ClientTransport(Kind.PADDED, random.Random(5).randbytes(64), DD)
    stream = client.send(b"a" * 40) + client.send(b"b" * 12, quick_ack=True)
    server = ServerTransport(secret=DD)
    at = sorted({min(cut, len(stream)) for cut in cuts})
    packets = [
        packet
        for a, b in zip([0, *at], [*at, len(stream)], strict=True)
        for packet in server.receive(stream[a:b])
    ]
    assert packets == [(b"a" * 40, False), (b"b" * 12, True)]
    assert [p.payload for p in client.receive(server.send(b"c" * 8, padding=b"xy"))] == [
        b"c" * 8 + b"xy"
    ]


def test_a_hello_is_known_by_its_secret_once() -> None:
    """And by no secret that is for streams outside TLS."""
    doors = ring(DD, ProxySecret(4, CHANCE.randbytes(16), inside_tls=True), EE)
    first = hello(EE, NOW)
    assert doors.open_hello(first, NOW) == EE
    assert doors.open_hello(first, NOW) is None
    assert doors.open_hello(hello(EE, NOW, 1_800), NOW) == EE
    assert doors.open_hello(hello(DD, NOW), NOW) is None
    assert ring(DD).open_hello(hello(DD, NOW), NOW) is None


@pytest.mark.parametrize(
    ("late", "taken"),
    [
        (0, True),
        (HELLO_S_MAX, True),
        (-HELLO_S_MAX, True),
        (HELLO_S_MAX + 1, False),
        (-HELLO_S_MAX - 1, False),
    ],
)
def test_a_stale_hello_is_of_nobody(late: int, taken: bool) -> None:
    """Nor one that is ahead of its time."""
    assert (ring(EE).open_hello(hello(EE, NOW - late), NOW) == EE) is taken


def test_what_was_said_before_this_server_began_is_not_taken() -> None:
    """It may have been seen by the run before, which told nobody."""
    doors = ProxySecrets(NOW - 10)
    doors.replace([EE])
    assert doors.open_hello(hello(EE, NOW - 11), NOW) is None
    assert doors.open_hello(hello(EE, NOW - 10), NOW) == EE


@given(st.integers(0, 516), st.integers(1, 255))
def test_any_other_byte_makes_a_hello_nobodys(at: int, change: int) -> None:
    """But in the time, where it becomes another one."""
    changed = bytearray(hello(EE, NOW))
    changed[at] ^= change
    taken = ring(EE).open_hello(bytes(changed), NOW)
    assert taken is None or at in range(RANDOM.stop - 4, RANDOM.stop)


@given(st.binary(max_size=100))
def test_garbage_is_of_nobody(data: bytes) -> None:
    """And raises nothing."""
    assert ring(EE).open_hello(data, NOW) is None
    whole = data.ljust(OBFUSCATED_HEADER_BYTES, b"\1")
    assert ring(DD).open_header(whole) is None


def test_the_answer_proves_the_secret_and_names_the_question() -> None:
    """So no answer fits another hello, or another secret."""
    assert proof_of(EE, b"r" * 32, b"a") == hmac.digest(EE.key, b"r" * 32 + b"a", "sha256")
    assert len({proof_of(s, r, b"a") for s in (DD, EE) for r in (b"r" * 32, b"s" * 32)}) == 4


def test_there_are_not_too_many_and_none_is_short() -> None:
    """Each is tried with each unknown connection."""
    doors = ring()
    doors.replace([DD] * SECRETS_MAX)
    with pytest.raises(ValueError, match="in force"):
        doors.replace([DD] * (SECRETS_MAX + 1))
    with pytest.raises(ValueError, match="in force"):
        doors.replace([DD, ProxySecret(9, b"short", inside_tls=False)])
    assert doors.padded == (DD,) * SECRETS_MAX


def test_what_was_seen_is_bounded() -> None:
    """The oldest half is forgotten at once; the latest is known."""
    seen = Seen()
    for number in range(SEEN_MAX + 1):
        assert seen.is_new(number.to_bytes(4, "big"))
    assert not seen.is_new(SEEN_MAX.to_bytes(4, "big"))
    assert not seen.is_new((SEEN_MAX // 2).to_bytes(4, "big"))
    assert len(seen._latest) + len(seen._before) <= SEEN_MAX
    assert seen.is_new(bytes(4))
