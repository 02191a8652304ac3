"""Telethon's part in media: sends each kind, says what it sees, and fetches it."""

import asyncio
import base64
import io
from pathlib import Path
from typing import Any

from telethon import functions, types, utils

# what a message is called, by the properties of Telethon's message, in the order they are asked
KINDS = {
    "voice": "voice",
    "video_note": "round",
    "sticker": "sticker",
    "gif": "gif",
    "video": "video",
    "audio": "music",
    "document": "document",
    "photo": "photo",
    "venue": "venue",
    "dice": "dice",
    "poll": "poll",
    "contact": "contact",
}


# by which filter each kind is searched for
FILTERS = {
    "photo": types.InputMessagesFilterPhotos,
    "video": types.InputMessagesFilterVideo,
    "gif": types.InputMessagesFilterGif,
    "voice": types.InputMessagesFilterVoice,
    "music": types.InputMessagesFilterMusic,
    "document": types.InputMessagesFilterDocument,
    "round": types.InputMessagesFilterRoundVideo,
}


def kind_of(message: Any) -> str:
    """Return what kind of media a message has; '' for none."""
    if isinstance(message.media, types.MessageMediaGeoLive):
        return "live_location"
    if isinstance(message.media, types.MessageMediaGeo):
        return "location"
    if message.media is None or isinstance(message.media, types.MessageMediaWebPage):
        return ""
    return next((kind for name, kind in KINDS.items() if getattr(message, name)), "")


def seen_of(message: Any) -> dict[str, Any]:
    """Return what the library sees of a message's media."""
    media, file = message.media, message.file
    seen: dict[str, Any] = {
        "kind": kind_of(message),
        "caption": message.message,
        "album": str(message.grouped_id or ""),
        "spoiler": bool(getattr(media, "spoiler", False)),
        "ttl": getattr(media, "ttl_seconds", None) or 0,
        "forwarded": message.fwd_from is not None,
        "unheard": bool(message.media_unread),
    }
    if file is not None:
        seen |= {
            "size": file.size,
            "mime": file.mime_type,
            "width": file.width,
            "height": file.height,
            "duration": file.duration,
            "name": file.name,
            "title": file.title,
            "performer": file.performer,
        }
        for attribute in getattr(message.document, "attributes", ()):
            waveform = getattr(attribute, "waveform", None)
            if waveform:
                seen["waveform"] = base64.b64encode(waveform).decode()
    geo = getattr(media, "geo", None)
    if geo is not None:
        seen |= {"lat": geo.lat, "long": geo.long, "period": getattr(media, "period", None)}
    if isinstance(media, types.MessageMediaVenue):
        seen |= {"title": media.title, "address": media.address}
    if isinstance(media, types.MessageMediaDice):
        seen |= {"value": media.value, "emoji": media.emoticon}
    if isinstance(media, types.MessageMediaContact):
        seen |= {"phone": media.phone_number, "first": media.first_name, "last": media.last_name}
    return seen


def input_of(kind: str, given: dict[str, Any]) -> Any:
    """Return what needs no file, to be sent."""
    point = types.InputGeoPoint(given.get("lat", 0), given.get("long", 0))
    match kind:
        case "contact":
            return types.InputMediaContact(given["phone"], given["first"], given["last"], "")
        case "location":
            return types.InputMediaGeoPoint(point)
        case "live_location":
            return types.InputMediaGeoLive(point, period=given["period"])
        case "venue":
            return types.InputMediaVenue(point, given["title"], given["address"], "", "", "")
        case "dice":
            return types.InputMediaDice(given["emoji"])
    return None


