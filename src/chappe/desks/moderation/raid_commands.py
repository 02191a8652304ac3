"""Operator commands about raids: tried, decided, signed, undone."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chappe.rpc import Giver, operator_command
from chappe.updates import Context

from .acts import acts_in
from .claims import name_of
from .deciding import WantedDecision
from .decision_commands import (
    SIGNATURE_CHARACTERS_MAX,
    Acts,
    Category,
    Days,
    Facts,
    GroundWord,
    Keywords,
    Territory,
    words_in,
)
from .lanes import lane_named
from .raids import (
    HOURS_MAX,
    RAID_CASES_MAX,
    RAIDS_SHOWN_MAX,
    Raid,
    RaidRule,
    decide_raid,
    found_by,
    known_raid,
    raid_hash,
    sign_raid,
    signable_raid,
    undo_raid,
    withdraw_raid,
)
from .records import MODERATION_BOX, DecisionState
from .showing import named_subjects

RaidNumber = Annotated[int, Meta(ge=1, description="The number of a raid.")]
LaneWord = Annotated[str, Meta(max_length=32, description="Only cases of one lane.")]
Hours = Annotated[
    int, Meta(ge=1, le=HOURS_MAX, description="Only cases that came in the last hours.")
]
Reporters = Annotated[
    int, Meta(ge=1, le=1_000, description="Only what as many people reported, at least.")
]
NewerDays = Annotated[
    int, Meta(ge=0, le=365, description="Only accounts that are as new; 0: any, and chats.")
]


def _rule(lane: str, hours: int, reporters: int, newer_days: int) -> RaidRule:
    return RaidRule(lane_named(lane).value if lane else "", hours, reporters, newer_days)


@operator_command("raid-preview", "Try a rule: show which cases it finds; nothing is decided.")
async def raid_preview(
    context: Context,
    *,
    lane: LaneWord = "",
    hours: Hours = 24,
    reporters: Reporters = 1,
    newer_days: NewerDays = 0,
    by: Giver,
) -> dict[str, Any]:
    """Return the cases that a rule finds, and how many: what is decided must be as many."""
    found = await found_by(context, _rule(lane, hours, reporters, newer_days), by)
    names = await named_subjects(context, [case.subject for case in found])
    return {
        "count": len(found),
        "cases": [
            {"case": case.number, "about": name, "reporters": case.reporters}
            for case, name in zip(found, names, strict=True)
        ],
    }


@operator_command("raid-decide", "Decide every case that a rule finds, or propose it.")
async def raid_decide(
    context: Context,
    *,
    count: Annotated[
        int, Meta(ge=1, le=RAID_CASES_MAX, description="How many cases the rule found.")
    ],
    acts: Acts,
    ground: GroundWord,
    category: Category,
    facts: Facts,
    keywords: Keywords = "",
    territory: Territory = "",
    days: Days = 0,
    lane: LaneWord = "",
    hours: Hours = 24,
    reporters: Reporters = 1,
    newer_days: NewerDays = 0,
    by: Giver,
) -> dict[str, Any]:
    """Decide many cases at once; the first use of a rule is a proposal, whatever it does."""
    wanted = WantedDecision(
        acts_in(acts),
        ground,
        category,
        words_in(keywords),
        words_in(facts),
        words_in(territory),
        days,
    )
    rule = _rule(lane, hours, reporters, newer_days)
    return await _shown(context, await decide_raid(context, rule, wanted, count, by))


@operator_command("raids", "List raids, the newest first.", audited=False, empty="There was none.")
async def raids(context: Context) -> list[dict[str, Any]]:
    """Return raids, with how many cases each decided."""
    found = await context.look(MODERATION_BOX).scan(Raid, limit=RAIDS_SHOWN_MAX, reverse=True)
    return [await _shown(context, one) for one in found]


@operator_command("raid", "Show a raid: its rule, its cases, and what was decided.")
async def raid_(context: Context, *, raid: RaidNumber, by: Giver) -> dict[str, Any]:
    """Return a raid; of a proposal also whether whoever asks may sign it, and why not."""
    found = await known_raid(context, raid)
    why_not = ""
    if found.state == DecisionState.PROPOSED.value:
        try:
            await signable_raid(context, raid, by)
        except ValueError as refused:
            why_not = str(refused)
    return {
        **await _shown(context, found),
        "case_numbers": list(found.cases),
        "hash": raid_hash(found).hex(),
        "why_not": why_not,
        "is_own": by.staff in (found.proposer, found.second),
    }


@operator_command(
    "raid-sign", "Sign somebody else's raid: only passkeys do, on the operator's page."
)
async def raid_sign(
    context: Context,
    *,
    raid: RaidNumber,
    signature: Annotated[
        str,
        Meta(max_length=SIGNATURE_CHARACTERS_MAX, description="What the authenticator answered."),
    ],
    by: Giver,
) -> dict[str, Any]:
    """Put a raid in force by a second person's signature over its hash."""
    try:
        given = msgspec.json.decode(signature)
    except msgspec.DecodeError:
        raise ValueError("That is no signature of a passkey: nothing was decided.") from None
    return await _shown(context, await sign_raid(context, raid, given, by))


@operator_command("raid-withdraw", "Take the proposal of a raid back, or say no to it.")
async def raid_withdraw(context: Context, *, raid: RaidNumber) -> dict[str, Any]:
    """Have the cases wait for themselves."""
    return await _shown(context, await withdraw_raid(context, raid))


@operator_command("raid-undo", "Reverse everything that a raid decided.")
async def raid_undo(context: Context, *, raid: RaidNumber, by: Giver) -> dict[str, Any]:
    """Reverse a raid that somebody else decided, as one."""
    found = await known_raid(context, raid)
    if not by.is_machine and by.staff in (found.proposer, found.second):
        raise ValueError("You decided this yourself: somebody else looks whether it was right.")
    return await _shown(context, await undo_raid(context, raid))


async def _shown(context: Context, raid: Raid) -> dict[str, Any]:
    return {
        "raid": raid.number,
        "rule": raid.rule,
        "state": raid.state,
        "acts": ", ".join(act.value for act in raid.wanted.acts),
        "cases": len(raid.cases),
        "decided": len(raid.decisions),
        "left_out": raid.left_out,
        "proposed": raid.proposed,
        "proposed_by": await name_of(context, raid.proposer),
        "signed_by": await name_of(context, raid.second),
    }


COMMANDS: Final = (
    raid_preview,
    raid_decide,
    raids,
    raid_,
    raid_sign,
    raid_withdraw,
    raid_undo,
)
