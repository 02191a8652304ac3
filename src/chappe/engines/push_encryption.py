"""What Web Push asks of cryptography: the server's key and tokens (RFC 8292), and its messages (RFC 8291)."""

import base64
import json
from collections import OrderedDict
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chappe.ports import PushAddress

CURVE: Final = ec.SECP256R1()
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve
NUMBER_BYTES: Final = 32  # bytes of a number of the curve
SEED_BYTES: Final = (
    64  # bytes a private key is made of: more than a number has, so that none is likelier
)
SALT_BYTES: Final = 16
RECORD_BYTES: Final = (
    4096  # bytes a record may have, as the header says; there is one, and it is shorter
)
END: Final = b"\x02"  # what stands behind the text of the last record, before its padding
# https://www.rfc-editor.org/rfc/rfc8292#section-2
#   "An 'exp' (Expiry) claim in the JWT ... MUST NOT be more than 24 hours from the time of the request."
TOKEN_LIFETIME_S: Final = 12 * 3600  # seconds a token is good for
TOKEN_USED_S: Final = 6 * 3600  # seconds it is used: the clock of a push service may be another
TOKENS_KEPT_MAX: Final = 256  # tokens kept, one for each push service


def base64url(data: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def private_key_of(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key that is made of `SEED_BYTES` of chance (FIPS 186-5, A.2.1)."""
    if len(seed) != SEED_BYTES:
        raise ValueError("a private key is made of 64 bytes")
    return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER - 1) + 1, CURVE)


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public key as an uncompressed point."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_point(data: bytes) -> bool:
    """Whether this is an uncompressed point of the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data)
    except ValueError:
        return False
    return len(data) == 1 + 2 * NUMBER_BYTES


class ServerIdentity:
    """The key by which push services know a server, and the tokens it shows them (RFC 8292, "VAPID")."""

    def __init__(self, seed: bytes, contact: str) -> None:
        """`contact` is where who runs a push service finds who runs this server: mailto: or https:."""
        self._key = private_key_of(seed)
        self._contact = contact
        self._kept: OrderedDict[str, tuple[float, str]] = OrderedDict()  # origin → made at, token
        self.public_key = base64url(public_point(self._key))

    def authorization(self, origin: str, now: float) -> str:
        """Return what the header `Authorization` says to the push service of this origin."""
        made, token = self._kept.get(origin, (0.0, ""))
        if not made <= now < made + TOKEN_USED_S or not token:
            made, token = now, self._token(origin, now)
            self._kept[origin] = (made, token)
            self._kept.move_to_end(origin)
            if len(self._kept) > TOKENS_KEPT_MAX:
                self._kept.popitem(last=False)
        return f"vapid t={token}, k={self.public_key}"

    def _token(self, origin: str, now: float) -> str:
        """Return a JSON Web Token, signed by ECDSA on P-256 with SHA-256 (RFC 7515, RFC 7518)."""
        head = {"typ": "JWT", "alg": "ES256"}
        claims = {"aud": origin, "exp": int(now) + TOKEN_LIFETIME_S, "sub": self._contact}
        parts = [base64url(json.dumps(p, separators=(",", ":")).encode()) for p in (head, claims)]
        text = ".".join(parts)
        signed = self._key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(signed)
        signature = r.to_bytes(NUMBER_BYTES, "big") + s.to_bytes(NUMBER_BYTES, "big")
        return f"{text}.{base64url(signature)}"


def encrypt(
    payload: bytes, to: PushAddress, own: ec.EllipticCurvePrivateKey, salt: bytes, *, room: int
) -> bytes:
    """Return the body of a push message: "aes128gcm" of RFC 8188, with the key of RFC 8291.

    `own` is a key that serves for this message alone. Whatever the payload, it takes `room` bytes with its
    padding.

    Raises:
        ValueError: it has no room, or the browser's key is no point.
    """
    if len(payload) >= room or len(salt) != SALT_BYTES:
        raise ValueError("the payload has no room")
    point = public_point(own)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, to.p256dh)
    # https://www.rfc-editor.org/rfc/rfc8291#section-3.4
    #   "key_info = 'WebPush: info' || 0x00 || ua_public || as_public"
    info = b"WebPush: info\0" + to.p256dh + point
    secret = _expand(to.auth, own.exchange(ec.ECDH(), theirs), info, 32)
    key = _expand(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expand(salt, secret, b"Content-Encoding: nonce\0", 12)
    text = (payload + END).ljust(room, b"\0")
    # https://www.rfc-editor.org/rfc/rfc8188#section-2.1
    #   "salt (16) | rs (4) | idlen (1) | keyid (idlen)"
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes((len(point),)) + point
    return head + AESGCM(key).encrypt(nonce, text, None)


def _expand(salt: bytes, secret: bytes, info: bytes, size: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=salt, info=info).derive(secret)
