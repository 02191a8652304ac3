"""Invite links of groups: found by their code, which lies nowhere readable, and not without number."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from chappe import app
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.core.web_links import code_in_link
from chappe.features import accounts
from chappe.features.groups import links
from chappe.rpc import Call, Client
from chappe.tl import api, errors

from .test_files_go import picture, upload
from .village import village

ADA, CLAUDE = 4096, 8192


class Town:
    """A server with two people, spoken to without a wire."""

    def __init__(self, server: Any) -> None:
        self.server = server

    async def settle(self) -> None:
        """Make the two people."""
        for user, name in ((ADA, "Ada"), (CLAUDE, "Claude")):
            async with self.server.context.change(Owner(Kind.USER, user)) as change:
                change.put(accounts.User(id=user, first_name=name))

    async def ask(self, user: int, request: Any) -> Any:
        """Let somebody call a method."""
        client = Client(user, user, lambda _: None)
        client.user = user
        method = self.server.dispatcher.methods[type(request)]
        return await method.serve(Call(self.server.context, client), request)

    async def group(self) -> tuple[Any, str]:
        """Let Ada make a channel; return its peer and a link to it."""
        made = await self.ask(
            ADA, api.ChannelsCreateChannel(title="Tours", about="", broadcast=True)
        )
        chat = made.chats[0]
        peer = api.InputPeerChannel(channel_id=chat.id, access_hash=chat.access_hash)
        exported = await self.ask(ADA, api.MessagesExportChatInvite(peer=peer))
        return peer, exported.link


def live(data: Path, story: Any) -> None:
    """Run a story on a fresh server."""

    async def run() -> None:
        server = await app.start(Configuration(), data, None)
        try:
            town = Town(server)
            await town.settle()
            await story(town)
        finally:
            await server.stop()

    asyncio.run(run())


def test_a_link_lets_in_and_its_code_is_in_no_file(tmp_path: Path) -> None:
    """Claude comes in by it; a thief of the disk could not."""
    found: list[str] = []

    async def story(town: Town) -> None:
        _, link = await town.group()
        found.append(code_in_link(link))
        await town.ask(CLAUDE, api.MessagesImportChatInvite(hash=found[0]))
        with pytest.raises(errors.InviteHashInvalid):
            await town.ask(CLAUDE, api.MessagesImportChatInvite(hash=found[0][::-1]))

    live(tmp_path, story)
    for file in (p for p in tmp_path.rglob("*") if p.is_file()):
        assert found[0].encode() not in file.read_bytes()
        assert found[0].encode().hex().encode() not in file.read_bytes()


def test_a_chat_has_only_so_many_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one beyond the bound is refused; the others go on working."""
    monkeypatch.setattr(links, "LINKS_MAX", 2)

    async def story(town: Town) -> None:
        peer, first = await town.group()
        await town.ask(ADA, api.MessagesExportChatInvite(peer=peer))
        with pytest.raises(errors.InvitesTooMuch):
            await town.ask(ADA, api.MessagesExportChatInvite(peer=peer))
        await town.ask(CLAUDE, api.MessagesImportChatInvite(hash=code_in_link(first)))

    live(tmp_path, story)


async def test_a_link_shows_the_picture_as_long_as_it_opens_the_door() -> None:
    """To who was given the link, and to nobody who was not; not after it was revoked."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        sup = await ada.supergroup("Town")
        photo = api.InputChatUploadedPhoto(file=await upload(ada, picture()))
        await ada(api.ChannelsEditPhoto(channel=ada.channel(sup), photo=photo))
        link = (await ada(api.MessagesExportChatInvite(peer=ada.peer(sup), title="door"))).link
        shown = (await bob(api.MessagesCheckChatInvite(hash=link))).photo
        assert isinstance(shown, api.Photo)
        where = api.InputPhotoFileLocation(
            id=shown.id,
            access_hash=shown.access_hash,
            file_reference=shown.file_reference,
            thumb_size="a",
        )
        fetch = api.UploadGetFile(location=where, offset=0, limit=4096)
        assert (await bob(fetch)).bytes
        with pytest.raises((errors.FileIdInvalid, errors.FileReferenceInvalid)):
            await eve(fetch)
        with pytest.raises(errors.ChannelPrivate):
            await bob.history(sup)
        await ada(api.MessagesEditExportedChatInvite(peer=ada.peer(sup), link=link, revoked=True))
        with pytest.raises(errors.FileReferenceExpired):
            await bob(fetch)
        with pytest.raises(errors.InviteHashExpired):
            await bob(api.MessagesCheckChatInvite(hash=link))
