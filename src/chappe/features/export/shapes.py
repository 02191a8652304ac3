"""How what somebody reads is written as JSON: messages as Telegram Desktop writes them, the rest as it is.

The shape of a message is that of `result.json` of Telegram Desktop's own export, so that what reads one
reads the other.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from chappe import tl
from chappe.tl import api

HIDDEN: Final = frozenset(
    {"access_hash", "file_reference", "thumbs", "video_thumbs", "bytes", "stripped_thumb"}
)  # fields that open something, or are pictures
ENTITIES: Final[Mapping[str, str]] = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strike": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "Blockquote": "blockquote",
    "Url": "link",
    "TextUrl": "text_link",
    "Email": "email",
    "Phone": "phone",
    "Cashtag": "cashtag",
    "Hashtag": "hashtag",
    "BotCommand": "bot_command",
    "Mention": "mention",
    "MentionName": "mention_name",
    "CustomEmoji": "custom_emoji",
    "BankCard": "bank_card",
}
ACTIONS: Final[Mapping[str, str]] = {
    "ChatCreate": "create_group",
    "ChatEditTitle": "edit_group_title",
    "ChatEditPhoto": "edit_group_photo",
    "ChatDeletePhoto": "delete_group_photo",
    "ChatAddUser": "invite_members",
    "ChatDeleteUser": "remove_members",
    "ChatJoinedByLink": "join_group_by_link",
    "ChatJoinedByRequest": "join_group_by_request",
    "ChannelCreate": "create_channel",
    "ChatMigrateTo": "migrate_to_supergroup",
    "ChannelMigrateFrom": "migrate_from_group",
    "PinMessage": "pin_message",
    "HistoryClear": "clear_history",
    "ScreenshotTaken": "take_screenshot",
    "SetMessagesTTL": "set_messages_ttl",
    "TopicCreate": "topic_created",
    "TopicEdit": "topic_edit",
    "SuggestProfilePhoto": "suggest_profile_photo",
}


Said = api.Message | api.MessageService  # what is shown of a message that is there
Shown = api.TypeUser | api.TypeChat


class Attached(NamedTuple):
    """A file that a message shows."""

    name: str  # as it is called in the export, without a folder
    location: api.TypeInputFileLocation  # what `upload.getFile` takes
    size: int  # bytes
    said: dict[str, object]  # what the message's JSON says of it beside its path


def as_fields(value: object) -> Any:
    """Return any object as JSON: its fields by the names the protocol gives them, `_` its constructor."""
    if isinstance(value, tl.TlObject):
        fields = {
            name.rstrip("_"): as_fields(got)
            for name in value.__struct_fields__
            if name not in HIDDEN and (got := getattr(value, name)) is not None and got is not False
        }
        return {"_": value.tl_name, **fields}
    if isinstance(value, list | tuple):
        return [as_fields(one) for one in value]
    return f"{len(value)} bytes" if isinstance(value, bytes) else value


def when(seconds: int) -> str:
    """Return a moment as ISO 8601 has it, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def month_of(seconds: int) -> tuple[str, int]:
    """Return the month of a moment as YYYY-MM, and when the next begins; in UTC."""
    at = datetime.fromtimestamp(seconds, UTC)
    later = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
    return f"{at:%Y-%m}", int(later.timestamp())


def peer_key(peer: object) -> str:
    """Return a peer as Telegram Desktop's exports name it: user1, chat2, channel3."""
    match peer:
        case api.PeerUser():
            return f"user{peer.user_id}"
        case api.PeerChat():
            return f"chat{peer.chat_id}"
        case api.PeerChannel():
            return f"channel{peer.channel_id}"
    return ""


def shown_name(shown: object) -> str:
    """Return the name of a user, group or channel as it was shown."""
    title = getattr(shown, "title", None)
    if title is not None:
        return str(title)
    return (
        f"{getattr(shown, 'first_name', '') or ''} {getattr(shown, 'last_name', '') or ''}".strip()
    )


