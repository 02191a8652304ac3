"""Operator commands about house rules."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Kind, Owner
from chappe.features import accounts, auth
from chappe.rpc import operator_command
from chappe.updates import Context

RIGHTS: Final = ", ".join(right.value for right in accounts.HouseRight)
RIGHTS_CHARACTERS_MAX: Final = 200  # characters of a list of rights


def _rights(given: str) -> tuple[str, ...]:
    """Return the rights of a list with commas, in their order; "none" is none.

    Raises:
        ValueError: there is none of that name.
    """
    named = {part.strip() for part in given.split(",")} - {"", "none"}
    known = {right.value for right in accounts.HouseRight}
    for wrong in sorted(named - known):
        raise ValueError(f"`{wrong[:64]}` is no right: give some of {RIGHTS}, or `none`.")
    return tuple(right.value for right in accounts.HouseRight if right.value in named)


@operator_command("grant", "Let somebody do more than the setting `people_may` lets everybody.")
async def grant(
    context: Context,
    *,
    user: auth.Person,
    rights: Annotated[
        str,
        Meta(
            max_length=RIGHTS_CHARACTERS_MAX,
            description=f"What, with commas: {RIGHTS}; `none` takes all back.",
        ),
    ],
) -> dict[str, Any]:
    """Say what somebody may beyond what everybody may: these rights, and no others any more."""
    person, wanted = await auth.known_account(context, user), _rights(rights)
    async with context.change(Owner(Kind.USER, person)) as change:
        if wanted:
            change.put(accounts.Granted(rights=wanted))
        else:
            change.drop(accounts.Granted)
    return {"id": person, "rights": ", ".join(wanted) or "none"}


@operator_command(
    "granted",
    "List who may do more than everybody.",
    audited=False,
    empty="Nobody may do more than everybody.",
)
async def list_granted(
    context: Context,
    *,
    after: Annotated[int, Meta(ge=-1, description="Begin behind this id.")] = -1,
) -> list[dict[str, Any]]:
    """Return who has been granted what, among a thousand accounts behind `after`."""
    found = []
    async for user, look in accounts.page_of_people(context, after):
        granted = await look.get(accounts.Granted)
        if granted is None or user.deleted:
            continue
        found.append(accounts.named(user) | {"rights": ", ".join(granted.rights)})
    return found


COMMANDS: Final = (grant, list_granted)
