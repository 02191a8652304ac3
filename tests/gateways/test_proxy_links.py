"""Through real sockets: who has a link's secret gets in, on every port; who probes learns nothing."""

import asyncio
import contextlib
import random
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.arriving import Networks, Proxies, announcement
from chappe.gateways.mtproto import Gateway
from chappe.mtproto import Kind, ProxySecret
from chappe.mtproto.handshake import wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.tls_records import CHANGE, in_records, records_of
from chappe.mtproto.transports import ClientTransport
from chappe.ports import LinkSecret
from chappe.rpc import Limiter
from tests.gateways.test_tls import certify, files
from tests.gateways.veiled import answered, genuine_hello, is_proved, prove, read_flight, shape
from tests.gateways.wired import wired
from tests.protocol.joined import server_key, tokens
from tests.protocol.test_open_port import Echo, Keys

CHANCE = random.Random(12)
DD = LinkSecret(1, CHANCE.randbytes(16), inside_tls=False)
EE = LinkSecret(2, CHANCE.randbytes(16), inside_tls=True)
WRONG = LinkSecret(3, CHANCE.randbytes(16), inside_tls=True)
WAIT_S_MAX = 30


def held(secret: LinkSecret) -> ProxySecret:
    """Return a secret as an app has it."""
    return ProxySecret(*secret)


