"""Registry of events, commands and jobs: their classes by stored name, to decode rows with."""

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

import msgspec


class Named(Protocol):
    """An instance of a class whose objects are stored under a name."""

    name: ClassVar[str]  # stored: never reuse one


class Registry:
    """Every event, command and job the slices declare, by the name that is stored."""

    def __init__(self, kinds: Iterable[type[Named]]) -> None:
        self._kinds: dict[str, msgspec.msgpack.Decoder[Any]] = {}
        for kind in kinds:
            if kind.name in self._kinds:
                raise TypeError(f"two events, commands or jobs are named {kind.name}")
            self._kinds[kind.name] = msgspec.msgpack.Decoder(kind)

    def open(self, name: str, body: bytes) -> Any:
        """Return the event, command or job that was stored under this name."""
        return self._kinds[name].decode(body)
