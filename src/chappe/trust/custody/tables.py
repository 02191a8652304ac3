"""Who the custodians of a server are, and what each is given: two documents.

The table is public and its hash stands in the public log. A share file is one custodian's: the table, their
sealed share, and the proof that the table is in the log.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from .cards import APPROVAL_BYTES, SIGNATURE_BYTES, CustodianCard
from .errors import CustodyError
from .forms import NAME_CHARACTERS_MAX, from_hex, from_text, read, shown, to_text, whole, written
from .sealed_shares import PUBLIC_BYTES, SET_BYTES, ShareTable, deal
from .shamir import NEEDED_MIN

CUSTODIANS_MAX: Final = 16  # custodians of a server
ORIGIN_CHARACTERS_MAX: Final = 200  # characters of a log's name
DELAY_DAYS_MAX: Final = 90  # days a change of custodians may be made to wait
HASH_CHARACTERS: Final = 64
_TABLE: Final = b"chappe/custodians/v1\n"
_CHANGE: Final = b"chappe/change/v1\n"
_END: Final = b"chappe/end-custody/v1\n"
_MARK_BYTES: Final = 32
_FIELDS: Final = frozenset(
    {"custodians", "delay_days", "needed", "number", "origin", "previous", "v"}
)
_PERSON: Final = frozenset({"approval", "key", "mark", "name", "signature"})
_SHARE_FIELDS: Final = frozenset({"entry", "place", "proof", "sealed", "table", "v"})


class CustodyTable(NamedTuple):
    """The custodians of a server, and by what their shares are known."""

    origin: str  # the server's public log, by which custodians know the server
    cards: tuple[CustodianCard, ...]
    shares: ShareTable
    previous: str = ""  # the hash of the table before, in hex; nothing for the first
    delay_days: int = 0  # days between the entry that proposes a table and its coming into force

    @property
    def content(self) -> bytes:
        """The table as a document."""
        return written(self._fields_of())

    def _fields_of(self) -> dict[str, Any]:
        people = [
            {
                "approval": to_text(card.approval),
                "key": to_text(card.key),
                "mark": to_text(mark),
                "name": card.name,
                "signature": to_text(card.signature),
            }
            for card, mark in zip(self.cards, self.shares.marks, strict=True)
        ]
        return {
            "custodians": people,
            "delay_days": self.delay_days,
            "needed": self.shares.needed,
            "number": self.shares.number.hex(),
            "origin": self.origin,
            "previous": self.previous,
            "v": 1,
        }

    @property
    def hash(self) -> str:
        """What stands for it in the log, in hex."""
        return hashlib.sha256(_TABLE + self.content).hexdigest()

    @property
    def needed(self) -> int:
        """How many custodians open the server."""
        return self.shares.needed

    def place_of(self, card: CustodianCard) -> int:
        """Return at which place somebody stands, from 1.

        Raises:
            CustodyError: at none.
        """
        for place, one in enumerate(self.cards, 1):
            if (one.key, one.approval) == (card.key, card.approval):
                return place
        raise CustodyError(f"{card.name} is not among the custodians of {self.origin}.")

    def card_at(self, place: int) -> CustodianCard:
        """Return who stands at a place.

        Raises:
            CustodyError: nobody does.
        """
        if not 1 <= place <= len(self.cards):
            raise CustodyError(f"There is no place {place} in this table.")
        return self.cards[place - 1]


class ShareFile(NamedTuple):
    """What one custodian is handed."""

    table: CustodyTable
    place: int
    sealed: bytes  # their share, sealed to their key
    entry: bytes  # of the log, that names the table
    proof: bytes  # that the entry is in the log

    @property
    def content(self) -> bytes:
        """The file."""
        fields = {
            "entry": self.entry.decode("ascii"),
            "place": self.place,
            "proof": self.proof.decode("utf-8"),
            "sealed": to_text(self.sealed),
            "table": self.table.content.decode("ascii"),
            "v": 1,
        }
        return written(fields) + b"\n"


def change_digest(wanted: "ChangeOfCustodians") -> bytes:
    """Return the hash that custodians in force sign to agree to others: of what the log says of it."""
    keys = ",".join(sorted(one.hex() for one in wanted.approvals))
    said = (wanted.origin, wanted.previous, wanted.needed, wanted.delay_days, keys)
    return hashlib.sha256(_CHANGE + "".join(f"{one}\n" for one in said).encode()).digest()


def end_digest(origin: str, table: str) -> bytes:
    """Return the hash that custodians in force sign to be none any more: of what the log says of it."""
    return hashlib.sha256(_END + f"{origin}\n{table}\n".encode()).digest()


class ChangeOfCustodians(NamedTuple):
    """Who shall be custodians instead of those in force."""

    origin: str  # the server's public log
    previous: str  # the hash of the table in force, in hex
    needed: int
    delay_days: int
    approvals: tuple[bytes, ...]  # the public keys by which they will approve


def deal_table(
    secret: bytes,
    needed: int,
    cards: Sequence[CustodianCard],
    wanted: CustodyTable,
    token: Callable[[int], bytes],
) -> tuple[CustodyTable, list[bytes]]:
    """Divide a root key among custodians; `wanted` says for which server, after which table and delay.

    Returns:
        The table, and the share sealed to each of them.

    Raises:
        CustodyError: there is no such division, two have one key or name, or a card is forged.
    """
    if not NEEDED_MIN <= needed <= len(cards) <= CUSTODIANS_MAX:
        raise CustodyError(
            f"Of {CUSTODIANS_MAX} custodians at most two at least are needed, and no more than there are."
        )
    for card in cards:
        card.check()
    for what in ([card.approval for card in cards], [card.name.casefold() for card in cards]):
        if len(set(what)) != len(cards):
            raise CustodyError("Each custodian has a key and a name of their own.")
    shares, sealed = deal(secret, needed, [card.custodian for card in cards], token)
    return wanted._replace(cards=tuple(cards), shares=shares), sealed


def parse_table(content: bytes) -> CustodyTable:
    """Return a table.

    Raises:
        CustodyError: it is none, or a card in it is forged.
    """
    found = read(content, _FIELDS, "The table of custodians")
    people, needed = found["custodians"], found["needed"]
    if found["v"] != 1 or not isinstance(people, list):
        raise CustodyError("The table of custodians is of a version that is not known here.")
    if not NEEDED_MIN <= len(people) <= CUSTODIANS_MAX:
        raise CustodyError(f"A table has {NEEDED_MIN} to {CUSTODIANS_MAX} custodians.")
    cards, marks = zip(*map(_person, people), strict=True)
    for what in ({card.approval for card in cards}, {card.name.casefold() for card in cards}):
        if len(what) != len(cards):
            raise CustodyError("Somebody stands twice in the table of custodians.")
    needed = whole(needed, "How many are needed", NEEDED_MIN, len(cards))
    number = from_hex(found["number"], "The number of the table", SET_BYTES)
    shares = ShareTable(number, needed, tuple(card.custodian for card in cards), marks)
    origin = shown(found["origin"], "The log's name", ORIGIN_CHARACTERS_MAX)
    previous = found["previous"]
    if previous != "":
        from_hex(previous, "The table before", HASH_CHARACTERS // 2)
    delay = whole(found["delay_days"], "The delay of a change", 0, DELAY_DAYS_MAX)
    return CustodyTable(origin, cards, shares, previous, delay)


def parse_share_file(content: bytes) -> ShareFile:
    """Return what a custodian was handed.

    Raises:
        CustodyError: it is nothing of the kind.
    """
    found = read(content, _SHARE_FIELDS, "The share file")
    try:
        table, entry = found["table"].encode("ascii"), found["entry"].encode("ascii")
        proof = found["proof"].encode()
    except (AttributeError, UnicodeEncodeError):
        raise CustodyError("The share file holds something else than text.") from None
    read_table = parse_table(table)
    place = whole(found["place"], "The place", 1, len(read_table.cards))
    return ShareFile(read_table, place, from_text(found["sealed"], "The share"), entry, proof)


def _person(found: Any) -> tuple[CustodianCard, bytes]:
    if not isinstance(found, dict) or found.keys() != _PERSON:
        raise CustodyError("The table of custodians has other fields.")
    name = shown(found["name"], "A custodian's name", NAME_CHARACTERS_MAX)
    card = CustodianCard(
        name,
        from_text(found["key"], f"The key of {name}", PUBLIC_BYTES),
        from_text(found["approval"], f"The key of {name}", APPROVAL_BYTES),
        from_text(found["signature"], f"The card of {name}", SIGNATURE_BYTES),
    )
    card.check()
    return card, from_text(found["mark"], f"The mark of {name}", _MARK_BYTES)
