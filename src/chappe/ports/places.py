"""The port behind backups: a place away from the data, where named objects are put and fetched again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from .boxes import EngineError

OBJECTS_AT_ONCE: Final = 100  # objects of one request to a place that takes several

Moved = Callable[[int], None]  # told how many bytes more were moved


class PlaceError(EngineError):
    """A place of backups did not do what was asked; the text says what to do."""


class PlaceObjectMissing(PlaceError):
    """An object is not there that should be."""


class BackupPlace(Protocol):
    """A place that keeps objects by name: a directory, a bucket, an account on another machine.

    Consistency: an object is there whole or not at all, and is listed once `put` returned. Durability: the
    place's own. Concurrency: one call at a time. Trusted with: availability only; what comes here is
    sealed, and names say no more than when a backup was made and how large it is.

    Names are parts of letters, digits, dots and dashes with `/` between. Calls block; they are made by a
    process of their own. All methods raise `PlaceError`.
    """

    name: str  # for people

    def listed(self, under: str) -> Mapping[str, int]:
        """Return the objects whose names begin with `under/`, by name, with their bytes."""
        ...

    def put(self, files: Sequence[tuple[str, Path]], moved: Moved) -> None:
        """Keep files under names; one that is there under that name is replaced."""
        ...

    def get(self, files: Sequence[tuple[str, Path]], moved: Moved) -> None:
        """Fetch objects into files.

        Raises:
            PlaceObjectMissing: one is not there.
        """
        ...

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects. One that is not there is passed over."""
        ...

    def keeps_versions(self) -> bool:
        """Whether what was replaced or removed is known to be kept for who asks for it."""
        ...

    def close(self) -> None:
        """Let go of what it has open."""
        ...
