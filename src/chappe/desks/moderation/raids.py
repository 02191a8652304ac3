"""Raids: many cases that a rule finds are decided at once, and undone as one.

The rule is tried first and shows what it would find; what is decided is that very list. The first use of a
rule takes two persons, whatever it does. Each case has a decision of its own, in the log and by letter.
"""

import contextlib
import hashlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from chappe.core import Kind
from chappe.desks import staff
from chappe.features import accounts, ledger
from chappe.ports import Record, in_order
from chappe.rpc import Giver
from chappe.updates import Change, Context, Job

from .acting import reverse
from .cases import lanes_for
from .claims import claimed_case, may_open, own_part
from .deciding import (
    CHANCE_BYTES,
    DecisionBasis,
    WantedDecision,
    basis_of,
    drafted,
    put_in_force,
    require_other_person,
    require_second,
    require_witnesses,
    signature_of,
)
from .lanes import HOUR_S
from .records import (
    DAY_S,
    MODERATION_BOX,
    NOBODY,
    Case,
    CaseDue,
    CaseState,
    Decision,
    DecisionState,
)

RAID_CASES_MAX: Final = 500  # cases one raid decides
LOOKED_AT_MAX: Final = 5_000  # cases of the queue that a rule looks at
RAIDS_SHOWN_MAX: Final = 50  # raids that are listed, the newest
HOURS_MAX: Final = 24 * 30  # hours that a rule looks back
_HASHED: Final = b"chappe/raid/v1\n"
NOTHING_FOUND: Final = "The rule finds no case: nothing is to be decided."


class RaidRule(NamedTuple):
    """Which cases a rule finds: those that came lately, of one lane, by how many, about how new accounts."""

    lane: str = ""  # empty: every lane
    hours: int = 24  # since when they came
    reporters: int = 1  # how many reported, at least
    newer_days: int = 0  # how old the account is, at most; 0: any, and chats

    @property
    def words(self) -> str:
        """The rule in one line, by which it is known again."""
        return f"{self.lane or 'any'} {self.hours} {self.reporters} {self.newer_days}"


class Raid(Record, frozen=True):
    """Many cases decided at once."""

    table = "raid"
    key = (in_order("number"),)

    number: int
    rule: str
    cases: tuple[int, ...]
    wanted: WantedDecision
    state: str  # see `DecisionState`
    proposer: int
    proposer_hash: str
    proposed: int
    chance: bytes
    second: int = NOBODY
    second_hash: str = ""
    decisions: tuple[int, ...] = ()
    left_out: int = 0  # cases that somebody decided, or claimed, meanwhile


async def found_by(context: Context, rule: RaidRule, by: Giver) -> list[Case]:
    """Return the waiting cases that a rule finds, those that are due first at the top."""
    look, now = context.look(MODERATION_BOX), int(context.clock.now())
    rows: list[CaseDue] = []
    for lane in lanes_for(by.roles):
        if rule.lane in ("", lane.value):
            rows += await look.scan(CaseDue, lane.value, limit=LOOKED_AT_MAX)
    found = await look.get_each(*((Case, row.number) for row in rows[:LOOKED_AT_MAX]))
    recent = [
        case
        for case in found
        if case is not None
        and case.state == CaseState.OPEN.value
        and case.opened > now - rule.hours * HOUR_S
        and case.reporters >= rule.reporters
        and may_open(case, by)
    ]
    if rule.newer_days:
        recent = await _new_ones(context, recent, now - rule.newer_days * DAY_S)
    return sorted(recent, key=lambda case: (case.due, case.number))[:RAID_CASES_MAX]


async def _new_ones(context: Context, cases: Sequence[Case], since: int) -> list[Case]:
    owners = [accounts.owner_of(case.subject) for case in cases]
    people = [owner for owner in owners if owner.kind is Kind.USER]
    users = dict(zip(people, await context.store.read_each(accounts.User, people), strict=True))
    return [
        case
        for case, owner in zip(cases, owners, strict=True)
        if (user := users.get(owner)) is not None and user.created >= since
    ]


