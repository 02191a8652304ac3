"""Epochs: the keys under which owners' keys are wrapped, a new one each month, the old ones destroyed.

They lie by themselves, under the root key, in a few hundred bytes that are replaced as a whole: so a copy of
the keys of owners is worth nothing without what lies here, and nothing at all once its epoch is gone from
here. Backups keep the newest of these bytes only.
"""

import asyncio
import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec

from chappe.core import HOUSE, Entropy
from chappe.ports import Cell, EngineError, KeyEngine, WriteSet

from .root import write_whole
from .wrapping import NONCE_BYTES, SealBrokenError, unwrap, wrap

FORMAT: Final = 1  # of what lies here; a later one is refused
EPOCHS_MAX: Final = (
    64  # epochs at a time: with as many, no new one is begun until the old ones are gone
)
SERVER_BYTES: Final = 8  # of the random name by which a server knows its own
FIRST: Final = 1  # the number of the epoch of a store from before there were others
CELL: Final = Cell(HOUSE, "key", b"epochs")
_CONTEXT: Final = b"epochs"
FORMER: Final = (
    ".former"  # behind the name of the file: what it held before, until that is destroyed
)


class Epoch(msgspec.Struct, frozen=True, array_like=True):
    """One epoch."""

    number: int  # rising
    month: int  # in which it was begun, as 202611; 0: not known, so that a new one is due
    key: bytes


class EpochKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What lies here. While the root key changes it is sealed under two of them."""

    format: int
    server: bytes  # a name at random: whose it is
    sealed: tuple[bytes, ...]


def seal_epochs(
    epochs: Sequence[Epoch], server: bytes, roots: Iterable[bytes], entropy: Entropy
) -> bytes:
    """Return the bytes that are kept, which each of these root keys opens."""
    plain = msgspec.msgpack.encode(epochs)
    sealed = tuple(wrap(root, plain, _CONTEXT, entropy.token(NONCE_BYTES)) for root in roots)
    return msgspec.msgpack.encode(EpochKeys(format=FORMAT, server=server, sealed=sealed))


def read_epochs(content: bytes) -> EpochKeys:
    """Return what is kept, still sealed.

    Raises:
        SealBrokenError: it is damaged.
        EngineError: a newer Chappe wrote it.
    """
    try:
        kept = msgspec.msgpack.decode(content, type=EpochKeys)
    except msgspec.MsgspecError:
        raise SealBrokenError from None
    if kept.format > FORMAT:
        raise EngineError("The epoch keys were written by a newer Chappe: upgrade this one.")
    return kept


def server_of_epochs(content: bytes) -> bytes:
    """Return the name of the server whose epoch keys these are.

    Raises:
        EngineError: they are none.
    """
    return read_epochs(content).server


def open_epochs(kept: EpochKeys, root: bytes) -> tuple[Epoch, ...]:
    """Return the epochs, the newest last; never none.

    Raises:
        SealBrokenError: the root key is another one, or it is damaged.
    """
    for sealed in kept.sealed:
        with contextlib.suppress(SealBrokenError, msgspec.MsgspecError):
            plain = unwrap(root, sealed, _CONTEXT)
            epochs = msgspec.msgpack.decode(plain, type=tuple[Epoch, ...])
            if epochs:
                return epochs
    raise SealBrokenError


class EpochPlace(Protocol):
    """Where epoch keys lie: bytes that are replaced as a whole, or not at all."""

    async def read(self) -> bytes | None:
        """Return what is kept; None before the first."""
        ...

    async def write(self, content: bytes) -> None:
        """Keep this, durably, and destroy what was kept before."""
        ...

    async def settle(self) -> None:
        """Bring what is kept to where it belongs, after a move of the keys."""
        ...


class EpochCell:
    """Epoch keys in a cell beside the owners' keys: for a database, and for tests.

    With a file, what lies there is taken from it once: the keys were moved here.
    """

    def __init__(self, engine: KeyEngine, file: Path | None = None) -> None:
        self._engine = engine
        self._file = file

    async def read(self) -> bytes | None:
        """See `EpochPlace`."""
        (kept,) = await self._engine.read((CELL,))
        if kept is None and self._file is not None:
            kept = await asyncio.to_thread(_content_of, self._file)
        return kept

    async def write(self, content: bytes) -> None:
        """See `EpochPlace`."""
        await self._engine.commit([WriteSet({CELL: content})])
        await self._engine.forget(())

    async def settle(self) -> None:
        """See `EpochPlace`. The file stays, in case the move is taken back."""
        if (await self._engine.read((CELL,)))[0] is None and (kept := await self.read()):
            await self.write(kept)


class EpochFile:
    """Epoch keys in a file beside the keys of owners."""

    def __init__(self, path: Path, engine: KeyEngine) -> None:
        """`engine` has the keys of owners: if they were moved here, the epoch keys came with them."""
        self._path = path
        self._engine = engine

    async def read(self) -> bytes | None:
        """See `EpochPlace`. What came with the keys is newer than a file."""
        (came,) = await self._engine.read((CELL,))
        return came or await asyncio.to_thread(_content_of, self._path)

    async def write(self, content: bytes) -> None:
        """See `EpochPlace`."""
        try:
            await asyncio.to_thread(_replace, self._path, content)
        except OSError as error:
            raise EngineError(
                f"{self._path} cannot be written: {error.strerror or error}. See to its disk."
            ) from error
        if (await self._engine.read((CELL,)))[0] is not None:
            await self._engine.forget((CELL,))

    async def settle(self) -> None:
        """See `EpochPlace`. What a power cut left of what the file held before is destroyed."""
        await asyncio.to_thread(
            _destroy, self._path.with_name(self._path.name + FORMER), self._path
        )
        (came,) = await self._engine.read((CELL,))
        if came is not None:
            await self.write(came)


def _content_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole, and overwrite what it held before; what the disk makes of that is the disk's."""
    former = path.with_name(path.name + FORMER)
    _destroy(former, path)
    with contextlib.suppress(OSError):  # there is none yet, or the file system knows no second name
        former.hardlink_to(path)
    write_whole(path, content)
    _destroy(former, path)


def _destroy(former: Path, path: Path) -> None:
    """Overwrite and remove what a file held before, unless it is what the file holds now."""
    try:
        if not former.samefile(path):
            with former.open("r+b") as file:
                file.write(bytes(os.fstat(file.fileno()).st_size))
                file.flush()
                os.fsync(file.fileno())
        former.unlink()
    except FileNotFoundError:
        return
