"""Whoever is refused by TLS is told why, as OpenSSL does it: silence would tell this server from others."""

import asyncio
import os
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from chappe.app.certificate import context_of
from chappe.gateways.mtproto.layer import Layer
from chappe.gateways.mtproto.tls import TlsLayer
from tests.gateways.test_proxy_links import EE, Port, gateway
from tests.gateways.test_tls import certify
from tests.gateways.veiled import genuine_hello

ALERT = 21  # the kind of a record (RFC 8446, section 5.1)
OLD = bytes.fromhex("16030100 2d 01 000029 0302" + "61" * 32 + "00 0002 002f 0100".replace(" ", ""))
PROBES = {
    "TLS 1.1": OLD,
    "no cipher in common": OLD.replace(b"\3\2" + b"a" * 32, b"\3\3" + b"a" * 32),
    "SSL 2": b"\x80\x2e\1\0\2\0\x15\0\0\0\x10\1\0\x80\2\0\x80\3\0\x80\4\0\x80\5\0\x80\6\0\x40\7\0\xc0"
    + b"a" * 16,
    "no hello": b"\x16\3\1\0\5hello",
    "too long": b"\x16\3\1\xff\xff\1" + bytes(99),
    "an alert": b"\x15\3\1\0\2\1\0",
    "data": b"\x17\3\3\0\5hello",
}


def as_openssl(context: ssl.SSLContext, *sent: bytes) -> bytes:
    """Return what OpenSSL itself answers."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    machine = context.wrap_bio(incoming, outgoing, server_side=True)
    for one in sent:
        incoming.write(one)
        try:
            machine.do_handshake()
        except ssl.SSLError:
            continue
    return outgoing.read()


@pytest.mark.parametrize("tls_port", [False, True])
async def test_a_probe_is_refused_by_the_alert_of_openssl(tmp_path: Path, tls_port: bool) -> None:
    """With links and without; where the first byte may begin something else, that is not TLS at all."""
    certify(tmp_path)
    context = context_of(tmp_path / "chain.pem")
    async with gateway(EE, data=tmp_path, tls_port=tls_port) as port:
        for what, sent in PROBES.items():
            if not tls_port and not (sent[0] == 0x16 and sent[5] == 1):
                continue
            alert = as_openssl(context, sent)
            assert alert[0] == ALERT, what
            assert await port.ask(sent) == alert, what


async def test_what_is_wrong_behind_the_hello_is_told_too(tmp_path: Path) -> None:
    """A second message that is none, and a record that does not open once TLS is spoken."""
    trusts = certify(tmp_path)
    async with gateway(EE, data=tmp_path, tls_port=True) as port:
        reader, writer = await port.connect()
        writer.write(genuine_hello())
        flight = await reader.read(65_536)
        writer.write(b"\x17\3\3\0\x20" + bytes(32))
        rest = await reader.read()
        assert flight[0] == 0x16
        assert 0 < len(rest) < 40, "an alert and no more, sealed or not"
        writer.close()
        with pytest.raises(ssl.SSLError, match=r"(?i)bad.record.mac"):
            await _spoilt(port, trusts)


async def _spoilt(port: Port, trusts: ssl.SSLContext) -> None:
    """Speak TLS, then send a record that nobody sealed, and read what comes back."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusts.check_hostname = False
    machine = trusts.wrap_bio(incoming, outgoing)
    reader, writer = await port.connect()
    while True:
        try:
            machine.do_handshake()
            break
        except ssl.SSLWantReadError:
            writer.write(outgoing.read())
            incoming.write(await reader.read(65_536))
    writer.write(outgoing.read() + b"\x17\3\3\0\x20" + bytes(32))
    incoming.write(await reader.read())
    writer.close()
    while True:
        assert machine.read(1)


