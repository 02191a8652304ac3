"""Operator commands by which cases are decided: drafted, proposed, signed, withdrawn, reversed."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chappe.features import ledger
from chappe.rpc import Giver, operator_command
from chappe.updates import Context

from . import letters
from .acting import known_decision, reverse
from .acts import ActKind, acts_in
from .claims import opened_case
from .deciding import (
    DAYS_MAX,
    WantedDecision,
    decide,
    draft,
    proposal_hash,
    sign,
    signable,
    withdraw,
)
from .evidence import public_facts
from .records import MODERATION_BOX, DecisionState
from .showing import shown_decision

WORDS_CHARACTERS_MAX: Final = 2_000  # characters of a list of words
SIGNATURE_CHARACTERS_MAX: Final = 64 * 1024  # characters of what an authenticator answered

CaseNumber = Annotated[int, Meta(ge=1, description="The number of a case.")]
DecisionNumber = Annotated[int, Meta(ge=1, description="The number of a decision.")]
Acts = Annotated[
    str,
    Meta(
        max_length=WORDS_CHARACTERS_MAX,
        description=f"With commas: {', '.join(act.value for act in ActKind)}.",
    ),
]
GroundWord = Annotated[
    str, Meta(max_length=32, description="ILLEGAL, or INCOMPATIBLE with the terms.")
]
Category = Annotated[
    str,
    Meta(max_length=64, description="What kind of wrong: one of the DSA Transparency Database."),
]
Facts = Annotated[
    str, Meta(max_length=WORDS_CHARACTERS_MAX, description="What it rests on, with commas.")
]
Keywords = Annotated[
    str, Meta(max_length=WORDS_CHARACTERS_MAX, description="Of the category, with commas.")
]
Territory = Annotated[
    str,
    Meta(max_length=WORDS_CHARACTERS_MAX, description="Countries, with commas; none: everywhere."),
]
Days = Annotated[int, Meta(ge=0, le=DAYS_MAX, description="How many days it lasts; 0: for good.")]


def words_in(given: str) -> tuple[str, ...]:
    """Return the words of a list with commas, each once."""
    return tuple(sorted({part.strip() for part in given.split(",")} - {""}))


@operator_command("case-preview", "Show the letter that a decision would have; nothing is decided.")
async def case_preview(
    context: Context,
    *,
    case: CaseNumber,
    acts: Acts,
    ground: GroundWord,
    category: Category,
    facts: Facts,
    keywords: Keywords = "",
    territory: Territory = "",
    days: Days = 0,
    by: Giver,
) -> dict[str, Any]:
    """Return the letter to whom a case is about, and whether two persons decide."""
    wanted = WantedDecision(
        acts_in(acts),
        ground,
        category,
        words_in(keywords),
        words_in(facts),
        words_in(territory),
        days,
    )
    made = await draft(context, case, wanted, by)
    return {"is_grave": made.is_grave, "letter": await letters.preview(context, made)}


@operator_command("case-decide", "Decide a case, or propose what takes a second person.")
async def case_decide(
    context: Context,
    *,
    case: CaseNumber,
    acts: Acts,
    ground: GroundWord,
    category: Category,
    facts: Facts,
    keywords: Keywords = "",
    territory: Territory = "",
    days: Days = 0,
    by: Giver,
) -> dict[str, Any]:
    """Decide a case. What is grave is a proposal, which another person signs."""
    wanted = WantedDecision(
        acts_in(acts),
        ground,
        category,
        words_in(keywords),
        words_in(facts),
        words_in(territory),
        days,
    )
    return await shown_decision(context, await decide(context, case, wanted, by))


@operator_command("decision", "Show a decision: what it did, why, by whom, and the letter.")
async def decision_(context: Context, *, decision: DecisionNumber, by: Giver) -> dict[str, Any]:
    """Return a decision; of a proposal also whether whoever asks may sign it, and why not."""
    found = await known_decision(context, decision)
    await opened_case(context, context.look(MODERATION_BOX), found.case, by)
    why_not = ""
    if found.state == DecisionState.PROPOSED.value:
        try:
            await signable(context, decision, by)
        except ValueError as refused:
            why_not = str(refused)
    return {
        **await shown_decision(context, found),
        "about": await public_facts(context, found.subject),
        "letter": await letters.preview(context, found),
        "hash": proposal_hash(found).hex(),
        "why_not": why_not,
        "is_own": by.staff in (found.proposer, found.second),
    }


@operator_command(
    "case-sign", "Sign somebody else's proposal: only passkeys do, on the operator's page."
)
async def case_sign(
    context: Context,
    *,
    decision: DecisionNumber,
    signature: Annotated[
        str,
        Meta(max_length=SIGNATURE_CHARACTERS_MAX, description="What the authenticator answered."),
    ],
    by: Giver,
) -> dict[str, Any]:
    """Put a proposal in force by a second person's signature over its hash."""
    try:
        given = msgspec.json.decode(signature)
    except msgspec.DecodeError:
        raise ValueError("That is no signature of a passkey: nothing was decided.") from None
    return await shown_decision(context, await sign(context, decision, given, by))


@operator_command("case-withdraw", "Take a proposal back, or say no to it.")
async def case_withdraw(context: Context, *, decision: DecisionNumber, by: Giver) -> dict[str, Any]:
    """Have a case wait again whose proposal nobody signs."""
    return await shown_decision(context, await withdraw(context, decision, by))


@operator_command("case-reverse", "Reverse a decision: what it did is put back as it was.")
async def case_reverse(context: Context, *, decision: DecisionNumber, by: Giver) -> dict[str, Any]:
    """Reverse a decision that somebody else made."""
    found = await known_decision(context, decision)
    if not by.is_machine and by.staff in (found.proposer, found.second):
        raise ValueError("You decided this yourself: somebody else looks whether it was right.")
    try:
        found = await reverse(context, decision)
    except ledger.NotLoggedError:  # it goes on once the public log has it
        found = await known_decision(context, decision)
    return await shown_decision(context, found)


COMMANDS: Final = (
    case_preview,
    case_decide,
    decision_,
    case_sign,
    case_withdraw,
    case_reverse,
)
