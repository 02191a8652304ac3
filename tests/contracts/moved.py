"""Stores that are moved in memory, and may die before any of the things a move does."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from chappe.app.installation import copying, move_record, moving
from chappe.app.installation.hiding import hide_ids
from chappe.app.installation.labels import label_of
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration, load_text
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.engines.space import NoDisk
from chappe.features import files
from chappe.ports import (
    Blobs,
    Cell,
    Engine,
    EngineError,
    Mark,
    Record,
    SealedFile,
    WriteSet,
    encode_key,
)
from chappe.trust import sealing

BEFORE: Final = 'store = "postgresql://one/boxes"\nkeys_store = "postgresql://one/keys"\n'
S3: Final = '[files_s3]\nbucket = "attic"\naccess_key = "a"\nsecret_key = "b"\n'
AFTER: Final = 'store = "postgresql://two/boxes"\nkeys_store = "postgresql://two/keys"\n' + S3
PART_BYTES: Final = 4_096
ADA: Final = Owner(Kind.USER, 4096)


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


class Fate:
    """Counts what a move does, and ends it before one of these things."""

    def __init__(self) -> None:
        self.left: int | None = None  # things until the end; None: for ever
        self.done = 0
        self.error: BaseException = Killed()

    def step(self) -> None:
        """Do one thing, or die before it."""
        if self.left == 0:
            raise self.error
        if self.left is not None:
            self.left -= 1
        self.done += 1


class MortalEngine(MemoryEngine):
    """A store that outlives whoever uses it."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        self.fate.step()
        await super().commit(batch)

    async def set_mark(self, mark: Mark | None) -> None:
        """See `ports.MovableEngine`."""
        self.fate.step()
        await super().set_mark(mark)

    async def clear(self) -> None:
        """See `ports.MovableEngine`."""
        self.fate.step()
        await super().clear()


