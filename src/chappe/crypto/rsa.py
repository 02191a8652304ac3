"""The server's RSA key: made, kept as PEM, found by fingerprint; both paddings of the handshake.

Source: core.telegram.org/mtproto/auth_key (4.1, RSA_PAD). Old clients use SHA-1 of the data instead.
"""

from hashlib import sha1, sha256
from typing import Final, NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from . import dh, ige

KEY_BITS: Final = 2048
KEY_BYTES: Final = 256
EXPONENT: Final = 65537
PADDED_BYTES: Final = 192  # bytes of data with padding in RSA_PAD


class ServerKey(NamedTuple):
    """An RSA private key of the server."""

    n: int
    d: int
    p: int
    q: int

    @property
    def fingerprint(self) -> int:
        """The signed 64-bit id clients find the key by."""
        return fingerprint(self.n, EXPONENT)

    def decrypt(self, data: bytes, blind: int) -> bytes:
        """Return data ** d % n as 256 bytes. `blind` is a random number that hides the data from timing."""
        r = blind % self.n or 2
        blinded = int.from_bytes(data, "big") * dh.power(r, EXPONENT, self.n) % self.n
        a = dh.power(blinded % self.p, self.d % (self.p - 1), self.p)
        b = dh.power(blinded % self.q, self.d % (self.q - 1), self.q)
        h = (a - b) * dh.inverse(self.q, self.p) % self.p
        return ((b + h * self.q) * dh.inverse(r, self.n) % self.n).to_bytes(KEY_BYTES, "big")

    def private_pem(self) -> bytes:
        """Return the private key as unencrypted PKCS#8 PEM; it is sealed where it is kept."""
        public = rsa.RSAPublicNumbers(EXPONENT, self.n)
        key = rsa.RSAPrivateNumbers(
            self.p,
            self.q,
            self.d,
            self.d % (self.p - 1),
            self.d % (self.q - 1),
            pow(self.q, -1, self.p),
            public,
        ).private_key()
        return key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def public_pem(self) -> bytes:
        """Return the public key as PKCS#1 PEM, the form clients take."""
        return (
            rsa.RSAPublicNumbers(EXPONENT, self.n)
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1)
        )


def generate() -> ServerKey:
    """Return a new key whose fingerprint does not begin with hex 0.

    One client library prints fingerprints without leading zeros and would not find such a key.
    """
    while True:
        key = load(
            rsa.generate_private_key(public_exponent=EXPONENT, key_size=KEY_BITS).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        if (key.fingerprint % (1 << 64)) >> 60:
            return key


def load(pem: bytes) -> ServerKey:
    """Return the key in a private PEM.

    Raises:
        ValueError: it is no RSA key.
    """
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")  # noqa: TRY004  the PEM is wrong, not the argument's type
    numbers = key.private_numbers()
    return ServerKey(numbers.public_numbers.n, numbers.d, numbers.p, numbers.q)


def fingerprint(n: int, e: int) -> int:
    """Return the signed lower 64 bits of SHA-1 over the bare TL of a public key."""
    digest = sha1(_tl_string(n) + _tl_string(e)).digest()  # noqa: S324  as the protocol has it
    return int.from_bytes(digest[12:], "little", signed=True)


def _tl_string(number: int) -> bytes:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    head = bytes((len(raw),)) if len(raw) < 254 else b"\xfe" + len(raw).to_bytes(3, "little")  # noqa: PLR2004
    return head + raw + bytes(-(len(head) + len(raw)) % 4)


def pad(data: bytes, n: int, temp_key: bytes, padding: bytes) -> bytes | None:
    """Return RSA_PAD of `data` encrypted; None if `temp_key` does not fit and another must be tried.

    `padding` fills the data to 192 bytes; `temp_key` has 32 random bytes.
    """
    padded = data + padding[: PADDED_BYTES - len(data)]
    with_hash = padded[::-1] + sha256(temp_key + padded).digest()
    aes = ige.encrypt(with_hash, temp_key, bytes(32))
    xored = bytes(a ^ b for a, b in zip(temp_key, sha256(aes).digest(), strict=True))
    number = int.from_bytes(xored + aes, "big")
    return None if number >= n else dh.power(number, EXPONENT, n).to_bytes(KEY_BYTES, "big")


def unpad(plain: bytes) -> bytes | None:
    """Return the 192 padded bytes inside RSA_PAD, or None where its hash is wrong."""
    temp_key = bytes(a ^ b for a, b in zip(plain[:32], sha256(plain[32:]).digest(), strict=True))
    with_hash = ige.decrypt(plain[32:], temp_key, bytes(32))
    padded = with_hash[:PADDED_BYTES][::-1]
    return padded if sha256(temp_key + padded).digest() == with_hash[PADDED_BYTES:] else None


def pad_old(data: bytes, n: int, padding: bytes) -> bytes:
    """Return the old form encrypted: SHA-1 of the data, the data, random bytes up to 255."""
    plain = (sha1(data).digest() + data + padding)[:255]  # noqa: S324  as the protocol has it
    return dh.power(int.from_bytes(plain, "big"), EXPONENT, n).to_bytes(KEY_BYTES, "big")


def unpad_old(plain: bytes, size: int) -> bytes | None:
    """Return `size` bytes of data inside the old form, or None where the hash is wrong."""
    data = plain[21 : 21 + size]
    right = plain[0] == 0 and sha1(data).digest() == plain[1:21]  # noqa: S324
    return data if right else None
