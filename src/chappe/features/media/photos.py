"""Methods photos.*: profile photos, and how they are rendered."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, files, privacy
from chappe.features.files import PROFILE_PHOTOS_MAX, File, ProfilePhoto, Where, find_file
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Event, Viewer

from . import hooks
from .access import NAME_ERRORS, fallback_of, named_file
from .avatars import AVATAR_ERRORS, adopt, take_avatar
from .views import DC, show_photo

PAGE_PHOTOS_MAX: Final = 100  # photos in one answer


class PhotoChanged(Event, frozen=True):
    """Somebody's profile shows another photo."""

    name = "media.photo"

    user: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateUser:
        """See `Event`."""
        viewer.mention_user(self.user)
        return api.UpdateUser(user_id=self.user)


# -- what other slices show -------------------------------------------------------------------------


async def _current(viewer: Viewer, user: accounts.User) -> File | None:
    """Return the photo of a profile this viewer sees: the newest, or the one for all others."""
    if not (user.photo or user.fallback):
        return None
    if user.id == viewer.user or await privacy.may_see(viewer, user.id, "photo"):
        return await find_file(viewer.context, user.id, user.photo)
    return await find_file(viewer.context, user.id, await fallback_of(viewer, user.id))


async def _given(viewer: Viewer, user: int) -> File | None:
    """Return the photo the viewer has given a contact, None for none."""
    contact = await viewer.look(Owner(Kind.USER, viewer.user)).get(accounts.Contact, user)
    if contact is None or not contact.photo:
        return None
    return await find_file(viewer.context, viewer.user, contact.photo)


async def show_user_photo(viewer: Viewer, user: accounts.User) -> api.UserProfilePhoto | None:
    """Return the `api.UserProfilePhoto` beside a name, or None."""
    given = await _given(viewer, user.id)
    owner, file = (viewer.user, given) if given else (user.id, await _current(viewer, user))
    if file is None:
        return None
    return api.UserProfilePhoto(
        personal=given is not None,
        photo_id=files.file_id(viewer.context, owner, file.number),
        has_video=file.moving is not None,
        stripped_thumb=file.stripped or None,
        dc_id=DC,
    )


async def show_full_user_photos(viewer: Viewer, user: accounts.User) -> dict[str, api.TypePhoto]:
    """Return the photos of a profile, by the fields of `api.UserFull` that hold them."""
    shown: dict[str, api.TypePhoto] = {}
    where = Where(files.PROFILE, user.id)
    hidden = user.id != viewer.user and not await privacy.may_see(viewer, user.id, "photo")
    fallback = await fallback_of(viewer, user.id) if hidden else user.fallback
    for field, number, there in (
        ("profile_photo", user.photo, not hidden),
        ("fallback_photo", fallback, hidden or user.id == viewer.user),
    ):
        file = await find_file(viewer.context, user.id, number) if there else None
        if file is not None:
            shown[field] = show_photo(viewer, user.id, file, where)
    given = await _given(viewer, user.id)
    if given is not None:
        personal = Where(files.PERSONAL, user.id)
        shown["personal_photo"] = show_photo(viewer, viewer.user, given, personal)
    return shown


async def _photo_of_chat(viewer: Viewer, photo: int) -> tuple[int, File | None]:
    owner, number = files.owner_and_number(viewer.context, photo)
    return owner, await find_file(viewer.context, owner, number)


async def show_chat_photo(
    viewer: Viewer, chat: Owner, photo: int
) -> api.ChatPhoto | api.ChatPhotoEmpty:
    """Return the `api.ChatPhoto` of a chat whose record names this photo."""
    _, file = await _photo_of_chat(viewer, photo)
    if file is None:
        return api.ChatPhotoEmpty()
    return api.ChatPhoto(
        photo_id=photo,
        has_video=file.moving is not None,
        stripped_thumb=file.stripped or None,
        dc_id=DC,
    )


async def show_full_chat_photo(viewer: Viewer, chat: Owner, photo: int) -> api.Photo | None:
    """Return the `api.Photo` of a chat whose record names this photo."""
    owner, file = await _photo_of_chat(viewer, photo)
    if file is None:
        return None
    return show_photo(viewer, owner, file, Where(files.CHAT, accounts.peer_id(chat)))


async def show_invited_photo(
    viewer: Viewer, chat: Owner, photo: int, link: int
) -> api.Photo | api.PhotoEmpty:
    """Return the `api.Photo` of a chat to somebody who has an invite link to it, by the link's number."""
    owner, file = await _photo_of_chat(viewer, photo)
    if file is None:
        return api.PhotoEmpty(id=0)
    where = Where(files.INVITED, accounts.peer_id(chat), link)
    return show_photo(viewer, owner, file, where)


