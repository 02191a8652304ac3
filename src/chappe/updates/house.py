"""The house: what every handler, event and line may use besides the box in its hands."""

import hashlib
import struct
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from chappe.core import Clock, Entropy, Owner

from .boxes import Change, View
from .drive import drive
from .events import Book
from .relay import Posted
from .store import Store, Waiting

if TYPE_CHECKING:
    from .hub import Hub
    from .relay import Relay
    from .timers import Timers
    from .viewer import Viewer


class Secrets(Protocol):
    """Keyed hashes under secrets of this server that never leave the key store."""

    def blind(self, domain: str, value: bytes) -> bytes:
        """Return 32 bytes that find `value` again without telling it."""
        ...

    def secret(self, name: str) -> bytes:
        """Return the 32-byte secret of this name, the same for ever."""
        ...


_NUMBERS: Final = [struct.Struct(f">{count}q").pack for count in range(8)]  # by how many they are

PeerViews = Callable[["Viewer"], Awaitable[tuple[list[Any], list[Any]]]]


@dataclass(slots=True)
class House:
    """What one running server has; made once, by `app`."""

    store: Store
    clock: Clock
    entropy: Entropy
    secrets: Secrets
    book: Book
    config: Any
    peers: PeerViews  # renders the users and chats a viewer's answer mentions
    hub: "Hub" = field(init=False)
    relay: "Relay" = field(init=False)
    timers: "Timers" = field(init=False)
    _keyed: dict[str, Any] = field(
        default_factory=dict
    )  # begun hashes, by the name of their secret
    services: dict[str, Any] = field(default_factory=dict)  # ports by name: codes, blobs, media, …

    def look(self, owner: Owner) -> View:
        """Return a read-only view of a box: committed records only."""
        return View(self.store, owner)

    def change(self, owner: Owner, origin: object = None) -> Change:
        """Return a change of a box; enter it with `async with`."""
        return Change(self.store, owner, self.clock.now(), self, origin)

    async def erase(self, owner: Owner) -> None:
        """Destroy a box and its key, once what was being kept in it is kept."""
        box = await self.store.hold(owner)
        try:
            await self.store.enqueue(box, {}, {}).done
            await self.store.engine.erase(owner)
            self.store.forget(owner)
        finally:
            self.store.release(box)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something nobody waits for; its failure is our bug."""
        drive(work, lambda _: None, self.hub.failed, self.hub.tasks)

    def told(self, change: Change) -> None:
        """Tell what a kept change announced, and see to the deeds it put off."""
        if change.put_off is not None:
            self.timers.expect(change.owner.shard, change.put_off)
        if change.announced or change.noticed:
            self.hub.tell(change)

    def carry(self, change: Change, waiting: Waiting) -> None:
        """Hand the lines of a change to the relay."""
        for to, line, number in change.posted:
            self.relay.accept(to, Posted(change.owner.shard, number, line, waiting))

    def keyed(self, name: str, *parts: int) -> int:
        """Return a 63-bit keyed hash of numbers: what an access hash is made of."""
        base = self._keyed.get(name)
        if base is None:
            secret = self.secrets.secret(name)
            base = self._keyed[name] = hashlib.blake2b(digest_size=8, key=secret)
        hashed = base.copy()
        hashed.update(_NUMBERS[len(parts)](*parts))
        return int.from_bytes(hashed.digest(), "big") >> 1
