"""The key store: owner keys under epoch keys under the root key, in a small store of their own.

Deleting an owner's key deletes everything sealed under it, wherever copies of it lie.
"""

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import HOUSE, Entropy, Owner
from chappe.ports import Cell, EngineError, KeyEngine, WriteSet

from .epochs import (
    EPOCHS_MAX,
    FIRST,
    SERVER_BYTES,
    Epoch,
    EpochCell,
    EpochPlace,
    open_epochs,
    read_epochs,
    seal_epochs,
)
from .hidden_keys import HiddenKeys, HiddenOwners, is_hidden
from .key_rows import (
    HEAD_BYTES,
    NAME_BYTES,
    ROW,
    WRAPPED_BYTES,
    OwnerKeys,
    epoch_of,
    head_of,
    name_of_key,
    unpack_keys,
)
from .owner_seals import OwnerSeal
from .renewals import CELL as RENEWALS
from .renewals import Renewals, unpack_renewals
from .wrapping import (
    KEY_BYTES,
    NONCE_BYTES,
    EpochGoneError,
    SealBrokenError,
    context_of,
    unwrap,
    unwrap_by,
    wrap,
)

CIPHERS_CACHED_MAX: Final = 20_000  # owner keys held in memory: 2.5 KiB each, most of it OpenSSL's
MASTER: Final = Cell(HOUSE, "key", b"master")
# how the epoch key lay here while there was one for ever; it is the first epoch now
EPOCH_BEFORE: Final = Cell(HOUSE, "key", b"epoch")
FOLLOWING_BEFORE: Final = Cell(HOUSE, "key", b"epoch following")
EPOCHS_MISSING: Final = (
    "The epoch keys of this store are missing: put its keys.epochs back, or restore a backup."
)


