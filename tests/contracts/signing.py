"""Tokens signed by hand (RFC 7515, RFC 7518), so that every wrong one can be made as well as a right one."""

import hashlib
import hmac
import json
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .push_service import text_of

RSA_KEY: Final = rsa.generate_private_key(65_537, 2048)
OTHER_RSA_KEY: Final = rsa.generate_private_key(65_537, 2048)
EC_KEY: Final = ec.generate_private_key(ec.SECP256R1())
ED_KEY: Final = ed25519.Ed25519PrivateKey.generate()


def number(value: int, size: int = 0) -> str:
    """Return a number as keys have it."""
    return text_of(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def jwk(key: Any, **more: Any) -> dict[str, Any]:
    """Return the public half of a key as a provider publishes it (RFC 7517)."""
    public = key.public_key()
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = public.public_numbers()
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **more}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        numbers = public.public_numbers()
        point = {"x": number(numbers.x, 32), "y": number(numbers.y, 32)}
        return {"kty": "EC", "crv": "P-256", **point, **more}
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": text_of(raw), **more}


def pem(key: Any) -> bytes:
    """Return the public half of a key as text, which a careless verifier takes for a shared secret."""
    made: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return made


def signature_of(key: Any, algorithm: str, said: bytes) -> bytes:
    """Return a signature; bytes sign by HMAC."""
    if algorithm.lower() == "none":
        return b""
    signed: bytes
    if isinstance(key, bytes):
        signed = hmac.digest(key, said, hashlib.sha256)
    elif algorithm == "RS256":
        signed = key.sign(said, padding.PKCS1v15(), hashes.SHA256())
    elif algorithm == "PS256":
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        signed = key.sign(said, pss, hashes.SHA256())
    elif algorithm == "ES256":
        r, s = decode_dss_signature(key.sign(said, ec.ECDSA(hashes.SHA256())))
        signed = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    else:
        signed = key.sign(said)
    return signed


def token(claims: Any, key: Any = RSA_KEY, algorithm: str = "RS256", **header: Any) -> str:
    """Return a signed token."""
    named = {"alg": algorithm, "kid": "one", **header}
    head = {name: one for name, one in named.items() if one is not None}
    parts = [text_of(json.dumps(part).encode()) for part in (head, claims)]
    said = ".".join(parts).encode()
    return f"{said.decode()}.{text_of(signature_of(key, algorithm, said))}"
