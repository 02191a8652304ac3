"""Appeals: made in the service's chat or by a link, talked over, decided by somebody else, and told.

A step is in the ledger by the very change that takes it, and so in the public log. What an appeal undoes is
undone once the log has it.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from chappe.core import HOUSE, clean_lines
from chappe.desks import staff
from chappe.features import auth, ledger, receipts
from chappe.features.receipts import Letter
from chappe.updates import Change, Context, Job, View

from .acting import put_back, reverse, standing_of
from .acts import ActKind, acts_in
from .appeal_records import Appeal, AppealTurn, LetterSent, LetterTo
from .letters import CHANGED, REVERSED, ResultsDue
from .records import (
    APPEAL_DAYS,
    APPEAL_WINDOW_S,
    DAY_S,
    MODERATION_BOX,
    NOBODY,
    Case,
    Decision,
    DecisionState,
)
from .statement import acts_said, day
from .wording import wording_of

APPEAL_CHARACTERS_MAX: Final = 4_000  # characters of one thing that is said
TURNS_MAX: Final = 20  # things that are said about one appeal
SECRET_BYTES: Final = 32
LOOKED_AT_MAX: Final = 100  # decisions about one person that are looked at, for the newest
MACHINE_STAFF: Final = 0  # in the place of somebody of the staff: whoever has the machine
UPHELD: Final = "upheld"
OUTCOMES: Final = (UPHELD, CHANGED, REVERSED)

TRY_AGAIN_S: Final = 60  # seconds until a step is waited for again that the log does not have yet


class AppealRefusedError(Exception):
    """An appeal is not taken; `why` is a word of the part `appeal` of the wording."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def newest_decision(look: View, user: int) -> int:
    """Return the decision that somebody was told of last; 0: none."""
    told = await look.scan(LetterTo, user, limit=LOOKED_AT_MAX)
    return max((one.decision for one in told), default=0)


async def file_appeal(context: Context, number: int, way: str, text: str, message: int = 0) -> bool:
    """Take an appeal against a decision, or add to one that waits; whether it is a new one.

    What is said in the chat is known by its message, and taken once.

    Raises:
        AppealRefusedError: there is no such decision in force, the six months are over, nothing is said, or
            as much is said as is taken.
    """
    text = clean_lines(text).strip()[:APPEAL_CHARACTERS_MAX]
    if not text:
        raise AppealRefusedError("empty")
    async with context.change(MODERATION_BOX) as change:
        known = await change.get(Appeal, number)
        if known is None:
            await _begin(change, context, number, way)
        elif known.outcome:
            raise AppealRefusedError("decided")
        await _add_turn(change, number, NOBODY, text, message)
        first = await change.get(AppealTurn, number, 1)
    return known is None or bool(message and first is not None and first.message == message)


async def _begin(change: Change, context: Context, number: int, way: str) -> None:
    decision, sent = await change.get_each((Decision, number), (LetterSent, number))
    if decision is None or sent is None or decision.state != DecisionState.DONE.value:
        raise AppealRefusedError("none")
    case = await change.get(Case, decision.case)
    if case is None or decision.in_force + APPEAL_WINDOW_S <= change.now:
        raise AppealRefusedError("none")
    due = int(change.now) + APPEAL_DAYS * DAY_S
    change.put(
        Appeal(
            decision=number, case=case.number, user=sent.user, way=way, filed=change.now, due=due
        )
    )
    note(change, context, case.lot, "appealed", decision.subject, due=due, way=way)
    change.schedule(change.now, AppealTold(decision=number, said="received"))


async def _add_turn(change: Change, number: int, by: int, text: str, message: int = 0) -> None:
    said = await change.scan(AppealTurn, number, limit=TURNS_MAX)
    if message and any(one.message == message for one in said):
        return
    if len(said) >= TURNS_MAX:
        raise AppealRefusedError("full")
    turn = AppealTurn(
        decision=number, number=len(said) + 1, at=change.now, by=by, text=text, message=message
    )
    change.put(turn)


