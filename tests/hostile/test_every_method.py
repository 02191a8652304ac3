"""Every served method, called with malice by somebody who is logged in: refused as declared, or harmless."""

from typing import Any

import pytest

from chappe import tl
from chappe.tl import api
from chappe.tl.schema import LAYERS
from tests.simulation.loop import simulate
from tests.simulation.world import Device, Refused, World, open_server

from .requests import Author, Known

WORLDS, WORLDS_LONG = 8, 800
CALLS_A_WORLD = 1_500
OURS = ("INTERNAL_SERVER_ERROR", "STORE_UNAVAILABLE")
SELDOM = {  # they end the story of the one who calls them
    "auth.logOut",
    "account.deleteAccount",
    "auth.resetAuthorizations",
    "auth.checkPassword",
    "channels.deleteChannel",
    "messages.deleteChat",
    "channels.leaveChannel",
    "account.updatePasswordSettings",
    "messages.deleteHistory",
    "account.resetAuthorization",
    "auth.recoverPassword",
    "auth.dropTempAuthKeys",
}
MALLORY, BERT, CARL = "4915550000001", "4915550000002", "4915550000003"


class Town(World):
    """Mallory, who means harm, Bert, who has to live with it, and Carl, who has no part in it."""

    async def settle_in(self) -> None:
        """Let them meet, and share two groups and two channels."""
        self.mallory = await self.device(MALLORY, name="Mallory")
        self.tablet = await self.device(MALLORY, layer=self.chance.choice(sorted(LAYERS)))
        self.bert = await self.device(BERT, layer=self.chance.choice(sorted(LAYERS)), name="Bert")
        self.carl = await self.device(CARL, name="Carl")
        known = self.known = Known()
        people = [await self.meet(self.mallory, phone) for phone in (BERT, CARL)]
        mallory = await self.meet(self.bert, MALLORY)
        for user in people:
            known.peers.append(
                api.InputPeerUser(user_id=user.user_id, access_hash=user.access_hash)
            )
        known.users += people
        group = await self.mallory.call(api.MessagesCreateChat(users=people[:1], title="Group"))
        known.groups.append(group.updates.chats[0].id)
        known.peers.append(api.InputPeerChat(chat_id=known.groups[0]))
        for maker, guests, broadcast in (
            (self.mallory, people, False),
            (self.bert, [mallory], True),
            (self.mallory, people, True),
        ):
            made = await maker.call(
                api.ChannelsCreateChannel(
                    title="Channel", about="", broadcast=broadcast, megagroup=not broadcast
                )
            )
            chat = made.chats[0]
            place = api.InputChannel(channel_id=chat.id, access_hash=chat.access_hash)
            await maker.call(api.ChannelsInviteToChannel(channel=place, users=guests))
        await self.settle()
        dialogs = await self.mallory.call(everything()[0])
        for chat in dialogs.chats:
            if isinstance(chat, api.Channel):
                who = {"channel_id": chat.id, "access_hash": chat.access_hash}
                known.channels.append(api.InputChannel(**who))
                known.peers.append(api.InputPeerChannel(**who))
                known.longs += [chat.id, chat.access_hash or 0]
        link = await self.mallory.call(api.MessagesExportChatInvite(peer=known.peers[-1]))
        known.texts += [
            link.link.rpartition("+")[2],
            link.link,
            MALLORY,
            BERT,
            "mallory",
            "bertrand",
        ]
        known.longs += [u.user_id for u in people] + [u.access_hash for u in people]
        await self.upload()
        for peer in known.peers:
            for device in (self.mallory, self.bert):
                for text in ("one", "two"):
                    try:
                        await device.call(
                            api.MessagesSendMessage(
                                peer=peer, message=text, random_id=self.chance.getrandbits(62)
                            )
                        )
                    except Refused:
                        pass  # the hashes are Mallory's

    async def upload(self) -> None:
        """Let Mallory have files to send."""
        self.known.files.clear()
        for number in (self.chance.getrandbits(60) for _ in range(3)):
            part = api.UploadSaveFilePart(file_id=number, file_part=0, bytes=b"a file " * 9)
            await self.mallory.call(part)
            file = api.InputFile(id=number, parts=1, name="x.txt", md5_checksum="")
            self.known.files.append(file)

    async def back(self) -> bool:
        """Let Mallory log in again; False if a password is in the way."""
        try:
            self.mallory = await self.device(MALLORY, name="Mallory")
            self.tablet = await self.device(MALLORY, layer=158)
        except Refused:
            return False
        return True

    async def meet(self, device: Device, phone: str) -> Any:
        """Return how one person names another."""
        contact = api.InputPhoneContact(client_id=1, phone=phone, first_name="A", last_name="B")
        user = (await device.call(api.ContactsImportContacts(contacts=[contact]))).users[0]
        return api.InputUser(user_id=user.id, access_hash=user.access_hash)

    async def look_around(self, device: Device, layers: list[int]) -> None:
        """Let somebody open everything they have, on an app of each layer; nothing may break it."""
        for layer in layers:
            device.client.layer = device.layer = layer
            seen = await device.exchange(tl.encode(everything()[0], tl.LAYER))
            device.read(api.MessagesGetDialogs, seen)
            device.client.layer = device.layer = tl.LAYER
            dialogs = await device.call(everything()[0])
            device.client.layer = device.layer = layer
            peers, channels = places(dialogs)
            for request in [*everything(), *reading(peers, channels)]:
                if tl.schema().at(request.tl_name, layer) is None:
                    continue
                try:
                    device.read(type(request), await device.exchange(tl.encode(request, tl.LAYER)))
                except Refused as refusal:
                    what = f"{refusal.token} for {request} on {layer}"
                    assert refusal.token not in OURS, (what, self.bugs)
        device.read_pushes()


