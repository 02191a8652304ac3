"""Appeals as they are shown: to whoever made one, and to who decides."""

from typing import NamedTuple

from chappe.updates import Context

from .appeal_records import Appeal, AppealTurn, LetterSent
from .appeals import TURNS_MAX
from .records import APPEAL_WINDOW_S, MODERATION_BOX, NOBODY, Decision, DecisionState


class ShownTurn(NamedTuple):
    """One thing that was said."""

    at: int
    is_theirs: bool  # of whoever appeals
    text: str


class ShownAppeal(NamedTuple):
    """An appeal, as far as whoever made it sees it."""

    due: int
    outcome: str  # empty: it waits
    turns: tuple[ShownTurn, ...]
    standing: tuple[str, ...] = ()  # acts of the decision that were not put back


async def shown_appeal(context: Context, number: int) -> ShownAppeal | None:
    """Return the appeal against a decision; None: there is none."""
    look = context.look(MODERATION_BOX)
    appeal, decision = await look.get_each((Appeal, number), (Decision, number))
    if appeal is None:
        return None
    turns = await look.scan(AppealTurn, number, limit=TURNS_MAX)
    return ShownAppeal(
        appeal.due,
        appeal.outcome,
        tuple(ShownTurn(one.at, one.by == NOBODY, one.text) for one in turns),
        decision.standing if decision is not None else (),
    )


async def may_appeal(context: Context, number: int) -> bool:
    """Whether an appeal against a decision would be taken now: it stands, and is six months old at most."""
    look, now = context.look(MODERATION_BOX), context.clock.now()
    decision, sent = await look.get_each((Decision, number), (LetterSent, number))
    if decision is None or sent is None or decision.state != DecisionState.DONE.value:
        return False
    return bool(now < decision.in_force + APPEAL_WINDOW_S)
