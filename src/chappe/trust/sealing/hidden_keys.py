"""How ids are hidden in the keys of cells and in the ids of owners: keyed permutations that can be undone.

A hidden part tells nothing but whether it is the same as another one of the same table of the same owner.
So a cell is still found by its key, and cells whose keys begin alike still lie together; what is lost is
the order of what is hidden.
"""

import hashlib
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.ports import EngineError, hidden_parts

NUMBER: Final = 0x01  # the first byte of a part of a key: a number in the open, see `encode_key`
TEXT: Final = 0x02  # a text in the open
HIDDEN_NUMBER: Final = 0x03  # one block of AES
HIDDEN_TEXT: Final = 0x04  # two bytes of length, then AES-SIV
END: Final = 0xFF  # the end of a range of keys; in no key
STAY: Final = frozenset({HIDDEN_NUMBER, HIDDEN_TEXT, END})  # parts that are not hidden once more
NUMBER_BYTES: Final = 9  # of a number in the open, its first byte included
BLOCK_BYTES: Final = 16
CONTEXT_BYTES: Final = 8  # of a block: which part of which table it is
PARTS_MAX: Final = 8  # of a key of a table that no record names
TEXT_STEP_BYTES: Final = 16  # hidden texts have a length of so many, or twice, …

PERSONS: Final = frozenset({Kind.USER, Kind.CHAT, Kind.CHANNEL})  # whose ids are hidden
HIDDEN_FROM: Final = 1 << 62  # ids of owners below are in the open, from here on they are hidden
HALF_BITS: Final = 25  # of an id without its shard: half of what is permuted
HALF: Final = (1 << HALF_BITS) - 1
SHARD_BITS: Final = SHARD_COUNT.bit_length() - 1
OWNERS_KNOWN_MAX: Final = (
    40_000  # owners of which it is remembered how they are stored: 250 bytes each
)
ROUNDS: Final = 10  # of the Feistel network, as many as FF1 has (NIST SP 800-38G)


class HiddenKeyError(EngineError):
    """A hidden key of a cell does not open: it was altered, or is another owner's."""

    def __init__(self) -> None:
        super().__init__("The key of a cell does not open: run `chappe check`, restore a backup.")


@cache
def _contexts(table: str) -> tuple[bytes | None, ...]:
    """Return for each part of a table's keys what its block begins with; None for one in the open.

    Of a table that no record names every part is hidden.
    """
    hidden = hidden_parts(table)
    return tuple(
        hashlib.sha256(b"%b\0%d" % (table.encode(), part)).digest()[:CONTEXT_BYTES]
        if hides
        else None
        for part, hides in enumerate((True,) * PARTS_MAX if hidden is None else hidden)
    )


@cache
def hides_any(table: str) -> bool:
    """Whether any part of the keys of a table is hidden."""
    return any(_contexts(table))


@cache
def _first_of(table: str) -> tuple[bytes | None, bool]:
    """Return what the block of the first part begins with, as `_contexts`, and whether no other is hidden."""
    contexts = _contexts(table)
    return contexts[0] if contexts else None, not any(contexts[1:])


@cache
def _hidden_count(table: str) -> int:
    return sum(context is not None for context in _contexts(table))


def end_of_hidden(table: str, key: bytes) -> int:
    """Return where, in a key or the bound of a range, all that is hidden ends; 0 if it has not all of it."""
    at = 0
    for _ in range(_hidden_count(table)):
        if at >= len(key) or key[at] == END:
            return 0
        at = _end_of_part(key, at)
    return at


