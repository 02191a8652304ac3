"""What channels get elsewhere for boosts or Stars: here nobody gives any, and apps ask all the same.

Apps send these together with a change somebody meant, with the value the chat has already, and stop at a
refusal. So whoever may change the chat is told that it is so; anything else has no boosts to stand on.
"""

from typing import Any, Final

from chappe.features.chats import Membership, channel, require_admin
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors

from .admins import ADMIN_ERRORS
from .channels import changed

BOOST_ERRORS: Final = (*ADMIN_ERRORS, errors.BoostsRequired)


async def _admin(call: Call, given: Any, right: str) -> Membership:
    place = await channel(call, given)
    require_admin(place, right, call.now)
    return place


@method(api.ChannelsSetBoostsToUnblockRestrictions, rate=Rate.WRITE, raises=BOOST_ERRORS)
async def set_boosts(
    call: Call, request: api.ChannelsSetBoostsToUnblockRestrictions
) -> api.TypeUpdates:
    """Agree that no number of boosts lifts a restriction; Desktop says so with every permission."""
    place = await _admin(call, request.channel, "ban_users")
    if request.boosts:
        raise errors.BoostsRequired
    return await changed(call, place)


@method(
    api.ChannelsUpdatePaidMessagesPrice,
    rate=Rate.WRITE,
    raises=(*ADMIN_ERRORS, errors.StarsAmountInvalid, errors.MethodInvalid),
)
async def update_price(call: Call, request: api.ChannelsUpdatePaidMessagesPrice) -> api.TypeUpdates:
    """Agree that messages cost nothing; Desktop says so with every permission."""
    place = await _admin(call, request.channel, "ban_users")
    if request.send_paid_messages_stars:
        raise errors.StarsAmountInvalid
    if request.broadcast_messages_allowed:
        raise errors.MethodInvalid  # channels take no direct messages
    return await changed(call, place)


@method(api.ChannelsUpdateColor, rate=Rate.WRITE, raises=BOOST_ERRORS)
async def update_color(call: Call, request: api.ChannelsUpdateColor) -> api.TypeUpdates:
    """Agree that a channel has the colour apps give it by its id, and no picture behind it."""
    place = await _admin(call, request.channel, "change_info")
    if request.color is not None or request.background_emoji_id:
        raise errors.BoostsRequired
    return await changed(call, place)


@method(api.ChannelsUpdateEmojiStatus, rate=Rate.WRITE, raises=BOOST_ERRORS)
async def update_emoji_status(
    call: Call, request: api.ChannelsUpdateEmojiStatus
) -> api.TypeUpdates:
    """Agree that a channel has no emoji beside its name."""
    place = await _admin(call, request.channel, "change_info")
    if not isinstance(request.emoji_status, api.EmojiStatusEmpty):
        raise errors.BoostsRequired
    return await changed(call, place)


@method(api.ChannelsToggleAutotranslation, rate=Rate.WRITE, raises=BOOST_ERRORS)
async def toggle_autotranslation(
    call: Call, request: api.ChannelsToggleAutotranslation
) -> api.TypeUpdates:
    """Agree that nothing is translated by itself."""
    place = await _admin(call, request.channel, "change_info")
    if request.enabled:
        raise errors.BoostsRequired
    return await changed(call, place)


@method(api.ChannelsRestrictSponsoredMessages, rate=Rate.WRITE, raises=BOOST_ERRORS)
async def restrict_sponsored(
    call: Call, request: api.ChannelsRestrictSponsoredMessages
) -> api.TypeUpdates:
    """Agree that there is no advertising, whichever is asked for."""
    return await changed(call, await _admin(call, request.channel, "change_info"))
