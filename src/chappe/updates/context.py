"""The context of one server: store, clock, entropy, secrets, ports. Given to every handler, event and job."""

import hashlib
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Generic, Protocol, TypeVar

from chappe.core import Clock, Entropy, Kind, Owner
from chappe.ports import Ports

from .boxes import Change, DeliveryPort, View
from .hooks import Ask
from .registry import Registry
from .store import Store


class Secrets(Protocol):
    """Keyed hashes under secrets of this server that never leave the key store."""

    def blind(self, domain: str, value: bytes) -> bytes:
        """Return 32 bytes that find `value` again without telling it."""
        ...

    def secret(self, name: str) -> bytes:
        """Return the 32-byte secret of this name, the same for ever."""
        ...


OWNERS_A_PAGE: Final = 1_000  # owners named at once, unless the caller wants fewer
KEYED_REMEMBERED_MAX: Final = (
    16_384  # keyed hashes that need not be made again, such as access hashes
)
_NUMBERS: Final = [struct.Struct(f">{count}q").pack for count in range(8)]  # by how many they are


T = TypeVar("T")


class PerServer(Generic[T]):
    """What a part of the server keeps in memory, once for each server: `context.own(IMAGES)`.

    Declared as a constant of the module it belongs to, with what makes it when it is first used. Without
    that, `app` gives it to the context before anything is served.
    """

    def __init__(self, make: Callable[["Context"], T] | None = None) -> None:
        self.make = make


@dataclass(slots=True)
class Context:
    """Everything one running server works with; made once, by `app`."""

    store: Store
    clock: Clock
    entropy: Entropy
    secrets: Secrets
    registry: Registry
    config: Any
    level: str = field(
        default="L0", init=False
    )  # of trust: who holds the root key; see docs/trust.md
    delivery: DeliveryPort = field(init=False)  # set by `Delivery`, which needs the context first
    _keyed: dict[str, Any] = field(
        default_factory=dict
    )  # begun hashes, by the name of their secret
    _remembered: Callable[..., int] = field(init=False)  # of `_hash`
    _owned: dict[PerServer[Any], Any] = field(default_factory=dict)
    ports: Ports = field(kw_only=True)
    ask: Ask = field(kw_only=True)  # finds who answers a question of a lower slice

    def __post_init__(self) -> None:
        self.store.now = self.clock.now
        self._remembered = lru_cache(maxsize=KEYED_REMEMBERED_MAX)(self._hash)

    def own(self, what: PerServer[T]) -> T:
        """Return what this server keeps in memory of a kind, made when it is first used.

        Raises:
            KeyError: it was to be given, and was not: a mistake of ours.
        """
        found: T | None = self._owned.get(what)
        if found is None:
            if what.make is None:
                raise KeyError(what)
            found = self._owned[what] = what.make(self)
        return found

    def give(self, what: PerServer[T], made: T) -> None:
        """Have this kept in memory of a kind."""
        self._owned[what] = made

    def look(self, owner: Owner) -> View:
        """Return a read-only view of a box: committed records only."""
        return View(self.store, owner)

    def change(self, owner: Owner, origin: object = None) -> Change:
        """Return a change of a box; enter it with `async with`."""
        return Change(self.store, owner, self.clock.now(), self.delivery, origin)

    async def boxes_of(
        self, kind: Kind, *, after: int = -1, size: int = OWNERS_A_PAGE
    ) -> AsyncIterator[list[Owner]]:
        """Yield the owners of this kind whose boxes hold anything, in no order, in pages of `size`."""
        while owners := await self.some_boxes_of(kind, after=after, limit=size):
            yield owners
            after = owners[-1].id

    async def some_boxes_of(self, kind: Kind, *, after: int = -1, limit: int) -> list[Owner]:
        """Return one page of what `boxes_of` yields."""
        return await self.store.engine.owners(kind, after=after, limit=limit)

    async def erase(self, owner: Owner) -> None:
        """Destroy a box and its key, after the commits that are queued for it."""
        box = await self.store.hold(owner)
        try:
            await self.store.enqueue(box, {}, {}).done
            await self.store.engine.erase(owner)
            self.store.forget(owner)
        finally:
            self.store.release(box)

    def keyed(self, name: str, *parts: int) -> int:
        """Return a 63-bit keyed hash of numbers: what an access hash is made of."""
        return self._remembered(name, *parts)

    def _hash(self, name: str, *parts: int) -> int:
        base = self._keyed.get(name)
        if base is None:
            secret = self.secrets.secret(name)
            base = self._keyed[name] = hashlib.blake2b(digest_size=8, key=secret)
        hashed = base.copy()
        hashed.update(_NUMBERS[len(parts)](*parts))
        return int.from_bytes(hashed.digest(), "big") >> 1
