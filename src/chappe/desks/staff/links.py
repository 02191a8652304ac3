"""Links by which somebody of the staff makes a passkey: for an hour, once; their token is a fragment."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from chappe.features import auth
from chappe.updates import Change, Context, PerServer, View

from .members import drop_links, note_step
from .records import StaffLink, StaffMember

LINK_S: Final = 3_600  # seconds in which it may be used
TOKEN_CHARACTERS_MAX: Final = 64  # characters of what somebody says is a token

# opens the page's own port, if it is not open yet; raises ValueError with a sentence where that cannot be
OPEN_DESK: Final[PerServer[Callable[[], Awaitable[None]]]] = PerServer()


def hash_of(token: str) -> str:
    """Return what is kept instead of a token of chance: 160 bits or more need no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def url_of(context: Context, token: str) -> str:
    """Return a link as it is handed on. Browsers send nothing of what stands behind the #."""
    return f"{context.config.desk_address}/enrol#{token}"


async def make_link(
    change: Change, context: Context, member: StaffMember, by: StaffMember | None
) -> tuple[str, int]:
    """Make a link for somebody, in place of any they had; return its token and when it is over."""
    await drop_links(change, member.number)
    token, until = auth.new_token(context.entropy), change.now + LINK_S
    change.put(StaffLink(hashed=hash_of(token), staff=member.number, until=until))
    note_step(change, member, "link", by)
    return token, until


async def holder_of_link(look: View, token: str, now: float) -> StaffMember | None:
    """Return whose link a token is, if it may still be used."""
    link = await look.get(StaffLink, hash_of(token[:TOKEN_CHARACTERS_MAX]))
    if link is None or link.until <= now:
        return None
    member = await look.get(StaffMember, link.staff)
    return None if member is None or member.removed else member
