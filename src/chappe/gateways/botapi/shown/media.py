"""What messages show: photos, films, music, files, places, contacts, dice, polls."""

from typing import Any, Final

from chappe.tl import api

from ..caller import NamedPeers
from ..fileids import FileId, FileKind, unique_id, write_file_id
from .peers import Json, without_none, yes
from .texts import show_entities

# the kinds of documents: what they are called, and under which word they stand in a message
WORDS: Final = {
    FileKind.DOCUMENT: "document",
    FileKind.VIDEO: "video",
    FileKind.ANIMATION: "animation",
    FileKind.AUDIO: "audio",
    FileKind.VOICE: "voice",
    FileKind.VIDEO_NOTE: "video_note",
    FileKind.STICKER: "sticker",
}


class SeenAt:
    """Where a file is seen: the conversation and message that its file_id says."""

    def __init__(self, chat: int, message: int) -> None:
        self.chat = chat
        self.message = message


def _ids(kind: FileKind, number: int, access_hash: int, at: SeenAt, size: str = "") -> Json:
    said = FileId(kind, number, access_hash, at.chat, at.message, size)
    return {"file_id": write_file_id(said), "file_unique_id": unique_id(said)}


def photo_sizes(photo: Any, at: SeenAt, kind: FileKind = FileKind.PHOTO) -> list[Json]:
    """Return the PhotoSizes of a photo, the smallest first."""
    sizes = []
    for size in photo.sizes:
        if isinstance(size, api.PhotoSizeProgressive):
            bytes_ = size.sizes[-1] if size.sizes else 0
        elif isinstance(size, api.PhotoSize):
            bytes_ = size.size
        else:
            continue
        ids = _ids(kind, photo.id, photo.access_hash, at, size.type)
        sizes.append({**ids, "width": size.w, "height": size.h, "file_size": bytes_})
    return sorted(sizes, key=lambda one: one["width"] * one["height"])


def _thumbnail(document: Any, kind: FileKind, at: SeenAt) -> Json | None:
    for size in document.thumbs or ():
        if isinstance(size, api.PhotoSize):
            ids = _ids(kind, document.id, document.access_hash, at, size.type)
            return {**ids, "width": size.w, "height": size.h, "file_size": size.size}
    return None


def kind_of(document: Any) -> FileKind:
    """Return as what a document is shown."""
    by = {type(one): one for one in document.attributes}
    if api.DocumentAttributeSticker in by or api.DocumentAttributeCustomEmoji in by:
        return FileKind.STICKER
    if api.DocumentAttributeAnimated in by:
        return FileKind.ANIMATION
    film: Any = by.get(api.DocumentAttributeVideo)
    if film is not None:
        return FileKind.VIDEO_NOTE if film.round_message else FileKind.VIDEO
    sound: Any = by.get(api.DocumentAttributeAudio)
    if sound is not None:
        return FileKind.VOICE if sound.voice else FileKind.AUDIO
    return FileKind.DOCUMENT


def show_document(document: Any, at: SeenAt) -> tuple[FileKind, Json]:
    """Return a Document, Video, Audio … with what it is."""
    kind = kind_of(document)
    by = {type(one): one for one in document.attributes}
    film: Any = by.get(api.DocumentAttributeVideo)
    sound: Any = by.get(api.DocumentAttributeAudio)
    size: Any = by.get(api.DocumentAttributeImageSize)
    named: Any = by.get(api.DocumentAttributeFilename)
    shown = _ids(kind, document.id, document.access_hash, at)
    shown["file_size"] = document.size
    if kind is not FileKind.STICKER and kind is not FileKind.VIDEO_NOTE:
        shown["mime_type"] = document.mime_type
    thumbnail = _thumbnail(document, kind, at)
    if thumbnail is not None:
        shown["thumbnail"] = thumbnail
    if kind in (FileKind.DOCUMENT, FileKind.VIDEO, FileKind.ANIMATION, FileKind.AUDIO) and named:
        shown["file_name"] = named.file_name
    if kind is FileKind.VIDEO_NOTE:
        shown |= {"length": film.w, "duration": int(film.duration)}
    elif kind in (FileKind.VIDEO, FileKind.ANIMATION):
        shown |= {"width": getattr(film or size, "w", 0), "height": getattr(film or size, "h", 0)}
        shown["duration"] = int(film.duration) if film is not None else 0
    elif kind in (FileKind.AUDIO, FileKind.VOICE):
        shown["duration"] = sound.duration
        if kind is FileKind.AUDIO:
            shown |= without_none(title=sound.title or None, performer=sound.performer or None)
    elif kind is FileKind.STICKER:
        shown |= _sticker(document, by, film or size)
    return kind, shown


