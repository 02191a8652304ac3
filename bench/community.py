"""The second part of the bench: groups, channels, files, long lists, a large store."""

import asyncio
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.tl import api

from .calibration import Limits, Yardstick, limits
from .client import Client
from .loads import Measured, at_once, calls, connect
from .machine import Server, settled
from .population import TEXT, Population, Resident
from .table import MIB, Row, file_row, row_of, time_row

PART_BYTES: Final = 512 * 1024
FILES_AT_ONCE: Final = 8
TOLD_ROUNDS_MAX: Final = 15_000  # until the last subscriber has a post


@dataclass(frozen=True)
class Crowd:
    """How large the second part is."""

    posts: int = 20  # into each chat
    subscribers: int = 2_000  # who are online
    enrolled: int = 10_000  # in the channel, online or not
    members: int = 10_000
    members_online: int = 200
    group: int = 50
    missed: int = 5_000
    file_mib: int = 32
    people: int = 2_000  # of the large store
    messages: int = 200_000
    seconds: float = 5


FULL: Final = Crowd()
QUICK: Final = Crowd(posts=5, enrolled=5_000, file_mib=8, people=500, messages=50_000, seconds=2)


class Hearer:
    """Counts what one client is told."""

    def __init__(self, client: Client, told: Callable[[], None]) -> None:
        self.client = client
        self._told = told
        client.on_push = self._on_push

    def _on_push(self, _body: bytes) -> None:
        self._told()


async def spread(
    server: Server,
    writer: Client,
    hearers: Sequence[Client],
    request: Callable[[], Any],
    times: int,
) -> Measured:
    """Write again and again; each time wait until everybody was told. Counts what was written."""
    heard = 0
    all_told = asyncio.Event()

    def told() -> None:
        nonlocal heard
        heard += 1
        if heard >= len(hearers):
            all_told.set()

    for client in hearers:
        Hearer(client, told)
    took: list[float] = []
    used = 0.0
    yardstick = Yardstick()
    for turn in range(times + 2):
        heard = 0
        all_told.clear()
        await settled(server.pid, 0.2)
        before, started = server.cpu, time.perf_counter()
        await writer.call(request())
        await asyncio.wait_for(all_told.wait(), 30)
        passed = time.perf_counter() - started
        await settled(server.pid, 0.2)
        if turn >= 2:  # first uses are not what is measured
            took.append(passed)
            used += server.cpu - before
    return Measured(times, sum(took), used, took, yardstick.end())


class Community:
    """People and chats on a running server, and the ways to name them."""

    def __init__(self, server: Server, hashes: Callable[[int, Kind, int], int]) -> None:
        self.server = server
        self._hashes = hashes
        self._clients: dict[int, Client] = {}

    async def online(self, people: Sequence[Resident]) -> list[Client]:
        """Connect people, once each."""

        async def one(who: Resident) -> Client:
            client = self._clients.get(who.user)
            if client is None:
                client = self._clients[who.user] = await connect(self.server, who.auth)
                client.user = who.user
                await client.call(api.UpdatesGetState())
            return client

        return await at_once(50, [partial(one, w) for w in people])

    def peer(self, viewer: Resident, owner: Owner) -> Any:
        """Return how somebody names a chat."""
        if owner.kind is Kind.CHAT:
            return api.InputPeerChat(chat_id=owner.id)
        hashed = self._hashes(viewer.user, Kind.CHANNEL, owner.id)
        return api.InputPeerChannel(channel_id=owner.id, access_hash=hashed)

    def channel(self, viewer: Resident, owner: Owner) -> Any:
        """Return how somebody names a channel where only a channel can be meant."""
        hashed = self._hashes(viewer.user, Kind.CHANNEL, owner.id)
        return api.InputChannel(channel_id=owner.id, access_hash=hashed)


def text(peer: Any) -> Any:
    """Return a request to write somewhere."""
    return api.MessagesSendMessage(peer=peer, message=TEXT, random_id=random.getrandbits(63) + 1)


@dataclass
class Town:
    """A population with a chat of each size."""

    people: list[Resident]
    channel: Owner
    supergroup: Owner
    group: Owner
    busy: Resident  # has a hundred dialogs


async def settle_town(population: Population, crowd: Crowd) -> Town:
    """Make people and their chats."""
    people = await population.people(max(crowd.members, crowd.enrolled))
    channel = await population.chat(
        Kind.CHANNEL, people[: crowd.enrolled], crowd.missed, broadcast=True
    )
    supergroup = await population.chat(Kind.CHANNEL, people[: crowd.members])
    group = await population.chat(Kind.CHAT, people[: crowd.group])
    busy = await population.person()
    for at in range(15):
        await population.chat(Kind.CHAT, [busy, *people[at : at + 3]])
    groups = [(peer, people[0].user) for peer in busy.joined]
    for at in range(35):
        members = [busy, *people[at : at + 3]]
        await population.chat(Kind.CHANNEL, members, 5, broadcast=at % 2 == 0)
    await population.dialogs(busy, [*((p.user, p.user) for p in people[100:150]), *groups], 4)
    return Town(people, channel, supergroup, group, busy)


