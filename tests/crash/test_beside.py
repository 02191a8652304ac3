"""Random calls of one person, while others make and delete groups and strangers sign up: nothing fails."""

import asyncio
import contextlib
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from bench.client import RPC_ERROR, Client, Place, Refused, find, log_in, read_modulus, read_result

from chappe.app.slices import methods
from chappe.tl import api
from tests.hostile.requests import Author, Known
from tests.hostile.test_every_method import SELDOM
from tests.journeys.server import RealServer

CALLS, CALLS_LONG = 2_000, 200_000
AT_ONCE: Final = 4  # calls the one person has under way, on a connection each
MAKERS: Final = 3  # people who make and delete groups
OURS: Final = 500  # codes from here on are mistakes of ours, or the store's
THEIRS: Final = (
    "RANDOM_ID_DUPLICATE"  # but for this one, to which Telegram's own servers give the code 500
)
BODY_BYTES_MAX: Final = 1 << 20  # bytes of a call: larger ones do not fit a packet of this client
AGAIN: Final = {
    "AUTH_KEY_UNREGISTERED",
    "SESSION_REVOKED",
    "USER_DEACTIVATED",
}  # logged out by a call
ANSWER_S_MAX: Final = 60.0  # seconds until a call counts as never answered
PAUSE_S: Final = 0.1  # seconds the others rest, so that the one person comes to call
MET: Final = 400  # calls after which the caller looks up anew what there is to name


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    """A server on a new directory."""
    made = RealServer(tmp_path / "data")
    made.start()
    yield made
    made.stop()


