"""What is measured of two servers in turn: each load is made ready on one side, and then run in bursts."""

import asyncio
import os
import random
import struct
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from chappe import tl
from chappe.mtproto import service as s
from chappe.tl import api

from .client import Client
from .loads import PING_EVERY_S, at_once, write
from .sides import MAKING_AT_ONCE, Crier, Side

PAIRS: Final = 50
CALLERS: Final = 20
GROUP: Final = 50
MEMBERS: Final = 200
SUBSCRIBERS: Final = 400
PING_PAUSE_S: Final = 0.004  # of one connection of many: the server rests between two
PING_PART: Final = 0.15
PART_BYTES: Final = 512 * 1024
PARTS_A_MIB: Final = 2
FILE_MIB: Final = 8
FILES_AT_ONCE: Final = 8

Run = Callable[[int], Awaitable[Any]]


class Load(NamedTuple):
    """Something a server can be asked to do so many times."""

    run: Run
    each: int = 1  # operations that one time counts as
    part: float = 1.0  # of the processor time other bursts take: less where most of it is waiting


Prepare = Callable[[Side], Awaitable[Load]]


def shared(workers: Sequence[Callable[[], Awaitable[Any]]]) -> Run:
    """Return what shares out so many times among workers, who each do one after the other."""

    async def run(times: int) -> None:
        left = times

        async def work(once: Callable[[], Awaitable[Any]]) -> None:
            nonlocal left
            while left > 0:
                left -= 1
                await once()

        await asyncio.gather(*(work(once) for once in workers))

    return run


async def asked(clients: Sequence[Client], request: Callable[[Client], tl.TlRequest]) -> Load:
    """Return the load of one call, made by each client again and again."""

    def worker(client: Client) -> Callable[[], Awaitable[Any]]:
        body = client.encode(request(client))
        return lambda: client.exchange(body)

    for client in clients:  # proves that it is served
        await client.call(request(client))
    return Load(shared([worker(client) for client in clients]))


# -- messages ---------------------------------------------------------------------------------------


async def message(side: Side) -> Load:
    """Private messages, each kept and delivered before the next is sent."""
    people = await side.people(2 * PAIRS)
    talks = []
    for sender, recipient in zip(people[:PAIRS], people[PAIRS:], strict=True):
        (peer,) = await side.know(sender, [recipient])
        talks.append(Crier(sender.client, peer, [recipient.client]).cry)
    return Load(shared(talks))


async def group(side: Side) -> Load:
    """Messages into a basic group whose members are all online."""
    founder, *members = await side.people(GROUP)
    peer = await side.group(founder, members)
    return Load(shared([Crier(founder.client, peer, [m.client for m in members]).cry]))


async def supergroup(side: Side) -> Load:
    """Messages into a supergroup."""
    founder, *members = await side.people(MEMBERS + 1)
    peer = await side.channel(founder, members, broadcast=False)
    return Load(shared([Crier(founder.client, peer, [m.client for m in members]).cry]))


async def channel(side: Side) -> Load:
    """Posts to a channel, counted for each who reads it."""
    founder, *readers = await side.people(SUBSCRIBERS + 1)
    peer = await side.channel(founder, readers, broadcast=True)
    cry = Crier(founder.client, peer, [reader.client for reader in readers]).cry
    return Load(shared([cry]), each=SUBSCRIBERS)


# -- calls ------------------------------------------------------------------------------------------


async def get_config(side: Side) -> Load:
    """Answers that are the same for all."""
    people = await side.people(CALLERS)
    return await asked([person.client for person in people], lambda _: api.HelpGetConfig())


async def get_state(side: Side) -> Load:
    """Answers that need one box."""
    people = await side.people(CALLERS)
    return await asked([person.client for person in people], lambda _: api.UpdatesGetState())


def dialogs(limit: int) -> api.MessagesGetDialogs:
    """Return a request for the newest dialogs."""
    return api.MessagesGetDialogs(
        offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=limit, hash=0
    )


def history(peer: Any, limit: int) -> api.MessagesGetHistory:
    """Return a request for the newest messages."""
    return api.MessagesGetHistory(
        peer=peer,
        offset_id=0,
        offset_date=0,
        add_offset=0,
        limit=limit,
        max_id=0,
        min_id=0,
        hash=0,
    )


async def dialogs_of_20(side: Side) -> Load:
    """The lists of people with twenty private chats."""
    people = await side.people(20)
    some = [await side.somebody() for _ in range(3)]
    for who in some:
        await side.befriend(who, people, 1)
    return await asked([who.client for who in some], lambda _: dialogs(20))


