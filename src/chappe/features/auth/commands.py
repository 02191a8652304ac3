"""Operator commands about login: codes and sessions."""

from collections.abc import Mapping
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.core.levels import code_is_enough
from chappe.rpc import operator_command
from chappe.updates import Context

from .apps import title_of
from .ended import note_end
from .named import Person, known_account
from .records import Session
from .sessions import end_session, session_hash


@operator_command(
    "codes", "Show the login codes sent lately.", empty="No code was asked for lately."
)
async def recent_codes(context: Context) -> list[Mapping[str, str | int]]:
    """Return the login codes shown lately."""
    if not code_is_enough(context.config.code_alone, context.level):
        raise ValueError("Here codes alone open no account, and no operator sees them.")
    return list(context.ports.recent_codes)


@operator_command("sessions", "List somebody's sessions.", empty="No session is open.")
async def sessions(context: Context, *, user: Person) -> list[dict[str, Any]]:
    """Return somebody's sessions."""
    person = await known_account(context, user)
    return [
        {
            "hash": session_hash(context, person, s.key_id),
            "device": s.device_model,
            "app": title_of(s.api_id, s.app_version),
            "created": s.created,
            "active": s.active,
        }
        for s in await context.look(Owner(Kind.USER, person)).scan(Session)
    ]


@operator_command("end", "End one of somebody's sessions, or all of them.")
async def end(
    context: Context,
    *,
    user: Person,
    hash: int | None = None,  # noqa: A002  the name that scripts give it
) -> int:
    """End the session of this hash, or all of somebody's sessions; return how many ended."""
    person, wanted = await known_account(context, user), hash
    await note_end(context, person)
    ended = 0
    for session in await context.look(Owner(Kind.USER, person)).scan(Session):
        if wanted is None or session_hash(context, person, session.key_id) == wanted:
            await end_session(context, person, session.key_id)
            ended += 1
    return ended


COMMANDS: Final = (recent_codes, sessions, end)
