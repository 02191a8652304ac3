"""A restored store is behind its clients: it begins a new epoch."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe import app
from chappe.app.installation import RESTORED
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.features import sync
from chappe.features.auth.records import (
    AuthKey,
    Challenge,
    Code,
    LoginToken,
    MailCode,
    PendingPassword,
    TemporaryKey,
)
from chappe.features.auth.recovery import Recovery
from chappe.gateways.cli import OperatorError
from chappe.ports import Record
from chappe.rpc import Call, Client
from chappe.tl import api

ADA = Owner(Kind.USER, 4096)


async def visit(data: Path, pts: int) -> tuple[int, int, object]:
    """Start a server; let Ada take a number; return her pts, her message's id, and the difference."""
    server = await app.start(Configuration(), data, None)
    async with server.house.change(ADA) as change:
        number = change.next("seq")
        change.next("pts")
    client = Client(1, 1, lambda _: None)
    client.user = ADA.id
    request = api.UpdatesGetDifference(pts=pts, date=2**31 - 1, qts=0)
    difference = await sync.handlers.get_difference(Call(server.house, client), request)
    now = await server.house.look(ADA).counter("pts")
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


FLEETING = (Code, MailCode, LoginToken, Challenge, TemporaryKey, Recovery, PendingPassword)


async def tables(server: Any) -> set[str]:
    """Return every table in which anybody has anything."""
    engine = server.house.store.engine
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
        async with server.house.change(Owner(Kind.AUTH_KEYS, 5)) as change:
            change.put(AuthKey(key_id=5, key_bytes=b"x" * 256, created=1))
            for kind in FLEETING:
                change.put(blank_of(kind))
        await server.act("backup", {"target": str(tmp_path / "backup.tar")})
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
    with pytest.raises(OperatorError):  # the root key was kept apart
        app.installation.Installation(app.start).restore(tmp_path / "backup.tar", restored)
    shutil.copyfile(data / "root.key", restored / "root.key")
    after = asyncio.run(look())
    assert AuthKey.table in after
    assert not after & {kind.table for kind in FLEETING}