class Street:
    """Everybody, and what came of what they did."""

    def __init__(self, server: RealServer, seed: int) -> None:
        self.server = server
        self.chance = random.Random(seed)
        self.place = Place("127.0.0.1", server.port, read_modulus(server.data))
        self.known = Known()
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.left = 0  # calls the one person has still to make
        self.made = self.signed_up = 0
        self._phones = iter(range(4_915_560_000_000, 4_915_569_999_999))

    async def newcomer(self) -> tuple[Client, str]:
        """Sign somebody up."""
        phone = str(next(self._phones))
        client = await Client.connect(self.place)
        await log_in(client, phone, self.server.codes)
        return client, phone

    def note(self, what: str) -> None:
        """Note what went wrong, and show it: a long run ends much later."""
        self.wrong.append(what)
        print(what, flush=True)  # noqa: T201  shown when it fails

    async def tried(self, what: str, work: Any) -> Any:
        """Await something that must succeed; note what fails."""
        try:
            return await asyncio.wait_for(work, ANSWER_S_MAX)
        except (Refused, TimeoutError) as error:
            self.note(f"{what}: {error!r}")
            raise

    # -- the others ----------------------------------------------------------------------------

    async def make_and_delete(self, client: Client, guest: Any) -> None:
        """Make groups and supergroups, say something, delete them, until the calls are made."""
        while self.left > 0:
            megagroup = api.ChannelsCreateChannel(
                title="Here for a moment", about="", megagroup=True
            )
            chat = (await self.tried("createChannel", client.call(megagroup))).chats[0]
            channel = api.InputChannel(channel_id=chat.id, access_hash=chat.access_hash)
            peer = api.InputPeerChannel(channel_id=chat.id, access_hash=chat.access_hash)
            invite = api.ChannelsInviteToChannel(channel=channel, users=[guest])
            await self.tried("inviteToChannel", client.call(invite))
            said = api.MessagesSendMessage(
                peer=peer, message="hello", random_id=self.chance.getrandbits(62)
            )
            await self.tried("sendMessage", client.call(said))
            gone = api.ChannelsDeleteChannel(channel=channel)
            await self.tried("deleteChannel", client.call(gone))
            group = api.MessagesCreateChat(users=[guest], title="Likewise")
            made = await self.tried("createChat", client.call(group))
            gone_too = api.MessagesDeleteChat(chat_id=made.updates.chats[0].id)
            await self.tried("deleteChat", client.call(gone_too))
            self.made += 2
            await asyncio.sleep(PAUSE_S)

    async def sign_up(self) -> None:
        """Sign strangers up, one after the other."""
        while self.left > 0:
            client, _ = await self.tried("sign up", self.newcomer())
            self.signed_up += 1
            client.close()
            await asyncio.sleep(PAUSE_S)

    # -- the one person ------------------------------------------------------------------------

    async def meet(self, client: Client, others: list[str]) -> None:
        """Let the one person know what they may name: people, groups, channels, a file."""
        known = self.known
        for phone in others:
            peer = await find(client, phone)
            known.peers.append(peer)
            known.users.append(api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash))
            known.longs += [peer.user_id, peer.access_hash]
        users = known.users[1:2]
        made = await client.call(api.MessagesCreateChat(users=users, title="Group"))
        known.groups.append(made.updates.chats[0].id)
        known.peers.append(api.InputPeerChat(chat_id=known.groups[0]))
        for broadcast in (True, False):
            request = api.ChannelsCreateChannel(
                title="Channel", about="", broadcast=broadcast, megagroup=not broadcast
            )
            chat = (await client.call(request)).chats[0]
            who = {"channel_id": chat.id, "access_hash": chat.access_hash}
            known.channels.append(api.InputChannel(**who))
            known.peers.append(api.InputPeerChannel(**who))
            known.longs += [chat.id, chat.access_hash]
        await self.upload(client)

    async def upload(self, client: Client) -> None:
        """Give the one person a file to send."""
        number = self.chance.getrandbits(60)
        await client.call(api.UploadSaveFilePart(file_id=number, file_part=0, bytes=b"file " * 9))
        file = api.InputFile(id=number, parts=1, name="x.txt", md5_checksum="")
        self.known.files[:] = [file]

    async def call_at_random(self, client: Client) -> None:
        """Call whatever is served, with whatever comes to mind."""
        author = Author(self.chance, self.known)
        kinds = sorted(
            (kind for kind in methods() if kind.tl_name not in SELDOM), key=lambda k: k.tl_name
        )
        while self.left > 0:
            kind = self.chance.choice(kinds)
            body = author.encoded(kind)
            if len(body) > BODY_BYTES_MAX:
                continue
            self.left -= 1
            try:
                if self.left % MET == 0:
                    await self.upload(client)
                answer = await asyncio.wait_for(client.exchange(body), ANSWER_S_MAX)
                if answer[:4] == RPC_ERROR.to_bytes(4, "little"):
                    read_result(api.HelpGetConfig(), answer)  # raises what it says
                self.outcomes["ok"] += 1
            except Refused as refused:
                self.outcomes[str(refused.code)] += 1
                if not 0 < refused.code < OURS and refused.name != THEIRS:
                    self.note(f"{kind.tl_name}: {refused}, {body[:200].hex()}")
                if refused.name in AGAIN:
                    client = (await self.newcomer())[0]
            except ConnectionError:  # what was sent broke the protocol
                self.outcomes["cut"] += 1
                with contextlib.suppress(Refused):
                    client = await Client.connect(self.place, client.auth)
            except TimeoutError:
                self.note(f"{kind.tl_name} was not answered: {body[:200].hex()}")

    async def all_at_once(self, calls: int) -> None:
        """Let everybody go on until the calls are made."""
        makers = [await self.newcomer() for _ in range(MAKERS)]
        one, _ = await self.newcomer()
        await self.meet(one, [phone for _, phone in makers])
        connections = [one]
        for _ in range(AT_ONCE - 1):
            connections.append(await Client.connect(self.place, one.auth))
            await connections[-1].call(api.HelpGetConfig())
        guests = []
        for number, (client, _) in enumerate(makers):
            peer = await find(client, makers[(number + 1) % MAKERS][1])
            guests.append(api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash))
        self.left = calls
        async with asyncio.TaskGroup() as group:
            for client, guest in zip([client for client, _ in makers], guests, strict=True):
                group.create_task(self.make_and_delete(client, guest))
            group.create_task(self.sign_up())
            for client in connections:
                group.create_task(self.call_at_random(client))


async def test_random_calls_beside_groups_that_come_and_go(
    server: RealServer, *, long: bool
) -> None:
    """No call fails by our mistake, none is left without an answer, nobody's sign-up fails."""
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}")  # noqa: T201  shown when it fails
    street = Street(server, seed)
    try:
        await street.all_at_once(CALLS_LONG if long else CALLS)
    finally:
        print(street.outcomes, street.made, "made,", street.signed_up, "signed up")  # noqa: T201  likewise
    assert street.wrong == []
    assert server.bugs() == []
    assert street.outcomes["ok"] > 0
    assert street.made > 0
    assert street.signed_up > 0
