"""Running a chat in tests: who is promoted, restricted, looked at."""

from typing import Any

from chappe.tl import api

from .village import Person

YEAR_S = 365 * 86_400


def admin(**rights: bool) -> Any:
    """Return admin rights."""
    return api.ChatAdminRights(**rights)


def banned(until: int = 0, **rights: bool) -> Any:
    """Return what is forbidden, for ever or until a moment."""
    return api.ChatBannedRights(until_date=until, **rights)


async def promote(by: Person, chat: Any, who: Person, rank: str = "", **rights: bool) -> None:
    """Make somebody an admin."""
    await by(
        api.ChannelsEditAdmin(
            channel=by.channel(chat), user_id=by.user(who), admin_rights=admin(**rights), rank=rank
        )
    )
    await by.village.settle()


async def restrict(by: Person, chat: Any, who: Person, until: int = 0, **rights: bool) -> None:
    """Forbid somebody something."""
    await by(
        api.ChannelsEditBanned(
            channel=by.channel(chat),
            participant=by.peer(who),
            banned_rights=banned(until, **rights),
        )
    )
    await by.village.settle()


async def participant(by: Person, chat: Any, who: Person) -> Any:
    """Return what somebody is in a chat, as another sees it."""
    found = await by(api.ChannelsGetParticipant(channel=by.channel(chat), participant=by.peer(who)))
    return found.participant


# -- admins -------------------------------------------------------------------------------------------