PHOTO_ERRORS: Final = (*AVATAR_ERRORS, *NAME_ERRORS, errors.PhotoInvalid)


async def take_chat_photo(call: Call, given: api.TypeInputChatPhoto | api.TypeInputPhoto) -> int:
    """Return the number to keep in a chat's record for an InputChatPhoto; 0 for none.

    Raises:
        PHOTO_ERRORS: there is nothing to show.
    """
    match given:
        case api.InputChatPhotoEmpty():
            return 0
        case api.InputChatUploadedPhoto():
            owner, file = call.user, await take_avatar(call, given)
        case api.InputChatPhoto():
            owner, file = await _square(call, given.id)
        case _:
            raise errors.PhotoInvalid
    return files.file_id(call.context, owner, file.number)


async def _square(
    call: Call, given: api.TypeInputChatPhoto | api.TypeInputPhoto
) -> tuple[int, File]:
    """Return a photo that has the sizes profiles need.

    Raises:
        errors.PhotoInvalid: it has not.
    """
    owner, file = await named_file(call, given, copying=True)
    if not any(piece[0] == "a" for piece in file.pieces):
        raise errors.PhotoInvalid
    return owner, file


# -- one's own profile ------------------------------------------------------------------------------


async def _put_photo(call: Call, number: int) -> None:
    """Show a photo of the caller's own in their profile, on top of the others."""
    event = PhotoChanged(user=call.user)
    async with call.change() as change:
        photos = await change.scan(ProfilePhoto)
        for photo in photos:
            if photo.number == number:
                change.drop(ProfilePhoto, photo.order)
        for photo in photos[: max(0, len(photos) + 1 - PROFILE_PHOTOS_MAX)]:
            change.drop(ProfilePhoto, photo.order)
        order = change.next("profile_photo")
        change.put(ProfilePhoto(order=order, number=number, date=call.now))
        await _point_at(change, number)
        change.announce_without_pts(event)
        call.context.ask(hooks.profile_photo_put)(call.context, change, number)
    await accounts.announce_to_friends(call, event)


async def _put_fallback(call: Call, number: int) -> None:
    """Show a photo of the caller's own, or none, to those who may not see the others."""
    event = PhotoChanged(user=call.user)
    async with call.change() as change:
        record = await change.get(accounts.User)
        if record is not None:
            change.put(msgspec.structs.replace(record, fallback=number))
        change.announce_without_pts(event)
    await accounts.announce_to_friends(call, event)


async def _point_at(change: Change, number: int) -> None:
    record = await change.get(accounts.User)
    if record is not None:
        change.put(msgspec.structs.replace(record, photo=number))


async def _answer(call: Call, file: File) -> api.PhotosPhoto:
    viewer = call.viewer()
    photo = show_photo(viewer, call.user, file, Where(files.PROFILE, call.user))
    return api.PhotosPhoto(photo=photo, users=[await accounts.show_user(viewer, call.user)])


@method(
    api.PhotosUploadProfilePhoto,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=PHOTO_ERRORS,
)
async def upload_profile_photo(
    call: Call, request: api.PhotosUploadProfilePhoto
) -> api.PhotosPhoto:
    """Give one's profile a new photo, which may move."""
    if request.bot is not None:
        raise errors.PhotoInvalid
    file = await take_avatar(call, request)
    put = _put_fallback if request.fallback else _put_photo
    await put(call, file.number)
    return await _answer(call, file)


@method(
    api.PhotosUpdateProfilePhoto,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*PHOTO_ERRORS, errors.PhotoIdInvalid),
)
async def update_profile_photo(
    call: Call, request: api.PhotosUpdateProfilePhoto
) -> api.PhotosPhoto:
    """Show an earlier photo again, or one somebody suggested, or none."""
    if request.bot is not None:
        raise errors.PhotoInvalid
    if isinstance(request.id, api.InputPhotoEmpty) and request.fallback:
        await _put_fallback(call, 0)
        return api.PhotosPhoto(photo=api.PhotoEmpty(id=0), users=[])
    if isinstance(request.id, api.InputPhotoEmpty):
        record = await call.look().get(accounts.User)
        if record is not None and record.photo:
            await _remove(call, {record.photo})
        return api.PhotosPhoto(photo=api.PhotoEmpty(id=0), users=[])
    owner, file = await _square(call, request.id)
    if owner != call.user:
        number, given = request.id.id, request.id.file_reference
        if files.seen_at(call.context, call.user, number, given).kind != files.MESSAGE:
            raise errors.PhotoIdInvalid
        file = await adopt(call, file)
    put = _put_fallback if request.fallback else _put_photo
    await put(call, file.number)
    return await _answer(call, file)


