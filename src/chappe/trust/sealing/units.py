"""Keys of units: what is shredded together within a box has a key of its own, under the owner's.

A unit is known to its box by a keyed hash, so that a copy of the keys shows neither with whom somebody
writes nor when. Behind it stands chance, by which one key of a unit is told from the next: when what is
left of a unit is sealed again there are two for a while, then the older one is dropped. In front of a value
the name is hidden by the value's nonce: two values of one unit look as unlike as any others.
"""

import asyncio
import contextlib
import hashlib
import struct
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import HOUSE, Entropy, Kind, Owner
from chappe.ports import Cell, EngineError, Unit, WriteSet

from .keys import KeyStore
from .wrapping import KEY_BYTES, NONCE_BYTES, SealBrokenError, context_of, unwrap_by

TABLE: Final = "unit"
BLIND_BYTES: Final = 8  # of the keyed hash of a unit
CHANCE_BYTES: Final = 4  # behind it
NAME_BYTES: Final = BLIND_BYTES + CHANCE_BYTES
ORDER_BYTES: Final = 4  # in front of a key in its row: the newest of a unit has the highest
CLOSED: Final = 1 << 31  # beside the order: nothing is sealed under this key any more
KEYS_OF_UNIT_MAX: Final = (
    1_000  # keys one unit may have: one, but for what interrupted attempts left
)
UNITS_CACHED_MAX: Final = 20_000  # unit keys in memory, of all owners: 2.5 KiB each
_PLACE: Final = struct.Struct(">qq").pack
_NUMBER: Final = struct.Struct(">BQ")  # a number as the first part of a key
_HALF: Final = 1 << 63
# every month that a date of 32 bits can be of: of messages, and of what passes
PERIODS: Final = tuple(
    sign * (year * 100 + month)
    for year in range(1970, 2107)
    for month in range(1, 13)
    for sign in (1, -1)
)


class Sealer:
    """What seals the values of one unit."""

    __slots__ = ("_mask", "_name", "encrypt")

    def __init__(self, name: bytes, mask: hashlib.blake2b, cipher: AESGCM) -> None:
        self._name = int.from_bytes(name, "big")
        self._mask = mask
        self.encrypt: Callable[[bytes, bytes, bytes], bytes] = cipher.encrypt

    def hidden_name(self, nonce: bytes) -> bytes:
        """Return what stands in front of a value with this nonce."""
        return (self._name ^ _pad(self._mask, nonce)).to_bytes(NAME_BYTES, "big")


def _pad(mask: hashlib.blake2b, nonce: bytes) -> int:
    hashed = mask.copy()  # with a key that was taken in before
    hashed.update(nonce)
    return int.from_bytes(hashed.digest(), "big")


class _Held:
    """What is in memory of one owner's units."""

    __slots__ = ("above", "blind", "by_name", "mask", "months", "of_box", "place", "sealers")

    def __init__(self, place: Owner, above: AESGCM, blind: bytes, mask: bytes) -> None:
        self.place = place  # the owner, as is kept
        self.above = above  # the owner's cipher: another one, or none, and all of this is void
        self.blind = blind
        self.mask = hashlib.blake2b(key=mask, digest_size=NAME_BYTES)
        self.sealers: dict[Unit, Sealer] = {}
        self.by_name: dict[bytes, AESGCM] = {}
        # the conversation that was asked for last, and what names of its keys begin with, in any month
        self.months: tuple[int, frozenset[bytes]] = 0, frozenset()
        self.of_box: frozenset[bytes] = frozenset()  # likewise, of what is of no conversation

    def prefix_of(self, unit: Unit) -> bytes:
        """Return what the names of a unit's keys begin with."""
        return hashlib.blake2b(_PLACE(*unit), key=self.blind, digest_size=BLIND_BYTES).digest()

    def prefixes_of(self, conversation: int) -> frozenset[bytes]:
        """Return what names of keys of a conversation begin with, in any month; 0: of none: 4 ms."""
        if not self.of_box:
            self.of_box = frozenset(self.prefix_of(Unit(0, period)) for period in PERIODS)
        if conversation and self.months[0] != conversation:
            months = (self.prefix_of(Unit(conversation, period)) for period in PERIODS)
            self.months = conversation, frozenset(months)
        return self.months[1] if conversation else self.of_box


