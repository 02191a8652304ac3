"""The kernel by itself: a context on an engine and its delivery, no features above them."""

from typing import Any

from chappe.core import Clock
from chappe.core.system import SystemClock, SystemEntropy
from chappe.updates import Context, Delivery, HubHooks, Registry, Store


class Notes:
    """An `Observer` that remembers the errors it is told of."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []

    def bug(self, _where: str, error: BaseException) -> None:
        """See `Observer`."""
        self.errors.append(error)

    def works_again(self) -> None:
        """See `Observer`."""


class Kernel(Context):
    """A context whose delivery and failures a test can look into."""

    delivery: Delivery
    notes: Notes


async def nobody(*_: Any) -> Any:
    """Return no users and no chats."""
    return [], []


async def strangers(*_: Any) -> bool:
    """Nobody knows anybody."""
    return True


async def unseen(*_: Any) -> None:
    """Somebody came online; nothing follows."""


def unmissed(*_: Any) -> None:
    """Somebody is away; nobody is told."""


def kernel(store: Store, *kinds: Any, clock: Clock | None = None) -> Kernel:
    """Return a kernel on a store, which knows these events, commands and jobs."""
    made = Kernel(
        store,
        clock or SystemClock(),
        SystemEntropy(),
        Any,
        Registry(kinds),
        None,
        ports=Any,
        ask=Any,
    )
    made.notes = Notes()
    Delivery(made, HubHooks(nobody, strangers, unseen, unmissed), made.notes)
    return made