class HiddenKeys:
    """Hides the keys of one owner's cells, under 64 bytes of that owner's (`OwnerKeys.hiding_secret`)."""

    __slots__ = ("_decrypt", "_encrypt", "_secret", "_siv")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        # made when they are needed: each takes a KiB, and most owners in memory need only one
        self._encrypt: CipherContext | None = None
        self._decrypt: CipherContext | None = None
        self._siv: AESSIV | None = None

    def hide(self, table: str, key: bytes) -> bytes:
        """Return a key, or the bound of a range of keys, as it is stored; of what is stored so, the same."""
        first, is_only = _first_of(table)
        encrypt = self._encrypt or self._encryptor()
        hidden, at, part = b"", 0, 0
        if first is not None and key[:1] == b"\x01":
            # a number that is hidden, and perhaps what is in the open, is most of all keys
            hidden = b"\x03" + encrypt.update(first + key[1:NUMBER_BYTES])
            if len(key) == NUMBER_BYTES:
                return hidden
            if is_only:
                return hidden + key[NUMBER_BYTES:]
            at, part = NUMBER_BYTES, 1
        contexts = _contexts(table)
        while at < len(key):
            context = contexts[part] if part < len(contexts) else None
            end = _end_of_part(key, at)
            if context is None or key[at] in STAY:
                hidden += key[at:end]
            elif key[at] == NUMBER:
                hidden += b"\x03" + encrypt.update(context + key[at + 1 : end])
            else:
                hidden += self._hide_text(context, key[at + 1 : end])
            at, part = end, part + 1
        return hidden

    def show(self, table: str, hidden: bytes) -> bytes:
        """Return the key that is stored so.

        Raises:
            HiddenKeyError: it was altered, or is another owner's or table's.
        """
        contexts = _contexts(table)
        shown, at, part = b"", 0, 0
        while at < len(hidden):
            end = _end_of_part(hidden, at)
            context = contexts[part] if part < len(contexts) else b""
            if hidden[at] not in {HIDDEN_NUMBER, HIDDEN_TEXT}:
                shown += hidden[at:end]
            elif not context:
                raise HiddenKeyError
            elif hidden[at] == HIDDEN_NUMBER:
                block = (self._decrypt or self._decryptor()).update(hidden[at + 1 : end])
                if block[:CONTEXT_BYTES] != context:
                    raise HiddenKeyError
                shown += b"\x01" + block[CONTEXT_BYTES:]
            else:
                shown += self._show_text(context, hidden[at + 3 : end])
            at, part = end, part + 1
        return shown

    def _encryptor(self) -> CipherContext:
        self._encrypt = Cipher(AES(self._secret[:32]), ECB()).encryptor()  # noqa: S305  single blocks
        return self._encrypt

    def _decryptor(self) -> CipherContext:
        self._decrypt = Cipher(AES(self._secret[:32]), ECB()).decryptor()  # noqa: S305  single blocks
        return self._decrypt

    def _texts(self) -> AESSIV:
        self._siv = self._siv or AESSIV(self._secret[32:])
        return self._siv

    def _hide_text(self, context: bytes, text: bytes) -> bytes:
        padded = text + b"\x80"
        padded += bytes(-len(padded) % TEXT_STEP_BYTES)
        sealed = self._texts().encrypt(padded, [context])
        return b"\x04" + len(sealed).to_bytes(2, "big") + sealed

    def _show_text(self, context: bytes, sealed: bytes) -> bytes:
        try:
            padded = self._texts().decrypt(sealed, [context])
        except (InvalidTag, ValueError):
            raise HiddenKeyError from None
        return b"\x02" + padded.rstrip(b"\0")[:-1]


def _end_of_part(key: bytes, at: int) -> int:
    """Return where the part of a key that begins here ends.

    Raises:
        HiddenKeyError: it is no part of a key.
    """
    match key[at]:
        case 0x01:
            end = at + NUMBER_BYTES
        case 0x02:
            end = key.find(b"\0\0", at)  # a zero of the text itself has another byte behind it
            end = end + 2 if end >= 0 else len(key) + 1
        case 0x03:
            end = at + 1 + BLOCK_BYTES
        case 0x04:
            end = at + 3 + int.from_bytes(key[at + 1 : at + 3], "big")
        case 0xFF:
            end = len(key)
        case _:
            raise HiddenKeyError
    if end > len(key):
        raise HiddenKeyError
    return end


class HiddenOwners:
    """Hides the ids of people, groups and channels, under one secret of the store; their shards stay."""

    def __init__(self, secret: bytes) -> None:
        self._encrypt = Cipher(AES(secret), ECB()).encryptor()  # noqa: S305  single blocks
        self._known: dict[Owner, Owner] = {}

    def hide(self, owner: Owner) -> Owner | None:
        """Return an owner as it is stored; None if nobody can have this id."""
        found = self._known.get(owner)
        if found is None:
            if owner.kind not in PERSONS:
                return owner
            if not 0 <= owner.id < HIDDEN_FROM:
                return None
            if len(self._known) >= OWNERS_KNOWN_MAX:
                self._known.clear()
            found = self._known[owner] = self._permuted(owner)
        return found

    def _permuted(self, owner: Owner) -> Owner:
        kind, number = owner
        upper = number >> SHARD_BITS
        left, right = upper >> HALF_BITS, upper & HALF
        for turn in range(ROUNDS):
            left, right = right, left ^ self._round(kind, turn, right)
        return Owner(
            kind, HIDDEN_FROM | (left << HALF_BITS | right) << SHARD_BITS | number % SHARD_COUNT
        )

    def show(self, owner: Owner) -> Owner:
        """Return the owner that is stored so; whoever is not hidden as they are."""
        kind, number = owner
        if not is_hidden(owner):
            return owner
        upper = (number - HIDDEN_FROM) >> SHARD_BITS
        left, right = upper >> HALF_BITS, upper & HALF
        for turn in reversed(range(ROUNDS)):
            left, right = right ^ self._round(kind, turn, left), left
        return Owner(kind, (left << HALF_BITS | right) << SHARD_BITS | number % SHARD_COUNT)

    def _round(self, kind: int, turn: int, half: int) -> int:
        block = self._encrypt.update(bytes((kind, turn)) + half.to_bytes(14, "big"))
        return int.from_bytes(block[:4], "big") & HALF


def is_hidden(owner: Owner) -> bool:
    """Whether the id of a stored owner is hidden; False for what belongs to nobody, and is in the open."""
    return owner.kind in PERSONS and owner.id >= HIDDEN_FROM