def names_in(answer: Any) -> dict[str, str]:
    """Return the names of everybody an answer of the API carries, by their keys."""
    users = {f"user{u.id}": shown_name(u) for u in answer.users}
    for chat in answer.chats:
        kind = "channel" if isinstance(chat, api.Channel | api.ChannelForbidden) else "chat"
        users[f"{kind}{chat.id}"] = shown_name(chat)
    return users


def text_of(text: str, entities: Sequence[api.TypeMessageEntity] | None) -> list[dict[str, object]]:
    """Return a text cut at its entities, as Telegram Desktop's exports have it; offsets are UTF-16 units."""
    raw = text.encode("utf-16-le")
    pieces: list[dict[str, object]] = []

    def add(kind: str, first: int, last: int, **more: object) -> None:
        words = raw[2 * first : 2 * last].decode("utf-16-le", "replace")
        if words:
            pieces.append({"type": kind, "text": words, **more})

    at = 0
    for entity in sorted(entities or (), key=lambda one: one.offset):
        if entity.offset < at:
            continue  # it lies within the one before, of which the words were written
        add("plain", at, entity.offset)
        kind = ENTITIES.get(type(entity).__name__.removeprefix("MessageEntity"), "unknown")
        more = {
            name: getattr(entity, given)
            for name, given in (("href", "url"), ("user_id", "user_id"), ("language", "language"))
            if getattr(entity, given, None)
        }
        at = entity.offset + entity.length
        add(kind, entity.offset, at, **more)
    add("plain", at, len(raw) // 2)
    return pieces


def show(
    message: Said, names: Mapping[str, str], attached: Attached | None, path: str
) -> dict[str, object]:
    """Return a message as JSON. `path` is where the attached file lies, or why it was left out."""
    said: dict[str, object] = {
        "id": message.id,
        "type": "service" if isinstance(message, api.MessageService) else "message",
        "date": when(message.date),
        "date_unixtime": str(message.date),
    }
    sender = peer_key(message.from_id or message.peer_id)
    label = "actor" if said["type"] == "service" else "from"
    said |= {label: names.get(sender), f"{label}_id": sender}
    answered = message.reply_to
    if isinstance(answered, api.MessageReplyHeader) and answered.reply_to_msg_id:
        said["reply_to_message_id"] = answered.reply_to_msg_id
    if message.reactions is not None:
        said["reactions"] = [
            {"count": r.count, "reaction": as_fields(r.reaction)} for r in message.reactions.results
        ]
    if isinstance(message, api.MessageService):
        return said | _action(message.action)
    if message.edit_date:
        said |= {"edited": when(message.edit_date), "edited_unixtime": str(message.edit_date)}
    if message.fwd_from is not None:
        origin = message.fwd_from
        said["forwarded_from"] = names.get(peer_key(origin.from_id)) or origin.from_name
    if message.post_author:
        said["author"] = message.post_author
    if attached is not None:
        said |= {"photo" if "photo_file_size" in attached.said else "file": path, **attached.said}
    elif message.media is not None:
        said |= _media(message.media)
    said["text"] = message.message
    said["text_entities"] = text_of(message.message, message.entities)
    return said


def _action(action: api.TypeMessageAction) -> dict[str, object]:
    name = type(action).__name__.removeprefix("MessageAction")
    fields = {k: v for k, v in as_fields(action).items() if k not in ("_", "photo")}
    return {"action": ACTIONS.get(name, name), **fields}


def _media(media: api.TypeMessageMedia) -> dict[str, object]:
    match media:
        case api.MessageMediaContact():
            return {
                "contact_information": {
                    "first_name": media.first_name,
                    "last_name": media.last_name,
                    "phone_number": media.phone_number,
                }
            }
        case (
            api.MessageMediaGeo(geo=api.GeoPoint() as point)
            | api.MessageMediaGeoLive(geo=api.GeoPoint() as point)
        ):
            return {"location_information": {"latitude": point.lat, "longitude": point.long}}
        case api.MessageMediaPoll():
            return {"poll": _poll(media)}
    return {"media": as_fields(media)}


def _poll(media: api.MessageMediaPoll) -> dict[str, object]:
    poll, results = media.poll, media.results
    counted = {bytes(r.option): r for r in results.results or ()}
    return {
        "question": poll.question.text,
        "closed": bool(poll.closed),
        "total_voters": results.total_voters or 0,
        "answers": [
            {
                "text": one.text.text,
                "voters": counted[one.option].voters if one.option in counted else 0,
                "chosen": bool(one.option in counted and counted[one.option].chosen),
            }
            for one in poll.answers
            if isinstance(one, api.PollAnswer)
        ],
    }


def attached_to(message: Said) -> Attached | None:
    """Return the file a message shows; None where it shows none."""
    media = getattr(message, "media", None)
    match media:
        case api.MessageMediaPhoto(photo=api.Photo() as photo):
            return photo_file(photo, f"{message.id}.jpg")
        case api.MessageMediaDocument(document=api.Document() as document):
            return _document(document, message.id)
    return None


def photo_file(photo: api.Photo, name: str) -> Attached | None:
    """Return the largest size of a photo as a file of this name; None where it has none."""
    sizes = [s for s in photo.sizes if isinstance(s, api.PhotoSize | api.PhotoSizeProgressive)]
    if not sizes:
        return None
    best = max(sizes, key=lambda s: s.w * s.h)
    size = best.size if isinstance(best, api.PhotoSize) else max(best.sizes)
    where = api.InputPhotoFileLocation(
        id=photo.id,
        access_hash=photo.access_hash,
        file_reference=photo.file_reference,
        thumb_size=best.type,
    )
    return Attached(name, where, size, {"photo_file_size": size, "width": best.w, "height": best.h})


def _document(document: api.Document, number: int) -> Attached:
    by_kind: dict[type, Any] = {type(a): a for a in document.attributes}
    given = by_kind.get(api.DocumentAttributeFilename)
    name = safe_name(given.file_name if given else "")
    said: dict[str, object] = {"file_name": name, "file_size": document.size}
    kind, more = _kind_of(by_kind)
    if kind:
        said["media_type"] = kind
    said |= {"mime_type": document.mime_type, **more}
    where = api.InputDocumentFileLocation(
        id=document.id,
        access_hash=document.access_hash,
        file_reference=document.file_reference,
        thumb_size="",
    )
    return Attached(f"{number}_{name}" if name else f"{number}", where, document.size, said)


def _kind_of(attributes: Mapping[type, Any]) -> tuple[str, dict[str, object]]:
    """Return what kind of file these attributes say it is, and what they say of it."""
    video = attributes.get(api.DocumentAttributeVideo)
    audio = attributes.get(api.DocumentAttributeAudio)
    if api.DocumentAttributeSticker in attributes:
        return "sticker", {"sticker_emoji": attributes[api.DocumentAttributeSticker].alt}
    if video is not None:
        moves = api.DocumentAttributeAnimated in attributes
        kind = "video_message" if video.round_message else "animation" if moves else "video_file"
        return kind, {"duration_seconds": int(video.duration), "width": video.w, "height": video.h}
    if audio is not None:
        told = {"performer": audio.performer, "title": audio.title}
        named: dict[str, object] = {name: said for name, said in told.items() if said}
        kind = "voice_message" if audio.voice else "audio_file"
        return kind, {"duration_seconds": audio.duration, **named}
    return "", {}


NAME_CHARACTERS_MAX: Final = 96  # characters of a file's name in an export
_UNSAFE: Final = frozenset('/\\:*?"<>|')


def safe_name(name: str) -> str:
    """Return a file's name that any disk takes, and that leads nowhere else."""
    kept = "".join("_" if c in _UNSAFE or not c.isprintable() else c for c in name).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) <= NAME_CHARACTERS_MAX or not dot:
        return kept[:NAME_CHARACTERS_MAX]
    ending = ending[:16]
    return f"{stem[: NAME_CHARACTERS_MAX - len(ending) - 1]}.{ending}"
