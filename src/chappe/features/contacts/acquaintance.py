"""Gate of the house rule about strangers: whom somebody may address who has never talked with them."""

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.accounts import Contact
from chappe.rpc import Call
from chappe.tl import errors

from .access import blocks


async def may_address(call: Call, user: int) -> bool:
    """Whether the caller may write to somebody, or bring them into a group, be it for the first time.

    Whoever is let address strangers may. Others may address whom they know: who keeps the caller among their
    contacts or still has a chat with them, is in a group with them, or can be called by a number that the
    caller has in their address book. Who runs the server may be addressed by everybody.
    """
    context, owner = call.context, Owner(Kind.USER, user)
    if await accounts.may_by_house(call.look(), context, accounts.HouseRight.STRANGERS):
        return True
    talks = await context.ask(accounts.hooks.has_dialog)(call.look(owner), call.user)
    return user == call.user or talks or await knows(call, user)


async def knows(call: Call, user: int) -> bool:
    """Whether the caller is no stranger to somebody, whatever they have talked."""
    owner, mine = Owner(Kind.USER, user), await call.look().get(Contact, user)
    return (
        (mine is not None and mine.found)
        or await call.look(owner).get(Contact, call.user) is not None
        or await _runs_the_server(call, owner)
        or await _share_group(call, user)
    )


async def reaches(call: Call, to: Owner) -> bool:
    """Whether what the caller writes to somebody comes to them: a block is not told to the blocked.

    Raises:
        errors.YouBlockedUser: the caller has blocked them.
        errors.PeerFlood: they are a stranger, and the caller may not address those.
    """
    if await blocks(call.look(), to.id):
        raise errors.YouBlockedUser
    if not await may_address(call, to.id):
        raise errors.PeerFlood
    return not await blocks(call.look(to), call.user)


async def _runs_the_server(call: Call, owner: Owner) -> bool:
    """Whether somebody is the account that the setting `contact` names."""
    name = call.context.config.contact
    if not name.startswith("@"):
        return False
    return await accounts.find_owner(call.context, "username", name[1:]) == owner


async def _share_group(call: Call, user: int) -> bool:
    """Whether the caller meets somebody in a group that not just anybody walks into."""
    return any(not place.chat.username for place in await chats.common_chats(call, user))
