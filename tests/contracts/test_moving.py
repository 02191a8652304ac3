"""`chappe move` carries a store whole from one place to another, or not at all, and can be taken back."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chappe.app.installation import layout, move_record, moving
from chappe.app.installation.hiding import hide_ids
from chappe.core import HOUSE
from chappe.core.configuration import ConfigurationError
from chappe.core.system import SystemEntropy
from chappe.engines.files import FileBlobs
from chappe.engines.postgres import PostgresEngine
from chappe.engines.s3 import S3Blobs
from chappe.engines.sqlite import SqliteEngine
from chappe.gateways.cli import OperatorError
from chappe.ports import Cell, EngineError, Mark, WriteSet, encode_key
from chappe.trust import sealing
from tests.gateways.test_cli import Ended, chappe

from .bucket import Bucket
from .conftest import Open
from .database import Database
from .moved import ADA, AFTER, BEFORE, MortalEngine, World, full, keep_files

KILLS, KILLS_LONG = 2, 40


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Stores in memory."""
    return World(tmp_path / "data", monkeypatch)


async def things_done(tmp_path: Path) -> int:
    """Return how many things a whole move does."""
    with pytest.MonkeyPatch.context() as patch:
        whole = World(tmp_path / "whole", patch)
        await whole.fill()
        before = whole.fate.done
        assert await whole.move(whole.wanted)
        return whole.fate.done - before


async def test_a_move_that_dies_anywhere_goes_on_or_is_taken_back(
    tmp_path: Path, *, long: bool
) -> None:
    """Before each thing it does: never are two places served, and nothing is lost either way."""
    things = await things_done(tmp_path)
    assert things > 30
    for number in range(things):
        for goes_on in (True, False) if long else (number % 2 == 0,):
            with pytest.MonkeyPatch.context() as patch:
                world = World(tmp_path / f"{number}{goes_on}", patch)
                await world.fill()
                all_of_it = world.content(BEFORE)
                if await world.move(world.wanted, dies_before=number):
                    # it had less to do: where pages end is chance, since ids are hidden
                    assert number > things * 9 // 10
                    continue
                assert [await world.served(BEFORE), await world.served(AFTER)].count(True) <= 1
                if goes_on:
                    assert await world.move(None if world.begun() else world.wanted)
                    assert world.content(AFTER) == all_of_it
                    assert (world.data / "chappe.toml").read_text() == AFTER
                    assert not await world.served(BEFORE)
                    assert await world.served(AFTER)
                elif world.begun():
                    await world.undo()
                    assert world.content(BEFORE) == all_of_it
                    assert (world.data / "chappe.toml").read_text() == BEFORE
                    assert await world.served(BEFORE)
                    empty = not any(end._values for end in list(world.ends(AFTER).values())[:2])
                    assert empty or not await world.served(AFTER)


async def test_what_is_moved_is_compared(world: World) -> None:
    """A cell that is not what was read ends the move, and the source can be had back."""
    await world.fill()
    assert not await world.move(world.wanted, dies_before=12)
    copy = world.ends(AFTER)["keys"]
    assert copy._values
    copy._values[next(iter(copy._values))] = b"rot"
    with pytest.raises(EngineError, match="The copy differs from its source in the "):
        await world.move()
    await world.undo()
    assert await world.served(BEFORE)
    assert await world.move(world.wanted)


