"""TDLib's part in stickers: sets are made, installed and sent from."""

from typing import Any


class StickerActs:
    """What a device is asked to do with stickers."""

    call: Any
    deliver: Any

    async def make_set(self, title: str, name: str, paths: list[str], emoji: list[str]) -> Any:
        """Make a set of pictures and animations."""
        stickers = [
            {
                "@type": "newSticker",
                "sticker": {"@type": "inputFileLocal", "path": path},
                "format": {"@type": f"stickerFormat{'Tgs' if path.endswith('tgs') else 'Webp'}"},
                "emojis": one,
            }
            for path, one in zip(paths, emoji, strict=True)
        ]
        kind = {"@type": "stickerTypeRegular"}
        made = await self.call(
            "createNewStickerSet", title=title, name=name, sticker_type=kind, stickers=stickers
        )
        return len(made["stickers"])

    async def _set(self, name: str) -> Any:
        return await self.call("searchStickerSet", name=name, ignore_cache=True)

    async def sticker_set(self, name: str) -> Any:
        """Return the title of a set, and which emoji its stickers stand for."""
        found = await self._set(name)
        return {"title": found["title"], "emoji": [one["emoji"] for one in found["stickers"]]}

    async def install_set(self, name: str) -> Any:
        """Have a set in one's panel."""
        number = (await self._set(name))["id"]
        await self.call("changeStickerSet", set_id=number, is_installed=True, is_archived=False)
        return True

    async def panel(self) -> Any:
        """Return the names of the sets in one's panel."""
        kind = {"@type": "stickerTypeRegular"}
        shown = await self.call("getInstalledStickerSets", sticker_type=kind)
        return [one["name"] for one in shown["sets"]]

    async def send_sticker(self, to: int, name: str, place: int) -> Any:
        """Send a sticker of a set."""
        await self.call("getRecentStickers", is_attached=False)  # as whoever opens a panel does
        sticker = (await self._set(name))["stickers"][place]
        content = {
            "@type": "inputMessageSticker",
            "sticker": {
                "@type": "inputSticker",
                "sticker": {"@type": "inputFileId", "id": sticker["sticker"]["id"]},
                "width": sticker["width"],
                "height": sticker["height"],
            },
            "emoji": sticker["emoji"],
        }
        (sent,) = await self.deliver("sendMessage", chat_id=to, input_message_content=content)
        return {"id": sent["id"]}
