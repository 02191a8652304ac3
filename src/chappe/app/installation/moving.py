"""`chappe move`: the stores of a stopped server to other places, whole, compared, or not at all.

A move has steps, and each leaves marks by which the next run knows what to do. Both ends are marked before
anything is copied, so that neither is served by mistake; the source's says in the end where it went.
The mark of the destination is taken off only when that of the source says so: at no moment may two be served.
"""

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

from chappe.core.configuration import (
    ENVIRONMENT,
    SETTINGS,
    Configuration,
    load_text,
    read_settings,
)
from chappe.core.system import SystemEntropy
from chappe.engines.files import FileBlobs
from chappe.engines.sqlite import SqliteEngine
from chappe.gateways.cli import OperatorError, Watch
from chappe.ports import EngineError, Mark, MovableBlobs, MovableEngine, refuse_marked
from chappe.trust import sealing

from .copying import Point, compare_cells, copy_blobs, copy_cells
from .hiding import refuse_in_the_open
from .labels import label_of
from .layout import BOXES, FILES, KEYS, RESTORED
from .move_record import (
    MovedPart,
    MoveRecord,
    forget_record,
    keep_record,
    put_settings,
    read_record,
    wanted_settings,
)
from .opening import epochs_of, let_read, refuse_strange

KEPT_EVERY: Final = 8  # batches between two times that it is kept how far the copy has come
MIB: Final = 1 << 20  # bytes
CELLS: Final = ("keys", "boxes")  # parts of a server that are cells; `files` are blobs
SETTING_OF: Final = {"keys": "keys_store", "boxes": "store", "files": "files_s3"}

Show = Callable[[str], None]


class End(NamedTuple):
    """One end of the move of a part."""

    label: str  # as an operator calls it
    store: Any  # a MovableEngine, or MovableBlobs for files


async def open_end(part: str, config: Configuration, data: Path) -> End:
    """Open one end of a part, whatever mark it has; nobody else has it open.

    Raises:
        EngineError: it cannot be used; the text says why and what to do.
    """
    label = label_of(part, config)
    if part == "files":
        if config.files_s3 is None:
            return End(label, FileBlobs(data / FILES))
        from chappe.engines.s3 import S3Blobs  # noqa: PLC0415  a library few servers need

        return End(label, S3Blobs(config.files_s3))
    keys = part == "keys"
    dsn = config.keys_store if keys else config.store
    if not dsn:
        return End(label, SqliteEngine(data / (KEYS if keys else BOXES), forget=keys, marked=True))
    from chappe.engines.postgres import PostgresEngine  # noqa: PLC0415  a driver few servers need

    engine = PostgresEngine(dsn, purpose="keys" if keys else "boxes", forget=keys, marked=True)
    await engine.open()
    return End(label, engine)


def changed_parts(now: Configuration, wanted: Configuration) -> list[str]:
    """Return the parts that lie elsewhere by other settings, in the order they are moved in."""
    return [
        part
        for part, setting in SETTING_OF.items()
        if getattr(now, setting) != getattr(wanted, setting)
    ]


async def move(
    data: Path, file: Path | None, secret: sealing.RootSecret, show: Show, watch: Watch
) -> None:
    """Move what lies elsewhere by the settings in `file`; without it, go on with a move that was begun.

    Raises:
        OperatorError: there is nothing to move, or the settings are not those of the move that was begun.
        EngineError: a store cannot be used or failed; the same command goes on where this one ended.
    """
    root = sealing.open_root(data, secret)
    record = read_record(data)
    if record is not None and record.step in ("moved", "served"):
        record = None  # the one before, which has ended
    if record is None:
        if file is None:
            raise OperatorError(
                "What is moved where? Name a file with the settings as they shall be:"
                " `chappe move new.toml`."
            )
        before, wanted = read_settings(data / SETTINGS), wanted_settings(data, file)
    else:
        _refuse_other(data, record, file)
        before, wanted = record.before, record.wanted
    now, then = load_text(before, os.environ, {}), load_text(wanted, {}, {})
    parts = list(record.parts) if record else changed_parts(now, then)
    if not parts:
        raise OperatorError(
            f"Nothing is to be moved: by {file} everything lies where it lies already."
        )
    async with AsyncExitStack() as opened:
        mover = Mover(data, root, show, watch)
        await mover.open(opened, now, then, parts)
        record = record or await mover.begin(before, wanted)
        await mover.run(record)
    _say_end(data, record, show)


def _refuse_other(data: Path, record: MoveRecord, file: Path | None) -> None:
    """Refuse settings that are not those of the move under way.

    Raises:
        OperatorError: they are others.
    """
    if file is not None and (not file.is_file() or read_settings(file) != record.wanted):
        raise OperatorError(
            f"Another move is under way: go on with it by `chappe move --data {data}`, or give it up"
            " by `chappe move --undo`."
        )


