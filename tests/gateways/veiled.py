"""An app that comes by a proxy link of kind `ee`: a hello that proves the secret, and a stream in records."""

import asyncio
import hashlib
import hmac
import ssl
import time
from typing import Final

from chappe.mtproto import Kind, ProxySecret
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.proxy_secrets import RANDOM
from chappe.mtproto.tls_records import CHANGE, RecordReader, in_records, is_flight, records_of
from chappe.mtproto.transports import ClientTransport
from tests.protocol.joined import server_key, tokens

WAIT_S_MAX: Final = 30


def genuine_hello(name: str | None = "chat.example.org", *, newest: bool = True) -> bytes:
    """Return the first message of a genuine client of TLS, as this machine's library makes it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if not newest:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    out = ssl.MemoryBIO()
    machine = context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name)
    try:
        machine.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()
    raise AssertionError("it waits for nothing")


def prove(hello: bytes, secret: ProxySecret, moment: float | None = None) -> bytes:
    """Return a hello that proves a secret, at a moment."""
    bare = hello[: RANDOM.start] + bytes(32) + hello[RANDOM.stop :]
    made = hmac.digest(secret.key, bare, hashlib.sha256)
    at = int(time.time() if moment is None else moment)
    stamp = int.from_bytes(made[28:], "little") ^ at
    return hello[: RANDOM.start] + made[:28] + stamp.to_bytes(4, "little") + hello[RANDOM.stop :]


def is_proved(answer: bytes, secret: ProxySecret, hello: bytes) -> bool:
    """Whether an answer proves the same secret, as apps look at it."""
    bare = answer[: RANDOM.start] + bytes(32) + answer[RANDOM.stop :]
    made = hmac.digest(secret.key, hello[RANDOM] + bare, hashlib.sha256)
    return made == answer[RANDOM] and answer[:3] == b"\x16\3\3"


async def read_flight(reader: asyncio.StreamReader) -> bytes:
    """Return what is answered to a hello, up to the record that apps read to."""
    flight = b""
    while not is_flight(flight):
        more = await asyncio.wait_for(reader.read(65_536), WAIT_S_MAX)
        assert more, "the connection was ended"
        flight += more
    return flight


async def answered(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: ProxySecret
) -> bool:
    """Whether a handshake of MTProto goes on, in a stream of a secret, in records if that is for TLS."""
    wire = ClientTransport(Kind.PADDED, tokens(6)(64), secret)
    machine, records = ClientHandshake(server_key().n, tokens(3)), RecordReader()
    sent = wire.send(wrap(machine.start(), 4))
    writer.write(CHANGE + in_records(sent) if secret.inside_tls else sent)
    packets: list[bytes] = []
    while not packets:
        more = await asyncio.wait_for(reader.read(65_536), WAIT_S_MAX)
        assert more, "the connection was ended"
        inside = records.receive(more) if secret.inside_tls else more
        packets = [bytes(packet.payload) for packet in wire.receive(inside)]
    size = 20 + int.from_bytes(packets[0][16:20], "little")  # what is behind it is padding
    return machine.receive(unwrap(packets[0][:size])) is not None


def shape(answer: bytes) -> list[tuple[int, int]]:
    """Return the kinds and sizes of the records of an answer."""
    return [(one.kind, len(one.whole)) for one in records_of(answer)]
