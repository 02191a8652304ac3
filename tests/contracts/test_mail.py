"""The operator's mail server: whether a mail was taken is said in one sentence, with what to do."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chappe.core.configuration import Smtp
from chappe.engines.mail import MailError, MailOutcome, MailServer, ways_in
from tests.features.village import village
from tests.gateways.test_tls import certify
from tests.journeys.server import free_port
from tests.operating import operate

from .post_office import PostOffice, post_office

ADDRESS = "ada@example.org"


class Stopped:
    """A clock that stands still."""

    def now(self) -> float:
        """See `Clock`."""
        return 1_000.0


def server_at(port: int, **more: Any) -> MailServer:
    """Return the way to a mail server on this machine."""
    patience_s = more.pop("patience_s", 10.0)
    smtp = Smtp(**{"host": "127.0.0.1", "port": port, **more})
    return MailServer(smtp, Stopped(), patience_s=patience_s)


async def refusal(server: MailServer) -> tuple[MailOutcome, str]:
    """Send a mail that is not taken; return what came of it and what is said."""
    with pytest.raises(MailError) as refused:
        await server.send(ADDRESS, "A test", "It arrives.")
    assert (server.last, server.counts[refused.value.outcome]) == (refused.value.outcome, 1)
    assert (server.sent_at, server.failed_at) == (0, 1_000)
    text = str(refused.value)
    assert text.endswith(".")
    assert "\n" not in text
    return refused.value.outcome, text


@asynccontextmanager
async def secured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool = True
) -> AsyncIterator[PostOffice]:
    """A mail server with a certificate, which this machine trusts or not, and a log-in."""
    certify(tmp_path)
    chain = tmp_path / "chain.pem"
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(chain)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    async with post_office(tls, log_in=True) as office:
        yield office


async def test_a_mail_arrives_and_what_the_server_said_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside TLS and logged in."""
    async with secured(tmp_path, monkeypatch) as office:
        server = server_at(office.port, user="chappe", password="open sesame")
        answer = await server.send(ADDRESS, "A test", "It arrives.")
        assert answer == {"said": "2.0.0 kept as number 1", "encrypted": True}
        (mail,) = office.mails
        assert (mail["To"], mail["Subject"]) == (ADDRESS, "A test")
        assert (server.last, server.sent_at, server.failed_at) == (MailOutcome.SENT, 1_000, 0)


async def test_without_tls_it_is_said_that_it_went_in_the_open() -> None:
    """No password was at stake, so it was sent."""
    async with post_office() as office:
        assert not (await server_at(office.port).send(ADDRESS, "A", "B"))["encrypted"]