def _say_end(data: Path, record: MoveRecord, show: Show) -> None:
    """Tell what is to be done after a move, and what stays lying about."""
    for part in record.parts:
        variable = ENVIRONMENT + SETTING_OF[part].upper()
        if variable in os.environ:
            show(
                f"The environment has {variable}, which goes before {SETTINGS}: change it there, too."
            )
    show(f"{data / SETTINGS} has the new settings. Next: chappe serve --data {data}")
    left = ", ".join(part.source for part in record.parts.values())
    show(f"Once all is well, remove {left}: what people delete later can be read there.")


class Mover:
    """The stores of a data directory, both ends of each part that is moved, all of them open."""

    def __init__(self, data: Path, root: bytes, show: Show, watch: Watch) -> None:
        self._data = data
        self._root = root
        self._show = show
        self._watch = watch
        self._now: dict[str, End] = {}
        self._wanted: dict[str, End] = {}

    async def open(
        self, opened: AsyncExitStack, now: Configuration, wanted: Configuration, parts: list[str]
    ) -> None:
        """Open the stores as they lie now, which nobody else has then, and where they shall be.

        Raises:
            EngineError, OperatorError: one cannot be used.
        """
        for part in dict.fromkeys((*CELLS, *parts)):
            if part in CELLS and not (now.keys_store if part == "keys" else now.store):
                _require_file(self._data / (KEYS if part == "keys" else BOXES))
            self._now[part] = end = await open_end(part, now, self._data)
            opened.push_async_callback(end.store.close)
        for part in parts:
            self._wanted[part] = end = await open_end(part, wanted, self._data)
            opened.push_async_callback(end.store.close)

    async def begin(self, before: str, wanted: str) -> MoveRecord:
        """Make sure that all may be moved, and remember that it is.

        Raises:
            EngineError, OperatorError: it may not.
        """
        for end in self._now.values():
            refuse_marked(end.label, await end.store.mark())
        await self._fitting("keys", self._now, "boxes", self._now)
        for part, end in self._wanted.items():
            mark = await end.store.mark()
            if mark is not None:
                raise EngineError(
                    f"{end.label} was one end of another move, the other was {mark.place}: put away"
                    " what is there, or name another place."
                )
            if not await _is_empty(part, end):
                raise EngineError(
                    f"{end.label} is not empty: put away what is there, or name another place."
                )
        record = MoveRecord(
            SystemEntropy().token(16).hex(),
            {
                part: MovedPart(self._now[part].label, end.label)
                for part, end in self._wanted.items()
            },
            before,
            wanted,
        )
        keep_record(self._data, record)
        return record

    async def _fitting(
        self, keys_part: str, keys: dict[str, End], boxes_part: str, boxes: dict[str, End]
    ) -> sealing.KeyStore:
        """Return the keys, which are found to open the boxes.

        Raises:
            EngineError: they are those of another store.
        """
        place = epochs_of(keys[keys_part].store, self._data)
        store = sealing.KeyStore(keys[keys_part].store, self._root, SystemEntropy(), place)
        if await store.is_new():
            raise OperatorError(
                f"{keys[keys_part].label} holds nothing yet: write the new settings, and start there."
            )
        await store.open()
        await let_read(boxes[boxes_part].store, store)
        await refuse_strange(boxes[boxes_part].store, store)
        return store

    async def run(self, record: MoveRecord) -> None:
        """Do whatever is left of a move.

        Raises:
            EngineError: a store failed, or is not that of this move.
        """
        if record.step == "copying":
            await self._mark_both(record)
            await self._fitting("keys", self._now, "boxes", self._now)
            for name in record.parts:
                await self._copy(record, name)
            there = {**self._now, **self._wanted}
            await self._fitting("keys", there, "boxes", there)
            record.step = "copied"
            keep_record(self._data, record)
        for name, part in record.parts.items():
            mark = Mark(record.move, "moved", part.destination)
            await self._now[name].store.set_mark(mark)
        for name in record.parts:
            await self._wanted[name].store.set_mark(None)
        put_settings(self._data, record.wanted)
        record.step = "moved"
        keep_record(self._data, record)

    async def _mark_both(self, record: MoveRecord) -> None:
        """Mark both ends of each part, or see that they are.

        Raises:
            EngineError: one is not of this move any more.
        """
        for name, part in record.parts.items():
            source, destination = self._now[name], self._wanted[name]
            mark = await source.store.mark()
            if mark is None or mark.move != record.move:
                refuse_marked(source.label, mark)
                await source.store.set_mark(Mark(record.move, "leaving", part.destination))
            mark = await destination.store.mark()
            if mark is None or mark.move != record.move:
                if mark is not None or not await _is_empty(name, destination):
                    raise EngineError(
                        f"{destination.label} is not what it was when the move began: give that up by"
                        " `chappe move --undo`, and look who else uses it."
                    )
                part.point = Point()  # it is another one than that which was begun, and empty
                await destination.store.set_mark(Mark(record.move, "arriving", part.source))

    async def _copy(self, record: MoveRecord, name: str) -> None:
        """Copy one part from where it has come to, and compare it."""
        part = record.parts[name]
        self._show(f"{name}: from {part.source} to {part.destination}")
        told = 0

        def reached(point: Point) -> None:
            nonlocal told
            part.point = point
            told += 1
            if told % KEPT_EVERY == 0:
                keep_record(self._data, record)
            self._watch(f"copying {name}", point.done, of, point.size)

        source, destination = self._now[name].store, self._wanted[name].store
        if name == "files":
            of = 0
            boxes = self._now["boxes"].store
            keys = await self._fitting("keys", self._now, "boxes", self._now)
            records = sealing.seal(boxes, keys, SystemEntropy())
            await refuse_in_the_open(records)
            part.point = await copy_blobs(
                records,
                source,
                destination,
                part.point,
                reached,
                lambda done, size: self._watch("copying files", done, 0, size),
            )
            lost = f", {part.point.missing} named but not there" if part.point.missing else ""
            text = f"{name}: {part.point.done - part.point.missing} files{lost}"
        else:
            of = await source.cells()
            part.point = await copy_cells(source, destination, part.point, reached)
            size = part.point.size
            compared = await compare_cells(
                source, destination, lambda done: self._watch(f"comparing {name}", done, of, size)
            )
            text = f"{name}: {compared} cells"
        keep_record(self._data, record)
        self._show(f"{text}, {-(-part.point.size // MIB)} MiB, all compared")


