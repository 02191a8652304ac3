"""Ways a login code reaches its person: the console, a file, a webhook, e-mail."""

import json
import os
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from chappe.core import Clock
from chappe.core.configuration import Configuration
from chappe.core.levels import code_is_enough

from .mail import MailError, MailServer
from .webhooks import post_signed

CODES_KEPT_MAX: Final = 200  # codes the console remembers


class AllCodes:
    """Delivers by every way configured. A way that fails is reported and does not stop the others."""

    def __init__(self, ways: Sequence[Any], failed: Callable[[str, BaseException], None]) -> None:
        self._ways = ways
        self._failed = failed

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """See `CodeDelivery`."""
        for way in self._ways:
            try:
                await way.deliver(phone, code, user)
            except Exception as error:  # noqa: BLE001  as above
                self._failed("codes", error)

    async def deliver_mail(self, address: str, code: str) -> None:
        """See `CodeDelivery`. Goes by the mail server; without one, to where the operator looks."""
        by_mail = [way for way in self._ways if isinstance(way, SmtpCodes)]
        for way in by_mail or self._ways:
            try:
                await way.deliver_mail(address, code)
            except Exception as error:  # noqa: BLE001  as above
                self._failed("codes", error)

    async def tell_mail(self, address: str, subject: str, text: str) -> None:
        """See `CodeDelivery`."""
        for way in self._ways:
            if isinstance(way, SmtpCodes):
                try:
                    await way.tell_mail(address, subject, text)
                except Exception as error:  # noqa: BLE001  as above
                    self._failed("codes", error)


def ways_of(config: Configuration, console: "ConsoleCodes", mail: MailServer | None) -> list[Any]:
    """Return the ways of delivery a configuration asks for."""
    ways: list[Any] = [console]
    if config.codes_file:
        ways.append(FileCodes(Path(config.codes_file)))
    if config.codes_webhook:
        ways.append(WebhookCodes(config.codes_webhook, config.codes_webhook_secret))
    if mail is not None:
        ways.append(SmtpCodes(mail))
    return ways


class ConsoleCodes:
    """Codes shown to the operator: the newest are remembered for `chappe codes`, which asks who may see them.

    Where a code alone opens no account none is printed, but for people who have no account yet.
    """

    def __init__(self, clock: Clock, config: Configuration, level: Callable[[], str]) -> None:
        """`level` is asked each time: it may be raised while a server runs."""
        self._clock = clock
        self._show = bool(config.codes_console)
        self._alone = config.code_alone
        self._level = level
        self.recent: deque[dict[str, Any]] = deque(maxlen=CODES_KEPT_MAX)

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """See `CodeDelivery`."""
        self.recent.append({"to": phone, "code": code, "at": int(self._clock.now())})
        if self._show and (user is None or self._is_enough()):
            print(f"login code for +{phone}: {code}", flush=True)  # noqa: T201  the operator's console

    def _is_enough(self) -> bool:
        return code_is_enough(self._alone, self._level())

    async def deliver_mail(self, address: str, code: str) -> None:
        """See `CodeDelivery`. It may be one that takes a two-step password off: whose is not known here."""
        self.recent.append({"to": address, "code": code, "at": int(self._clock.now())})
        if self._show and self._is_enough():
            print(f"code for {address}: {code}", flush=True)  # noqa: T201  the operator's console


class FileCodes:
    """Codes appended to a file as JSON lines, which only its owner reads."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if it cannot be written: better now than when somebody waits for a code."""
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        self._path = path

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """See `CodeDelivery`."""
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"phone": phone, "code": code}) + "\n")

    async def deliver_mail(self, address: str, code: str) -> None:
        """See `CodeDelivery`."""
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"mail": address, "code": code}) + "\n")


class WebhookCodes:
    """Codes handed to an operator's own service, signed."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode()

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """See `CodeDelivery`. The signature is HMAC-SHA-256 of the body under the secret, in hex."""
        await post_signed(
            self._url, self._secret, {"phone": phone, "code": code, "known": user is not None}
        )

    async def deliver_mail(self, address: str, code: str) -> None:
        """See `CodeDelivery`. Signed as `deliver` does."""
        await post_signed(self._url, self._secret, {"mail": address, "code": code})


class SmtpCodes:
    """Codes sent by e-mail."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """See `CodeDelivery`."""
        recipient = self._server.smtp.recipient
        if recipient:  # else only who gave an address gets theirs by mail
            await self.deliver_mail(recipient.replace("{phone}", phone), code)

    async def deliver_mail(self, address: str, code: str) -> None:
        """See `CodeDelivery`."""
        text = f"Your login code is {code}. Give it to nobody."
        await self.tell_mail(address, "Your login code", text)

    async def tell_mail(self, address: str, subject: str, text: str) -> None:
        """See `CodeDelivery`."""
        with suppress(MailError):  # the mail server's own counts and log have it
            await self._server.send(address, subject, text)
