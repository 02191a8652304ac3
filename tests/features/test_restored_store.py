"""A restored store is behind its clients: it begins a new epoch."""

import asyncio
from pathlib import Path

from chappe import app
from chappe.app.installation import RESTORED
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.features import sync
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
