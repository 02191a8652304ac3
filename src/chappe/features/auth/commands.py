"""Operator commands about login: codes, sessions, erasure of an account."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Kind, Owner
from chappe.core.levels import code_is_enough
from chappe.features import accounts
from chappe.features.ledger import ErasedBy
from chappe.rpc import Giver, operator_command
from chappe.updates import Context

from .account_deletion import delete_account, is_half_deleted
from .apps import title_of
from .ended import note_end
from .named import Category, Person, known_account, named_account
from .records import Session
from .sessions import end_session, session_hash

REASON_CHARACTERS_MAX: Final = 32  # characters of a reason of a list
WHY_ERASED: Final = (
    "There are moderators here: an account is erased by a decision of theirs, with a letter and a way to"
    " appeal. Propose it to them by `--reason`, or say `--own-request` if its person asks for it."
)


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


@operator_command(
    "erase", "Delete an account and destroy its key; nothing of it can be read again."
)
async def erase(
    context: Context,
    *,
    user: Person,
    own_request: Annotated[
        bool, Meta(description="Its person asks for it: nobody decides anything.")
    ] = False,
    reason: Annotated[
        str,
        Meta(
            max_length=REASON_CHARACTERS_MAX,
            description="Why, where moderators decide: a reason of `chappe suspend`.",
        ),
    ] = "",
    category: Category = "",
    by: Giver,
) -> dict[str, Any]:
    """Delete somebody's account: their key is destroyed, so that no copy of their data opens.

    Where there are moderators it is proposed to them, unless its person asks for it.
    """
    person = await named_account(context, str(user))
    is_half = await is_half_deleted(context, person)
    if not is_half:
        await known_account(context, user)
    if not (own_request or is_half) and await context.ask(accounts.hooks.needs_decision)(context):
        if not reason:
            raise ValueError(WHY_ERASED)
        wish = accounts.OperatorWish(person, reason, 0, category)
        return (await context.ask(accounts.hooks.propose_wish)(context, by, wish)).shown(person)
    await delete_account(context, person, ErasedBy.OWNER if own_request else ErasedBy.OPERATOR)
    return {"id": person, "state": "erased"}


COMMANDS: Final = (recent_codes, sessions, end, erase)
