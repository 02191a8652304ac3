"""Entries in the one form they have: JSON with sorted keys, no spaces, and nothing that anybody wrote.

An entry of a kind is a word of a regular language, so one pattern for each kind decides whether an entry is
in its form, has the fields of its kind, and holds in each what it may. Whoever reads entries needs no more
than that.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from .errors import LedgerError
from .tiles import ENTRY_BYTES_MAX

VERSION: Final = 1
LISTED_MAX: Final = 64  # members of a list in an entry
_SUBJECT: Final = b"chappe/subject/v1\n"
RECORD_KEY_BYTES: Final = 32

Value = str | int | tuple[str, ...]

_TEXT: Final = {
    # a day that there is, but for the 29th of February, which is taken in any year
    "day": (
        r"20[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
        r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))"
    ),
    "week": r"20[0-9]{2}-W(?:0[1-9]|[1-4][0-9]|5[0-3])",  # of ISO 8601
    "hash": r"[0-9a-f]{64}",
    "key": r"[0-9a-f]{64}",  # a public key of Ed25519
    "subject": r"[0-9a-f]{64}",  # see subject_of
    "country": r"[A-Z]{2}",  # of ISO 3166-1
    "version": r"[0-9]{1,4}\.[0-9]{1,4}(?:\.[0-9]{1,6})?",
    "signature": r"[0-9a-f]{128}",
    "approval": r"[0-9a-f]{64}:[0-9a-f]{128}",  # the hash of a public key, and its signature
}
_NUMBER: Final = r"(?:0|[1-9][0-9]{0,14})"
_WORDS: Final = re.compile(r"[A-Za-z0-9_+-]+(?:\|[A-Za-z0-9_+-]+)+")
_FIELD: Final = re.compile(r"(?P<name>[a-z][a-z_]*)(?P<absent>\??):(?P<type>\S+)")
_KIND: Final = re.compile(rb'"kind":"([a-z.-]{1,64})"')


class Entry(NamedTuple):
    """An entry that was read: its kind, and its fields."""

    kind: str
    fields: dict[str, Value]


def value_pattern(type_: str) -> str:
    """Return the pattern of what a field of a type holds.

    Raises:
        LedgerError: No type is called so.
    """
    if type_ == "number":
        return _NUMBER
    if type_.startswith("[") and type_.endswith("]"):
        one = value_pattern(type_[1:-1])
        return rf"\[(?:{one}(?:,{one}){{0,{LISTED_MAX - 1}}})?\]"
    if type_ in _TEXT:
        return f'"{_TEXT[type_]}"'
    if _WORDS.fullmatch(type_):
        return f'"(?:{type_.replace("+", "[+]")})"'
    raise LedgerError(f"no field can be of the type {type_}")


def entry_pattern(kind: str, said: str) -> re.Pattern[bytes]:
    """Return the pattern of entries of a kind, out of its line in a table of kinds.

    Raises:
        LedgerError: The line is not of the form that `kinds.py` describes.
    """
    fields = [("kind", False, f'"{re.escape(kind)}"'), ("v", False, str(VERSION))]
    for word in said.split():
        found = _FIELD.fullmatch(word)
        if found is None or found["name"] in {name for name, _, _ in fields}:
            raise LedgerError(f"{kind}: {word} is no field")
        fields.append((found["name"], bool(found["absent"]), value_pattern(found["type"])))
    pattern, begun = "", False
    for name, absent, value in sorted(fields):
        one = f'"{name}":{value}'
        if begun:
            pattern += f"(?:,{one})?" if absent else f",{one}"
        else:
            pattern += f"(?:{one},)?" if absent else one
            begun = not absent
    return re.compile(rf"\{{{pattern}\}}".encode("ascii"))


class EntryKinds:
    """The kinds a log knows: entries are written and read by them, and nothing else is an entry."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds
        self._patterns: dict[str, re.Pattern[bytes]] = {}  # of those that were written or read

    def _pattern(self, kind: str) -> re.Pattern[bytes] | None:
        """Return the pattern of a kind: all of them at once are half the time that a desk takes to load."""
        if kind not in self._patterns:
            if kind not in self._kinds:
                return None
            self._patterns[kind] = entry_pattern(kind, self._kinds[kind])
        return self._patterns[kind]

    def write(self, kind: str, fields: Mapping[str, Value]) -> bytes:
        """Return an entry in its form; of several words of a list the order is made.

        Raises:
            LedgerError: There is no such kind, or a field is missing, unknown, or holds what it may not.
        """
        if kind not in self._kinds:
            raise LedgerError(f"there is no kind of entries {kind}")
        said = {n: sorted(v) if isinstance(v, tuple | list) else v for n, v in fields.items()}
        try:
            text = json.dumps(
                {**said, "kind": kind, "v": VERSION}, sort_keys=True, separators=(",", ":")
            )
        except (TypeError, ValueError):
            raise LedgerError(f"{kind}: a field holds what JSON cannot say") from None
        content = text.encode("ascii")
        self.read(content)
        return content

    def read(self, content: bytes) -> Entry:
        """Return what an entry says.

        Raises:
            LedgerError: It is of no known kind, or not in the form of its kind.
        """
        named = _KIND.search(content)
        kind = named[1].decode("ascii") if named else ""
        pattern = self._pattern(kind)
        if pattern is None:
            raise LedgerError("an entry of no known kind")
        if len(content) > ENTRY_BYTES_MAX or not pattern.fullmatch(content):
            raise LedgerError(f"an entry is not in the form of its kind, {kind}")
        found: dict[str, Value] = {}
        for name, value in json.loads(content).items():
            if isinstance(value, list):
                if sorted(set(value)) != value:
                    raise LedgerError(f"{kind}: the list {name} is not in order")
                found[name] = tuple(value)
            else:
                found[name] = value
        del found["kind"], found["v"]
        return Entry(kind, found)


def subject_of(record_key: bytes, identity: str) -> str:
    """Return what stands for somebody in one entry: who has its key can tell, and nobody else.

    Args:
        record_key: 32 bytes of chance for this entry alone, which go into the receipt of whom it is about.
            Once they are forgotten, nothing leads from the entry to anybody.
        identity: Whom it is about, as the receipt says it: `user:12`.

    Raises:
        LedgerError: The key has another length.
    """
    if len(record_key) != RECORD_KEY_BYTES:
        raise LedgerError(f"a record's key has {RECORD_KEY_BYTES} bytes")
    return hmac.new(record_key, _SUBJECT + identity.encode(), hashlib.sha256).hexdigest()
