"""Two-step verification: the password is proved and never sent (core.telegram.org/api/srp)."""

from hashlib import pbkdf2_hmac, sha256
from typing import Final

from .dh import PRIME, G, power

__all__ = [
    "PRIME",
    "SIZE",
    "G",
    "answer",
    "challenge",
    "is_valid",
    "password_hash",
    "proof",
    "verifier",
]

SIZE: Final = 256  # bytes of every big number in a hash
ROUNDS: Final = 100_000


def _h(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _raw(number: int) -> bytes:
    return number.to_bytes(SIZE, "big")


K: Final = _number(_h(_raw(PRIME), _raw(G)))


def password_hash(password: bytes, salt1: bytes, salt2: bytes) -> bytes:
    """Return x, what a client makes of the password and both salts."""

    def salted(data: bytes, salt: bytes) -> bytes:
        return _h(salt, data, salt)

    first = salted(salted(password, salt1), salt2)
    return salted(pbkdf2_hmac("sha512", first, salt1, ROUNDS), salt2)


def verifier(x: bytes) -> bytes:
    """Return what the server keeps instead of the password: 256 bytes."""
    return _raw(power(G, _number(x)))


def challenge(kept: bytes, secret: bytes) -> bytes:
    """Return B, the server's public value, from its 256-byte secret b."""
    return _raw((K * _number(kept) + power(G, _number(secret))) % PRIME)


def is_valid(public: bytes) -> bool:
    """Whether a public value may be used at all."""
    return len(public) <= SIZE and 0 < _number(public) < PRIME


def proof(kept: bytes, secret: bytes, a_public: bytes, salt1: bytes, salt2: bytes) -> bytes | None:
    """Return the M1 a client that knows the password sends; None if A or u is degenerate."""
    a_public = a_public.rjust(SIZE, b"\0")
    b_public = challenge(kept, secret)
    u = _number(_h(a_public, b_public))
    if not is_valid(a_public) or u == 0:
        return None
    shared = power(_number(a_public) * power(_number(kept), u) % PRIME, _number(secret))
    return _proof(a_public, b_public, _raw(shared), salt1, salt2)


def _proof(a: bytes, b: bytes, shared: bytes, salt1: bytes, salt2: bytes) -> bytes:
    both = bytes(x ^ y for x, y in zip(_h(_raw(PRIME)), _h(_raw(G)), strict=True))
    return _h(both, _h(salt1), _h(salt2), a, b, _h(shared))


def answer(
    x: bytes, b_public: bytes, secret: bytes, salt1: bytes, salt2: bytes
) -> tuple[bytes, bytes]:
    """Return (A, M1), the client's side of the proof."""
    a = _number(secret)
    a_public = _raw(power(G, a))
    b_public = b_public.rjust(SIZE, b"\0")
    u = _number(_h(a_public, b_public))
    base = (_number(b_public) - K * power(G, _number(x))) % PRIME
    shared = power(base, a + u * _number(x))
    return a_public, _proof(a_public, b_public, _raw(shared), salt1, salt2)
