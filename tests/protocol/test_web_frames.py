"""Frames of a WebSocket, beside what wsproto makes and takes of the same bytes."""

import itertools
import struct
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

from chappe.gateways.web.serving import found_unmask
from chappe.mtproto import Kind, ProtocolError, ServerTransport
from chappe.mtproto.transports import ClientTransport, Packet
from chappe.mtproto.web_frames import Unmask, WebFrames, head_of, unmask_here

MASK: Final = b"\x01\x92\xa3\xf4"
SIZES: Final = (0, 1, 3, 4, 125, 126, 400, 401, 65_535, 65_536, 70_001)
WAYS: Final = (unmask_here, found_unmask())


def frame(first: int, body: bytes, *, length: bytes | None = None) -> bytes:
    """Return a frame of a client; `length` is put in place of the usual one."""
    size = len(body)
    if length is None:
        short, long = b"\x7e" + size.to_bytes(8, "big")[-2:], b"\x7f" + size.to_bytes(8, "big")
        length = bytes((size,)) if size < 126 else short if size <= 0xFFFF else long
    over = bytes(byte ^ MASK[at % 4] for at, byte in enumerate(body))
    return bytes((first, length[0] | 0x80)) + length[1:] + MASK + over


def read(frames: WebFrames, *pieces: bytes) -> tuple[bytes, bytes]:
    """Return what of some bytes is for the stream, and what is answered."""
    inside, answers = b"", b""
    for piece in pieces:
        whole = frames.lone(piece)
        if whole is not None:
            inside += whole
            continue
        frames.feed(piece)
        for payload, answer in iter(frames.next, None):
            inside += payload
            answers += answer
    return inside, answers


def heard(sent: bytes) -> list[Event]:
    """Return what wsproto's client makes of what a server sent."""
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(sent)
    return list(client.events())


@given(
    bodies=st.lists(st.binary(max_size=600), max_size=6),
    cuts=st.lists(st.integers(0, 4_000), max_size=12),
    pings=st.lists(st.binary(max_size=125), max_size=3),
)
def test_a_stream_comes_out_however_it_is_cut(
    bodies: list[bytes], cuts: list[int], pings: list[bytes]
) -> None:
    """In frames, in messages of several frames with pings between them, and in what a socket gives."""
    client = Connection(ConnectionType.CLIENT)
    sent, left = b"", list(pings)
    for body in bodies:
        half = len(body) // 2
        sent += client.send(BytesMessage(data=body[:half], message_finished=False))
        if left:
            sent += client.send(Ping(payload=left.pop()))
        sent += client.send(BytesMessage(data=body[half:]))
    marks = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    pieces = [sent[one:other] for one, other in itertools.pairwise(marks)]
    for unmask in WAYS:
        frames = WebFrames(unmask)
        inside, answers = read(frames, *pieces)
        assert inside == b"".join(bodies)
        assert not frames.has_more
        asked = pings[len(left) :][::-1]
        assert heard(answers) == [Pong(payload=bytearray(payload)) for payload in asked]


@pytest.mark.parametrize("unmask", WAYS)
@pytest.mark.parametrize("size", SIZES)
def test_frames_of_every_length(size: int, unmask: Unmask) -> None:
    """Both ways: each of the three forms of a length, at its bounds."""
    body = bytes(at * 7 & 0xFF for at in range(size))
    assert read(WebFrames(unmask), frame(0x82, body)) == (body, b"")
    (event,) = heard(head_of(size) + body)
    assert isinstance(event, BytesMessage)
    assert bytes(event.data) == body


def test_what_is_not_whole_is_handed_on() -> None:
    """A frame may claim any length: what came of it is not kept."""
    frames = WebFrames()
    head = frame(0x82, b"", length=b"\x7f" + struct.pack(">Q", 1 << 62))
    assert read(frames, head) == (b"", b"")
    for _ in range(3):
        assert len(read(frames, bytes(1_001))[0]) == 1_001
        assert not frames.has_more


