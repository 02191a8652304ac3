"""Sessions of the staff: eight hours in one browser, ended at once with the key or the person."""

from typing import Final, NamedTuple

from chappe.core import Entropy
from chappe.features.passkeys import base64url
from chappe.rpc import Giver
from chappe.updates import Change, Context, View

from .links import hash_of
from .members import NOT_ANY_MORE, giver_of
from .records import STAFF_BOX, StaffKey, StaffMember, StaffSession

SESSION_S: Final = 8 * 3_600  # seconds a session lasts, whether it is used or not
SESSION_BYTES: Final = 32  # of chance in a cookie
SESSIONS_MAX: Final = 10  # sessions of one person; the oldest end first
COOKIE_CHARACTERS_MAX: Final = 64  # characters of a cookie that is looked up


class Visitor(NamedTuple):
    """Who asks for a page: somebody of the staff, by a session."""

    member: StaffMember
    session: StaffSession

    @property
    def giver(self) -> Giver:
        """Them as who gives commands, with the roles they have at this moment."""
        return giver_of(self.member)

    async def still(self, change: Change) -> StaffMember:
        """Return them as a change sees them.

        Raises:
            ValueError: they were removed, or logged out, a moment ago.
        """
        found = await _holder(change, self.session.hashed, change.now)
        if found is None:
            raise ValueError(NOT_ANY_MORE)
        return found.member


async def open_session(change: Change, entropy: Entropy, key: StaffKey) -> str:
    """Begin a session of a passkey's holder; return what the cookie holds. What is over is dropped."""
    open_ones = []
    for session in await change.scan(StaffSession):
        if session.until <= change.now:
            change.drop(StaffSession, session.hashed)
        elif session.staff == key.staff:
            open_ones.append(session)
    open_ones.sort(key=lambda one: one.since)
    for session in open_ones[: max(0, len(open_ones) + 1 - SESSIONS_MAX)]:
        change.drop(StaffSession, session.hashed)
    cookie = base64url(entropy.token(SESSION_BYTES))
    change.put(
        StaffSession(
            hashed=hash_of(cookie),
            staff=key.staff,
            blind=key.blind,
            since=change.now,
            until=change.now + SESSION_S,
        )
    )
    return cookie


async def visitor_of(context: Context, cookie: str) -> Visitor | None:
    """Return whose session a cookie holds; None if it is over, or nobody's."""
    if not cookie or len(cookie) > COOKIE_CHARACTERS_MAX:
        return None
    return await _holder(context.look(STAFF_BOX), hash_of(cookie), context.clock.now())


async def _holder(look: View, hashed: str, now: float) -> Visitor | None:
    session = await look.get(StaffSession, hashed)
    if session is None or session.until <= now:
        return None
    member = await look.get(StaffMember, session.staff)
    if member is None or member.removed or await look.get(StaffKey, session.blind) is None:
        return None
    return Visitor(member, session)


async def end_session(context: Context, visitor: Visitor) -> None:
    """Log somebody out."""
    async with context.change(STAFF_BOX) as change:
        change.drop(StaffSession, visitor.session.hashed)
