"""A restored store is behind its clients: it begins a new epoch."""

import asyncio
import errno
import shutil
import tarfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.app.kept import nobody
from tests.operating import operate

from chappe import app
from chappe.app.installation import RESTORED, SESSIONS_KEPT
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.features import sync
from chappe.features.accounts import User
from chappe.features.auth.records import (
    AuthKey,
    Challenge,
    Code,
    Guessed,
    LoginToken,
    MailCode,
    PendingLogin,
    PendingPassword,
    Recovery,
    Session,
    TemporaryKey,
)
from chappe.features.reentry.records import Reentry
from chappe.gateways.cli import OperatorError, RestoredSessions, RestoreWanted
from chappe.ports import EngineError, Record
from chappe.rpc import Call, Client
from chappe.tl import api
from chappe.updates import Change, Command, Context, Registry

ADA = Owner(Kind.USER, 4096)
KEY = 5


async def visit(data: Path, pts: int) -> tuple[int, int, object]:
    """Start a server; let Ada take a number; return her pts, her message's id, and the difference."""
    server = await app.start(Configuration(), data, None)
    async with server.context.change(ADA) as change:
        number = change.next("seq")
        change.next("pts")
    client = Client(1, 1, lambda _: None)
    client.user = ADA.id
    request = api.UpdatesGetDifference(pts=pts, date=2**31 - 1, qts=0)
    difference = await sync.handlers.get_difference(Call(server.context, client), request)
    now = await server.context.look(ADA).counter("pts")
    await server.stop()
    return now, number, difference


def test_no_number_is_given_out_twice_and_clients_begin_anew(tmp_path: Path) -> None:
    """After a restore ids jump ahead of whatever was lost, once; later starts go on from there."""
    before, first, difference = asyncio.run(visit(tmp_path, 0))
    assert isinstance(difference, api.UpdatesDifferenceEmpty)
    (tmp_path / RESTORED).touch()
    lost = 40  # what the client saw after the backup was made
    after, second, difference = asyncio.run(visit(tmp_path, before + lost))
    assert isinstance(difference, api.UpdatesDifferenceTooLong)
    assert difference.pts == after > before + lost
    assert second > first + lost
    assert not (tmp_path / RESTORED).exists()
    later, third, difference = asyncio.run(visit(tmp_path, after))
    assert (later, third) == (after + 1, second + 1)
    assert isinstance(difference, api.UpdatesDifferenceEmpty)


def unpack(backup: Path, data: Path, sessions: RestoredSessions) -> str:
    """Restore a file of `chappe backup FILE`; return the name of what is missing."""
    installation = app.installation.Installation(app.start, app.slices.commands())
    wanted = RestoreWanted(source=str(backup), sessions=sessions)
    return installation.restore(data, wanted, (str, nobody), lambda *_: None).missing


class Numbered(Command, frozen=True):
    """Takes a number in the other box."""

    name = "test.numbered"

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        change.put(Session(key_id=change.next("pts"), created=1, active=1))


