"""What a decision does is done once, after the public log has it, and can be put back as it was.

The order is fixed, and each step is kept before the next begins: in force, noted in the ledger, in the log
that is served, done, the letter. A job takes up where a process ended. So nothing is done that the log does
not have, and the letter goes out once.
"""

from collections.abc import Collection
from typing import Final

import msgspec

from chappe.core import HOUSE, Kind
from chappe.features import (
    accounts,
    auth,
    ledger,
    matching,
    reports,
    restrictions,
    suspensions,
)
from chappe.features.reports import Report
from chappe.ports import Record
from chappe.updates import Change, Context, Job

from . import vocabulary
from .acts import ActKind
from .appeal_links import LinkPurpose, link_of
from .appeal_records import Appeal
from .letters import LetterDue
from .records import (
    ASIDE_S,
    DAY_S,
    MODERATION_BOX,
    UNDOABLE_S,
    ActUndo,
    Case,
    CaseEvidence,
    Decision,
    DecisionState,
)

TRY_AGAIN_S: Final = 60  # seconds until a decision is carried out again that the log had not yet
FOR_GOOD_S: Final = 3_650 * DAY_S  # seconds of a suspension that is for good: its longest
_ACTS: Final = tuple(ActKind)
_FREEZING: Final = frozenset({ActKind.FREEZE, ActKind.BAN, ActKind.ERASE})
DECIDED, REVERSAL = (
    0,
    1,
)  # steps of a decision in the log; each further reversal has the next number


class DecisionLogged(Record, frozen=True):
    """In the house's box: a step of a decision is in the ledger, and is not noted again."""

    table = "decision_logged"
    key = ("decision", "step")

    decision: int
    step: int
    position: int


class CarryOut(Job, frozen=True):
    """Carry out a decision that is in force."""

    name = "moderation.carry_out"

    decision: int

    async def run(self, context: Context) -> None:
        """See `Job`. What the log does not have yet is tried again."""
        try:
            await carry_out(context, self.decision)
        except ledger.NotLoggedError:
            async with context.change(MODERATION_BOX) as change:
                change.schedule(change.now + TRY_AGAIN_S, self)


class PutBack(Job, frozen=True):
    """Put back what a decision did that was reversed."""

    name = "moderation.put_back"

    decision: int

    async def run(self, context: Context) -> None:
        """See `Job`. What the log does not have yet is tried again."""
        try:
            await put_back(context, self.decision)
        except ledger.NotLoggedError:
            async with context.change(MODERATION_BOX) as change:
                change.schedule(change.now + TRY_AGAIN_S, self)


class EraseAccount(Job, frozen=True):
    """Nobody can appeal any more: the account goes, unless the decision was reversed."""

    name = "moderation.erase"

    decision: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        decision, appeal = await context.look(MODERATION_BOX).get_each(
            (Decision, self.decision), (Appeal, self.decision)
        )
        if decision is None or decision.state != DecisionState.DONE.value:
            return
        if ActKind.ERASE.value in decision.undone:
            return
        if appeal is not None and not appeal.outcome:  # it is late, and whose account it is waits
            async with context.change(MODERATION_BOX) as change:
                change.schedule(change.now + DAY_S, self)
            return
        case = await context.look(MODERATION_BOX).get(Case, decision.case)
        is_ordered = case is not None and case.from_authority
        by = ledger.ErasedBy.ORDER if is_ordered else ledger.ErasedBy.OPERATOR
        await auth.delete_account(context, decision.subject, by)


async def known_decision(context: Context, number: int) -> Decision:
    """Return a decision.

    Raises:
        ValueError: there is none of this number.
    """
    found = await context.look(MODERATION_BOX).get(Decision, number)
    if found is None:
        raise ValueError(f"There is no decision {number}.")
    return found


def act_number(
    context: Context, decision: Decision, act: ActKind, evidence: int = 0, place: int = 0
) -> int:
    """Return the number under which an act is done once, and lifted."""
    return context.keyed("moderation_act", decision.number, _ACTS.index(act), evidence, place)


async def carry_out(context: Context, number: int) -> Decision:
    """Carry out a decision that is in force; return it as it is then. One that was carried out is left alone.

    Raises:
        NotLoggedError: the public log does not have it where enough witnesses see it.
    """
    decision = await known_decision(context, number)
    if decision.state != DecisionState.IN_FORCE.value:
        return decision
    position, seen = await _logged(context, decision, DECIDED)
    for act in map(ActKind, decision.acts):
        if act in _FREEZING and decision.subject > 0:
            await _freeze(context, decision, act)
    async with context.change(MODERATION_BOX) as change:
        still = await change.get(Decision, number)
        if still is None or still.state != DecisionState.IN_FORCE.value:
            return still or decision
        for act in map(ActKind, still.acts):
            await _act(context, change, still, act)
        done = msgspec.structs.replace(
            still,
            state=DecisionState.DONE.value,
            done=change.now,
            position=position,
            is_unwitnessed=not seen,
        )
        change.put(done)
        change.schedule(change.now, LetterDue(decision=number))
    return done


