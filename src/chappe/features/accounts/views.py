"""Renders an account as `api.User` for one viewer."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.tl import api
from chappe.updates import Viewer

from . import hooks
from .access import shown_hash
from .records import Contact, LastSeen, User
from .restricted import show_restricted
from .rules import SERVICE_USER

RECENTLY_S: Final = 3 * 86_400  # seconds within which somebody was here "recently"
WEEK_S: Final = 7 * 86_400
MONTH_S: Final = 30 * 86_400
EMPTY: Final = api.UserStatusEmpty()
RECENTLY: Final = api.UserStatusRecently()

# what -> whether the viewer may see it of the target; the privacy slice sets it
UserView = Callable[[Viewer, int, str], Awaitable[bool]]


async def peers(viewer: Viewer) -> tuple[list[api.User], list[api.TypeChat]]:
    """Return the users and chats that what was rendered mentions."""
    users = [await show_user(viewer, user) for user in sorted(viewer.users)]
    if not (viewer.chats or viewer.channels):
        return users, []
    return users, await viewer.context.ask(hooks.show_chats)(viewer)


async def show_user(viewer: Viewer, user: int) -> api.User:
    """Return the `api.User` this viewer sees."""
    if user == SERVICE_USER:
        return api.User(
            id=user,
            access_hash=shown_hash(viewer, Kind.USER, user),
            first_name="Chappe",
            phone="42777",
            verified=True,
            support=True,
            status=api.UserStatusEmpty(),
        )
    record, seen = await viewer.look(Owner(Kind.USER, user)).get_each((User,), (LastSeen,))
    hashed = shown_hash(viewer, Kind.USER, user)
    if record is None or record.deleted:
        return api.User(id=user, access_hash=hashed, deleted=True)
    now = int(viewer.context.clock.now())
    if user == viewer.user:
        status = show_status(seen, now, exact=True, unseen=EMPTY)
        return _myself(record, hashed, status, await photo_of(viewer, record))
    contact = await viewer.look(Owner(Kind.USER, viewer.user)).get(Contact, user)
    may_see_each = viewer.context.ask(hooks.may_see_each)
    shows_phone, exact = await may_see_each(viewer, user, "phone", "status")
    # Else what the viewer wrote down, right or not: it says nothing of the real one.
    phone = record.phone if shows_phone else contact and contact.phone
    return api.User(
        id=user,
        access_hash=hashed,
        first_name=contact.first_name if contact else record.first_name,
        last_name=(contact.last_name if contact else record.last_name) or None,
        username=record.username or None,
        phone=phone or None,
        close_friend=contact is not None and contact.close,
        color=name_color(record),
        contact=contact is not None,
        mutual_contact=contact is not None and contact.mutual,
        **_of_bot(record),
        status=None  # a bot is always here
        if record.bot
        else show_status(seen, now, exact=exact, by_me=not exact and await _by_me(viewer, user)),
        photo=await photo_of(viewer, record, given=contact is not None and contact.photo > 0),
        **show_restricted(record),
    )


def _of_bot(record: User) -> dict[str, Any]:
    """Return what is shown of a bot beside what is shown of anybody; nothing of a person."""
    if not record.bot:
        return {}
    return {
        "bot": True,
        "bot_info_version": record.bot_info,
        "bot_nochats": record.no_groups,
        "bot_chat_history": record.reads_all,
        "bot_inline_placeholder": record.inline_hint if record.inline else None,
    }


async def _by_me(viewer: Viewer, user: int) -> bool:
    """Whether the viewer's own privacy keeps them from seeing when somebody was here."""
    return await viewer.context.ask(hooks.hidden_by_me)(viewer, user)


def name_color(record: User) -> api.PeerColor | None:
    """Return the colour of a name, None where apps choose it by the id."""
    return api.PeerColor(color=record.color) if record.color >= 0 else None


async def photo_of(
    viewer: Viewer, record: User, *, given: bool = False
) -> api.TypeUserProfilePhoto | None:
    """Return the photo beside a name, or None; the media slice shows it. `given`: by the viewer."""
    if not (record.photo or record.fallback or given):
        return None
    return await viewer.context.ask(hooks.show_user_photo)(viewer, record)


def _myself(
    record: User, hashed: int, status: api.TypeUserStatus, photo: api.TypeUserProfilePhoto | None
) -> api.User:
    shown = api.User(
        id=record.id,
        access_hash=hashed,
        first_name=record.first_name,
        last_name=record.last_name or None,
        username=record.username or None,
        phone=record.phone or None,
        contact=True,
        mutual_contact=True,
        **_of_bot(record),
        status=status,
        photo=photo,
        color=name_color(record),
        **show_restricted(record),
    )
    shown.self_ = True
    return shown


async def status_of(viewer: Viewer, user: int, may_see: UserView) -> api.TypeUserStatus:
    """Return whether somebody is here, exactly or roughly as their privacy allows."""
    seen = await viewer.look(Owner(Kind.USER, user)).get(LastSeen)
    now = int(viewer.context.clock.now())
    if user == viewer.user:
        return show_status(seen, now, exact=True, unseen=EMPTY)
    exact = seen is not None and await may_see(viewer, user, "status")
    return show_status(seen, now, exact=exact, by_me=not exact and await _by_me(viewer, user))


def show_status(
    seen: LastSeen | None,
    now: int,
    *,
    exact: bool,
    unseen: api.TypeUserStatus = RECENTLY,
    by_me: bool = False,
) -> api.TypeUserStatus:
    """Return when somebody was here; roughly, unless `exact` may be told; `by_me`: by the viewer's wish."""
    if seen is None:
        return unseen
    if exact:
        if seen.until > now:
            return api.UserStatusOnline(expires=seen.until)
        return api.UserStatusOffline(was_online=seen.until)
    ago = now - seen.until
    if ago < RECENTLY_S:
        return api.UserStatusRecently(by_me=True) if by_me else RECENTLY
    if ago < WEEK_S:
        return api.UserStatusLastWeek(by_me=by_me)
    return api.UserStatusLastMonth(by_me=by_me) if ago < MONTH_S else EMPTY
