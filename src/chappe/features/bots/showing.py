"""Shows what a bot says of itself, and what it offers, in its profile and in groups."""

from collections.abc import Sequence
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import chats
from chappe.tl import api
from chappe.updates import Viewer

from .commands_menu import show_commands
from .describing import menu_for
from .records import Bot, BotCommands

_FOR_ADMINS: Final = (3, 5)  # the scopes of commands that admins of a group alone are offered


async def show_full_bot(viewer: Viewer, bot: int) -> dict[str, Any]:
    """Return what a bot's profile has beside anybody's, with what this viewer is offered in private."""
    look = viewer.look(Owner(Kind.USER, bot))
    record = await look.get(Bot)
    if record is None:
        return {}
    info = await _show(viewer, bot, ((4, viewer.user, 0), (1, 0, 0), (0, 0, 0)))
    info.menu_button = await menu_for(look, viewer.user)
    rights = {
        "bot_group_admin_rights": record.group_rights,
        "bot_broadcast_admin_rights": record.channel_rights,
    }
    shown = {name: chats.show_admin(bits) for name, bits in rights.items() if bits}
    return {"bot_info": info, **shown}


async def show_bots(
    viewer: Viewer, place: chats.Membership, bots: tuple[int, ...]
) -> list[api.TypeBotInfo]:
    """Return what bots of a group offer a viewer there."""
    peer, me = place.peer, viewer.user
    scopes = [(6, peer, me), (5, peer, 0), (4, peer, 0), (3, 0, 0), (2, 0, 0), (0, 0, 0)]
    if not chats.is_admin(place.member):
        scopes = [scope for scope in scopes if scope[0] not in _FOR_ADMINS]
    shown: list[api.TypeBotInfo] = []
    for bot in bots:
        viewer.mention_user(bot)
        shown.append(await _show(viewer, bot, scopes))
    return shown


async def _show(viewer: Viewer, bot: int, scopes: Sequence[tuple[int, int, int]]) -> api.BotInfo:
    """Return what is shown of a bot with the commands of the first of some scopes that has any."""
    look = viewer.look(Owner(Kind.USER, bot))
    record = await look.get(Bot)
    lists = [await look.get(BotCommands, *scope, "") for scope in scopes]
    offered = next((kept for kept in lists if kept is not None), None)
    return api.BotInfo(
        user_id=bot,
        description=(record.description if record is not None else "") or None,
        commands=show_commands(offered) or None,
    )
