"""What must be true when all is over: nothing lost, doubled, skipped, or shown to who may not see it.

One of three oracles, which share no code on purpose. This one does not compare renderings: it knows what
people said and who was where, and holds the server's cells and every app against that through crashes.
"""

from collections import Counter
from typing import Any

import msgspec
from bench.client import AuthKey, Refused

from chappe.core import Kind
from chappe.ports import Cell, tables_of_records
from chappe.tl import api
from chappe.trust import freshness, sealing
from chappe.updates import EventRow
from chappe.updates.rows import DeadLetter

from .app import App, Log
from .people import Circle, Person

PAGE = {"offset_id": 0, "offset_date": 0, "add_offset": 0, "max_id": 0, "min_id": 0, "hash": 0}


async def check(circle: Circle) -> None:
    """Hold everything against everything.

    Raises:
        AssertionError: something is not true.
    """
    machine = circle.machine
    server = machine.server
    assert server is not None
    for person in circle.people:
        await person.app.catch_up()
        for channel in tuple(person.app.channels):
            await person.app.catch_up_channel(channel)
        await person.app.quiet()
    await server.delivery.relay.settle()
    await server.context.store.settle()
    for person in circle.people:
        await person.app.catch_up()
        await person.app.quiet()
    assert machine.bugs == []
    await nothing_under_way(circle)
    await no_holes(circle)
    await sums_agree(circle)
    for person in circle.people:
        twin = await wake_twin(person)
        same(f"{person.phone} asleep and awake", twin, person.app)
        await same_as_history(person, twin)
        once(circle, person)
        unseen(circle, person)
    kept(circle)
    for person in circle.people:
        for number in person.mine[-3:]:
            said = circle.said[number]
            if said.place[0] == "user":
                assert await person._say(said) == circle.kept[number][0], f"m{number} sent again"


async def nothing_under_way(circle: Circle) -> None:
    """No line waits, and none was set aside."""
    cells: list[Cell] = list(circle.machine.boxes._values)
    assert [c for c in cells if c.owner.kind is Kind.RELAY] == []
    assert [c for c in cells if c.table == DeadLetter.table] == []


async def sums_agree(circle: Circle) -> None:
    """What every box, and the store, says it holds is what it holds."""
    engine: Any = circle.machine.server.context.store.engine  # type: ignore[union-attr]
    fresh = sealing.fresh_cells(engine)
    assert fresh.seal is not None
    show = engine.keys.owners.show
    found = await freshness.compare(
        fresh.inner, fresh.seal, tables_of_records(), show, lambda _done, _of: None
    )
    assert found is not None
    assert (found.wrong, found.is_busy) == ((), False)


async def no_holes(circle: Circle) -> None:
    """The events of every box follow each other without a gap."""
    context = circle.machine.server.context  # type: ignore[union-attr]
    owners = {c.owner for c in circle.machine.boxes._values if c.table == EventRow.table}
    for owner in sorted(owners):
        at = 0
        for row in await context.look(owner).scan(EventRow):
            counted = context.registry.open(row.name, row.body).pts_count
            assert row.pts == at + counted or at == 0, f"{owner}: a hole before {row}"
            at = row.pts
        assert at == await context.look(owner).counter("pts"), f"{owner} counts further than it has"


async def wake_twin(person: Person) -> App:
    """Return an app that slept all the time and follows the difference now."""
    twin = App(person.circle.machine, AuthKey(person.key, 0), person.app.layer)
    await twin.catch_up()
    await twin.quiet()
    return twin


def same(what: str, left: App, right: App) -> None:
    """Compare what two apps of one person know."""
    assert left.box.pts == right.box.pts, what
    assert left.box.texts == right.box.texts, what
    assert set(left.channels) == set(right.channels), what
    for channel, log in left.channels.items():
        other = right.channels[channel]
        assert (log.pts, log.texts) == (other.pts, other.texts), f"{what}: channel {channel}"
    assert left.groups == right.groups, f"{what}: {left.groups} {right.groups}"


async def same_as_history(person: Person, twin: App) -> None:
    """Compare what an app knows with what it would be shown now."""
    peers = [api.InputPeerSelf(), *(person.peer(("user", n)) for n in person.contacts)]
    dialogs = await twin.call(
        api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=100, hash=0
        )
    )
    peers += [
        api.InputPeerChat(chat_id=d.peer.chat_id)
        for d in dialogs.dialogs
        if isinstance(d.peer, api.PeerChat)
    ]
    peers.append(api.InputPeerUser(user_id=777000, access_hash=0))
    shown = Log()
    for peer in peers:
        try:
            page = await twin.call(api.MessagesGetHistory(peer=peer, limit=100, **PAGE))
        except Refused:
            continue
        for message in page.messages:
            shown.put(message)
    assert shown.texts == twin.box.texts, f"history and difference of {person.phone}"
    for channel, log in twin.channels.items():
        peer = api.InputPeerChannel(channel_id=channel, access_hash=twin.hashes[channel])
        page = await twin.call(api.MessagesGetHistory(peer=peer, limit=100, **PAGE))
        posts = Log()
        for message in page.messages:
            posts.put(message)
        assert posts.texts == log.texts, f"history and difference of channel {channel}"


def texts_of(circle: Circle, app: App) -> Counter[int]:
    """Count the things said that an app has, whatever edit of them."""
    logs = [app.box, *app.channels.values()]
    found = (circle.number_of(text) for log in logs for text in log.texts.values())
    return Counter(number for number in found if number is not None)


def once(circle: Circle, person: Person) -> None:
    """Nothing is there twice."""
    doubled = {n: times for n, times in texts_of(circle, person.app).items() if times > 1}
    assert doubled == {}, f"{person.phone} has these more than once"


def unseen(circle: Circle, person: Person) -> None:
    """Nothing was ever shown to who may not see it."""
    for text, at in person.app.seen:
        number = circle.number_of(text)
        if number is not None:
            said = circle.said[number]
            assert circle.may_see(person.number, said), f"{text} at {at} before {person.phone}"


def kept(circle: Circle) -> None:
    """What was acknowledged is there, under its number, with its last text, on every side."""
    for number, (given, _) in circle.kept.items():
        said = circle.said[number]
        if number in circle.deleted:
            continue
        apps = {p.number: p.app for p in circle.people}
        kind, where = said.place
        holders = [said.by, where] if kind == "user" else [said.by]
        texts = circle.edits.get(number, [f"m{number}"])
        for who in holders:
            app = apps[who]
            if kind == "channel":
                if where in app.channels:
                    assert app.channels[where].texts.get(given) in texts, (said, given)
            elif who == said.by:
                assert app.box.texts.get(given) in texts, (said, given)
            else:
                assert any(text in texts for text in app.box.texts.values()), said


def summary(circle: Circle) -> dict[str, Any]:
    """Return how much happened."""
    machine = circle.machine
    return {
        "commits": machine.plan.commits,
        "starts": machine.starts,
        "said": len(circle.said),
        "kept": len(circle.kept),
        "gaps": [p.app.gaps for p in circle.people],
        "boxes": len(msgspec.msgpack.encode(sorted(map(str, machine.boxes._values)))),
    }
