"""A request to custodians, and what one of them answers.

A request is a document that everybody may read: what is asked, by which server, why, by which build, and the
proof that it stands in the public log. An answer is a text of at most 1,700 characters, so that it can be
pasted or shown as a QR code. It is for one request alone: signed over its hash by the custodian's key, and
what is secret in it sealed to the key that the request brings and bound to that hash.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .cards import SIGNATURE_BYTES, CustodianSecret
from .errors import CustodyError
from .forms import from_text, read, shown, to_text, whole, written
from .sealed_shares import (
    PUBLIC_BYTES,
    CustodianKey,
    ShareTable,
    has_shown_possession,
    open_sealed,
    require_known,
    seal_to,
    show_possession,
)
from .shamir import SHARES_MAX, Share
from .tables import HASH_CHARACTERS, ORIGIN_CHARACTERS_MAX, CustodyTable

NONCE_BYTES: Final = 32
ANSWER_CHARACTERS_MAX: Final = 1_700  # characters of an answer
CONTINUED_MAX: Final = 64  # heads from which a request shows that the log goes on
TIME_MAX: Final = 1 << 40  # seconds since 1970 that a request may say
ANSWER: Final = "chappe-answer:"
_REQUEST: Final = b"chappe/request/v1\n"
_ANSWER: Final = b"chappe/answer/v1\n"
_KIND_CHARACTERS_MAX: Final = 32  # characters of the name of a kind
_TAG_BYTES: Final = 8
_SEEN_BYTES: Final = 6
_HEAD_BYTES: Final = 3 + _SEEN_BYTES + _TAG_BYTES
_SEALED_BYTES: Final = 1088 + 32 + 32 + 16  # ML-KEM's and X25519's part, a share, the tag
_FINGERPRINT_GROUPS: Final = 4
_FINGERPRINT_LETTERS: Final = 5
_FIELDS: Final = frozenset(
    {
        "build",
        "continues",
        "details",
        "entry",
        "key",
        "kind",
        "made",
        "nonce",
        "origin",
        "proof",
        "reason",
    }
    | {"table", "v"}
)
_SHARE, _POSSESSION = 1, 2  # bits of an answer: what is in it


class ClaimedBuild(NamedTuple):
    """Which build a server says it is. Nothing proves it."""

    version: str
    manifest: str = ""  # SHA-256 of its manifest in hex, if it has one


class CustodyRequest(NamedTuple):
    """What custodians are asked."""

    kind: str
    origin: str
    table: str  # the hash of the table whose custodians are asked, in hex
    nonce: bytes
    made: int  # seconds since 1970
    reason: str
    build: ClaimedBuild
    key: bytes  # the public key that secrets are answered to; empty where none is
    entry: bytes  # of the log: without it there is nothing to be asked
    proof: bytes  # a `.tlog-proof` of the entry
    continues: Mapping[
        int, tuple[str, ...]
    ] = {}  # from the head of this size: consistency, in base64
    details: Mapping[str, Any] = {}  # of its kind

    @property
    def content(self) -> bytes:
        """The request as a document."""
        return written(
            {
                "build": {"manifest": self.build.manifest, "version": self.build.version},
                "continues": {f"{size}": [*way] for size, way in self.continues.items()},
                "details": dict(self.details),
                "entry": self.entry.decode("ascii"),
                "key": to_text(self.key),
                "kind": self.kind,
                "made": self.made,
                "nonce": self.nonce.hex(),
                "origin": self.origin,
                "proof": self.proof.decode("utf-8"),
                "reason": self.reason,
                "table": self.table,
                "v": 1,
            }
        )

    @property
    def digest(self) -> bytes:
        """The SHA-256 by which answers are to this request and no other."""
        return hashlib.sha256(_REQUEST + self.content).digest()

    @property
    def fingerprint(self) -> str:
        """Twenty letters and digits that two people compare by telephone: 100 bits of the hash."""
        letters = base64.b32encode(self.digest).decode("ascii")
        size = _FINGERPRINT_LETTERS
        return " ".join(letters[i * size : (i + 1) * size] for i in range(_FINGERPRINT_GROUPS))


class CustodyAnswer(NamedTuple):
    """What one custodian answered."""

    place: int
    tag: bytes  # the first bytes of the request's hash: an answer to another one is found at once
    seen: int  # how many entries the log had when the custodian looked
    sealed: bytes  # their share for whoever made the request, or nothing
    possession: bytes  # the signature that shows that the share is at hand, or nothing
    signature: bytes

    @property
    def text(self) -> str:
        """The answer as a text."""
        form = (_SHARE if self.sealed else 0) | (_POSSESSION if self.possession else 0)
        head = bytes((1, form, self.place)) + self.seen.to_bytes(_SEEN_BYTES, "big") + self.tag
        content = head + self.sealed + self.possession + self.signature
        return ANSWER + base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def parse_request(content: bytes) -> CustodyRequest:
    """Return a request.

    Raises:
        CustodyError: it is none.
    """
    found = read(content, _FIELDS, "The request")
    build = found["build"]
    if found["v"] != 1 or not isinstance(build, dict) or build.keys() != {"manifest", "version"}:
        raise CustodyError("The request is of a version that is not known here.")
    details = found["details"]
    if not isinstance(details, dict):
        raise CustodyError("The request has no details.")
    try:
        entry, proof = found["entry"].encode("ascii"), found["proof"].encode()
        nonce = bytes.fromhex(found["nonce"])
    except (AttributeError, TypeError, ValueError):
        raise CustodyError("The request holds something else than text.") from None
    key = from_text(found["key"], "The request's key")
    if len(nonce) != NONCE_BYTES or len(key) not in (0, PUBLIC_BYTES):
        raise CustodyError("The request has a nonce or a key of another length.")
    return CustodyRequest(
        shown(found["kind"], "The kind of request", _KIND_CHARACTERS_MAX),
        shown(found["origin"], "The log's name", ORIGIN_CHARACTERS_MAX),
        shown(found["table"], "The hash of the table", HASH_CHARACTERS),
        nonce,
        whole(found["made"], "The request's time", 0, TIME_MAX),
        shown(found["reason"], "The reason"),
        ClaimedBuild(
            shown(build["version"], "The build"),
            shown(build["manifest"], "The build", HASH_CHARACTERS),
        ),
        key,
        entry,
        proof,
        _continues(found["continues"]),
        details,
    )


def _continues(found: Any) -> dict[int, tuple[str, ...]]:
    if not isinstance(found, dict) or len(found) > CONTINUED_MAX:
        raise CustodyError("The request does not say how the log goes on.")
    ways: dict[int, tuple[str, ...]] = {}
    for size, way in found.items():
        if not size.isdecimal() or not isinstance(way, list):
            raise CustodyError("The request does not say how the log goes on.")
        ways[int(size)] = tuple(shown(one, "A hash", HASH_CHARACTERS) for one in way)
    return ways


def answer(
    request: CustodyRequest,
    place: int,
    secret: CustodianSecret,
    seen: int,
    signed: bytes | None = None,
    sealed: bytes = b"",
    possession: bytes = b"",
) -> CustodyAnswer:
    """Return a custodian's answer; `signed` is the hash they say yes to, if it is not the request's."""
    signature = secret.approve(signed or request.digest)
    return CustodyAnswer(place, request.digest[:_TAG_BYTES], seen, sealed, possession, signature)


def seal_share(request: CustodyRequest, share: Share) -> bytes:
    """Return a share sealed to whoever made a request, and to that request alone.

    Raises:
        CustodyError: the request brings no key.
    """
    return seal_to(request.key, share.values, _context(request, share.place), "the request")


def prove_share(request: CustodyRequest, table: ShareTable, share: Share) -> bytes:
    """Return the signature that shows that a share is at hand; the share is not in it."""
    return show_possession(table, share, request.digest)


def parse_answer(text: str) -> CustodyAnswer:
    """Return an answer; nothing is said yet of whether it is right. White space in it does not count.

    Raises:
        CustodyError: it is none.
    """
    text = "".join(text.split())
    if len(text) > ANSWER_CHARACTERS_MAX:
        raise CustodyError(f"An answer has at most {ANSWER_CHARACTERS_MAX} characters.")
    if not text.startswith(ANSWER):
        raise CustodyError(f"This is no custodian's answer: one begins with {ANSWER}")
    letters = text.removeprefix(ANSWER)
    try:
        padded = (letters + "=" * (-len(letters) % 4)).encode("ascii")
        content = base64.b64decode(padded, b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        content = b""
    form = content[1] if len(content) > _HEAD_BYTES else -1
    parts = [_SEALED_BYTES * bool(form & _SHARE), SIGNATURE_BYTES * bool(form & _POSSESSION)]
    if content[:1] != b"\x01" or len(content) != _HEAD_BYTES + sum(parts) + SIGNATURE_BYTES:
        raise CustodyError("The answer is cut or altered: copy the whole of it.")
    head, rest = content[:_HEAD_BYTES], content[_HEAD_BYTES:]
    found = CustodyAnswer(
        head[2],
        head[-_TAG_BYTES:],
        int.from_bytes(head[3 : 3 + _SEEN_BYTES], "big"),
        rest[: parts[0]],
        rest[parts[0] : sum(parts)],
        rest[sum(parts) :],
    )
    if found.text != text:
        raise CustodyError("The answer is cut or altered: copy the whole of it.")
    return found


def check_answer(
    request: CustodyRequest,
    table: CustodyTable,
    found: CustodyAnswer,
    signed: bytes | None = None,
) -> None:
    """Check that a custodian of a table gave this answer, to this request.

    Raises:
        CustodyError: they did not; they are named.
    """
    card = table.card_at(found.place)
    if found.tag != request.digest[:_TAG_BYTES]:
        raise CustodyError(f"The answer of {card.name} is to another request.")
    if not card.has_approved(signed or request.digest, found.signature):
        raise CustodyError(f"The answer of {card.name} is forged, or to another request.")


def share_of(
    request: CustodyRequest, table: ShareTable, key: CustodianKey, found: CustodyAnswer
) -> Share:
    """Return the share in an answer that was checked; `key` is the private half of the request's.

    Raises:
        CustodyError: there is none in it, or not the one the table names.
    """
    if not 1 <= found.place <= min(len(table.custodians), SHARES_MAX):
        raise CustodyError(f"There is no place {found.place} in this table.")
    what = f"The share of {table.custodians[found.place - 1].name}"
    if not found.sealed:
        raise CustodyError(f"{what} is not in the answer.")
    share = Share(found.place, open_sealed(key, found.sealed, _context(request, found.place), what))
    require_known(table, share)
    return share


def check_possession(request: CustodyRequest, table: ShareTable, found: CustodyAnswer) -> None:
    """Check that whoever gave an answer that was checked had their share at hand.

    Raises:
        CustodyError: they had not.
    """
    if not has_shown_possession(table, found.place, request.digest, found.possession):
        name = table.custodians[found.place - 1].name
        raise CustodyError(f"{name} has not shown that their share is at hand.")


def _context(request: CustodyRequest, place: int) -> bytes:
    return _ANSWER + request.digest + bytes((place,))
