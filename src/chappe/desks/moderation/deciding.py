"""Decisions: proposed, signed by a second person where they are grave, in force.

A grave one is a proposal until somebody else's passkey has signed its hash. So a stolen session cannot decide
it, and nobody can afterwards say that something else was signed.
"""

import hashlib
from typing import Any, Final, NamedTuple

import msgspec

from chappe.desks import staff
from chappe.features import accounts, ledger
from chappe.rpc import Giver
from chappe.updates import Change, Context

from . import vocabulary
from .acting import CarryOut, carry_out, known_decision
from .acts import ActKind, check_acts, is_grave
from .cases import close_case, known_case, put_case
from .claims import claimed_case, may_open, opened_case, own_part, released
from .content import content_of
from .evidence import public_facts
from .records import (
    DAY_S,
    MODERATION_BOX,
    Case,
    CaseState,
    Decision,
    DecisionState,
    RuleUsed,
    Signature,
)

PROPOSAL_S: Final = DAY_S  # seconds in which a proposal may be signed
CHANCE_BYTES: Final = 16  # that make each proposal another
SECRET_BYTES: Final = 32  # of the key by which one entry of the log says whom it is about
DAYS_MAX: Final = 3_650  # days that something lasts which is not for good
_HASHED: Final = b"chappe/second-signature/v1\n"
NOT_WITNESSED: Final = (
    "Nobody witnesses the public log, and at level L2 nothing is decided unseen: name witnesses in"
    " `log_witnesses`."
)
NOBODY_ELSE: Final = (
    "Two persons decide this, and nobody else of the staff could sign: it takes somebody who works on such"
    " cases, whom you did not let in, and whose passkey is older than 72 hours."
)
FROM_THE_MACHINE: Final = (
    "A second signature is somebody's passkey: sign on the operator's page, as another person."
)


_SEEN_AGAIN: Final = frozenset(
    {"IMAGE", "VIDEO", "AUDIO", "OTHER"}
)  # media, of which there are hashes


class WantedDecision(NamedTuple):
    """What somebody wants decided, in words of fixed lists."""

    acts: tuple[ActKind, ...]
    ground: str
    category: str
    keywords: tuple[str, ...]
    facts: tuple[str, ...]
    territory: tuple[str, ...]
    days: int  # 0: for good
    takes_two: bool = False  # whatever it does: whoever runs the server wants it


def proposal_hash(decision: Decision) -> bytes:
    """Return what a second person signs: all that is to be done, to whom, why, and who proposes it."""
    said = (
        decision.number,
        decision.case,
        decision.subject,
        decision.acts,
        decision.ground,
        decision.category,
        decision.keywords,
        decision.territory,
        decision.until,
        decision.facts,
        decision.content_types,
        decision.evidence,
        decision.proposer_hash,
        decision.proposed,
        decision.chance,
        decision.raid,
    )
    return hashlib.sha256(_HASHED + msgspec.msgpack.encode(said)).digest()


class DecisionBasis(NamedTuple):
    """What a decision rests on that is not asked: it is read once, before the case is held."""

    members: int  # of the group or channel it is about; 0: an account
    content: tuple[str, ...]
    posted: int
    who: str  # what stands for the proposer in the public log
    used: frozenset[str]  # rules by which somebody was decided against already


def rule_of(ground: str, category: str) -> str:
    """Return by which rule something is decided: on what ground, for what kind of wrong."""
    return f"{ground} {category}"


async def basis_of(context: Context, number: int, by: Giver) -> DecisionBasis:
    """Return what a decision of a case rests on.

    Raises:
        ValueError: there is no such case.
    """
    case = await known_case(context.look(MODERATION_BOX), number)
    facts = await public_facts(context, case.subject)
    content, posted = await content_of(context, number)
    who = await staff.hash_of_staff(context, by.staff)
    used = await context.look(MODERATION_BOX).scan(RuleUsed)
    return DecisionBasis(
        facts["members"], content, posted, who, frozenset(one.rule for one in used)
    )


