"""users.getFullUser: the whole profile, gathered from the slices that know its parts."""

from chappe.core import Kind, Owner
from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors
from chappe.updates import Viewer

from . import hooks
from .access import user_of
from .records import Contact, User
from .views import peers


def birthday_of(record: User) -> api.Birthday | None:
    """Return somebody's birthday, None where they told none."""
    day, month, year = record.birthday
    return api.Birthday(day=day, month=month, year=year or None) if day else None


async def _told(viewer: Viewer, record: User, full: api.UserFull) -> None:
    """Add what the person tells of themselves, to whom they tell it."""
    ask, user = viewer.context.ask, record.id
    may_see = ask(hooks.may_see)
    if await may_see(viewer, user, "about"):
        full.about = record.about or None
    if await may_see(viewer, user, "birthday"):
        full.birthday = birthday_of(record)
    if not await may_see(viewer, user, "forwards"):
        full.private_forward_name = f"{record.first_name} {record.last_name}".strip()
    full.voice_messages_forbidden = not await may_see(viewer, user, "voice")
    full.read_dates_private = await ask(hooks.hides_read_dates)(viewer.context, user)
    for name, photo in (await ask(hooks.show_full_user_photos)(viewer, record)).items():
        setattr(full, name, photo)
    if record.tab:
        full.main_tab = getattr(api, record.tab)()
    top = await ask(hooks.newest_post)(viewer.context, record.channel) if record.channel else 0
    if top:
        viewer.mention_channel(record.channel)
        full.personal_channel_id, full.personal_channel_message = record.channel, top


@method(api.UsersGetFullUser, needs=Needs.LOGIN, raises=(errors.UserIdInvalid,))
async def get_full_user(call: Call, request: api.UsersGetFullUser) -> api.UsersUserFull:
    """Return everything a profile shows."""
    user = await user_of(call, request.id)
    viewer, ask = call.viewer(), call.context.ask
    viewer.mention_user(user)
    full = api.UserFull(
        id=user,
        blocked=await ask(hooks.is_blocked)(call.context, call.user, user),
        blocked_my_stories_from=await ask(hooks.is_kept_from_stories)(viewer, user),
        settings=await ask(hooks.peer_settings)(viewer, user),
        notify_settings=await ask(hooks.notify_settings)(viewer, user),
        common_chats_count=await ask(hooks.count_common_chats)(call, user),
        pinned_msg_id=await ask(hooks.newest_pin)(viewer, Owner(Kind.USER, user)) or None,
        can_pin_message=True,
        phone_calls_available=False,
        has_scheduled=await ask(hooks.has_scheduled)(viewer, user),
        ttl_period=await ask(hooks.history_ttl)(viewer, user) or None,
    )
    record = await call.look(Owner(Kind.USER, user)).get(User)
    if record is not None and not record.deleted:
        await _told(viewer, record, full)
        shown = await ask(hooks.show_full_bot)(viewer, user) if record.bot else {}
        for name, value in shown.items():
            setattr(full, name, value)
    contact = await call.look().get(Contact, user)
    if contact is not None and contact.note:
        full.note = api.TextWithEntities(text=contact.note, entities=[])
    users, chats = await peers(viewer)
    return api.UsersUserFull(full_user=full, chats=chats, users=users)
