"""Keys of logs and witnesses, and their three kinds of signature.

Sources: https://c2sp.org/signed-note for keys and for what a log signs, https://c2sp.org/tlog-cosignature for
what a witness signs; each rule stands under the sentence it comes from. A log signs its checkpoints by
Ed25519, and by ML-DSA-44 as a cosigner of its own name: "Logs SHOULD use ML-DSA-44 cosignatures to sign the
checkpoint" (https://c2sp.org/tlog-checkpoint), "the checkpoint MUST carry at least one Ed25519 signature by
the log" (https://c2sp.org/tlog-tiles).
"""

import enum
import hashlib
import re
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from .checkpoints import Checkpoint, parse_checkpoint
from .errors import LedgerError
from .notes import (
    KEY_ID_BYTES,
    SignatureLine,
    SignedNote,
    check_name,
    from_base64,
    to_base64,
)


class SignatureType(enum.IntEnum):
    """A kind of signature, by the byte that says it."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    ML_DSA_44_COSIGNATURE = 0x06


COSIGNATURES: Final = (SignatureType.ED25519_COSIGNATURE, SignatureType.ML_DSA_44_COSIGNATURE)
KEY_BYTES: Final = {
    SignatureType.ED25519: 32,
    SignatureType.ED25519_COSIGNATURE: 32,
    SignatureType.ML_DSA_44_COSIGNATURE: 1312,
}
_SIGNATURE_BYTES: Final = {
    SignatureType.ED25519: 64,
    SignatureType.ED25519_COSIGNATURE: 8 + 64,
    SignatureType.ML_DSA_44_COSIGNATURE: 8 + 2420,
}
_TIME_BYTES: Final = 8
#   "timestamp [...] MUST NOT exceed 2^63 - 1"
TIME_MAX: Final = 2**63 - 1  # seconds since 1970
_NAME_BYTES_MAX: Final = 255  # bytes: "opaque cosigner_name<1..2^8-1>"
_LABEL: Final = b"subtree/v1\n\x00"
_SEED_BYTES: Final = 32
_PRIVATE: Final = "PRIVATE+KEY+"

_vkey = re.compile(r"(?P<name>[^+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/=]+)", re.ASCII)


class VerifierKey(NamedTuple):
    """A public key with the name it signs by, for one kind of signature."""

    name: str
    type: SignatureType
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signatures name this key."""
        #   "key ID = SHA-256(key name || 0x0A || signature type || public key)[:4]"
        named = self.name.encode() + b"\n" + bytes([self.type]) + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The key in the form in which keys are handed on (a vkey)."""
        #   "<key name>+hex(32-bit key ID)+base64(signature type || public key)"
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.type]) + self.public)}"

    def signed(self, line: SignatureLine) -> bool:
        """Return whether a signature line says it is of this key; it is not checked."""
        return line.name == self.name and line.key_id == self.key_id


def parse_vkey(text: str) -> VerifierKey:
    """Return a public key.

    Raises:
        LedgerError: It is none, or of a kind that is not known here.
    """
    found = _vkey.fullmatch(text)
    if found is None:
        raise LedgerError("not a public key (name+id+base64)")
    check_name(found["name"])
    material = from_base64(found["key"])
    try:
        key = VerifierKey(found["name"], SignatureType(material[0]), material[1:])
    except (ValueError, IndexError):
        raise LedgerError("a public key of a kind that is not known here") from None
    if len(key.public) != KEY_BYTES[key.type]:
        raise LedgerError("the public key has another length")
    if key.key_id.hex() != found["id"]:
        raise LedgerError("the public key has another id than it says")
    return key


def _cosigned_message(key: SignatureType, name: str, time: int, text: bytes) -> bytes:
    """Return the bytes that a cosignature is over."""
    if key is SignatureType.ED25519_COSIGNATURE:
        #   "two newline (U+000A) terminated lines (one header line and one timestamp line) followed by the
        #   whole note body of the cosigned checkpoint"
        return b"cosignature/v1\ntime %d\n" % time + text
    #   "The signed message MUST be a cosigned_message structure": label, cosigner_name, timestamp,
    #   log_origin, start, end, hash. "If signing a checkpoint, [start] MUST be zero."
    head = parse_checkpoint(text)
    names = (name.encode(), head.origin.encode())
    if any(len(one) > _NAME_BYTES_MAX for one in names):
        raise LedgerError(f"a name has more than {_NAME_BYTES_MAX} bytes")
    cosigner, origin = (bytes([len(one)]) + one for one in names)
    numbers = b"".join(n.to_bytes(8, "big") for n in (0, head.size))
    return _LABEL + cosigner + time.to_bytes(_TIME_BYTES, "big") + origin + numbers + head.root


def check_signature(key: VerifierKey, text: bytes, signature: bytes) -> int:
    """Check a signature over the text of a note.

    Returns:
        When it was made, in seconds since 1970; 0 where it does not say.

    Raises:
        LedgerError: The key did not sign this.
    """
    if len(signature) != _SIGNATURE_BYTES[key.type]:
        raise LedgerError(f"the signature of {key.name} has another length")
    time = 0
    if key.type in COSIGNATURES:
        time, signature = int.from_bytes(signature[:_TIME_BYTES], "big"), signature[_TIME_BYTES:]
        if time > TIME_MAX:
            raise LedgerError(f"the signature of {key.name} is of no time")
        text = _cosigned_message(key.type, key.name, time, text)
    try:
        if key.type is SignatureType.ML_DSA_44_COSIGNATURE:
            MLDSA44PublicKey.from_public_bytes(key.public).verify(signature, text)
        else:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text)
    except (InvalidSignature, ValueError):
        raise LedgerError(f"the signature of {key.name} is wrong") from None
    return time


class VerifiedNote(NamedTuple):
    """The text of a note, and by whom it was signed and when."""

    text: bytes
    signers: dict[VerifierKey, int]  # seconds since 1970; 0 where a signature does not say


def open_note(note: SignedNote, keys: tuple[VerifierKey, ...]) -> VerifiedNote:
    """Check a note by the keys one trusts.

    Raises:
        LedgerError: None of them signed it, or a signature of one of them is wrong.
    """
    signers: dict[VerifierKey, int] = {}
    for line in note.signatures:
        #   "Verifiers MUST ignore signatures from unknown keys, even if they share a name or ID (but not
        #   both) with a known key."
        for key in keys:
            if key.signed(line):
                #   "If a signature from a known key fails to verify, clients SHOULD reject the whole note."
                signers[key] = check_signature(key, note.text, line.signature)
    #   "If no signature from a known key verifies successfully, clients MUST reject the note."
    if not signers:
        raise LedgerError("the note is signed by none of the keys that are trusted")
    return VerifiedNote(note.text, signers)


class SigningKey(NamedTuple):
    """A private key for one kind of signature. Whoever keeps one writes `text` where nobody else reads."""

    name: str
    type: SignatureType
    seed: bytes

    def __repr__(self) -> str:
        """Say whose it is, and not what it is."""
        return f"SigningKey({self.name!r}, {self.type.name})"

    @property
    def verifier(self) -> VerifierKey:
        """The public key that belongs to it."""
        if self.type is SignatureType.ML_DSA_44_COSIGNATURE:
            public = MLDSA44PrivateKey.from_seed_bytes(self.seed).public_key().public_bytes_raw()
        else:
            public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.type, public)

    @property
    def text(self) -> str:
        """The key in the form in which Go's tools for signed notes keep one."""
        key_id = self.verifier.key_id.hex()
        return f"{_PRIVATE}{self.name}+{key_id}+{to_base64(bytes([self.type]) + self.seed)}"

    def sign(self, head: Checkpoint, time: int) -> SignatureLine:
        """Sign a checkpoint. `time` is in seconds since 1970 and goes into cosignatures only."""
        signed = head.text
        before = b""
        if self.type in COSIGNATURES:
            before = time.to_bytes(_TIME_BYTES, "big")
            signed = _cosigned_message(self.type, self.name, time, signed)
        if self.type is SignatureType.ML_DSA_44_COSIGNATURE:
            signature = MLDSA44PrivateKey.from_seed_bytes(self.seed).sign(signed)
        else:
            signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(signed)
        return SignatureLine(self.name, self.verifier.key_id, before + signature)