def _sticker(document: Any, by: dict[type, Any], size: Any) -> Json:
    custom = by.get(api.DocumentAttributeCustomEmoji)
    said = custom or by[api.DocumentAttributeSticker]
    mask = getattr(said, "mask", False)
    kind = "custom_emoji" if custom is not None else "mask" if mask else "regular"
    return without_none(
        type=kind,
        width=getattr(size, "w", 512),
        height=getattr(size, "h", 512),
        is_animated=document.mime_type == "application/x-tgsticker",
        is_video=document.mime_type == "video/webm",
        emoji=said.alt or None,
        custom_emoji_id=str(document.id) if custom is not None else None,
    )


def show_location(geo: Any) -> Json:
    """Return a Location."""
    accuracy = getattr(geo, "accuracy_radius", None)
    return without_none(
        latitude=getattr(geo, "lat", 0.0),
        longitude=getattr(geo, "long", 0.0),
        horizontal_accuracy=float(accuracy) if accuracy else None,
    )


def show_poll(named: NamedPeers, poll: Any, results: Any) -> Json:
    """Return a Poll, as its maker may see it."""
    counted = {one.option: one for one in results.results or ()}
    options = []
    for answer in poll.answers:
        found = counted.get(answer.option)
        options.append(
            without_none(
                persistent_id=answer.option.hex(),
                text=answer.text.text,
                text_entities=show_entities(named, answer.text.entities),
                voter_count=(found.voters or 0) if found is not None else 0,
            )
        )
    correct = [
        i for i, a in enumerate(poll.answers) if getattr(counted.get(a.option), "correct", 0)
    ]
    return without_none(
        id=str(poll.id),
        question=poll.question.text,
        question_entities=show_entities(named, poll.question.entities),
        options=options,
        total_voter_count=results.total_voters or 0,
        is_closed=bool(poll.closed),
        is_anonymous=not poll.public_voters,
        type="quiz" if poll.quiz else "regular",
        allows_multiple_answers=bool(poll.multiple_choice),
        allows_revoting=not poll.revoting_disabled,
        members_only=bool(getattr(poll, "subscribers_only", False)),
        correct_option_ids=correct or None,
        explanation=results.solution or None,
        explanation_entities=show_entities(named, results.solution_entities),
        open_period=poll.close_period,
        close_date=poll.close_date,
    )


def show_media(named: NamedPeers, media: Any, at: SeenAt) -> Json:
    """Return the fields that a medium gives its message; none for what is shown to nobody."""
    match media:
        case api.MessageMediaPhoto(photo=api.Photo() as photo):
            shown: Json = {"photo": photo_sizes(photo, at)}
            return shown | without_none(has_media_spoiler=yes(media.spoiler))
        case api.MessageMediaDocument(document=api.Document() as document):
            kind, one = show_document(document, at)
            shown = {WORDS[kind]: one}
            if kind is FileKind.ANIMATION:
                shown["document"] = _as_document(document, at)
            return shown | without_none(has_media_spoiler=yes(media.spoiler))
        case api.MessageMediaGeo():
            return {"location": show_location(media.geo)}
        case api.MessageMediaGeoLive():
            live = without_none(
                live_period=media.period,
                heading=media.heading,
                proximity_alert_radius=media.proximity_notification_radius,
            )
            return {"location": {**show_location(media.geo), **live}}
        case api.MessageMediaVenue():
            return _venue(media)
        case api.MessageMediaContact():
            contact = without_none(
                phone_number=media.phone_number,
                first_name=media.first_name,
                last_name=media.last_name or None,
                user_id=media.user_id or None,
                vcard=media.vcard or None,
            )
            return {"contact": contact}
        case api.MessageMediaDice():
            return {"dice": {"emoji": media.emoticon, "value": media.value}}
        case api.MessageMediaPoll():
            return {"poll": show_poll(named, media.poll, media.results)}
    return {}


def _as_document(document: Any, at: SeenAt) -> Json:
    """Return an animation once more as a file, for programs from before there were any."""
    _, shown = show_document(document, at)
    left = ("width", "height", "duration")
    return {name: value for name, value in shown.items() if name not in left}


def _venue(media: Any) -> Json:
    location = show_location(media.geo)
    google = media.provider == "gplaces"
    venue = without_none(
        location=location,
        title=media.title,
        address=media.address,
        foursquare_id=None if google else media.venue_id or None,
        foursquare_type=None if google else media.venue_type or None,
        google_place_id=(media.venue_id or None) if google else None,
        google_place_type=(media.venue_type or None) if google else None,
    )
    return {"venue": venue, "location": location}
