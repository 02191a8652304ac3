"""The key store: owner keys under an epoch key under the root key, in a small store of their own.

Deleting an owner's key deletes everything sealed under it, wherever copies of it lie.
"""

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import HOUSE, Entropy, Owner
from chappe.ports import Cell, Engine, EngineError, WriteSet

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
CIPHERS_CACHED_MAX: Final = 20_000  # owner keys held in memory: 2.5 KiB each, most of it OpenSSL's
EPOCH: Final = Cell(HOUSE, "key", b"epoch")
EPOCH_FOLLOWING: Final = Cell(HOUSE, "key", b"epoch following")  # while the root key changes


class SealBrokenError(EngineError):
    """A value does not open: it was altered, moved, or sealed under another key."""

    def __init__(self) -> None:
        super().__init__("A sealed value does not open: run `chappe check`, restore a backup.")


def wrap(key: bytes, value: bytes, context: bytes, nonce: bytes) -> bytes:
    """Return `value` encrypted under `key`, bound to `context`."""
    return nonce + AESGCM(key).encrypt(nonce, value, context)


def unwrap(key: bytes, wrapped: bytes, context: bytes) -> bytes:
    """Return what `wrap` hid.

    Raises:
        SealBrokenError: wrong key or context, or altered bytes.
    """
    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):  # altered, or too short to hold a nonce
        raise SealBrokenError from None


def _context(cell: Cell) -> bytes:
    head = bytes((cell.owner.kind,)) + cell.owner.id.to_bytes(8, "big", signed=True)
    return head + cell.table.encode() + b"\0" + cell.key


class KeyStore:
    """Owner keys, named secrets and blind indexes. Call `open` once before anything else."""

    def __init__(self, engine: Engine, root: bytes, entropy: Entropy) -> None:
        self.engine = engine
        self._root = root
        self._entropy = entropy
        self._epoch = b""
        self._master = b""
        self._ciphers: OrderedDict[Owner, AESGCM | None] = OrderedDict()
        self._secrets: dict[str, bytes] = {}
        self._making = asyncio.Lock()  # two who make a key for one owner make one
        self.changing = (
            asyncio.Lock()
        )  # held while the root key changes, and while a backup is made
        self._destroyed = 0  # keys destroyed: one read before may be gone

    @property
    def root(self) -> bytes:
        """The root key, for who makes backups that open by it."""
        return self._root

    async def is_new(self) -> bool:
        """Whether nothing was ever kept here."""
        return (await self.engine.read((EPOCH,)))[0] is None

    async def open(self) -> None:
        """Read or make the epoch key and the master secret.

        Raises:
            SealBrokenError: the root key is not the one this store was made with.
        """
        (following,) = await self.engine.read((EPOCH_FOLLOWING,))
        try:
            self._epoch = await self._kept("epoch", self._root)
        except SealBrokenError:
            if following is None:
                raise
            self._epoch = unwrap(self._root, following, _context(EPOCH))
        self._master = await self._kept("master", self._epoch)

    async def prepare(self, root: bytes) -> None:
        """Keep the epoch key under another root key too: from here on either opens this store."""
        await self.engine.commit([WriteSet({EPOCH_FOLLOWING: self._epoch_under(root)})])

    async def settle(self, root: bytes | None = None) -> None:
        """Let one root key open this store: the one it was opened with, or the one that was prepared."""
        self._root = root or self._root
        (following,) = await self.engine.read((EPOCH_FOLLOWING,))
        if following is not None:
            under = self._epoch_under(self._root)
            await self.engine.commit([WriteSet({EPOCH: under, EPOCH_FOLLOWING: None})])

    def _epoch_under(self, root: bytes) -> bytes:
        return wrap(root, self._epoch, _context(EPOCH), self._entropy.token(NONCE_BYTES))

    async def _kept(self, name: str, under: bytes) -> bytes:
        cell = Cell(HOUSE, "key", name.encode())
        (wrapped,) = await self.engine.read((cell,))
        if wrapped is not None:
            return unwrap(under, wrapped, _context(cell))
        key = self._entropy.token(KEY_BYTES)
        sealed = wrap(under, key, _context(cell), self._entropy.token(NONCE_BYTES))
        await self.engine.commit([WriteSet({cell: sealed})])
        return key

    def at_hand(self, owner: Owner) -> AESGCM | None:
        """Return an owner's cipher if it is in memory."""
        return self._ciphers.get(owner)

    async def cipher(self, owner: Owner) -> AESGCM | None:
        """Return an owner's cipher, or None if the owner has no key."""
        found = self._ciphers.get(owner)
        if found is None:
            cell = Cell(owner, "key", b"")
            destroyed = self._destroyed
            (wrapped,) = await self.engine.read((cell,))
            if wrapped is None:
                return None
            found = AESGCM(unwrap(self._epoch, wrapped, _context(cell)))
            if destroyed == self._destroyed:
                self._remember(owner, found)
        return found

    async def make(self, owners: set[Owner]) -> dict[Owner, AESGCM]:
        """Make keys for owners that have none; durable before this returns."""
        async with self._making:
            return await self._make(owners)

    async def _make(self, owners: set[Owner]) -> dict[Owner, AESGCM]:
        writes: dict[Cell, bytes | None] = {}
        made: dict[Owner, AESGCM] = {}
        for owner in owners:
            known = await self.cipher(owner)  # another may have made it meanwhile
            if known is not None:
                made[owner] = known
                continue
            key = self._entropy.token(KEY_BYTES)
            cell = Cell(owner, "key", b"")
            writes[cell] = wrap(self._epoch, key, _context(cell), self._entropy.token(NONCE_BYTES))
            made[owner] = AESGCM(key)
        await self.engine.commit([WriteSet(writes)])
        for owner, cipher in made.items():
            self._remember(owner, cipher)
        return made

    def _remember(self, owner: Owner, cipher: AESGCM) -> None:
        self._ciphers[owner] = cipher
        if len(self._ciphers) > CIPHERS_CACHED_MAX:
            self._ciphers.popitem(last=False)

    async def destroy(self, owner: Owner) -> None:
        """Destroy an owner's key: everything sealed under it is gone."""
        self._ciphers.pop(owner, None)
        try:
            await self.engine.erase(owner)
        finally:
            self._destroyed += 1  # who began to read it before does not remember it
            self._ciphers.pop(owner, None)  # who read it meanwhile did

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
