"""An organisation's provider of identities as the slices see it, and browsers that go there and come back."""

import dataclasses
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chappe.core.sign_in import SignIn
from chappe.features import single_sign_on
from chappe.features.single_sign_on.rules import url_letters
from chappe.ports import (
    LoggedOut,
    ProviderRefused,
    ProviderUnreachable,
    Question,
    TokenRefused,
    Vouched,
)
from chappe.tl import api

from .village import Device, Person, Village, village

ISSUER = "https://id.example.org"


class Provider:
    """See `ports.IdentityProvider`: people it knows by their codes, and whom it has disabled."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}  # by subject
        self.codes: dict[
            str, tuple[str, str]
        ] = {}  # the subject, and the challenge it was asked with
        self.nonces: dict[str, str] = {}  # by code
        self.tokens: dict[str, str] = {}  # the subject by a refresh token
        self.given = 0  # refresh tokens, in all
        self.disabled: set[str] = set()
        self.down = False
        self.renewed: list[str] = []  # subjects it was asked about, the oldest first
        self.asked: list[Question] = []
        self.gives_tokens = True
        self.silent = False  # says yes, and nothing else

    async def address(self, question: Question) -> str:
        """See `ports.IdentityProvider`."""
        if self.down:
            raise ProviderUnreachable("connection")
        self.asked.append(question)
        return f"{ISSUER}/auth?state={question.state}"

    def code(self, subject: str, question: Question, **claims: Any) -> str:
        """Let somebody in who was sent here; return the code they are sent back with."""
        self.people[subject] = claims
        code = f"code-{len(self.codes)}"
        self.codes[code] = subject, question.challenge
        self.nonces[code] = question.nonce
        return code

    def _granted(self, subject: str) -> Vouched:
        self.given += 1
        token = f"refresh-{self.given}"
        self.tokens[token] = subject
        claims = None if self.silent else {"sub": subject, **self.people[subject]}
        kept = token if self.gives_tokens else ""
        return Vouched(subject, claims, f"session-of-{subject}", kept)

    async def redeem(
        self, code: str, verifier: str, nonce: str, issuer: str | None, *, now: int
    ) -> Vouched:
        """See `ports.IdentityProvider`."""
        if self.down:
            raise ProviderUnreachable("connection")
        subject, challenge = self.codes.pop(code, ("", ""))
        if url_letters(hashlib.sha256(verifier.encode()).digest()) != challenge:
            raise ProviderRefused
        if self.nonces[code] != nonce or issuer not in (None, ISSUER):
            raise TokenRefused("nonce")
        return self._granted(subject)

    async def renew(self, subject: str, refresh_token: str, *, now: int) -> Vouched:
        """See `ports.IdentityProvider`."""
        if self.down:
            raise ProviderUnreachable("connection")
        self.renewed.append(subject)
        if self.tokens.pop(refresh_token, None) != subject or subject in self.disabled:
            raise ProviderRefused
        return self._granted(subject)

    async def logged_out(self, logout_token: str, *, now: int) -> LoggedOut:
        """See `ports.IdentityProvider`: the token is subject and session with a space between."""
        if self.down:
            raise ProviderUnreachable("connection")
        if not logout_token:
            raise TokenRefused("form")
        subject, _, session = logout_token.partition(" ")
        return LoggedOut(subject, session, logout_token)

    async def look(self) -> list[str]:
        """See `ports.IdentityProvider`."""
        if self.down:
            raise ProviderUnreachable("connection")
        return []

    async def close(self) -> None:
        """See `ports.IdentityProvider`."""


class Browser:
    """A browser that wants to sign in."""

    def __init__(self, v: Village, provider: Provider, secret: str = "a secret of a page") -> None:
        self.v, self.provider, self.secret = v, provider, secret
        self.cookie = ""

    async def go(self) -> Question:
        """Be sent to the provider."""
        browser = url_letters(hashlib.sha256(self.secret.encode()).digest())
        begun = await single_sign_on.set_out(self.v.context, browser)
        self.cookie = begun.cookie
        (self.state,) = parse_qs(urlsplit(begun.address).query)["state"]
        return self.provider.asked[-1]

    async def back(self, **said: str) -> str:
        """Come back with what the provider says; return the ticket."""
        given = {"state": self.state, **said}
        ticket = await single_sign_on.come_back(self.v.context, given, self.cookie)
        return f"{ticket}.{self.secret}"

    async def ticket(self, subject: str = "u1", **claims: Any) -> str:
        """Go there, be let in as somebody, and come back; return ticket and secret."""
        question = await self.go()
        said = claims or {"given_name": "Ada", "family_name": "Lovelace"}
        return await self.back(code=self.provider.code(subject, question, **said), iss=ISSUER)


async def show(device: Any, ticket: str, kind: str = "sign-in") -> Any:
    """Show a ticket on a device."""
    return await device(
        api.AuthImportWebTokenAuthorization(
            api_id=1, api_hash="x", web_auth_token=f"{kind}:{ticket}"
        )
    )


@asynccontextmanager
async def organisation(
    settings: dict[str, Any] | None = None, **village_settings: Any
) -> AsyncIterator[tuple[Village, Provider]]:
    """Open a server on which an organisation signs in."""
    given = {"issuer": ISSUER, "client_id": "chappe", "name": "Analytical Engines"}
    sign_in = SignIn(**{**given, **(settings or {})})
    async with village(twins=False, sign_in=sign_in, **village_settings) as v:
        provider = Provider()
        v.context.ports = dataclasses.replace(v.context.ports, identities=provider)
        yield v, provider


async def enter(v: Village, provider: Provider, subject: str = "u1", **claims: Any) -> Device:
    """Sign in on a new device as somebody the provider knows."""
    device = await v.stranger()
    await show(device, await Browser(v, provider).ticket(subject, **claims))
    await v.settle()
    return device


async def watch(v: Village, seconds: float = 0) -> None:
    """Let time pass, and the provider be asked about whoever is due."""
    v.clock.time += seconds
    await v.server.sign_in.watch.run()
    await v.settle()


async def person_of(v: Village, device: Device) -> Person:
    """Return whoever is logged in on a device."""
    (user,) = await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
    return Person(v, user.id, user.phone, device)
