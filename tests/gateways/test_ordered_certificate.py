"""Certificates that are ordered from a real authority: kept, renewed, and what stays when it fails."""

import asyncio
import datetime as dt
import json
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from chappe.app.certificate import LOOK_S, CertificateFiles
from chappe.app.ordered_certificate import (
    ACCOUNT,
    CHAIN,
    RETRY_S,
    RETRY_S_MAX,
    OrderedCertificate,
)
from chappe.core.configuration import Configuration
from tests.contracts.test_refusals import chappe
from tests.gateways.authority import NAME, authority
from tests.gateways.browsing import Here, here, read_one
from tests.gateways.test_tls import CERTIFIED, certify
from tests.journeys.server import RealServer, free_port


class Clock:
    """A clock that is put where a test wants it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """See `Clock`."""
        return time.time() + self.ahead

    def monotonic(self) -> float:
        """See `Clock`."""
        return time.monotonic() + self.ahead


def ordered(
    data: Path, clock: Clock, told: list[tuple[str, str]], **settings: Any
) -> OrderedCertificate:
    """Return a certificate of a data directory."""
    given = {"certificate": "acme", "tls_port": 1, "public_url": f"https://{NAME}", **settings}
    return OrderedCertificate(Configuration(**given), data, clock, lambda *said: told.append(said))


def shown(port: int, trusts: ssl.SSLContext) -> dict[str, Any] | str:
    """Return the certificate a server shows, or what is wrong with it."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            trusts.wrap_socket(plain, server_hostname=NAME) as inside,
        ):
            return dict(inside.getpeercert() or {})
    except (ssl.SSLError, ConnectionError) as error:
        return type(error).__name__


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to this machine through no proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


async def test_a_certificate_is_ordered_renewed_and_kept(tmp_path: Path) -> None:
    """From nothing; at two thirds of its life; who is connected stays so; its files are the owner's only."""
    told: list[tuple[str, str]] = []
    clock, data, port = Clock(), tmp_path / "data", free_port()
    data.mkdir()
    with authority(tmp_path / "authority", port) as signs:
        settings = {"acme_directory": signs.directory, "acme_root": str(signs.root)}
        one = ordered(data, clock, told, **settings)
        async with here() as at:
            await at.gateway.listen("127.0.0.1", port, one.choose)
            trusts = signs.trust()
            assert isinstance(await asyncio.to_thread(shown, port, trusts), str)  # none yet
            assert await one.turn() == LOOK_S
            assert [state for state, _ in told] == ["renewed"]
            first = await asyncio.to_thread(shown, port, trusts)
            assert isinstance(first, dict)
            assert {p.stat().st_mode & 0o777 for p in (data / ACCOUNT, data / CHAIN)} == {0o600}
            assert (data / "acme").stat().st_mode & 0o777 == 0o700
            assert {p.name for p in (data / "acme").iterdir()} == {"account.key", "certificate.pem"}
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=trusts, server_hostname=NAME
            )
            await one.turn()  # nothing is due, nor after a restart
            again = ordered(data, clock, told, **settings)
            assert again.until() == one.until()
            await again.turn()
            assert len(told) == 1
            account = (data / ACCOUNT).read_bytes()
            clock.ahead = one.due() - time.time() + 1
            await one.turn()
            assert [state for state, _ in told] == ["renewed"] * 2
            second = await asyncio.to_thread(shown, port, trusts)
            assert isinstance(second, dict)
            assert second["serialNumber"] != first["serialNumber"]
            assert (data / ACCOUNT).read_bytes() == account
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (await read_one(reader)).status == 200
            writer.close()
            other = ordered(data, clock, told, **settings, public_url="https://other.example.org")
            assert other.due() == 0.0  # another name needs another certificate
            await asyncio.to_thread(proof_is_shown_to_the_authority_only, port)
            await ended(at)


async def ended(at: Here) -> None:
    """Wait until nobody is connected: inside TLS an end takes a few turns."""
    async with asyncio.timeout(30):
        while at.gateway.open_connections:  # noqa: ASYNC110  the socket tells nobody
            await asyncio.sleep(0.01)


def proof_is_shown_to_the_authority_only(port: int) -> None:
    """After an order whoever asks as an authority does sees nothing."""
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    asking.set_alpn_protocols(["acme-tls/1"])
    with pytest.raises((ssl.SSLError, ConnectionError)):
        asking.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=NAME)


