"""Guessing who talks with whom from what no seal hides: how much there is, how long, and what came together.

Every box keeps its own copy of a private conversation. So two boxes that talk hold two sequences of messages
that are much alike. Whoever has the file and no key compares all with all; and where the journal reads,
which messages were committed together.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

from chappe.core import Kind
from chappe.engines import journal
from chappe.trust import sealing

NUMBER_BYTES: Final = 9  # the end of a message's key: its number, in order
UNLIKE: Final = 200  # by how many bytes a message counts that only one of both has
TOGETHER: Final = 100  # by how many bytes two are nearer for each message of theirs in one commit
OWNERS_MAX: Final = 100_000  # people of a store that are looked at for what is true
CELLS_MAX: Final = 100_000  # cells of one of them


class Conversation(NamedTuple):
    """One box's copy of a conversation, as the file names it."""

    owner: int
    peer: bytes


Edge = frozenset[Conversation]  # two copies of one conversation


class Recovered(NamedTuple):
    """What came of it."""

    edges: int  # conversations there are between two people
    right: int  # of them that were guessed
    wrong: int  # pairs that were guessed and are none

    def __str__(self) -> str:
        share = 100 * self.right // max(self.edges, 1)
        right = f"{self.right} of {self.edges} edges ({share} in 100) are guessed"
        return f"{right}, and {self.wrong} that are none"


def guessed(store: Path) -> set[Edge]:
    """Return which conversations of a file of SQLite look like two copies of one."""
    lengths, together = _read(store)
    best: dict[Conversation, tuple[int, Conversation]] = {}
    for one, other in combinations(sorted(lengths), 2):
        if one.owner == other.owner:
            continue
        far = (
            _difference(lengths[one], lengths[other]) - TOGETHER * together[frozenset((one, other))]
        )
        for mine, theirs in ((one, other), (other, one)):
            if mine not in best or far < best[mine][0]:
                best[mine] = (far, theirs)
    return {frozenset((one, other)) for one, (_, other) in best.items() if best[other][1] == one}


def _read(store: Path) -> tuple[dict[Conversation, list[int]], Counter[Edge]]:
    """Return how long the messages of each conversation are, and how often two had one in one commit."""
    cells: dict[Conversation, dict[bytes, int]] = defaultdict(dict)
    together: Counter[Edge] = Counter()
    with closing(sqlite3.connect(store)) as db:
        kept = db.execute(
            "SELECT owner, key, length(value) FROM cell WHERE kind=1 AND tbl='message'"
        )
        for owner, key, length in kept:
            cells[_of(owner, key)][key] = length
        for (row,) in db.execute("SELECT cells FROM journal ORDER BY number"):
            came: set[Conversation] = set()
            for (kind_owner, table, key), value in _commit(row).items():
                if kind_owner.kind is Kind.USER and table == "message" and value is not None:
                    cells[_of(kind_owner.id, key)][key] = len(value)
                    came.add(_of(kind_owner.id, key))
            together.update(frozenset(pair) for pair in combinations(sorted(came), 2))
    ordered = {talk: [found[key] for key in sorted(found)] for talk, found in cells.items()}
    return ordered, together


def _of(owner: int, key: bytes) -> Conversation:
    return Conversation(owner, key[:-NUMBER_BYTES])


def _commit(row: bytes) -> Mapping[Any, bytes | None]:
    """Return the cells of a commit; none where the journal is sealed."""
    try:
        return journal.decode_row(row)
    except ValueError:
        return {}


def _difference(one: Iterable[int], other: Iterable[int]) -> int:
    """Return how unlike two sequences of lengths are: compared from the newest message back."""
    mine, theirs = list(one)[::-1], list(other)[::-1]
    alike = sum(abs(a - b) for a, b in zip(mine, theirs, strict=False))
    return alike + UNLIKE * abs(len(mine) - len(theirs))


async def true_edges(sealed: sealing.SealedEngine) -> set[Edge]:
    """Return which conversations are two copies of one, as whoever has the keys knows."""
    owners, stored = sealed.keys.owners, sealing.stored_in(sealed)
    copies: dict[tuple[int, int], Conversation] = {}
    for owner in await stored.owners(Kind.USER, limit=OWNERS_MAX):
        person = owners.show(owner)
        hidden = await sealed.keys.hidden(person)
        for table, key, _ in await stored.walk(owner, ("message", b""), limit=CELLS_MAX):
            if table == "message" and hidden is not None:
                peer = int.from_bytes(hidden.show(table, key)[1:NUMBER_BYTES], "big") - (1 << 63)
                copies[person.id, peer] = _of(owner.id, key)
    return {
        frozenset((talk, copies[peer, person]))
        for (person, peer), talk in copies.items()
        if person < peer and (peer, person) in copies
    }


def recovered(store: Path, truth: set[Edge]) -> Recovered:
    """Guess, and compare with what is true."""
    found = guessed(store)
    return Recovered(len(truth), len(found & truth), len(found - truth))