class Port:
    """A port of a gateway with links."""

    def __init__(self, gateway: Gateway, number: int) -> None:
        self.gateway = gateway
        self.number = number

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection."""
        return await asyncio.open_connection("127.0.0.1", self.number)

    async def ask(self, *pieces: bytes) -> bytes:
        """Return everything that is answered to bytes, whose sender then sends no more."""
        reader, writer = await self.connect()
        with contextlib.suppress(OSError):  # refused before all was said
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            writer.write_eof()
        try:
            return await asyncio.wait_for(reader.read(), WAIT_S_MAX)
        except ConnectionError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def gateway(
    *links: LinkSecret, data: Path | None = None, tls_port: bool = False, **more: Any
) -> AsyncIterator[Port]:
    """Open a gateway, with a certificate where there is `data`, on a port for TLS if that is wanted."""
    bugs: list[BaseException] = []
    choose = None if data is None else files(data).choose
    made = Gateway(
        keys=Keys(),
        calls=Echo(),
        server_keys=[server_key()],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda _, error: bugs.append(error),
        limiter=Limiter(1000.0),
        tls=choose,
        **more,
    )
    made.admit_links(links)
    try:
        yield Port(made, await made.listen("127.0.0.1", 0, choose if tls_port else None))
    finally:
        await made.stop()
    assert not bugs


@pytest.mark.parametrize("tls_port", [False, True])
async def test_a_stream_with_a_secret_comes_in_beside_tls(tmp_path: Path, tls_port: bool) -> None:
    """On the port where everything is spoken, and on that of TLS."""
    certify(tmp_path)
    async with gateway(EE, DD, data=tmp_path, tls_port=tls_port) as port:
        reader, writer = await port.connect()
        assert await answered(reader, writer, held(DD))
        assert [c.link for c in port.gateway.admission.connections] == [DD.link]
        writer.close()


@pytest.mark.parametrize("tls_port", [False, True])
async def test_both_come_through_a_proxy_that_announces_them(
    tmp_path: Path, tls_port: bool
) -> None:
    """In one piece with its header, or behind it; and each is counted for whom it is from."""
    certify(tmp_path)
    proxies = Proxies(of_connections=Networks(["127.0.0.0/8"]))
    async with gateway(EE, DD, data=tmp_path, tls_port=tls_port, proxies=proxies) as port:
        for kind in (DD, EE):
            reader, writer = await port.connect()
            header = announcement(("192.0.2.7", 5), ("127.0.0.1", 443))
            if kind is EE:
                writer.write(header + prove(genuine_hello(), held(EE)))
                await read_flight(reader)
            wire = ClientTransport(Kind.PADDED, tokens(6)(64), held(kind))
            machine = ClientHandshake(server_key().n, tokens(3))
            sent = wire.send(wrap(machine.start(), 4))
            writer.write(CHANGE + in_records(sent) if kind is EE else header + sent)
            assert await asyncio.wait_for(reader.read(65_536), WAIT_S_MAX)
            found = [(c.link, c.address) for c in port.gateway.admission.connections]
            assert found == [(kind.link, "192.0.2.7")]
            writer.close()
            async with asyncio.timeout(WAIT_S_MAX):
                while port.gateway.open_connections:  # noqa: ASYNC110  the socket tells nobody
                    await asyncio.sleep(0.01)


@pytest.mark.parametrize("tls_port", [False, True])
async def test_what_looks_like_tls_carries_a_stream(tmp_path: Path, tls_port: bool) -> None:
    """The answer proves the secret too, and has the shape of what the genuine stack answers."""
    trusts = certify(tmp_path, private=rsa.generate_private_key(65_537, 2048))
    async with gateway(DD, EE, data=tmp_path, tls_port=tls_port) as port:
        hello = genuine_hello()
        genuine = await port.ask(hello)
        reader, writer = await port.connect()
        first = prove(hello, held(EE))
        writer.write(first)
        flight = await read_flight(reader)
        assert is_proved(flight, held(EE), first)
        assert await answered(reader, writer, held(EE))
        assert [c.link for c in port.gateway.admission.connections] == [EE.link]
        writer.close()
        # all but the randoms and the key share, of which each has one of its own
        ours, theirs = (next(records_of(one)).whole for one in (flight, genuine))
        assert (ours[:11], ours[43:90]) == (theirs[:11], theirs[43:90])
        assert len(ours) == len(theirs)
        assert shape(flight)[:2] == shape(genuine)[:2]
        sealed = sum(size for kind, size in shape(genuine) if kind == 23)
        assert shape(flight)[2:] == [(23, sealed)]
        _, writer = await asyncio.open_connection("127.0.0.1", port.number, ssl=trusts)
        writer.close()  # and who wants the genuine one gets it


async def test_who_came_by_a_link_is_cut_when_it_is_revoked(tmp_path: Path) -> None:
    """And nobody else; nor does anybody come by it again."""
    certify(tmp_path)
    async with gateway(DD, EE, data=tmp_path) as port:
        reader, writer = await port.connect()
        assert await answered(reader, writer, held(DD))
        kept, other = await port.connect()
        other.write(prove(genuine_hello(), held(EE)))
        await read_flight(kept)
        assert await answered(kept, other, held(EE))
        port.gateway.admit_links([EE])
        assert await end(reader) == b""
        assert [c.link for c in port.gateway.admission.connections] == [EE.link]
        wire = ClientTransport(Kind.PADDED, random.Random(8).randbytes(64), held(DD))
        assert await port.ask(wire.send(bytes(40))) == b""
        port.gateway.admit_links([])
        assert await end(kept) == b""
        for one in (writer, other):
            one.close()


async def end(reader: asyncio.StreamReader) -> bytes:
    """Return what comes before a connection's end."""
    try:
        return await asyncio.wait_for(reader.read(), WAIT_S_MAX)
    except ConnectionError:
        return b""


def streams() -> list[tuple[str, bytes]]:
    """What somebody sends who has no secret, or one that is not in force, or no padding."""
    seed = random.Random(9).randbytes
    packet = b"\0" * 40
    return [
        ("random", seed(200)),
        ("wrong secret", ClientTransport(Kind.PADDED, seed(64), held(WRONG)).send(packet)),
        ("of TLS", ClientTransport(Kind.PADDED, seed(64), held(EE)).send(packet)),
        ("unpadded", ClientTransport(Kind.INTERMEDIATE, seed(64), held(DD)).send(packet)),
    ]