def owner_of_units(owner: Owner) -> Owner:
    """Return under whose key the units of a box lie: messages on their way have one key for all shards."""
    return HOUSE if owner.kind is Kind.RELAY else owner


class UnitKeys:
    """The keys of units; kept in the store of keys, in memory as long as there is room."""

    def __init__(self, keys: KeyStore, entropy: Entropy) -> None:
        self._keys = keys
        self._entropy = entropy
        self._held: OrderedDict[Owner, _Held] = OrderedDict()
        self._count = 0  # ciphers in all of them
        self._loading = asyncio.Lock()  # so that nothing is taken for the newest that no longer is

    @property
    def changing(self) -> asyncio.Lock:
        """Held while keys are dropped, and by whoever copies boxes and keys."""
        return self._keys.changing

    # -- sealing -------------------------------------------------------------------------------

    async def sealers(
        self, wanted: Collection[tuple[Owner, Unit]]
    ) -> dict[tuple[Owner, Unit], Sealer]:
        """Return what seals the values of these units; keys of new ones are durable before this returns."""
        found: dict[tuple[Owner, Unit], Sealer] = {}
        missing: list[tuple[Owner, Unit]] = []
        for box, unit in wanted:
            held = self._held.get(owner_of_units(box))
            sealer = held and held.sealers.get(unit)
            if held is not None and sealer and self._is_good(owner_of_units(box), held):
                found[box, unit] = sealer
            else:
                missing.append((box, unit))
        if missing:
            async with self._loading:
                found.update(await self._load(missing))
        return found

    def sealer_at_hand(self, box: Owner, unit: Unit) -> Sealer | None:
        """Return what seals the values of a unit if it is in memory."""
        owner = owner_of_units(box)
        held = self._held.get(owner)
        if held is None or self._keys.at_hand(owner) is not held.above:  # as `_is_good` asks
            return None
        return held.sealers.get(unit)

    async def _load(
        self, wanted: Collection[tuple[Owner, Unit]]
    ) -> dict[tuple[Owner, Unit], Sealer]:
        writes: dict[Cell, bytes | None] = {}
        made: dict[tuple[Owner, Unit], Sealer] = {}
        fresh: dict[tuple[Owner, Unit], tuple[_Held, bytes, AESGCM]] = {}
        for box, unit in wanted:
            owner = owner_of_units(box)
            if (owner, unit) in fresh:
                continue
            held = await self._hold_or_make(owner)
            rows = await self._rows_of(held, unit)
            if not rows or _is_closed(rows[-1]):
                order = _order_of(rows[-1]) + 1 if rows else 0
                name, cipher = self._new_key(held, unit, order, writes)
            else:
                name, row = rows[-1]
                cipher = self._opened(owner, held, name, row)
            fresh[owner, unit] = held, name, cipher
        if writes:
            await self._keys.engine.commit([WriteSet(writes)])
        for box, unit in wanted:
            owner = owner_of_units(box)
            held, name, cipher = fresh[owner, unit]
            made[box, unit] = self._remember(owner, held, unit, name, cipher)
        return made

    def _new_key(
        self,
        held: _Held,
        unit: Unit,
        order: int,
        writes: dict[Cell, bytes | None],
    ) -> tuple[bytes, AESGCM]:
        """Make a key, to be written; return its name and cipher."""
        name = held.prefix_of(unit) + self._entropy.token(CHANCE_BYTES)
        key = self._entropy.token(KEY_BYTES)
        self._write_key(held, name, key, order, writes)
        return name, AESGCM(key)

    def _write_key(
        self, held: _Held, name: bytes, key: bytes, order: int, writes: dict[Cell, bytes | None]
    ) -> None:
        cell, head = Cell(held.place, TABLE, name), order.to_bytes(ORDER_BYTES, "big")
        nonce = self._entropy.token(NONCE_BYTES)
        writes[cell] = head + nonce + held.above.encrypt(nonce, key, context_of(cell) + head)

    async def _rows_of(self, held: _Held, unit: Unit) -> list[tuple[bytes, bytes]]:
        """Return the keys of a unit by their names, the newest last."""
        prefix = held.prefix_of(unit)
        high = prefix + b"\xff" * CHANCE_BYTES + b"\xff"
        rows = await self._keys.engine.scan(held.place, TABLE, prefix, high, limit=KEYS_OF_UNIT_MAX)
        return sorted(rows, key=_order_of)

    def _opened(self, owner: Owner, held: _Held, name: bytes, row: bytes) -> AESGCM:
        try:
            return AESGCM(self._key_in(held.above, held.place, name, row))
        except SealBrokenError:
            return AESGCM(self._key_from_before(owner, held, name, row))

    def _key_from_before(self, owner: Owner, held: _Held, name: bytes, row: bytes) -> bytes:
        """Return the key in a row that was wrapped before the owner's key was renewed.

        Raises:
            SealBrokenError: no key from before opens it.
        """
        for former in self._keys.former(owner):
            with contextlib.suppress(SealBrokenError):
                return self._key_in(AESGCM(former), held.place, name, row)
        raise SealBrokenError

    def _key_in(self, above: AESGCM, place: Owner, name: bytes, row: bytes) -> bytes:
        head, wrapped = row[:ORDER_BYTES], row[ORDER_BYTES:]
        return unwrap_by(above, wrapped, context_of(Cell(place, TABLE, name)) + head)

    # -- opening -------------------------------------------------------------------------------

    def at_hand(self, box: Owner, hidden: bytes, nonce: bytes) -> AESGCM | None:
        """Return the cipher of a value if it is in memory."""
        owner = owner_of_units(box)
        held = self._held.get(owner)
        if held is None or not self._is_good(owner, held):
            return None
        return held.by_name.get(_shown(held, hidden, nonce))

    async def cipher(self, box: Owner, hidden: bytes, nonce: bytes) -> AESGCM | None:
        """Return the cipher of a value; None if its key was dropped, or the owner's was."""
        owner = owner_of_units(box)
        held = await self._hold(owner)
        if held is None:
            return None
        name = _shown(held, hidden, nonce)
        found = held.by_name.get(name)
        if found is None:
            (row,) = await self._keys.engine.read((Cell(held.place, TABLE, name),))
            if row is None:
                return None
            try:
                found = self._opened(owner, held, name, row)
            except SealBrokenError:
                if self._is_good(owner, held):
                    raise
                return await self.cipher(box, hidden, nonce)  # it was renewed meanwhile
            held.by_name[name] = found
            self._added(owner, held)
        return found

    async def was_dropped(self, box: Owner, key: bytes, hidden: bytes, nonce: bytes) -> bool:
        """Whether the key of a value that has none here may have been dropped. `key` is the cell's.

        If not, the value was altered or moved: it names no month of the conversation it lies in. Commands on
        their way are not told apart: they are of no conversation.
        """
        if box.kind is Kind.RELAY:
            return True
        held = await self._hold(box)
        if held is None:
            return True
        if len(key) < _NUMBER.size:
            return False
        kind, number = _NUMBER.unpack_from(key)
        if kind != 1:
            return False
        name = _shown(held, hidden, nonce)[:BLIND_BYTES]
        return any(name in held.prefixes_of(place) for place in (0, number - _HALF))

    # -- what is held in memory ----------------------------------------------------------------

    def _is_good(self, owner: Owner, held: _Held) -> bool:
        return self._keys.at_hand(owner) is held.above

    async def _hold_or_make(self, owner: Owner) -> _Held:
        held = await self._hold(owner)
        if held is None:
            await self._keys.make({owner})
            held = await self._hold(owner)
        if held is None:
            raise EngineError("A key went while it was made: nothing was written.")
        return held

    async def _hold(self, owner: Owner) -> _Held | None:
        """Return what is in memory of an owner's units; None if the owner has no key."""
        held = self._held.get(owner)
        if held is not None:
            if self._is_good(owner, held):
                self._held.move_to_end(owner)
                return held
            self._forget(owner)
        above = await self._keys.cipher(owner)
        secret, place = await self._keys.naming_secret(owner), self._keys.place(owner)
        if above is None or secret is None or place is None:
            return None
        held = _Held(place.owner, above, secret[:KEY_BYTES], secret[KEY_BYTES:])
        self._held[owner] = held
        if len(self._held) > UNITS_CACHED_MAX:
            self._forget(next(iter(self._held)))
        return held

    def _remember(
        self, owner: Owner, held: _Held, unit: Unit, name: bytes, cipher: AESGCM
    ) -> Sealer:
        sealer = held.sealers[unit] = Sealer(name, held.mask, cipher)
        if name not in held.by_name:
            held.by_name[name] = cipher
            self._added(owner, held)
        return sealer

    def _added(self, owner: Owner, held: _Held) -> None:
        if self._held.get(owner) is not held:  # let go of meanwhile: it is nobody's any more
            return
        self._count += 1
        while self._count > UNITS_CACHED_MAX and self._held:
            oldest = next(iter(self._held))
            self._forget(oldest)
            if oldest == owner:
                return

    def _forget(self, owner: Owner) -> None:
        held = self._held.pop(owner, None)
        if held is not None:
            self._count -= len(held.by_name)

    # -- after the owner's key was renewed -------------------------------------------------------

    async def wrap_anew(self, owner: Owner, after: bytes, limit: int) -> bytes | None:
        """Wrap keys of an owner's units by the owner's newest key, some at a time.

        Returns where to go on; None if that were all.

        They open what they have sealed; nothing more is sealed under them. One that does not open stays as
        it is.
        """
        async with self._loading:
            held = await self._hold(owner)
            if held is None:
                return None
            high = b"\xff" * (NAME_BYTES + 1)
            rows = await self._keys.engine.scan(held.place, TABLE, after, high, limit=limit)
            writes: dict[Cell, bytes | None] = {}
            for name, row in rows:
                try:
                    self._key_in(held.above, held.place, name, row)
                except SealBrokenError:
                    with contextlib.suppress(SealBrokenError):
                        key = self._key_from_before(owner, held, name, row)
                        order = _order_of((name, row)) | CLOSED
                        self._write_key(held, name, key, order, writes)
            if writes:
                try:
                    await self._keys.engine.commit([WriteSet(writes)])
                finally:  # where it failed it may be kept all the same
                    self._forget(owner)
            return rows[-1][0] + b"\0" if len(rows) == limit else None

    # -- dropping ------------------------------------------------------------------------------

    async def renew(self, box: Owner, unit: Unit) -> None:
        """Have what is sealed from now on in a unit sealed under a new key. Durable."""
        owner = owner_of_units(box)
        async with self._loading:
            held = await self._hold(owner)
            if held is not None:
                await self._renew(owner, held, unit)

    async def _renew(self, owner: Owner, held: _Held, unit: Unit) -> None:
        rows = await self._rows_of(held, unit)
        if not rows:
            return
        writes: dict[Cell, bytes | None] = {}
        name, cipher = self._new_key(held, unit, _order_of(rows[-1]) + 1, writes)
        await self._keys.engine.commit([WriteSet(writes)])
        if self._is_good(owner, held):
            self._remember(owner, held, unit, name, cipher)

    async def drop(self, units: Collection[tuple[Owner, Unit]], *, but_newest: bool) -> None:
        """Destroy the keys of units, or those from before they were renewed, wherever copies lie."""
        async with self._loading:
            gone: list[Cell] = []
            whose: set[Owner] = set()
            for box, unit in units:
                owner = owner_of_units(box)
                held = await self._hold(owner)
                if held is not None:
                    rows = await self._rows_of(held, unit)
                    old = rows[:-1] if but_newest else rows
                    whose.add(owner)
                    gone += [Cell(held.place, TABLE, name) for name, _ in old]
            if not gone:
                return
            for owner in whose:
                self._forget(owner)
            try:
                await self._keys.engine.forget(gone)
            finally:
                for owner in whose:  # who opened something meanwhile has them again
                    self._forget(owner)


def _order_of(row: tuple[bytes, bytes]) -> int:
    return int.from_bytes(row[1][:ORDER_BYTES], "big") & ~CLOSED


def _is_closed(row: tuple[bytes, bytes]) -> bool:
    return int.from_bytes(row[1][:ORDER_BYTES], "big") & CLOSED != 0


def _shown(held: _Held, hidden: bytes, nonce: bytes) -> bytes:
    """Return the name that stands hidden in front of a value."""
    if len(hidden) != NAME_BYTES:
        raise SealBrokenError
    name = int.from_bytes(hidden, "big") ^ _pad(held.mask, nonce)
    return name.to_bytes(NAME_BYTES, "big")
