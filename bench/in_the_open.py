"""`python -m bench.in_the_open` is `chappe` with nothing sealed: what sealing costs is the difference.

Only a bench starts it. It keeps every value, every id and the journal as they are: no way to run a server.
"""

from collections.abc import Sequence

from chappe.__main__ import main
from chappe.app.installation import opening
from chappe.core import Entropy, Owner
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Cell, Engine, RowSeal, WriteSet
from chappe.trust import sealing
from chappe.trust.freshness import FreshCells


class InTheOpen(sealing.SealedEngine):
    """An engine that seals nothing, in the place of the one that does."""

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        return await self._stored.read(cells)

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
        """See `ports.Engine`."""
        return await self._stored.scan(owner, table, low, high, limit=limit, reverse=reverse)

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        return await self._stored.count(owner, table, low, high, limit=limit)

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        await self._stored.commit(batch)

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """See `ports.Engine`."""
        return await self._stored.owners(kind, after=after, limit=limit)

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """See `ports.Engine`."""
        return await self._stored.walk(owner, after, limit=limit)


def _in_the_open(inner: Engine, keys: sealing.KeyStore, entropy: Entropy) -> sealing.SealedEngine:
    return InTheOpen(sealing.HiddenCells(FreshCells(inner), keys), keys, entropy)


async def _leave_journal(_engine: SqliteEngine, _seal: RowSeal) -> None:
    """Keep the journal as it is."""


async def _count_nothing(*_given: object, **_named: object) -> None:
    """Keep no sums: they are over the tags of sealed values."""


if __name__ == "__main__":
    sealing.seal = _in_the_open
    SqliteEngine.seal_journal = _leave_journal  # type: ignore[method-assign,assignment]
    opening.take_up_sums = _count_nothing  # type: ignore[attr-defined]  # it is imported there
    main()
