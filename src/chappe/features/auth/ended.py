"""Whether the operator has ended sessions of somebody lately: a re-entry must not gain by it."""

from chappe.core import Kind, Owner
from chappe.updates import Context, View

from .records import OperatorEnd, Session


async def note_end(context: Context, user: int) -> None:
    """Note that the operator ends sessions of somebody, before any ends."""
    async with context.change(Owner(Kind.USER, user)) as change:
        change.put(OperatorEnd(at=change.now))


async def ended_by_operator(look: View) -> int:
    """Return when the operator ended sessions of a box's owner last; 0 for never."""
    end = await look.get(OperatorEnd)
    return end.at if end else 0


async def session_since(look: View, key_id: int) -> int:
    """Return when the session of a key began; 0 if nobody is logged in on it."""
    session = await look.get(Session, key_id)
    return 0 if session is None else session.created


async def devices_of(look: View) -> int:
    """Return how many sessions a box's owner has, those aside that were exported from others."""
    return sum(not session.of for session in await look.scan(Session))


async def language_of(context: Context, user: int) -> str:
    """Return the language of the app that somebody logged in with last; empty if none said any."""
    sessions = await context.look(Owner(Kind.USER, user)).scan(Session)
    said = [session for session in sessions if session.language and not session.of]
    return max(said, key=lambda one: one.created).language if said else ""


async def keys_of(look: View) -> frozenset[int]:
    """Return the keys a box's owner is logged in on."""
    return frozenset([session.key_id for session in await look.scan(Session)])
