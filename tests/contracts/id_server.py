"""A provider of identities on this machine that says whatever a test has it say, right or wrong."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from chappe.core.sign_in import SignIn
from chappe.engines.identity_provider import OpenIdProvider

from .signing import RSA_KEY, jwk, token

NOW = 1_800_000_000
OWN = "http://localhost:8443"


class Time:
    """Time in a test's hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        """See `Clock`."""
        return NOW + self.at

    def monotonic(self) -> float:
        """See `Clock`."""
        return self.at


class IdServer:
    """The provider: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.issuer = ""
        self.keys = [jwk(RSA_KEY, kid="one")]
        self.about: dict[str, Any] = {}  # beside what it must say of itself, or in its place
        self.grant: Mapping[str, Any] = {}
        self.status = 200  # of a grant
        self.user: Mapping[str, Any] | None = None
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.down = False

    def id_token(self, **changed: Any) -> str:
        """Return an ID token for somebody; None takes a claim away."""
        claims = {
            "iss": self.issuer,
            "aud": "chappe",
            "sub": "u1",
            "exp": NOW + 300,
            "iat": NOW,
            "nonce": "n",
            "given_name": "Ada",
            **changed,
        }
        return token({name: one for name, one in claims.items() if one is not None})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer whatever is asked."""
        form = {str(name): str(one) for name, one in (await request.post()).items()}
        asked = {**form, "authorization": request.headers.get("Authorization", "")}
        self.asked.append((request.path, asked))
        if self.down:
            return web.Response(status=503, text="{}")
        match request.path:
            case "/.well-known/openid-configuration":
                about = {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/auth",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/me",
                    "jwks_uri": f"{self.issuer}/keys",
                    **self.about,
                }
                return web.json_response(about)
            case "/keys":
                return web.json_response({"keys": self.keys})
            case "/token":
                return web.json_response(self.grant, status=self.status, headers=self.headers)
            case "/me" if self.user is not None:
                return web.json_response(self.user)
        return web.Response(status=404)

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return [at for at, _ in self.asked].count(path)


@asynccontextmanager
async def id_server() -> AsyncIterator[IdServer]:
    """Open a provider."""
    made = IdServer()
    runner = web.ServerRunner(web.Server(made.answer))  # type: ignore[arg-type]  # a base request will do
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


@asynccontextmanager
async def asking(server: IdServer, time: Time, **settings: Any) -> AsyncIterator[OpenIdProvider]:
    """Open what asks it."""
    given = {"issuer": server.issuer, "client_id": "chappe", "client_secret": "s&cret", **settings}
    provider = OpenIdProvider(SignIn(**given), lambda: OWN, time)
    try:
        yield provider
    finally:
        await provider.close()