def note(
    change: Change, context: Context, lot: int, step: str, subject: int, **facts: str | int
) -> None:
    """Note a step of a case for the public log, in the change that takes it; whom, by a key of its own."""
    log = context.own(ledger.PUBLIC_LOG)
    if log.is_kept:
        facts["subject"] = log.subject(context.entropy.token(SECRET_BYTES), subject)
    ledger.note_in_ledger(change, ledger.MODERATION, lot, step, **facts)


async def ask_about(context: Context, number: int, by: int, text: str) -> None:
    """Ask whoever appeals something.

    Raises:
        ValueError: there is no such appeal that waits, or as much was said as is taken.
    """
    text = clean_lines(text).strip()[:APPEAL_CHARACTERS_MAX]
    if not text:
        raise ValueError("Say what you ask them.")
    async with context.change(MODERATION_BOX) as change:
        await waiting_appeal(change, number)
        try:
            await _add_turn(change, number, by, text)
        except AppealRefusedError:
            raise ValueError(f"{TURNS_MAX} things were said about it: decide.") from None
        change.schedule(change.now, AppealTold(decision=number, said="question"))


async def decide_appeal(
    context: Context, number: int, outcome: str, by: int, undo: str = ""
) -> None:
    """Decide an appeal; what it undoes is undone once the public log has that.

    `undo` are the acts that are undone where the rest stands, with commas.

    Raises:
        ValueError: it is decided, or whoever decides made the decision itself; or it is not said what is
            changed.
    """
    async with context.change(MODERATION_BOX) as change:
        appeal, decision = await waiting_appeal(change, number)
        require_other(decision, outcome, by)
        acts = _undone_by(decision, outcome, undo)
        case = await change.get(Case, appeal.case)
        who = await _hash_of(context, by)
        facts = {"staff": who} if who else {}
        if case is not None:
            ledger.note_in_ledger(
                change, ledger.MODERATION, case.lot, "appeal", outcome=outcome, **facts
            )
        change.put(
            msgspec.structs.replace(appeal, outcome=outcome, decided=change.now, by=by, undo=acts)
        )
        change.schedule(change.now, AppealDecided(decision=number))


def _undone_by(decision: Decision, outcome: str, undo: str) -> tuple[str, ...]:
    """Return the acts that are undone where the rest stands; none for another outcome.

    Raises:
        ValueError: it is not said which, or they are not what stands, or they are all of it.
    """
    if outcome != CHANGED:
        if undo:
            raise ValueError(f"What is undone is said with the outcome `{CHANGED}` alone.")
        return ()
    found = standing_of(decision, acts_in(undo))
    if found == decision.standing:
        raise ValueError(f"That is all it did: give the outcome `{REVERSED}`.")
    return found


def require_other(decision: Decision, outcome: str, by: int) -> None:
    """Check that an appeal is decided by somebody who did not make the decision.

    Whoever has the machine may take back alone what they did, but not confirm themselves.

    Raises:
        ValueError: it is the same person.
    """
    if by not in (decision.proposer, decision.second):
        return
    if by != MACHINE_STAFF:
        raise ValueError("You made this decision: somebody else decides on the appeal.")
    if outcome != REVERSED:
        raise ValueError(
            "This decision was made on this machine: somebody of the staff confirms it. Add one with the role"
            " `reviewer` by `chappe staff add`, or undo the decision."
        )


async def waiting_appeal(look: View, number: int) -> tuple[Appeal, Decision]:
    """Return an appeal that waits, and what it is against.

    Raises:
        ValueError: there is none.
    """
    appeal, decision = await look.get_each((Appeal, number), (Decision, number))
    if appeal is None or decision is None:
        raise ValueError(f"There is no appeal against decision {number}: see `chappe appeals`.")
    if appeal.outcome:
        raise ValueError(f"The appeal against decision {number} is decided: {appeal.outcome}.")
    return appeal, decision


async def _hash_of(context: Context, by: int) -> str:
    """Return what stands for somebody of the staff in the log; empty for the machine's owner."""
    for member in await staff.every_member(context.look(staff.STAFF_BOX)):
        if member.number == by:
            return ledger.case_hash(member.case)
    return ""


