"""By what somebody could come in, gathered from the slices that keep it."""

from chappe.core import Kind, Owner
from chappe.features import accounts, auth, passkeys, single_sign_on
from chappe.updates import Context, View

from .rules import HOUR_S, WaysIn


async def ways_in(look: View, context: Context) -> WaysIn:
    """Return by what the owner of a box could come in."""
    user = await look.get(accounts.User)
    devices = await auth.devices_of(look)
    rings = user is not None and bool(user.phone) and not auth.is_anonymous_number(user.phone)
    mailed = await auth.has_login_mail(look, context)
    keys = await passkeys.count_keys(look) + rings + mailed
    keys += await single_sign_on.has_identity(look)
    return WaysIn(devices, keys, await auth.ended_by_operator(look))


def setting_s(context: Context) -> int:
    """Return how many seconds a link waits where there is anybody to wait for."""
    return int(context.config.reentry_wait_hours) * HOUR_S


async def is_lost(context: Context, user: int) -> bool:
    """Whether somebody could come in by nothing at all."""
    look = context.look(Owner(Kind.USER, user))
    record = await look.get(accounts.User)
    if record is None or record.deleted or record.bot:
        return False
    return (await ways_in(look, context)).are_none
