"""Kurigram's and Pyrogram's part in media: each kind is sent, seen and fetched."""

import base64
from typing import Any

import pyrogram
from pyrogram import enums, raw, types

KURIGRAM = tuple(int(p) for p in pyrogram.__version__.split(".")[:2]) >= (2, 1)

# what a message is called, by the properties of its own class, in the order they are asked
KINDS = {
    "voice": "voice",
    "video_note": "round",
    "animation": "gif",
    "video": "video",
    "audio": "music",
    "sticker": "sticker",
    "document": "document",
    "photo": "photo",
    "venue": "venue",
    "dice": "dice",
    "poll": "poll",
    "contact": "contact",
    "location": "location",
}
FILES = frozenset({"voice", "round", "gif", "video", "music", "sticker", "document", "photo"})


# by which filter each kind is searched for
FILTERS = {
    "photo": "PHOTO",
    "video": "VIDEO",
    "gif": "ANIMATION",
    "voice": "VOICE_NOTE",
    "music": "AUDIO",
    "document": "DOCUMENT",
    "round": "VIDEO_NOTE",
}


def kind_of(message: Any) -> str:
    """Return what kind of media a message has; '' for none."""
    name = next((n for n in KINDS if getattr(message, n, None) is not None), "")
    if name == "location" and getattr(message.location, "live_period", None):
        return "live_location"
    return KINDS.get(name, "")


def seen_of(message: Any) -> dict[str, Any]:
    """Return what the library sees of a message's media."""
    kind = kind_of(message)
    moved = getattr(message, "forward_origin" if KURIGRAM else "forward_date")
    seen: dict[str, Any] = {
        "kind": kind,
        "caption": message.text or message.caption or "",
        "album": str(message.media_group_id or ""),
        "spoiler": bool(message.has_media_spoiler),
        "forwarded": moved is not None,
    }
    name = next((n for n, k in KINDS.items() if k == kind), "location")
    media = getattr(message, name, None)
    if kind in FILES:
        side = getattr(media, "length", None)
        seen |= {
            "size": media.file_size,
            "mime": getattr(media, "mime_type", None),
            "width": getattr(media, "width", side),
            "height": getattr(media, "height", side),
            "duration": getattr(media, "duration", None),
            "title": getattr(media, "title", None),
            "performer": getattr(media, "performer", None),
            "ttl": getattr(media, "ttl_seconds", None) or 0,
        }
        if getattr(media, "waveform", None):
            seen["waveform"] = base64.b64encode(media.waveform).decode()
    elif kind in ("location", "live_location", "venue"):
        place = media.location if kind == "venue" else media
        seen |= {"lat": place.latitude, "long": place.longitude}
        seen["period"] = getattr(place, "live_period", None)
        if kind == "venue":
            seen |= {"title": media.title, "address": media.address}
    elif kind == "dice":
        seen |= {"value": media.value, "emoji": media.emoji}
    elif kind == "contact":
        seen |= {"phone": media.phone_number, "first": media.first_name, "last": media.last_name}
    return seen