def everything() -> list[Any]:
    """Return what an app asks for when it opens."""
    empty = api.InputPeerEmpty()
    dialogs = {"offset_date": 0, "offset_id": 0, "offset_peer": empty, "limit": 100, "hash": 0}
    return [
        api.MessagesGetDialogs(**dialogs),
        api.MessagesGetDialogs(folder_id=1, **dialogs),
        api.MessagesGetPinnedDialogs(folder_id=0),
        api.UpdatesGetState(),
        api.UpdatesGetDifference(pts=1, date=1, qts=0),
        api.ContactsGetContacts(hash=0),
        api.ContactsGetBlocked(offset=0, limit=100),
        api.ContactsGetStatuses(),
        api.UsersGetFullUser(id=api.InputUserSelf()),
        api.UsersGetUsers(id=[api.InputUserSelf()]),
        api.AccountGetAuthorizations(),
        api.AccountGetPassword(),
        api.AccountGetGlobalPrivacySettings(),
        api.AccountGetNotifySettings(peer=api.InputNotifyUsers()),
        api.MessagesGetDialogFilters(),
        api.MessagesGetAllDrafts(),
        api.MessagesGetSavedDialogs(
            offset_date=0, offset_id=0, offset_peer=empty, limit=100, hash=0
        ),
        api.MessagesGetDialogUnreadMarks(),
        api.PhotosGetUserPhotos(user_id=api.InputUserSelf(), offset=0, max_id=0, limit=10),
        api.MessagesSearchGlobal(
            q="e",
            filter=api.InputMessagesFilterEmpty(),
            min_date=0,
            max_date=0,
            offset_rate=0,
            offset_peer=empty,
            offset_id=0,
            limit=50,
        ),
        api.MessagesGetRecentReactions(limit=20, hash=0),
        api.ChannelsGetAdminedPublicChannels(),
    ]


