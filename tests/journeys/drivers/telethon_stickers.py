"""Telethon's part in stickers: sets are made, installed and sent from."""

from typing import Any

from telethon import functions, types, utils


class StickerActs:
    """What a device is asked to do with stickers."""

    client: Any

    async def make_set(self, title: str, name: str, paths: list[str], emoji: list[str]) -> Any:
        """Make a set of pictures and animations."""
        items = []
        for path, one in zip(paths, emoji, strict=True):
            file = await self.client.upload_file(path)
            mime = "application/x-tgsticker" if path.endswith("tgs") else "image/png"
            given = types.InputMediaUploadedDocument(file, mime, [])
            upload = functions.messages.UploadMediaRequest("me", given)
            document = utils.get_input_document((await self.client(upload)).document)
            items.append(types.InputStickerSetItem(document, one))
        me = types.InputUserSelf()
        request = functions.stickers.CreateStickerSetRequest(me, title, name, items)
        return (await self.client(request)).set.count

    async def _set(self, name: str) -> Any:
        given = types.InputStickerSetShortName(name)
        return await self.client(functions.messages.GetStickerSetRequest(given, hash=0))

    async def sticker_set(self, name: str) -> Any:
        """Return the title of a set, and which emoji its stickers stand for."""
        found = await self._set(name)
        emoji = [
            a.alt
            for document in found.documents
            for a in document.attributes
            if isinstance(a, types.DocumentAttributeSticker)
        ]
        return {"title": found.set.title, "emoji": emoji}

    async def install_set(self, name: str) -> Any:
        """Have a set in one's panel."""
        given = types.InputStickerSetShortName(name)
        await self.client(functions.messages.InstallStickerSetRequest(given, archived=False))
        return True

    async def panel(self) -> Any:
        """Return the names of the sets in one's panel."""
        shown = await self.client(functions.messages.GetAllStickersRequest(hash=0))
        return [one.short_name for one in shown.sets]

    async def send_sticker(self, to: int, name: str, place: int) -> Any:
        """Send a sticker of a set."""
        found = await self._set(name)
        return {"id": (await self.client.send_file(to, found.documents[place])).id}

    async def send_custom_emoji(self, to: int, name: str, place: int) -> Any:
        """Send a text with a custom emoji of a set in it."""
        document = (await self._set(name)).documents[place]
        entity = types.MessageEntityCustomEmoji(offset=3, length=2, document_id=document.id)
        sent = await self.client.send_message(to, "at 🗼", formatting_entities=[entity])
        return {"id": sent.id}
