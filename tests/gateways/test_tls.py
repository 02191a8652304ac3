"""TLS: every transport inside it, WebSocket too; and what is no certificate is refused."""

import asyncio
import datetime as dt
import ipaddress
import os
import resource
import signal
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, Request

from chappe.app import installation
from chappe.app.certificate import CertificateFiles, tell
from chappe.core.configuration import Configuration, ConfigurationError
from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.mtproto import Gateway
from chappe.mtproto import Kind
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.transports import ClientTransport, Packet
from tests.journeys.server import RealServer, free_port
from tests.protocol.joined import server_key, tokens
from tests.protocol.test_open_port import Echo, Keys

CERTIFIED = Configuration(tls_port=1, tls_certificate="chain.pem")


def certify(
    data: Path, key: str = "chain.pem", private: rsa.RSAPrivateKey | None = None
) -> ssl.SSLContext:
    """Put a certificate and its key into a directory; return what trusts it, and it alone."""
    signing = private or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signing.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(signing, hashes.SHA256())
    )
    chain = made.public_bytes(serialization.Encoding.PEM)
    secret = signing.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (data / "chain.pem").write_bytes(chain)
    with (data / key).open("ab") as out:
        out.write(secret)
    return ssl.create_default_context(cadata=chain.decode())


def files(data: Path) -> CertificateFiles:
    """Return the certificate that lies in a directory."""
    return CertificateFiles(CERTIFIED, data, SystemClock(), tell)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    """A gateway that echoes."""
    made = Gateway(
        keys=Keys(),
        calls=Echo(),
        server_keys=[server_key()],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda _where, _error: None,
    )
    yield made
    await made.stop()


async def test_a_key_is_made_inside_tls(gateway: Gateway, tmp_path: Path) -> None:
    """As it is outside, whatever the transport; who speaks none is cut off."""
    trusts = certify(tmp_path)
    port = await gateway.listen("127.0.0.1", 0, files(tmp_path).choose)
    for kind in (Kind.ABRIDGED, Kind.FULL):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusts)
        wire, machine = ClientTransport(kind), ClientHandshake(server_key().n, tokens(3))
        request: bytes | None = machine.start()
        number = 0
        while request is not None:
            number += 4
            writer.write(wire.send(wrap(request, number)))
            packets: list[Packet] = []
            while not packets:
                packets = wire.receive(await asyncio.wait_for(reader.read(65_536), 30))
            request = machine.receive(unwrap(packets[0].payload))
        assert machine.key is not None
        writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\xef" + bytes(100))
    try:
        answer = await asyncio.wait_for(reader.read(), 30)
    except ConnectionError:
        answer = b""
    assert len(answer) < 10  # an alert at most
    writer.close()


async def test_who_leaves_at_once_is_forgotten(gateway: Gateway, tmp_path: Path) -> None:
    """Also while it is handed on to what serves it; and who sends no TLS at all."""
    trusts = certify(tmp_path)
    port = await gateway.listen("127.0.0.1", 0, files(tmp_path).choose)

    def come_and_go() -> None:
        for _ in range(20):
            assert served(trusts, port)
            with socket.create_connection(("127.0.0.1", port)) as plain:
                plain.sendall(b"\x16\x03\x01\x02")

    await asyncio.to_thread(come_and_go)
    async with asyncio.timeout(30):
        while gateway.open_connections:  # noqa: ASYNC110  the socket tells nobody
            await asyncio.sleep(0.01)


async def test_a_browser_comes_by_a_web_socket_inside_tls(gateway: Gateway, tmp_path: Path) -> None:
    """The upgrade at /apiws, then obfuscated packets in binary messages."""
    trusts = certify(tmp_path)
    port = await gateway.listen("127.0.0.1", 0, files(tmp_path).choose)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusts)
    web = WSConnection(ConnectionType.CLIENT)
    wish = Request(host="127.0.0.1", target="/apiws", subprotocols=["binary"])
    writer.write(web.send(wish))
    wire = ClientTransport(Kind.INTERMEDIATE, tokens(4)(64))
    machine = ClientHandshake(server_key().n, tokens(3))
    answered = b""
    while not answered:
        web.receive_data(await asyncio.wait_for(reader.read(65_536), 30))
        for event in web.events():
            if isinstance(event, AcceptConnection):
                assert event.subprotocol == "binary"
                writer.write(web.send(BytesMessage(data=wire.send(wrap(machine.start(), 4)))))
            elif isinstance(event, BytesMessage):
                answered = b"".join(p.payload for p in wire.receive(bytes(event.data)))
    assert machine.receive(unwrap(answered)) is not None
    writer.close()