class MediaActs:
    """What a device is asked to do with media."""

    client: Any

    async def post(self, to: int, kind: str, caption: str = "", **given: Any) -> Any:
        """Send one medium; return its message's number."""
        path = given.get("path")
        more: dict[str, Any] = {"caption": caption} if caption else {}
        if given.get("ttl"):
            more["ttl_seconds"] = given["ttl"]
        place = (given.get("lat"), given.get("long"))
        match kind:
            case "photo":
                spoiler = given.get("spoiler", False)
                sent = await self.client.send_photo(to, path, has_spoiler=spoiler, **more)
            case "video":
                sent = await self.client.send_video(to, path, **more)
            case "round":
                sent = await self.client.send_video_note(to, path)
            case "gif":
                sent = await self.client.send_animation(to, path, **more)
            case "voice":
                duration = given["duration"]
                sent = await self.client.send_voice(to, path, duration=duration, **more)
            case "music":
                more |= {"duration": given["duration"], "title": given["title"]}
                sent = await self.client.send_audio(to, path, **more)
            case "document":
                sent = await self.client.send_document(to, path, force_document=True, **more)
            case "contact":
                names = (given["phone"], given["first"], given["last"])
                sent = await self.client.send_contact(to, *names)
            case "location":
                sent = await self.client.send_location(to, *place)
            case "live_location":
                sent = await self.client.send_location(to, *place, live_period=given["period"])
            case "venue":
                words = (given["title"], given["address"])
                sent = await self.client.send_venue(to, *place, *words)
            case "dice":
                sent = await self.client.send_dice(to, given["emoji"])
        return {"id": sent.id}

    async def post_album(self, to: int, paths: list[str], caption: str) -> Any:
        """Send several media as one; return their messages' numbers."""
        album = [
            (types.InputMediaVideo if path.endswith(".mp4") else types.InputMediaPhoto)(
                path, caption="" if place else caption
            )
            for place, path in enumerate(paths)
        ]
        return {"ids": [m.id for m in await self.client.send_media_group(to, album)]}

    async def media(self, to: int, id: int) -> Any:
        """Return what is seen of a message's media."""
        return seen_of(await self.client.get_messages(to, id))

    async def count(self, to: int, kind: str) -> Any:
        """Return how many messages of a kind there are."""
        wanted = enums.MessagesFilter[FILTERS[kind]]
        return len([m async for m in self.client.search_messages(to, filter=wanted)])

    async def replace_photo(self, to: int, id: int, path: str, caption: str) -> Any:
        """Put another photo into a message."""
        photo = types.InputMediaPhoto(path, caption=caption)
        await self.client.edit_message_media(to, id, photo)
        return True

    async def open_media(self, to: int, id: int) -> Any:
        """Say that a medium was opened."""
        await self.client.invoke(raw.functions.messages.ReadMessageContents(id=[id]))
        return True

    async def set_photo(self, path: str) -> Any:
        """Give one's profile a photo."""
        await self.client.set_profile_photo(photo=types.InputChatPhotoStatic(photo=path))
        return True

    async def set_film(self, path: str, start: float) -> Any:
        """Give one's profile a photo that moves."""
        photo = types.InputChatPhotoAnimation(path, main_frame_timestamp=start)
        await self.client.set_profile_photo(photo=photo)
        return True

    async def download_film_of(self, to: int, path: str) -> Any:
        """Fetch what moves in the photo somebody shows now."""
        async for photo in self.client.get_chat_photos(to, limit=1):
            if photo.animation is not None:
                film = photo.animation.animation
                return bool(await self.client.download_media(film.file_id, path))
        return False

    async def suggest_photo(self, to: int, path: str) -> Any:
        """Suggest a photo to somebody."""
        user = await self.client.resolve_peer(to)
        file = await self.client.save_file(path)
        request = raw.functions.photos.UploadContactProfilePhoto(
            user_id=raw.types.InputUser(user_id=user.user_id, access_hash=user.access_hash),
            suggest=True,
            file=file,
        )
        await self.client.invoke(request)
        return True

    async def take_photo(self, to: int) -> Any:
        """Show the photo somebody has suggested, if they have."""
        async for message in self.client.get_chat_history(to, limit=5):
            if message.suggest_profile_photo is not None:
                photo = types.InputChatPhotoPrevious(message.suggest_profile_photo.file_id)
                await self.client.set_profile_photo(photo=photo)
                return True
        return False

    async def set_chat_photo(self, to: int, path: str) -> Any:
        """Give a chat a photo."""
        await self.client.set_chat_photo(to, photo=path)
        return True

    async def download_photo_of(self, to: int, path: str) -> Any:
        """Fetch the photo somebody, or a chat, shows now."""
        chat = await self.client.get_chat(to)
        return bool(await self.client.download_media(chat.photo.big_file_id, path))
