"""The operator command that erases an account: at once, or as a proposal where moderators decide."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.features import accounts, auth
from chappe.features.ledger import ErasedBy
from chappe.rpc import Giver, operator_command
from chappe.updates import Context

REASON_CHARACTERS_MAX: Final = 32  # characters of a reason of a list
WHY_ERASED: Final = (
    "There are moderators here: an account is erased by a decision of theirs, with a letter and a way to"
    " appeal. Propose it to them by `--reason`, or say `--own-request` if its person asks for it."
)
CATEGORY_CHARACTERS_MAX: Final = 64  # characters of a category of wrongs
Category = Annotated[
    str,
    Meta(
        max_length=CATEGORY_CHARACTERS_MAX,
        description="What kind of wrong, where moderators decide: a category of `chappe cases decide`.",
    ),
]


@operator_command(
    "erase", "Delete an account and destroy its key; nothing of it can be read again."
)
async def erase(
    context: Context,
    *,
    user: auth.Person,
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
    person = await auth.named_account(context, str(user))
    is_half = await auth.is_half_deleted(context, person)
    if not is_half:
        await auth.known_account(context, user)
    if not (own_request or is_half) and await context.ask(accounts.hooks.needs_decision)(context):
        if not reason:
            raise ValueError(WHY_ERASED)
        wish = accounts.OperatorWish(person, reason, 0, category)
        return (await context.ask(accounts.hooks.propose_wish)(context, by, wish)).shown(person)
    await auth.delete_account(context, person, ErasedBy.OWNER if own_request else ErasedBy.OPERATOR)
    return {"id": person, "state": "erased"}
