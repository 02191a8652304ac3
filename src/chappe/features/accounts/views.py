"""A person as another person may see them."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.tl import api
from chappe.updates import Viewer

from .access import access_hash
from .records import Contact, Seen, User

SERVICE: Final = 777000
RECENTLY_S: Final = 3 * 86_400  # seconds within which somebody was here "recently"
WEEK_S: Final = 7 * 86_400
MONTH_S: Final = 30 * 86_400

# what -> whether the viewer may see it of the target; the privacy slice sets it
UserView = Callable[[Viewer, int, str], Awaitable[bool]]


async def _everybody(_viewer: Viewer, _target: int, _what: str) -> bool:
    return True


async def peers(viewer: Viewer) -> tuple[list[Any], list[Any]]:
    """Return the users and chats that what was rendered mentions."""
    users = [await show_user(viewer, user) for user in sorted(viewer.users)]
    show_chats = viewer.house.services.get("show_chats")
    chats = await show_chats(viewer) if show_chats and (viewer.chats or viewer.channels) else []
    return users, chats


async def show_user(viewer: Viewer, user: int) -> Any:
    """Return the `api.User` this viewer sees."""
    if user == SERVICE:
        return api.User(
            id=user, access_hash=access_hash(viewer.house, viewer.user, Kind.USER, user),
            first_name="Chappe", phone="42777", verified=True, support=True,
            status=api.UserStatusEmpty(),
        )  # fmt: skip
    look = viewer.look(Owner(Kind.USER, user))
    record = await look.get(User)
    hashed = access_hash(viewer.house, viewer.user, Kind.USER, user)
    if record is None or record.deleted:
        return api.User(id=user, access_hash=hashed, deleted=True)
    myself = user == viewer.user
    contact = (
        None if myself else await viewer.look(Owner(Kind.USER, viewer.user)).get(Contact, user)
    )
    may_see: UserView = viewer.house.services.get("may_see", _everybody)
    phone = myself or (contact is not None and contact.phone == record.phone)
    phone = phone or await may_see(viewer, user, "phone")
    return (
        api.User(
            id=user,
            access_hash=hashed,
            first_name=contact.first_name if contact else record.first_name,
            last_name=(contact.last_name if contact else record.last_name) or None,
            username=record.username or None,
            phone=record.phone if phone and record.phone else None,
            contact=contact is not None,
            mutual_contact=contact is not None and contact.mutual,
            bot=record.bot,
            bot_info_version=1 if record.bot else None,
            status=await status_of(viewer, user, may_see),
            photo=await photo_of(viewer, record, given=contact is not None and contact.photo > 0),
        )
        if not myself
        else _myself(
            record,
            hashed,
            await status_of(viewer, user, may_see),
            await photo_of(viewer, record),
        )
    )


async def photo_of(viewer: Viewer, record: User, *, given: bool = False) -> Any:
    """Return the photo beside a name, or None; the media slice shows it. `given`: by the viewer."""
    show = viewer.house.services.get("show_user_photo")
    if show is None or not (record.photo or record.fallback or given):
        return None
    return await show(viewer, record)


def _myself(record: User, hashed: int, status: Any, photo: Any) -> Any:
    shown = api.User(
        id=record.id,
        access_hash=hashed,
        first_name=record.first_name,
        last_name=record.last_name or None,
        username=record.username or None,
        phone=record.phone or None,
        contact=True,
        mutual_contact=True,
        bot=record.bot,
        bot_info_version=1 if record.bot else None,
        status=status,
        photo=photo,
    )
    shown.self_ = True
    return shown


async def status_of(viewer: Viewer, user: int, may_see: UserView = _everybody) -> Any:
    """Return whether somebody is here, exactly or roughly as their privacy allows."""
    seen = await viewer.look(Owner(Kind.USER, user)).get(Seen)
    if seen is None:
        return api.UserStatusEmpty() if user == viewer.user else api.UserStatusRecently()
    now = int(viewer.house.clock.now())
    if user == viewer.user or await may_see(viewer, user, "status"):
        if seen.until > now:
            return api.UserStatusOnline(expires=seen.until)
        return api.UserStatusOffline(was_online=seen.until)
    ago = now - seen.until
    if ago < RECENTLY_S:
        return api.UserStatusRecently()
    if ago < WEEK_S:
        return api.UserStatusLastWeek()
    return api.UserStatusLastMonth() if ago < MONTH_S else api.UserStatusEmpty()
