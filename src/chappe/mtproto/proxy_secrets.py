"""The secrets of proxy links: which of them the beginning of a connection was made with, if any.

Apps mean them for proxies, and call a link's secret by its first byte: `dd` is an obfuscated stream whose
packets are padded, `ee` the same inside what looks like TLS. A beginning that no secret fits, or that was
seen before, is as any unknown one: nothing says which it was. Time and chance are arguments.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final, NamedTuple

from chappe.crypto.ctr import key_stream

SECRET_BYTES: Final = 16
SECRETS_MAX: Final = 256  # secrets in force: each is tried with each connection that begins unknown
SEEN_MAX: Final = 100_000  # beginnings that are known again, the latest of all secrets together
# a phone's clock, which nobody has set by ours yet
HELLO_S_MAX: Final = 300  # seconds a hello's time may differ from ours
# https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
#   "Two keys are extracted from both initialization payloads, using bytes at offsets 8-40"
#   "Two IVs are extracted from both initialization payloads, using bytes at offsets 40-56"
KEY: Final = slice(8, 40)
IV: Final = slice(40, 56)
#   "The protocol identifier, if present, must be inserted in the initialization payload at byte offset 56"
KIND: Final = slice(56, 60)
_KIND_BLOCK: Final = 3  # the block of the key stream that lies over the identifier …
_KIND_IN_BLOCK: Final = slice(8, 12)  # … and where in it
_PADDED: Final = b"\xdd" * 4
# Of a first message of TLS: record and message have 5 and 4 bytes before them, then come 2 of a version.
RANDOM: Final = slice(11, 43)
_PROOF_BYTES: Final = 28  # of its random that are the proof; the other four carry the time


class ProxySecret(NamedTuple):
    """The secret of one link."""

    link: int  # the link's number
    key: bytes
    inside_tls: bool  # `ee`; else `dd`

    def stream_key(self, key: bytes) -> bytes:
        """Return the key of an obfuscated stream, of the one its header names."""
        return hashlib.sha256(key + self.key).digest()

    def fits(self, header: bytes) -> bool:
        """Whether the 64-byte header of an obfuscated stream was made with it, for padded packets."""
        stream = key_stream(self.stream_key(header[KEY]), header[IV], _KIND_BLOCK)
        return bytes(a ^ b for a, b in zip(stream[_KIND_IN_BLOCK], header[KIND], strict=True)) == (
            _PADDED
        )


class Seen:
    """A bounded memory: of the beginnings that were let in, the latest `SEEN_MAX` or somewhat fewer."""

    def __init__(self) -> None:
        self._latest: set[bytes] = set()
        self._before: set[bytes] = set()

    def is_new(self, mark: bytes) -> bool:
        """Whether this was not seen before; from now on it was."""
        if mark in self._latest or mark in self._before:
            return False
        if len(self._latest) >= SEEN_MAX // 2:
            self._before, self._latest = self._latest, set()
        self._latest.add(mark)
        return True


class ProxySecrets:
    """The secrets in force, and the beginnings that were seen."""

    def __init__(self, since: float) -> None:
        """`since`, in seconds since 1970, is when this server began: what is older it cannot have seen."""
        self._since = int(since)  # a hello says whole seconds
        self._seen = Seen()
        self.padded: tuple[ProxySecret, ...] = ()
        self.in_tls: tuple[ProxySecret, ...] = ()
        self._proofs: tuple[hmac.HMAC, ...] = ()  # begun, of `in_tls`

    def replace(self, secrets: Iterable[ProxySecret]) -> None:
        """Let these in from now on, and no others.

        Raises:
            ValueError: they are too many, or one has another size.
        """
        given = tuple(secrets)
        if len(given) > SECRETS_MAX or any(len(one.key) != SECRET_BYTES for one in given):
            raise ValueError("secrets that cannot be in force")
        self.padded = tuple(one for one in given if not one.inside_tls)
        self.in_tls = tuple(one for one in given if one.inside_tls)
        self._proofs = tuple(hmac.new(one.key, digestmod=hashlib.sha256) for one in self.in_tls)

    def open_header(self, header: bytes) -> ProxySecret | None:
        """Return the secret an obfuscated stream begins with, if it begins with one for the first time.

        Every secret is tried, whichever fits: so the time it takes tells nothing.
        """
        found: ProxySecret | None = None
        for one in self.padded:
            if one.fits(header):
                found = one
        if found is None or not self._seen.is_new(header[KEY]):
            return None
        return found

    def open_hello(self, hello: bytes, now: float) -> ProxySecret | None:
        """Return the secret that proves a first message of TLS, whole with its record, fresh and new.

        Its random is the HMAC of the message, in which the random's place is empty, and the last four bytes
        have the time in seconds over them, the lowest first.
        """
        if not self.in_tls:
            return None
        random = hello[RANDOM]
        bare = b"".join((hello[: RANDOM.start], bytes(len(random)), hello[RANDOM.stop :]))
        found: ProxySecret | None = None
        moment = 0
        for one, begun in zip(self.in_tls, self._proofs, strict=True):
            proof = begun.copy()
            proof.update(bare)
            made = proof.digest()
            if hmac.compare_digest(made[:_PROOF_BYTES], random[:_PROOF_BYTES]):
                found = one
                moment = int.from_bytes(made[_PROOF_BYTES:], "little") ^ int.from_bytes(
                    random[_PROOF_BYTES:], "little"
                )
        earliest = max(now - HELLO_S_MAX, self._since)
        if found is None or not earliest <= moment <= now + HELLO_S_MAX:
            return None
        return found if self._seen.is_new(random) else None


def proof_of(secret: ProxySecret, client_random: bytes, answer: bytes) -> bytes:
    """Return the random by which an answer to a hello proves that the secret is known here too.

    `answer` has zeros in its place.
    """
    return hmac.digest(secret.key, client_random + answer, hashlib.sha256)