async def decide_raid(
    context: Context, rule: RaidRule, wanted: WantedDecision, count: int, by: Giver
) -> Raid:
    """Decide what a rule finds, if it is as many as somebody saw; or propose it.

    Raises:
        ValueError: it finds others by now, or it cannot be decided so, or not by them.
    """
    require_witnesses(context)
    found = await found_by(context, rule, by)
    if not found:
        raise ValueError(NOTHING_FOUND)
    if len(found) != count:
        raise ValueError(f"The rule finds {len(found)} cases by now, and not {count}: look again.")
    now = int(context.clock.now())
    basis = [await basis_of(context, case.number, by) for case in found]
    drafts = [drafted(case, wanted, one, by, now) for case, one in zip(found, basis, strict=True)]
    who = await staff.hash_of_staff(context, by.staff)
    async with context.change(MODERATION_BOX) as change:
        for case in found:
            await claimed_case(context, change, case.number, by)
        used = {one.rule for one in await change.scan(Raid) if one.state in _USED}
        is_grave = rule.words not in used or any(one.is_grave for one in drafts)
        if is_grave:
            await require_second(context, found[0], by)
        raid = Raid(
            number=change.next("raid"),
            rule=rule.words,
            cases=tuple(case.number for case in found),
            wanted=wanted,
            state=DecisionState.PROPOSED.value if is_grave else DecisionState.IN_FORCE.value,
            proposer=by.staff,
            proposer_hash=who,
            proposed=now,
            chance=context.entropy.token(CHANCE_BYTES),
        )
        change.put(raid)
        if not is_grave:
            change.schedule(change.now, CarryOutRaid(raid=raid.number))
    return raid if is_grave else await carry_out_raid(context, raid.number)


_USED: Final = frozenset(
    {
        DecisionState.IN_FORCE.value,
        DecisionState.DONE.value,
    }
)


def raid_hash(raid: Raid) -> bytes:
    """Return what a second person signs: which cases, what is done in each, and who proposes it."""
    said = (
        raid.number,
        raid.rule,
        raid.cases,
        tuple(act.value for act in raid.wanted.acts),
        raid.wanted[1:],
        raid.proposer_hash,
        raid.proposed,
        raid.chance,
    )
    return hashlib.sha256(_HASHED + msgspec.msgpack.encode(said)).digest()


async def known_raid(context: Context, number: int) -> Raid:
    """Return a raid.

    Raises:
        ValueError: there is none of this number.
    """
    found = await context.look(MODERATION_BOX).get(Raid, number)
    if found is None:
        raise ValueError(f"There is no raid {number}.")
    return found


async def signable_raid(context: Context, number: int, by: Giver) -> Raid:
    """Return a proposal that somebody may sign as its second person.

    Raises:
        ValueError: they may not, or it is none, or too old.
    """
    raid = await known_raid(context, number)
    if raid.state != DecisionState.PROPOSED.value:
        raise ValueError(f"Raid {number} waits for no signature: it is {raid.state}.")
    await require_other_person(context, raid.proposer, raid.proposed, by)
    look = context.look(MODERATION_BOX)
    for case in await look.get_each(*((Case, one) for one in raid.cases)):
        if case is None or case.state != CaseState.OPEN.value:
            continue  # somebody decided it meanwhile: it is left out
        if not may_open(case, by):
            raise ValueError("One of its cases is not for your role.")
        if part := await own_part(context, look, case, by):
            raise ValueError(part)
    return raid


async def ask_second_for_raid(context: Context, number: int, by: Giver) -> dict[str, Any]:
    """Return what a browser needs to have somebody's passkey sign a raid.

    Raises:
        ValueError: they may not sign it.
    """
    return staff.ask_signature(context, raid_hash(await signable_raid(context, number, by)))