def test_a_line_that_was_left_over_takes_a_new_number_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was on its way when the backup was made arrives behind what clients saw since."""
    kinds = [kind for part in app.slices.SLICES for kind in part.EVENTS]
    monkeypatch.setattr(app, "registry", lambda: Registry([*kinds, Numbered]))
    before, *_ = asyncio.run(visit(tmp_path, 0))

    async def leave() -> None:
        server = await app.start(Configuration(), tmp_path, None)
        await server.context.store.hold(ADA)  # so that it does not arrive in this run
        async with server.context.change(Owner(Kind.USER, 8192)) as change:
            change.send_command(ADA, Numbered())
        monkeypatch.setattr("chappe.updates.relay.STOP_S_MAX", 0)
        await server.stop()

    async def arrived() -> list[int]:
        server = await app.start(Configuration(), tmp_path, None)
        await server.delivery.relay.settle()
        numbers = [s.key_id for s in await server.context.look(ADA).scan(Session)]
        await server.stop()
        return numbers

    asyncio.run(leave())
    (tmp_path / RESTORED).write_text(SESSIONS_KEPT, "ascii")
    (number,) = asyncio.run(arrived())
    assert number > before + 1


async def log_in(data: Path, backup: Path, number: str) -> None:
    """Start a server on which Ada is logged in, and half logged in elsewhere, and back it up."""
    server = await app.start(Configuration(), data, None)
    async with server.context.change(ADA) as change:
        change.put(User(id=ADA.id, first_name="Ada", created=1, phone=number))
        change.put(Session(key_id=KEY, created=1, active=1))
        change.put(PendingLogin(key_id=KEY + 1, since=change.now))
    for key_id, who in ((KEY, {"user": ADA.id}), (KEY + 1, {"pending_user": ADA.id})):
        async with server.context.change(Owner(Kind.AUTH_KEYS, key_id)) as change:
            change.put(AuthKey(key_id=key_id, key_bytes=bytes(256), created=1, **who))
    assert await devices(server) == (ADA.id, ADA.id, 1)
    await operate(server, "backup", target=str(backup))
    await server.stop()


async def devices(server: Any) -> tuple[int | None, int | None, int]:
    """Return whose key it is, whose password the other owes, and how many sessions Ada has."""
    whole = await server.auth_keys.identify(Client(KEY, 1, lambda _: None))
    half = await server.auth_keys.identify(Client(KEY + 1, 1, lambda _: None))
    return whole.user, half.pending_user, len(await operate(server, "sessions", user=ADA.id))


@pytest.mark.parametrize(
    ("number", "sessions", "kept"),
    [
        ("33612345678", RestoredSessions.OF_THE_LOST, False),
        ("33612345678", RestoredSessions.KEPT, True),
        ("33612345678", RestoredSessions.ENDED, False),
        ("88812345678", RestoredSessions.OF_THE_LOST, True),
        ("88812345678", RestoredSessions.KEPT, True),
        ("88812345678", RestoredSessions.ENDED, False),
    ],
)
def test_who_was_logged_out_since_the_backup_stays_so(
    tmp_path: Path, number: str, sessions: RestoredSessions, kept: bool
) -> None:
    """Since the backup cannot know, everybody logs in again, but who could not; or as the operator says."""
    data, restored, backup = (tmp_path / n for n in ("data", "restored", "backup.tar"))

    async def look() -> tuple[int | None, int | None, int]:
        server = await app.start(Configuration(), restored, None)
        there = await devices(server)
        key = await server.auth_keys.find(KEY)
        assert key is not None
        await server.stop()
        return there

    asyncio.run(log_in(data, backup, number))
    assert unpack(backup, restored, sessions) == "root.key"  # kept apart
    shutil.copyfile(data / "root.key", restored / "root.key")
    assert asyncio.run(look()) == ((ADA.id, None, 1) if kept else (None, None, 0))
    assert not (restored / RESTORED).exists()


FLEETING = (
    Code,
    MailCode,
    LoginToken,
    Challenge,
    TemporaryKey,
    Recovery,
    PendingPassword,
    PendingLogin,
    Guessed,
    Reentry,
)


async def tables(server: Any) -> set[str]:
    """Return every table in which anybody has anything."""
    engine = server.context.store.engine
    found: set[str] = set()
    for kind in Kind:
        for owner in await engine.owners(kind, after=-1, limit=10_000):
            found |= {table for table, _, _ in await engine.walk(owner, ("", b""), limit=10_000)}
    return found


def blank_of(kind: type[Record]) -> Record:
    """Return a record with nothing in it but what it must have."""
    empty = {int: 1, str: "x", bytes: b"x" * 256, bool: False}
    fields = {f.name: f for f in msgspec.structs.fields(kind)}
    given = {
        name: empty[f.type] if f.type in empty else blank_of(f.type)
        for name, f in fields.items()
        if f.required
    }
    return kind(**given)


def test_what_is_fleeting_is_in_no_backup(tmp_path: Path) -> None:
    """Codes, QR codes, questions and temporary keys are not in it; a permanent key is."""
    data, restored = tmp_path / "data", tmp_path / "restored"

    async def fill() -> set[str]:
        server = await app.start(Configuration(), data, None)
        async with server.context.change(Owner(Kind.AUTH_KEYS, 5)) as change:
            change.put(AuthKey(key_id=5, key_bytes=b"x" * 256, created=1))
            for kind in FLEETING:
                change.put(blank_of(kind))
        await operate(server, "backup", target=str(tmp_path / "backup.tar"))
        there = await tables(server)
        await server.stop()
        return there

    async def look() -> set[str]:
        server = await app.start(Configuration(), restored, None)
        there = await tables(server)
        await server.stop()
        return there

    before = asyncio.run(fill())
    assert {kind.table for kind in FLEETING} | {AuthKey.table} <= before
    missing = unpack(tmp_path / "backup.tar", restored, RestoredSessions.OF_THE_LOST)
    assert missing == "root.key"  # kept apart
    shutil.copyfile(data / "root.key", restored / "root.key")
    after = asyncio.run(look())
    assert AuthKey.table in after
    assert not after & {kind.table for kind in FLEETING}


def test_a_store_that_is_half_unpacked_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves nothing of it."""
    data, restored, backup = (tmp_path / n for n in ("data", "restored", "backup.tar"))
    asyncio.run(log_in(data, backup, "33612345678"))

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(OperatorError, match="No space"):
        unpack(backup, restored, RestoredSessions.OF_THE_LOST)
    assert not list(restored.iterdir())


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.LNKTYPE])
def test_a_backup_holds_files_and_nothing_else(tmp_path: Path, kind: bytes) -> None:
    """A link under a name that is ours would write elsewhere what comes after it."""
    backup, restored, elsewhere = (tmp_path / n for n in ("bad.tar", "restored", "elsewhere"))
    with tarfile.open(backup, "w") as out:
        for name in ("chappe.db", "keys.db"):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, str(elsewhere)
            out.addfile(member)
    with pytest.raises(OperatorError, match="it is none"):
        unpack(backup, restored, RestoredSessions.OF_THE_LOST)
    assert not elsewhere.exists()


async def test_a_start_that_fails_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store can be opened again at once, by the same process."""
    made: list[Context] = []

    async def fail(_: Path, context: Context) -> None:
        made.append(context)
        raise RuntimeError("no epoch")

    with monkeypatch.context() as patched:
        patched.setattr(app.installation, "begin_epoch", fail)
        with pytest.raises(RuntimeError, match="no epoch"):
            await app.start(Configuration(), tmp_path, None)
    with pytest.raises(EngineError, match="closed"):
        await made[0].store.engine.owners(Kind.USER, limit=1)
    server = await app.start(Configuration(), tmp_path, None)
    await server.stop()
