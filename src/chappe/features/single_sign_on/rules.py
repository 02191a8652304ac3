"""Rules of single sign-on, as pure functions: who is let in, under which name, and what a browser carries."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from chappe.core.sign_in import Claims, SignIn

COOKIE_S: Final = 900  # seconds somebody has at the provider, until they are back
TICKET_S: Final = 120  # seconds from then until their browser has shown its ticket
CHANCE_BYTES: Final = 32  # of chance in what a browser carries: nobody guesses it
GROUPS_READ_MAX: Final = 1_000  # groups of one person that are looked at
CAME_MAX: Final = 200  # log-ins of one person that are remembered
STORED_EVERY_S: Final = 3_600  # seconds between two notes that the provider said yes

_HASH: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # of a SHA-256
_COOKIE: Final = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


class Trouble(Enum):
    """Why nobody was let in; the page says it in a sentence."""

    CANCELLED = "cancelled"  # by themselves, at the provider
    EXPIRED = "expired"  # too late, in another browser, or for the second time
    NOT_ALLOWED = "not-allowed"  # the provider knows them, and they are not of those let in
    UNREACHABLE = "unreachable"  # the provider does not answer
    BROKEN = "broken"  # the operator finds more in the log


class Carried(NamedTuple):
    """What a browser carries to the provider and back, in a cookie."""

    chance: str
    began: int
    browser: str  # the hash of a secret that its page keeps


def is_hash(given: str) -> bool:
    """Whether a text may be the hash of a browser's secret."""
    return _HASH.fullmatch(given) is not None


def written(carried: Carried) -> str:
    """Return what a cookie says."""
    return f"{carried.chance}.{carried.began}.{carried.browser}"


def read_cookie(given: str, now: int) -> Carried | None:
    """Return what a cookie says; None if it is none of ours, or too old."""
    found = _COOKIE.fullmatch(given)
    if found is None:
        return None
    carried = Carried(found[1], int(found[2]), found[3])
    return carried if now - COOKIE_S < carried.began <= now else None


def url_letters(value: bytes) -> str:
    """Return bytes in the letters of a URL."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""


def names_of(said: Mapping[str, Any], claims: Claims) -> tuple[str, str]:
    """Return first and last name of somebody as the provider says them; the first is empty if it does not."""
    first, last = _text(said, claims.first_name), _text(said, claims.last_name)
    if not first:
        first, last = _text(said, claims.name) or last or _text(said, "preferred_username"), ""
    return first, last


def is_admitted(said: Mapping[str, Any], settings: SignIn) -> bool:
    """Whether the organisation lets in somebody of whom the provider says this."""
    if settings.allowed_groups:
        groups = said.get(settings.claims.groups)
        listed = [groups] if isinstance(groups, str) else groups
        if not isinstance(listed, list):
            return False
        if not set(settings.allowed_groups) & {
            one for one in listed[:GROUPS_READ_MAX] if isinstance(one, str)
        }:
            return False
    if settings.allowed_domains:
        name, _, domain = _text(said, settings.claims.email).rpartition("@")
        if said.get("email_verified") is not True or not name:
            return False
        return domain.lower() in settings.allowed_domains
    return True