async def _remove(call: Call, numbers: set[int]) -> None:
    event = PhotoChanged(user=call.user)
    async with call.change() as change:
        left = []
        for photo in await change.scan(ProfilePhoto):
            if photo.number in numbers:
                change.drop(ProfilePhoto, photo.order)
            else:
                left.append(photo)
        await _point_at(change, left[-1].number if left else 0)
        change.announce_without_pts(event)
    await accounts.announce_to_friends(call, event)


@method(api.PhotosDeletePhotos, rate=Rate.WRITE, home=Home.CALLER)
async def delete_photos(call: Call, request: api.PhotosDeletePhotos) -> list[int]:
    """Take photos out of one's profile; return those that were there."""
    wanted = {}
    for given in request.id[:PAGE_PHOTOS_MAX]:
        if isinstance(given, api.InputPhoto):
            owner, number = files.owner_and_number(call.context, given.id)
            if owner == call.user:
                wanted[number] = given.id
    there = {p.number for p in await call.look().scan(ProfilePhoto)} & wanted.keys()
    if there:
        await _remove(call, there)
    record = await call.look().get(accounts.User)
    if record is not None and record.fallback in wanted:
        await _put_fallback(call, 0)
        there.add(record.fallback)
    return [wanted[number] for number in there]


@method(
    api.PhotosUploadContactProfilePhoto,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*PHOTO_ERRORS, errors.UserIdInvalid, errors.ContactMissing),
)
async def upload_contact_photo(
    call: Call, request: api.PhotosUploadContactProfilePhoto
) -> api.PhotosPhoto:
    """Give a contact a photo that only the caller sees, or take it away; or suggest one to them."""
    user = await accounts.user_of(call, request.user_id)
    if await call.look().get(accounts.Contact, user) is None:
        raise errors.ContactMissing
    if request.suggest:
        await accounts.suggested_to(call, user)
        return await _suggest(call, user, await take_avatar(call, request))
    nothing = request.file is None and request.video is None and request.video_emoji_markup is None
    file = None if nothing else await take_avatar(call, request)
    async with call.change() as change:
        contact = await change.get(accounts.Contact, user)
        if contact is None:
            raise errors.ContactMissing
        change.put(msgspec.structs.replace(contact, photo=file.number if file else 0))
        change.announce_without_pts(PhotoChanged(user=user))
    viewer = call.viewer()
    shown: api.TypePhoto = api.PhotoEmpty(id=0)
    if file is not None:
        shown = show_photo(viewer, call.user, file, Where(files.PERSONAL, user))
    return api.PhotosPhoto(photo=shown, users=[await accounts.show_user(viewer, user)])


async def _suggest(call: Call, user: int, file: File) -> api.PhotosPhoto:
    """Suggest to somebody, in a message, which photo to show; the asking client is told of it as well."""
    number = files.file_id(call.context, call.user, file.number)
    action = api.MessageActionSuggestProfilePhoto(photo=api.PhotoEmpty(id=number))  # shown to each
    by = Call.by(call.context, call.user)  # the answer holds no updates
    await call.context.ask(accounts.hooks.post_action)(
        by, by.viewer(), Owner(Kind.USER, user), action
    )
    viewer = call.viewer()
    shown = show_photo(viewer, call.user, file, Where(files.OWN, call.user))
    return api.PhotosPhoto(photo=shown, users=[await accounts.show_user(viewer, user)])


@method(api.PhotosGetUserPhotos, needs=Needs.LOGIN, raises=(errors.UserIdInvalid,))
async def get_user_photos(call: Call, request: api.PhotosGetUserPhotos) -> api.TypePhotosPhotos:
    """Return the photos of a profile, the newest first."""
    user = await accounts.user_of(call, request.user_id)
    viewer = call.viewer()
    shown: list[api.TypePhoto] = []
    total = 0
    if user == call.user or await privacy.may_see(viewer, user, "photo"):
        photos = await call.look(Owner(Kind.USER, user)).scan(ProfilePhoto, reverse=True)
        total = len(photos)
        if request.max_id > 0:
            _, highest = files.owner_and_number(call.context, request.max_id)
            orders = [p.order for p in photos if p.number == highest]
            photos = [p for p in photos if orders and p.order <= orders[0]]
        start = max(0, request.offset)
        limit = min(max(request.limit, 0) or PAGE_PHOTOS_MAX, PAGE_PHOTOS_MAX)
        for photo in photos[start : start + limit]:
            file = await find_file(call.context, user, photo.number)
            if file is not None:
                where = Where(files.PROFILE, user)
                shown.append(show_photo(viewer, user, file, where))
    users = [await accounts.show_user(viewer, user)]
    if len(shown) < total:
        return api.PhotosPhotosSlice(count=total, photos=shown, users=users)
    return api.PhotosPhotos(photos=shown, users=users)
