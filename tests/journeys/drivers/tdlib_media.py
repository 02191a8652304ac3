"""TDLib's part in media: sends each kind, says what it sees, and fetches it."""

import asyncio
import base64
import shutil
from pathlib import Path
from typing import Any

# what TDLib calls a content, what the harness calls it, and where the file is in it
KINDS = {
    "messagePhoto": ("photo", "photo"),
    "messageVideo": ("video", "video"),
    "messageVideoNote": ("round", "video_note"),
    "messageAnimation": ("gif", "animation"),
    "messageVoiceNote": ("voice", "voice_note"),
    "messageAudio": ("music", "audio"),
    "messageDocument": ("document", "document"),
    "messageSticker": ("sticker", "sticker"),
    "messageContact": ("contact", ""),
    "messageLocation": ("location", ""),
    "messageVenue": ("venue", ""),
    "messageDice": ("dice", ""),
    "messagePoll": ("poll", ""),
}
# what holds the file of each
FILES = {"video_note": "video", "voice_note": "voice"}


# by which filter each kind is searched for
FILTERS = {
    "photo": "Photo",
    "video": "Video",
    "gif": "Animation",
    "voice": "VoiceNote",
    "music": "Audio",
    "document": "Document",
    "round": "VideoNote",
}


def local(path: str) -> dict[str, Any]:
    """Return a file of this machine."""
    return {"@type": "inputFileLocal", "path": path}


def words(text: str) -> dict[str, Any]:
    """Return a text without entities."""
    return {"@type": "formattedText", "text": text, "entities": []}


def kind_of(content: dict[str, Any]) -> str:
    """Return what kind of media a content is; '' for none."""
    if content["@type"] == "messageLiveLocation":
        return "live_location"
    return KINDS.get(content["@type"], ("", ""))[0]


def words_of(content: dict[str, Any]) -> str:
    """Return the text or the caption of a content."""
    return str((content.get("text") or content.get("caption") or {}).get("text", ""))


def file_of(content: dict[str, Any]) -> dict[str, Any]:
    """Return the file of a content; of a photo, its largest size."""
    if content["@type"] == "messageChatChangePhoto":
        return largest(content["photo"])["photo"]
    name = KINDS[content["@type"]][1]
    if name == "photo":
        return largest(content["photo"])["photo"]
    file: dict[str, Any] = content[name][FILES.get(name, name)]
    return file


def largest(photo: dict[str, Any]) -> dict[str, Any]:
    """Return the largest size of a photo."""
    size: dict[str, Any] = max(photo["sizes"], key=lambda s: s["width"])
    return size


def seen_of(message: dict[str, Any]) -> dict[str, Any]:
    """Return what the library sees of a message's media."""
    content = message["content"]
    kind = kind_of(content)
    seen: dict[str, Any] = {
        "kind": kind,
        "caption": words_of(content),
        "album": "" if message["media_album_id"] in (0, "0") else str(message["media_album_id"]),
        "spoiler": content.get("has_spoiler", False),
        "forwarded": message.get("forward_info") is not None,
        "ttl": (message.get("self_destruct_type") or {}).get("self_destruct_time", 0),
    }
    if kind in ("location", "live_location", "venue"):
        place = content["venue"]["location"] if kind == "venue" else content["location"]
        if kind == "live_location":
            seen["period"] = place["live_period"]
            place = place["location"]
        seen |= {"lat": place["latitude"], "long": place["longitude"]}
        if kind == "venue":
            seen |= {"title": content["venue"]["title"], "address": content["venue"]["address"]}
    elif kind == "dice":
        seen |= {"value": content["value"], "emoji": content["emoji"]}
    elif kind == "contact":
        one = content["contact"]
        seen |= {
            "phone": one["phone_number"],
            "first": one["first_name"],
            "last": one["last_name"],
        }
    elif kind and kind != "poll":
        if kind == "voice":
            seen["unheard"] = not content["is_listened"]
        media = content[KINDS[content["@type"]][1]]
        size = largest(media) if kind == "photo" else media
        side = media.get("length")
        seen |= {
            "size": file_of(content)["size"],
            "mime": media.get("mime_type"),
            "name": media.get("file_name"),
            "width": size.get("width", side),
            "height": size.get("height", side),
            "duration": media.get("duration"),
            "title": media.get("title"),
            "performer": media.get("performer"),
        }
        if media.get("waveform"):
            raw = base64.b64decode(media["waveform"])
            seen["waveform"] = base64.b64encode(raw).decode()
    return seen