@pytest.mark.parametrize("tls_port", [False, True])
async def test_a_stream_without_a_secret_is_answered_as_noise(
    tmp_path: Path, tls_port: bool
) -> None:
    """A replay too; and each as a server answers that has no links."""
    certify(tmp_path)
    good = ClientTransport(Kind.PADDED, random.Random(4).randbytes(64), held(DD)).send(bytes(40))
    async with (
        gateway(DD, EE, data=tmp_path, tls_port=tls_port) as port,
        gateway(data=tmp_path, tls_port=tls_port) as bare,
    ):
        await port.ask(good)
        for what, sent in [*streams(), ("replay", good)]:
            genuine = await bare.ask(sent)
            assert await port.ask(sent) == genuine, what


def probes(now: float) -> list[tuple[str, bytes]]:
    """Hellos of who has no right to get in, or seems to."""
    hello = genuine_hello()
    return [
        ("genuine", hello),
        ("wrong secret", prove(hello, held(WRONG), now)),
        ("secret of a stream", prove(hello, held(DD), now)),
        ("stale", prove(hello, held(EE), now - 3_600)),
        ("ahead", prove(hello, held(EE), now + 3_600)),
        ("no name", genuine_hello(None)),
        ("wrong name", genuine_hello("else.example.org")),
        ("old", genuine_hello(newest=False)),
        ("old, and proved", prove(genuine_hello(newest=False), held(EE), now)),
        ("cut short", hello[:200]),
        ("no hello", b"\x16\3\1\0\5\2\0\0\1\0"),
        ("HTTP", b"GET / HTTP/1.1\r\nHost: chat.example.org\r\n\r\n"),
        ("nothing", b""),
    ]


@pytest.mark.parametrize("tls_port", [False, True])
async def test_probes_learn_nothing(tmp_path: Path, tls_port: bool) -> None:
    """Record by record they are told what the genuine stack tells, by a server that has no links."""
    certify(
        tmp_path, private=rsa.generate_private_key(65_537, 2048)
    )  # its signatures are of one size
    async with (
        gateway(DD, EE, data=tmp_path, tls_port=tls_port) as port,
        gateway(data=tmp_path, tls_port=tls_port) as bare,
    ):
        now = time.time()
        replayed = prove(genuine_hello(), held(EE), now)
        reader, writer = await port.connect()
        writer.write(replayed)
        assert is_proved(await read_flight(reader), held(EE), replayed)
        writer.close()
        for what, sent in [*probes(now), ("replayed", replayed)]:
            genuine = shape(await bare.ask(sent))
            assert shape(await port.ask(sent)) == genuine, what
            slow = [sent[:1], sent[1:6], sent[6:70], sent[70:]]
            assert shape(await port.ask(*slow)) == shape(await bare.ask(*slow)), what


async def test_who_speaks_http_inside_tls_finds_what_is_there_for_all(tmp_path: Path) -> None:
    """On the port where TLS need not be spoken as on that where it must."""
    trusts = certify(tmp_path)
    async with gateway(EE, data=tmp_path) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port.number, ssl=trusts)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert await end(reader) == b""  # this gateway has no pages
        writer.close()


async def test_records_of_another_kind_end_it(tmp_path: Path) -> None:
    """As does a stream inside them that is made with another secret."""
    certify(tmp_path)
    async with gateway(EE, DD, data=tmp_path) as port:
        for wrong in (b"\x15\3\3\0\2\1\0", b"\x17\3\3\0\x50" + bytes(80)):
            reader, writer = await port.connect()
            writer.write(prove(genuine_hello(f"n{wrong[0]}.example.org"), held(EE)))
            await read_flight(reader)
            writer.write(wrong)
            assert await end(reader) == b""
            writer.close()


