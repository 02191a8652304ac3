"""Cases: opened by reports, joined by further ones about the same subject, closed, purged."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import msgspec

from chappe.core import random_number
from chappe.features import ledger, reports
from chappe.features.reports import Report
from chappe.rpc import Role
from chappe.updates import Change, Command, Context, Job, View

from .acting import keep_removed
from .alarms import (
    CASE_LATE,
    CASE_WAITS,
    TellOnDuty,
    note_opened,
    raise_alarm,
    watch_clock,
)
from .appeals import forget_appeal, waits
from .evidence import subjects_of
from .kept_pictures import KeepPictures, drop_pictures
from .lanes import CLOCK_S, URGENT, Lane, lane_of, more_urgent
from .letters import ResultsDue
from .notices import NoticeCase
from .records import (
    DAY_S,
    MODERATION_BOX,
    NOBODY,
    UNDOABLE_S,
    WAITING_STATES,
    ActUndo,
    Case,
    CaseDue,
    CaseEvidence,
    CaseNote,
    CaseOfSubject,
    CaseReporter,
    CaseState,
    Decision,
    MutedReporter,
    Signature,
)

CASES_SHOWN_MAX: Final = 50  # cases of one page
CLOSED_AT_ONCE_MAX: Final = 100  # cases one command closes or claims


# which reports are notices in the sense of the law, and whose
SOURCES: Final = {reports.NOTICE: "ARTICLE_16", reports.FLAGGED: "TRUSTED_FLAGGER"}


class JoinCase(Command, frozen=True):
    """A report came: it opens a case, or joins the one that waits about the same subject."""

    name = "moderation.join"

    report: int
    subject: int
    reporter: int  # 0: the server itself found it
    kind: str
    reason: str
    date: int
    messages: tuple[int, ...] = ()
    has_media: bool = False

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        muted = await change.get(MutedReporter, self.reporter)
        if muted is not None and muted.until > change.now:
            dropped = reports.DropReported(report=self.report, places=self.messages)
            change.send_command(reports.BOX, dropped)
            return
        lane, source = lane_of(self.reason), SOURCES.get(self.kind, "OTHER")
        if self.kind == reports.FLAGGED:
            lane = more_urgent(lane, Lane.FLAGGER)
        case = await open_case(change, context, self.subject, lane, self.date, source=source)
        if source != "OTHER":
            change.put(NoticeCase(report=self.report, case=case.number))
        if self.reporter and await change.get(CaseReporter, case.number, self.reporter) is None:
            change.put(CaseReporter(case=case.number, user=self.reporter, at=self.date))
            case = msgspec.structs.replace(case, reporters=case.reporters + 1)
        case = msgspec.structs.replace(case, evidence=case.evidence + 1)
        change.put(case)
        change.put(
            CaseEvidence(
                case=case.number,
                number=case.evidence,
                report=self.report,
                date=self.date,
                kind=self.kind,
                reason=self.reason,
                messages=self.messages,
            )
        )
        if self.has_media:
            kept = KeepPictures(case=case.number, evidence=case.evidence)
            change.schedule(change.now, kept)


async def report_filed(change: Change, report: Report) -> None:
    """See `reports.hooks.report_filed`: of each whom a report is about, a case."""
    for subject, places in subjects_of(report).items():
        change.send_command(
            MODERATION_BOX,
            JoinCase(
                report=report.id,
                subject=subject,
                reporter=report.reporter,
                kind=report.kind,
                reason=report.reason,
                date=report.date,
                messages=places,
                has_media=any(report.messages[place][4] for place in places),
            ),
        )


async def take_up(context: Context) -> None:
    """Make cases of reports that lie there from before there were any; at a start, and once."""
    if await context.look(MODERATION_BOX).counter("case"):
        return
    async with context.change(reports.BOX) as change:
        for report in await change.scan(Report):
            await report_filed(change, report)


async def open_case(
    change: Change, context: Context, subject: int, lane: Lane, at: int, *, source: str = "OTHER"
) -> Case:
    """Return the case that waits about a subject, or a new one; its clock is the shorter of both."""
    known = await change.get(CaseOfSubject, subject)
    before = await change.get(Case, known.case) if known is not None else None
    if before is None:
        before = Case(
            number=change.next("case"),
            lot=random_number(context.entropy),
            subject=subject,
            lane=lane.value,
            opened=change.now,
            due=at + CLOCK_S[lane],
            child_safety=lane is Lane.CHILD_SAFETY,
            source=source,
        )
        change.put(CaseOfSubject(subject=subject, case=before.number))
        change.put(before)
        change.put(CaseDue(lane=before.lane, due=before.due, number=before.number))
        note_case(change, before, "received", lane=lane.value, source=source, due=before.due)
        _watch(change, context, before)
        await note_opened(change, context)
        return before
    wanted = more_urgent(lane, Lane(before.lane))
    case = msgspec.structs.replace(
        before,
        lane=wanted.value,
        due=min(before.due, at + CLOCK_S[lane]),
        child_safety=before.child_safety or lane is Lane.CHILD_SAFETY,
        source=before.source if source == "OTHER" else source,
    )
    put_case(change, before, case)
    if case.lane != before.lane:
        _watch(change, context, case)
    return case


def note_case(change: Change, case: Case, step: str, **facts: str | int) -> None:
    """Note in the ledger how far a case has come; the public log has it from there."""
    ledger.note_in_ledger(change, ledger.MODERATION, case.lot, step, **facts)


def _watch(change: Change, context: Context, case: Case) -> None:
    """Have staff told of a case that cannot wait, and its clock watched."""
    change.schedule(max(change.now, case.due), NoteLate(case=case.number, due=case.due))
    watch_clock(change, case)
    if Lane(case.lane) in URGENT:
        change.schedule(change.now, TellOnDuty(case=case.number, lane=case.lane))
        raise_alarm(change, context, CASE_WAITS, case)


class NoteLate(Job, frozen=True):
    """The clock of a case ran out. Everybody can see that it did, and not in which case."""

    name = "moderation.note_late"

    case: int
    due: int

    async def run(self, context: Context) -> None:
        """See `Job`. A clock that became shorter meanwhile has a job of its own."""
        async with context.change(MODERATION_BOX) as change:
            case = await change.get(Case, self.case)
            if case is None or case.state not in WAITING_STATES or case.due != self.due:
                return
            if not case.is_late:
                note_case(change, case, "late", lane=case.lane)
                raise_alarm(change, context, CASE_LATE, case)
                change.put(msgspec.structs.replace(case, is_late=True))


def put_case(change: Change, before: Case, case: Case) -> None:
    """Keep a case as it is now, and where the queue finds it."""
    change.put(case)
    change.drop(CaseDue, before.lane, before.due, before.number)
    if case.state in WAITING_STATES:
        change.put(CaseDue(lane=case.lane, due=case.due, number=case.number))
    elif before.state in WAITING_STATES:
        change.drop(CaseOfSubject, case.subject)


def close_case(change: Change, case: Case, state: CaseState, by: int) -> Case:
    """End a case; it is purged once nobody can appeal any more."""
    closed = msgspec.structs.replace(
        case,
        state=state.value,
        closed=change.now,
        closed_by=by,
        claimed_by=NOBODY,
        claimed_until=0,
        proposal=0,
    )
    put_case(change, case, closed)
    note_case(change, case, "closed", outcome=state.value)
    if state is not CaseState.DECIDED:  # of a decision its letter tells
        change.schedule(change.now, ResultsDue(case=case.number, outcome=state.value))
    change.schedule(change.now + UNDOABLE_S, PurgeCase(case=case.number))
    return closed


async def known_case(look: View, number: int) -> Case:
    """Return a case.

    Raises:
        ValueError: there is none of this number, or it was purged.
    """
    found = await look.get(Case, number)
    if found is None:
        raise ValueError(f"There is no case {number}: it was purged, or there never was one.")
    return found


async def waiting_case(look: View, number: int) -> Case:
    """Return a case that waits to be decided.

    Raises:
        ValueError: there is none of this number, or it is decided.
    """
    case = await known_case(look, number)
    if case.state not in WAITING_STATES:
        raise ValueError(f"Case {number} is {case.state}: nothing is to be decided in it.")
    return case


def lanes_for(roles: Collection[Role]) -> tuple[Lane, ...]:
    """Return the lanes that somebody with these roles sees."""
    if Role.OPERATOR in roles:
        return tuple(Lane)
    seen = set[Lane]()
    if Role.MODERATOR in roles:
        seen |= set(Lane) - {Lane.CHILD_SAFETY, Lane.APPEAL}
    if Role.CHILD_SAFETY in roles:
        seen.add(Lane.CHILD_SAFETY)
    if Role.APPEALS_REVIEWER in roles:
        seen.add(Lane.APPEAL)
    return tuple(lane for lane in Lane if lane in seen)


class QueuePlace(NamedTuple):
    """Behind which case a page begins."""

    due: int
    number: int


async def queue_page(
    look: View, lanes: Sequence[Lane], after: QueuePlace | None = None
) -> list[Case]:
    """Return the cases that are due next, of some lanes: by the time that is left, not by their age."""
    rows: list[CaseDue] = []
    for lane in lanes:
        if after is None:
            rows += await look.scan(CaseDue, lane.value, limit=CASES_SHOWN_MAX)
            continue
        rows += await look.scan(
            CaseDue, lane.value, after.due, after=after.number, limit=CASES_SHOWN_MAX
        )
        rows += await look.scan(CaseDue, lane.value, after=after.due, limit=CASES_SHOWN_MAX)
    rows.sort(key=lambda row: (row.due, row.number))
    found = await look.get_each(*((Case, row.number) for row in rows[:CASES_SHOWN_MAX]))
    return [case for case in found if case is not None]


async def waiting_by_lane(look: View) -> dict[Lane, int]:
    """Return how many cases wait in each lane."""
    return {lane: await look.count(CaseDue, lane.value) for lane in Lane}


class PurgeCase(Job, frozen=True):
    """Nobody can appeal any more: what was reported is forgotten, and what was taken down is gone."""

    name = "moderation.purge"

    case: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(MODERATION_BOX) as change:
            case = await change.get(Case, self.case)
            if case is None or case.state in WAITING_STATES:
                return
            if await waits(change, case.decisions):
                for number in case.decisions:
                    decision = await change.get(Decision, number)
                    if decision is not None:
                        await keep_removed(context, change, decision)
                change.schedule(change.now + DAY_S, self)
                return
            for evidence in await change.scan(CaseEvidence, case.number):
                dropped = reports.DropReported(report=evidence.report, places=evidence.messages)
                change.send_command(reports.BOX, dropped)
                drop_pictures(change, evidence)
                change.drop(CaseEvidence, case.number, evidence.number)
            for reporter in await change.scan(CaseReporter, case.number):
                change.drop(CaseReporter, case.number, reporter.user)
            for note in await change.scan(CaseNote, case.number):
                change.drop(CaseNote, case.number, note.number)
            for number in case.decisions:
                for undo in await change.scan(ActUndo, number):
                    change.drop(ActUndo, number, undo.act)
                change.drop(Signature, number)
                await forget_appeal(change, number)
                change.drop(Decision, number)
            change.drop(Case, case.number)
