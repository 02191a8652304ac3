"""The sealed engine: any engine, with every value sealed under its owner's key."""

from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import Entropy, Owner
from chappe.ports import Cell, Engine, WriteSet

from .keys import KeyStore
from .wrapping import NONCE_BYTES, SealBrokenError

FORMAT: Final = b"\x01"  # of a sealed value: nonce, then AES-256-GCM


def bound_to(owner: Owner, table: str, key: bytes) -> bytes:
    """Return the associated data: a value opens only where it was put."""
    kind, number = owner
    return b"%d.%d.%d.%b\0%b" % (number % 4096, kind, number, table.encode(), key)


class SealedEngine:
    """See `ports.Engine`. Adds confidentiality and integrity of values; keys of cells stay readable."""

    def __init__(self, inner: Engine, keys: KeyStore, entropy: Entropy) -> None:
        self.inner = inner
        self.keys = keys
        self._token = entropy.token

    def _open(self, cipher: AESGCM, cell: Cell, sealed: bytes) -> bytes:
        if sealed[:1] != FORMAT:
            raise SealBrokenError
        try:
            return cipher.decrypt(
                sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], bound_to(*cell)
            )
        except (InvalidTag, ValueError):  # altered, or too short to hold a nonce
            raise SealBrokenError from None

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        found = await self.inner.read(cells)
        opened: list[bytes | None] = []
        for cell, sealed in zip(cells, found, strict=True):
            if sealed is None:
                opened.append(None)
                continue
            cipher = self.keys.at_hand(cell.owner) or await self.keys.cipher(cell.owner)
            opened.append(None if cipher is None else self._open(cipher, cell, sealed))
        return opened

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
        cipher = self.keys.at_hand(owner) or await self.keys.cipher(owner)
        if cipher is None:
            return []
        return [(key, self._open(cipher, Cell(owner, table, key), sealed)) for key, sealed in rows]

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        return await self.inner.count(owner, table, low, high, limit=limit)

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`. Keys of new owners are durable before anything sealed under them."""
        writes = batch[0].writes if batch else {}
        if len(batch) > 1:
            writes = {cell: value for ws in batch for cell, value in ws.writes.items()}
        ciphers = await self._ciphers({cell[0] for cell in writes})
        nonces = self._token(NONCE_BYTES * len(writes))
        at, owner, head = 0, None, b""
        sealed: dict[Cell, bytes | None] = {}
        for cell, value in writes.items():
            if value is None:
                sealed[cell] = None
                continue
            if cell[0] is not owner:  # the cells of a change follow each other
                owner = cell[0]
                encrypt, head = ciphers[owner].encrypt, bound_to(owner, "", b"")[:-1]
            nonce = nonces[at : at + NONCE_BYTES]
            at += NONCE_BYTES
            place = head + cell[1].encode() + b"\0" + cell[2]
            sealed[cell] = FORMAT + nonce + encrypt(nonce, value, place)
        await self.inner.commit((WriteSet(sealed),))

    async def _ciphers(self, owners: set[Owner]) -> dict[Owner, AESGCM]:
        """Return the ciphers of owners; those who have no key yet get one, durable before anything else."""
        found: dict[Owner, AESGCM] = {}
        missing: set[Owner] = set()
        for owner in owners:
            cipher = self.keys.at_hand(owner) or await self.keys.cipher(owner)
            if cipher is None:
                missing.add(owner)
            else:
                found[owner] = cipher
        if missing:
            found.update(await self.keys.make(missing))
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
        rows = await self.inner.walk(owner, after, limit=limit)
        cipher = self.keys.at_hand(owner) or await self.keys.cipher(owner)
        if rows and cipher is None:
            raise SealBrokenError
        return [
            (table, key, self._open(cipher, Cell(owner, table, key), sealed))
            for table, key, sealed in rows
            if cipher is not None
        ]

    async def close(self) -> None:
        """See `ports.Engine`."""
        await self.inner.close()
        await self.keys.close()