async def measure(directory: Path, crowd: Crowd, only: str) -> list[Row]:
    """Measure the second part, or the rows whose name has a word."""
    rows: list[Row] = []
    population = await Population.open(directory / "community")
    town = await settle_town(population, crowd)
    hashes = population.hashes()
    await population.close()
    with Server(directory / "community") as server:
        community = Community(server, hashes)
        for name, telling in tellings(community, town, crowd).items():
            if only in name:
                rows.append(await telling(name))
        for name, (target, reading) in readings(community, town, crowd).items():
            if only in name:
                rows.append(row_of(name, await reading(), target))
        if only in "upload and download of files":
            rows += await files(server, community, town.people[:FILES_AT_ONCE], crowd.file_mib)
        for line in server.complaints():
            print(line, file=sys.stderr)
    if only in "start with people, messages on disk":
        rows += await large_store(directory, crowd)
    return rows


def tellings(
    community: Community, town: Town, crowd: Crowd
) -> dict[str, Callable[[str], Awaitable[Row]]]:
    """Return the rows about writing to many."""
    me = town.people[0]

    async def tell(owner: Owner, hearers: int) -> Measured:
        clients = await community.online(town.people[: hearers + 1])
        peer = community.peer(me, owner)
        return await spread(
            community.server, clients[0], clients[1:], lambda: text(peer), crowd.posts
        )

    async def group(name: str) -> Row:
        return row_of(name, await tell(town.group, crowd.group - 1), 600)

    async def supergroup(name: str) -> Row:
        return row_of(name, await tell(town.supergroup, crowd.members_online), 800)

    async def channel(name: str) -> Row:
        told = await tell(town.channel, crowd.subscribers - 1)
        each = replace(told, count=told.count * (crowd.subscribers - 1))
        made = row_of(name, each, 3)
        worst = told.percentile(0.99) * 1000 / told.round_us
        passed = bool(made.passed) and worst <= TOLD_ROUNDS_MAX
        return made._replace(target=f"{made.target}, all in {TOLD_ROUNDS_MAX:,}", passed=passed)

    return {
        f"basic group of {crowd.group}, a message to all online": group,
        f"supergroup of {crowd.members:,}, a message to {crowd.members_online} online": supergroup,
        f"channel of {crowd.enrolled:,}, a post to one of {crowd.subscribers:,} online": channel,
    }


def readings(
    community: Community, town: Town, crowd: Crowd
) -> dict[str, tuple[float, Callable[[], Awaitable[Measured]]]]:
    """Return the rows about long lists, each with its target in rounds."""
    server, me = community.server, town.people[0]

    async def listed() -> Measured:
        (client,) = await community.online([town.busy])
        wanted = api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=100, hash=0
        )
        found = await client.call(wanted)
        if len(found.dialogs) != 100:
            raise RuntimeError(f"{len(found.dialogs)} dialogs")
        return await calls(server, [client], lambda _: wanted, crowd.seconds)

    async def read() -> Measured:
        (client,) = await community.online([me])
        wanted = api.MessagesGetHistory(
            peer=community.peer(me, town.channel),
            offset_id=0,
            offset_date=0,
            add_offset=0,
            limit=100,
            max_id=0,
            min_id=0,
            hash=0,
        )
        return await calls(server, [client], lambda _: wanted, crowd.seconds)

    async def enrolled() -> Measured:
        (client,) = await community.online([me])
        wanted = api.ChannelsGetParticipants(
            channel=community.channel(me, town.channel),
            filter=api.ChannelParticipantsRecent(),
            offset=0,
            limit=200,
            hash=0,
        )
        found = await client.call(wanted)
        if len(found.participants) != 200 or found.count != crowd.enrolled:
            raise RuntimeError(f"{len(found.participants)} of {found.count} members")
        return await calls(server, [client], lambda _: wanted, crowd.seconds)

    return {
        "messages.getDialogs of 100 mixed": (600, listed),
        f"channels.getParticipants, 200 of {crowd.enrolled:,}": (0, enrolled),
        "messages.getHistory of 100 posts": (300, read),
        f"catching up {crowd.missed:,} missed posts": (
            25_000,
            lambda: catch_up(server, community, me, town.channel, crowd.missed),
        ),
    }


