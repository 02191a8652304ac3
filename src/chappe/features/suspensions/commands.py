"""Operator commands about suspensions."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import HOUSE, Kind, Owner
from chappe.features import accounts, auth
from chappe.rpc import Giver, operator_command
from chappe.updates import Context

from .erasing import Category, erase
from .listing import SuspendedAccount
from .rules import DAYS_MAX, NOTE_CHARACTERS_MAX, Ground
from .suspending import LIFTED, SuspensionTerms, end_suspension, suspend

DAY_S: Final = 86_400
SUSPENDED_LISTED_MAX: Final = 1_000  # suspended accounts one command lists
# nobody is judged by these: the account is kept from harm, or its person is no longer of the house
NO_FAULT: Final = frozenset({Ground.TAKEN_OVER, Ground.LEFT})
NO_NOTE: Final = (
    "There are moderators here: what its person is told is the letter of their decision, and nobody writes"
    " anything in it. Leave `--note` out."
)
BY_DECISION: Final = (
    "This suspension is a decision of moderators: it is undone by reversing that (`chappe cases reverse`, or"
    " on the page of the decision), which its person is told."
)
GROUNDS: Final = ", ".join(ground.value for ground in Ground)


def ground_of(given: str) -> Ground:
    """Return the ground that is meant.

    Raises:
        ValueError: there is none of that name.
    """
    try:
        return Ground(given)
    except ValueError:
        raise ValueError(f"`{given[:64]}` is no reason: give one of {GROUNDS}.") from None


async def contact_account(context: Context) -> int:
    """Return the account of who runs the server, if the setting `contact` names one; else 0."""
    if not context.config.contact.startswith("@"):
        return 0
    try:
        return await auth.known_account(context, context.config.contact)
    except ValueError:
        raise ValueError(
            f"The setting `contact` is {context.config.contact}, and there is no such account: make it, "
            "or write another."
        ) from None


@operator_command("suspend", "Suspend an account for some days: it reads, and acts towards nobody.")
async def suspend_account(
    context: Context,
    *,
    user: auth.Person,
    reason: Annotated[str, Meta(description=f"Why: one of {GROUNDS}.")],
    days: Annotated[int, Meta(ge=1, le=DAYS_MAX, description="How many days it lasts.")],
    note: Annotated[
        str,
        Meta(
            max_length=NOTE_CHARACTERS_MAX, description="What its person is told beside the reason."
        ),
    ] = "",
    category: Category = "",
    by: Giver,
) -> dict[str, Any]:
    """Suspend an account, or change its suspension. Its person is told, and so are their devices.

    Where there are moderators it is proposed to them, unless nobody is judged by it.
    """
    person, ground = await auth.known_account(context, user), ground_of(reason)
    if ground not in NO_FAULT and await context.ask(accounts.hooks.needs_decision)(context):
        if note.strip():
            raise ValueError(NO_NOTE)
        wish = accounts.OperatorWish(person, ground.value, days, category)
        return (await context.ask(accounts.hooks.propose_wish)(context, by, wish)).shown(person)
    contact = await contact_account(context)
    if person == contact:
        raise ValueError(
            "That is the account of the setting `contact`: name another one there first."
        )
    until = int(context.clock.now()) + days * DAY_S
    made = await suspend(context, person, SuspensionTerms(ground, until, note.strip(), contact))
    return {"id": person, "reason": made.ground, "since": made.since, "until": made.until}


@operator_command(
    "suspend-end", "End the suspension of an account now.", empty="The account is not suspended."
)
async def end(context: Context, *, user: auth.Person) -> bool:
    """End the suspension of an account; return whether there was one."""
    person = await auth.known_account(context, user)
    found = await context.look(Owner(Kind.USER, person)).get(accounts.Suspension)
    if found is not None and found.appeal:
        raise ValueError(BY_DECISION)
    return await end_suspension(context, person, LIFTED)


@operator_command(
    "suspended", "List accounts that are suspended.", audited=False, empty="Nobody is suspended."
)
async def suspended(
    context: Context,
    *,
    after: Annotated[int, Meta(ge=-1, description="Begin behind this id.")] = -1,
) -> list[dict[str, Any]]:
    """Return who is suspended, why and until when; behind `after` where they do not fit into one answer."""
    await context.delivery.delivered(HOUSE)  # so that whoever was suspended a moment ago is listed
    look, now = context.look(HOUSE), context.clock.now()
    owners = [
        Owner(Kind.USER, one.user)
        for one in await look.scan(
            SuspendedAccount, after=None if after < 0 else after, limit=SUSPENDED_LISTED_MAX
        )
    ]
    held = await context.store.read_each(accounts.Suspension, owners)
    people = await context.store.read_each(accounts.User, owners)
    return [
        accounts.named(user)
        | {"reason": made.ground, "since": made.since, "until": made.until, "note": made.note}
        for made, user in zip(held, people, strict=True)
        if made is not None and made.until > now and user is not None and not user.deleted
    ]


COMMANDS: Final = (suspend_account, end, suspended, erase)
