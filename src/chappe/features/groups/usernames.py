"""Public usernames of supergroups and channels."""

from typing import Any, Final

import msgspec

from chappe.core import Owner
from chappe.features import accounts, chats
from chappe.features.adminlog import log
from chappe.features.chats import (
    Chat,
    Joined,
    channel,
    membership_of,
    relist,
    require_creator,
    show_chat,
)
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from .admins import ADMIN_ERRORS
from .events import ChannelChanged

PUBLIC_CHATS_MAX: Final = 10  # public chats one person may own


@method(
    api.ChannelsCheckUsername,
    rate=Rate.LOOKUP,
    raises=(
        errors.ChannelInvalid,
        errors.ChannelPrivate,
        errors.UsernameInvalid,
        errors.ChannelsAdminPublicTooMuch,
    ),
)
async def check_username(call: Call, request: api.ChannelsCheckUsername) -> bool:
    """Whether a username may be taken by a channel, or by one still to be made.

    That the caller has too many is said first: to learn it, apps ask for names that nobody can have. What
    is public already may have another name.
    """
    own: Owner | None = None
    public = False
    if isinstance(request.channel, api.InputChannel):
        place = await channel(call, request.channel)
        own, public = place.owner, bool(place.chat.username)
    if not public and len(await _public(call)) >= PUBLIC_CHATS_MAX:
        raise errors.ChannelsAdminPublicTooMuch
    username = accounts.wanted_username(request.username)
    confirmed = await accounts.is_confirmed(call, username)
    return await accounts.may_take(call.context, username, own, call.user, confirmed=confirmed)


@method(
    api.ChannelsUpdateUsername,
    rate=Rate.LOOKUP,
    home=Home.PEER,
    raises=(
        *ADMIN_ERRORS,
        errors.UsernameInvalid,
        errors.UsernameOccupied,
        errors.UsernameNotModified,
        errors.ChannelsAdminPublicTooMuch,
        errors.UserRestricted,
    ),
)
async def update_username(call: Call, request: api.ChannelsUpdateUsername) -> bool:
    """Make a supergroup or channel public under a name, or private; its creator does."""
    place = await channel(call, request.channel)
    require_creator(place, call.now)
    wanted = accounts.wanted_username(request.username) if request.username else ""
    if place.chat.username == wanted:
        raise errors.UsernameNotModified
    if wanted:
        await accounts.require_right(call, accounts.HouseRight.NAMES)
        if not place.chat.username and len(await _public(call)) >= PUBLIC_CHATS_MAX:
            raise errors.ChannelsAdminPublicTooMuch
        confirmed = await accounts.is_confirmed(call, wanted)
        if not await accounts.claim_username(
            call.context, wanted, place.owner, call.user, confirmed=confirmed
        ):
            raise errors.UsernameOccupied
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None:
            raise errors.ChannelInvalid
        new = msgspec.structs.replace(chat, username=wanted)
        change.put(new)
        relist(change, call.context, chat, new)
        if wanted and chat.photo:
            call.context.ask(chats.hooks.public_photo_put)(call.context, change)
        change.announce_without_pts(ChannelChanged(id=chat.id))
    if place.chat.username and place.chat.username.lower() != wanted.lower():
        async with call.change() as change:
            rest = await accounts.may_rest(change)
        await accounts.give_up(call.context, place.chat.username, place.owner, call.user, rest=rest)
    action = api.ChannelAdminLogEventActionChangeUsername(
        prev_value=place.chat.username, new_value=wanted
    )
    await log(call, place.owner, action)
    return True


# -- apps show a chat's usernames as a list, whose order they keep before they keep anything else ----


@method(api.ChannelsDeactivateAllUsernames, rate=Rate.WRITE, raises=ADMIN_ERRORS)
async def deactivate_all_usernames(call: Call, request: api.ChannelsDeactivateAllUsernames) -> bool:
    """Agree to take away all public names but the one that channels.updateUsername sets: none is left.

    Telegram Desktop asks it whenever a chat without a list of names is saved, and saves nothing if it
    is refused.
    """
    require_creator(await channel(call, request.channel), call.now)
    return True


@method(api.ChannelsReorderUsernames, rate=Rate.WRITE, raises=(*ADMIN_ERRORS, errors.OrderInvalid))
async def reorder_usernames(call: Call, request: api.ChannelsReorderUsernames) -> bool:
    """Agree to the one order that one name can have."""
    place = await channel(call, request.channel)
    require_creator(place, call.now)
    names = [place.chat.username.lower()] if place.chat.username else []
    if [name.lower() for name in request.order[:2]] != names:
        raise errors.OrderInvalid
    return True


@method(
    api.ChannelsToggleUsername,
    rate=Rate.WRITE,
    raises=(*ADMIN_ERRORS, errors.UsernameInvalid, errors.UsernameNotModified),
)
async def toggle_username(call: Call, request: api.ChannelsToggleUsername) -> bool:
    """Refuse: the one username of a chat is on while it has it."""
    place = await channel(call, request.channel)
    require_creator(place, call.now)
    own = place.chat.username.lower()
    if own and request.username.lower() == own and request.active:
        raise errors.UsernameNotModified
    raise errors.UsernameInvalid


async def _public(call: Call) -> list[Any]:
    """Return the public chats the caller owns."""
    found = []
    for joined in await call.look().scan(Joined):
        place = await membership_of(call.context, accounts.owner_of(joined.peer), call.user)
        if place is None or place.chat.deleted or not place.chat.username:
            continue
        if place.member is not None and place.member.creator:
            found.append(place)
    return found


@method(api.ChannelsGetAdminedPublicChannels, raises=(errors.ChannelsAdminPublicTooMuch,))
async def get_admined(
    call: Call, request: api.ChannelsGetAdminedPublicChannels
) -> api.TypeMessagesChats:
    """Return the public chats the caller owns."""
    viewer = call.viewer()
    public = await _public(call)
    if request.check_limit and len(public) >= PUBLIC_CHATS_MAX:
        raise errors.ChannelsAdminPublicTooMuch
    return api.MessagesChats(chats=[await show_chat(viewer, place) for place in public])
