"""Backups at a place: whole, sealed, kept by the rule; what is damaged is found, who was erased stays so."""

import asyncio
import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.app.backups import layout, making
from chappe.app.backups.job import Made
from chappe.app.backups.restoring import chosen, list_backups, restore_from_place
from chappe.app.installation.checking import check
from chappe.app.installation.opening import epochs_of
from chappe.app.installation.root import prepare_server_key, settle_root
from chappe.app.installation.upgrading import look_before_upgrade
from chappe.core import Kind, Owner
from chappe.core.configuration import Backups
from chappe.core.system import SystemEntropy
from chappe.engines.sqlite import SqliteEngine
from chappe.features.conversations import Message
from chappe.gateways.cli import OperatorError, RestoredSessions, RestoreWanted
from chappe.ports import EngineError, PlaceError
from chappe.trust import sealing
from tests.app.kept import (
    ADA,
    CLAUDE,
    DAY_S,
    Keeper,
    add_file,
    names_in,
    nobody,
    on_server,
    settle_in,
    unheeded,
)
from tests.operating import operate

BOTH = {ADA: "Ada", CLAUDE: "Claude"}


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory in which two people live. Not to be changed."""
    data = tmp_path_factory.mktemp("settled") / "data"
    settle_in(data)
    return data


@pytest.fixture
def keeper(settled: Path, tmp_path: Path) -> Keeper:
    """Somebody who keeps backups of a copy of it on another disk."""
    shutil.copytree(settled, tmp_path / "data")
    (tmp_path / "far").mkdir()
    return Keeper(tmp_path / "data", Backups(to=str(tmp_path / "far")))


def letters(keeper: Keeper) -> str:
    """The key of the backups, as it is printed."""
    return sealing.root_in_letters(sealing.open_root(keeper.data))


def restored(keeper: Keeper, into: str = "new", **wanted: Any) -> Any:
    """Restore a backup into another directory."""
    asked = RestoreWanted(source=keeper.settings.to, **wanted)
    new = keeper.data.parent / into
    return restore_from_place(new, asked, None, (lambda _: letters(keeper), nobody), unheeded)


def test_what_was_backed_up_is_there_again(keeper: Keeper) -> None:
    """The store, files, and the server's key, by the printed key alone; and a trial says so beforehand."""
    names = [add_file(keeper.data, os.urandom(size)) for size in (1, 70_000)]
    keeper.make()
    tried = keeper.attempt()
    assert (tried.wrong, tried.files) == ([], 2)
    assert tried.cells > 0
    assert restored(keeper).lost == 0
    new = keeper.data.parent / "new"
    for name in (
        "root.key",
        "server.key",
        "server.pub.pem",
        *(f"files/{n[:2]}/{n}" for n in names),
    ):
        assert (new / name).read_bytes() == (keeper.data / name).read_bytes()
    assert names_in(new) == BOTH
    assert {p.name for p in new.iterdir()} >= {"chappe.db", "keys.db"}
    assert not (new / "restoring").exists()
    assert not (keeper.data / making.WORK).exists()


def test_the_place_learns_neither_keys_of_cells_nor_content(keeper: Keeper) -> None:
    """Nothing that the store shows without a key is found there."""
    keeper.make()
    store = (keeper.data / "chappe.db").read_bytes()
    there = b"".join(p.read_bytes() for p in Path(keeper.settings.to).rglob("*") if p.is_file())
    assert b"session" in store
    for readable in (b"session", b"SQLite", b"user", (keeper.data / "root.key").read_bytes()):
        assert readable not in there


