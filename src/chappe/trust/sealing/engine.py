"""The sealed engine: any engine, with every value sealed under its owner's key."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import Entropy, Owner
from chappe.ports import Cell, Engine, Unit, WriteSet

from ..freshness import FreshCells
from .hidden_cells import HiddenCells
from .keys import KeyStore
from .owner_seals import FORMAT, FORMAT_OF_UNIT, OwnerSeal, bound_to, sealed_writes
from .padding import unpad
from .units import NAME_BYTES as UNIT_NAME_BYTES
from .units import Sealer, UnitKeys
from .wrapping import NONCE_BYTES, SealBrokenError

# as both were while nothing was padded; what is padded is bound to its format as well
UNPADDED: Final = b"\x01"
UNPADDED_OF_UNIT: Final = b"\x02"
NONCE_AT_FIRST: Final = 1  # in a value that is in no unit
NONCE_AT: Final = 1 + UNIT_NAME_BYTES  # in one that is
VALUE_AT: Final = NONCE_AT + NONCE_BYTES
_OF_UNIT: Final = frozenset((FORMAT_OF_UNIT[0], UNPADDED_OF_UNIT[0]))


class SealedEngine:
    """See `ports.Engine`. Adds confidentiality and integrity of values, whose lengths are few."""

    def __init__(self, inner: Engine, keys: KeyStore, entropy: Entropy) -> None:
        self.inner = inner
        self.keys = keys
        self.units = UnitKeys(keys, entropy)
        # what is written goes past what hides cells: `sealed_writes` hides them on the way
        self._stored = inner.inner if isinstance(inner, HiddenCells) else inner
        self._hides = self._stored is not inner
        self.shredded = 0  # values met whose key was dropped: of an older backup that was restored
        self._token = entropy.token

    def _open(self, cipher: AESGCM, cell: Cell, sealed: bytes) -> bytes:
        if sealed[:1] not in (FORMAT, UNPADDED):
            raise SealBrokenError
        nonce, is_padded = sealed[1 : 1 + NONCE_BYTES], sealed[:1] == FORMAT
        place = FORMAT + bound_to(*cell) if is_padded else bound_to(*cell)
        try:
            value = cipher.decrypt(nonce, sealed[1 + NONCE_BYTES :], place)
        except (InvalidTag, ValueError):  # altered, or too short to hold a nonce
            raise SealBrokenError from None
        return unpad(value) if is_padded else value

    def _open_by_former(self, cell: Cell, sealed: bytes) -> bytes:
        """Return a value that was sealed before its owner's key was renewed.

        Raises:
            SealBrokenError: no key from before opens it either.
        """
        for key in self.keys.former(cell.owner):
            with contextlib.suppress(SealBrokenError):
                return self._open(AESGCM(key), cell, sealed)
        raise SealBrokenError

    async def _opened(self, owner: Owner, rows: Sequence[tuple[Cell, bytes]]) -> list[bytes | None]:
        """Return the values of one owner, opened; None for each whose key was destroyed."""
        cipher = self.keys.at_hand(owner) or await self.keys.cipher(owner)
        if cipher is None:
            return [None] * len(rows)
        opened: list[bytes | None] = []
        units = self.units
        for cell, sealed in rows:
            value = self._opened_at_hand(cell, sealed)
            if value is not None:
                opened.append(value)
                continue
            if not sealed or sealed[0] not in _OF_UNIT:
                try:
                    opened.append(self._open(cipher, cell, sealed))
                except SealBrokenError:
                    opened.append(self._open_by_former(cell, sealed))
                continue
            name, nonce = sealed[1:NONCE_AT], sealed[NONCE_AT:VALUE_AT]
            of_unit = units.at_hand(owner, name, nonce) or await units.cipher(owner, name, nonce)
            if of_unit is None:
                if not await units.was_dropped(owner, cell.key, name, nonce):
                    raise SealBrokenError
                self.shredded += 1
                opened.append(None)
                continue
            is_padded = sealed[:1] == FORMAT_OF_UNIT
            place = FORMAT_OF_UNIT + bound_to(*cell) if is_padded else bound_to(*cell)
            try:
                value = of_unit.decrypt(nonce, sealed[VALUE_AT:], place)
            except (InvalidTag, ValueError):
                raise SealBrokenError from None
            opened.append(unpad(value) if is_padded else value)
        return opened

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        found = await self.inner.read(cells)
        opened: list[bytes | None] = []
        for cell, sealed in zip(cells, found, strict=True):
            if sealed is None:
                opened.append(None)
                continue
            value = self._opened_at_hand(cell, sealed)
            if value is None:
                opened += await self._opened(cell.owner, ((cell, sealed),))
            else:
                opened.append(value)
        return opened

    def _opened_at_hand(self, cell: Cell, sealed: bytes) -> bytes | None:
        """Return a value whose key is in memory, as most are; None if there is more to find out."""
        owner, table, key = cell
        seal = self.keys.seal_at_hand(owner)
        if seal is None or len(sealed) <= VALUE_AT:
            return None
        if sealed[0] == FORMAT[0]:
            decrypt, head, start = seal.decrypt, seal.head, NONCE_AT_FIRST
        elif sealed[0] == FORMAT_OF_UNIT[0]:
            nonce = sealed[NONCE_AT:VALUE_AT]
            of_unit = self.units.at_hand(owner, sealed[1:NONCE_AT], nonce)
            if of_unit is None:
                return None
            decrypt, head, start = of_unit.decrypt, seal.head_of_unit, NONCE_AT
        else:
            return None
        end = start + NONCE_BYTES
        bound = head + table.encode() + b"\0" + key
        try:
            return unpad(decrypt(sealed[start:end], sealed[end:], bound))
        except (InvalidTag, ValueError):  # perhaps of a key from before
            return None

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
        rows = await self.inner.scan(owner, table, low, high, limit=limit, reverse=reverse)
        if not rows:
            return rows
        cells = [(Cell(owner, table, key), sealed) for key, sealed in rows]
        opened = zip(rows, await self._opened(owner, cells), strict=True)
        return [(key, value) for (key, _), value in opened if value is not None]

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        return await self.inner.count(owner, table, low, high, limit=limit)

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`. Keys of new owners are durable before anything sealed under them."""
        writes, units = batch[0] if batch else WriteSet({})
        if len(batch) > 1:
            writes = {cell: value for ws in batch for cell, value in ws.writes.items()}
            units = {cell: unit for ws in batch for cell, unit in ws.units.items()}
        seals = await self._seals(writes)
        sealers = await self._sealers(units)
        nonces = self._token(NONCE_BYTES * len(writes))
        stored = sealed_writes(writes, seals, sealers, nonces, hides=self._hides)
        await self._stored.commit((WriteSet(stored),))

    async def _seals(self, cells: Iterable[Cell]) -> dict[Owner, OwnerSeal]:
        """Return what seals the cells of each owner; who has no key gets one, durable before this returns."""
        found: dict[Owner, OwnerSeal] = {}
        missing: set[Owner] = set()
        at_hand = self.keys.seal_at_hand
        owner: Any = None
        for cell in cells:
            if cell[0] is not owner:  # the cells of a change follow each other
                owner = cell[0]
                seal = at_hand(owner)
                if seal is None:
                    missing.add(owner)
                else:
                    found[owner] = seal
        if missing:
            found.update(await self.keys.seals(missing))
        return found

    def opens_by(self, cipher: AESGCM, cell: Cell, sealed: bytes) -> bool:
        """Whether a value opens by this key of its box, and not by one from before."""
        try:
            self._open(cipher, cell, sealed)
        except SealBrokenError:
            return False
        return True

    async def seal_anew(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> tuple[str, bytes] | None:
        """Seal under an owner's newest key what is under one from before, among some cells behind `after`.

        What is in units stays as it is. Only while no commit is under way: see `updates.Store.between`.
        A value that does not open stays as it is: `chappe check` names its box. Returns the last cell that
        was looked at; None if there are no more.
        """
        rows = await self.inner.walk(owner, after, limit=limit)
        cipher = self.keys.at_hand(owner) or await self.keys.cipher(owner)
        if cipher is None:
            return None
        writes: dict[Cell, bytes | None] = {}
        for table, key, sealed in rows:
            if sealed and sealed[0] in _OF_UNIT:
                continue
            cell = Cell(owner, table, key)
            if not self.opens_by(cipher, cell, sealed):
                with contextlib.suppress(SealBrokenError):
                    writes[cell] = self._open_by_former(cell, sealed)
        if writes:
            await self.commit([WriteSet(writes)])
        return rows[-1][:2] if len(rows) == limit else None

    async def _sealers(self, units: Mapping[Cell, Unit]) -> dict[Cell, Sealer]:
        """Return what seals the cells that are in units; last before sealing, so that it is the newest."""
        at_hand = self.units.sealer_at_hand
        found: dict[Cell, Sealer] = {}
        for cell, unit in units.items():
            sealer = at_hand(cell[0], unit)
            if sealer is None:
                made = await self.units.sealers({(cell[0], unit) for cell, unit in units.items()})
                return {cell: made[cell[0], unit] for cell, unit in units.items()}
            found[cell] = sealer
        return found

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """See `ports.Engine`."""
        return await self.inner.owners(kind, after=after, limit=limit)

    async def erase(self, owner: Owner) -> None:
        """See `ports.Engine`. The key goes first: from then on nothing can be read."""
        await self.keys.destroy(owner)
        await self.inner.erase(owner)

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """See `ports.Engine`."""
        while rows := await self.inner.walk(owner, after, limit=limit):
            if await self.keys.cipher(owner) is None:
                raise SealBrokenError
            cells = [(Cell(owner, table, key), sealed) for table, key, sealed in rows]
            opened = zip(rows, await self._opened(owner, cells), strict=True)
            found = [(table, key, value) for (table, key, _), value in opened if value is not None]
            if found:
                return found
            after = rows[-1][:2]  # all of them were shredded: there may be more behind
        return []

    async def close(self) -> None:
        """See `ports.Engine`."""
        await self.inner.close()
        await self.keys.close()


def seal(inner: Engine, keys: KeyStore, entropy: Entropy) -> SealedEngine:
    """Return an engine whose values are sealed, and the ids in whose keys are hidden."""
    return SealedEngine(HiddenCells(FreshCells(inner), keys), keys, entropy)


def fresh_cells(sealed: SealedEngine) -> FreshCells:
    """Return what keeps sums over what is sealed and hidden.

    Raises:
        TypeError: the engine was not made by `seal`.
    """
    hidden = sealed.inner
    if not isinstance(hidden, HiddenCells) or not isinstance(hidden.inner, FreshCells):
        raise TypeError("no sums are kept over this engine")
    return hidden.inner


def stored_in(sealed: SealedEngine) -> Engine:
    """Return the engine that holds what is sealed and hidden."""
    below = sealed.inner.inner if isinstance(sealed.inner, HiddenCells) else sealed.inner
    return below.inner if isinstance(below, FreshCells) else below
