"""What is kept about cases, all in one box of the house: steps of two at once come one after the other."""

from enum import Enum
from typing import Final

from chappe.core import House, Owner
from chappe.ports import Record, in_order

MODERATION_BOX: Final = Owner.house(House.MODERATION)
NOBODY: Final = -1  # in the place of a member of staff; 0 is the machine itself
DAY_S: Final = 86_400
APPEAL_WINDOW_S: Final = 183 * DAY_S  # seconds in which an appeal may be made (six months)
APPEAL_DAYS: Final = 14  # days until an appeal is to be decided
ASIDE_S: Final = 3 * DAY_S  # seconds for which what was removed outlasts its case
# seconds in which a decision can be undone: an appeal of the last day has its time, and a week more
UNDOABLE_S: Final = APPEAL_WINDOW_S + (APPEAL_DAYS + 7) * DAY_S


class CaseState(Enum):
    """How far a case has come. The values are stored."""

    OPEN = "open"
    PROPOSED = "proposed"  # waits for a second signature
    DECIDED = "decided"
    NO_VIOLATION = "no-violation"
    ALREADY_JUDGED = "already-judged"


WAITING_STATES: Final = frozenset({CaseState.OPEN.value, CaseState.PROPOSED.value})


class DecisionState(Enum):
    """How far a decision has come. The values are stored."""

    PROPOSED = "proposed"
    IN_FORCE = (
        "in-force"  # decided: goes into the public log, then it is done, then the letter is sent
    )
    DONE = "done"
    REVERSING = "reversing"  # into the log, then it is put back
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"  # a proposal that nobody signed


class Case(Record, frozen=True):
    """What was reported about one subject, until it is decided. Of reporters it has the number only."""

    table = "case"
    key = (in_order("number"),)

    number: int
    lot: int  # at random: what stands for it in logs
    subject: int  # whom it is about: the number of a peer (`accounts.peer_id`)
    lane: str  # see `Lane`
    opened: int
    due: int  # by when it is to be decided
    state: str = CaseState.OPEN.value
    reporters: int = 0  # different people who reported
    evidence: int = 0  # reports
    claimed_by: int = NOBODY  # the number of a member of staff
    claimed_until: int = 0
    child_safety: bool = False  # only whoever has that role opens it
    from_authority: bool = False  # somebody in office wants it: two persons decide
    source: str = "OTHER"  # as the DSA Transparency Database names who gave notice
    rule: str = ""  # by which it was found, without any report
    proposal: int = 0  # the decision that waits for a second signature
    decisions: tuple[int, ...] = ()
    closed: int = 0
    closed_by: int = NOBODY
    is_late: bool = False  # its clock ran out, and the ledger says so


class CaseDue(Record, frozen=True):
    """A case that waits, where the queue finds it: by lane, the next due first."""

    table = "case_due"
    key = ("lane", in_order("due"), in_order("number"))

    lane: str
    due: int
    number: int


class CaseOfSubject(Record, frozen=True):
    """The case that waits about a subject: the next report of the same joins it."""

    table = "case_of_subject"
    key = ("subject",)

    subject: int
    case: int


class CaseEvidence(Record, frozen=True):
    """A report that belongs to a case, or those messages of one that are its subject's."""

    table = "case_evidence"
    key = ("case", in_order("number"))

    case: int
    number: int
    report: int  # see `reports.Report`
    date: int
    kind: str  # as the report has it
    reason: str
    messages: tuple[int, ...] = ()  # their places in the report
    unveiled: int = 0  # how often somebody looked at its media
    pictures: tuple[int, ...] = ()  # the places of messages whose pictures were copied


class CaseReporter(Record, frozen=True):
    """Somebody reported what a case is about. No page and no command says who."""

    table = "case_reporter"
    key = ("case", "user")

    case: int
    user: int
    at: int


class CaseNote(Record, frozen=True):
    """What somebody of the staff wrote for the others."""

    table = "case_note"
    key = ("case", in_order("number"))

    case: int
    number: int
    by: int
    at: int
    text: str


class MutedReporter(Record, frozen=True):
    """Somebody whose reports open no case for a while, since they were not meant."""

    table = "muted_reporter"
    key = ("user",)

    user: int
    number: int  # by which it is ended: no page says who it is
    until: int
    reason: str
    by: int
    at: int


class Exposure(Record, frozen=True):
    """How much somebody of the staff had to look at on one day."""

    table = "exposure"
    key = ("staff", in_order("day"))

    staff: int
    day: int  # days since 1970
    opened: int = 0  # cases
    unveiled: int = 0  # media


class Signature(Record, frozen=True):
    """A second person's signature over a proposal, as their authenticator made it."""

    table = "second_signature"
    key = ("decision",)

    decision: int
    staff: int
    key_hash: str  # of the passkey, as the public log has it
    public_key: bytes  # COSE_Key, in CBOR
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    at: int


class Decision(Record, frozen=True):
    """What is done about a case, why, and by whom. There is no text in it that anybody wrote."""

    table = "decision"
    key = (in_order("number"),)

    number: int
    case: int
    subject: int
    acts: tuple[str, ...]  # see `ActKind`
    ground: str  # ILLEGAL or INCOMPATIBLE, as the DSA Transparency Database has it
    category: str  # and the rest of its words: see `vocabulary`
    keywords: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()  # countries; none: everywhere
    until: int = 0  # when it is over; 0: never
    facts: tuple[str, ...] = ()  # words of a fixed list
    content_types: tuple[str, ...] = ()
    content_at: int = 0  # when the oldest of it was posted, or the account made
    source: str = "OTHER"
    is_detected: bool = False  # found by a rule, and not by anybody
    evidence: tuple[int, ...] = ()  # numbers of the case's evidence it rests on
    state: str = DecisionState.PROPOSED.value
    is_grave: bool = False
    proposer: int = NOBODY
    proposer_hash: str = ""  # what stands for them in the public log
    proposed: int = 0
    chance: bytes = b""  # that makes each proposal another
    second: int = NOBODY
    second_hash: str = ""
    in_force: int = 0  # when it was decided
    position: int = 0  # of its entry in the ledger
    secret: bytes = b""  # the key by which that entry says whom it is about
    is_unwitnessed: bool = False  # no witness saw the entry before it was done
    done: int = 0
    reversed: int = 0
    raid: int = 0  # the raid it is part of
    undone: tuple[str, ...] = ()  # of its acts, what was put back though the rest stands
    undoing: tuple[str, ...] = ()  # and what is being put back

    @property
    def standing(self) -> tuple[str, ...]:
        """What it did that was not put back."""
        return tuple(act for act in self.acts if act not in self.undone)


class ActUndo(Record, frozen=True):
    """What was there before an act, so that it can be put back as it was."""

    table = "act_undo"
    key = ("decision", "act")

    decision: int
    act: str  # see `ActKind`
    before: bytes = b""  # what there was, as the act's own code writes it
    done: int = 0  # when it was done; 0: it is about to be


class RuleUsed(Record, frozen=True):
    """Somebody was decided against on this ground, for this kind of wrong: the next time one person may."""

    table = "rule_used"
    key = ("rule",)

    rule: str  # ground and category, words of fixed lists
    first: int  # when
