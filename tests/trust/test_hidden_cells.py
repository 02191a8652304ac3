"""An engine that hides ids: what it finds is what a plain one would, and what lies below tells nobody."""

import random
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.ports import Cell, EngineError, Record, WriteSet, encode_key, in_order
from chappe.trust import sealing
from tests.trust.hidden import found_in, keys_of

ADA, BOB, ROOM = Owner.user(123_456_789_000), Owner.user(987_654_321_000), Owner.channel(55_000_111)
HOUSE = Owner(Kind.HOUSE, 0)
PEERS = [777_000 + 1_000_003 * n for n in range(40)]
END = b"\xff"


class Said(Record, frozen=True):
    """A record of these tests, with a hidden part and one in order."""

    table = "said in hidden cells"
    key = ("peer", in_order("id"))

    peer: int
    id: int


class World:
    """A store with ids hidden, and the same cells in an engine that hides nothing."""

    def __init__(self) -> None:
        self.boxes, self.rows, self.plain = MemoryEngine(), MemoryEngine(), MemoryEngine()
        self.keys = sealing.KeyStore(self.rows, bytes(32), SystemEntropy())

    async def open(self) -> "World":
        """Make the keys."""
        await self.keys.open()
        self.engine = sealing.seal(self.boxes, self.keys, SystemEntropy())
        return self

    async def put(self, owner: Owner, table: str, *parts: Any, value: bytes | None = b"v") -> None:
        """Put a cell into both."""
        batch = [WriteSet({Cell(owner, table, encode_key(parts)): value})]
        await self.engine.commit(batch)
        await self.plain.commit(batch)


@pytest.fixture
async def world() -> World:
    """Three boxes with conversations, in no order."""
    made = await World().open()
    chance = random.Random(3)
    for owner in (ADA, BOB, ROOM, HOUSE):
        for peer in chance.sample(PEERS, len(PEERS)):
            for number in chance.sample(range(50), 5):
                await made.put(owner, Said.table, peer, number, value=b"%d/%d" % (peer, number))
            await made.put(owner, "marks of hidden cells", "kind", peer)
        await made.put(owner, "whole of hidden cells")
    for peer in PEERS[:5]:
        await made.put(ADA, "marks of hidden cells", "kind", peer, value=None)
    return made


async def test_a_cell_is_found_where_it_was_put(world: World) -> None:
    """Read, scanned under any beginning, counted: by whoever knows the ids."""
    cells = list(world.plain._values)
    assert await world.engine.read(cells) == [world.plain._values[cell] for cell in cells]
    nobody = Cell(Owner.user(5), Said.table, encode_key((1, 1)))
    never = Cell(Owner.user(1 << 62), Said.table, b"")
    there = world.plain._values[cells[0]]
    assert await world.engine.read([nobody, cells[0], never]) == [None, there, None]
    for owner in (ADA, BOB, ROOM, HOUSE):
        for table, starts in (
            (Said.table, [(), *((peer,) for peer in PEERS)]),
            ("marks of hidden cells", [(), ("kind",), ("other",)]),
        ):
            for start in map(encode_key, starts):
                place = (owner, table, start, start + END)
                wanted = await world.plain.scan(*place, limit=1_000)
                assert sorted(await world.engine.scan(*place, limit=1_000)) == wanted
                assert await world.engine.count(*place, limit=1_000) == len(wanted)


async def test_what_is_in_order_is_scanned_in_order(world: World) -> None:
    """Behind a peer, messages come by number, bounded and backwards."""
    for peer in PEERS:
        start = encode_key((peer,))
        for low, high in ((start, start + END), (encode_key((peer, 9)), encode_key((peer, 31)))):
            for reverse in (False, True):
                place, how = (ADA, Said.table, low, high), {"limit": 3, "reverse": reverse}
                assert await world.engine.scan(*place, **how) == await world.plain.scan(
                    *place, **how
                )


async def test_pages_over_hidden_parts_hold_each_cell_once(world: World) -> None:
    """Each begins behind the last cell of the one before, forwards and backwards."""
    every = await world.plain.scan(ADA, Said.table, b"", END, limit=1_000)
    for reverse in (False, True):
        seen: list[tuple[bytes, bytes]] = []
        low, high = b"", END
        while page := await world.engine.scan(ADA, Said.table, low, high, limit=7, reverse=reverse):
            seen += page
            low, high = (b"", page[-1][0]) if reverse else (page[-1][0] + END, END)
        assert sorted(seen) == every


async def test_owners_and_their_cells_are_walked_each_once(world: World) -> None:
    """In an order that is none, but the same; from any of them on."""
    for n in range(60):
        await world.put(Owner.user(4_096 * n + 7), "whole of hidden cells")
    seen: list[Owner] = []
    after = -(1 << 62)
    while page := await world.engine.owners(Kind.USER, after=after, limit=13):
        seen += page
        after = page[-1].id
    assert sorted(seen) == await world.plain.owners(Kind.USER, limit=1_000)
    assert await world.engine.owners(Kind.USER, after=(1 << 63) - 1) == []
    assert await world.engine.owners(Kind.HOUSE) == [HOUSE]
    rows: list[tuple[str, bytes, bytes]] = []
    at = ("", b"")
    while some := await world.engine.walk(ADA, at, limit=9):
        rows += some
        at = some[-1][:2]
    assert sorted(rows) == await world.plain.walk(ADA, ("", b""), limit=1_000)


async def test_below_it_no_id_is_found(world: World) -> None:
    """Neither whose a cell is nor what its key names; with nothing hidden all would be found."""
    ids = {ADA.id, BOB.id, ROOM.id, *PEERS}
    assert found_in(keys_of(world.boxes, world.rows), ids) == set()
    assert found_in(keys_of(world.plain), ids) == ids


async def test_the_same_peer_looks_different_in_every_box_and_table(world: World) -> None:
    """So that nobody counts who is written to by whom."""
    blocks = [cell.key[1:17] for cell in world.boxes._values if cell.key]
    named = {(cell.owner, cell.table, cell.key[:9]) for cell in world.plain._values if cell.key}
    assert len(set(blocks)) == len(named)


async def test_who_is_erased_has_no_cells_and_nobody_elses_are_harmed(world: World) -> None:
    """Their keys do not even name anything any more."""
    rest = len(world.boxes._values)
    await world.engine.erase(ADA)
    assert await world.engine.scan(ADA, Said.table, b"", END, limit=10) == []
    assert await world.engine.count(ADA, Said.table, b"", END, limit=10) == 0
    assert await world.engine.walk(ADA, ("", b""), limit=10) == []
    assert ADA not in await world.engine.owners(Kind.USER)
    assert 0 < len(world.boxes._values) < rest


async def test_a_cell_moved_to_another_key_is_found_out(world: World) -> None:
    """By whoever can write the store: the value is bound to the place it names."""
    (first, second, *_) = [cell for cell in world.boxes._values if cell.table == Said.table]
    await world.boxes.commit([WriteSet({second: world.boxes._values[first]})])
    with pytest.raises(EngineError):
        await world.engine.scan(
            world.keys.owners.show(second.owner), Said.table, b"", END, limit=1_000
        )