def input_of(kind: str, caption: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return a content to be sent."""
    path = given.get("path", "")
    place = {"@type": "location", "latitude": given.get("lat"), "longitude": given.get("long")}
    more: dict[str, Any] = {"caption": words(caption)} if caption else {}
    if given.get("ttl"):
        timer = {"@type": "messageSelfDestructTypeTimer", "self_destruct_time": given["ttl"]}
        more["self_destruct_type"] = timer
    if given.get("spoiler"):
        more["has_spoiler"] = True
    match kind:
        case "photo":
            photo = {"@type": "inputPhoto", "photo": local(path), "width": 0, "height": 0}
            return {"@type": "inputMessagePhoto", "photo": photo, **more}
        case "video":
            film = {"@type": "inputVideo", "video": local(path)}
            return {"@type": "inputMessageVideo", "video": film, **more}
        case "round":
            film = {"@type": "inputVideoNote", "video_note": local(path), "length": given["side"]}
            return {"@type": "inputMessageVideoNote", "video_note": film}
        case "gif":
            film = {"@type": "inputAnimation", "animation": local(path)}
            return {"@type": "inputMessageAnimation", "animation": film, **more}
        case "voice":
            note = {"@type": "inputVoiceNote", "voice_note": local(path)}
            note |= {"duration": given["duration"], "waveform": given["waveform"]}
            return {"@type": "inputMessageVoiceNote", "voice_note": note, **more}
        case "music":
            audio = {"@type": "inputAudio", "audio": local(path), "title": given["title"]}
            audio["duration"] = given["duration"]
            return {"@type": "inputMessageAudio", "audio": audio, **more}
        case "document":
            document = {"@type": "inputDocument", "document": local(path)}
            document["disable_content_type_detection"] = True
            return {"@type": "inputMessageDocument", "document": document, **more}
        case "contact":
            names = {"first_name": given["first"], "last_name": given["last"]}
            contact = {"@type": "contact", "phone_number": given["phone"], **names}
            return {"@type": "inputMessageContact", "contact": contact}
        case "location":
            return {"@type": "inputMessageLocation", "location": place}
        case "live_location":
            live = {"@type": "liveLocation", "location": place, "live_period": given["period"]}
            return {"@type": "inputMessageLiveLocation", "location": live}
        case "venue":
            venue = {"@type": "venue", "location": place, "title": given["title"]}
            venue |= {"address": given["address"], "provider": "", "id": "", "type": ""}
            return {"@type": "inputMessageVenue", "venue": venue}
        case "dice":
            return {"@type": "inputMessageDice", "emoji": given["emoji"]}
    raise ValueError(kind)


class MediaActs:
    """What a device is asked to do with media."""

    call: Any
    deliver: Any

    async def post(self, to: int, kind: str, caption: str = "", **given: Any) -> Any:
        """Send one medium; return its message's number."""
        content = input_of(kind, caption, given)
        (sent,) = await self.deliver("sendMessage", chat_id=to, input_message_content=content)
        return {"id": sent["id"]}

    async def post_album(self, to: int, paths: list[str], caption: str) -> Any:
        """Send several media as one; return their messages' numbers."""
        album = [
            input_of(
                "video" if path.endswith(".mp4") else "photo",
                "" if place else caption,
                {"path": path},
            )
            for place, path in enumerate(paths)
        ]
        sent = await self.deliver("sendMessageAlbum", chat_id=to, input_message_contents=album)
        return {"ids": [m["id"] for m in sent]}

    async def media(self, to: int, id: int) -> Any:
        """Return what is seen of a message's media."""
        return seen_of(await self.call("getMessage", chat_id=to, message_id=id))

    async def count(self, to: int, kind: str) -> Any:
        """Return how many messages of a kind there are."""
        found = await self.call(
            "searchChatMessages",
            chat_id=to,
            query="",
            from_message_id=0,
            offset=0,
            limit=50,
            filter={"@type": f"searchMessagesFilter{FILTERS[kind]}"},
        )
        return len(found["messages"])

    async def download(self, to: int, id: int, path: str) -> Any:
        """Fetch a whole file."""
        message = await self.call("getMessage", chat_id=to, message_id=id)
        await self.copy(file_of(message["content"]), path)
        return True

    async def copy(self, file: dict[str, Any], path: str) -> None:
        """Fetch a file to a path."""
        got = await self.call(
            "downloadFile", file_id=file["id"], priority=32, offset=0, limit=0, synchronous=True
        )
        shutil.copyfile(got["local"]["path"], path)

    async def download_part(self, to: int, id: int, path: str, offset: int, size: int) -> Any:
        """Fetch a range of a file."""
        message = await self.call("getMessage", chat_id=to, message_id=id)
        file = file_of(message["content"])["id"]
        await self.call(
            "downloadFile", file_id=file, priority=32, offset=offset, limit=size, synchronous=True
        )
        part = await self.call("readFilePart", file_id=file, offset=offset, count=size)
        await asyncio.to_thread(Path(path).write_bytes, base64.b64decode(part["data"]))
        return True

    async def replace_photo(self, to: int, id: int, path: str, caption: str) -> Any:
        """Put another photo into a message."""
        content = input_of("photo", caption, {"path": path})
        await self.call(
            "editMessageMedia", chat_id=to, message_id=id, input_message_content=content
        )
        return True

    async def open_media(self, to: int, id: int) -> Any:
        """Say that a medium was opened."""
        await self.call("openMessageContent", chat_id=to, message_id=id)
        return True

    async def move_place(self, to: int, id: int, lat: float, long: float) -> Any:
        """Move a place that moves."""
        place = {"@type": "location", "latitude": lat, "longitude": long}
        live = {"@type": "liveLocation", "location": place}
        await self.call("editMessageLiveLocation", chat_id=to, message_id=id, location=live)
        return True

    async def set_photo(self, path: str) -> Any:
        """Give one's profile a photo."""
        photo = {"@type": "inputChatPhotoStatic", "photo": local(path)}
        await self.call("setProfilePhoto", photo=photo, is_public=False)
        return True

    async def set_film(self, path: str, start: float) -> Any:
        """Give one's profile a photo that moves."""
        photo = {
            "@type": "inputChatPhotoAnimation",
            "animation": local(path),
            "main_frame_timestamp": start,
        }
        await self.call("setProfilePhoto", photo=photo, is_public=False)
        return True

    async def download_film_of(self, to: int, path: str) -> Any:
        """Fetch what moves in the photo somebody shows now."""
        photo = (await self.call("getUserFullInfo", user_id=to)).get("photo") or {}
        if photo.get("animation") is None:
            return False
        await self.copy(photo["animation"]["file"], path)
        return True

    async def suggest_photo(self, to: int, path: str) -> Any:
        """Suggest a photo to somebody."""
        photo = {"@type": "inputChatPhotoStatic", "photo": local(path)}
        await self.call("suggestUserProfilePhoto", user_id=to, photo=photo)
        return True

    async def take_photo(self, to: int) -> Any:
        """Show the photo somebody has suggested, if they have."""
        found = await self.call(
            "getChatHistory", chat_id=to, from_message_id=0, offset=0, limit=5, only_local=False
        )
        for message in found["messages"]:
            if message["content"]["@type"] == "messageSuggestProfilePhoto":
                given = message["content"]["photo"]["id"]
                photo = {"@type": "inputChatPhotoPrevious", "chat_photo_id": given}
                await self.call("setProfilePhoto", photo=photo, is_public=False)
                return True
        return False

    async def set_chat_photo(self, to: int, path: str) -> Any:
        """Give a chat a photo."""
        photo = {"@type": "inputChatPhotoStatic", "photo": local(path)}
        await self.call("setChatPhoto", chat_id=to, photo=photo)
        return True

    async def download_photo_of(self, to: int, path: str) -> Any:
        """Fetch the photo somebody, or a chat, shows now."""
        chat = await self.call("getChat", chat_id=to)
        if chat.get("photo") is None:
            return False
        await self.copy(chat["photo"]["big"], path)
        return True
