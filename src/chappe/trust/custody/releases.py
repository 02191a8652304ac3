"""What a release to an authority consists of, as custodians are shown it and sign it.

The order is a document (`OrderRecord`), of which only the hash stands in the public log, with what may be
known of it. What is decided about it (`ReleaseDecision`) names the very bytes of the vault and the key they
go to; its hash is what custodians approve. `check_release` is all that a custodian's tool checks of both.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from chappe.trust.ledger.canonical import Entry, EntryKinds
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.hidden import NONCE_BYTES, commitment_of
from chappe.trust.ledger.kinds import KINDS

from .errors import CustodyError
from .forms import from_hex, from_text, read, shown, to_text, whole, written
from .sealed_shares import SET_BYTES, ShareTable
from .tables import CustodyTable
from .vault import CASE_BYTES, VaultPart, vault_hash

RECEIVED: Final = "authority.received"
COMMITTED: Final = "sealed.commit"
ACCOUNTS_MAX: Final = 1_000  # accounts of one order
PARTS_MAX: Final = 10_000  # parts of one case in the vault
MOMENT_MAX: Final = 1 << 40  # seconds since 1970
ACCOUNT_MAX: Final = (1 << 63) - 1  # number of the last account there could be
WORD_CHARACTERS_MAX: Final = 40  # characters of a channel, a basis, a class, a part's name
_ORDER: Final = b"chappe/order/v1\n"
_DECISION: Final = b"chappe/release/v1\n"
_MANY: Final = ((1, "1"), (10, "2-10"), (100, "11-100"), (1_000, "101-1000"))
_HASH_BYTES: Final = 32
_ORDER_FIELDS: Final = frozenset(
    {"accounts", "basis", "case", "channel", "classes", "country", "nonce", "received"}
    | {"since", "until", "v"}
)
_DECISION_FIELDS: Final = frozenset(
    {"authority", "export", "given", "parts", "record", "since", "until", "v", "vault"}
)


class OrderRecord(NamedTuple):
    """What an authority asks, as it was received."""

    case: bytes  # at random, 32 bytes: the same in all entries about it
    nonce: bytes  # at random, so that nobody finds the record by guessing
    channel: str  # by which way of the law it came
    country: str
    basis: str
    classes: tuple[str, ...]  # of data, as in Regulation (EU) 2023/1543
    accounts: tuple[int, ...]
    since: int  # seconds since 1970; data from then on
    until: int  # data before then
    received: int

    @property
    def content(self) -> bytes:
        """The record as a document."""
        return written(
            {
                "accounts": list(self.accounts),
                "basis": self.basis,
                "case": self.case.hex(),
                "channel": self.channel,
                "classes": list(self.classes),
                "country": self.country,
                "nonce": self.nonce.hex(),
                "received": self.received,
                "since": self.since,
                "until": self.until,
                "v": 1,
            }
        )

    @property
    def digest(self) -> bytes:
        """The hash that stands in the log."""
        return hashlib.sha256(_ORDER + self.content).digest()

    def logged(self, week: str) -> dict[str, str | int | tuple[str, ...]]:
        """Return the fields of the entry that says it was received."""
        return {
            "accounts": bucket_of(len(self.accounts)),
            "asked": self.classes,
            "basis": self.basis,
            "case": self.case.hex(),
            "channel": self.channel,
            "country": self.country,
            "record": self.digest.hex(),
            "week": week,
        }


class ReleaseDecision(NamedTuple):
    """What is to be given, to whom: the bytes of the vault, and the hash of a public key."""

    record: bytes  # the digest of the order's record
    vault: bytes  # the case whose vault it is: the order's own, or one that was preserved before
    since: int  # the dates of what is in the vault
    until: int
    given: tuple[str, ...]  # classes
    parts: tuple[VaultPart, ...]
    authority: bytes  # SHA-256 of the key the package is sealed to

    @property
    def content(self) -> bytes:
        """The decision as a document."""
        return written(self.fields)

    @property
    def fields(self) -> dict[str, Any]:
        """The decision's fields, as in the document."""
        return {
            "authority": self.authority.hex(),
            "export": vault_hash(self.vault, self.parts).hex(),
            "given": list(self.given),
            "parts": [[one.name, one.size, one.digest.hex()] for one in self.parts],
            "record": self.record.hex(),
            "since": self.since,
            "until": self.until,
            "v": 1,
            "vault": self.vault.hex(),
        }

    @property
    def digest(self) -> bytes:
        """The hash that custodians sign."""
        return hashlib.sha256(_DECISION + self.content).digest()