async def _logged(context: Context, decision: Decision, step: int) -> tuple[int, bool]:
    """Have a step of a decision in the public log; return its position, and whether witnesses saw it.

    Raises:
        NotLoggedError: it is not there yet.
    """
    log = context.own(ledger.PUBLIC_LOG)
    if not log.is_kept:
        return 0, False
    case = await context.look(MODERATION_BOX).get(Case, decision.case)
    facts = vocabulary.said_of(decision)
    if step != DECIDED:
        facts = {"acts": vocabulary.listed(decision.undoing or decision.acts)}
    facts["subject"] = log.subject(decision.secret, decision.subject)
    async with context.change(HOUSE) as change:
        known = await change.get(DecisionLogged, decision.number, step)
        position = known.position if known is not None else 0
        if known is None:
            noted = ledger.NoteEntry(
                subject=ledger.MODERATION,
                case=case.lot if case is not None else 0,
                step="decision" if step == DECIDED else "reversal",
                at=change.now,
                facts=facts,
            )
            position = await ledger.keep_step(change, noted)
            change.put(DecisionLogged(decision=decision.number, step=step, position=position))
    await log.reach(position)
    return position, log.is_witnessed


async def _freeze(context: Context, decision: Decision, act: ActKind) -> None:
    """Suspend the account; what it was before is kept first."""
    number, user = act_number(context, decision, act), decision.subject
    before = await context.look(accounts.owner_of(user)).get(accounts.Suspension)
    if before is not None and before.number == number:
        return
    async with context.change(MODERATION_BOX) as change:
        if await change.get(ActUndo, decision.number, act.value) is None:
            kept = msgspec.msgpack.encode(before) if before is not None else b""
            change.put(ActUndo(decision=decision.number, act=act.value, before=kept))
    until = decision.until or int(context.clock.now()) + FOR_GOOD_S
    appeal = link_of(context, LinkPurpose.APPEAL, decision.number)
    terms = suspensions.SuspensionTerms(_ground(decision), until, "", 0, appeal=appeal)
    await suspensions.suspend(context, user, terms, number)


def _ground(decision: Decision) -> suspensions.Ground:
    if decision.category == "SCAMS_AND_FRAUD":
        return suspensions.Ground.FRAUD
    if decision.ground == "ILLEGAL":
        return suspensions.Ground.ILLEGAL_CONTENT
    return suspensions.Ground.TERMS


def _restriction(decision: Decision) -> accounts.Restriction:
    if decision.ground == "ILLEGAL":
        return accounts.Restriction.LAW
    found = {
        "SCAMS_AND_FRAUD": accounts.Restriction.FRAUD,
        "VIOLENCE": accounts.Restriction.VIOLENCE,
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS": accounts.Restriction.COPYRIGHT,
    }
    return found.get(decision.category, accounts.Restriction.TERMS)


async def _act(context: Context, change: Change, decision: Decision, act: ActKind) -> None:
    """Send what one act does, in the change that says it is done."""
    owner, number = accounts.owner_of(decision.subject), act_number(context, decision, act)
    match act:
        case ActKind.REMOVE:
            until = change.now + UNDOABLE_S + ASIDE_S
            for evidence, where in await _places(context, change, decision):
                one = act_number(context, decision, act, evidence)
                await restrictions.take_down(context, change, one, where, until)
        case ActKind.RESTRICT:
            restrictions.restrict(change, owner, number, _restriction(decision))
        case ActKind.MARK_SCAM | ActKind.MARK_FAKE:
            is_scam = act is ActKind.MARK_SCAM
            mark = accounts.NameMark.SCAM if is_scam else accounts.NameMark.FAKE
            restrictions.mark(change, owner, number, mark)
        case ActKind.CLOSE:
            restrictions.close_chat(change, owner, number, decision.until)
        case ActKind.BAN if owner.kind is not Kind.USER:
            restrictions.close_chat(change, owner, number)
        case ActKind.BANK_HASH:
            for one, media, why in await _media_of(context, change, decision):
                matching.bank(change, one, media, why)
        case ActKind.ERASE:
            change.schedule(change.now + UNDOABLE_S, EraseAccount(decision=decision.number))
        case _:
            pass  # the account is suspended already


async def _media_of(
    context: Context, change: Change, decision: Decision
) -> list[tuple[int, bytes, str]]:
    """Return the media that a decision is about: under which number each is known, and why."""
    found = []
    look, act = context.look(reports.BOX), ActKind.BANK_HASH
    for number in decision.evidence:
        one = await change.get(CaseEvidence, decision.case, number)
        report = await look.get(Report, one.report) if one is not None else None
        for place in one.messages if one is not None and report is not None else ():
            media = report.messages[place][4] if report is not None else b""
            if media and report is not None:
                under = act_number(context, decision, act, number, place)
                found.append((under, media, report.reason))
    return found


