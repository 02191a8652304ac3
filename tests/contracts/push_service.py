"""A push service of our own on this machine, and a browser that subscribes to it and reads what it is told.

Written from the RFCs and not from the server: HKDF and ECDSA are done by hand, so that a mistake made twice
would have to be made in two ways.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

P: Final = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None


def text_of(data: bytes) -> str:
    """Return bytes as base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """Return what base64url holds."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hkdf(salt: bytes, secret: bytes, info: bytes, size: int) -> bytes:
    """Return up to 32 bytes by HKDF with SHA-256 (RFC 5869)."""
    key = hmac.digest(salt, secret, "sha256")
    return hmac.digest(key, info + b"\1", "sha256")[:size]


def add(a: Point, b: Point) -> Point:
    """Return the sum of two points of P-256."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(number: int, point: Point) -> Point:
    """Return a point taken so many times."""
    found: Point = None
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def is_signed(text: bytes, signature: bytes, point: bytes) -> bool:
    """Whether this is a signature of a text by ECDSA on P-256 with SHA-256, as JWS writes it."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    key = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    if len(signature) != 64 or len(point) != 65 or point[0] != 4 or not (0 < r < N and 0 < s < N):
        return False
    hashed, inverse = int.from_bytes(hashlib.sha256(text).digest(), "big"), pow(s, -1, N)
    found = add(times(hashed * inverse % N, G), times(r * inverse % N, key))
    return found is not None and found[0] % N == r


def claims_of(authorization: str, public_key: str) -> dict[str, Any]:
    """Return what a server says of itself, if the server of this key has signed it."""
    scheme, _, rest = authorization.partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = given["t"].split(".")
    assert (scheme, given["k"]) == ("vapid", public_key)
    assert json.loads(bytes_of(head)) == {"typ": "JWT", "alg": "ES256"}
    assert is_signed(f"{head}.{claims}".encode(), bytes_of(signature), bytes_of(public_key))
    said: dict[str, Any] = json.loads(bytes_of(claims))
    return said


class Browser:
    """A browser that has subscribed: it has the private key, and its service worker reads what comes."""

    def __init__(
        self, endpoint: str, number: int | None = None, auth: bytes = b"sixteen bytes. ."
    ) -> None:
        made = ec.generate_private_key(ec.SECP256R1())
        self._key = made if number is None else ec.derive_private_key(number, ec.SECP256R1())
        self.endpoint = endpoint
        self.auth = auth
        self.point = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def token(self, **other: Any) -> str:
        """Return what an app registers: the subscription as JSON, as `PushSubscription.toJSON` writes it."""
        keys = {"p256dh": text_of(self.point), "auth": text_of(self.auth)}
        return json.dumps(
            {"endpoint": self.endpoint, "expirationTime": None, "keys": keys, **other}
        )

    def read(self, body: bytes) -> bytes:
        """Return the text of a message (RFC 8291, RFC 8188), which must be one whole record."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        point, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = self._key.exchange(ec.ECDH(), theirs)
        secret = hkdf(self.auth, shared, b"WebPush: info\0" + self.point + point, 32)
        key = hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        text = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert text.endswith(b"\2")
        return text[:-1]


class Told(NamedTuple):
    """What a push service was told."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class PushService:
    """What a browser's maker runs: takes messages, and answers as it is told to."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.status = 201
        self.headers: dict[str, str] = {}
        self.port = 0

    @property
    def place(self) -> str:
        """Where it is, as host:port."""
        return f"127.0.0.1:{self.port}"

    def endpoint(self, name: str = "device") -> str:
        """Return the address of a subscription."""
        return f"http://{self.place}/push/{name}"

    async def take(self, request: web.Request) -> web.Response:
        """Take a message."""
        self.told.append(Told(request.path, dict(request.headers), await request.read()))
        return web.Response(status=self.status, headers=self.headers)


@asynccontextmanager
async def push_service(ssl_context: Any = None) -> AsyncIterator[PushService]:
    """Run a push service."""
    service = PushService()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", service.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=ssl_context)
    await site.start()
    service.port = runner.addresses[0][1]
    yield service
    await runner.cleanup()