async def test_a_part_that_is_not_what_was_written_ends_the_move(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part of a file is read again where it was put."""
    await world.fill()
    bucket = world.ends(AFTER)["files"]

    async def rot(*_: object) -> bytes:
        return b"rot"

    monkeypatch.setattr(bucket, "read", rot)
    with pytest.raises(EngineError, match="is not what was written"):
        await world.move(world.wanted)


@pytest.mark.parametrize("number", [8, 14, 25])
async def test_a_store_that_fails_in_the_middle_is_gone_on_with(world: World, number: int) -> None:
    """A full disk, a database or a bucket that is gone: its own sentence, and the same command goes on."""
    await world.fill()
    all_of_it = world.content(BEFORE)
    world.fate.error = full("two")
    with pytest.raises(EngineError, match="is full: free some space"):
        await world.move(world.wanted, dies_before=number)
    with pytest.raises(OperatorError, match="are being moved"):
        move_record.refuse_half_moved(world.data)
    assert await world.move(world.wanted)
    assert world.content(AFTER) == all_of_it


async def test_a_destination_that_is_another_than_it_was_is_found_out(world: World) -> None:
    """Made anew it is filled from the beginning; with something else in it, it is left alone."""
    await world.fill()
    all_of_it = world.content(BEFORE)
    assert not await world.move(world.wanted, dies_before=14)
    del world.places["PostgreSQL at two/boxes"]
    assert not await world.move(dies_before=4)
    boxes = world.ends(AFTER)["boxes"]
    await boxes.set_mark(None)
    await boxes.commit([WriteSet({Cell(ADA, "other", b""): b"mine"})])
    with pytest.raises(EngineError, match="is not what it was when the move began"):
        await world.move()
    await world.undo()
    assert boxes._values  # it is not ours to clear
    await boxes.clear()
    assert await world.move(world.wanted)
    assert world.content(AFTER) == all_of_it


async def test_only_the_places_of_stores_are_moved(world: World) -> None:
    """Whatever else the new settings say is refused, and so are settings that lead nowhere."""
    await world.fill()
    for text, why in (
        (AFTER.replace("[files_s3]", "port = 1\n[files_s3]"), "changes `port` as well"),
        (BEFORE, "Nothing is to be moved"),
    ):
        world.wanted.write_text(text)
        with pytest.raises(OperatorError, match=why):
            await world.move(world.wanted)
    world.wanted.write_text("store = ")
    with pytest.raises(ConfigurationError, match="is not TOML"):
        await world.move(world.wanted)
    with pytest.raises(OperatorError, match="There is no "):
        await world.move(world.data / "nothing.toml")
    with pytest.raises(OperatorError, match="What is moved where"):
        await world.move()
    with pytest.raises(OperatorError, match="nothing to take back"):
        await world.undo()
    assert await world.served(BEFORE)


async def test_another_move_does_not_come_between(world: World, tmp_path: Path) -> None:
    """One is under way until it ends or is given up."""
    await world.fill()
    assert not await world.move(world.wanted, dies_before=9)
    other = tmp_path / "other.toml"
    other.write_text(AFTER.replace("two", "three"))
    with pytest.raises(OperatorError, match="Another move is under way"):
        await world.move(other)
    assert await world.move(world.wanted)


async def test_a_place_is_taken_once(world: World) -> None:
    """What has something in it, or was one end of a move, is no destination; an empty source is no source."""
    with pytest.raises(OperatorError, match="holds nothing yet"):
        await world.move(world.wanted)
    await world.fill()
    boxes, keys = world.ends(AFTER)["boxes"], world.ends(AFTER)["keys"]
    await boxes.commit([WriteSet({Cell(ADA, "other", b""): b"mine"})])
    with pytest.raises(EngineError, match="is not empty: put away"):
        await world.move(world.wanted)
    await boxes.clear()
    await keys.set_mark(Mark("some", "moved", "elsewhere"))
    with pytest.raises(EngineError, match="was one end of another move"):
        await world.move(world.wanted)
    await keys.set_mark(None)
    await world.ends(BEFORE)["boxes"].set_mark(Mark("some", "moved", "elsewhere"))
    with pytest.raises(EngineError, match="was moved to elsewhere"):
        await world.move(world.wanted)


async def test_keys_of_another_store_are_not_moved(world: World) -> None:
    """Boxes they do not open would be lost beside them."""
    await world.fill()
    world.places["PostgreSQL at one/keys"] = MortalEngine(world.fate)
    await sealing.KeyStore(world.ends(BEFORE)["keys"], world.root, SystemEntropy()).open()
    house = Cell(HOUSE, "x", b"")
    await world.ends(BEFORE)["boxes"].commit([WriteSet({house: b"sealed"})])
    with pytest.raises(EngineError, match="its keys are not here"):
        await world.move(world.wanted)


async def test_a_move_is_taken_back_after_its_server_has_run(world: World) -> None:
    """Its numbers were seen by clients: so the source begins a new epoch, as after a restore."""
    await world.fill()
    assert await world.move(world.wanted)
    move_record.note_served(world.data)
    assert moving.is_served(world.data)
    await world.undo()
    assert (world.data / layout.RESTORED).read_text() == ""
    assert await world.served(BEFORE)
    assert not await world.served(AFTER)


async def test_a_destination_that_is_gone_does_not_keep_the_source(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said so, and the source may be served again."""
    await world.fill()
    assert not await world.move(world.wanted, dies_before=14)

    async def gone(*_: object) -> None:
        raise EngineError("PostgreSQL at two/keys cannot be reached.")

    monkeypatch.setattr(world.ends(AFTER)["keys"], "mark", gone)
    await world.undo()
    assert (
        "PostgreSQL at two/keys stays as it is: PostgreSQL at two/keys cannot be" in world.told[-2]
    )
    assert await world.served(BEFORE)


# -- real stores -------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory whose server has kept something."""
    place = tmp_path / "here"
    assert chappe("init", "--data", str(place)).returncode == 0
    asyncio.run(_fill(place))
    return place


async def _fill(place: Path, owners: int = 60) -> None:
    root = sealing.open_root(place)
    keys = sealing.KeyStore(SqliteEngine(place / "keys.db", forget=True), root, SystemEntropy())
    await keys.open()
    boxes = sealing.seal(SqliteEngine(place / "chappe.db"), keys, SystemEntropy())
    for owner in (HOUSE, *(ADA._replace(id=n * 4097) for n in range(owners))):
        cells = {Cell(owner, "letter", encode_key((n,))): os.urandom(90) for n in range(150)}
        await boxes.commit([WriteSet(cells)])
    await hide_ids(boxes, lambda _done, _of: None)
    await boxes.close()


def told(ended: Ended, code: int) -> str:
    """Return what a command said; a refusal is one sentence."""
    assert ended.returncode == code, ended.stderr + ended.stdout
    if code:
        assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
        assert ended.stderr.startswith("chappe: ")
    return ended.stderr if code else ended.stdout


def in_databases(database: Database, file: Path) -> str:
    """Write settings by which the stores lie in two new databases; return where the boxes do."""
    boxes, keys = (asyncio.run(database.create()) for _ in range(2))
    file.write_text(f'store = "{boxes}"\nkeys_store = "{keys}"\n')
    return boxes


def test_a_store_goes_to_databases_and_back(database: Database, data: Path, tmp_path: Path) -> None:
    """All of it, each time; what it left refuses to be opened and says where it went."""
    new, old = tmp_path / "new.toml", tmp_path / "old.toml"
    in_databases(database, new)
    old.write_text("")
    place = ("--data", str(data))
    said = told(chappe("move", str(new), *place), 0)
    assert "boxes: 9151 cells" in said
    assert "postgres:secret" not in said
    assert "user: 9000 values open" in told(chappe("check", *place), 0)
    (data / "chappe.toml").rename(tmp_path / "kept.toml")
    refusal = told(chappe("check", *place), 2)
    assert "keys.db was moved to PostgreSQL at the local socket/test" in refusal
    (tmp_path / "kept.toml").rename(data / "chappe.toml")
    assert "keys.db was one end of another move" in told(chappe("move", str(old), *place), 2)
    for name in ("chappe.db", "keys.db"):
        (data / name).unlink()
    told(chappe("move", str(old), *place), 0)
    assert "user: 9000 values open" in told(chappe("check", *place), 0)
    assert not (data / "chappe.toml").exists()
    (data / "chappe.toml").write_text(new.read_text())
    assert "was moved to keys.db" in told(chappe("check", *place), 2)


def test_killed_at_any_moment_it_goes_on(
    database: Database, data: Path, tmp_path: Path, *, long: bool
) -> None:
    """By SIGKILL, again and again; in the end all is there."""
    new = tmp_path / "new.toml"
    in_databases(database, new)
    command = [sys.executable, "-m", "chappe", "move", str(new), "--data", str(data)]
    killed = 0
    for number in range(KILLS_LONG if long else KILLS):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert child.stdout is not None
        wanted = (b"keys: from", b"boxes: from", b"keys:")[number % 3]
        for line in child.stdout:
            if line.startswith(wanted):
                break
        child.send_signal(signal.SIGKILL)
        child.stdout.close()
        killed += child.wait() == -signal.SIGKILL
    assert killed
    told(chappe("move", "--data", str(data)), 0)
    assert "user: 9000 values open" in told(chappe("check", "--data", str(data)), 0)


def test_a_store_in_use_is_not_moved(database: Database, data: Path, tmp_path: Path) -> None:
    """By a server on the directory, or by whoever is connected to the database."""
    new, place = tmp_path / "new.toml", ("--data", str(data))
    boxes = in_databases(database, new)

    async def beside(opened: Any) -> Ended:
        if isinstance(opened, PostgresEngine):
            await opened.open()
        try:
            return await asyncio.to_thread(chappe, "move", str(new), *place)
        finally:
            await opened.close()

    here = told(asyncio.run(beside(SqliteEngine(data / "chappe.db"))), 2)
    assert "chappe.db is in use by another Chappe" in here
    there = told(asyncio.run(beside(PostgresEngine(boxes))), 2)
    assert "is in use by another program" in there
    told(chappe("move", str(new), *place), 0)


def test_files_go_into_a_bucket_and_back(bucket: Bucket, data: Path, tmp_path: Path) -> None:
    """Each byte of them, of uploads under way as well; the directory they left is not served."""
    place, prefix = ("--data", str(data)), os.urandom(4).hex()
    settings = bucket.settings(prefix=prefix)
    new, old = tmp_path / "new.toml", tmp_path / "old.toml"
    new.write_text(
        f'[files_s3]\nbucket = "{settings.bucket}"\nprefix = "{prefix}"\n'
        f'access_key = "{settings.access_key}"\nsecret_key = "{settings.secret_key}"\n'
        f'endpoint = "{settings.endpoint}"\n'
    )
    old.write_text(new.read_text().replace('"chappe"', '"nowhere"'))
    asyncio.run(_keep_files(data))
    asyncio.run(
        S3Blobs(bucket.settings(prefix="x")).put_part("0" * 32, 10, 0, b"x")
    )  # makes the bucket
    assert "The bucket of files does not answer" in told(chappe("move", str(old), *place), 2)
    old.write_text("")
    before = {
        path.name: path.read_bytes() for path in (data / "files").rglob("*") if path.is_file()
    }
    assert len(before) == 3
    assert "files: 3 files" in told(chappe("move", str(new), *place), 0)
    (data / "chappe.toml").rename(tmp_path / "kept.toml")
    refusal = told(chappe("serve", *place, "--port", "0"), 2)
    assert f"files/ was moved to the bucket chappe/{prefix}" in refusal
    (tmp_path / "kept.toml").rename(data / "chappe.toml")
    shutil.rmtree(data / "files")
    assert "files: 3 files" in told(chappe("move", str(old), *place), 0)
    after = {path.name: path.read_bytes() for path in (data / "files").rglob("*") if path.is_file()}
    assert after == before


async def _keep_files(data: Path) -> None:
    """Keep three files, one of which is still coming, in a directory and in the records."""
    root = sealing.open_root(data)
    keys = sealing.KeyStore(SqliteEngine(data / "keys.db", forget=True), root, SystemEntropy())
    await keys.open()
    boxes = sealing.seal(SqliteEngine(data / "chappe.db"), keys, SystemEntropy())
    blobs = FileBlobs(data / "files")
    await keep_files(boxes, keys, blobs)
    await blobs.close()
    await boxes.close()


def test_a_start_is_refused_while_a_move_has_not_ended(data: Path) -> None:
    """Whatever the settings name."""
    record = move_record.MoveRecord("0" * 32, {}, "", "")
    move_record.keep_record(data, record)
    refusal = told(chappe("serve", "--data", str(data), "--port", "0"), 2)
    assert "are being moved: finish that by `chappe move`" in refusal
    (data / move_record.RECORD).write_text("{")
    assert "does not read" in told(chappe("serve", "--data", str(data), "--port", "0"), 2)


def test_a_directory_of_files_that_was_moved_is_not_served(data: Path) -> None:
    """It says where the files are."""
    blobs = FileBlobs(data / "files")
    asyncio.run(blobs.set_mark(Mark("0" * 32, "moved", "the bucket attic")))
    refusal = told(chappe("serve", "--data", str(data), "--port", "0"), 2)
    assert "files/ was moved to the bucket attic" in refusal
    assert refusal.endswith("take it back by `chappe move --undo`.\n")
    asyncio.run(blobs.set_mark(Mark("0" * 32, "arriving", "the bucket attic")))
    assert "files/ is not whole" in told(chappe("serve", "--data", str(data), "--port", "0"), 2)


@pytest.mark.parametrize(
    "opens",
    ["memory", "sqlite", "postgres", "sqlite for keys", "postgres for keys"],
    indirect=True,
)
async def test_a_store_keeps_its_mark_and_can_be_emptied(opens: Open) -> None:
    """Counted, marked, emptied: what each store of cells promises to a move."""
    engine: Any = await opens()
    mark = Mark("0" * 32, "arriving", "elsewhere")
    cells = {Cell(ADA, "letter", bytes((n,))): b"x" for n in range(9)}
    await engine.commit([WriteSet(cells)])
    assert (await engine.cells(), await engine.mark()) == (9, None)
    await engine.set_mark(Mark("0" * 32, "leaving", "elsewhere"))
    await engine.set_mark(mark)
    await engine.clear()
    assert (await engine.cells(), await engine.mark()) == (0, mark)
    assert await engine.read(list(cells)) == [None] * 9
    await engine.set_mark(None)
    assert await engine.mark() is None
