"""Operator commands of the moderation desk: everything its pages do, by the same checks."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chappe.features import auth
from chappe.rpc import Giver, operator_command
from chappe.updates import Context

from .cases import (
    CLOSED_AT_ONCE_MAX,
    QueuePlace,
    close_case,
    lanes_for,
    open_case,
    queue_page,
    waiting_by_lane,
    waiting_case,
)
from .claims import claimed, claimed_case, is_claimed, name_of, opened_case, released
from .evidence import evidence_of, reports_behind, shown_evidence
from .exposure import count_opened, count_unveiled
from .lanes import Lane, lane_named
from .muting import mute, muted_reporters, unmute
from .records import MODERATION_BOX, CaseNote, CaseState
from .showing import named_subjects, shown_case
from .unveiling import unveil

NOTE_CHARACTERS_MAX: Final = 1_000  # characters of a note
NOTES_MAX: Final = 100  # notes of a case
OUTCOMES: Final = {
    state.value: state for state in (CaseState.NO_VIOLATION, CaseState.ALREADY_JUDGED)
}

CaseNumber = Annotated[int, Meta(ge=1, description="The number of a case.")]
CaseNumbers = Annotated[
    tuple[int, ...], Meta(min_length=1, max_length=CLOSED_AT_ONCE_MAX, description="Their numbers.")
]


@operator_command(
    "cases",
    "List the cases that wait, those that are due first at the top.",
    audited=False,
    empty="No case waits.",
)
async def cases(
    context: Context,
    *,
    lane: Annotated[str, Meta(max_length=32, description="Only one lane.")] = "",
    due: Annotated[int, Meta(ge=0, description="Go on behind a case that is due then.")] = 0,
    after: Annotated[int, Meta(ge=0, description="And has this number.")] = 0,
    by: Giver,
) -> list[dict[str, Any]]:
    """Return a page of the queue: what is due next of the lanes that somebody sees."""
    seen = lanes_for(by.roles)
    wanted = seen if not lane else tuple(one for one in seen if one is lane_named(lane))
    look = context.look(MODERATION_BOX)
    place = QueuePlace(due, after) if due else None
    found = await queue_page(look, wanted, place)
    names = await named_subjects(context, [case.subject for case in found])
    now = int(context.clock.now())
    return [
        {
            "case": case.number,
            "lane": case.lane,
            "about": name,
            "reporters": case.reporters,
            "reports": case.evidence,
            "opened": case.opened,
            "due": case.due,
            "is_late": case.due <= now,
            "state": case.state,
            "claimed_by": await name_of(context, case.claimed_by) if is_claimed(case, now) else "",
            "claimed_until": case.claimed_until if is_claimed(case, now) else 0,
        }
        for case, name in zip(found, names, strict=True)
    ]


@operator_command(
    "case-counts", "Say how many cases wait in each lane.", audited=False, empty="You see no lane."
)
async def case_counts(context: Context, *, by: Giver) -> dict[str, int]:
    """Return how many cases wait in each lane that somebody sees."""
    seen = lanes_for(by.roles)
    counted = await waiting_by_lane(context.look(MODERATION_BOX))
    return {lane.value: counted[lane] for lane in seen}


@operator_command("case", "Open a case: what was reported, by how many, and what was done.")
async def case_(
    context: Context,
    *,
    case: CaseNumber,
    after: Annotated[int, Meta(ge=0, description="Go on behind this piece of evidence.")] = 0,
    by: Giver,
) -> dict[str, Any]:
    """Return a case as its reports have it. That it was opened is in the audit log."""
    look = context.look(MODERATION_BOX)
    found = await opened_case(context, look, case, by)
    if not by.is_machine:
        await count_opened(context, by.staff)
    evidence = await reports_behind(context, await evidence_of(look, case, after=after))
    return {
        **await shown_case(context, found),
        "evidence": [await shown_evidence(context, one, report) for one, report in evidence],
    }


@operator_command("case-open", "Open a case about an account, without any report.")
async def case_open(
    context: Context,
    *,
    user: auth.Person,
    authority: Annotated[
        bool, Meta(description="An authority wants something done: two persons decide.")
    ] = False,
) -> dict[str, Any]:
    """Open a case about an account, or return the one that waits."""
    person = await auth.known_account(context, user)
    async with context.change(MODERATION_BOX) as change:
        made = await open_case(
            change, context, person, Lane.ORDINARY, change.now, source="VOLUNTARY"
        )
        if authority and not made.from_authority:
            made = msgspec.structs.replace(made, from_authority=True)
            change.put(made)
    return {"case": made.number, "due": made.due}


@operator_command("case-claim", "Say that you work on cases, for half an hour.")
async def case_claim(context: Context, *, cases: CaseNumbers, by: Giver) -> dict[str, Any]:
    """Claim cases, all of them or none."""
    async with context.change(MODERATION_BOX) as change:
        for number in dict.fromkeys(cases):
            case = await claimed_case(context, change, number, by)
            change.put(claimed(case, by, change.now))
    return {"claimed": len(set(cases))}


@operator_command("case-release", "Say that you work on a case no longer.")
async def case_release(context: Context, *, case: CaseNumber, by: Giver) -> bool:
    """Give a case back; return whether it was theirs."""
    async with context.change(MODERATION_BOX) as change:
        found = await waiting_case(change, case)
        if found.claimed_by != by.staff or not is_claimed(found, change.now):
            return False
        change.put(released(found))
    return True


@operator_command("case-note", "Write a note to a case, for colleagues.")
async def case_note(
    context: Context,
    *,
    case: CaseNumber,
    text: Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX, description="What they shall know.")],
    by: Giver,
) -> bool:
    """Keep a note; it is purged with the case, and no log has it."""
    said = text.strip()
    if not said:
        raise ValueError("What is the note? Write something.")
    async with context.change(MODERATION_BOX) as change:
        await opened_case(context, change, case, by)
        known = await change.scan(CaseNote, case, limit=NOTES_MAX)
        if len(known) >= NOTES_MAX:
            raise ValueError(f"{NOTES_MAX} notes are enough: the case is to be decided.")
        number = known[-1].number + 1 if known else 1
        change.put(CaseNote(case=case, number=number, by=by.staff, at=change.now, text=said))
    return True


@operator_command("case-close", "Close cases in which nothing is to be done.")
async def case_close(
    context: Context,
    *,
    cases: CaseNumbers,
    outcome: Annotated[str, Meta(max_length=32, description=f"One of {', '.join(OUTCOMES)}.")],
    by: Giver,
) -> dict[str, Any]:
    """Close cases, all of them or none. Nobody is done anything to from a list that shows no evidence."""
    state = OUTCOMES.get(outcome)
    if state is None:
        raise ValueError(f"`{outcome}` is no outcome: give one of {', '.join(OUTCOMES)}.")
    async with context.change(MODERATION_BOX) as change:
        for number in dict.fromkeys(cases):
            case = await claimed_case(context, change, number, by)
            if case.proposal:
                raise ValueError(
                    f"In case {number} decision {case.proposal} waits: withdraw it first."
                )
            close_case(change, case, state, by.staff)
    return {"closed": len(set(cases))}


@operator_command("case-unveil", "Show a picture that was reported, once.")
async def case_unveil(
    context: Context,
    *,
    case: CaseNumber,
    evidence: Annotated[int, Meta(ge=1, description="Which piece of evidence.")],
    place: Annotated[int, Meta(ge=0, description="Which of its messages.")],
    by: Giver,
) -> dict[str, Any]:
    """Have a picture shown to somebody; it is in the audit log, and counted for them."""
    found = await unveil(context, case, evidence, place, by)
    if not by.is_machine:
        await count_unveiled(context, by.staff)
    return found


@operator_command("reporter-mute", "Have somebody's reports open no case for a while.")
async def reporter_mute(
    context: Context,
    *,
    case: CaseNumber,
    evidence: Annotated[int, Meta(ge=1, description="A piece of evidence that is theirs.")],
    days: Annotated[int, Meta(ge=1, le=365, description="How many days.")],
    reason: Annotated[str, Meta(max_length=32, description="Why: one of a list.")],
    by: Giver,
) -> dict[str, Any]:
    """Mute whoever made a report, without saying who that is."""
    return await mute(context, case, evidence, days, reason, by)


@operator_command(
    "reporters-muted", "List muted reporters, by numbers.", audited=False, empty="Nobody is muted."
)
async def reporters_muted(context: Context) -> list[dict[str, Any]]:
    """Return who is muted, why and until when; not who they are."""
    return await muted_reporters(context)


@operator_command("reporter-unmute", "Have a muted reporter's reports open cases again.")
async def reporter_unmute(
    context: Context, *, number: Annotated[int, Meta(ge=1, description="Of the list.")]
) -> bool:
    """End a muting; return whether there was one."""
    return await unmute(context, number)


COMMANDS: Final = (
    cases,
    case_counts,
    case_,
    case_open,
    case_claim,
    case_release,
    case_note,
    case_close,
    case_unveil,
    reporter_mute,
    reporters_muted,
    reporter_unmute,
)