def drafted(
    case: Case, wanted: WantedDecision, ground: DecisionBasis, by: Giver, now: int
) -> Decision:
    """Return a decision as it would be; without a number.

    Raises:
        ValueError: its words are not of the lists, or do not fit the case.
    """
    check_acts(wanted.acts, subject=accounts.owner_of(case.subject).kind, days=wanted.days)
    made = Decision(
        number=0,
        case=case.number,
        subject=case.subject,
        acts=tuple(act.value for act in wanted.acts),
        ground=wanted.ground,
        category=wanted.category,
        keywords=wanted.keywords,
        territory=wanted.territory,
        until=now + wanted.days * DAY_S if wanted.days else 0,
        facts=wanted.facts,
        content_types=ground.content,
        content_at=ground.posted,
        source=case.source,
        is_detected=case.source == "OTHER" and not case.reporters,
        evidence=tuple(range(1, case.evidence + 1)),
        is_grave=wanted.takes_two
        or is_grave(
            wanted.acts,
            members=ground.members,
            from_authority=case.from_authority,
            first_use=rule_of(wanted.ground, wanted.category) not in ground.used,
        ),
        proposer=by.staff,
        proposer_hash=ground.who,
        proposed=now,
    )
    vocabulary.require_words(made)
    has_media = bool(case.evidence and _SEEN_AGAIN.intersection(made.content_types))
    if ActKind.BANK_HASH in wanted.acts and not has_media:
        raise ValueError(
            "Nothing that was reported is a picture or a file: there is no hash of it."
        )
    return made


async def draft(context: Context, number: int, wanted: WantedDecision, by: Giver) -> Decision:
    """Return a decision as it would be, so that its letter can be read before.

    Raises:
        ValueError: it cannot be decided so, or not by them.
    """
    look = context.look(MODERATION_BOX)
    case = await opened_case(context, look, number, by)
    ground = await basis_of(context, number, by)
    return drafted(case, wanted, ground, by, int(context.clock.now()))


async def decide(context: Context, number: int, wanted: WantedDecision, by: Giver) -> Decision:
    """Decide a case, or propose what takes a second person; return the decision as it stands then.

    Raises:
        ValueError: it cannot be decided so, by them, or now.
    """
    require_witnesses(context)
    ground = await basis_of(context, number, by)
    async with context.change(MODERATION_BOX) as change:
        case = await claimed_case(context, change, number, by)
        if case.proposal:
            raise ValueError(
                f"Decision {case.proposal} is proposed in case {number}: have it signed, or withdraw it."
            )
        made = drafted(case, wanted, ground, by, change.now)
        if made.is_grave:
            await require_second(context, case, by)
            return put_proposal(context, change, case, made)
        made = put_in_force(context, change, case, _numbered(context, change, made))
    return await carried_out(context, made.number)


def _numbered(context: Context, change: Change, made: Decision) -> Decision:
    return msgspec.structs.replace(
        made, number=change.next("decision"), chance=context.entropy.token(CHANCE_BYTES)
    )


def put_proposal(context: Context, change: Change, case: Case, drafted: Decision) -> Decision:
    """Keep a decision as a proposal, which its case waits for; return it with its number."""
    made = _numbered(context, change, drafted)
    change.put(made)
    waiting = msgspec.structs.replace(
        released(case), state=CaseState.PROPOSED.value, proposal=made.number
    )
    put_case(change, case, waiting)
    return made


async def carried_out(context: Context, number: int) -> Decision:
    """Carry out a decision that is in force; what the public log does not have yet is done once it has it."""
    try:
        return await carry_out(context, number)
    except ledger.NotLoggedError:
        return await known_decision(context, number)


async def require_second(context: Context, case: Case, by: Giver) -> None:
    """Refuse what nobody else could sign.

    Raises:
        ValueError: nobody could.
    """
    for member in await staff.could_sign(context, by.staff):
        giver = staff.giver_of(member)
        if may_open(case, giver) and not await own_part(
            context, context.look(MODERATION_BOX), case, giver
        ):
            return
    raise ValueError(NOBODY_ELSE)


def require_witnesses(context: Context) -> None:
    """Refuse to decide what nobody could see, where the server promised that somebody does.

    Raises:
        ValueError: it is at L2, and nobody witnesses its log.
    """
    log = context.own(ledger.PUBLIC_LOG)
    if context.level == "L2" and not (log.is_kept and log.is_witnessed):
        raise ValueError(NOT_WITNESSED)


