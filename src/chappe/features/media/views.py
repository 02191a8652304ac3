"""Renders files as `api.Document` and `api.Photo`, with references to where the viewer sees them."""

from typing import Any, Final

from chappe import tl
from chappe.features import files
from chappe.features.files import (
    OWNER,
    File,
    MediaRef,
    Where,
    file_of,
    find_file,
    unpack_media_ref,
    where_seen,
)
from chappe.tl import api
from chappe.updates import Context, Viewer

from .medium import MEDIUMS

FILM: Final = "u"  # by what name clients ask for the film of a photo that moves
DC: Final = 2  # the data centre files are said to be in; all of them are this server


def file_handle(viewer: Viewer, owner: int, file: File, where: Where) -> dict[str, Any]:
    """Return by what names a viewer's client asks for a file."""
    number = files.file_id(viewer.context, owner, file.number)
    return {
        "id": number,
        "access_hash": files.shown_file_hash(viewer, number),
        "file_reference": files.reference(viewer, number, where),
        "date": file.date,
    }


def show_sizes(file: File) -> list[api.TypePhotoSize]:
    """Return the sizes of a photo or the thumbnails of a document."""
    sizes: list[api.TypePhotoSize] = []
    if file.stripped:
        sizes.append(api.PhotoStrippedSize(type="i", bytes=file.stripped))
    sizes += [api.PhotoSize(type=t, w=w, h=h, size=size) for t, w, h, _, size in file.pieces]
    return sizes


def show_photo(viewer: Viewer, owner: int, file: File, where: Where) -> api.Photo:
    """Return the `api.Photo` of a file."""
    names = file_handle(viewer, owner, file, where)
    films = None
    if file.moving is not None:
        width, height, size, start = file.moving
        films = [
            api.VideoSize(type=FILM, w=width, h=height, size=size, video_start_ts=start or None)
        ]
    return api.Photo(**names, sizes=show_sizes(file), video_sizes=films, dc_id=DC)


def show_document(viewer: Viewer, owner: int, file: File, where: Where) -> api.Document:
    """Return the `api.Document` of a file."""
    return api.Document(
        **file_handle(viewer, owner, file, where),
        mime_type=file.mime,
        size=file.size,
        thumbs=show_sizes(file) or None,
        dc_id=DC,
        attributes=[tl.decode(a) for a in file.attributes],
    )


async def show_media_ref(viewer: Viewer, kept: MediaRef, where: Where) -> api.TypeMessageMedia:
    """Return the `api.MessageMedia…` this viewer sees. A file that is gone is shown as gone."""
    if kept.kind == "plain":
        media: api.TypeMessageMedia = tl.decode(kept.plain)
        if isinstance(media, api.MessageMediaContact) and media.user_id:
            viewer.mention_user(media.user_id)
        return media
    medium = viewer.context.own(MEDIUMS).kept(kept)
    if medium is not None:
        viewer.unshareable = True  # by what they voted, and the like
        return await medium.show(viewer, kept, where)
    file = await find_file(viewer.context, kept.owner, kept.number)
    if kept.kind == "photo":
        photo = show_photo(viewer, kept.owner, file, where) if file is not None else None
        return api.MessageMediaPhoto(
            photo=photo, spoiler=kept.spoiler, ttl_seconds=kept.ttl or None
        )
    document = show_document(viewer, kept.owner, file, where) if file is not None else None
    cover = await find_file(viewer.context, *kept.cover) if kept.cover[1] else None
    return api.MessageMediaDocument(
        document=document,
        spoiler=kept.spoiler,
        video=kept.right == "send_videos",
        round=kept.right == "send_roundvideos",
        voice=kept.right == "send_voices",
        ttl_seconds=kept.ttl or None,
        video_timestamp=kept.timestamp or None,
        video_cover=show_photo(viewer, kept.cover[0], cover, where) if cover else None,
    )


async def show_photo_of(viewer: Viewer, number: int, where: Where) -> api.Photo | api.PhotoEmpty:
    """Return the `api.Photo` of the id clients know it by; an empty one if it is gone."""
    owner, own_number = files.owner_and_number(viewer.context, number)
    file = await find_file(viewer.context, owner, own_number)
    return show_photo(viewer, owner, file, where) if file else api.PhotoEmpty(id=number)


def kept_photo(context: Context, number: int) -> MediaRef:
    """Return what a message would keep of the photo of the id clients know it by."""
    owner, own_number = files.owner_and_number(context, number)
    return MediaRef(kind="photo", right="send_photos", owner=owner, number=own_number)


async def show_media(viewer: Viewer, message: Any) -> api.TypeMessageMedia:
    """Return the `api.MessageMedia…` of a message this viewer sees."""
    where = Where(files.MESSAGE, message.peer, message.id)
    kept = unpack_media_ref(message.media)
    if message.gone_at and message.gone_at <= viewer.context.clock.now():
        kept = vanished(kept)
    return await show_media_ref(viewer, kept, where)


def vanished(kept: MediaRef) -> MediaRef:
    """Return what is left of a medium that has vanished: its kind, and that it has."""
    return MediaRef(kind=kept.kind, right=kept.right, ttl=kept.ttl)


def show_drawn(viewer: Viewer, number: int) -> Any:
    """Return the `api.Document` of a drawing."""
    file = file_of(viewer.context, number)
    return show_document(viewer, OWNER, file, where_seen()) if file is not None else None