SCANS: tuple[Sequence[str], ...] = (
    ("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "AES128-SHA"),
    ("-tls1_2",),
    ("-tls1_3", "-groups", "brainpoolP256r1:secp256k1"),
    ("-tls1_3", "-servername", "else.example.org", "-alpn", "h2"),
)


async def test_a_scanner_finds_what_it_finds_at_openssl(tmp_path: Path) -> None:
    """`openssl s_client` has the same to say of a port with links as of `openssl s_server`."""
    if not shutil.which("openssl") and not os.environ.get("CI"):
        pytest.skip("openssl is missing: see script/packages.txt")
    certify(tmp_path)

    async def said(number: int, scan: Sequence[str]) -> list[str]:
        process = await asyncio.create_subprocess_exec(
            *("openssl", "s_client", "-connect", f"127.0.0.1:{number}", *scan),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        told = (
            "alert",
            "Cipher is",
            "Server Temp Key",
            "Peer sign",
            "ALPN",
            "Compress",
        )
        return [
            line.split("error:")[-1]
            for line in out.decode(errors="replace").splitlines()
            if any(word in line for word in told)
        ]

    peer = await asyncio.create_subprocess_exec(
        *("openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", str(tmp_path / "chain.pem")),
        *("-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20", "-serverpref", "-min_protocol", "TLSv1.2"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert peer.stdout is not None
    try:
        line = b""
        while not line.startswith(b"ACCEPT"):
            line = await peer.stdout.readline()
            assert line, "it does not run"
        async with gateway(EE, data=tmp_path, tls_port=True) as port:
            for scan in SCANS:
                ours = await said(port.number, scan)
                assert ours, scan
                assert ours == await said(int(line.rpartition(b":")[2]), scan), scan
    finally:
        peer.kill()
        await peer.wait()


class Inside(asyncio.Protocol):
    """What speaks inside TLS: notes what comes, and can be made to wait."""

    def __init__(self) -> None:
        self.came = b""
        self.ended = False
        self.socket: asyncio.Transport | None = None

    def data_received(self, data: bytes) -> None:
        """Take one piece, and wait."""
        self.came += data
        if self.socket is not None:
            self.socket.pause_reading()

    def eof_received(self) -> None:
        """Note it."""
        self.ended = True


class Wire(Layer):
    """A socket of which everything that is written is kept."""

    def __init__(self) -> None:
        super().__init__(self, asyncio.Protocol())
        self.out = b""
        self.closed = self.aborted = False
        self.unread = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep it."""
        self.out += data

    def get_write_buffer_size(self) -> int:
        """Return what nobody read."""
        return self.unread

    def resume_reading(self) -> None:
        """Do nothing."""

    pause_reading = resume_reading

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.closed or self.aborted

    def close(self) -> None:
        """Note it."""
        self.closed = True

    def abort(self) -> None:
        """Note it."""
        self.aborted = True


class Pair:
    """Both ends of TLS, in memory."""

    def __init__(self, place: Path) -> None:
        trusts = certify(place)
        trusts.check_hostname = False
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.client = trusts.wrap_bio(self.incoming, self.outgoing)
        self.wire, self.inside = Wire(), Inside()
        self.layer = TlsLayer(
            self.wire,
            asyncio.Protocol(),
            context_of(place / "chain.pem"),
            lambda layer: layer.set_protocol(self.inside),
        )
        self.layer.begin(b"")
        for _ in range(3):
            try:
                self.client.do_handshake()
            except ssl.SSLWantReadError:
                self.exchange()
        self.exchange()

    def exchange(self) -> None:
        """Hand over what either wrote."""
        if sent := self.outgoing.read():
            self.layer.data_received(sent)
        self.incoming.write(self.wire.out)
        self.wire.out = b""


async def test_who_is_made_to_wait_loses_nothing(tmp_path: Path) -> None:
    """Records that came with the one after which the reader waits are read when it goes on, in order."""
    pair = Pair(tmp_path)
    pair.inside.socket = pair.layer
    for one in range(40):
        pair.client.write(bytes([one]) * 1_000)
    pair.exchange()
    assert pair.inside.came == bytes(1_000)
    for _ in range(60):
        pair.layer.resume_reading()
        await asyncio.sleep(0)
    assert pair.inside.came == b"".join(bytes([one]) * 1_000 for one in range(40))


async def test_both_say_when_they_are_at_their_end(tmp_path: Path) -> None:
    """So nobody in between can cut off the end unseen."""
    pair = Pair(tmp_path)
    pair.layer.write(bytes(100_000))
    pair.layer.close()
    pair.layer.write(b"too late")
    pair.exchange()
    read = 0
    while piece := pair.client.read(65_536):
        read += len(piece)
    assert read == 100_000
    assert pair.wire.closed
    other = Pair(tmp_path / "..")
    with pytest.raises(ssl.SSLWantReadError):
        other.client.unwrap()
    other.exchange()
    assert other.inside.ended
    assert other.wire.closed


async def test_who_has_answers_made_and_reads_none_is_cut(tmp_path: Path) -> None:
    """TLS itself answers some of what comes; that may not fill the memory."""
    pair = Pair(tmp_path)
    pair.wire.unread = 64 * 1024 * 1024
    pair.client.write(b"x")
    pair.exchange()
    assert pair.wire.aborted
