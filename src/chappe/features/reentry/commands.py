"""Operator commands about re-entry: a link is made, withdrawn; who would be lost."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Kind, Owner, web_links
from chappe.features import accounts, auth
from chappe.rpc import operator_command
from chappe.updates import Context

from .links import end_reentry, make_reentry
from .rules import HOUR_S, ReentryAct, wait_of
from .ways import is_lost, setting_s, ways_in


async def _make(context: Context, user: int) -> dict[str, Any] | None:
    """Make a link and return what the operator is shown; None if there is one already."""
    look = context.look(Owner(Kind.USER, user))
    wait_s = wait_of(await ways_in(look, context), setting_s(context), int(context.clock.now()))
    made = await make_reentry(context, user)
    if made is None:
        return None
    token, entry = made
    link = web_links.reentry_link(context.config.web_address, token)
    return {"link": link, "open_before": entry.begin_by, "waits_hours": wait_s // HOUR_S}


@operator_command(
    "reentry", "Make a link by which somebody who lost every device comes back in, after a wait."
)
async def reentry(context: Context, *, user: auth.Person) -> dict[str, Any]:
    """Make a link into somebody's account. Their devices are told, and may refuse it."""
    person = await auth.known_account(context, user)
    made = await _make(context, person)
    if made is None:
        raise ValueError(
            f"There is a re-entry link for {user} already: withdraw it by `--cancel`, or let it be used."
        )
    return made


@operator_command("reentry-cancel", "Withdraw somebody's re-entry link.", empty="There is none.")
async def cancel(context: Context, *, user: auth.Person) -> bool:
    """Withdraw the link into somebody's account; return whether there was one."""
    person = await auth.known_account(context, user)
    async with context.change(Owner(Kind.USER, person)) as change:
        return await end_reentry(change, ReentryAct.CANCELLED)


async def lost_behind(context: Context, after: int) -> list[accounts.User]:
    """Return who has no way in, among a thousand accounts behind an id."""
    people = accounts.page_of_people(context, after)
    return [record async for record, _ in people if await is_lost(context, record.id)]


@operator_command(
    "reentry-lost",
    "Make re-entry links for everybody who has no other way in.",
    empty="Everybody has a way in, or a link.",
)
async def reentry_lost(
    context: Context,
    *,
    after: Annotated[int, Meta(ge=-1, description="Begin behind this id.")] = -1,
) -> list[dict[str, Any]]:
    """Make a link for each account without a device or another key, among a thousand behind `after`."""
    found = []
    for record in await lost_behind(context, after):
        made = await _make(context, record.id)
        if made is not None:
            found.append(accounts.named(record) | made)
    return found


COMMANDS: Final = (reentry, cancel, reentry_lost)