def places(dialogs: Any) -> tuple[list[Any], list[Any]]:
    """Return every peer, and every channel, of a list of dialogs."""
    channels: list[Any] = []
    peers: list[Any] = [
        api.InputPeerSelf(),
        *(api.InputPeerUser(user_id=u.id, access_hash=u.access_hash or 0) for u in dialogs.users),
    ]
    for chat in dialogs.chats:
        if isinstance(chat, api.Chat):
            peers.append(api.InputPeerChat(chat_id=chat.id))
        elif isinstance(chat, api.Channel):
            peers.append(api.InputPeerChannel(channel_id=chat.id, access_hash=chat.access_hash))
            channels.append(api.InputChannel(channel_id=chat.id, access_hash=chat.access_hash))
    return peers, channels


def reading(peers: list[Any], channels: list[Any]) -> list[Any]:
    """Return what an app asks for in each dialog."""
    found: list[Any] = []
    for peer in peers:
        page = {"peer": peer, "offset_id": 0, "add_offset": 0, "max_id": 0, "min_id": 0, "hash": 0}
        found += [
            api.MessagesGetHistory(offset_date=0, limit=100, **page),
            api.MessagesSearch(
                q="",
                filter=api.InputMessagesFilterPinned(),
                min_date=0,
                max_date=0,
                limit=100,
                **page,
            ),
            api.MessagesGetPeerDialogs(peers=[api.InputDialogPeer(peer=peer)]),
            api.MessagesGetPeerSettings(peer=peer),
        ]
        if isinstance(peer, api.InputPeerUser):
            user = api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)
            found.append(api.UsersGetFullUser(id=user))
        if isinstance(peer, api.InputPeerChat):
            found.append(api.MessagesGetFullChat(chat_id=peer.chat_id))
    for channel in channels:
        recent = api.ChannelParticipantsRecent()
        found += [
            api.UpdatesGetChannelDifference(
                channel=channel, filter=api.ChannelMessagesFilterEmpty(), pts=1, limit=1000
            ),
            api.ChannelsGetFullChannel(channel=channel),
            api.ChannelsGetParticipants(
                channel=channel, filter=recent, offset=0, limit=100, hash=0
            ),
            api.ChannelsGetAdminLog(channel=channel, q="", max_id=0, min_id=0, limit=100),
        ]
    return found


async def live(seed: int, calls: int, watch: Any) -> None:
    """Let one world suffer."""
    town = Town(await open_server(seed), seed)
    await town.settle_in()
    author = Author(town.chance, town.known)
    methods = sorted(town.server.dispatcher.methods, key=lambda kind: kind.tl_name)
    assert town.bugs == []
    for number in range(calls):
        kind = town.chance.choice(methods)
        if kind.tl_name in SELDOM and town.chance.random() < 0.9:
            continue
        device = town.tablet if town.chance.random() < 0.3 else town.mallory
        body = author.encoded(kind)
        what = f"seed {seed}, call {number}: {kind.tl_name}"
        try:
            device.read(kind, await device.exchange(body))
        except Refused as refusal:
            watch(kind, refusal.token)
            assert refusal.token not in OURS, (what, town.bugs, tl.decode(body))
        else:
            watch(kind, "")
        gone = None in (town.mallory.client.user, town.tablet.client.user)
        if gone and not await town.back():
            break
        if number % 40 == 0:
            await town.upload()
        await town.settle()
        assert town.bugs == [], (what, town.bugs)
        for listener in (town.mallory, town.tablet, town.bert, town.carl):
            listener.read_pushes()
    town.known.peers.clear()
    layers = sorted(LAYERS)
    for person, phone in ((town.bert, BERT), (town.carl, CARL), (town.mallory, MALLORY)):
        if person.client.user is not None:
            await town.look_around(person, layers)
        assert town.bugs == [], (f"seed {seed}", phone)
    await town.server.stop()


@pytest.mark.parametrize("part", range(4))
def test_no_request_does_harm(part: int, *, long: bool) -> None:
    """Mallory tries everything; Bert and Carl can still open all they have, in every app."""
    for number in range((WORLDS_LONG if long else WORLDS) // 4):
        simulate(live(part * 1_000_000 + number, CALLS_A_WORLD, lambda *_: None))