@given(
    sizes=st.lists(st.sampled_from((4, 128, 4_092, 4_100, 9_000, 70_000)), min_size=1, max_size=5),
    cuts=st.lists(st.integers(0, 300_000), max_size=12),
    unmask=st.sampled_from(WAYS),
)
def test_packets_deciphered_under_the_mask_are_the_same(
    sizes: list[int], cuts: list[int], unmask: Unmask
) -> None:
    """Large and small, cut anywhere: as if the mask had been taken off before."""
    client = ClientTransport(Kind.PADDED, bytes(range(64)))
    packets = [bytes(at * 3 & 0xFF for at in range(size)) for size in sizes]
    sent = b"".join(frame(0x82, client.send(packet)) for packet in packets)
    marks = sorted({0, len(sent), *(cut % len(sent) for cut in cuts)})
    frames, server = WebFrames(unmask), ServerTransport(obfuscated_only=True)
    server.allow_large()
    found: list[Packet] = []
    for one, other in itertools.pairwise(marks):
        frames.feed(sent[one:other])
        while (came := frames.next(decipher := server.decipher)) is not None:
            if decipher is None:
                server.feed(came[0])
            elif came[0]:
                server.feed_piece(bytearray(came[0]), server.decipher)
            found += iter(server.next, None)
    assert [packet.payload for packet in found] == packets
    assert not server.has_more


def test_the_library_has_a_way_of_its_own() -> None:
    """If this fails, aiohttp has moved it: uploads by browsers cost a fifth more until it is found again."""
    assert found_unmask() is not unmask_here


def test_a_farewell_is_answered() -> None:
    """With the same reason, or with none; nothing is read after it."""
    frames = WebFrames()
    client = Connection(ConnectionType.CLIENT)
    sent = client.send(CloseConnection(code=1001, reason="away"))
    inside, answer = read(frames, sent + frame(0x82, b"more"))
    assert frames.closed
    assert (inside, heard(answer)) == (b"", [CloseConnection(code=1001, reason="")])
    assert read(WebFrames(), frame(0x88, b"")) == (b"", b"\x88\x00")


WRONG: Final = {
    "no mask": b"\x82\x01a",
    "no mask, as long as one with": b"\x82\x05" + bytes(4 + 133),
    "no mask, and a length in two bytes": b"\x82\x7e\x01\x00" + bytes(256),
    "extension": frame(0xC2, b"a"),
    "text": frame(0x81, b"a"),
    "continues nothing": frame(0x80, b"a"),
    "begins within": frame(0x02, b"a") + frame(0x82, b"b"),
    "text within": frame(0x02, b"a") + frame(0x81, b"b"),
    "unknown": frame(0x83, b"a"),
    "unknown control": frame(0x8B, b"a"),
    "ping in pieces": frame(0x09, b"a"),
    "ping too long": frame(0x89, bytes(126)),
    "length in two bytes for one": frame(0x82, b"a", length=b"\x7e\x00\x01"),
    "length in eight bytes for two": frame(0x82, b"a", length=b"\x7f" + struct.pack(">Q", 65_535)),
    "length below zero": frame(0x82, b"a", length=b"\x7f" + struct.pack(">Q", 1 << 63)),
    "farewell of a byte": frame(0x88, b"a"),
    "farewell without a reason there is": frame(0x88, struct.pack(">H", 1005)),
    "farewell in no text": frame(0x88, struct.pack(">H", 1000) + b"\xff"),
}


@pytest.mark.parametrize("sent", WRONG.values(), ids=WRONG.keys())
def test_what_no_client_may_send_is_refused(sent: bytes) -> None:
    """Whole, and byte by byte."""
    with pytest.raises(ProtocolError):
        read(WebFrames(), sent)
    with pytest.raises(ProtocolError):
        read(WebFrames(), *(bytes((byte,)) for byte in sent))


@given(st.binary(max_size=300))
def test_garbage_is_refused_or_read(data: bytes) -> None:
    """Nothing else is raised, and wsproto refuses no less."""
    frames, server = WebFrames(), Connection(ConnectionType.SERVER)
    try:
        read(frames, data)
    except ProtocolError:
        return
    server.receive_data(data)
    for event in server.events():
        assert not isinstance(event, TextMessage)
