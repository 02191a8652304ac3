"""Calls of the operator's own services: a POST with JSON, signed."""

import asyncio
import hmac
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from importlib import import_module
from typing import Any

from chappe.telemetry import quiet

from .mail import DELIVERY_S_MAX


class WebhookError(Exception):
    """What a service was brought it did not take."""


async def post_signed(url: str, secret: bytes, content: Mapping[str, Any]) -> None:
    """Call a service. The signature is HMAC-SHA-256 of the body under the secret, in hex.

    Raises:
        WebhookError: it answered that it did not take it.
        OSError: it could not be reached; so do the errors of the library.
    """
    await asyncio.sleep(0)  # the library asks which task it runs in: there is one from here on
    aiohttp = await asyncio.to_thread(import_module, "aiohttp")  # a third of a start's time
    body = json.dumps(content).encode()
    signature = hmac.digest(secret, body, "sha256").hex()
    quiet("aiohttp")
    patience = aiohttp.ClientTimeout(total=DELIVERY_S_MAX)
    async with (
        aiohttp.ClientSession(timeout=patience, trust_env=True) as http,
        http.post(
            url,
            data=body,
            headers={"Content-Type": "application/json", "X-Chappe-Signature": signature},
            allow_redirects=False,  # what is signed goes where the operator said
        ) as answer,
    ):
        if not answer.ok or answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise WebhookError(f"the webhook answered {answer.status}")


class WebhookAlarms:
    """Alarms brought to a service of the operator's; what is not taken is reported."""

    def __init__(self, url: str, secret: str, failed: Callable[[str, BaseException], None]) -> None:
        self._url, self._secret, self._failed = url, secret.encode(), failed

    async def call(self, said: Mapping[str, str | int]) -> bool:
        """See `Alarms`."""
        try:
            await post_signed(self._url, self._secret, said)
        except Exception as error:  # noqa: BLE001  whatever another program does
            self._failed("alarms", error)
            return False
        return True
