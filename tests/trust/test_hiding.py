"""Hiding the ids of an older store: whole, whenever it is cut short, and no older program goes on with it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from chappe.app.installation import hiding, opening
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.core.system import SystemEntropy
from chappe.engines import sqlite_version
from chappe.engines.memory import MemoryEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.engines.sqlite_copy import drop_erased, finish_copy, marks_of_keys
from chappe.ports import Cell, EngineError, WriteSet, encode_key
from chappe.trust import freshness, sealing
from tests.trust.hidden import found_in, keys_of, put_in_the_open

ROOT = bytes(32)
PEOPLE = [Owner.user(1_000_003_000_003 * n + 4_096) for n in range(1, 25)]
CHATS = [Owner.channel(5_000_001_000_001), Owner(Kind.CHAT, 6_000_001_000_001)]
OWNERS = [*PEOPLE, *CHATS, Owner(Kind.AUTH_KEYS, 9)]
HOUSE = Owner(Kind.HOUSE, 0)
IDS = {owner.id for owner in OWNERS if owner.kind is not Kind.AUTH_KEYS}


def quiet(_done: int, _of: int) -> None:
    """Hear how far it is, and say nothing."""


class CutError(EngineError):
    """The process ended here."""


class Mortal(MemoryEngine):
    """An engine whose process ends before or after some commit, and may begin again."""

    left: int | None = None  # commits until it ends
    kept = False  # whether that commit is kept

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        if self.left == 0 and not self.kept:
            raise CutError
        await super().commit(batch)
        if self.left == 0:
            raise CutError
        if self.left is not None:
            self.left -= 1


async def filled(boxes: MemoryEngine, rows: MemoryEngine) -> dict[Cell, bytes]:
    """Keep letters between people; return what lies in the boxes, hidden."""
    keys = sealing.KeyStore(rows, ROOT, SystemEntropy())
    await keys.open()
    sealed = sealing.seal(boxes, keys, SystemEntropy())
    for owner in (HOUSE, *OWNERS):
        cells: dict[Cell, bytes | None] = {
            Cell(owner, table, encode_key((peer.id, n))): b"%d" % n
            for peer in PEOPLE[:3]
            for n in range(2)
            for table in ("letter of hiding", "message")
        }
        cells[Cell(owner, "user", b"")] = b"me"
        await sealed.commit([WriteSet(cells)])
    await sealed.commit([WriteSet({hiding.HIDDEN: hiding.ALL})])
    hidden = dict(boxes._values)
    await sealed.commit([WriteSet({hiding.HIDDEN: None})])
    await put_in_the_open(boxes, keys)
    return hidden


def reopened(boxes: MemoryEngine, rows: MemoryEngine) -> sealing.SealedEngine:
    """Return the store as a new process opens it."""
    keys = sealing.KeyStore(rows, ROOT, SystemEntropy())
    return sealing.seal(boxes, keys, SystemEntropy())


def whole(found: dict[Cell, bytes], wanted: dict[Cell, bytes]) -> bool:
    """Whether every cell lies where it belongs; the mark is sealed anew each time."""
    mark = hiding.HIDDEN
    return found.keys() == wanted.keys() and all(found[c] == wanted[c] for c in wanted if c != mark)


async def test_an_older_store_is_hidden_whole() -> None:
    """Every cell comes to where it would have been put, sealed as it was; a second time does nothing."""
    boxes, rows = Mortal(), Mortal()
    wanted = await filled(boxes, rows)
    assert found_in(keys_of(boxes, rows), IDS) == IDS
    sealed = reopened(boxes, rows)
    await sealed.keys.open()
    with pytest.raises(EngineError, match="start the server once"):
        await hiding.refuse_in_the_open(sealed)
    await hiding.hide_ids(sealed, quiet)
    assert whole(boxes._values, wanted)
    assert found_in(keys_of(boxes, rows), IDS) == set()
    await hiding.refuse_in_the_open(sealed)
    boxes.left = rows.left = 0
    await hiding.hide_ids(sealed, quiet)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("which", ["boxes", "keys"])
async def test_cut_short_at_any_commit_it_goes_on(
    which: str, *, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the commit or after it, again and again; nothing is lost, and nothing stays in the open."""
    monkeypatch.setattr(hiding, "CELLS_AT_ONCE", 5)
    boxes, rows = Mortal(), Mortal()
    wanted = await filled(boxes, rows)
    mortal = boxes if which == "boxes" else rows
    cuts = 0
    while True:
        sealed = reopened(boxes, rows)
        await sealed.keys.open()
        mortal.left, mortal.kept = 0 if kept else 1, kept
        try:
            await hiding.hide_ids(sealed, quiet)
        except CutError:
            cuts += 1
            if which == "boxes" and not whole(boxes._values, wanted):
                with pytest.raises(EngineError, match="start the server once"):
                    await hiding.refuse_in_the_open(sealed)
        else:
            break
        mortal.left = None
    assert cuts > (40 if which == "boxes" else 3)
    assert whole(boxes._values, wanted)
    assert found_in(keys_of(boxes, rows), IDS) == set()


