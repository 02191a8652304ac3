"""Telling somebody of an error, so that nothing comes of it where the error was."""

from collections.abc import Callable
from typing import Any


def report(to: Callable[..., Any] | None, *said: Any) -> None:
    """Tell `to` what happened, if there is anybody; that it fails must not end what goes on."""
    if to is None:
        return
    try:  # noqa: SIM105  `suppress` would cost every call something
        to(*said)
    except Exception:  # noqa: BLE001, S110  nobody is left to tell; `suppress` costs every call
        pass
