"""Web Push by HTTP (RFC 8030): one push message to one push service, at an address that a client chose.

It goes where previews go: to the public internet, and to the places an operator adds.
"""

import asyncio
import base64
import binascii
import re
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

import msgspec

from chappe.core import Clock, Entropy
from chappe.core.configuration import Configuration
from chappe.ports import PushAddress, PushOutcome, PushPart, PushResult, PushTokenRefusedError

from .public_addresses import PORTS, AddressRefusedError, NoSuchHostError, target_of
from .push_encryption import (
    SALT_BYTES,
    SEED_BYTES,
    ServerIdentity,
    encrypt,
    is_point,
    private_key_of,
)

if TYPE_CHECKING:
    from .push_connections import PushConnections

AUTH_BYTES: Final = 16  # bytes of the secret a browser shares: RFC 8291, 3.2
TOKEN_CHARACTERS_MAX: Final = 4096  # characters of a token
PAYLOAD_BYTES: Final = 128  # bytes every message has, its padding included
AFTER_S_MAX: Final = 3600  # seconds a push service may ask to be left alone
TTL_S: Final = 7 * 86_400  # seconds a push service keeps a message for a browser that is not there
URGENCY: Final = "high"  # always the same, so that it tells nothing
PRINTABLE: Final = re.compile(r"[!#-;=?-\[\]_a-z~]+")  # what addresses are written in: RFC 3986
NAME: Final = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*")  # no number in whatever notation
SECONDS: Final = re.compile(r"[0-9]{1,9}")
TAKEN: Final = range(
    200, 300
)  # https://www.rfc-editor.org/rfc/rfc8030#section-5: 201, but some say 200
GONE: Final = (
    404,
    410,
)  # …#section-7.3: "the push service MUST return a 404 (Not Found) status code"
BUSY: Final = (
    408,
    425,
    429,
)  # …#section-8.4: "A push service MAY return a 429 (Too Many Requests)"
SERVER_ERROR: Final = 500


class _Keys(msgspec.Struct):
    p256dh: str
    auth: str


class _Token(msgspec.Struct):
    endpoint: str
    keys: _Keys


class WebPush:
    """See `ports.Push`."""

    def __init__(
        self,
        secret: Callable[[str], bytes],
        clock: Clock,
        entropy: Entropy,
        *,
        contact: str,
        also: tuple[str, ...] = (),
        sent: Callable[[str], None],
    ) -> None:
        """`also` are places, as host:port, it may go to beyond the public internet, and without TLS.

        `secret` returns 32 bytes by name, the same for ever: the server's key is made of two. `sent` hears
        the outcome of each try.
        """
        self._secret = secret
        self._clock = clock
        self._entropy = entropy
        self._contact = contact
        self._also = frozenset(also)
        self._sent = sent
        self._identity: ServerIdentity | None = None
        self._connections: PushConnections | None = None

    @property
    def identity(self) -> ServerIdentity:
        """The server, as push services know it."""
        if self._identity is None:
            seed = self._secret("web push") + self._secret("web push, second half")
            self._identity = ServerIdentity(seed, self._contact)
        return self._identity

    @property
    def public_key(self) -> str:
        """See `ports.Push`."""
        return self.identity.public_key

    def read_token(self, token: str) -> PushAddress:
        """See `ports.Push`."""
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise PushTokenRefusedError(PushPart.ENDPOINT)
        try:
            given = msgspec.json.decode(token, type=_Token)
            self._target(given.endpoint)
        except (msgspec.MsgspecError, UnicodeError, AddressRefusedError):
            raise PushTokenRefusedError(PushPart.ENDPOINT) from None
        point, secret = _bytes(given.keys.p256dh), _bytes(given.keys.auth)
        if not is_point(point):
            raise PushTokenRefusedError(PushPart.KEY)
        if len(secret) != AUTH_BYTES:
            raise PushTokenRefusedError(PushPart.SECRET)
        return PushAddress(given.endpoint, point, secret)

    def _target(self, endpoint: str) -> tuple[str, str]:
        """Return the origin of an endpoint, and its whole address as it is asked for.

        Raises:
            AddressRefusedError: nobody is pushed to there.
        """
        if not PRINTABLE.fullmatch(endpoint):
            raise AddressRefusedError("no address")
        scheme, host, port, path = target_of(endpoint, self._also)
        allowed = f"{host}:{port}" in self._also
        if scheme != "https" and not allowed:
            raise AddressRefusedError("no TLS")
        if not NAME.fullmatch(host) and not allowed:
            raise AddressRefusedError("no name")  # where a name leads is looked at each time
        shown = f"[{host}]" if ":" in host else host
        origin = f"{scheme}://{shown}" if port == PORTS[scheme] else f"{scheme}://{shown}:{port}"
        return origin, origin + path

    async def send(self, to: PushAddress, payload: bytes, topic: str) -> PushResult:
        """See `ports.Push`."""
        result = await self._send(to, payload, topic)
        self._sent(result.outcome.value)
        return result

    async def _send(self, to: PushAddress, payload: bytes, topic: str) -> PushResult:
        if self._connections is None:  # imported beside the loop: it takes a tenth of a second
            await asyncio.to_thread(import_module, f"{__package__}.push_connections")
        from .push_connections import NotReachedError, PushConnections  # noqa: PLC0415  see there

        if self._connections is None:
            self._connections = PushConnections(self._also)
        try:
            origin, address = self._target(to.endpoint)
            headers = {
                "Authorization": self.identity.authorization(origin, self._clock.now()),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(TTL_S),
                "Topic": topic,
                "Urgency": URGENCY,
            }
            own, salt = self._entropy.token(SEED_BYTES), self._entropy.token(SALT_BYTES)
            body = encrypt(payload, to, private_key_of(own), salt, room=PAYLOAD_BYTES)
            return result_of(*await self._connections.post(address, headers, body))
        except (NoSuchHostError, NotReachedError):
            return PushResult(PushOutcome.LATER)
        except AddressRefusedError:
            return PushResult(PushOutcome.REFUSED)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._connections is not None:
            await self._connections.close()


def web_push(
    config: Configuration,
    secret: Callable[[str], bytes],
    clock: Clock,
    entropy: Entropy,
    sent: Callable[[str], None],
) -> WebPush:
    """Return what sends push messages as a configuration asks for; see `WebPush`."""
    own = config.public_url if config.public_url.startswith("https:") else ""
    contact = config.push_contact or own or f"https://{config.public_host}/"
    return WebPush(secret, clock, entropy, contact=contact, also=config.push_also, sent=sent)


def result_of(status: int, retry_after: str) -> PushResult:
    """Return what came of a message, by the status of the answer and its header `Retry-After`."""
    if status in TAKEN:
        return PushResult(PushOutcome.TAKEN)
    if status in GONE:
        return PushResult(PushOutcome.GONE)
    if status in BUSY or status >= SERVER_ERROR:
        after = int(retry_after) if SECONDS.fullmatch(retry_after) else 0
        return PushResult(PushOutcome.LATER, min(after, AFTER_S_MAX))
    return PushResult(PushOutcome.REFUSED)


def _bytes(text: str) -> bytes:
    """Return what base64url holds, with padding or without; nothing if it is none."""
    try:
        data = text.encode("ascii") + b"=" * (-len(text) % 4)
        return base64.b64decode(data, altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError):
        return b""
