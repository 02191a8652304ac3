"""A rich box, read by the apps of every layer: nothing in it is unknown to any of them."""

import re
from pathlib import Path
from typing import Any

import pytest

from chappe import tl
from chappe.tl import api
from chappe.tl.schema import LAYERS
from tests.protocol.strictly import Strict
from tests.simulation.loop import simulate
from tests.simulation.world import Device, Refused, World, open_server

from .test_every_method import everything, places, reading

ADA, BERT = "4915550000001", "4915550000002"
MEANT_TO_BE_SEEN = {  # in every layer
    "message",
    "messageService",
    "messageMediaDocument",
    "messageMediaGeo",
    "messageMediaContact",
    "messageMediaDice",
    "messageMediaVenue",
    "messageMediaPoll",
    "messageEntityBold",
    "messageEntityTextUrl",
    "messageEntityMentionName",
    "messageEntityPre",
    "messageReplyHeader",
    "messageFwdHeader",
    "messageReactions",
    "messageActionChatCreate",
    "messageActionChatAddUser",
    "messageActionChannelCreate",
    "messageActionChatEditTitle",
    "messageActionPinMessage",
    "documentAttributeFilename",
    "peerUser",
    "peerChat",
    "peerChannel",
    "dialog",
    "chat",
    "channel",
    "user",
    "draftMessage",
    "peerNotifySettings",
    "chatInviteExported",
    "channelFull",
    "chatFull",
    "userFull",
    "channelParticipantCreator",
}
MEDIA: tuple[Any, ...] = (
    api.InputMediaGeoPoint(geo_point=api.InputGeoPoint(lat=48.8, long=2.3, accuracy_radius=5)),
    api.InputMediaContact(phone_number="123", first_name="A", last_name="B", vcard=""),
    api.InputMediaDice(emoticon="🎲"),
    api.InputMediaVenue(
        geo_point=api.InputGeoPoint(lat=48.8, long=2.3),
        title="Tower",
        address="x",
        provider="foursquare",
        venue_id="1",
        venue_type="a",
    ),
    api.InputMediaPoll(
        poll=api.Poll(
            id=0,
            hash=0,
            question=api.TextWithEntities(text="Shall we?", entities=[]),
            answers=[
                api.PollAnswer(text=api.TextWithEntities(text=t, entities=[]), option=t.encode())
                for t in ("yes", "no")
            ],
        )
    ),
)
ENTITIES: tuple[Any, ...] = (
    api.MessageEntityBold(offset=0, length=2),
    api.MessageEntityTextUrl(offset=3, length=2, url="https://example.org"),
    api.InputMessageEntityMentionName(offset=6, length=2, user_id=api.InputUserSelf()),
    api.MessageEntityPre(offset=9, length=2, language="py"),
    api.MessageEntityBlockquote(offset=12, length=2, collapsed=True),
    api.MessageEntitySpoiler(offset=15, length=2),
)


class Writer:
    """Somebody who fills chats with everything there is."""

    def __init__(self, device: Device, world: World) -> None:
        self.device = device
        self.world = world

    async def ask(self, request: Any) -> Any:
        """Serve a request that may not fit every place."""
        try:
            return await self.device.call(request)
        except Refused as refusal:
            return refusal

    def number(self) -> int:
        """Return a random_id."""
        return self.world.chance.getrandbits(62) | 1

    async def send(self, peer: Any, medium: Any, **other: Any) -> Any:
        """Send a medium."""
        return await self.ask(
            api.MessagesSendMedia(
                peer=peer, media=medium, message="look", random_id=self.number(), **other
            )
        )

    async def file(self, **attributes: Any) -> Any:
        """Upload a file; return it as a medium."""
        number = self.number()
        await self.ask(api.UploadSaveFilePart(file_id=number, file_part=0, bytes=b"bytes" * 99))
        file = api.InputFile(id=number, parts=1, name="x.bin", md5_checksum="")
        return api.InputMediaUploadedDocument(file=file, **attributes)

    async def fill(self, peer: Any) -> None:
        """Write everything there is into one chat."""
        text = {"peer": peer, "message": "ab ab ab ab ab ab @nobody #tag https://example.org"}
        await self.ask(
            api.MessagesSendMessage(**text, entities=list(ENTITIES), random_id=self.number())
        )
        reply = api.InputReplyToMessage(reply_to_msg_id=1)
        await self.ask(api.MessagesSendMessage(**text, reply_to=reply, random_id=self.number()))
        for medium in MEDIA:
            await self.send(peer, medium)
        video = api.DocumentAttributeVideo(duration=1.5, w=10, h=10)
        audio = api.DocumentAttributeAudio(duration=3, voice=True, waveform=b"\1" * 63)
        named = api.DocumentAttributeFilename(file_name="x.bin")
        for mime, attributes in (("video/mp4", [video]), ("audio/ogg", [audio]), ("a/b", [named])):
            await self.send(peer, await self.file(mime_type=mime, attributes=attributes))
        for number in range(1, 5):
            reaction = [api.ReactionEmoji(emoticon="👍")]
            await self.ask(api.MessagesSendReaction(peer=peer, msg_id=number, reaction=reaction))
            await self.ask(api.MessagesUpdatePinnedMessage(peer=peer, id=number))
        to = {"to_peer": peer, "from_peer": peer}
        for number in (1, 2, 3):
            await self.ask(
                api.MessagesForwardMessages(**to, id=[number], random_id=[self.number()])
            )
        await self.ask(api.MessagesSaveDraft(peer=peer, message="to be", entities=[]))


