"""Reporting errors to the observer, so that nothing comes of them where they happened."""

from collections.abc import Callable
from typing import Any, Protocol


class Observer(Protocol):
    """Hears of our own bugs and of a store that works again. Never sees content."""

    def bug(self, where: str, error: BaseException) -> None:
        """A part of the kernel (hub, relay, timers, pruner) met an error it cannot answer for."""
        ...

    def works_again(self) -> None:
        """The store takes changes again after it refused some."""
        ...


def report(to: Callable[..., Any] | None, *said: Any) -> None:
    """Tell `to` what happened, if there is anybody; that it fails must not end what goes on."""
    if to is None:
        return
    try:  # noqa: SIM105  `suppress` would cost every call something
        to(*said)
    except Exception:  # noqa: BLE001, S110  nobody is left to tell; `suppress` costs every call
        pass