async def test_a_refused_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server said stands in the sentence; the password does not."""
    async with secured(tmp_path, monkeypatch) as office:
        outcome, text = await refusal(server_at(office.port, user="chappe", password="guess"))
        assert outcome is MailOutcome.LOGIN
        assert "(535 5.7.8 Authentication credentials invalid)" in text
        assert "guess" not in text


async def test_a_server_that_takes_no_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has TLS, and nobody to log in."""
    certify(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "chain.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "chain.pem"))
    async with post_office(tls) as office:
        outcome, text = await refusal(server_at(office.port, user="chappe", password="guess"))
        assert outcome is MailOutcome.LOGIN
        assert "takes no login" in text


async def test_a_certificate_that_nobody_here_trusts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No password is told."""
    async with secured(tmp_path, monkeypatch, trusted=False) as office:
        outcome, text = await refusal(server_at(office.port, user="a", password="b"))
        assert outcome is MailOutcome.TLS
        assert "does not hold (self-signed certificate)" in text


async def test_a_server_without_tls_is_told_no_password() -> None:
    """It might be anybody who listens there."""
    async with post_office() as office:
        outcome, text = await refusal(server_at(office.port, user="a", password="b"))
        assert outcome is MailOutcome.TLS
        assert "does not speak TLS as it should" in text


@pytest.mark.parametrize(
    ("what", "answer", "outcome"),
    [
        ("sender", "550 5.7.1 who is that?", MailOutcome.SENDER),
        ("recipient", "550 5.1.1 nobody of that name", MailOutcome.RECIPIENT),
        ("mail", "554 5.7.1 looks like spam", MailOutcome.REFUSED),
    ],
)
async def test_what_the_server_refuses(what: str, answer: str, outcome: MailOutcome) -> None:
    """In its own words."""
    async with post_office() as office:
        office.refuses[what] = answer
        got, text = await refusal(server_at(office.port))
        assert got is outcome
        assert f"({answer})" in text


async def test_nobody_is_there() -> None:
    """Neither by the name nor behind the port."""
    outcome, text = await refusal(server_at(587, host="mail.invalid"))
    assert outcome is MailOutcome.UNKNOWN_HOST
    assert "by the name mail.invalid" in text
    outcome, text = await refusal(server_at(free_port()))
    assert outcome is MailOutcome.UNREACHABLE


async def hears(first: bytes | None, use: Any) -> Any:
    """Run something against a port that says one thing and no more: None is silence, empty hangs up."""
    served: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if first is not None:
            writer.write(first)
            writer.close()
        await reader.read()
        writer.close()
        await writer.wait_closed()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.create_task(serve(reader, writer)))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        answer = await use(server.sockets[0].getsockname()[1])
    await asyncio.gather(*served)
    return answer


async def test_a_server_that_says_nothing() -> None:
    """Many providers let mail out by no port but 587: packets are lost, and nothing is said."""
    outcome, text = await hears(None, lambda port: refusal(server_at(port, patience_s=0.1)))
    assert outcome is MailOutcome.TIMEOUT
    assert "did not answer in time" in text


@pytest.mark.parametrize("first", [b"", b"SSH-2.0-OpenSSH\r\n", b"220 here\r\n"])
async def test_something_else_is_there_or_it_hangs_up(first: bytes) -> None:
    """Whatever it says."""
    outcome, _ = await hears(first, lambda port: refusal(server_at(port)))
    assert outcome in (MailOutcome.UNREACHABLE, MailOutcome.REFUSED)


@pytest.mark.parametrize(
    ("port", "password", "tls", "asked_for"),
    [
        (465, "", True, None),
        (465, "x", True, None),
        (587, "", False, None),
        (587, "x", False, True),
        (25, "x", False, True),
    ],
)
def test_when_tls_is_spoken(port: int, password: str, *, tls: bool, asked_for: bool | None) -> None:
    """From the first byte on its port; elsewhere where the server offers it, and always before a password."""
    ways = ways_in(Smtp(host="127.0.0.1", port=port, password=password))
    assert (ways["use_tls"], ways["start_tls"]) == (tls, asked_for)


async def test_the_operator_sends_one_and_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Or what is wrong; the log has neither the address nor the server's words."""
    async with post_office() as office:
        smtp = Smtp(host="127.0.0.1", port=office.port)
        async with village(codes_smtp=smtp, twins=False) as v:
            answer = await operate(v.server, "test_mail", to=ADDRESS)
            assert answer == {
                "sent": f"by 127.0.0.1:{office.port}, in the open: the mail server offers no TLS",
                "it said": "2.0.0 kept as number 1",
            }
            assert office.mails[0]["To"] == ADDRESS
            office.refuses["recipient"] = f"550 {ADDRESS} is unknown here"
            with pytest.raises(ValueError, match="is unknown here"):
                await operate(v.server, "test_mail", to=ADDRESS)
            with pytest.raises(ValueError, match="no e-mail address"):
                await operate(v.server, "test_mail", to="ada")
            assert v.server.metrics.bugs_counted == 0
            page = v.server.metrics.page().decode()
            assert 'chappe_mails_total{outcome="sent"} 1.0' in page
            assert 'chappe_mails_total{outcome="recipient refused"} 1.0' in page
    out = capsys.readouterr()
    assert "chappe mail test" in out.out
    assert "example.org" not in out.out + out.err


async def test_without_a_mail_server_none_is_sent() -> None:
    """It says which setting to give."""
    async with village(twins=False) as v:
        with pytest.raises(ValueError, match="give `codes_smtp`"):
            await operate(v.server, "test_mail", to=ADDRESS)