class HiddenOpening(NamedTuple):
    """What opens a commitment: the entries that are not shown yet."""

    nonce: bytes
    entries: tuple[bytes, ...]


class ReleaseDetails(NamedTuple):
    """What a request to release brings beside the proof."""

    record: OrderRecord
    decision: ReleaseDecision
    number: bytes  # of the division of the vault's key
    marks: tuple[bytes, ...]
    shares: tuple[bytes, ...]  # of the vault's key, each sealed to a custodian of the table
    opening: HiddenOpening | None = None  # where what stands in the log is a commitment

    @property
    def fields(self) -> dict[str, Any]:
        """The details as they stand in a request."""
        opening = None
        if self.opening is not None:
            lines = [one.decode("ascii") for one in self.opening.entries]
            opening = {"entries": lines, "nonce": self.opening.nonce.hex()}
        return {
            "decision": self.decision.content.decode("ascii"),
            "marks": [to_text(one) for one in self.marks],
            "number": self.number.hex(),
            "opening": opening,
            "record": self.record.content.decode("ascii"),
            "shares": [to_text(one) for one in self.shares],
        }

    def share_table(self, table: CustodyTable) -> ShareTable:
        """Return by what the shares of the vault's key are known."""
        people = tuple(card.custodian for card in table.cards)
        return ShareTable(self.number, table.needed, people, self.marks)


def bucket_of(count: int) -> str:
    """Return how many accounts an entry says there are."""
    return next((name for most, name in _MANY if count <= most), "1001+")


def part_name(category: str, of: str, account: int) -> str:
    """Return what a part is called: its class in the law's words and in ours, and whose data it is."""
    return f"{category}.{of}.{account}"


def check_release(details: ReleaseDetails, entry: Entry, table: CustodyTable) -> int:
    """Check that what is to be released is what stands in the log, and no more.

    Args:
        details: What the request brings.
        entry: The entry of the log that was proved and that witnesses saw.
        table: The custodians who are asked.

    Returns:
        How many entries are still hidden: 0 where the order stands in the log for everybody.

    Raises:
        CustodyError: it is not; the text says what is different.
    """
    record, decision = details.record, details.decision
    logged, hidden = _logged(details, entry)
    week = str(logged.fields.get("week", ""))
    if logged.kind != RECEIVED or logged.fields != record.logged(week):
        raise CustodyError("The log says another order than the one you are shown.")
    if decision.record != record.digest:
        raise CustodyError("What is to be released is for another order.")
    if len(details.shares) != len(table.cards) or len(details.marks) != len(table.cards):
        raise CustodyError("The shares are not those of this table of custodians.")
    if not {*decision.given} <= {*record.classes}:
        raise CustodyError("WIDER than the order: a class of data that it does not name.")
    if decision.since < record.since or decision.until > record.until:
        raise CustodyError("WIDER than the order: dates that it does not name.")
    for part in decision.parts:
        category, _, rest = part.name.partition(".")
        account = rest.rpartition(".")[2]
        if category not in decision.given:
            raise CustodyError("WIDER than the order: a part of a class that it does not name.")
        if account not in {str(one) for one in record.accounts}:
            raise CustodyError("WIDER than the order: an account that it does not name.")
    return hidden


def _logged(details: ReleaseDetails, entry: Entry) -> tuple[Entry, int]:
    """Return the entry about the order, from the log or from what opens the commitment in it."""
    if entry.kind != COMMITTED:
        return entry, 0
    if details.opening is None:
        raise CustodyError("The log has a commitment only, and the request does not open it.")
    try:
        found = commitment_of(details.opening.nonce, details.opening.entries)
        first = EntryKinds(KINDS).read(details.opening.entries[0])
    except (LedgerError, IndexError):
        raise CustodyError("What opens the commitment is of no form.") from None
    if found != entry.fields["commit"]:
        raise CustodyError("FALSE OPENING: the log commits to something else.")
    return first, len(details.opening.entries)


# --- reading them


