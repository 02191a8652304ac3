"""Letters about decisions: the statement of reasons to whom it is about, the result to who reported it."""

from typing import Final

from chappe.core import HOUSE, Kind
from chappe.features import accounts, auth, chats, ledger, receipts
from chappe.features.receipts import Letter
from chappe.updates import Context, Job

from .appeal_links import LinkPurpose, link_of
from .appeal_records import LetterSent, LetterTo
from .records import (
    APPEAL_WINDOW_S,
    MODERATION_BOX,
    Case,
    CaseReporter,
    Decision,
    DecisionState,
)
from .statement import LetterFacts, acts_said, day, statement
from .wording import Wording, wording_of

TRY_AGAIN_S: Final = 60  # seconds until a receipt is asked for again that the log does not have yet
DECIDED, REVERSED, CHANGED = "decided", "reversed", "changed"
RECEIPT_NAME: Final = "decision.tlog-proof"
_TOLD: Final = frozenset(
    {DecisionState.IN_FORCE.value, DecisionState.DONE.value, DecisionState.REVERSED.value}
)


class LetterDue(Job, frozen=True):
    """A decision is in force, and whom it is about is to be told why."""

    name = "moderation.letter"

    decision: int

    async def run(self, context: Context) -> None:
        """See `Job`. The letter holds the receipt: it waits until the log that is served has the decision."""
        decision = await context.look(MODERATION_BOX).get(Decision, self.decision)
        if decision is None or decision.state not in _TOLD:
            return
        try:
            receipt = await _receipt(context, decision)
        except ledger.NotLoggedError:
            async with context.change(MODERATION_BOX) as change:
                change.schedule(change.now + TRY_AGAIN_S, self)
            return
        user = await recipient_of(context, decision)
        if user:
            await _send(context, user, decision, receipt)
        async with context.change(MODERATION_BOX) as change:
            if user and await change.get(LetterSent, decision.number) is None:
                change.put(LetterSent(decision=decision.number, user=user, at=change.now))
                change.put(LetterTo(user=user, decision=decision.number))
            change.schedule(change.now, ResultsDue(case=decision.case, outcome=DECIDED))


class ResultsDue(Job, frozen=True):
    """A case is closed, or what was done is undone, and whoever reported it is to be told."""

    name = "moderation.results"

    case: int
    outcome: (
        str  # "decided", "changed", "reversed", or the state of a case closed without a decision
    )

    async def run(self, context: Context) -> None:
        """See `Job`. Each is told once, however often it runs; who is gone is told nothing."""
        look = context.look(MODERATION_BOX)
        case = await look.get(Case, self.case)
        if case is None:
            return
        decision = await look.get(Decision, case.decisions[-1]) if case.decisions else None
        acts = decision.acts if decision is not None else ()
        if decision is not None and self.outcome == CHANGED:
            acts = decision.standing
        for one in await look.scan(CaseReporter, self.case):
            words = wording_of(await auth.language_of(context, one.user))
            text = result_text(words, self.outcome, one.at, acts)
            number = context.keyed(f"moderation result {self.outcome}", self.case, one.user)
            await receipts.bring_letter(context, one.user, Letter(number, text))


def result_text(words: Wording, outcome: str, at: int, acts: tuple[str, ...]) -> str:
    """Return what somebody is told who reported something at this moment."""
    if outcome == REVERSED:
        return words.say("result", REVERSED, day=day(at))
    if outcome == CHANGED:
        return words.say("result", CHANGED, day=day(at), acts=acts_said(acts, words))
    values = {"acts": acts_said(acts, words)} if outcome == DECIDED else {}
    return f"{words.say('result', 'head', day=day(at))}\n\n{words.say('result', outcome, **values)}"


async def recipient_of(context: Context, decision: Decision) -> int:
    """Return who is told of a decision: whose account it is about, or who made the group; 0: nobody."""
    owner = accounts.owner_of(decision.subject)
    if owner.kind is Kind.USER:
        return owner.id
    chat = await context.look(owner).get(chats.Chat)
    return chat.creator if chat is not None else 0


async def preview(context: Context, decision: Decision) -> str:
    """Return the letter that a decision would have, in the language of whom it is about."""
    user = await recipient_of(context, decision)
    return await _text(context, user, decision)


def letter_number(context: Context, decision: int) -> int:
    """Return by which number somebody's box knows that the letter of a decision came."""
    return context.keyed("moderation letter", decision)


async def _text(context: Context, user: int, decision: Decision) -> str:
    owner, chat = accounts.owner_of(decision.subject), ""
    if owner.kind is not Kind.USER:
        kept = await context.look(owner).get(chats.Chat)
        chat = kept.title if kept is not None else str(owner.id)
    words = wording_of(await auth.language_of(context, user))
    since = decision.in_force or int(context.clock.now())
    facts = LetterFacts(
        chat=chat,
        # what this machine calls itself leads nowhere from another one
        link=link_of(context, LinkPurpose.APPEAL, decision.number)
        if context.config.public_url
        else "",
        appeal_until=since + APPEAL_WINDOW_S,
        log_page=f"{context.config.web_address}/log/"
        if context.own(ledger.PUBLIC_LOG).is_kept
        else "",
        is_unwitnessed=decision.is_unwitnessed,
    )
    return statement(decision, words, facts)


async def _send(context: Context, user: int, decision: Decision, receipt: bytes) -> None:
    text = await _text(context, user, decision)
    number = letter_number(context, decision.number)
    await receipts.bring_letter(context, user, Letter(number, text, RECEIPT_NAME, receipt))


async def _receipt(context: Context, decision: Decision) -> bytes:
    """Return the receipt of a decision; empty where no log is kept.

    Raises:
        NotLoggedError: the log that is served does not have it yet.
    """
    log = context.own(ledger.PUBLIC_LOG)
    if not log.is_kept or not decision.position:
        return b""
    entry = await context.look(HOUSE).get(ledger.LedgerEntry, decision.position)
    if entry is None:
        return b""
    return await log.receipt(ledger.public_step(entry), decision.secret, decision.subject)
