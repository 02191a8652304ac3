"""The port behind every box: ordered bytes under (owner, table, key), committed many boxes at a time."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from chappe.core import Owner


class EngineError(Exception):
    """The store could not do what was asked; its text tells an operator what to do next."""


class StoreFull(EngineError):
    """There is no room left where the store lives."""


class StoreReadOnly(EngineError):
    """The store can be read but not written."""


class Fenced(EngineError):
    """Another process has taken over this shard; stop writing at once."""


class Cell(NamedTuple):
    """Where one value lives."""

    owner: Owner
    table: str
    key: bytes


class Unit(NamedTuple):
    """What is shredded together within a box, such as what was written in one conversation in one month."""

    conversation: int  # 0: none
    period: int  # below 0: of what passes, such as drafts


NO_UNITS: Final[Mapping[Cell, Unit]] = MappingProxyType({})


class WriteSet(NamedTuple):
    """What one change leaves behind: all of it or nothing. A value of None removes the cell.

    `units` says of some of the cells with a value what they are shredded with; others go with their box.
    """

    writes: Mapping[Cell, bytes | None]
    units: Mapping[Cell, Unit] = NO_UNITS


class RowSeal(Protocol):
    """Seals what an engine writes down of a whole commit, before its cells are in their place."""

    def seal(self, number: int, row: bytes) -> bytes:
        """Return a row of this number, sealed."""
        ...

    def open(self, number: int, sealed: bytes) -> bytes:
        """Return what `seal` hid.

        Raises:
            EngineError: it was altered, is of another number, or was sealed under another key.
        """
        ...


class Engine(Protocol):
    """A store of cells.

    Consistency: `read` and `scan` see committed data only, each call one moment's state; a commit's
    write sets become visible together. Durability: when `commit` returns, everything in it survives a
    crash of process and machine; when it raises, nothing of it is ever seen, unless the error is raised
    after the store had already kept it, which callers must treat as not knowing. Concurrency: reads may
    run beside a commit; commits are given one at a time, in order. Trusted with: availability only; the
    values are sealed before they come here, and ids in keys of cells are hidden.

    All methods raise `EngineError` when the store fails.
    """

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """Return the value in each cell, None where there is none; any number of cells."""
        ...

    async def scan(
        self,
        owner: Owner,
        table: str,
        low: bytes,
        high: bytes,
        *,
        limit: int,
        reverse: bool = False,
    ) -> list[tuple[bytes, bytes]]:
        """Return up to `limit` (key, value) with low <= key < high, in key order or its reverse.

        The order of a part that is hidden below is any, and always the same.
        """
        ...

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """Return how many cells have low <= key < high, looking at no more than `limit`."""
        ...

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """Make every write set durable, together; later sets win over earlier ones on the same cell."""
        ...

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """Return owners of this kind that have any cell, behind `after` in the order of the store.

        By rising id; where ids are hidden below, in any order that is always the same.
        """
        ...

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """Return up to `limit` (table, key, value) of an owner behind `after`, in that order."""
        ...

    async def erase(self, owner: Owner) -> None:
        """Remove every cell of the owner, durably. Only for owners nobody writes any more."""
        ...

    async def close(self) -> None:
        """Let go of files and connections. Calling it twice is harmless."""
        ...


class KeyEngine(Engine, Protocol):
    """An engine that keeps keys: what is deleted there is gone from its files too."""

    async def page(
        self, table: str, key: bytes, after: Owner | None, *, limit: int
    ) -> list[tuple[Owner, bytes]]:
        """Return what up to `limit` owners behind `after` have in one cell, by shard, kind and id.

        None: from the first one on.
        """
        ...

    async def forget(self, cells: Sequence[Cell]) -> None:
        """Remove cells, durably; and clear away what was overwritten or removed by any commit before.

        Where the engine was opened for that, no copy stays in its file or its log.
        """
        ...
