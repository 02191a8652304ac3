"""Claims: who works on a case, for half an hour; over a live one nobody else decides."""

from typing import Final

import msgspec

from chappe.desks import staff
from chappe.rpc import Giver, Role
from chappe.updates import Change, Context, View

from .cases import known_case, lanes_for, waiting_case
from .evidence import creator_of
from .lanes import Lane
from .records import NOBODY, WAITING_STATES, Case, CaseReporter

CLAIM_S: Final = 1_800  # seconds a claim holds
MACHINE_NAME: Final = "whoever has the machine"
NOT_YOURS: Final = "This case is not for your role."


def may_open(case: Case, giver: Giver) -> bool:
    """Whether a case is for somebody's role. Of child abuse only one role opens reports.

    What is decided is also for those who look again at what others decided.
    """
    if case.child_safety:
        return bool(giver.roles & {Role.CHILD_SAFETY, Role.OPERATOR})
    if Role.APPEALS_REVIEWER in giver.roles and case.state not in WAITING_STATES:
        return True
    return Lane(case.lane) in lanes_for(giver.roles)


async def own_part(context: Context, look: View, case: Case, giver: Giver) -> str:
    """Return what somebody's own part in a case is, as a sentence; empty where they have none."""
    account = await staff.account_of(context, giver)
    if not account:
        return ""
    if account in (case.subject, await creator_of(context, case.subject)):
        return "This case is about you: somebody else decides it."
    if await look.get(CaseReporter, case.number, account) is not None:
        return "You reported this yourself: somebody else decides it."
    return ""


async def opened_case(context: Context, look: View, number: int, giver: Giver) -> Case:
    """Return a case that somebody may look at.

    Raises:
        ValueError: there is none, or it is not for them.
    """
    case = await known_case(look, number)
    if not may_open(case, giver):
        raise ValueError(NOT_YOURS)
    if part := await own_part(context, look, case, giver):
        raise ValueError(part)
    return case


def is_claimed(case: Case, now: int) -> bool:
    """Whether somebody works on a case now."""
    return case.claimed_by != NOBODY and case.claimed_until > now


async def claimed_case(context: Context, change: Change, number: int, giver: Giver) -> Case:
    """Return a case that somebody may decide: it waits, is for them, and nobody else has it.

    Raises:
        ValueError: it is not so.
    """
    case = await waiting_case(change, number)
    await opened_case(context, change, number, giver)
    if is_claimed(case, change.now) and case.claimed_by != giver.staff:
        minutes = (case.claimed_until - change.now + 59) // 60
        who = await name_of(context, case.claimed_by)
        raise ValueError(f"{who} works on case {number}, for {minutes} more minutes at most.")
    return case


def claimed(case: Case, giver: Giver, now: int) -> Case:
    """Return a case as somebody has it from now on."""
    return msgspec.structs.replace(case, claimed_by=giver.staff, claimed_until=now + CLAIM_S)


def released(case: Case) -> Case:
    """Return a case as nobody has it."""
    return msgspec.structs.replace(case, claimed_by=NOBODY, claimed_until=0)


async def name_of(context: Context, number: int) -> str:
    """Return what colleagues call somebody of the staff."""
    if number == NOBODY:
        return ""
    return await staff.staff_name(context, number) if number else MACHINE_NAME
