"""Operator commands about appeals: for reviewers, who did not make the decision."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.rpc import Giver, operator_command
from chappe.updates import Context

from .appeal_records import Appeal, AppealTurn
from .appeals import (
    APPEAL_CHARACTERS_MAX,
    OUTCOMES,
    TURNS_MAX,
    ask_about,
    decide_appeal,
)
from .records import MODERATION_BOX, NOBODY, Decision
from .statement import day

APPEALS_SHOWN_MAX: Final = 500  # appeals listed at once, the newest
DecisionNumber = Annotated[
    int, Meta(ge=1, description="The number of the decision, as `chappe appeals` has it.")
]


@operator_command(
    "appeals",
    "List appeals that wait, by how long there is to decide them.",
    audited=False,
    empty="No appeal waits.",
)
async def appeals(
    context: Context,
    *,
    every: Annotated[bool, Meta(description="Those that are decided too.")] = False,
    by: Giver,
) -> list[dict[str, Any]]:
    """Return appeals, with whether whoever asks may decide each."""
    look, now = context.look(MODERATION_BOX), int(context.clock.now())
    found = []
    for one in await look.scan(Appeal, limit=APPEALS_SHOWN_MAX, reverse=True):
        if one.outcome and not every:
            continue
        decision = await look.get(Decision, one.decision)
        own = decision is not None and by.staff in (decision.proposer, decision.second)
        found.append(
            {
                "decision": one.decision,
                "case": one.case,
                "filed": day(one.filed),
                "due": day(one.due),
                "late": not one.outcome and one.due <= now,
                "way": one.way,
                "outcome": one.outcome or "waits",
                "own": own,
            }
        )
    return sorted(found, key=lambda line: str(line["due"]))


@operator_command("appeal", "Show an appeal: what the decision was, and what was said about it.")
async def appeal_(context: Context, *, decision: DecisionNumber) -> dict[str, Any]:
    """Return an appeal with its dialogue."""
    look = context.look(MODERATION_BOX)
    appeal, made = await look.get_each((Appeal, decision), (Decision, decision))
    if appeal is None or made is None:
        raise ValueError(f"There is no appeal against decision {decision}: see `chappe appeals`.")
    turns = await look.scan(AppealTurn, decision, limit=TURNS_MAX)
    return {
        "decision": decision,
        "case": appeal.case,
        "acts": ", ".join(made.acts),
        "standing": list(made.standing),
        "ground": made.ground,
        "category": made.category,
        "facts": ", ".join(made.facts),
        "due": day(appeal.due),
        "outcome": appeal.outcome or "waits",
        "said": [
            {"at": one.at, "by": "them" if one.by == NOBODY else "staff", "text": one.text}
            for one in turns
        ],
    }


@operator_command(
    "appeal-ask", "Ask whoever appeals something; they answer in the chat or by their link."
)
async def appeal_ask(
    context: Context,
    *,
    decision: DecisionNumber,
    text: Annotated[
        str, Meta(min_length=1, max_length=APPEAL_CHARACTERS_MAX, description="The question.")
    ],
    by: Giver,
) -> dict[str, Any]:
    """Add a question to the dialogue, and bring it to them."""
    await ask_about(context, decision, by.staff, text)
    return {"decision": decision, "asked": True}


@operator_command(
    "appeal-decide",
    "Decide an appeal: the decision stands, or what it did is put back, or some of that.",
)
async def appeal_decide(
    context: Context,
    *,
    decision: DecisionNumber,
    outcome: Annotated[str, Meta(description=f"One of {', '.join(OUTCOMES)}.")],
    undo: Annotated[
        str,
        Meta(
            max_length=200, description="With `changed`: the acts that are put back, with commas."
        ),
    ] = "",
    by: Giver,
) -> dict[str, Any]:
    """Decide an appeal; whoever made the decision is refused."""
    if outcome not in OUTCOMES:
        raise ValueError(f"`{outcome[:32]}` is no outcome: give one of {', '.join(OUTCOMES)}.")
    await decide_appeal(context, decision, outcome, by.staff, undo)
    return {"decision": decision, "outcome": outcome}


COMMANDS: Final = (appeals, appeal_, appeal_ask, appeal_decide)
