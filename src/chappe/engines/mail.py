"""The operator's mail server: sending one mail, and saying in one sentence what came of it."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from enum import Enum
from typing import Any, Final

from chappe.core import Clock
from chappe.core.configuration import Smtp

from .needed import require

DELIVERY_S_MAX: Final = 10.0  # seconds a webhook or mail server may take
SAID_MAX: Final = 300  # characters of a mail server's own words that are passed on
TLS_PORT: Final = (
    465  # where mail servers speak TLS from the first byte; elsewhere they are asked to
)


class MailOutcome(Enum):
    """What came of one mail."""

    SENT = "sent"
    UNKNOWN_HOST = "unknown host"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "TLS"
    LOGIN = "login refused"
    SENDER = "sender refused"
    RECIPIENT = "recipient refused"
    REFUSED = "refused"


class MailError(Exception):
    """A mail was not taken. The text is for whoever runs the mail server: it may hold an address."""

    def __init__(self, text: str, outcome: MailOutcome) -> None:
        super().__init__(text)
        self.outcome = outcome


class MailServer:
    """Brings mails to one mail server, and knows how that went since this process began."""

    def __init__(
        self,
        smtp: Smtp,
        clock: Clock,
        told: Callable[[MailOutcome], None] = lambda _: None,
        patience_s: float = DELIVERY_S_MAX,
    ) -> None:
        """`told` hears what came of every mail, `patience_s` are the seconds one may take."""
        require("aiosmtplib")
        self.smtp = smtp
        self.counts = dict.fromkeys(MailOutcome, 0)
        self.sent_at = 0  # when the last was taken; 0: none was yet
        self.failed_at = 0  # when the last was not
        self.last: MailOutcome | None = None
        self._clock = clock
        self._told = told
        self._patience_s = patience_s

    async def send(self, address: str, subject: str, text: str) -> dict[str, Any]:
        """Send one mail; return what the server said, and whether the way there was encrypted.

        Raises:
            MailError: it was not taken.
        """
        outcome = MailOutcome.SENT
        try:
            return await self._sent(mail_of(self.smtp.sender, address, subject, text))
        except Exception as error:
            failed = why(self.smtp, error)
            if failed is None:
                raise
            outcome = failed.outcome
            raise failed from None
        finally:
            self._note(outcome)

    async def _sent(self, mail: EmailMessage) -> dict[str, Any]:
        import aiosmtplib  # noqa: PLC0415  only servers that send mail need it

        await asyncio.sleep(0)  # the library asks which task it runs in: there is one from here on
        async with asyncio.timeout(self._patience_s):
            client = aiosmtplib.SMTP(**ways_in(self.smtp))
            try:
                await client.connect()
                _, said = await client.send_message(mail)
                encrypted = client.get_transport_info("sslcontext") is not None
                return {"said": _words(said), "encrypted": encrypted}
            finally:
                client.close()

    def _note(self, outcome: MailOutcome) -> None:
        self.counts[outcome] += 1
        self.last = outcome
        now = int(self._clock.now())
        if outcome is MailOutcome.SENT:
            self.sent_at = now
        else:
            self.failed_at = now
        self._told(outcome)


def mail_of(sender: str, address: str, subject: str, text: str) -> EmailMessage:
    """Return a mail."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = address
    mail["Subject"] = subject
    mail.set_content(text)
    return mail


def ways_in(smtp: Smtp) -> dict[str, Any]:
    """Return how a mail server is connected to and logged in at, as `aiosmtplib.SMTP` takes it."""
    tls = smtp.port == TLS_PORT
    return {
        "hostname": smtp.host,
        "port": smtp.port,
        "username": smtp.user or None,
        "password": smtp.password or None,
        "use_tls": tls,
        # No password goes out in the open, whoever answers in the server's place says it has no TLS.
        "start_tls": True if smtp.password and not tls else None,
        "timeout": DELIVERY_S_MAX,
    }