async def sign_raid(context: Context, number: int, given: Any, by: Giver) -> Raid:
    """Put a raid in force by a second person's signature.

    Raises:
        ValueError: they may not sign it, or this is no signature over it.
    """
    require_witnesses(context)
    raid = await signable_raid(context, number, by)
    signed = await staff.read_signature(context, by.staff, raid_hash(raid), given)
    second = await staff.hash_of_staff(context, by.staff)
    async with context.change(MODERATION_BOX) as change:
        if await change.get(Raid, number) != raid:
            raise ValueError("Somebody else signed it, or withdrew it, a moment ago.")
        change.put(signature_of(signed, -number, by, change.now))  # of no decision: of the raid
        change.put(
            msgspec.structs.replace(
                raid, state=DecisionState.IN_FORCE.value, second=by.staff, second_hash=second
            )
        )
        change.schedule(change.now, CarryOutRaid(raid=number))
    return await carry_out_raid(context, number)


async def withdraw_raid(context: Context, number: int) -> Raid:
    """Take the proposal of a raid back, or say no to it.

    Raises:
        ValueError: it is none.
    """
    async with context.change(MODERATION_BOX) as change:
        raid = await change.get(Raid, number)
        if raid is None or raid.state != DecisionState.PROPOSED.value:
            raise ValueError(f"Raid {number} waits for no signature.")
        withdrawn = msgspec.structs.replace(raid, state=DecisionState.WITHDRAWN.value)
        change.put(withdrawn)
    return withdrawn


class CarryOutRaid(Job, frozen=True):
    """Decide each case of a raid that is in force; each decision has a job of its own."""

    name = "moderation.carry_out_raid"

    raid: int

    async def run(self, context: Context) -> None:
        """See `Job`. Cases that were decided before the server ended are not decided again."""
        await carry_out_raid(context, self.raid)


async def carry_out_raid(context: Context, number: int) -> Raid:
    """Decide each case of a raid that is in force; one that somebody decided meanwhile is left out."""
    raid = await known_raid(context, number)
    if raid.state != DecisionState.IN_FORCE.value:
        return raid
    by = Giver(frozenset(), raid.proposer)
    basis = {one: await _basis(context, one, by) for one in raid.cases}
    async with context.change(MODERATION_BOX) as change:
        still = await change.get(Raid, number)
        if still is None or still.state != DecisionState.IN_FORCE.value:
            return still or raid
        made = [await _decided(context, change, still, one, basis[one]) for one in still.cases]
        numbers = tuple(one for one in made if one)
        done = msgspec.structs.replace(
            still,
            state=DecisionState.DONE.value,
            decisions=numbers,
            left_out=len(still.cases) - len(numbers),
        )
        change.put(done)
    return done


async def _basis(context: Context, case: int, by: Giver) -> DecisionBasis | None:
    try:
        return await basis_of(context, case, by)
    except ValueError:
        return None  # it was purged


async def _decided(
    context: Context, change: Change, raid: Raid, number: int, basis: DecisionBasis | None
) -> int:
    """Decide one case of a raid, in a change of all; return the decision, 0 if the case is left out."""
    case = await change.get(Case, number)
    if case is None or basis is None or case.state != CaseState.OPEN.value:
        return 0
    by = Giver(frozenset(), raid.proposer)
    made = msgspec.structs.replace(
        drafted(case, raid.wanted, basis, by, change.now),
        number=change.next("decision"),
        chance=context.entropy.token(CHANCE_BYTES),
        second=raid.second,
        second_hash=raid.second_hash,
        raid=raid.number,
    )
    put_in_force(context, change, case, made)
    return made.number


async def undo_raid(context: Context, number: int) -> Raid:
    """Reverse every decision of a raid that stands.

    Raises:
        ValueError: there is no such raid, or it did nothing yet.
    """
    raid = await known_raid(context, number)
    if raid.state != DecisionState.DONE.value:
        raise ValueError(f"Nothing of raid {number} stands: it is {raid.state}.")
    look = context.look(MODERATION_BOX)
    for decision in await look.get_each(*((Decision, one) for one in raid.decisions)):
        if decision is not None and decision.state == DecisionState.DONE.value:
            with contextlib.suppress(ledger.NotLoggedError):  # it goes on once the log has it
                await reverse(context, decision.number)
    async with context.change(MODERATION_BOX) as change:
        undone = msgspec.structs.replace(raid, state=DecisionState.REVERSED.value)
        change.put(undone)
    return undone
