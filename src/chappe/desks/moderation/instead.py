"""Where there are moderators, an account is suspended and erased by their decision, and not by a command.

What whoever runs the server wants is a proposal like any other grave one: in a case, with the letter as it
would be, and in force once somebody of the staff has signed it whom the proposer did not let in.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from chappe.desks import staff
from chappe.features.accounts import OperatorWish, WishProposed
from chappe.features.suspensions import Ground, ground_of
from chappe.rpc import Giver, Role
from chappe.updates import Change, Context

from .acts import ActKind
from .cases import open_case, waiting_case
from .claims import is_claimed, name_of, own_part
from .deciding import (
    WantedDecision,
    basis_of,
    drafted,
    put_proposal,
    require_second,
    require_witnesses,
)
from .lanes import Lane
from .records import MODERATION_BOX, Case
from .vocabulary import ViolationCategory

KEPT_BY_OTHERS: Final = "Case {case} waits, and {who} works on it, for half an hour at most."
NOBODY_SIGNS: Final = (
    "Case {case} is open, and moderators decide in it: nobody could sign a proposal of yours, since you let"
    " in everybody who works on such cases, or their passkeys are newer than 72 hours."
)
NO_JUDGEMENT: Final = (
    "`{reason}` judges nobody, and an erasure does: say `--own-request` if its person asks for it, or give"
    " another reason."
)
WHICH_WRONG: Final = (
    "What kind of wrong is it? With `{reason}` give `--category`: one of the DSA Transparency Database, as"
    " SCAMS_AND_FRAUD, VIOLENCE or PROTECTION_OF_MINORS."
)


class ReasonInWords(NamedTuple):
    """What a reason of `chappe suspend` is in the words of a decision."""

    ground: str
    category: str  # empty: whoever wants it says which
    keywords: tuple[str, ...] = ()
    facts: tuple[str, ...] = ("account-reviewed",)


_TERMS, _LAW = "INCOMPATIBLE", "ILLEGAL"
REASONS: Final[Mapping[Ground, ReasonInWords]] = {
    Ground.SPAM: ReasonInWords(
        _TERMS, "OTHER_VIOLATION_TC", facts=("account-reviewed", "sent-to-many")
    ),
    Ground.FRAUD: ReasonInWords(_TERMS, "SCAMS_AND_FRAUD"),
    Ground.HARASSMENT: ReasonInWords(_TERMS, "CYBER_VIOLENCE", ("CYBER_HARASSMENT",)),
    Ground.ILLEGAL_CONTENT: ReasonInWords(_LAW, ""),
    Ground.IMPERSONATION: ReasonInWords(
        _TERMS,
        "SCAMS_AND_FRAUD",
        ("IMPERSONATION_ACCOUNT_HIJACKING",),
        ("account-reviewed", "pretends"),
    ),
    Ground.TERMS: ReasonInWords(_TERMS, "OTHER_VIOLATION_TC"),
    Ground.ORDER: ReasonInWords(_LAW, ""),
}


async def needs_decision(context: Context) -> bool:
    """See `accounts.hooks.needs_decision`: whoever could decide has the role, and has made a passkey."""
    for member in await staff.every_member(context.look(staff.STAFF_BOX)):
        if Role.MODERATOR.value in member.roles and await staff.keys_of(
            context.look(staff.STAFF_BOX), member.number
        ):
            return True
    return False


def wanted_by(wish: OperatorWish) -> WantedDecision:
    """Return a wish as a decision; pure.

    Raises:
        ValueError: its reason judges nobody, or does not say what kind of wrong it is.
    """
    reason = ground_of(wish.reason)
    words = REASONS.get(reason)
    if words is None:
        raise ValueError(NO_JUDGEMENT.format(reason=reason.value))
    category = wish.category or words.category
    if not category:
        raise ValueError(WHICH_WRONG.format(reason=reason.value))
    if category not in {one.value for one in ViolationCategory}:
        raise ValueError(f"`{category[:64]}` is no category of the list.")
    act = ActKind.FREEZE if wish.days else ActKind.ERASE
    keywords = words.keywords if category == words.category else ()
    return WantedDecision(
        (act,), words.ground, category, keywords, words.facts, (), wish.days, takes_two=True
    )


async def propose_wish(context: Context, by: Giver, wish: OperatorWish) -> WishProposed:
    """See `accounts.hooks.propose_wish`. The case is there even where nobody could sign.

    It rests on no report: of those that wait about the same account whoever wishes it has read none.

    Raises:
        ValueError: it cannot be proposed so, by them, or now; the text is for them.
    """
    require_witnesses(context)
    wanted = wanted_by(wish)
    async with context.change(MODERATION_BOX) as change:
        case = await _case_about(change, context, wish)
    basis = await basis_of(context, case.number, by)
    basis = basis._replace(content=("OTHER",), posted=0)
    try:
        await require_second(context, case, by)
    except ValueError:
        raise ValueError(NOBODY_SIGNS.format(case=case.number)) from None
    async with context.change(MODERATION_BOX) as change:
        case = await _free_case(context, change, case.number, by)
        unread = msgspec.structs.replace(case, evidence=0)
        made = put_proposal(context, change, case, drafted(unread, wanted, basis, by, change.now))
    return WishProposed(case.number, made.number)


async def _case_about(change: Change, context: Context, wish: OperatorWish) -> Case:
    made = await open_case(
        change, context, wish.user, Lane.ORDINARY, change.now, source="VOLUNTARY"
    )
    if ground_of(wish.reason) is Ground.ORDER and not made.from_authority:
        made = msgspec.structs.replace(made, from_authority=True)
        change.put(made)
    return made


async def _free_case(context: Context, change: Change, number: int, by: Giver) -> Case:
    """Return a case that nobody else decides at this moment.

    Raises:
        ValueError: somebody does, or who wishes something has a part in it.
    """
    case = await waiting_case(change, number)
    if case.proposal:
        raise ValueError(
            f"Decision {case.proposal} is proposed in case {number}: have it signed, or withdrawn."
        )
    if is_claimed(case, change.now) and case.claimed_by != by.staff:
        who = await name_of(context, case.claimed_by)
        raise ValueError(KEPT_BY_OTHERS.format(case=number, who=who))
    if part := await own_part(context, change, case, by):
        raise ValueError(part)
    return case