def why(smtp: Smtp, error: BaseException) -> MailError | None:
    """Return in one sentence why a mail was not taken, and what to do; None: it is our mistake."""
    chain = list(_chain(error))
    for found in chain:
        if isinstance(found, ssl.SSLCertVerificationError):
            return _certificate(smtp, found)
        if isinstance(found, ssl.SSLError):
            return _no_tls(smtp)
        if isinstance(found, socket.gaierror):
            return MailError(
                f"There is no mail server by the name {smtp.host}: correct `codes_smtp.host`, or see to"
                " this machine's DNS.",
                MailOutcome.UNKNOWN_HOST,
            )
    if any(isinstance(found, TimeoutError) for found in chain):
        return MailError(
            f"The mail server {smtp.host}:{smtp.port} did not answer in time: check `codes_smtp.port`, and"
            " that mail may leave this machine.",
            MailOutcome.TIMEOUT,
        )
    return _answered(smtp, error) or _unreachable(smtp, chain)


def _certificate(smtp: Smtp, error: ssl.SSLCertVerificationError) -> MailError:
    reason = _words(error.verify_message).rstrip(".")
    return MailError(
        f"The certificate of the mail server {smtp.host}:{smtp.port} does not hold ({reason}): give the name"
        " it is made for as `codes_smtp.host`, or have it renewed.",
        MailOutcome.TLS,
    )


def _no_tls(smtp: Smtp) -> MailError:
    return MailError(
        f"The mail server {smtp.host}:{smtp.port} does not speak TLS as it should: `codes_smtp.port` is 465"
        " where TLS is spoken from the first byte, and mostly 587 where it is asked for.",
        MailOutcome.TLS,
    )


def _answered(smtp: Smtp, error: BaseException) -> MailError | None:
    """Return what a mail server's own answer means; None if it gave none."""
    import aiosmtplib  # noqa: PLC0415  as above

    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return MailError(
                f"The mail server {smtp.host} refuses the login ({_answer(error)}): correct"
                " `codes_smtp.user` and `codes_smtp.password`.",
                MailOutcome.LOGIN,
            )
        case aiosmtplib.SMTPSenderRefused():
            return MailError(
                f"The mail server {smtp.host} refuses the sender ({_answer(error)}): give an address it"
                " knows as `codes_smtp.sender`, or log in there.",
                MailOutcome.SENDER,
            )
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return MailError(
                f"The mail server {smtp.host} takes no mail for that address ({_answer(first)}): check the"
                " address, and whether the server must be logged in at to send to others.",
                MailOutcome.RECIPIENT,
            )
        case aiosmtplib.SMTPResponseException():
            return MailError(
                f"The mail server {smtp.host} refuses the mail ({_answer(error)}): ask whoever runs it.",
                MailOutcome.REFUSED,
            )
        case aiosmtplib.SMTPServerDisconnected() | aiosmtplib.SMTPConnectError():
            return None
        case aiosmtplib.SMTPException(message=message) if "STARTTLS" in message:
            return _no_tls(smtp)
        case aiosmtplib.SMTPException():  # whatever the library says of log-ins the server does not take
            return MailError(
                f"The mail server {smtp.host}:{smtp.port} takes no login: leave out `codes_smtp.user` and"
                " `codes_smtp.password`, or name the port for those who have one.",
                MailOutcome.LOGIN,
            )
    return None


def _unreachable(smtp: Smtp, chain: list[BaseException]) -> MailError | None:
    """Return that a mail server is not there or hangs up; None if that is not what happened."""
    if not any(isinstance(found, OSError) for found in chain):
        return None
    return MailError(
        f"No mail server takes mail at {smtp.host}:{smtp.port}: check `codes_smtp.host` and"
        " `codes_smtp.port`, and that it runs.",
        MailOutcome.UNREACHABLE,
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _answer(error: Any) -> str:
    """Return a refusal as the server gave it, on one line."""
    return f"{error.code} {_words(error.message)}".rstrip(" .")


def _words(said: str) -> str:
    """Return what a server said on one line of printable characters, and not endless."""
    printable = "".join(c if c.isprintable() else " " for c in said[: 4 * SAID_MAX])
    return " ".join(printable.split())[:SAID_MAX]
