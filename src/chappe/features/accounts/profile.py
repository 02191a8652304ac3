"""Profile fields beside the name: birthday, colour, personal channel, usernames."""

import time
from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from . import hooks
from .access import peer_of, suggested_to, user_of
from .events import UserChanged
from .full import birthday_of
from .handlers import announce_to_friends, own_record
from .records import User
from .rules import check_birthday
from .views import peers

NAME_COLORS: Final = 7  # colours of names every app draws by itself


async def _set(call: Call, **fields: Any) -> None:
    """Change fields of the caller's record, and have everybody who shows it know."""
    async with call.change() as change:
        record = await own_record(change)
        new = msgspec.structs.replace(record, **fields)
        if new == record:
            return
        change.put(new)
        change.announce_without_pts(UserChanged(user=call.user))
    await announce_to_friends(call, UserChanged(user=call.user))


def _birthday(call: Call, given: Any) -> tuple[int, int, int]:
    year = time.gmtime(call.now).tm_year
    return check_birthday(given.day, given.month, given.year or 0, year)


@method(
    api.AccountUpdateBirthday,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.BirthdayInvalid, errors.UserDeactivated),
)
async def update_birthday(call: Call, request: api.AccountUpdateBirthday) -> bool:
    """Tell one's birthday, or none."""
    told = _birthday(call, request.birthday) if request.birthday else (0, 0, 0)
    await _set(call, birthday=told)
    return True


@method(
    api.UsersSuggestBirthday,
    rate=Rate.SEND,
    home=Home.CALLER,
    raises=(errors.UserIdInvalid, errors.BirthdayInvalid, errors.BirthdayAlready),
)
async def suggest_birthday(call: Call, request: api.UsersSuggestBirthday) -> api.TypeUpdates:
    """Suggest to somebody, in a message, what their birthday is."""
    user = await user_of(call, request.id)
    _birthday(call, request.birthday)
    record = await suggested_to(call, user)
    if birthday_of(record) and await call.context.ask(hooks.may_see)(
        call.viewer(), user, "birthday"
    ):
        raise errors.BirthdayAlready
    viewer = call.viewer()
    action = api.MessageActionSuggestBirthday(birthday=request.birthday)
    updates = await call.context.ask(hooks.post_action)(
        call, viewer, Owner(Kind.USER, user), action
    )
    users, chats = await peers(viewer)
    return api.Updates(updates=updates, users=users, chats=chats, date=call.now, seq=0)


@method(
    api.AccountUpdateColor,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.ColorInvalid, errors.DocumentInvalid, errors.UserDeactivated),
)
async def update_color(call: Call, request: api.AccountUpdateColor) -> bool:
    """Choose the colour of one's name; profiles have none, nor patterns of emoji."""
    given = request.color
    if given is None:
        if not request.for_profile:
            await _set(call, color=-1)
        return True
    if not isinstance(given, api.PeerColor) or request.for_profile:
        raise errors.ColorInvalid
    if given.background_emoji_id:
        raise errors.DocumentInvalid
    color = -1 if given.color is None else given.color
    if not -1 <= color < NAME_COLORS:
        raise errors.ColorInvalid
    await _set(call, color=color)
    return True


@method(
    api.AccountUpdateEmojiStatus,
    rate=Rate.WRITE,
    raises=(errors.DocumentInvalid, errors.CollectibleInvalid),
)
async def update_emoji_status(call: Call, request: api.AccountUpdateEmojiStatus) -> bool:
    """Take the emoji beside one's name away; there are none to put there."""
    if isinstance(request.emoji_status, api.EmojiStatus):
        raise errors.DocumentInvalid
    if not isinstance(request.emoji_status, api.EmojiStatusEmpty):
        raise errors.CollectibleInvalid
    return True


@method(
    api.AccountUpdatePersonalChannel,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.PublicBroadcastExpected, errors.UserDeactivated),
)
async def update_personal_channel(call: Call, request: api.AccountUpdatePersonalChannel) -> bool:
    """Show a public channel one runs on one's profile, or none."""
    if isinstance(request.channel, api.InputChannelEmpty):
        await _set(call, channel=0)
        return True
    given = request.channel
    peer = api.InputPeerChannel(
        channel_id=getattr(given, "channel_id", 0), access_hash=getattr(given, "access_hash", 0)
    )
    try:
        owner = await peer_of(call, peer)
    except errors.RpcError:
        raise errors.PublicBroadcastExpected from None
    if not await call.context.ask(hooks.runs_public_channel)(call, owner):
        raise errors.PublicBroadcastExpected
    await _set(call, channel=owner.id)
    return True


@method(
    api.AccountSetMainProfileTab,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.UserDeactivated,),
)
async def set_main_profile_tab(call: Call, request: api.AccountSetMainProfileTab) -> bool:
    """Choose with which tab one's profile opens."""
    await _set(call, tab=type(request.tab).__name__)
    return True


# -- usernames: a person has one, which is changed by account.updateUsername -----------------------


@method(
    api.AccountReorderUsernames,
    rate=Rate.WRITE,
    raises=(errors.OrderInvalid, errors.UsernameNotModified, errors.UserDeactivated),
)
async def reorder_usernames(call: Call, request: api.AccountReorderUsernames) -> bool:
    """Refuse: one username has one order only."""
    record = await call.look().get(User)
    if record is None:
        raise errors.UserDeactivated
    if [name.lower() for name in request.order[:2]] == [record.username.lower()]:
        raise errors.UsernameNotModified
    raise errors.OrderInvalid


@method(
    api.AccountToggleUsername,
    rate=Rate.WRITE,
    raises=(errors.UsernameInvalid, errors.UsernameNotModified, errors.UserDeactivated),
)
async def toggle_username(call: Call, request: api.AccountToggleUsername) -> bool:
    """Refuse: the one username of a person is on while they have it."""
    record = await call.look().get(User)
    if record is None:
        raise errors.UserDeactivated
    mine = record.username and request.username.lower() == record.username.lower()
    if mine and request.active:
        raise errors.UsernameNotModified
    raise errors.UsernameInvalid


# -- music: no profile plays any --------------------------------------------------------------------


@method(api.AccountSaveMusic, rate=Rate.WRITE, raises=(errors.DocumentInvalid,))
async def save_music(call: Call, request: api.AccountSaveMusic) -> bool:
    """Refuse: profiles play no music here."""
    raise errors.DocumentInvalid


@method(api.UsersGetSavedMusic, needs=Needs.LOGIN, raises=(errors.UserIdInvalid,))
async def get_saved_music(call: Call, request: api.UsersGetSavedMusic) -> api.TypeUsersSavedMusic:
    """Return none, of anybody one may name."""
    await user_of(call, request.id)
    return api.UsersSavedMusic(count=0, documents=[])


@method(api.UsersGetSavedMusicByID, raises=(errors.UserIdInvalid,))
async def get_saved_music_by_id(
    call: Call, request: api.UsersGetSavedMusicByID
) -> api.TypeUsersSavedMusic:
    """Return none, of anybody one may name."""
    await user_of(call, request.id)
    return api.UsersSavedMusic(count=0, documents=[])