async def dialogs_of_100(side: Side) -> Load:
    """The list of somebody with private chats, groups, supergroups and channels."""
    people = await side.people(60)
    busy = await side.somebody()
    await side.befriend(busy, people[:50], 4)
    for at in range(15):
        await side.group(people[at], [busy, *people[at + 1 : at + 4]])
    for at in range(35):
        founder = people[at]
        peer = await side.channel(founder, [busy, *people[at + 1 : at + 4]], broadcast=at % 2 == 0)
        await write(founder.client, peer, 5)
    found = await busy.client.call(dialogs(100))
    if len(found.dialogs) != 100:
        raise RuntimeError(f"{len(found.dialogs)} dialogs instead of 100")
    return await asked([busy.client], lambda _: dialogs(100))


async def history_of_50(side: Side) -> Load:
    """Pages of private chats."""
    people = await side.people(2 * PAIRS)
    peers = {}
    for one, other in zip(people[:3], people[3:6], strict=True):
        (peer,) = await side.know(one, [other])
        await write(one.client, peer, 50)
        peers[one.client] = peer
    return await asked(list(peers), lambda client: history(peers[client], 50))


async def history_of_100(side: Side) -> Load:
    """Pages of a channel."""
    founder, *readers = await side.people(21)
    peer = await side.channel(founder, readers, broadcast=True)
    await write(founder.client, peer, 150)
    return await asked([founder.client], lambda _: history(peer, 100))


# -- connections ------------------------------------------------------------------------------------


async def keys(side: Side) -> Load:
    """Whole handshakes, some at a time."""

    async def one() -> None:
        link, _ = await side.new_key()
        link.socket.abort()

    async def run(times: int) -> None:
        await at_once(MAKING_AT_ONCE, [one] * times)

    return Load(run)


async def idle_pings(side: Side) -> Load:
    """Pings of connections that do nothing else, each come alone."""
    clients = [person.client for person in await side.people(SUBSCRIBERS)]
    body = struct.pack("<Iqi", s.PING_DELAY, 1, 10 * PING_EVERY_S)

    async def run(times: int) -> None:
        for number in range(times):
            clients[number % len(clients)].tell(body)
            await asyncio.sleep(PING_PAUSE_S)

    return Load(run, part=PING_PART)


# -- files ------------------------------------------------------------------------------------------


async def upload(side: Side) -> Load:
    """Files that come in parts of half a MiB, several at the same time."""
    clients = [person.client for person in await side.people(FILES_AT_ONCE)]
    data = os.urandom(PART_BYTES)
    return Load(shared([partial(_put, client, data) for client in clients]), each=FILE_MIB)


async def download(side: Side) -> Load:
    """The same files, and back."""
    clients = [person.client for person in await side.people(FILES_AT_ONCE)]
    data = os.urandom(PART_BYTES)

    async def get(client: Client, place: Any) -> None:
        for part in range(FILE_MIB * PARTS_A_MIB):
            offset = part * PART_BYTES
            got = await client.call(
                api.UploadGetFile(location=place, offset=offset, limit=PART_BYTES)
            )
            if got.bytes != data:
                raise RuntimeError("what came down is not what went up")

    workers = []
    for client in clients:
        kept = (await _put(client, data)).document
        place = api.InputDocumentFileLocation(
            id=kept.id,
            access_hash=kept.access_hash,
            file_reference=kept.file_reference,
            thumb_size="",
        )
        workers.append(partial(get, client, place))
    return Load(shared(workers), each=FILE_MIB)


async def _put(client: Client, data: bytes) -> Any:
    number, parts = random.getrandbits(60), FILE_MIB * PARTS_A_MIB
    for part in range(parts):
        await client.call(
            api.UploadSaveBigFilePart(
                file_id=number, file_part=part, file_total_parts=parts, bytes=data
            )
        )
    given = api.InputFileBig(id=number, parts=parts, name="film.bin")
    media = api.InputMediaUploadedDocument(
        file=given, mime_type="application/octet-stream", attributes=[], force_file=True
    )
    return await client.call(api.MessagesUploadMedia(peer=api.InputPeerSelf(), media=media))


LOADS: Final[dict[str, Prepare]] = {
    "new auth key": keys,
    "private message, kept and delivered": message,
    "help.getConfig": get_config,
    "updates.getState": get_state,
    "messages.getDialogs of 20": dialogs_of_20,
    "messages.getHistory of 50": history_of_50,
    f"basic group of {GROUP}, a message to all online": group,
    f"supergroup, a message to {MEMBERS} online": supergroup,
    f"channel, a post to one of {SUBSCRIBERS} online": channel,
    "messages.getDialogs of 100 mixed": dialogs_of_100,
    "messages.getHistory of 100 posts": history_of_100,
    "ping of an idle connection": idle_pings,
    "upload of a MiB": upload,
    "download of a MiB": download,
}
