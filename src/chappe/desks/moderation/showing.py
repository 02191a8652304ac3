"""Cases and decisions as commands and pages show them: no reporter, no account beyond public facts."""

from collections.abc import Sequence
from typing import Any

from chappe.core import Kind
from chappe.features import accounts, bots, chats
from chappe.updates import Context

from .claims import is_claimed, name_of
from .evidence import public_facts
from .records import MODERATION_BOX, Case, CaseNote, Decision


async def named_subjects(context: Context, subjects: Sequence[int]) -> list[str]:
    """Return what everybody calls whom cases are about, in their order; read at once."""
    owners = [accounts.owner_of(subject) for subject in subjects]
    people = [owner for owner in owners if owner.kind is Kind.USER]
    groups = [owner for owner in owners if owner.kind is not Kind.USER]
    users = dict(zip(people, await context.store.read_each(accounts.User, people), strict=True))
    named = dict(zip(groups, await context.store.read_each(chats.Chat, groups), strict=True))
    found = []
    for owner in owners:
        user, chat = users.get(owner), named.get(owner)
        if user is not None and not user.deleted:
            found.append(" ".join(part for part in (user.first_name, user.last_name) if part))
        elif chat is not None and not chat.deleted:
            found.append(chat.title)
        else:
            found.append("Deleted account" if owner.kind is Kind.USER else "Deleted chat")
    return found


async def shown_decision(context: Context, decision: Decision) -> dict[str, Any]:
    """Return a decision as staff see it."""
    return {
        "decision": decision.number,
        "case": decision.case,
        "state": decision.state,
        "acts": ", ".join(decision.acts),
        "ground": decision.ground,
        "category": decision.category,
        "keywords": ", ".join(decision.keywords),
        "facts": ", ".join(decision.facts),
        "territory": ", ".join(decision.territory),
        "until": decision.until,
        "is_grave": decision.is_grave,
        "proposed": decision.proposed,
        "proposed_by": await name_of(context, decision.proposer),
        "signed_by": await name_of(context, decision.second),
        "in_force": decision.in_force,
        "done": decision.done,
        "reversed": decision.reversed,
        "undone": ", ".join(decision.undone),
        "is_unwitnessed": decision.is_unwitnessed,
    }


async def _run_by(context: Context, subject: int) -> dict[str, str]:
    """Return who owns whom a case is about, if it is a bot: what a bot does, its owner answers for."""
    return {"owner": await bots.owner_of_bot(context, subject) if subject > 0 else ""}


async def shown_case(context: Context, case: Case) -> dict[str, Any]:
    """Return a case without its evidence."""
    look, now = context.look(MODERATION_BOX), int(context.clock.now())
    numbers = (*case.decisions, case.proposal) if case.proposal else case.decisions
    decisions = await look.get_each(*((Decision, number) for number in numbers))
    notes = await look.scan(CaseNote, case.number)
    return {
        "case": case.number,
        "lane": case.lane,
        "state": case.state,
        "about": await public_facts(context, case.subject) | await _run_by(context, case.subject),
        "subject": case.subject,
        "reporters": case.reporters,
        "reports": case.evidence,
        "opened": case.opened,
        "due": case.due,
        "is_late": case.due <= now and not case.closed,
        "closed": case.closed,
        "closed_by": await name_of(context, case.closed_by),
        "from_authority": case.from_authority,
        "claimed_by": await name_of(context, case.claimed_by) if is_claimed(case, now) else "",
        "claimed_number": case.claimed_by if is_claimed(case, now) else -1,
        "claimed_until": case.claimed_until if is_claimed(case, now) else 0,
        "proposal": case.proposal,
        "decisions": [await shown_decision(context, one) for one in decisions if one is not None],
        "notes": [
            {"at": one.at, "by": await name_of(context, one.by), "text": one.text} for one in notes
        ],
    }
