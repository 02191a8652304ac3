"""Methods account.*Ringtone*: sounds of notifications that somebody has brought along."""

from typing import Any, Final

from chappe import tl
from chappe.features import files
from chappe.features.files import (
    File,
    SavedRingtones,
    Where,
    count_file,
    find_file,
    uploaded,
)
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, Viewer

from .access import NAME_ERRORS, named_file
from .input_media import TAKE_ERRORS, take_media
from .rules import clean_mime, list_hash
from .views import show_document

RINGTONES_MAX: Final = 100  # sounds one person keeps; the oldest goes
RINGTONE_BYTES_MAX: Final = 100 * 1024  # bytes of a sound of notifications
RINGTONE_S_MAX: Final = 5  # seconds of one
FORMATS: Final = frozenset(
    {"audio/mpeg", "audio/mp3", "audio/mpeg3", "audio/ogg", "audio/mp4", "audio/m4a", "audio/x-m4a"}
)


class RingtonesChanged(Event, frozen=True):
    """Somebody keeps other sounds of notifications."""

    name = "media.ringtones"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateSavedRingtones:
        """See `Event`."""
        return api.UpdateSavedRingtones()


def _is_short_sound(file: File) -> bool:
    """Whether a file is a sound that may be a notification's."""
    sounds = [
        a for a in map(tl.decode, file.attributes) if isinstance(a, api.DocumentAttributeAudio)
    ]
    short = bool(sounds) and sounds[0].duration <= RINGTONE_S_MAX
    return short and file.size <= RINGTONE_BYTES_MAX


@method(api.AccountGetSavedRingtones)
async def get_saved_ringtones(
    call: Call, request: api.AccountGetSavedRingtones
) -> api.TypeAccountSavedRingtones:
    """Return the sounds the caller has brought along, the newest first; those that are gone are left out."""
    viewer, shown = call.viewer(), []
    kept = await call.look().get(SavedRingtones) or SavedRingtones()
    for owner, number in kept.files:
        file = await find_file(call.context, owner, number)
        if file is not None:
            shown.append(show_document(viewer, owner, file, Where(files.RINGTONE, call.user)))
    hashed = list_hash(one.id for one in shown)
    if hashed and hashed == request.hash:
        return api.AccountSavedRingtonesNotModified()
    return api.AccountSavedRingtones(hash=hashed, ringtones=shown)


@method(
    api.AccountSaveRingtone,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*NAME_ERRORS, errors.RingtoneInvalid),
)
async def save_ringtone(
    call: Call, request: api.AccountSaveRingtone
) -> api.TypeAccountSavedRingtone:
    """Keep a sound for notifications, or no longer: a short one, uploaded or received."""
    if not isinstance(request.id, api.InputDocument):
        raise errors.RingtoneInvalid
    if request.unsave:
        chosen = files.owner_and_number(call.context, request.id.id)
    else:
        owner, file = await named_file(call, request.id, copying=True)
        chosen = owner, file.number
        if not _is_short_sound(file):
            raise errors.RingtoneInvalid
    async with call.change() as change:
        before = (await change.get(SavedRingtones) or SavedRingtones()).files
        after = tuple(one for one in before if one != chosen)
        if not request.unsave:
            after = (chosen, *after)[:RINGTONES_MAX]
        for one in {*before, *after}:
            by = (one in after) - (one in before)
            if by:
                await count_file(change, *one, by)
        change.put(SavedRingtones(files=after))
        change.announce_without_pts(RingtonesChanged())
    return api.AccountSavedRingtone()


@method(
    api.AccountUploadRingtone,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*TAKE_ERRORS, errors.RingtoneMimeInvalid),
)
async def upload_ringtone(call: Call, request: api.AccountUploadRingtone) -> api.TypeDocument:
    """Return the document made of an uploaded sound; it is kept once it is saved."""
    mime = clean_mime(request.mime_type)
    if mime not in FORMATS:
        raise errors.RingtoneMimeInvalid
    whole = await uploaded(call, request.file)
    if whole.size > RINGTONE_BYTES_MAX:
        raise errors.RingtoneMimeInvalid
    said: list[Any] = [
        api.DocumentAttributeFilename(file_name=request.file_name),
        api.DocumentAttributeAudio(duration=0),
    ]
    given = api.InputMediaUploadedDocument(file=request.file, mime_type=mime, attributes=said)
    kept = await take_media(call, given)
    file = await find_file(call.context, call.user, kept.number)
    if file is None or not _is_short_sound(file):
        raise errors.RingtoneMimeInvalid
    return show_document(call.viewer(), call.user, file, Where(files.OWN, call.user))
