"""An organisation's provider of identities, asked over HTTP: discovery, keys, codes redeemed, people renewed.

https://openid.net/specs/openid-connect-discovery-1_0.html. Its address is the operator's own setting, and
what it says of itself is believed about itself: a provider inside the organisation's network is usual, so
its addresses are not held to those of the public internet. What anybody else says reaches no address here.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from http import HTTPStatus
from importlib import import_module
from typing import Any, Final, NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

from chappe.core import Clock
from chappe.core.sign_in import LOOPBACK, SignIn
from chappe.ports import (
    LoggedOut,
    ProviderRefused,
    ProviderUnreachable,
    Question,
    TokenRefused,
    Vouched,
)
from chappe.telemetry import quiet

from .needed import require

ANSWER_S_MAX: Final = 10.0  # seconds the provider has for one answer
ANSWER_BYTES_MAX: Final = 256 * 1024  # bytes of an answer that is read
DISCOVERED_S: Final = (
    60.0  # seconds what it says of itself is remembered: nobody is sent to one that is down
)
KEYS_S: Final = 600.0  # seconds its keys are: how long one that it withdrew is still believed
DOWN_S: Final = (
    3.0  # seconds after which it is asked again what it says of itself, once it did not answer
)
KEYS_AGAIN_S: Final = 30.0  # seconds between two looks for keys because a token names another
CONNECTIONS_MAX: Final = 16  # connections to it at once
TOKEN_CHARACTERS_MAX: Final = 16 * 1024  # characters of a token it gives us to keep
BACK: Final = (
    "/sign-in/back"  # where browsers come back: what the provider must know of this server
)
OFFLINE: Final = "offline_access"
WORD_CHARACTERS_MAX: Final = 40  # characters of an error's name that goes to the log

VERIFIED: Final = "email_verified"
OTHER_ISSUER: Final = (
    "The provider calls itself by another name: write `sign_in.issuer` exactly as "
    "/.well-known/openid-configuration of its says `issuer`."
)
JSON: Final = "application/json"


class _Known(NamedTuple):
    """What the provider said, and when."""

    said: Any
    since: float


class OpenIdProvider:
    """See `ports.IdentityProvider`."""

    def __init__(self, settings: SignIn, web_address: Callable[[], str], clock: Clock) -> None:
        """`web_address` returns how links to this server begin, which is known once it listens."""
        require("jwt", "pyjwt")
        require("aiohttp")
        self._settings = settings
        self._web_address = web_address
        self._clock = clock
        self._tokens: Any = None  # the module that verifies, once it is loaded
        self._library: Any = None  # aiohttp, likewise
        self._http: Any = None
        self._down_until = 0.0  # while it is not asked again, by `clock.monotonic`
        self._about: _Known | None = None
        self._keys: _Known | None = None
        self._lock = asyncio.Lock()  # one asks for what many wait for

    async def close(self) -> None:
        """See `ports.IdentityProvider`."""
        if self._http is not None:
            await self._http.close()

    # -- requests ------------------------------------------------------------------------------------

    async def _loaded(self) -> Any:
        """Return the module that verifies; a third of a second the first time, by a thread."""
        if self._tokens is None:
            aiohttp = await asyncio.to_thread(import_module, "aiohttp")
            tokens = await asyncio.to_thread(import_module, ".id_tokens", __package__)
            quiet("aiohttp")
            self._library = aiohttp
            if self._http is None:
                self._http = aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=ANSWER_S_MAX),
                    connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    auto_decompress=True,
                    trust_env=True,
                )
            self._tokens = tokens
        return self._tokens

    async def _ask(
        self, url: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> tuple[int, Any]:
        """Return status and JSON of an answer; with `form`, of a POST. Redirections are not followed.

        Raises:
            ProviderUnreachable: none came, or it cannot be read.
        """
        await self._loaded()
        await asyncio.sleep(0)  # the library asks which task it runs in: there is one from here on
        asked = {"headers": {"Accept": JSON, **headers}, "allow_redirects": False}
        if form is not None:
            asked["data"] = dict(form)
        method = "GET" if form is None else "POST"
        try:
            async with self._http.request(method, url, **asked) as answer:
                status, body = int(answer.status), b""
                while len(body) <= ANSWER_BYTES_MAX and (chunk := await answer.content.readany()):
                    body += chunk
        except TimeoutError as error:
            raise ProviderUnreachable("timeout") from error
        except (OSError, ValueError, self._library.ClientError) as error:
            raise ProviderUnreachable("connection") from error
        if len(body) > ANSWER_BYTES_MAX:
            raise ProviderUnreachable("too large")
        try:
            return status, json.loads(body)
        except ValueError:
            return status, None

    async def _fetched(self, url: str) -> dict[str, Any]:
        """Return a document.

        Raises:
            ProviderUnreachable: it is not there.
        """
        if self._clock.monotonic() < self._down_until:
            raise ProviderUnreachable("down")  # whoever waits in line learns it at once
        try:
            status, said = await self._ask(url)
            if status == HTTPStatus.OK and isinstance(said, dict):
                return said
            raise ProviderUnreachable(f"status {status}")  # noqa: TRY301  handled as none
        except ProviderUnreachable:
            self._down_until = self._clock.monotonic() + DOWN_S
            raise

    # -- what it says of itself ------------------------------------------------------------------------

    async def _discovered(self) -> Mapping[str, Any]:
        """Return what the provider says of itself, of the last minute.

        Raises:
            ProviderUnreachable: it says nothing, or is another.
        """
        async with self._lock:
            now = self._clock.monotonic()
            if self._about is not None and now < self._about.since + DISCOVERED_S:
                return self._about.said  # type: ignore[no-any-return]  # as it was checked below
            issuer = self._settings.issuer
            said = await self._fetched(issuer.rstrip("/") + "/.well-known/openid-configuration")
            if said.get("issuer") != issuer:
                raise ProviderUnreachable("another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not self._may_ask(said.get(name)):
                    raise ProviderUnreachable(f"no {name}")
            self._about = _Known(said, now)
            return said

    def _may_ask(self, url: Any) -> bool:
        """Whether what goes to this address of the provider's cannot be read on the way."""
        if not isinstance(url, str):
            return False
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        return bool(parts.hostname) and (parts.scheme == "https" or plain)

    async def _key_set(self, *, again: bool = False) -> Any:
        """Return the provider's keys of the last minutes; newer ones with `again`, now and then."""
        about, tokens = await self._discovered(), await self._loaded()
        async with self._lock:
            now, known = self._clock.monotonic(), self._keys
            good_s = KEYS_AGAIN_S if again else KEYS_S
            if known is not None and now < known.since + good_s:
                return known.said
            keys = tokens.keys_of(await self._fetched(about["jwks_uri"]))
            self._keys = _Known(keys, now)
            return keys

    async def _read(self, read: Callable[[Any], Any]) -> Any:
        """Return what `read` finds in a token by the provider's keys; once more by newer ones.

        Raises:
            ProviderUnreachable, TokenRefused
        """
        tokens = await self._loaded()
        try:
            return read(await self._key_set())
        except tokens.UnknownKey:
            return read(await self._key_set(again=True))

    # -- somebody signs in -----------------------------------------------------------------------------

    async def address(self, question: Question) -> str:
        """See `ports.IdentityProvider`."""
        about, settings = await self._discovered(), self._settings
        scopes = list(settings.scopes)
        known = about.get("scopes_supported")
        if settings.offline and isinstance(known, list) and OFFLINE in known:
            scopes += [OFFLINE] * (OFFLINE not in scopes)
        asked = {
            **settings.parameters,
            "response_type": "code",
            "client_id": settings.client_id,
            "redirect_uri": self._web_address() + BACK,
            "scope": " ".join(scopes),
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": question.challenge,
            "code_challenge_method": "S256",
        }
        url = str(about["authorization_endpoint"])
        return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"

    async def redeem(
        self, code: str, verifier: str, nonce: str, issuer: str | None, *, now: int
    ) -> Vouched:
        """See `ports.IdentityProvider`."""
        about = await self._discovered()
        said = about.get("authorization_response_iss_parameter_supported") is True
        if issuer != self._settings.issuer and (said or issuer is not None):
            raise TokenRefused("issuer")  # of another provider, perhaps (RFC 9207, 2.4)
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._web_address() + BACK,
            "code_verifier": verifier,
        }
        given = await self._grant(about, asked)
        return await self._granted(about, given, nonce, None, now)

    async def renew(self, subject: str, refresh_token: str, *, now: int) -> Vouched:
        """See `ports.IdentityProvider`."""
        about = await self._discovered()
        asked = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        given = await self._grant(about, asked)
        try:
            return await self._granted(about, given, None, subject, now)
        except (
            ProviderUnreachable,
            TokenRefused,
        ):  # it said yes; the token it gave is the only one
            return Vouched(subject, None, "", _refresh_token(given))

    async def _grant(self, about: Mapping[str, Any], asked: dict[str, str]) -> dict[str, Any]:
        """Return what the provider grants for a code or a token.

        Raises:
            ProviderUnreachable: it is not known.
            ProviderRefused: it says no.
        """
        settings, headers = self._settings, dict[str, str]()
        if not settings.client_secret:
            asked["client_id"] = settings.client_id
        elif _by_basic(about):
            pair = f"{quote_plus(settings.client_id)}:{quote_plus(settings.client_secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            asked |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
        status, said = await self._ask(about["token_endpoint"], asked, **headers)
        if status == HTTPStatus.OK and isinstance(said, dict):
            return said
        error = said.get("error") if isinstance(said, dict) else None
        if status == HTTPStatus.BAD_REQUEST and error == "invalid_grant":
            raise ProviderRefused
        word = error if isinstance(error, str) and error.isascii() else f"status {status}"
        raise ProviderUnreachable(word[:WORD_CHARACTERS_MAX])

    async def _granted(
        self,
        about: Mapping[str, Any],
        given: Mapping[str, Any],
        nonce: str | None,
        subject: str | None,
        now: int,
    ) -> Vouched:
        """Return whom a grant is of; `subject` is who it must be, if that is known.

        Raises:
            ProviderUnreachable: the provider does not say what is needed.
            TokenRefused: what it says is not so.
        """
        id_token, said, session = given.get("id_token"), dict[str, Any](), ""
        if isinstance(id_token, str):
            who = await self._read(lambda keys: self._identity(id_token, keys, nonce, now))
            if subject not in (None, who.subject):
                raise TokenRefused("sub")
            subject, session, said = who.subject, who.session, who.claims
        if subject is None:
            raise TokenRefused("missing")
        named = {self._settings.claims.first_name, self._settings.claims.name} & set(said)
        if not self._wanted <= set(said) or not (nonce is None or named):
            more = await self._further(about, given, subject)
            if not said and not more:
                raise ProviderUnreachable("says nothing of them")
            said |= more
        return Vouched(subject, said, session, _refresh_token(given))

    def _identity(self, token: str, keys: Any, nonce: str | None, now: int) -> Any:
        audience = self._tokens.Audience(self._settings.issuer, self._settings.client_id)
        return self._tokens.read_id_token(token, keys, audience, nonce=nonce, now=now)

    @property
    def _wanted(self) -> set[str]:
        """What must be known of somebody to decide whether they are let in."""
        settings = self._settings
        wanted = {settings.claims.groups} if settings.allowed_groups else set()
        return wanted | ({settings.claims.email, VERIFIED} if settings.allowed_domains else set())

    async def _further(
        self, about: Mapping[str, Any], given: Mapping[str, Any], subject: str
    ) -> dict[str, Any]:
        """Return what the provider says of somebody beside its token (Core, section 5.3)."""
        url, access = about.get("userinfo_endpoint"), given.get("access_token")
        if not self._may_ask(url) or not isinstance(access, str) or not access.isascii():
            return {}
        status, more = await self._ask(str(url), Authorization=f"Bearer {access}")
        if status != HTTPStatus.OK or not isinstance(more, dict):
            raise ProviderUnreachable(f"userinfo {status}")
        if more.get("sub") != subject:  # tokens may have been exchanged for another's
            raise TokenRefused("sub")
        return more

    # -- it tells of a logout, and what is wrong -------------------------------------------------------

    async def logged_out(self, logout_token: str, *, now: int) -> LoggedOut:
        """See `ports.IdentityProvider`."""
        tokens = await self._loaded()
        audience = tokens.Audience(self._settings.issuer, self._settings.client_id)

        def read(keys: Any) -> Any:
            return tokens.read_logout_token(logout_token, keys, audience, now=now)

        told: LoggedOut = await self._read(read)
        return told

    async def look(self) -> list[str]:
        """See `ports.IdentityProvider`."""
        self._about = self._keys = None
        try:
            about = await self._discovered()
        except ProviderUnreachable as error:
            if str(error) != "another issuer":
                raise
            return [OTHER_ISSUER]
        tokens, found = await self._loaded(), list[str]()
        if not await self._key_set():
            found.append("It publishes no key for signatures: nobody can sign in.")
        signs = about.get("id_token_signing_alg_values_supported") or ["RS256"]
        if not set(signs) & set(tokens.KEY_KINDS):
            found.append(
                f"It signs by {', '.join(map(str, signs))}: have it sign by RS256 or ES256."
            )
        if "code" not in (about.get("response_types_supported") or ["code"]):
            found.append("It does not know the authorization code flow: nobody can sign in.")
        if "S256" not in (about.get("code_challenge_methods_supported") or ["S256"]):
            found.append("It does not know PKCE with S256: see whether it has a newer version.")
        offline = OFFLINE in (about.get("scopes_supported") or [])
        if self._settings.watch == "refresh" and self._settings.offline and not offline:
            found.append(
                "It does not say that it knows the scope offline_access: if it gives no refresh token, "
                "sign-in is refused. See what `parameters` it wants for one."
            )
        told = about.get("backchannel_logout_supported") is True
        if self._settings.watch == "logout" and not told:
            found.append('It tells of no logout: set `sign_in.watch` to "refresh".')
        return found


def _by_basic(about: Mapping[str, Any]) -> bool:
    """Whether a secret goes by HTTP Basic, which is so unless the provider says otherwise (Core, 9)."""
    ways = about.get("token_endpoint_auth_methods_supported")
    return not isinstance(ways, list) or "client_secret_basic" in ways


def _refresh_token(given: Mapping[str, Any]) -> str:
    """Return the token by which somebody is asked for again; empty if there is none that can be kept."""
    token = given.get("refresh_token")
    return token if isinstance(token, str) and len(token) <= TOKEN_CHARACTERS_MAX else ""