async def test_how_far_it_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all cells there are, and never more than those."""
    monkeypatch.setattr(hiding, "CELLS_AT_ONCE", 20)
    monkeypatch.setattr(hiding, "CELLS_TOLD_EACH", 50)
    boxes, rows = Mortal(), Mortal()
    wanted = await filled(boxes, rows)
    told: list[tuple[int, int]] = []
    sealed = reopened(boxes, rows)
    await sealed.keys.open()
    await hiding.hide_ids(sealed, lambda done, of: told.append((done, of)))
    assert len(told) > 3
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {of for _, of in told} == {len(wanted) - 1}


async def test_who_has_no_key_any_more_is_left_alone() -> None:
    """Their cells open to nobody; the others are hidden all the same."""
    boxes, rows = Mortal(), Mortal()
    await filled(boxes, rows)
    await rows.erase(PEOPLE[0])
    before = {cell: value for cell, value in boxes._values.items() if cell.owner == PEOPLE[0]}
    sealed = reopened(boxes, rows)
    await sealed.keys.open()
    await hiding.hide_ids(sealed, quiet)
    assert {c: v for c, v in boxes._values.items() if c.owner == PEOPLE[0]} == before
    assert PEOPLE[0] not in await sealed.owners(Kind.USER)
    assert set(PEOPLE[1:]) == set(await sealed.owners(Kind.USER))


# -- real files ----------------------------------------------------------------------------------


async def put_into(path: Path, cells: dict[Cell, bytes], *, forget: bool = False) -> None:
    """Keep cells in a file of SQLite as a store of an earlier version."""
    engine = SqliteEngine(path, forget=forget)
    await engine.commit([WriteSet(dict(cells))])
    await engine._write(lambda db: db.execute("UPDATE meta SET value='2' WHERE name='version'"))
    await engine.close()


def raw_of(folder: Path) -> bytes:
    """Return all that the files of stores hold."""
    return b"".join(path.read_bytes() for path in folder.glob("*.db*"))


async def old_files(folder: Path) -> dict[Cell, bytes]:
    """Make the files of an older store; return its boxes as they are when they are hidden."""
    boxes, rows = MemoryEngine(), MemoryEngine()
    hidden = await filled(boxes, rows)
    await put_into(folder / "chappe.db", boxes._values)
    await put_into(folder / "keys.db", rows._values, forget=True)
    return hidden


async def test_files_of_an_older_store_hold_no_id_afterwards(tmp_path: Path) -> None:
    """Neither in their cells nor in what is free of them; and an older program refuses them."""
    wanted = await old_files(tmp_path)
    raw = raw_of(tmp_path)
    assert found_in(raw, IDS) == IDS
    sealed, _ = await opening.open_store(Configuration(), tmp_path, ROOT, SystemEntropy())
    stored = sealing.stored_in(sealed)
    found = {
        Cell(owner, table, key): value
        for kind in Kind
        for owner in await stored.owners(kind)
        for table, key, value in await stored.walk(owner, ("", b""), limit=10_000)
        if table != freshness.TABLE
    }
    assert whole(found, wanted)
    await sealed.close()
    raw = raw_of(tmp_path)
    assert found_in(raw, IDS) == set()
    monkeypatched = pytest.MonkeyPatch()
    with monkeypatched.context() as older:
        older.setattr(sqlite_version, "VERSION", 2)
        for name in ("chappe.db", "keys.db"):
            with pytest.raises(EngineError, match="newer Chappe"):
                sqlite_version.refuse_version(tmp_path / name)


async def test_an_older_store_is_looked_into_after_a_start_only(tmp_path: Path) -> None:
    """Whoever only looks changes nothing."""
    await old_files(tmp_path)
    with pytest.raises(EngineError, match="start the server once"):
        await opening.open_store(Configuration(), tmp_path, ROOT, SystemEntropy(), look=True)
    sealed, _ = await opening.open_store(Configuration(), tmp_path, ROOT, SystemEntropy())
    await sealed.close()
    sealed, _ = await opening.open_store(
        Configuration(), tmp_path, ROOT, SystemEntropy(), look=True
    )
    assert await sealed.read([Cell(PEOPLE[0], "user", b"")]) == [b"me"]
    await sealed.close()


@pytest.mark.parametrize("boxes_are", ["in the open", "hidden"])
async def test_a_backup_from_before_is_restored_with_keys_from_after(
    tmp_path: Path, boxes_are: str
) -> None:
    """Who was erased since is found by their own id, however either copy has it."""
    await old_files(tmp_path)
    copied = tmp_path / "copy.db"
    older = marks_of_keys(tmp_path / "keys.db", sealing.name_of_key)
    if boxes_are == "in the open":
        copied.write_bytes((tmp_path / "chappe.db").read_bytes())
    sealed, keys = await opening.open_store(Configuration(), tmp_path, ROOT, SystemEntropy())
    if boxes_are == "hidden":
        await sealed.close()
        copied.write_bytes((tmp_path / "chappe.db").read_bytes())
        older = marks_of_keys(tmp_path / "keys.db", sealing.name_of_key)
        sealed, keys = await opening.open_store(Configuration(), tmp_path, ROOT, SystemEntropy())
    await asyncio.to_thread(finish_copy, copied, older)
    await sealed.erase(PEOPLE[4])
    owners = keys.owners
    await sealed.close()
    erased = drop_erased(
        copied, marks_of_keys(tmp_path / "keys.db", sealing.name_of_key), owners.show
    )
    assert erased.owners == [PEOPLE[4]]
    assert erased.cells == 13