def put_in_force(context: Context, change: Change, case: Case, decision: Decision) -> Decision:
    """Put a decision in force, and close its case: from this commit on it is carried out."""
    made = msgspec.structs.replace(
        decision,
        state=DecisionState.IN_FORCE.value,
        in_force=change.now,
        secret=context.entropy.token(SECRET_BYTES),
    )
    change.put(made)
    change.put(RuleUsed(rule=rule_of(made.ground, made.category), first=change.now))
    decided = msgspec.structs.replace(case, decisions=(*case.decisions, made.number))
    close_case(change, decided, CaseState.DECIDED, decision.proposer)
    change.schedule(change.now, CarryOut(decision=made.number))
    return made


async def _proposed(context: Context, number: int, by: Giver) -> Decision:
    """Return a proposal that somebody may look at.

    Raises:
        ValueError: it is none, or not for them.
    """
    decision = await known_decision(context, number)
    if decision.state != DecisionState.PROPOSED.value:
        raise ValueError(f"Decision {number} waits for no signature: it is {decision.state}.")
    look = context.look(MODERATION_BOX)
    await opened_case(context, look, decision.case, by)
    return decision


async def signable(context: Context, number: int, by: Giver) -> Decision:
    """Return a proposal that somebody may sign as its second person.

    Raises:
        ValueError: they may not, or it is none, or too old.
    """
    decision = await _proposed(context, number, by)
    await require_other_person(context, decision.proposer, decision.proposed, by)
    return decision


async def require_other_person(context: Context, proposer: int, proposed: int, by: Giver) -> None:
    """Refuse a second signature by whoever is no second person, or under what is too old.

    Raises:
        ValueError: it is not to be signed by them.
    """
    if by.is_machine:
        raise ValueError(FROM_THE_MACHINE)
    if proposer == by.staff:
        raise ValueError("You proposed this yourself: the second signature is another person's.")
    if await staff.was_invited_by(context, by.staff, proposer):
        raise ValueError(
            "Whoever proposed this let you in: the second signature is somebody else's."
        )
    if proposed + PROPOSAL_S <= context.clock.now():
        raise ValueError("This proposal is older than a day: withdraw it, and propose it anew.")


def signature_of(signed: staff.SecondSignature, number: int, by: Giver, at: int) -> Signature:
    """Return a second person's signature as it is kept."""
    return Signature(
        decision=number,
        staff=by.staff,
        key_hash=signed.key_hash,
        public_key=signed.public_key,
        client_data=signed.client_data,
        authenticator_data=signed.authenticator_data,
        signature=signed.signature,
        at=at,
    )


async def ask_second(context: Context, number: int, by: Giver) -> dict[str, Any]:
    """Return what a browser needs to have somebody's passkey sign a proposal.

    Raises:
        ValueError: they may not sign it.
    """
    return staff.ask_signature(context, proposal_hash(await signable(context, number, by)))


async def sign(context: Context, number: int, given: Any, by: Giver) -> Decision:
    """Put a proposal in force by a second person's signature; return the decision as it stands then.

    Raises:
        ValueError: they may not sign it, or this is no signature over it.
    """
    require_witnesses(context)
    decision = await signable(context, number, by)
    signed = await staff.read_signature(context, by.staff, proposal_hash(decision), given)
    second = await staff.hash_of_staff(context, by.staff)
    async with context.change(MODERATION_BOX) as change:
        still = await change.get(Decision, number)
        case = await change.get(Case, decision.case)
        if still != decision or case is None or case.proposal != number:
            raise ValueError("Somebody else signed it, or withdrew it, a moment ago.")
        change.put(signature_of(signed, number, by, change.now))
        decision = msgspec.structs.replace(decision, second=by.staff, second_hash=second)
        put_in_force(context, change, case, decision)
    return await carried_out(context, number)


async def withdraw(context: Context, number: int, by: Giver) -> Decision:
    """Take a proposal back, or say no to it: its case waits again.

    Raises:
        ValueError: it is no proposal, or not theirs to look at.
    """
    await _proposed(context, number, by)
    async with context.change(MODERATION_BOX) as change:
        decision = await change.get(Decision, number)
        case = await change.get(Case, decision.case) if decision is not None else None
        if decision is None or case is None or case.proposal != number:
            raise ValueError("Somebody else signed it, or withdrew it, a moment ago.")
        withdrawn = msgspec.structs.replace(decision, state=DecisionState.WITHDRAWN.value)
        change.put(withdrawn)
        put_case(
            change, case, msgspec.structs.replace(case, state=CaseState.OPEN.value, proposal=0)
        )
    return withdrawn
