"""The settings of an organisation's sign-in: whose it is, and whom it lets in."""

import re
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})  # hosts only this machine reaches
NAME_CHARACTERS_MAX: Final = 40  # characters of what a button says
OWN_PARAMETERS: Final = frozenset(
    (
        "client_id",
        "response_type",
        "response_mode",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    )
)  # of a request, which no setting may say otherwise
_DOMAIN: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9-]+")


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Under which names the provider says what it says of somebody."""

    first_name: str = "given_name"
    last_name: str = "family_name"
    name: str = "name"  # both names together, where it does not say them apart
    email: str = "email"
    groups: str = "groups"


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sign-in by an organisation's provider, by OpenID Connect."""

    issuer: str  # how the provider calls itself: https://…
    client_id: str
    client_secret: str = ""  # empty: the provider wants none
    name: str = ""  # what the button says; empty: the provider's host
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    offline: bool = True  # ask for `offline_access` where the provider knows that scope
    parameters: dict[str, str] = {}  # further ones of the request, such as `prompt`
    claims: Claims = Claims()
    allowed_groups: tuple[str, ...] = ()  # whoever is in one of them; empty: whoever is known there
    allowed_domains: tuple[str, ...] = ()  # of addresses that the provider has verified
    # by what it is seen that somebody was disabled: asking every few minutes, or being told alone
    watch: Literal["refresh", "logout"] = "refresh"

    @property
    def title(self) -> str:
        """What the button says."""
        return self.name or urlsplit(self.issuer).hostname or ""


def fault_of(given: SignIn, web_address: str) -> str:
    """Return what is wrong with these settings, as a sentence; empty if nothing is."""
    url, own = urlsplit(given.issuer), urlsplit(web_address)
    if not _is_safe(url.scheme, url.hostname) or url.query or url.fragment:
        return f"`sign_in.issuer` is {given.issuer}: write its https:// address."
    if not _is_safe(own.scheme, own.hostname):
        return (
            "`sign_in` needs `public_url`, as https://chat.example.org: browsers come back there."
        )
    if not given.client_id:
        return "`sign_in.client_id` is empty: write what the provider calls this server."
    if "openid" not in given.scopes:
        return "`sign_in.scopes` needs `openid`: without it the provider says nobody's name."
    if len(given.name) > NAME_CHARACTERS_MAX:
        return f"`sign_in.name` is too long: {NAME_CHARACTERS_MAX} characters at most."
    taken = sorted(OWN_PARAMETERS & set(given.parameters))
    if taken:
        return f"`sign_in.parameters` has {taken[0]}: the server says that itself."
    for domain in given.allowed_domains:
        if not _DOMAIN.fullmatch(domain):
            return f"`sign_in.allowed_domains` has {domain}: write example.org, in small letters."
    return ""


def _is_safe(scheme: str, host: str | None) -> bool:
    """Whether what goes there cannot be read on the way."""
    return bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK))