async def catch_up(
    server: Server, community: Community, me: Resident, channel: Owner, missed: int
) -> Measured:
    """Ask for a channel's difference until there is none, as an app that slept through it does."""
    (client,) = await community.online([me])
    took: list[float] = []
    used = 0.0
    yardstick = Yardstick()
    for turn in range(4):
        pts, got, final = 1, 0, False
        await settled(server.pid, 0.2)
        before, started = server.cpu, time.perf_counter()
        while not final and got < missed:
            found = await client.call(
                api.UpdatesGetChannelDifference(
                    channel=community.channel(me, channel),
                    filter=api.ChannelMessagesFilterEmpty(),
                    pts=pts,
                    limit=1000,
                )
            )
            if isinstance(found, api.UpdatesChannelDifferenceTooLong):
                raise TypeError("the difference is too long to be told")
            pts, final, got = found.pts, found.final, got + len(found.new_messages)
        passed = time.perf_counter() - started
        await settled(server.pid, 0.2)
        if got < missed:
            raise RuntimeError(f"{got} of {missed} posts were told")
        if turn:
            took.append(passed)
            used += server.cpu - before
    return Measured(len(took), sum(took), used, took, yardstick.end())


async def files(
    server: Server, community: Community, people: Sequence[Resident], mib: int
) -> list[Row]:
    """Move a file for each of some people at the same time, up and down, in the largest parts."""
    clients = await community.online(people)
    parts = mib * MIB // PART_BYTES
    data = os.urandom(PART_BYTES)
    highest = 0

    async def up(client: Client, number: int) -> Any:
        for part in range(parts):
            await client.call(
                api.UploadSaveBigFilePart(
                    file_id=number, file_part=part, file_total_parts=parts, bytes=data
                )
            )
            watch()
        given = api.InputFileBig(id=number, parts=parts, name="film.bin")
        media = api.InputMediaUploadedDocument(
            file=given, mime_type="application/octet-stream", attributes=[], force_file=True
        )
        return await client.call(api.MessagesUploadMedia(peer=api.InputPeerSelf(), media=media))

    async def down(client: Client, kept: Any) -> None:
        place = api.InputDocumentFileLocation(
            id=kept.document.id,
            access_hash=kept.document.access_hash,
            file_reference=kept.document.file_reference,
            thumb_size="",
        )
        for part in range(parts):
            got = await client.call(
                api.UploadGetFile(location=place, offset=part * PART_BYTES, limit=PART_BYTES)
            )
            if got.bytes != data:
                raise RuntimeError("what came down is not what went up")
            watch()

    def watch() -> None:
        nonlocal highest
        highest = max(highest, server.resident)

    async def timed(works: Sequence[Awaitable[Any]]) -> tuple[Measured, list[Any]]:
        await settled(server.pid)
        before, started = server.cpu, time.perf_counter()
        found = await asyncio.gather(*works)
        passed = time.perf_counter() - started
        await settled(server.pid)
        return Measured(len(clients) * mib, passed, server.cpu - before), found

    first = random.getrandbits(60)
    warm = [up(client, first + 100 + i) for i, client in enumerate(clients)]
    await timed([warm.pop()])
    for unused in warm:
        unused.close()
    resident = highest = server.resident
    before = limits()
    uploaded, kept = await timed([up(c, first + i) for i, c in enumerate(clients)])
    downloaded, _ = await timed([down(c, k) for c, k in zip(clients, kept, strict=True)])
    grown = (highest - resident) / MIB
    after = limits()
    limit = Limits(*(sum(both) / 2 for both in zip(before, after, strict=True)))
    return [
        file_row("upload of a MiB", uploaded, limit.upload, 1.35),
        file_row("download of a MiB", downloaded, limit.download, 1.25),
        _memory(f"  memory while {len(clients)} files of {mib} MiB move", grown),
    ]


def _memory(name: str, grown: float) -> Row:
    return Row(name, 1, f"+{grown:.0f} MiB", target="64 MiB", passed=grown <= 64)


async def large_store(directory: Path, crowd: Crowd) -> list[Row]:
    """Start a server on nothing, and on a store that holds a lot."""
    with Server(directory / "none") as server:
        await asyncio.sleep(1)
        nothing = server.resident / MIB
    population = await Population.open(directory / "large")
    people = await population.people(crowd.people)
    each = crowd.messages // crowd.people // 10
    for at, who in enumerate(people):
        others = [people[(at + step) % len(people)].user for step in range(1, 11)]
        await population.dialogs(who, [(other, other) for other in others], each)
    await population.close()
    yardstick = Yardstick()
    with Server(directory / "large") as server:
        took, round_us = server.start_seconds, yardstick.end()
        await asyncio.sleep(1)
        resident = server.resident / MIB
    name = f"start with {crowd.people:,} people, {each * 10 * crowd.people:,} messages on disk"
    resident_row = Row(
        f"  resident then (with none {nothing:.0f} MiB)",
        1,
        f"{resident:.0f} MiB",
        target="as with none",
        passed=resident <= nothing + 10,
    )
    return [
        time_row(name, 1, took, round_us, 500_000, f"{took:.2f} s"),
        resident_row,
    ]