class Cover:
    """Another host that speaks TLS, and counts who comes."""

    def __init__(self) -> None:
        self.came = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one line."""
        self.came += 1
        try:
            writer.write(b"cover: " + await reader.readline())
            await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        writer.close()


@asynccontextmanager
async def covered(data: Path, *links: LinkSecret) -> AsyncIterator[tuple[Port, ssl.SSLContext]]:
    """Open a gateway that has no certificate, before a host that has one."""
    trusts = certify(data)
    context = files(data).choose(None)
    server = await asyncio.start_server(Cover().serve, "127.0.0.1", 0, ssl=context)
    at = server.sockets[0].getsockname()[1]
    async with gateway(*links, cover=("127.0.0.1", at)) as port:
        yield port, trusts
    server.close()


async def test_who_has_no_secret_is_joined_to_the_cover(tmp_path: Path) -> None:
    """Byte for byte, whatever name is asked for; who has one is not."""
    async with covered(tmp_path, EE) as (port, trusts):
        reader, writer = await asyncio.open_connection("127.0.0.1", port.number, ssl=trusts)
        writer.write(b"who is there?\n")
        assert await end(reader) == b"cover: who is there?\n"
        writer.close()
        first = prove(genuine_hello("elsewhere.example.org"), held(EE))
        reader, writer = await port.connect()
        writer.write(first)
        flight = await read_flight(reader)
        assert is_proved(flight, held(EE), first)
        assert await answered(reader, writer, held(EE))
        writer.close()
        again = await port.ask(first)
        assert again
        assert not is_proved(again, held(EE), first)


async def test_a_cover_that_is_gone_ends_both_alike(tmp_path: Path) -> None:
    """Whoever has a secret too: nobody knows what it would answer."""
    async with gateway(EE, cover=("127.0.0.1", 9)) as port:
        assert await port.ask(genuine_hello()) == b""
        assert await port.ask(prove(genuine_hello(), held(EE))) == b""
        assert not port.gateway.open_connections


@pytest.mark.parametrize("tls_port", [False, True])
async def test_with_links_only_nobody_else_is_answered(tmp_path: Path, tls_port: bool) -> None:
    """Neither an open transport nor HTTP; inside TLS a page is asked for, and no transport is spoken."""
    trusts = certify(tmp_path)
    first = wrap(ClientHandshake(server_key().n, tokens(3)).start(), 4)
    open_ones = [
        ClientTransport(kind).send(first) + bytes(64)
        for kind in (Kind.ABRIDGED, Kind.INTERMEDIATE, Kind.FULL)
    ]
    open_ones.append(ClientTransport(Kind.PADDED, random.Random(3).randbytes(64)).send(first))
    http = b"GET / HTTP/1.1\r\nHost: chat.example.org\r\n\r\n" + bytes(64)
    async with gateway(DD, EE, data=tmp_path, tls_port=tls_port, linked_only=True) as port:
        for sent in (*open_ones, http):
            assert len(await port.ask(sent)) < 10  # an alert of TLS at most
        for sent in open_ones:
            reader, writer = await asyncio.open_connection("127.0.0.1", port.number, ssl=trusts)
            writer.write(sent)
            assert await end(reader) == b""
            writer.close()
        reader, writer = await port.connect()
        assert await answered(reader, writer, held(DD))
        writer.close()
        reader, writer = await port.connect()
        writer.write(prove(genuine_hello(), held(EE)))
        await read_flight(reader)
        assert await answered(reader, writer, held(EE))
        writer.close()
    async with wired(public_url="https://chat.example.org", links_only=True) as at:
        await at.server.load_rest()
        assert at.server.gateway is not None
        choose = files(tmp_path).choose
        for tls, wanted in ((choose, b"HTTP/1.1 200 "), (None, b"")):
            number = await at.server.gateway.listen("127.0.0.1", 0, tls)
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", number, ssl=trusts if tls else None
            )
            asked = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            writer.write(asked if tls else asked + bytes(64))
            assert (await end(reader))[:13] == wanted
            writer.close()
            for noise in (
                (bytes(100), bytes(range(200, 250)), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                if tls
                else ()
            ):
                reader, writer = await asyncio.open_connection("127.0.0.1", number, ssl=trusts)
                writer.write(noise)  # a site says of it what any site says
                assert (await end(reader))[9:12] == b"400", noise
                writer.close()
