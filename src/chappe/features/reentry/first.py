"""The first link into an account that the operator has made for somebody: nobody has to be waited for."""

from typing import Final

from chappe.core import web_links
from chappe.updates import Context

from .links import make_reentry

FIRST_WITHIN_S: Final = 30 * 86_400  # seconds in which somebody comes into an account made for them


async def first_way_in(context: Context, user: int) -> str:
    """Return a link that lets one device into a new account; empty if there is one already."""
    made = await make_reentry(context, user, begin_within_s=FIRST_WITHIN_S, told=False)
    return web_links.reentry_link(context.config.web_address, made[0]) if made else ""