class MortalBlobs(MemoryBlobs):
    """Likewise."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    async def put_part(
        self, blob: str, part_bytes: int, number: int, data: bytes | bytearray
    ) -> None:
        """See `ports.Blobs`."""
        self.fate.step()
        await super().put_part(blob, part_bytes, number, data)

    async def commit(self, blob: str) -> None:
        """See `ports.Blobs`."""
        self.fate.step()
        await super().commit(blob)

    async def set_mark(self, mark: Mark | None) -> None:
        """See `ports.MovableBlobs`."""
        self.fate.step()
        await super().set_mark(mark)

    async def clear(self) -> None:
        """See `ports.MovableBlobs`."""
        self.fate.step()
        await super().clear()


class World:
    """A data directory whose stores lie in memory, by their names."""

    def __init__(self, data: Path, patch: pytest.MonkeyPatch) -> None:
        self.data = data
        self.wanted = data / "new.toml"
        self.fate = Fate()
        self.places: dict[str, Any] = {}
        self.told: list[str] = []
        data.mkdir()
        self.root = sealing.create_root(data, SystemEntropy())[0]
        (data / "chappe.toml").write_text(BEFORE)
        self.wanted.write_text(AFTER)
        write_whole = sealing.write_whole

        def mortal(path: Path, content: bytes, mode: int = 0o600) -> None:
            self.fate.step()
            write_whole(path, content, mode)

        async def open_end(part: str, config: Configuration, _: Path) -> moving.End:
            return moving.End(label_of(part, config), self.store(part, config))

        patch.setattr(sealing, "write_whole", mortal)
        patch.setattr(moving, "open_end", open_end)
        for name, value in (("CELLS_A_COMMIT", 8), ("CELLS_READ_AT_ONCE", 3), ("BLOBS_AT_ONCE", 2)):
            patch.setattr(copying, name, value)
        patch.setattr(moving, "KEPT_EVERY", 1)

    def store(self, part: str, config: Configuration) -> Any:
        """Return what lies where a configuration has it, made if nothing does."""
        label = label_of(part, config)
        if label not in self.places:
            kind = MortalBlobs if part == "files" else MortalEngine
            self.places[label] = kind(self.fate)
        return self.places[label]

    def ends(self, text: str) -> dict[str, Any]:
        """Return the stores by some settings."""
        config = load_text(text, {}, {})
        return {part: self.store(part, config) for part in moving.SETTING_OF}

    async def fill(self) -> None:
        """Keep cells of several owners, finished files and an upload that is under way."""
        ends = self.ends(BEFORE)
        keys = sealing.KeyStore(ends["keys"], self.root, SystemEntropy())
        await keys.open()
        boxes = sealing.seal(ends["boxes"], keys, SystemEntropy())
        for owner in (ADA, Owner(Kind.USER, 8192), Owner(Kind.CHANNEL, 7), Owner(Kind.TIMERS, 3)):
            cells = {Cell(owner, "letter", encode_key((n,))): b"%d" % n for n in range(7)}
            await boxes.commit([WriteSet(cells)])
        await hide_ids(boxes, lambda _done, _of: None)
        await keep_files(boxes, keys, ends["files"])

    def content(self, text: str) -> dict[str, Any]:
        """Return all that lies in the stores by some settings."""
        found: dict[str, Any] = {}
        for part, end in self.ends(text).items():
            if part == "files":
                blobs = {name: dict(parts) for name, parts in end._parts.items()}
                found[part] = (blobs, set(end._finished))
            else:
                found[part] = dict(end._values)
        return found

    async def served(self, text: str) -> bool:
        """Whether a server would start by some settings, and find anything."""
        try:
            move_record.refuse_half_moved(self.data)
        except Exception:  # noqa: BLE001  whatever it says
            return False
        ends = self.ends(text)
        return bool(await ends["boxes"].cells()) and all(
            [await end.mark() is None for end in ends.values()]
        )

    async def move(self, file: Path | None = None, *, dies_before: int | None = None) -> bool:
        """Move, up to some thing the move does; return whether it came to its end."""
        self.fate.left = dies_before
        try:
            await moving.move(self.data, file, None, self.told.append, lambda *_: None)
        except Killed:
            return False
        finally:
            self.fate.left = None
        return True

    async def undo(self) -> None:
        """Take the move back."""
        await moving.undo_move(self.data, self.told.append)

    def begun(self) -> bool:
        """Whether the data directory remembers a move."""
        return (self.data / move_record.RECORD).exists()


async def keep_files(boxes: Engine, keys: sealing.KeyStore, blobs: Blobs) -> None:
    """Keep three files and their records: two are whole, of one the second part has not come."""
    kept = [await _keep_blob(keys, blobs, size) for size in (10, PART_BYTES, 9_000)]
    gone = SealedFile(int(ADA.kind), ADA.id, os.urandom(16).hex(), b"", PART_BYTES)
    records: list[Record] = [
        files.File(number=1, kind="document", date=1, file=kept[0]),
        files.File(number=2, kind="photo", date=1, pieces_file=kept[1], file=gone),
        files.Content(blind="x", file=kept[0], size=10),
        files.Upload(id=5, started=1, file=kept[2], marks=b"\x05", highest=2),
    ]
    for record in records:
        place = Cell(ADA, record.table, encode_key([getattr(record, n) for n in record.key]))
        await boxes.commit([WriteSet({place: msgspec.msgpack.encode(record)})])


async def _keep_blob(keys: sealing.KeyStore, blobs: Blobs, size: int) -> SealedFile:
    """Keep a sealed file of so many bytes."""
    sealed = sealing.SealedBlobs(blobs, keys, SystemEntropy(), NoDisk())
    file = await sealed.create(ADA, PART_BYTES)
    for number, at in enumerate(range(0, size, PART_BYTES)):
        if (number, size) != (1, 9_000):
            await sealed.put_part(file, number, os.urandom(min(PART_BYTES, size - at)))
    if size < 2 * PART_BYTES:
        await sealed.commit(file)
    return file


def full(label: str) -> EngineError:
    """Return what a store says whose disk is full."""
    return EngineError(f"The disk that holds {label} is full: free some space, nothing was lost.")