async def rich_world(layer: int) -> tuple[World, Device, set[str]]:
    """Return a world, the device of somebody whose box has everything, and what a friend was pushed."""
    world = World(await open_server(1), 1)
    ada, bert = await world.device(ADA, name="Ada"), await world.device(BERT, layer, name="Bert")
    writer = Writer(ada, world)
    contact = api.InputPhoneContact(client_id=1, phone=BERT, first_name="B", last_name="T")
    user = (await ada.call(api.ContactsImportContacts(contacts=[contact]))).users[0]
    friend = api.InputUser(user_id=user.id, access_hash=user.access_hash)
    group = await ada.call(api.MessagesCreateChat(users=[friend], title="Group"))
    number = group.updates.chats[0].id
    await ada.call(api.MessagesEditChatTitle(chat_id=number, title="Renamed"))
    peers: list[Any] = [
        api.InputPeerSelf(),
        api.InputPeerChat(chat_id=number),
        api.InputPeerUser(user_id=user.id, access_hash=user.access_hash),
    ]
    for broadcast in (True, False):
        made = await ada.call(
            api.ChannelsCreateChannel(
                title="Channel", about="about", broadcast=broadcast, megagroup=not broadcast
            )
        )
        where = {"channel_id": made.chats[0].id, "access_hash": made.chats[0].access_hash}
        channel = api.InputChannel(**where)
        await ada.call(api.ChannelsInviteToChannel(channel=channel, users=[friend]))
        await ada.call(api.ChannelsEditTitle(channel=channel, title="Renamed"))
        await ada.call(api.MessagesExportChatInvite(peer=api.InputPeerChannel(**where)))
        peers.append(api.InputPeerChannel(**where))
    for peer in peers:
        await writer.fill(peer)
    await world.settle()
    assert world.bugs == []
    told = {update["_"] for push in bert.read_pushes() for update in push["updates"]}
    return world, ada, told


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_a_rich_box_is_read_by_an_app_of(layer: int) -> None:
    """All that it is shown, it knows; and what there was to be seen is seen."""

    async def story() -> set[str]:
        world, ada, told = await rich_world(layer)
        assert {"updateNewMessage", "updateNewChannelMessage", "updateMessageReactions"} <= told
        dialogs = await ada.call(everything()[0])
        ada.client.layer = ada.layer = layer
        strict = Strict(layer)
        for request in [*everything(), *reading(*places(dialogs))]:
            shape = tl.schema().at(request.tl_name, layer)
            if shape is None:
                continue
            answer = await ada.exchange(tl.encode(request, tl.LAYER))
            if int.from_bytes(answer[:4], "little") != 0x2144CA19:
                strict.whole(answer, shape.result)
        assert world.bugs == []
        return strict.names

    assert MEANT_TO_BE_SEEN - simulate(story()) == set()


def test_no_update_that_counts_is_unknown_to_a_layer() -> None:
    """An app that is not told one finds a hole in its pts."""
    source = "".join(p.read_text("utf-8") for p in Path("src/chappe/features").rglob("*.py"))
    names = {tl.schema().name_of(n) for n in re.findall(r"api\.(Update\w+)\(", source)} - {None}
    counting = {n for n in names if "pts_count" in {f.name for f in tl.schema().newest(n).fields}}
    assert len(counting) > 8
    missing = [(n, at) for n in counting for at in LAYERS if tl.schema().at(n, at) is None]
    assert missing == []
