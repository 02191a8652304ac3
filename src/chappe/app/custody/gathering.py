"""Answers to one request, gathered until enough custodians gave theirs."""

import enum
from pathlib import Path
from typing import Final

from chappe.trust.custody import (
    CustodianKey,
    CustodyAnswer,
    CustodyError,
    CustodyRequest,
    CustodyTable,
    Share,
    check_answer,
    check_possession,
    parse_answer,
    restore,
    share_of,
)

from .kept import CustodyNotes, keep_notes, notes_of

KEY_BYTES: Final = 32


class Asks(enum.StrEnum):
    """The kinds of request a server makes; the names are those of the custodian's tool."""

    START = "start"
    ACTIVATE = "activate"
    REHEARSE = "rehearse"
    CHANGE = "change"
    END = "end"


class Gathering:
    """One request and what came of it."""

    def __init__(
        self,
        request: CustodyRequest,
        table: CustodyTable,
        key: CustodianKey | None = None,
        signed: bytes | None = None,
    ) -> None:
        """`key` is the private half of the request's, where shares are asked for.

        `signed` is the hash that is said yes to, where it is not the request's.
        """
        self._signed = signed
        self.request = request
        self.table = table
        self._key = key
        self._given: dict[int, CustodyAnswer] = {}
        self._shares: dict[int, Share] = {}

    def take(self, text: str) -> str:
        """Take one custodian's answer; return a sentence that says whose it was, and how many are missing.

        Raises:
            CustodyError: it is not taken; the text says why.
        """
        found = parse_answer(text)
        check_answer(self.request, self.table, found, self._signed)
        name = self.table.card_at(found.place).name
        if found.place in self._given:
            raise CustodyError(f"{name} has answered already: {self._missing()}.")
        if self._key is not None:
            share = share_of(self.request, self.table.shares, self._key, found)
            self._shares[found.place] = share
        elif self.request.kind == Asks.REHEARSE:
            check_possession(self.request, self.table.shares, found)
        self._given[found.place] = found
        return f"Taken from {name}: {self._missing()}."

    def _missing(self) -> str:
        missing = self.table.needed - len(self._given)
        if missing <= 0:
            return "enough have answered"
        return "one more is needed" if missing == 1 else f"{missing} more are needed"

    @property
    def is_enough(self) -> bool:
        """Whether as many have answered as are needed."""
        return len(self._given) >= self.table.needed

    @property
    def names(self) -> tuple[str, ...]:
        """Who has answered."""
        return tuple(self.table.card_at(place).name for place in sorted(self._given))

    def root(self) -> bytearray:
        """Return the root key out of the shares, which are let go.

        Raises:
            CustodyError: they are too few.
        """
        root = bytearray(restore(self.table.shares, self._shares.values()))
        self._shares.clear()
        return root

    def approvals(self) -> tuple[str, ...]:
        """Return who approved, as the public log says it: the hash of a key, and its signature."""
        return tuple(
            f"{self.table.card_at(place).approver}:{one.signature.hex()}"
            for place, one in self._given.items()
        )

    def note(self, data: Path, now: int) -> None:
        """Remember who was here, and up to where they know the log."""
        notes = notes_of(data)
        seen, tried = dict(notes.seen), dict(notes.tried)
        for place, one in self._given.items():
            who = self.table.card_at(place).approver
            seen[who] = one.seen
            if self.request.kind not in (Asks.CHANGE, Asks.END):
                tried[who] = now
        keep_notes(data, CustodyNotes(seen, tried))
