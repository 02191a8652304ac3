"""A hundred thousand hostile inputs a run: a protocol error or a refusal, nothing else."""

import random
import struct

import pytest

from chappe import tl
from chappe.crypto import ige, kdf
from chappe.mtproto import HttpDetectedError, ProtocolError, ServerHandshake, ServerTransport
from chappe.mtproto import service as s
from chappe.mtproto.client import ClientSession
from chappe.mtproto.envelope import HEAD, open_envelope, seal
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.transports import ClientTransport, Kind
from chappe.tl import api

from .joined import NOW, Pair, answer, server_key, tokens

INPUTS = {
    "transports": 20_000,
    "handshake": 10_000,
    "envelopes": 20_000,
    "sessions": 20_000,
    "tl": 60_000,
}
LONG_TIMES = 100
SEED = 20_261_124


def count(what: str, *, long: bool) -> int:
    """Return how many inputs of a kind this run makes."""
    return INPUTS[what] * (LONG_TIMES if long else 1)


def mutate(chance: random.Random, data: bytes) -> bytes:
    """Return data with something wrong: bits, cuts, repeats, numbers at their edges."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        kind = chance.randrange(6)
        at = chance.randrange(len(out)) if out else 0
        if kind == 0 and out:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del out[at:]
        elif kind == 2:
            out[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif kind == 3:
            out[at : at + 4] = struct.pack("<I", chance.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF)))
        elif kind == 4:
            out += out[at : at + 64]
        else:
            out[at : at + 8] = chance.randbytes(8)
    return bytes(out)


def test_transports(long: bool) -> None:
    """Streams of every kind, broken and cut at random."""
    chance = random.Random(SEED)
    for _ in range(count("transports", long=long)):
        kind = chance.choice(list(Kind))
        hidden = chance.random() < 0.5 and kind is not Kind.FULL
        client = ClientTransport(kind, chance.randbytes(64) if hidden else b"")
        stream = b"".join(
            client.send(chance.randbytes(4 * chance.randint(1, 40))) for _ in range(2)
        )
        server = ServerTransport()
        broken = mutate(chance, stream)
        try:
            while broken:
                cut = chance.randint(1, len(broken))
                server.receive(broken[:cut])
                broken = broken[cut:]
        except (ProtocolError, HttpDetectedError):
            pass


def test_handshakes(long: bool) -> None:
    """Requests of every step, broken; the number work is not reached by most."""
    chance = random.Random(SEED + 1)
    key = server_key()
    client = ClientHandshake(key.n, tokens(1))
    first = client.start()
    server = ServerHandshake({key.fingerprint: key}, tokens(2))
    reply = answer(server, first)
    assert isinstance(reply, bytes)
    second = client.receive(reply)
    assert second is not None
    for _ in range(count("handshake", long=long)):
        server = ServerHandshake({key.fingerprint: key}, tokens(2))
        answer(server, first)
        try:
            server.receive(mutate(chance, chance.choice((first, second))), NOW)
        except ProtocolError:
            pass


def test_envelopes(long: bool) -> None:
    """Packets with anything altered do not open, and fail in one way."""
    chance = random.Random(SEED + 4)
    key = chance.randbytes(256)
    bodies = [chance.randbytes(4 * n) for n in (1, 2, 9, 60)]
    sealed = [seal(key, 5, (1, 2, 3, 1), body, chance.randbytes(28), 0) for body in bodies]
    told = set()
    for _ in range(count("envelopes", long=long)):
        packet = chance.choice(sealed)
        broken = mutate(chance, packet)
        try:
            opened = open_envelope(broken, key)
        except ProtocolError as error:
            told.add(str(error))
        else:  # the key's id is not part of it, nor what a padded transport adds
            assert (broken[8:24], opened.body) == (packet[8:24], bodies[sealed.index(packet)])
    assert told == {"the envelope is wrong"}


@pytest.mark.parametrize("length", [-4, -1, 0, 1, 2, 3, 5, 8, 1 << 30, -(1 << 31), (1 << 31) - 1])
@pytest.mark.parametrize("padding", [0, 4, 8, 12, 1_024, 1_040])
def test_no_length_reads_past_the_end(length: int, padding: int) -> None:
    """Only the true length, with as much padding as the protocol allows, opens."""
    key, body = b"k" * 256, b"body" * 2
    plain = HEAD.pack(1, 2, 3, 1, length) + body + b"p" * padding
    plain += b"p" * (-len(plain) % 16)
    msg_key = kdf.message_key(key, plain, 0)
    packet = b"\0" * 8 + msg_key + ige.encrypt(plain, *kdf.message_keys(key, msg_key, 0))
    left = len(plain) - HEAD.size - length
    if length == len(body) and 12 <= left <= 1_024:
        assert open_envelope(packet, key).body == body
    else:
        with pytest.raises(ProtocolError, match="the envelope is wrong"):
            open_envelope(packet, key)


def test_sessions(long: bool) -> None:
    """Messages with broken bodies, numbers and containers, sealed under a right key."""
    chance = random.Random(SEED + 2)
    bodies = [
        struct.pack("<Iq", s.PING, 5),
        struct.pack("<Iqi", s.PING_DELAY, 5, 75),
        struct.pack("<Ii", s.GET_FUTURE_SALTS, 8),
        struct.pack("<Iq", s.DESTROY_SESSION, 5),
        struct.pack("<IIi2q", s.MSGS_ACK, 0x1CB5C415, 2, 1, 5),
        struct.pack("<IIi1q", s.MSGS_STATE_REQ, 0x1CB5C415, 1, 1),
        struct.pack("<Iiqii", s.CONTAINER, 1, int(NOW) << 32, 1, 4) + b"call",
        struct.pack("<I", s.GZIP_PACKED) + b"\x10" + b"\x1f\x8b" + b"\0" * 17,
    ]
    pair = Pair()
    for number in range(count("sessions", long=long)):
        if number % 500 == 0:
            pair = Pair(number)
        body = mutate(chance, chance.choice(bodies))
        body += b"\0" * (-len(body) % 4)
        if not body:
            continue
        try:
            pair.message(
                body,
                msg_id=None if chance.random() < 0.8 else chance.getrandbits(63),
                seq_no=chance.choice((0, 1, 2, 3, -1, 0x7FFFFFFF)),
            )
            pair.out()
        except ProtocolError:
            pass


def test_the_session_lives_after_garbage() -> None:
    """One peer's garbage spoils nothing for the next message."""
    pair = Pair()
    for junk in (b"\0\0\0\0", b"\xff" * 400):
        try:
            pair.message(junk)
        except ProtocolError:
            pass
    _, packet = pair.client.call(b"good", NOW)
    assert [getattr(e, "body", b"") for e in pair.take(packet)] == [b"good"]
    assert isinstance(pair.client, ClientSession)