async def test_a_server_speaks_tls_beside_the_plain_port(tmp_path: Path) -> None:
    """As its settings say; and what it writes and has in memory is its owner's only."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    trusts, port = certify(data), free_port()
    (data / "chappe.toml").write_text(f'tls_port = {port}\ntls_certificate = "chain.pem"\n')
    server = RealServer(data)
    server.start()
    try:
        assert f"127.0.0.1:{port} (TLS)" in server.log()
        for number, tls in ((server.port, None), (port, trusts)):
            reader, writer = await asyncio.open_connection("127.0.0.1", number, ssl=tls)
            wire = ClientTransport(Kind.INTERMEDIATE)
            machine = ClientHandshake(server_key().n, tokens(3))
            writer.write(wire.send(wrap(machine.start(), 4)))
            (packet,) = wire.receive(await asyncio.wait_for(reader.read(65_536), 30))
            assert machine.receive(unwrap(packet.payload)) is not None
            writer.close()
        assert resource.prlimit(server.pid, resource.RLIMIT_CORE) == (0, 0)
        written = [p for p in data.iterdir() if p.name not in ("chain.pem", "chappe.toml")]
        shared = {p.name for p in written if p.stat().st_mode & 0o077}
        assert shared == {"server.pub.pem"}
        assert {p.name for p in written} >= {"chappe.db", "keys.db", "files", "root.key"}
    finally:
        server.stop()


def served(trusts: ssl.SSLContext, port: int) -> bool:
    """Whether a server shows the certificate that is trusted."""
    with socket.create_connection(("127.0.0.1", port)) as plain:
        try:
            trusts.wrap_socket(plain, server_hostname="127.0.0.1").close()
        except ssl.SSLCertVerificationError:
            return False
    return True


async def test_a_renewed_certificate_is_taken_up_without_a_restart(tmp_path: Path) -> None:
    """At SIGHUP, whatever kind of key it has; who is connected stays so, and a broken one changes nothing."""
    data = tmp_path / "data"
    data.mkdir()
    first, port = certify(data), free_port()
    (data / "chappe.toml").write_text(f'tls_port = {port}\ntls_certificate = "chain.pem"\n')
    server = RealServer(data)
    server.start()

    async def renewed(said: str) -> None:
        os.kill(server.pid, signal.SIGHUP)
        async with asyncio.timeout(30):
            while said not in server.log():  # noqa: ASYNC110  another process writes it
                await asyncio.sleep(0.02)

    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=first)
        (data / "chain.pem").write_text("half a chain")
        await renewed("`tls_certificate` cannot be used")
        assert await asyncio.to_thread(served, first, port)
        second = certify(data, private=rsa.generate_private_key(65_537, 2048))
        await renewed("addresses were read again, and the certificate")
        assert await asyncio.to_thread(served, second, port)
        assert not await asyncio.to_thread(served, first, port)
        wire, machine = (
            ClientTransport(Kind.INTERMEDIATE),
            ClientHandshake(server_key().n, tokens(3)),
        )
        writer.write(wire.send(wrap(machine.start(), 4)))
        (packet,) = wire.receive(await asyncio.wait_for(reader.read(65_536), 30))
        assert machine.receive(unwrap(packet.payload)) is not None
        writer.close()
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("cipher", "spoken"),
    [
        ("AES128-GCM-SHA256", False),
        ("AES256-SHA256", False),
        ("ECDHE-RSA-AES128-SHA256", False),
        ("ECDHE-RSA-AES128-GCM-SHA256", True),
        ("ECDHE-RSA-CHACHA20-POLY1305", True),
    ],
)
async def test_what_was_recorded_stays_closed_to_who_gets_the_key_later(
    gateway: Gateway, tmp_path: Path, cipher: str, spoken: bool
) -> None:
    """Where the certificate's key is RSA it only signs: nothing is encrypted for it."""
    trusts = certify(tmp_path, private=rsa.generate_private_key(65_537, 2048))
    trusts.maximum_version = ssl.TLSVersion.TLSv1_2
    trusts.set_ciphers(cipher)
    port = await gateway.listen("127.0.0.1", 0, files(tmp_path).choose)
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusts)
    except (ssl.SSLError, ConnectionError):
        assert not spoken
    else:
        assert spoken
        writer.close()


def test_the_key_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    """And no TLS is spoken where none is asked for."""
    certify(tmp_path, "key.pem")
    apart = Configuration(tls_port=1, tls_certificate="chain.pem", tls_key="key.pem")
    assert installation.certificate(apart, tmp_path) is not None
    assert installation.certificate(Configuration(), tmp_path) is None


@pytest.mark.parametrize("wrong", ["missing", "garbage", "another key"])
def test_what_is_no_certificate_is_refused(tmp_path: Path, wrong: str) -> None:
    """By its setting's name."""
    given = CERTIFIED
    if wrong == "garbage":
        (tmp_path / "chain.pem").write_text("garbage")
    elif wrong == "another key":
        certify(tmp_path, "old.pem")
        certify(tmp_path, "new.pem")
        given = Configuration(tls_port=1, tls_certificate="chain.pem", tls_key="old.pem")
    with pytest.raises(ConfigurationError, match="`tls_certificate` cannot be used"):
        installation.certificate(given, tmp_path)
