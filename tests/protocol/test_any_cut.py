"""Framing: any cut of the stream gives the same packets, and garbage gives ProtocolError only."""

import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.mtproto import HttpDetectedError, Kind, ProtocolError, ServerTransport
from chappe.mtproto.transports import (
    PACKET_BYTES_EARLY_MAX,
    PACKET_BYTES_MAX,
    ClientTransport,
    Frames,
)

KINDS = [
    (kind, hidden)
    for kind in Kind
    for hidden in (False, True)
    if kind is not Kind.FULL or not hidden
]
payloads = st.lists(
    st.integers(1, 64).flatmap(lambda words: st.binary(min_size=words * 4, max_size=words * 4)),
    min_size=1,
    max_size=6,
)


def stream_of(kind: Kind, packets: list[bytes], *, hidden: bool, acks: list[bool]) -> bytes:
    """Return what a client sends for these packets."""
    client = ClientTransport(kind, random.Random(5).randbytes(64) if hidden else b"")
    can_ask = kind is not Kind.FULL
    return b"".join(
        client.send(p, quick_ack=a and can_ask) for p, a in zip(packets, acks, strict=False)
    )


def pieces_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    """Cut a stream."""
    at = sorted({c % (len(stream) + 1) for c in cuts})
    return [stream[a:b] for a, b in zip([0, *at], [*at, len(stream)], strict=True)]


@pytest.mark.parametrize(("kind", "hidden"), KINDS)
@settings(max_examples=60, deadline=None)
@given(
    packets=payloads,
    cuts=st.lists(st.integers(0, 10_000), max_size=30),
    acks=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_any_cut_gives_the_same(
    kind: Kind, hidden: bool, packets: list[bytes], cuts: list[int], acks: list[bool]
) -> None:
    """Whole, cut anywhere, or byte by byte: the same packets with the same marks."""
    stream = stream_of(kind, packets, hidden=hidden, acks=acks)
    whole = ServerTransport().receive(stream)
    server = ServerTransport()
    parts = [p for piece in pieces_of(stream, cuts) for p in server.receive(piece)]
    server = ServerTransport()
    bytewise = [p for i in range(len(stream)) for p in server.receive(stream[i : i + 1])]
    assert whole == parts == bytewise
    assert [p.payload for p in whole] == packets
    if kind is not Kind.FULL:
        assert [p.quick_ack for p in whole] == acks[: len(packets)]


@pytest.mark.parametrize(("kind", "hidden"), KINDS)
def test_answers_come_back(kind: Kind, hidden: bool) -> None:
    """What the server frames, the client of the same kind reads, padded where that is usual."""
    client = ClientTransport(kind, random.Random(7).randbytes(64) if hidden else b"")
    server = ServerTransport()
    server.receive(client.send(b"abcd"))
    padding = b"xyz" if kind is Kind.PADDED else b""
    answers = [b"\1" * 8, b"\2" * 600]
    raw = b"".join(server.send(a, padding) for a in answers)
    got = [p.payload for p in client.receive(raw)]
    assert got == [a + padding for a in answers]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_stranger_may_send_little(kind: Kind) -> None:
    """Before a key is shown, a packet above 4 KiB is refused, or held until its key is known."""
    large = b"\0" * (PACKET_BYTES_EARLY_MAX + 4)
    with pytest.raises(ProtocolError):
        ServerTransport().receive(ClientTransport(kind).send(large)[:40])
    held = ServerTransport()
    named = ClientTransport(kind).send(b"\7" * len(large))
    assert held.receive(named) == []  # whoever names a key waits until it is looked up
    assert held.claimed == int.from_bytes(b"\7" * 8, "little")
    held.allow_large()
    assert [p.payload for p in held.receive(b"")] == [b"\7" * len(large)]
    known = ServerTransport()
    known.allow_large()
    assert len(known.receive(ClientTransport(kind).send(large))) == 1


@pytest.mark.parametrize("head", [b"GET / HT", b"POST /ap", b"HEAD / H", b"OPTIONS "])
def test_http_is_told_apart(head: bytes) -> None:
    """HTTP is handed on with all that came of it, however it was cut."""
    for cut in range(1, len(head)):
        server = ServerTransport()
        try:
            server.receive(head[:cut])
        except HttpDetectedError as found:
            assert found.data == head[:cut]
            continue
        with pytest.raises(HttpDetectedError) as caught:
            server.receive(head[cut:])
        assert caught.value.data == head


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=8))
def test_garbage_is_a_protocol_error(pieces: list[bytes]) -> None:
    """Nothing but ProtocolError, HTTP, or packets comes of anything."""
    server = ServerTransport()
    try:
        for piece in pieces:
            for packet in server.receive(piece):
                assert len(packet.payload) <= PACKET_BYTES_EARLY_MAX
    except (ProtocolError, HttpDetectedError):
        pass


def test_full_packets_keep_their_order_and_sum() -> None:
    """A wrong number or checksum ends the connection."""
    good = ClientTransport(Kind.FULL).send(b"abcd")
    for at in (4, 9, len(good) - 1):
        bad = bytearray(good)
        bad[at] ^= 1
        server = ServerTransport()
        with pytest.raises(ProtocolError):
            server.receive(bytes(bad) + b"\0" * 64)


@pytest.mark.parametrize(("kind", "hidden"), KINDS)
def test_who_is_silent_holds_no_memory(kind: Kind, hidden: bool) -> None:
    """Whatever came before: nothing of it is kept once it was cut."""
    stream = stream_of(kind, [bytes(4_000)] * 20, hidden=hidden, acks=[False] * 20)
    server = ServerTransport()
    for piece in pieces_of(stream, list(range(0, len(stream), 1_700))):
        server.feed(piece)
        while server.next() is not None:
            pass
    assert not server.has_more
    assert server._frames is not None
    assert server._frames.buffer == b""


@pytest.mark.parametrize(("kind", "hidden"), KINDS)
@settings(max_examples=20, deadline=None)
@given(sizes=st.lists(st.sampled_from([1, 3, 500, 4_096, 4_097, 30_000]), min_size=1, max_size=40))
def test_large_packets_in_pieces_of_any_size(kind: Kind, hidden: bool, sizes: list[int]) -> None:
    """Small pieces and large ones behind one another, across the ends of packets too."""
    packets = [random.Random(size).randbytes(size) for size in (60_000, 8, 20_000, 90_000)]
    stream = stream_of(kind, packets, hidden=hidden, acks=[False] * 4)
    server = ServerTransport()
    found, at = server.receive(stream[:70]), 70
    server.allow_large()
    turn = 0
    while at < len(stream):
        size = sizes[turn % len(sizes)] if turn < 400 else len(stream)
        found += server.receive(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert [p.payload for p in found] == packets
    assert not server.has_more


def test_a_packet_that_comes_byte_by_byte_takes_no_more_memory() -> None:
    """Whoever sends slowly cannot have a server keep an object for each byte."""
    frames = Frames(Kind.INTERMEDIATE, PACKET_BYTES_MAX)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    frames.receive((100_000).to_bytes(4, "little"))
    for number in range(99_999):
        assert not frames.receive(bytes((number & 255,)))
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert held < 150_000
    (packet,) = frames.receive(b"!")
    assert packet.payload[-3:] == bytes((99_997 & 255, 99_998 & 255)) + b"!"
