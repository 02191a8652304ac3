"""Gate of files: resolves an input file, if the caller still sees it where the reference says."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import contacts, files, privacy
from chappe.features.accounts import Contact, User
from chappe.features.files import (
    File,
    ProfilePhoto,
    SavedGif,
    SavedRingtones,
    Where,
    find_file,
    unpack_media_ref,
)
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Viewer

from . import hooks

NAME_ERRORS: Final = (
    errors.FileIdInvalid,
    errors.FileReferenceEmpty,
    errors.FileReferenceInvalid,
    errors.FileReferenceExpired,
)


async def named_file(call: Call, given: Any, *, copying: bool = False) -> tuple[int, File]:
    """Return the file an InputPhoto, InputDocument or file location names, and whose it is.

    `copying` asks for more than looking: it must be allowed to leave where it was seen.

    Raises:
        errors.FileIdInvalid: there is none, or the access hash is not this caller's.
        errors.FileReferenceEmpty, errors.FileReferenceInvalid: the reference is not for this file.
        errors.FileReferenceExpired: it is too old, or the caller does not see the file there any more.
    """
    context, viewer = call.context, call.user
    number = getattr(given, "id", 0)
    if getattr(given, "access_hash", 0) != files.file_access_hash(context, viewer, number):
        raise errors.FileIdInvalid
    owner, own_number = files.owner_and_number(context, number)
    file = await find_file(context, owner, own_number)
    if file is None:
        raise errors.FileIdInvalid
    where = files.seen_at(context, viewer, number, given.file_reference)
    if not await _is_there(call, where, owner, file, copying=copying):
        raise errors.FileReferenceExpired
    return owner, file


async def _is_there(call: Call, where: Where, owner: int, file: File, *, copying: bool) -> bool:
    """Whether the caller still sees a file where it was seen."""
    context = call.context
    if where.kind == files.DRAWN:
        return owner == files.OWNER
    if where.kind == files.SAVED:
        saved = await call.look().scan(SavedGif, reverse=True)
        return any((gif.owner, gif.number) == (owner, file.number) for gif in saved)
    if where.kind == files.RINGTONE:
        tones = await call.look().get(SavedRingtones)
        return tones is not None and (owner, file.number) in tones.files
    if where.kind in (files.IN_SET, files.KEPT):
        return await context.ask(hooks.seen_sticker)(call, where, owner, file.number)
    if where.kind == files.PERSONAL:
        contact = await call.look().get(Contact, where.peer)
        return owner == call.user and contact is not None and contact.photo == file.number
    if where.kind == files.OWN:
        return owner == call.user
    if where.kind == files.PROFILE:
        return where.peer == owner and await in_profile(call.viewer(), owner, file.number)
    if where.kind in (files.CHAT, files.INVITED):
        invited = where.kind == files.INVITED
        if invited:
            seen_by_link = context.ask(hooks.seen_invited_photo)
            shown = await seen_by_link(context, call.user, where.peer, where.id)
        else:
            shown = await context.ask(hooks.seen_chat_photo)(context, call.user, where.peer)
        return bool(shown) and shown == files.file_id(context, owner, file.number)
    if where.kind == files.INLINE:
        offered = await context.ask(hooks.seen_inline)(context, call.user, where.peer)
        return any(
            (owner, file.number) == (medium.owner, medium.number)
            for medium in map(unpack_media_ref, offered)
        )
    seen = context.ask(hooks.copied_media if copying else hooks.seen_media)
    kept = await seen(context, call.user, where.peer, where.id)
    if not kept:
        return False
    medium = unpack_media_ref(kept)
    return (owner, file.number) in ((medium.owner, medium.number), medium.cover)


async def in_profile(viewer: Viewer, user: int, number: int) -> bool:
    """Whether somebody may see a photo of a profile, and it is one."""
    if user != viewer.user and not await privacy.may_see(viewer, user, "photo"):
        return number == await fallback_of(viewer, user)
    photos = await viewer.look(Owner(Kind.USER, user)).scan(ProfilePhoto)
    return any(photo.number == number for photo in photos)


async def fallback_of(viewer: Viewer, user: int) -> int:
    """Return the photo that is shown to those who may not see the others; 0 for none."""
    record = await viewer.look(Owner(Kind.USER, user)).get(User)
    if record is None or await contacts.is_blocked(viewer.context, user, viewer.user):
        return 0
    return record.fallback