class KeyStore:
    """Owner keys, named secrets and blind indexes. Call `open` once before anything else."""

    def __init__(
        self, engine: KeyEngine, root: bytes, entropy: Entropy, epochs: EpochPlace | None = None
    ) -> None:
        """`epochs` is where the epoch keys lie; without it, beside the keys of owners."""
        self.engine = engine
        self._root = root
        self._entropy = entropy
        self._place = epochs or EpochCell(engine)
        self._server = (
            b""  # a name at random, by which a file of epoch keys is known as this server's
        )
        self._epochs: tuple[Epoch, ...] = ()  # the newest last
        self._wraps: dict[int, AESGCM] = {}  # the cipher of each epoch
        self._master = b""
        self._ciphers: OrderedDict[Owner, AESGCM | None] = OrderedDict()
        self._hidden: dict[Owner, HiddenKeys] = {}  # of the same owners
        self._former: dict[Owner, tuple[bytes, ...]] = {}  # of those among them that were renewed
        self._seals: dict[Owner, OwnerSeal] = {}  # of those of them who had something sealed
        self._renewals = Renewals()
        self._owners: HiddenOwners | None = None
        self._secrets: dict[str, bytes] = {}
        self._making = asyncio.Lock()  # two who make a key for one owner make one
        # held while the root key or the epoch changes, a key is dropped, and while a backup is made
        self.changing = asyncio.Lock()
        self._rewrapping = asyncio.Lock()
        self._noting = asyncio.Lock()
        self._destroying: set[Owner] = (
            set()
        )  # as they are stored: whose keys are not to be written again
        self._replaced = 0  # keys destroyed or renewed: one read before may be gone

    @property
    def root(self) -> bytes:
        """The root key, for who makes backups that open by it."""
        return self._root

    @property
    def server(self) -> bytes:
        """The name at random by which this server's epoch keys are known as its own."""
        return self._server

    @property
    def epoch(self) -> Epoch:
        """The newest epoch, in which every key is wrapped that is made from now on."""
        return self._epochs[-1]

    @property
    def epoch_count(self) -> int:
        """How many epochs there are; more than one while keys of older ones are wrapped again."""
        return len(self._epochs)

    async def sealed_epochs(self) -> bytes:
        """Return the epoch keys as they are kept, under the root key, for a backup."""
        kept = await self._place.read()
        if kept is None:
            raise RuntimeError("a store that was opened has epoch keys")
        return kept

    async def is_new(self) -> bool:
        """Whether nothing was ever kept here."""
        if await self._place.read() is not None:
            return False
        return not any(await self.engine.read((EPOCH_BEFORE, MASTER)))

    async def open(self, month: int = 0) -> None:
        """Read or make the epoch keys and the master secret; in a new store they are of this month (202611).

        Raises:
            SealBrokenError: the root key is not the one this store was made with.
            EngineError: the epoch keys of this store are not here.
        """
        kept = await self._place.read()
        if kept is not None:
            sealed = read_epochs(kept)
            self._server = sealed.server
            self._hold(open_epochs(sealed, self._root))
        elif (before := await self._epoch_before()) is not None:  # written as such by `settle`
            self._server = self._server or self._entropy.token(SERVER_BYTES)
            self._hold((Epoch(FIRST, 0, before),))
        else:
            if (await self.engine.read((MASTER,)))[0] is not None:
                raise EngineError(EPOCHS_MISSING)
            self._server = self._entropy.token(SERVER_BYTES)
            await self._keep((Epoch(FIRST, month, self._entropy.token(KEY_BYTES)),))
        self._master = await self._kept_master()
        (row,) = await self.engine.read((RENEWALS,))
        if row is not None:
            plain = unwrap(self.secret("renewals"), row, context_of(RENEWALS))
            self._renewals = unpack_renewals(plain)

    async def _epoch_before(self) -> bytes | None:
        """Return the one epoch key of a store from before there were others, or None."""
        kept, following = await self.engine.read((EPOCH_BEFORE, FOLLOWING_BEFORE))
        if kept is None:
            return None
        try:
            return unwrap(self._root, kept, context_of(EPOCH_BEFORE))
        except SealBrokenError:
            if following is None:
                raise
            return unwrap(self._root, following, context_of(EPOCH_BEFORE))

    def _hold(self, epochs: tuple[Epoch, ...]) -> None:
        self._epochs = epochs
        self._wraps = {epoch.number: AESGCM(epoch.key) for epoch in epochs}

    async def _keep(self, epochs: tuple[Epoch, ...], *others: bytes) -> None:
        """Keep these epochs, and no other, under the root key and perhaps another one."""
        roots = (self._root, *others)
        await self._place.write(seal_epochs(epochs, self._server, roots, self._entropy))
        self._hold(epochs)
        before = (EPOCH_BEFORE, FOLLOWING_BEFORE)
        if any(await self.engine.read(before)):
            await self.engine.forget(before)

    async def prepare(self, root: bytes) -> None:
        """Keep the epoch keys under another root key too: from here on either opens this store."""
        await self._keep(self._epochs, root)

    async def settle(self, root: bytes | None = None) -> None:
        """Let one root key open this store: the one it was opened with, or the one that was prepared.

        Also the end of opening a store that was moved here, or is from before there were epochs.
        """
        self._root = root or self._root
        await self._place.settle()
        kept = await self._place.read()
        if kept is None or len(read_epochs(kept).sealed) > 1 or await self._epoch_lies_here():
            await self._keep(self._epochs)

    async def _epoch_lies_here(self) -> bool:
        return any(await self.engine.read((EPOCH_BEFORE, FOLLOWING_BEFORE)))

    async def begin_epoch(self, month: int) -> None:
        """Have every key wrapped in a new epoch from now on. `month` is as 202611. Hold `changing`.

        Raises:
            EngineError: there are as many as there may be, because older keys cannot be wrapped again.
        """
        if len(self._epochs) >= EPOCHS_MAX:
            raise EngineError("Too many epochs: run `chappe check`, a key does not open.")
        async with self._making:
            newest = Epoch(self.epoch.number + 1, month, self._entropy.token(KEY_BYTES))
            await self._keep((*self._epochs, newest))

    async def end_older_epochs(self) -> None:
        """Destroy every epoch but the newest: no copy of older keys opens any more. Hold `changing`.

        Only after the master secret and the keys of all owners were wrapped again since the newest was begun.
        """
        await self._keep(self._epochs[-1:])

    async def rewrap_master(self) -> None:
        """Wrap the master secret in the newest epoch."""
        async with self._rewrapping:
            (row,) = await self.engine.read((MASTER,))
            await self._rewrap([] if row is None else [(MASTER, row)])

    async def rewrap_page(self, after: Owner | None, limit: int) -> tuple[int, Owner | None]:
        """Wrap the keys of some owners in the newest epoch, those behind `after` as they are stored.

        Returns how many were looked at, and the last of them; None where there are no more.

        Raises:
            SealBrokenError: one of them does not open.
        """
        async with self._rewrapping:
            rows = await self.engine.page("key", b"", after, limit=limit)
            await self._rewrap(
                [
                    (Cell(owner, "key", b""), row)
                    for owner, row in rows
                    if owner not in self._destroying
                ]
            )
        return len(rows), rows[-1][0] if rows else None

    async def _rewrap(self, rows: Sequence[tuple[Cell, bytes]]) -> None:
        newest = self.epoch.number
        start, encrypt = head_of(newest, b""), self._wraps[newest].encrypt
        nonces = self._entropy.token(NONCE_BYTES * len(rows))
        dropping = self._renewals.may_drop
        writes: dict[Cell, bytes | None] = {}
        for at, (cell, row) in enumerate(rows):
            if row.startswith(start):
                continue
            plain = self._plain_in(cell, row)
            if len(plain) != KEY_BYTES and dropping:
                plain = unpack_keys(plain).without_former(dropping).pack()
            nonce = nonces[at * NONCE_BYTES : (at + 1) * NONCE_BYTES]
            head = start + name_of_key(row)
            writes[cell] = head + nonce + encrypt(nonce, plain, context_of(cell) + head)
        if writes:
            await self.engine.commit([WriteSet(writes)])

    def _row_of(self, cell: Cell, plain: bytes, name: bytes) -> bytes:
        """Return a row for what is kept of an owner, wrapped in the newest epoch."""
        newest = self._epochs[-1].number
        head, nonce = head_of(newest, name), self._entropy.token(NONCE_BYTES)
        return head + nonce + self._wraps[newest].encrypt(nonce, plain, context_of(cell) + head)

    def _plain_in(self, cell: Cell, row: bytes) -> bytes:
        """Return what is wrapped in a row.

        Raises:
            EpochGoneError: its epoch was destroyed.
            SealBrokenError: it does not open.
        """
        wraps = self._wraps.get(epoch_of(row))
        if wraps is None:
            raise EpochGoneError
        if row[:1] == ROW and len(row) != WRAPPED_BYTES:
            bound, at = context_of(cell), HEAD_BYTES
        else:  # as rows were before
            bound, at = self._bound_before(cell), len(row) - WRAPPED_BYTES
        return unwrap_by(wraps, row[at:], bound + row[:at])

    async def _kept_master(self) -> bytes:
        (row,) = await self.engine.read((MASTER,))
        if row is not None:
            return self._plain_in(MASTER, row)
        key, name = self._entropy.token(KEY_BYTES), self._entropy.token(NAME_BYTES)
        await self.engine.commit([WriteSet({MASTER: self._row_of(MASTER, key, name)})])
        return key

    def at_hand(self, owner: Owner) -> AESGCM | None:
        """Return an owner's cipher if it is in memory."""
        return self._ciphers.get(owner)

    async def cipher(self, owner: Owner) -> AESGCM | None:
        """Return an owner's cipher, or None if the owner has no key."""
        while (found := self._ciphers.get(owner)) is None:
            cell, replaced = self.place(owner), self._replaced
            (row,) = (None,) if cell is None else await self.engine.read((cell,))
            if row is None or cell is None:
                return None
            if replaced == self._replaced:  # else it is read again
                keys = unpack_keys(self._plain_in(cell, row))
                self._remember(owner, AESGCM(keys.key), keys)
        return found

    def place(self, owner: Owner) -> Cell | None:
        """Return where an owner's key is kept, which does not say whose it is; None if nobody has this id."""
        hidden = self.owners.hide(owner)
        return None if hidden is None else Cell(hidden, "key", b"")

    def _bound_before(self, cell: Cell) -> bytes:
        """Return what a row of before is bound to: the place that its owner's own id names."""
        if not is_hidden(cell.owner):
            return context_of(cell)
        return context_of(Cell(self.owners.show(cell.owner), cell.table, cell.key))

    @property
    def owners(self) -> HiddenOwners:
        """What hides the ids of owners, under one secret of the store."""
        if self._owners is None:
            self._owners = HiddenOwners(self.secret("hidden owners"))
        return self._owners

    def hidden_at_hand(self, owner: Owner) -> HiddenKeys | None:
        """Return what hides the keys of an owner's cells if it is in memory."""
        return self._hidden.get(owner)

    async def hidden(self, owner: Owner) -> HiddenKeys | None:
        """Return what hides the keys of an owner's cells, or None if the owner has no key."""
        while (found := self._hidden.get(owner)) is None:
            if await self.cipher(owner) is None:
                return None
            # else it is in memory now, unless another key was destroyed while this one was read
        return found

    def seal_at_hand(self, owner: Owner) -> OwnerSeal | None:
        """Return what seals the cells of an owner if their key is in memory."""
        found = self._seals.get(owner)
        if found is None and (cipher := self._ciphers.get(owner)) is not None:
            place = self.owners.hide(owner)
            if place is not None:
                found = self._seals[owner] = OwnerSeal(owner, cipher, place, self._hidden[owner])
        return found

    async def seals(self, owners: set[Owner]) -> dict[Owner, OwnerSeal]:
        """Return what seals the cells of owners; who has no key gets one, durable before this returns.

        Raises:
            EngineError: nobody can have one of these ids, or a key was destroyed while it was read.
        """
        missing = {owner for owner in owners if await self.cipher(owner) is None}
        if missing:
            await self.make(missing)
        found = {}
        for owner in owners:
            while (seal := self.seal_at_hand(owner)) is None:  # let go of meanwhile
                if await self.cipher(owner) is None:
                    raise EngineError("A key went while it was made: nothing was written.")
            found[owner] = seal
        return found

    async def naming_secret(self, owner: Owner) -> bytes | None:
        """Return 64 bytes for the names of an owner's units, or None if the owner has no key."""
        cell = self.place(owner)
        (row,) = (None,) if cell is None else await self.engine.read((cell,))
        if row is None or cell is None:
            return None
        return unpack_keys(self._plain_in(cell, row)).naming_secret()

    async def make(self, owners: set[Owner]) -> dict[Owner, AESGCM]:
        """Make keys for owners that have none; durable before this returns."""
        async with self._making:
            return await self._make(owners)

    async def _make(self, owners: set[Owner]) -> dict[Owner, AESGCM]:
        writes: dict[Cell, bytes | None] = {}
        made: dict[Owner, AESGCM] = {}
        fresh: dict[Owner, OwnerKeys] = {}
        for owner in owners:
            known = await self.cipher(owner)  # another may have made it meanwhile
            if known is not None:
                made[owner] = known
                continue
            key, name = self._entropy.token(KEY_BYTES), self._entropy.token(NAME_BYTES)
            cell = self.place(owner)
            if cell is None:
                raise EngineError(f"Nobody can have the id {owner.id}: nothing is kept under it.")
            writes[cell] = self._row_of(cell, key, name)
            made[owner], fresh[owner] = AESGCM(key), OwnerKeys(key)
        await self.engine.commit([WriteSet(writes)])
        for owner, keys in fresh.items():
            self._remember(owner, made[owner], keys)
        return made

    def _remember(self, owner: Owner, cipher: AESGCM, keys: OwnerKeys) -> None:
        self._ciphers[owner] = cipher
        if keys.former:
            self._former[owner] = tuple(key for _, key in keys.former)
        self._hidden[owner] = HiddenKeys(keys.hiding_secret())
        if len(self._ciphers) > CIPHERS_CACHED_MAX:
            self._forget(next(iter(self._ciphers)))

    def _forget(self, owner: Owner) -> None:
        self._ciphers.pop(owner, None)
        self._hidden.pop(owner, None)
        self._seals.pop(owner, None)
        self._former.pop(owner, None)

    # -- renewing ------------------------------------------------------------------------------

    @property
    def renewals(self) -> Renewals:
        """How far renewals of owners' keys are."""
        return self._renewals

    async def note_renewals(self, how: Callable[[Renewals], Renewals], of: int = 0) -> None:
        """Keep how far renewals are, durably; with `of` only as long as that is the latest."""
        async with self._noting:
            if of and self._renewals.round != of:
                return
            known, nonce = how(self._renewals), self._entropy.token(NONCE_BYTES)
            plain = msgspec.msgpack.encode(known)
            row = wrap(self.secret("renewals"), plain, context_of(RENEWALS), nonce)
            await self.engine.commit([WriteSet({RENEWALS: row})])
            self._renewals = known

    async def want_renewal(self) -> None:
        """Have a renewal be due: whoever had the root key until now may have the keys of owners."""
        await self.note_renewals(lambda known: msgspec.structs.replace(known, is_wanted=True))

    def former(self, owner: Owner) -> tuple[bytes, ...]:
        """Return keys that an owner whose cipher is in memory had before, the newest first."""
        return self._former.get(owner, ())

    async def owners_page(self, after: Owner | None, limit: int) -> list[Owner]:
        """Return some of those who have keys, as they are stored: those behind `after`."""
        return [owner for owner, _ in await self.engine.page("key", b"", after, limit=limit)]

    async def renew(self, owner: Owner, number: int) -> bool:
        """Have everything of an owner sealed under a new key from now on, of this renewal. Durable.

        Returns whether there may be something that is to be sealed anew.
        """
        async with self._making, self._rewrapping:
            cell = self.place(owner)
            (row,) = (None,) if cell is None else await self.engine.read((cell,))
            if row is None or cell is None or cell.owner in self._destroying:
                return False
            keys = unpack_keys(self._plain_in(cell, row))
            if keys.round >= number and keys.is_whole:
                return False
            try:
                if keys.round < number:
                    keys = keys.renewed(self._entropy.token(KEY_BYTES), number)
                    written = self._row_of(cell, keys.pack(), name_of_key(row))
                    await self.engine.commit([WriteSet({cell: written})])
            finally:  # where it failed it may be kept all the same: then the row is read again
                self._replaced += 1
                self._forget(owner)
            self._remember(owner, AESGCM(keys.key), keys)
        return True

    async def settle_renewal(self, owner: Owner) -> None:
        """Note that everything of an owner is sealed under the newest key."""
        async with self._making, self._rewrapping:
            cell = self.place(owner)
            (row,) = (None,) if cell is None else await self.engine.read((cell,))
            if row is None or cell is None or cell.owner in self._destroying:
                return
            keys = unpack_keys(self._plain_in(cell, row))
            plain = msgspec.structs.replace(keys, is_whole=True).pack()
            written = self._row_of(cell, plain, name_of_key(row))
            await self.engine.commit([WriteSet({cell: written})])

    # -- destroying ----------------------------------------------------------------------------

    async def destroy(self, owner: Owner) -> None:
        """Destroy an owner's key: everything sealed under it is gone."""
        self._forget(owner)
        place = self.place(owner)
        if place is None:
            return
        try:
            self._destroying.add(place.owner)
            async with (
                self._rewrapping
            ):  # what began before is through: what begins now passes it over
                pass
            await self.engine.erase(place.owner)
        finally:
            self._destroying.discard(place.owner)
            self._replaced += 1  # who began to read it before does not remember it
            self._forget(owner)  # who read it meanwhile did

    def secret(self, name: str) -> bytes:
        """Return the 32-byte secret of this name, the same for ever."""
        found = self._secrets.get(name)
        if found is None:
            found = hmac.digest(self._master, b"secret\0" + name.encode(), hashlib.sha256)
            self._secrets[name] = found
        return found

    def blind(self, domain: str, value: bytes) -> bytes:
        """Return 32 bytes that find `value` again without telling it."""
        return hmac.digest(self.secret("blind " + domain), value, hashlib.sha256)

    async def close(self) -> None:
        """Let go of the store."""
        await self.engine.close()