def requests() -> list[bytes]:
    """Return encoded calls of many shapes."""
    peer = api.InputPeerUser(user_id=5, access_hash=7)
    made = [
        api.HelpGetConfig(),
        api.MessagesSendMessage(
            peer=peer,
            message="hello " * 20,
            random_id=5,
            entities=[api.MessageEntityBold(offset=0, length=4)],
            reply_to=api.InputReplyToMessage(reply_to_msg_id=4),
        ),
        api.InvokeWithLayer(layer=229, query=api.HelpGetConfig()),
        api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=5, hash=0
        ),
        api.ContactsImportContacts(
            contacts=[
                api.InputPhoneContact(client_id=i, phone="1", first_name="a", last_name="b")
                for i in range(5)
            ]
        ),
        api.ChannelsEditAdmin(
            channel=api.InputChannel(channel_id=4, access_hash=5),
            user_id=api.InputUserSelf(),
            admin_rights=api.ChatAdminRights(),
            rank="x",
        ),
    ]
    return [tl.encode(x, tl.LAYER) for x in made]


def test_tl(long: bool) -> None:
    """Broken bodies are TlError; what decodes all the same encodes again or says why not."""
    chance = random.Random(SEED + 3)
    bodies = requests()
    decoded = 0
    for _ in range(count("tl", long=long)):
        try:
            tl.decode(mutate(chance, chance.choice(bodies)))
            decoded += 1
        except tl.TlError:
            pass
    assert decoded  # some mutations are harmless: the fuzz does reach the inside


@pytest.mark.parametrize(
    "body",
    [
        struct.pack("<Ii", 0x1CB5C415, 0x7FFFFFFF),
        struct.pack("<II", 0xDA9B0D0D, 229) * 40,  # invokeWithLayer in invokeWithLayer …
        struct.pack("<I", 0xDA9B0D0D),
        b"",
        b"\0",
        tl.encode(api.HelpGetConfig(), 229) + b"\0\0\0\0",
    ],
)
def test_traps_are_tl_errors(body: bytes) -> None:
    """Endless vectors, endless nesting, bytes left over."""
    with pytest.raises(tl.TlError):
        tl.decode(body)