def parse_signing_key(text: str) -> SigningKey:
    """Return a private key.

    Raises:
        LedgerError: It is none; the text says nothing of what was read.
    """
    found = _vkey.fullmatch(text.removeprefix(_PRIVATE))
    if found is None or not text.startswith(_PRIVATE):
        raise LedgerError("not a private key")
    check_name(found["name"])
    material = from_base64(found["key"])
    if material[0] not in [*SignatureType] or len(material) != 1 + _SEED_BYTES:
        raise LedgerError("a private key of a kind that is not known here")
    key = SigningKey(found["name"], SignatureType(material[0]), material[1:])
    if key.verifier.key_id.hex() != found["id"]:
        raise LedgerError("the private key has another id than it says")
    return key


def log_keys(origin: str, seeds: tuple[bytes, bytes]) -> tuple[SigningKey, SigningKey]:
    """Return the two keys of a log, out of 32 bytes of chance each."""
    kinds = (SignatureType.ED25519, SignatureType.ML_DSA_44_COSIGNATURE)
    return _keys(origin, kinds, seeds)


def witness_keys(name: str, seeds: tuple[bytes, bytes]) -> tuple[SigningKey, SigningKey]:
    """Return the two keys of a witness, out of 32 bytes of chance each."""
    return _keys(name, COSIGNATURES, seeds)


def _keys(
    name: str, kinds: tuple[SignatureType, SignatureType], seeds: tuple[bytes, bytes]
) -> tuple[SigningKey, SigningKey]:
    check_name(name)
    if len(name.encode()) > _NAME_BYTES_MAX:
        raise LedgerError(f"the name has more than {_NAME_BYTES_MAX} bytes")
    first, second = (SigningKey(name, kind, seed) for kind, seed in zip(kinds, seeds, strict=True))
    return first, second
