"""The provider tells of a logout: the sessions that came by it end, and it is asked about the person at once.

https://openid.net/specs/openid-connect-backchannel-1_0.html
"""

from collections import OrderedDict
from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import auth
from chappe.ports import ProviderUnreachable, TokenRefused
from chappe.updates import Context, PerServer

from .identities import holder_of_identity, identity_name, settings_of
from .observing import OBSERVER
from .records import ProviderIdentity
from .watching import SCHEDULE, ask_about

HEARD_MAX: Final = 10_000  # logouts that are remembered
HEARD_S: Final = 1_200  # seconds a token is remembered: longer than one is good


async def hear_logout(context: Context, logout_token: str) -> bool:
    """End the sessions a logout is about; False if the token proves nothing.

    Raises:
        ProviderUnreachable: it cannot be verified now.
    """
    provider, settings = context.ports.identities, settings_of(context)
    if provider is None or settings is None:
        return False
    try:
        told = await provider.logged_out(logout_token, now=int(context.clock.now()))
    except TokenRefused as error:
        context.own(OBSERVER).provider_failed(f"logout token: {error}")
        return False
    if not told.subject:
        return False  # a session alone says whose it is to nobody who keeps no list of them
    if context.own(HEARD).is_first(told.token_id, context.clock.monotonic()):
        user = await holder_of_identity(context, identity_name(settings.issuer, told.subject))
        if user is not None:
            await _log_out(context, user, told.session)
    return True


class Heard:
    """The logouts that were told of lately: none is listened to twice."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()  # by the token's id, the oldest first

    def is_first(self, token_id: str, now: float) -> bool:
        """Whether a logout is told of for the first time."""
        while self._until and next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)
        if token_id in self._until:
            return False
        if len(self._until) >= HEARD_MAX:
            self._until.popitem(last=False)
        self._until[token_id] = now + HEARD_S
        return True


HEARD: Final[PerServer[Heard]] = PerServer(lambda _: Heard())


async def _log_out(context: Context, user: int, session: str) -> None:
    """End the sessions of somebody that came by a session there, or by any; then ask about them."""
    async with context.change(Owner(Kind.USER, user)) as change:
        identity = await change.get(ProviderIdentity)
        if identity is None:
            return
        gone = {key for key, of in identity.came if not session or of == session}
        kept = tuple(one for one in identity.came if one[0] not in gone)
        change.put(msgspec.structs.replace(identity, came=kept))
    await auth.end_sessions(context, user, gone)
    now = context.clock.monotonic()
    try:
        if await ask_about(context, user):
            context.own(SCHEDULE).add(user, now)
    except ProviderUnreachable:
        context.own(SCHEDULE).set(user, now)  # asked about as soon as it answers
