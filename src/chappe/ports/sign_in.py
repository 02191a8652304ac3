"""The port behind single sign-on: an organisation's provider of identities, by OpenID Connect.

https://openid.net/specs/openid-connect-core-1_0.html. All that is told here was verified: signature, issuer,
audience, time, and that it answers the question that was asked.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol


class ProviderUnreachable(Exception):
    """Nothing was found out: the provider does not answer, or answers what cannot be understood.

    Its text is one word for the operator's log: never an answer of the provider's.
    """


class ProviderRefused(Exception):
    """The provider says no: to a code that is used or too old, or to somebody who was let in before."""


class TokenRefused(Exception):
    """A token does not prove what it should. Its text is one word for the operator's log."""


class Question(NamedTuple):
    """What somebody's browser is sent to the provider with, by which the answer is known again."""

    state: str
    nonce: str
    challenge: str  # the SHA-256 of the verifier (RFC 7636, S256)


class Vouched(NamedTuple):
    """Somebody whom the provider knows."""

    subject: str  # by what it knows them, the same for ever
    claims: (
        Mapping[str, Any] | None
    )  # what else it says; None: it could not be asked, and has said yes
    session: str  # their session there; empty where it has no name
    refresh_token: str  # by which it is asked again; empty if it gave none


class LoggedOut(NamedTuple):
    """A logout that the provider tells of. At least one of subject and session is known."""

    subject: str
    session: str
    token_id: str


class IdentityProvider(Protocol):
    """Asks the provider. What it says of itself and its keys are remembered for a while."""

    async def address(self, question: Question) -> str:
        """Return where a browser is sent.

        Raises:
            ProviderUnreachable: nobody knows.
        """
        ...

    async def redeem(
        self, code: str, verifier: str, nonce: str, issuer: str | None, *, now: int
    ) -> Vouched:
        """Return whom a code is of, that a browser came back with; `issuer` is who sent it, if it was said.

        Raises:
            ProviderUnreachable: as its text says.
            ProviderRefused: as its text says.
            TokenRefused: what it said of somebody does not hold.
        """
        ...

    async def renew(self, subject: str, refresh_token: str, *, now: int) -> Vouched:
        """Return somebody again whom the provider still lets in, with what it says of them now.

        Raises:
            ProviderUnreachable: as its text says.
            ProviderRefused: as its text says.
            TokenRefused: what it said of somebody does not hold.
        """
        ...

    async def logged_out(self, logout_token: str, *, now: int) -> LoggedOut:
        """Return whose logout the provider tells of (OpenID Connect Back-Channel Logout 1.0).

        Raises:
            ProviderUnreachable: as its text says.
            TokenRefused: what it said of somebody does not hold.
        """
        ...

    async def look(self) -> list[str]:
        """Return what is wrong with the provider or the settings, as sentences for the operator.

        Raises:
            ProviderUnreachable: as its text says.
        """
        ...

    async def close(self) -> None:
        """End every connection."""
        ...
