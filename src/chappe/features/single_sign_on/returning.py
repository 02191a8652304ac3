"""A browser's way to the provider and back, at whose end it has a ticket (docs/sign-in.md).

Nothing is kept meanwhile: state, nonce and verifier are keyed hashes of what the browser carries in a cookie,
so that an answer is taken only from the browser that asked, and only once.
"""

import hashlib
from collections.abc import Mapping
from hmac import compare_digest
from typing import Final, NamedTuple

from chappe.ports import (
    IdentityProvider,
    ProviderRefused,
    ProviderUnreachable,
    Question,
    TokenRefused,
    Vouched,
)
from chappe.updates import Context

from .identities import settings_of
from .observing import OBSERVER
from .rules import (
    CHANCE_BYTES,
    Carried,
    Trouble,
    is_admitted,
    is_hash,
    names_of,
    read_cookie,
    url_letters,
    written,
)
from .tickets import TICKETS, Arrived

CODE_CHARACTERS_MAX: Final = 4_096  # characters of a code a browser comes back with


class TroubleError(Exception):
    """Nobody is let in."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Begun(NamedTuple):
    """Where a browser goes, and what it carries."""

    address: str
    cookie: str


def _keyed(context: Context, purpose: str, cookie: str) -> bytes:
    return context.secrets.blind(f"sign_in_{purpose}", cookie.encode())


def provider_of(context: Context) -> IdentityProvider:
    """Return who is asked.

    Raises:
        TroubleError: nobody is.
    """
    provider = context.ports.identities
    if provider is None:
        raise TroubleError(Trouble.BROKEN)
    return provider


async def set_out(context: Context, browser: str) -> Begun:
    """Return where a browser goes that wants to sign in; `browser` is the hash of a secret it keeps.

    Raises:
        TroubleError: it cannot go anywhere now.
    """
    if not is_hash(browser):
        raise TroubleError(Trouble.EXPIRED)
    chance = url_letters(context.entropy.token(CHANCE_BYTES))
    cookie = written(Carried(chance, int(context.clock.now()), browser))
    verifier = url_letters(_keyed(context, "verifier", cookie))
    question = Question(
        url_letters(_keyed(context, "state", cookie)),
        url_letters(_keyed(context, "nonce", cookie)),
        url_letters(hashlib.sha256(verifier.encode()).digest()),
    )
    try:
        return Begun(await provider_of(context).address(question), cookie)
    except ProviderUnreachable as error:
        context.own(OBSERVER).provider_failed(str(error))
        raise TroubleError(Trouble.UNREACHABLE) from error


async def come_back(context: Context, said: Mapping[str, str], cookie: str) -> str:
    """Return the ticket of a browser that comes back; `said` is the query it brings.

    Raises:
        TroubleError: it is not let in.
    """
    now, provider = int(context.clock.now()), provider_of(context)
    carried = read_cookie(cookie, now)
    state = url_letters(_keyed(context, "state", cookie))
    if carried is None or not _same(state, said.get("state", "")):
        raise TroubleError(Trouble.EXPIRED)
    code = said.get("code", "")
    if not code or len(code) > CODE_CHARACTERS_MAX:
        raise TroubleError(_trouble_of(context, said.get("error", "")))
    ticket, tickets = _keyed(context, "ticket", cookie).hex(), context.own(TICKETS)
    if tickets.has(ticket):
        raise TroubleError(Trouble.EXPIRED)  # the same answer for the second time
    verifier = url_letters(_keyed(context, "verifier", cookie))
    nonce = url_letters(_keyed(context, "nonce", cookie))
    try:
        granted = await provider.redeem(code, verifier, nonce, said.get("iss"), now=now)
    except ProviderUnreachable as error:
        context.own(OBSERVER).provider_failed(str(error))
        raise TroubleError(Trouble.UNREACHABLE) from error
    except ProviderRefused as error:
        raise TroubleError(Trouble.EXPIRED) from error
    except TokenRefused as error:
        context.own(OBSERVER).provider_failed(f"token: {error}")
        raise TroubleError(Trouble.BROKEN) from error
    arrived = _arrived(context, carried.browser, granted)
    if not tickets.give(ticket, arrived, context.clock.monotonic()):
        raise TroubleError(Trouble.EXPIRED)
    return ticket


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode("utf-8", "replace"))


def _trouble_of(context: Context, error: str) -> Trouble:
    """Return what an error means that a browser brings in place of a code (RFC 6749, 4.1.2.1)."""
    if error == "access_denied":
        return Trouble.CANCELLED
    if error in ("temporarily_unavailable", "server_error"):
        return Trouble.UNREACHABLE
    context.own(OBSERVER).provider_failed("request refused")
    return Trouble.BROKEN


def _arrived(context: Context, browser: str, granted: Vouched) -> Arrived:
    """Return whom the provider knows.

    Raises:
        TroubleError: they are not let in.
    """
    settings, said = settings_of(context), granted.claims or {}
    if settings is None or not is_admitted(said, settings):
        raise TroubleError(Trouble.NOT_ALLOWED)
    watched = settings.watch == "refresh"
    if watched and not granted.refresh_token:
        context.own(OBSERVER).provider_failed("no refresh token")
        raise TroubleError(Trouble.BROKEN)
    first, last = names_of(said, settings.claims)
    return Arrived(
        browser=browser,
        subject=granted.subject,
        first_name=first,
        last_name=last,
        session=granted.session,
        refresh_token=granted.refresh_token if watched else "",
    )