def _require_file(path: Path) -> None:
    """Refuse to move what is not there: to open it would make it.

    Raises:
        OperatorError: it is not.
    """
    if not path.exists():
        raise OperatorError(f"{path} holds nothing yet: write the new settings, and start there.")


async def _is_empty(part: str, end: End) -> bool:
    if part == "files":
        blobs: MovableBlobs = end.store
        return await blobs.is_empty()
    cells: MovableEngine = end.store
    return not await cells.cells()


def is_served(data: Path) -> bool:
    """Whether the server has run where the latest move has led."""
    record = read_record(data)
    return record is not None and record.step == "served"


async def undo_move(data: Path, show: Show) -> None:
    """Take the latest move back: its source may be served again, its destination may not.

    What was written at the destination since is not at the source, so its server begins a new epoch, as
    after a restore.

    Raises:
        OperatorError: nothing was moved.
        EngineError: the source cannot be used.
    """
    record = read_record(data)
    if record is None:
        raise OperatorError(f"Nothing of {data} was moved: there is nothing to take back.")
    now, wanted = load_text(record.before, os.environ, {}), load_text(record.wanted, {}, {})
    async with AsyncExitStack() as opened:
        sources = {}
        for name in record.parts:
            sources[name] = end = await open_end(name, now, data)
            opened.push_async_callback(end.store.close)
            mark = await end.store.mark()
            if mark is not None and mark.move != record.move:
                refuse_marked(end.label, mark)
        for name, part in record.parts.items():
            try:
                await _give_up(opened, name, part, record, wanted, data)
            except EngineError as error:
                show(f"{part.destination} stays as it is: {error}")
        if record.step == "served":  # first: the source is never served without it
            (data / RESTORED).write_text("", "ascii")
        for end in sources.values():
            await end.store.set_mark(None)
    put_settings(data, record.before)
    forget_record(data)
    places = ", ".join(part.source for part in record.parts.values())
    show(f"Taken back: {places} may be served again. Next: chappe serve --data {data}")


async def _give_up(
    opened: AsyncExitStack,
    name: str,
    part: MovedPart,
    record: MoveRecord,
    wanted: Configuration,
    data: Path,
) -> None:
    """Have a destination refuse to be served; what was copied only in part is removed."""
    end = await open_end(name, wanted, data)
    opened.push_async_callback(end.store.close)
    mark = await end.store.mark()
    if record.step in ("moved", "served"):
        await end.store.set_mark(Mark(record.move, "moved", part.source))
    elif mark is None or mark.move == record.move:
        if mark is not None or record.step == "copied":
            await end.store.clear()
        await end.store.set_mark(None)