def test_a_file_is_copied_once_and_goes_with_the_last_backup_that_has_it(keeper: Keeper) -> None:
    """The rule decides, not the day on which it was deleted here."""
    keeper.settings = msgspec.structs.replace(
        keeper.settings, keep_daily=2, keep_weekly=0, keep_monthly=0
    )
    name = add_file(keeper.data, b"a photo")
    keeper.make()
    far = Path(keeper.settings.to) / "files" / name[:2] / name
    written = far.stat().st_ino
    keeper.now += DAY_S
    keeper.make()
    assert far.stat().st_ino == written
    (keeper.data / "files" / name[:2] / name).unlink()
    for there in (True, False):
        keeper.now += DAY_S
        made = keeper.make()
        assert far.exists() is there
        assert len(made.backups) == 2
    assert keeper.attempt().wrong == []


def test_who_was_erased_is_in_no_backup_once_old_keys_are_gone(keeper: Keeper) -> None:
    """Not even in one made before: it is opened by today's keys, and theirs is not among them."""
    keeper.make()
    old_keys = Path(keeper.settings.to) / "keys" / "00001"
    assert old_keys.is_dir()
    asyncio.run(on_server(keeper.data, lambda server: operate(server, "erase", user=ADA)))
    keeper.now += DAY_S
    keeper.make()
    assert old_keys.is_dir()
    keeper.now += 7 * DAY_S
    keeper.make()
    assert not old_keys.exists()
    assert [one.number for one in keeper.made.backups] == [1, 2, 3]
    restored(keeper, at="1", sessions=RestoredSessions.KEPT)
    new = keeper.data.parent / "new"
    assert names_in(new) == {ADA: "", CLAUDE: "Claude"}
    assert not (new / "erased").exists()


def test_what_was_shredded_stays_shut_in_an_older_backup(keeper: Keeper) -> None:
    """It is opened by today's keys; all else is there, and a trial of the next finds nothing wrong."""
    asyncio.run(on_server(keeper.data, partial(_say, "for our eyes only", "and this")))
    keeper.make()
    asyncio.run(on_server(keeper.data, _unsay))
    keeper.now += DAY_S
    keeper.make()
    assert keeper.attempt().wrong == []
    restored(keeper, at="1", sessions=RestoredSessions.KEPT)
    new = keeper.data.parent / "new"
    assert names_in(new) == BOTH
    said: list[str] = []
    assert asyncio.run(check(new, None, said.append, lambda *_: None)) == []
    assert any("2 values in 1 boxes are lost" in line for line in said)
    assert asyncio.run(on_server(new, _texts)) == []
    again = Keeper(new, Backups(to=str(_made(keeper.data.parent / "further"))))
    again.make()
    assert again.attempt().wrong == []


def test_an_older_copy_of_keys_at_the_place_ends_with_its_epoch(keeper: Keeper) -> None:
    """Only the newest has what keys are wrapped by; a backup of before is opened by it all the same."""
    asyncio.run(on_server(keeper.data, partial(_say, "kept")))
    keeper.make()
    asyncio.run(on_server(keeper.data, lambda server: operate(server, "rotate", at_speed=True)))
    keeper.now += DAY_S
    keeper.make()
    far = Path(keeper.settings.to) / "keys"
    assert [path.parent.name for path in far.glob("*/epochs")] == ["00002"]
    restored(keeper, at="1", sessions=RestoredSessions.KEPT)
    assert asyncio.run(on_server(keeper.data.parent / "new", _texts)) == ["kept"]
    shutil.rmtree(far / "00002")
    with pytest.raises(PlaceError):
        keeper.attempt()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _say(*texts_and_server: Any) -> None:
    *texts, server = texts_and_server
    async with server.context.change(Owner(Kind.USER, ADA)) as change:
        for number, text in enumerate(texts, 1):
            date = int(server.context.clock.now())
            change.put(Message(peer=CLAUDE, id=number, date=date, sender=ADA, out=True, text=text))


async def _unsay(server: Any) -> None:
    async with server.context.change(Owner(Kind.USER, ADA)) as change:
        for message in await change.scan(Message, CLAUDE):
            change.drop(Message, CLAUDE, message.id)
    await server.shredder.run()