def parse_details(found: Mapping[str, Any]) -> ReleaseDetails:
    """Return what a request to release brings.

    Raises:
        CustodyError: it is none.
    """
    names = {"decision", "marks", "number", "opening", "record", "shares"}
    if found.keys() != names:
        raise CustodyError("The request does not say what is to be released.")
    marks, shares = found["marks"], found["shares"]
    if not isinstance(marks, list) or not isinstance(shares, list):
        raise CustodyError("The request brings no shares.")
    return ReleaseDetails(
        parse_order(_text(found["record"])),
        parse_decision(_text(found["decision"])),
        from_hex(found["number"], "The number of the division", SET_BYTES),
        tuple(from_text(one, "A mark", _HASH_BYTES) for one in marks),
        tuple(from_text(one, "A share") for one in shares),
        _opening(found["opening"]),
    )


def _opening(found: Any) -> HiddenOpening | None:
    if found is None:
        return None
    if not isinstance(found, dict) or found.keys() != {"entries", "nonce"}:
        raise CustodyError("The request does not say what it opens.")
    entries = found["entries"]
    if not isinstance(entries, list):
        raise CustodyError("The request does not say what it opens.")
    lines = tuple(_text(one) for one in entries)
    return HiddenOpening(from_hex(found["nonce"], "The nonce", NONCE_BYTES), lines)


def parse_order(content: bytes) -> OrderRecord:
    """Return an order's record.

    Raises:
        CustodyError: it is none.
    """
    found = _versioned(content, _ORDER_FIELDS, "The order")
    try:
        accounts, classes = found["accounts"], found["classes"]
        record = OrderRecord(
            from_hex(found["case"], "The case", CASE_BYTES),
            from_hex(found["nonce"], "The nonce", NONCE_BYTES),
            shown(found["channel"], "The channel", WORD_CHARACTERS_MAX),
            shown(found["country"], "The country", WORD_CHARACTERS_MAX),
            shown(found["basis"], "The basis", WORD_CHARACTERS_MAX),
            tuple(shown(one, "A class", WORD_CHARACTERS_MAX) for one in classes),
            tuple(whole(one, "An account", 0, ACCOUNT_MAX) for one in accounts),
            whole(found["since"], "The first moment", 0, MOMENT_MAX),
            whole(found["until"], "The last moment", 0, MOMENT_MAX),
            whole(found["received"], "The moment of receipt", 0, MOMENT_MAX),
        )
    except (KeyError, TypeError):
        raise CustodyError("The order has other fields.") from None
    _require_same(record.content, found, "The order")
    return record


def parse_decision(content: bytes) -> ReleaseDecision:
    """Return a decision.

    Raises:
        CustodyError: it is none.
    """
    found = _versioned(content, _DECISION_FIELDS, "The decision")
    try:
        parts = found["parts"][: PARTS_MAX + 1]
        decision = ReleaseDecision(
            from_hex(found["record"], "The record", _HASH_BYTES),
            from_hex(found["vault"], "The case", CASE_BYTES),
            whole(found["since"], "The first moment", 0, MOMENT_MAX),
            whole(found["until"], "The last moment", 0, MOMENT_MAX),
            tuple(shown(one, "A class", WORD_CHARACTERS_MAX) for one in found["given"]),
            tuple(
                VaultPart(
                    shown(name, "A part", WORD_CHARACTERS_MAX),
                    whole(size, "A size", 0, 1 << 60),
                    from_hex(digest, "A hash", _HASH_BYTES),
                )
                for name, size, digest in parts
            ),
            from_hex(found["authority"], "The authority's key", _HASH_BYTES),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, CustodyError):
            raise
        raise CustodyError("The decision has other fields.") from None
    _require_same(decision.content, found, "The decision")
    return decision


def _require_same(made: bytes, found: Mapping[str, Any], what: str) -> None:
    """Refuse what says something else than was read of it, such as another hash of what it lists."""
    if made != written(found):
        raise CustodyError(f"{what} is not in its one form: was it edited on the way?")


def _versioned(content: bytes, names: frozenset[str], what: str) -> dict[str, Any]:
    found = read(content, names, what)
    if found["v"] != 1:
        raise CustodyError(f"{what} is of a version that is not known here.")
    return found


def _text(found: Any) -> bytes:
    try:
        return bytes(found.encode("ascii"))
    except (AttributeError, UnicodeEncodeError):
        raise CustodyError("The request holds something else than text.") from None