class AppealTold(Job, frozen=True):
    """Whoever appeals is told something: that it arrived, or what somebody asks."""

    name = "moderation.appeal_told"

    decision: int
    said: str

    async def run(self, context: Context) -> None:
        """See `Job`."""
        look = context.look(MODERATION_BOX)
        appeal = await look.get(Appeal, self.decision)
        if appeal is None:
            return
        words = wording_of(await auth.language_of(context, appeal.user))
        turns = await look.scan(AppealTurn, self.decision, limit=TURNS_MAX)
        asked = [one for one in turns if one.by != NOBODY]
        text = words.say("appeal", self.said, day=day(appeal.due))
        number = context.keyed(f"moderation appeal {self.said}", self.decision, len(asked))
        if self.said == "question" and asked:
            text = "\n\n".join((text, asked[-1].text, words.say("appeal", "question.how")))
        await receipts.bring_letter(context, appeal.user, Letter(number, text))


class AppealDecided(Job, frozen=True):
    """An appeal is decided: it is carried out once the log has it, and everybody concerned is told."""

    name = "moderation.appeal_decided"

    decision: int

    async def run(self, context: Context) -> None:
        """See `Job`. Not undone before it is in the log, and told once."""
        appeal = await context.look(MODERATION_BOX).get(Appeal, self.decision)
        if appeal is None or not appeal.outcome or appeal.is_done:
            return
        try:
            await reached(context)
            if appeal.outcome != UPHELD:
                await self._undo(context, appeal)
        except ledger.NotLoggedError:
            async with context.change(MODERATION_BOX) as change:
                change.schedule(change.now + TRY_AGAIN_S, self)
            return
        words = wording_of(await auth.language_of(context, appeal.user))
        values = {}
        if appeal.outcome == CHANGED:
            decision = await context.look(MODERATION_BOX).get(Decision, self.decision)
            values["acts"] = acts_said(decision.standing if decision is not None else (), words)
        text = (
            f"{words.say('appeal', appeal.outcome, **values)}\n\n{words.say('appeal', 'further')}"
        )
        number = context.keyed("moderation appeal decided", self.decision)
        await receipts.bring_letter(context, appeal.user, Letter(number, text))
        async with context.change(MODERATION_BOX) as change:
            change.put(msgspec.structs.replace(appeal, is_done=True))
            if appeal.outcome != UPHELD:
                change.schedule(change.now, ResultsDue(case=appeal.case, outcome=appeal.outcome))

    async def _undo(self, context: Context, appeal: Appeal) -> None:
        """Undo the decision or some of it, or go on undoing it; what is undone already is left alone.

        Raises:
            NotLoggedError: the log does not have the reversal yet.
        """
        decision = await context.look(MODERATION_BOX).get(Decision, self.decision)
        if decision is None:
            return
        if decision.state == DecisionState.DONE.value:
            left = [ActKind(act) for act in appeal.undo if act in decision.standing]
            if left or not appeal.undo:
                await reverse(context, self.decision, left)
        else:
            await put_back(context, self.decision)


async def reached(context: Context) -> None:
    """Return once the public log that is served has every step that was noted; at once if none is kept.

    Raises:
        NotLoggedError: it has not, within the time one waits.
    """
    await context.delivery.delivered(HOUSE)
    log = context.own(ledger.PUBLIC_LOG)
    newest = await context.look(HOUSE).scan(ledger.LedgerEntry, limit=1, reverse=True)
    if log.is_kept and newest:
        await log.reach(newest[0].position)


async def waits(look: View, decisions: Iterable[int]) -> bool:
    """Whether an appeal against one of these decisions waits to be decided."""
    found = [await look.get(Appeal, number) for number in decisions]
    return any(one is not None and not one.outcome for one in found)


async def forget_appeal(change: Change, decision: int) -> None:
    """Forget what was said against a decision, and who was told of it: nobody can appeal any more."""
    for turn in await change.scan(AppealTurn, decision):
        change.drop(AppealTurn, decision, turn.number)
    sent = await change.get(LetterSent, decision)
    if sent is not None:
        change.drop(LetterTo, sent.user, decision)
        change.drop(LetterSent, decision)
    change.drop(Appeal, decision)