async def _places(
    context: Context, change: Change, decision: Decision
) -> list[tuple[int, restrictions.Posts | restrictions.Copies]]:
    """Return where the messages lie that a decision is about, by the number of the evidence."""
    found = []
    look = context.look(reports.BOX)
    for number in decision.evidence:
        one = await change.get(CaseEvidence, decision.case, number)
        report = await look.get(Report, one.report) if one is not None else None
        if one is None or report is None:
            continue
        where = reports.where_reported(reports.part_of(report, one.messages))
        if where is not None:
            found.append((number, where))
    return found


async def keep_removed(context: Context, change: Change, decision: Decision) -> None:
    """Keep what a decision removed some days longer: an appeal against it waits, and may bring it back."""
    if ActKind.REMOVE.value not in decision.standing:
        return
    for evidence, where in await _places(context, change, decision):
        one = act_number(context, decision, ActKind.REMOVE, evidence)
        await restrictions.keep_aside(context, change, one, where, change.now + ASIDE_S)


async def reverse(context: Context, number: int, acts: Collection[ActKind] = ()) -> Decision:
    """Reverse a decision, or some of its acts: what they did is put back as it was.

    Where something newer stands in its place, that stays.

    Raises:
        ValueError: there is no such decision, or it did nothing of the kind that stands.
        NotLoggedError: it is reversed, and is put back once the public log has it.
    """
    async with context.change(MODERATION_BOX) as change:
        decision = await change.get(Decision, number)
        if decision is None:
            raise ValueError(f"There is no decision {number}.")
        if decision.state != DecisionState.DONE.value:
            raise ValueError(f"Nothing of decision {number} stands: it is {decision.state}.")
        undoing = standing_of(decision, acts)
        state = DecisionState.REVERSING.value
        change.put(msgspec.structs.replace(decision, state=state, undoing=undoing))
        change.schedule(change.now, PutBack(decision=number))
    return await put_back(context, number)


def standing_of(decision: Decision, acts: Collection[ActKind]) -> tuple[str, ...]:
    """Return those of a decision's acts that stand and are meant; without any, all that stand.

    Raises:
        ValueError: one is not among them.
    """
    named = {act.value for act in acts}
    for wrong in sorted(named.difference(decision.standing)):
        listed = ", ".join(decision.standing)
        raise ValueError(f"Decision {decision.number} has no `{wrong}` that stands: {listed}.")
    return tuple(act for act in decision.standing if not named or act in named)


async def put_back(context: Context, number: int) -> Decision:
    """Put back what a decision did that is being reversed; return it as it is then.

    Raises:
        NotLoggedError: the public log does not have the reversal where enough witnesses see it.
    """
    decision = await known_decision(context, number)
    if decision.state != DecisionState.REVERSING.value:
        return decision
    await _logged(context, decision, REVERSAL + len(decision.undone))
    undoing = decision.undoing or decision.acts  # none are named where an older version began it
    for act in map(ActKind, undoing):
        if act in _FREEZING and decision.subject > 0:
            await _thaw(context, decision, act)
    async with context.change(MODERATION_BOX) as change:
        still = await change.get(Decision, number)
        if still is None or still.state != DecisionState.REVERSING.value:
            return still or decision
        for act in map(ActKind, undoing):
            await _undo(context, change, still, act)
        undone = tuple(act for act in still.acts if act in (*still.undone, *undoing))
        is_whole = undone == still.acts
        done = msgspec.structs.replace(
            still,
            state=(DecisionState.REVERSED if is_whole else DecisionState.DONE).value,
            reversed=change.now,
            undone=undone,
            undoing=(),
        )
        change.put(done)
    return done


async def _undo(context: Context, change: Change, decision: Decision, act: ActKind) -> None:
    owner = accounts.owner_of(decision.subject)
    if act is ActKind.REMOVE:
        for evidence, where in await _places(context, change, decision):
            one = act_number(context, decision, act, evidence)
            await restrictions.restore_taken_down(context, change, one, where)
    elif act is ActKind.BANK_HASH:
        for one, _, _ in await _media_of(context, change, decision):
            matching.unbank(change, one)
    elif act in _LIFTED and not (act in _FREEZING and owner.kind is Kind.USER):
        restrictions.lift(change, owner, act_number(context, decision, act))


_LIFTED: Final = frozenset(
    {ActKind.RESTRICT, ActKind.MARK_SCAM, ActKind.MARK_FAKE, ActKind.CLOSE, ActKind.BAN}
)


async def _thaw(context: Context, decision: Decision, act: ActKind) -> None:
    """End the suspension of a decision, unless it was changed since, and put back the one before it."""
    number, user = act_number(context, decision, act), decision.subject
    if not await suspensions.end_suspension(context, user, suspensions.LIFTED, number):
        return
    kept = await context.look(MODERATION_BOX).get(ActUndo, decision.number, act.value)
    if kept is None or not kept.before:
        return
    before = msgspec.msgpack.decode(kept.before, type=accounts.Suspension)
    if before.until > context.clock.now():
        terms = suspensions.SuspensionTerms(
            suspensions.Ground(before.ground),
            before.until,
            before.note,
            before.contact,
            before.appeal,
        )
        await suspensions.suspend(context, user, terms, before.number)