async def test_whatever_fails_is_said_and_the_old_one_stays(tmp_path: Path) -> None:
    """One sentence each; it is tried again ever more seldom, and at once when the operator says so."""
    told: list[tuple[str, str]] = []
    clock, data, port = Clock(), tmp_path / "data", free_port()
    data.mkdir()
    with authority(tmp_path / "authority", port) as signs:
        settings = {"acme_directory": signs.directory, "acme_root": str(signs.root)}
        one = ordered(data, clock, told, **settings)

        async def fails(state: str, word: str, certificate: OrderedCertificate = one) -> None:
            certificate.renew()
            await certificate.turn()
            assert told[-1][0] == state
            assert word in told[-1][1]

        await fails("none yet", f"could not see that {NAME} is this server")
        assert "There is none yet, so no TLS is spoken." in told[-1][1]
        stranger = ordered(data, clock, told, acme_directory=signs.directory)
        await fails("none yet", "name that in `acme_root`", stranger)
        root = signs.directory.replace("/dir", "/nothing")
        wrong = ordered(data, clock, told, **{**settings, "acme_directory": root})
        await fails("none yet", "", wrong)
        async with here() as at:
            await at.gateway.listen("127.0.0.1", port, one.choose)
            (data / f"{CHAIN}.new").mkdir()
            await fails("none yet", "cannot be kept")
            (data / f"{CHAIN}.new").rmdir()
            await fails("renewed", NAME)
            kept, until = (data / CHAIN).read_bytes(), one.until()
            assert until is not None
            clock.ahead = (until - dt.datetime.now(dt.UTC)).total_seconds() + 86_400
            await fails("out of date", "a new certificate is not valid")
            assert "set the clock" in told[-1][1]
            signs.stop()
            clock.ahead = one.due() - time.time() + 1
            await fails("not renewed", "cannot be reached")
            assert f"The one until {until:%Y-%m-%d} stays in use." in told[-1][1]
            assert ((data / CHAIN).read_bytes(), one.until()) == (kept, until)
            wait = RETRY_S
            while wait < RETRY_S_MAX * 2:
                count = len(told)
                clock.ahead += min(wait, RETRY_S_MAX) - 10
                await one.turn()
                assert len(told) == count
                clock.ahead += 11
                await one.turn()
                assert len(told) == count + 1
                wait *= 2


def test_what_cannot_be_read_is_ordered_anew(tmp_path: Path) -> None:
    """A certificate that was cut short is none, and stops nothing."""
    (tmp_path / "acme").mkdir()
    (tmp_path / CHAIN).write_text("-----BEGIN CERTIFICATE-----\nhalf")
    assert ordered(tmp_path, Clock(), []).until() is None


async def test_files_are_read_again_when_they_change(tmp_path: Path) -> None:
    """By themselves; what cannot be used changes nothing; that one ends is said once, before and after."""
    told: list[tuple[str, str]] = []
    clock = Clock()
    certify(tmp_path)
    one = CertificateFiles(CERTIFIED, tmp_path, clock, lambda *said: told.append(said))
    await one.turn()  # it is good for a day
    assert [state for state, _ in told] == ["ends soon"]
    await one.turn()
    assert len(told) == 1
    before, whole = one.choose(None), (tmp_path / "chain.pem").read_bytes()
    (tmp_path / "chain.pem").write_text("half a chain")
    await one.turn()
    assert told[-1][0] == "not read again"
    assert "stays in use" in told[-1][1]
    assert one.choose(None) is before
    await one.turn()
    assert len(told) == 2
    (tmp_path / "chain.pem").write_bytes(whole)
    await one.turn()
    assert told[-1][0] == "read again"
    assert one.choose(None) is not before
    clock.ahead = 2 * 86_400
    certify(tmp_path)
    late = CertificateFiles(CERTIFIED, tmp_path, clock, lambda *said: told.append(said))
    await late.turn()
    assert told[-1][0] == "out of date"
    assert "put a newer one there" in told[-1][1]


def test_a_server_has_its_certificate_made(tmp_path: Path) -> None:
    """By its settings alone, as somebody would run it; `chappe status` says until when it is good."""
    data, port = tmp_path / "data", free_port()
    data.mkdir()
    with authority(tmp_path / "authority", port) as signs:
        (data / "chappe.toml").write_text(
            f'certificate = "acme"\npublic_url = "https://{NAME}"\ntls_port = {port}\n'
            f'acme_directory = "{signs.directory}"\nacme_root = "{signs.root}"\n'
        )
        server = RealServer(data)
        server.start()
        try:
            until = time.monotonic() + 60
            while "renewed" not in server.log():
                assert time.monotonic() < until, server.log()
                time.sleep(0.05)
            assert isinstance(shown(port, signs.trust()), dict)
            said = json.loads(chappe("status", "--json", "--data", str(data)).stdout)
            assert said["certificate"].startswith("until 20")
        finally:
            server.stop()