async def _texts(server: Any) -> list[str]:
    look = server.context.look(Owner(Kind.USER, ADA))
    return [message.text for message in await look.scan(Message, CLAUDE)]


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(bytes([*path.read_bytes()[:-1], path.read_bytes()[-1] ^ 1])),
        lambda path: path.unlink(),
    ],
    ids=["cut short", "emptied", "altered", "removed"],
)
def test_what_is_damaged_is_found_and_named(
    keeper: Keeper, harm: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever object it is: of the store, of its keys, of the list, or a file."""
    monkeypatch.setattr("chappe.app.backups.vault.PART_BYTES", 8_192)  # so that there are several
    name = add_file(keeper.data, b"a photo")
    keeper.make()
    far = Path(keeper.settings.to)
    objects = [p for p in far.rglob("*") if p.is_file() and p.name != layout.PLACE]
    assert len(objects) > 6
    for path in objects:
        whole = path.read_bytes()
        harm(path)
        if path.name == name:
            (said,) = keeper.attempt().wrong
            assert "files" in said
            assert restored(keeper, into="without").lost == 1
        else:
            with pytest.raises(PlaceError, match=r"damaged|missing|no backup|not in"):
                keeper.attempt()
            with pytest.raises((PlaceError, OperatorError)):
                restored(keeper, into=f"{path.parent.name}-{path.name}")
            assert not any((far.parent / f"{path.parent.name}-{path.name}").iterdir())
        path.write_bytes(whole)
    assert keeper.attempt().wrong == []


def test_objects_that_were_exchanged_do_not_open(keeper: Keeper) -> None:
    """One of an older backup in place of a newer one, whole as it is."""
    keeper.make()
    keeper.now += DAY_S
    keeper.make()
    far = Path(keeper.settings.to)
    for name in ("backups/{}/manifest", "backups/{}/boxes.00000", "keys/{}/keys.00000"):
        older, newer = (far / name.format(number) for number in ("00001", "00002"))
        whole = newer.read_bytes()
        newer.write_bytes(older.read_bytes())
        with pytest.raises(PlaceError, match="exchanged"):
            keeper.attempt()
        newer.write_bytes(whole)


def test_a_place_that_withholds_the_newest_is_found_out(keeper: Keeper) -> None:
    """It shows an older one, which is whole; and names that are none of ours are passed over."""
    keeper.make()
    keeper.now += DAY_S
    keeper.make()
    far = Path(keeper.settings.to)
    for strange in ("²", "9" * 5_000, "notes"):
        with suppress(OSError):  # too long a name for a directory
            (far / "backups" / strange).mkdir()
            (far / "backups" / strange / "manifest").touch()
    assert layout.numbers_in(["keys/" + "9" * 5_000 + "/manifest"]) == {}
    assert keeper.attempt().number == 2
    (far / "backups" / "00002").rename(far / "hidden")
    with pytest.raises(PlaceError, match="Backup 2 is not in"):
        keeper.attempt()


def test_another_key_opens_nothing_and_writes_nothing(keeper: Keeper) -> None:
    """Neither by a restore, with a slip or with another server's key, nor by another server's backup."""
    keeper.make()
    new, asked = keeper.data.parent / "new", RestoreWanted(source=keeper.settings.to)
    slip = ("B" if letters(keeper)[0] == "A" else "A") + letters(keeper)[1:]
    with pytest.raises(sealing.RootError, match="slip"):
        restore_from_place(new, asked, None, (lambda _: slip, nobody), unheeded)
    other = sealing.root_in_letters(bytes(32))
    with pytest.raises(PlaceError, match="of another server"):
        restore_from_place(new, asked, None, (lambda _: other, nobody), unheeded)
    assert not any(new.iterdir())
    with pytest.raises(PlaceError, match="of another server"):
        keeper.make(root=bytes(32), known={})


def test_another_root_key_opens_what_is_old_and_the_old_one_nothing_new(keeper: Keeper) -> None:
    """After `chappe passphrase` or `chappe seal`: no place is lost by it, and no key is either."""
    keeper.make()
    far, old = Path(keeper.settings.to), letters(keeper)
    before = (far / layout.PLACE).read_bytes()
    first = keeper.root
    keeper.root = os.urandom(32)
    assert keeper.attempt().number == 1  # before anything new is there
    _change_root(keeper.data, first, keeper.root)
    keeper.now += DAY_S
    keeper.make()
    assert keeper.attempt().wrong == []
    restored(keeper, at="1")
    assert names_in(keeper.data.parent / "new") == BOTH
    asked = RestoreWanted(source=keeper.settings.to)
    with pytest.raises(PlaceError, match="not its root key"):
        restore_from_place(keeper.data.parent / "x", asked, None, (lambda _: old, nobody), unheeded)
    (far / layout.PLACE).write_bytes(before)  # whoever kept it, with the old key
    with pytest.raises(PlaceError, match="damaged or was exchanged"):
        restore_from_place(keeper.data.parent / "x", asked, None, (lambda _: old, nobody), unheeded)


def _change_root(data: Path, old: bytes, new: bytes) -> None:
    """Give a directory at L0 another root key."""

    async def change() -> None:
        engine = SqliteEngine(data / "keys.db", forget=True)
        keys = sealing.KeyStore(engine, old, SystemEntropy(), epochs_of(engine, data))
        await keys.open()
        await keys.prepare(new)
        prepare_server_key(data, old, new, SystemEntropy())
        (data / "root.key").write_bytes(new)
        await keys.settle(new)
        settle_root(data, new)
        await keys.close()

    asyncio.run(change())


def test_a_newer_format_is_refused_and_a_strange_place_is_none(keeper: Keeper) -> None:
    """Each in a sentence that says what to do."""
    keeper.make()
    mark = Path(keeper.settings.to) / layout.PLACE
    whole = mark.read_bytes()
    mark.write_bytes(whole.replace(b'"format":1', b'"format":2'))
    with pytest.raises(PlaceError, match="newer Chappe"):
        keeper.attempt()
    with pytest.raises(PlaceError, match="newer Chappe"):
        restored(keeper)
    mark.write_bytes(b"{}")
    with pytest.raises(PlaceError, match="damaged"):
        keeper.make()
    mark.unlink()
    with pytest.raises(OperatorError, match="holds no backups"):
        restored(keeper)


def test_a_disk_that_is_not_mounted_is_not_written_to(keeper: Keeper) -> None:
    """Its directory may be missing, or be there and empty: then it was another one."""
    keeper.make()
    far = Path(keeper.settings.to)
    far.rename(far.with_name("unmounted"))
    with pytest.raises(PlaceError, match="not there: mount its disk"):
        keeper.make()
    far.mkdir()
    with pytest.raises(PlaceError, match="holds no backups, and did"):
        keeper.make()
    assert not any(far.iterdir())


def test_a_full_disk_says_which_it_is(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the data before anything is copied, the other one in the middle; the next one makes good."""
    with pytest.raises(PlaceError, match="of the disk of the data for a while"):
        keeper.make(reserve=1 << 60)
    count = 0

    def full(_source: Path, target: Path) -> None:
        nonlocal count
        count += 1
        if count > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        target.write_bytes(_source.read_bytes())

    with monkeypatch.context() as patched:
        patched.setattr("chappe.engines.places.directory.copy_through", full)
        with pytest.raises(PlaceError, match="is full"):
            keeper.make()
    assert not (keeper.data / making.WORK).exists()
    assert [one.number for one in keeper.make().backups] == [2]
    assert keeper.attempt().wrong == []


@pytest.mark.parametrize(
    "fails_at", [1, 3, 6, *(pytest.param(n, marks=pytest.mark.long) for n in (2, 4, 5, 7))]
)
def test_one_that_was_cut_short_is_none_and_is_cleared_away(
    keeper: Keeper, fails_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever object it stopped: what was there before is whole, and so is what comes next."""
    keeper.make()
    add_file(keeper.data, b"a photo")
    left = fails_at

    def stop(source: Path, target: Path) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        target.write_bytes(source.read_bytes())

    keeper.now += DAY_S
    with monkeypatch.context() as patched:
        patched.setattr("chappe.engines.places.directory.copy_through", stop)
        try:
            keeper.make()
        except KeyboardInterrupt:
            assert keeper.attempt().number == 1
        else:
            assert fails_at > 6  # there are no more objects than that
    keeper.now += DAY_S
    assert keeper.make().backups[-1].number > 1
    assert keeper.attempt().wrong == []
    assert not list(Path(keeper.settings.to).rglob("*.begun"))


def test_keys_may_lie_elsewhere(keeper: Keeper) -> None:
    """Then the place of the boxes has none, and a restore asks for them."""
    keys = keeper.data.parent / "keys"
    keys.mkdir()
    keeper.settings = msgspec.structs.replace(keeper.settings, keys_to=str(keys))
    keeper.make()
    assert not (Path(keeper.settings.to) / "keys").exists()
    assert keeper.attempt().wrong == []
    with pytest.raises(PlaceError, match="name their place"):
        restored(keeper)
    restored(keeper, keys_from=str(keys))
    assert names_in(keeper.data.parent / "new") == BOTH


def test_a_database_has_its_own_backup_and_files_and_keys_have_ours(keeper: Keeper) -> None:
    """With the boxes in PostgreSQL what is here is kept, tried and restored."""
    add_file(keeper.data, b"a photo")
    keeper.make(boxes=False)
    tried = keeper.attempt()
    assert (tried.wrong, tried.files, tried.cells) == ([], 1, 0)
    assert restored(keeper).without_boxes
    new = keeper.data.parent / "new"
    assert (new / "keys.db").exists()
    assert not (new / "chappe.db").exists()
    keeper.make(boxes=False, keys=False)
    assert keeper.attempt().wrong == []


@pytest.mark.parametrize(
    "fails_at", [1, 3, 5, *(pytest.param(n, marks=pytest.mark.long) for n in (2, 4, 6, 7))]
)
def test_a_restore_that_was_cut_short_goes_on(
    keeper: Keeper, fails_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it fetches, or moves in what it fetched: no server starts, and the same command ends it."""
    for content in (b"one", b"two"):
        add_file(keeper.data, content)
    keeper.make()
    new, left, replace = keeper.data.parent / "new", fails_at, Path.replace

    def stop(self: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            restored(keeper)
    with pytest.raises(OperatorError, match="was cut short"):
        names_in(new)
    assert restored(keeper).lost == 0
    assert names_in(new) == BOTH
    assert len(list((new / "files").glob("??/*"))) == 2


def test_nothing_is_restored_onto_what_is_there(keeper: Keeper) -> None:
    """Neither a store nor files; and two at once are one too many."""
    keeper.make()
    with pytest.raises(OperatorError, match="holds a store already"):
        restored(keeper, into="data")
    add_file(keeper.data.parent / "new", b"somebody's photo")
    with pytest.raises(OperatorError, match="holds files already"):
        restored(keeper)
    waiting = restore_from_place

    def again(_: str) -> str:
        with pytest.raises(OperatorError, match="under way"):
            restored(keeper, into="other")
        return letters(keeper)

    asked = RestoreWanted(source=keeper.settings.to)
    waiting(keeper.data.parent / "other", asked, None, (again, nobody), unheeded)
    assert names_in(keeper.data.parent / "other") == BOTH


def test_one_is_chosen_by_number_or_by_day(keeper: Keeper) -> None:
    """The newest if nothing is said."""
    made = [
        layout.Manifest(
            format=1,
            number=number,
            made_at=1_780_000_000 + number * DAY_S,  # 2026-05-28T20:26:40, and so on
            version="1",
            cells=0,
            boxes=None,
            files=layout.Parts(size=0, sha256=b"", parts=0),
            file_count=0,
            file_bytes=0,
        )
        for number in (1, 2, 3)
    ]
    wanted = {"": 3, "1": 1, "2026-05-30": 2, "2026-05-30T20:27": 2, "2026-05-30T20:20": 1}
    assert {at: chosen(made, at).number for at in wanted} == wanted
    for at in ("9", "2026-05-01"):
        with pytest.raises(OperatorError, match="no such backup"):
            chosen(made, at)
    with pytest.raises(OperatorError, match="is no moment"):
        chosen(made, "yesterday")
    keeper.make()
    new = keeper.data.parent / "new"
    listed = list_backups(
        new, RestoreWanted(source=keeper.settings.to), None, (lambda _: letters(keeper), nobody)
    )
    assert [one["number"] for one in listed] == [1]
    assert not any(new.iterdir())
    with pytest.raises(OperatorError, match="From where"):
        list_backups(new, RestoreWanted(source=""), None, (str, nobody))
    with pytest.raises(OperatorError, match="There is no"):
        list_backups(new, RestoreWanted(source="/nowhere/at/all"), None, (str, nobody))


def test_a_sealed_directory_opens_by_its_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recovery code alone, with nothing else of the machine; afterwards the passphrase does as before."""
    monkeypatch.setattr("chappe.trust.sealing.root.ARGON_MEMORY_KIB", 64)  # it is tried elsewhere
    data, far = tmp_path / "data", tmp_path / "far"
    data.mkdir()
    far.mkdir()
    root, code = sealing.create_root(data, SystemEntropy(), "battery staple")
    settle_in(data, code)
    keeper = Keeper(data, Backups(to=str(far)), root)
    keeper.make()
    asked = RestoreWanted(source=str(far))
    restore_from_place(tmp_path / "new", asked, None, (lambda _: code, nobody), unheeded)
    assert not (tmp_path / "new" / "root.key").exists()
    assert sealing.open_root(tmp_path / "new", "battery staple") == root
    with pytest.raises(sealing.RootError, match="Wrong passphrase"):
        restore_from_place(tmp_path / "guess", asked, None, (lambda _: "a guess", nobody), unheeded)


def test_a_store_that_is_damaged_is_told_and_not_backed_up(keeper: Keeper) -> None:
    """What cannot be read cannot be copied."""
    (keeper.data / "chappe.db").write_bytes(b"no store at all" * 1_000)
    with pytest.raises(EngineError, match="is damaged"):
        keeper.make()
    assert keeper.made == Made(backups=[], places={}, keeps_versions=False)


def test_before_an_upgrade_it_is_said_what_stands_against_it(keeper: Keeper) -> None:
    """While a server runs there, and without changing anything."""
    wrong: list[str] = []

    async def ask(_: Any) -> None:
        found, (note,) = look_before_upgrade(keeper.data)
        assert "no backup by itself" in note
        wrong.extend(found)

    asyncio.run(on_server(keeper.data, ask))
    assert wrong == []
    with closing(sqlite3.connect(keeper.data / "chappe.db")) as db:
        db.execute("UPDATE meta SET value='99' WHERE name='version'")
        db.commit()
    (keeper.data / "restoring").mkdir()
    (keeper.data / "chappe.toml").write_text("no_such = 1")
    found, _ = look_before_upgrade(keeper.data)
    assert ["A setting" in found[0], "cut short" in found[1]] == [True, True]
    (keeper.data / "chappe.toml").unlink()
    (keeper.data / "root.key").unlink()
    found, _ = look_before_upgrade(keeper.data)
    assert ["no root key" in found[1], "newer Chappe" in found[2]] == [True, True]
    with pytest.raises(OperatorError, match="holds no data"):
        look_before_upgrade(keeper.data.parent / "nowhere")
