"""The port behind `chappe move`: stores copied whole, which say by a mark that they must not be served."""

from typing import Final, Literal, Protocol

import msgspec

from .blobs import Blobs
from .boxes import Engine, EngineError

MARK: Final = "move"  # under which name a store keeps its mark


class Mark(msgspec.Struct, frozen=True):
    """Why a store must not be served: it is one end of a move."""

    move: str  # which move; both its ends have the same
    role: Literal["leaving", "arriving", "moved"]
    place: str  # the other end, as an operator calls it

    def pack(self) -> str:
        """Return it as a store keeps it."""
        return msgspec.json.encode(self).decode()


def unpack_mark(kept: str | bytes | None) -> Mark | None:
    """Return the mark a store keeps; None if it keeps none.

    Raises:
        EngineError: what it keeps is no mark, so nobody knows whether it may be served.
    """
    if not kept:
        return None
    try:
        return msgspec.json.decode(kept, type=Mark)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EngineError(
            "The mark of a move does not read: another Chappe wrote it, use that one."
        ) from error


def refuse_marked(name: str, mark: Mark | None) -> None:
    """Refuse to serve a store that is one end of a move. `name` is what an operator calls it.

    Raises:
        EngineError: it is; the text says where the other end is and what to do.
    """
    if mark is None:
        return
    if mark.role == "moved":
        raise EngineError(
            f"{name} was moved to {mark.place}: name that in the settings,"
            " or take it back by `chappe move --undo`."
        )
    if mark.role == "leaving":
        raise EngineError(
            f"{name} is being moved to {mark.place}: finish that by `chappe move`,"
            " or give it up by `chappe move --undo`."
        )
    raise EngineError(
        f"{name} is not whole, since a move from {mark.place} has not ended: finish that by"
        " `chappe move`, or give it up by `chappe move --undo`."
    )


class MovableEngine(Engine, Protocol):
    """A store of cells that can be one end of a move. All methods raise `EngineError` when it fails."""

    async def mark(self) -> Mark | None:
        """Return the mark it has."""
        ...

    async def set_mark(self, mark: Mark | None) -> None:
        """Give it a mark, or take its mark off, durably."""
        ...

    async def cells(self) -> int:
        """Return how many cells there are."""
        ...

    async def clear(self) -> None:
        """Remove every cell, durably; the mark stays."""
        ...


class MovableBlobs(Blobs, Protocol):
    """A store of blobs that can be one end of a move. All methods raise `EngineError` when it fails."""

    async def mark(self) -> Mark | None:
        """Return the mark it has."""
        ...

    async def set_mark(self, mark: Mark | None) -> None:
        """Give it a mark, or take its mark off, durably."""
        ...

    async def is_empty(self) -> bool:
        """Whether nothing lies there but a mark."""
        ...

    async def clear(self) -> None:
        """Remove every blob, durably; the mark stays."""
        ...