class MediaActs:
    """What a device is asked to do with media."""

    client: Any

    async def post(self, to: int, kind: str, caption: str = "", **given: Any) -> Any:
        """Send one medium; return its message's number."""
        ready = input_of(kind, given)
        if ready is not None:
            return {"id": (await self.client.send_file(to, ready)).id}
        more: dict[str, Any] = {}
        if kind == "voice":
            audio = types.DocumentAttributeAudio(given["duration"], voice=True)
            more = {"voice_note": True, "attributes": [audio]}
        elif kind == "music":
            audio = types.DocumentAttributeAudio(given["duration"], title=given["title"])
            more = {"attributes": [audio]}
        elif kind == "round":
            more = {"video_note": True}
        elif kind == "document":
            more = {"force_document": True}
        elif kind == "sticker":
            none = types.InputStickerSetEmpty()
            more = {"attributes": [types.DocumentAttributeSticker(given["emoji"], none)]}
            more |= {"thumb": given.get("thumb"), "mime_type": given.get("mime")}
        if given.get("spoiler"):
            file = await self.client.upload_file(given["path"])
            media = types.InputMediaUploadedPhoto(file, spoiler=True)
            return {"id": (await self.client.send_file(to, media, caption=caption)).id}
        if given.get("ttl"):
            more["ttl"] = given["ttl"]
        sent = await self.client.send_file(to, given["path"], caption=caption, **more)
        return {"id": sent.id}

    async def post_album(self, to: int, paths: list[str], caption: str) -> Any:
        """Send several media as one; return their messages' numbers."""
        captions = [caption] + [""] * (len(paths) - 1)
        return {"ids": [m.id for m in await self.client.send_file(to, paths, caption=captions)]}

    async def media(self, to: int, id: int) -> Any:
        """Return what is seen of a message's media."""
        return seen_of(await self.client.get_messages(to, ids=id))

    async def count(self, to: int, kind: str) -> Any:
        """Return how many messages of a kind there are."""
        return (await self.client.get_messages(to, limit=0, filter=FILTERS[kind])).total

    async def download_part(self, to: int, id: int, path: str, offset: int, size: int) -> Any:
        """Fetch a range of a file."""
        message = await self.client.get_messages(to, ids=id)
        got = io.BytesIO()
        async for chunk in self.client.iter_download(
            message.media, offset=offset, request_size=64 * 1024
        ):
            got.write(chunk)
            if got.tell() >= size:
                break
        await asyncio.to_thread(Path(path).write_bytes, got.getvalue()[:size])
        return True

    async def replace_photo(self, to: int, id: int, path: str, caption: str) -> Any:
        """Put another photo into a message."""
        await self.client.edit_message(to, id, caption, file=path)
        return True

    async def open_media(self, to: int, id: int) -> Any:
        """Say that a medium was opened."""
        message = await self.client.get_messages(to, ids=id)
        await self.client(functions.messages.ReadMessageContentsRequest([message.id]))
        return True

    async def move_place(self, to: int, id: int, lat: float, long: float) -> Any:
        """Move a place that moves."""
        media = types.InputMediaGeoLive(types.InputGeoPoint(lat, long))
        peer = await self.client.get_input_entity(to)
        await self.client(functions.messages.EditMessageRequest(peer, id, media=media))
        return True

    async def set_photo(self, path: str) -> Any:
        """Give one's profile a photo."""
        file = await self.client.upload_file(path)
        await self.client(functions.photos.UploadProfilePhotoRequest(file=file))
        return True

    async def set_film(self, path: str, start: float) -> Any:
        """Give one's profile a photo that moves."""
        film = await self.client.upload_file(path)
        request = functions.photos.UploadProfilePhotoRequest(video=film, video_start_ts=start)
        await self.client(request)
        return True

    async def download_film_of(self, to: int, path: str) -> Any:
        """Fetch what moves in the photo somebody shows now."""
        photos = await self.client.get_profile_photos(to, limit=1)
        if not photos or not photos[0].video_sizes:
            return False
        return bool(await self.client.download_media(photos[0], path, thumb="u"))

    async def suggest_photo(self, to: int, path: str) -> Any:
        """Suggest a photo to somebody."""
        user = await self.client.get_input_entity(to)
        file = await self.client.upload_file(path)
        request = functions.photos.UploadContactProfilePhotoRequest(user, suggest=True, file=file)
        await self.client(request)
        return True

    async def take_photo(self, to: int) -> Any:
        """Show the photo somebody has suggested, if they have."""
        async for message in self.client.iter_messages(to, limit=5):
            if isinstance(message.action, types.MessageActionSuggestProfilePhoto):
                given = utils.get_input_photo(message.action.photo)
                await self.client(functions.photos.UpdateProfilePhotoRequest(id=given))
                return True
        return False

    async def set_chat_photo(self, to: int, path: str) -> Any:
        """Give a chat a photo."""
        photo = types.InputChatUploadedPhoto(await self.client.upload_file(path))
        if to < -(10**12):
            await self.client(functions.channels.EditPhotoRequest(to, photo))
        else:
            await self.client(functions.messages.EditChatPhotoRequest(-to, photo))
        return True

    async def download_photo_of(self, to: int, path: str) -> Any:
        """Fetch the photo somebody, or a chat, shows now."""
        return bool(await self.client.download_profile_photo(to, path))
