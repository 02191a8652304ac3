"""What is kept about letters and appeals, in the box of moderation."""

from chappe.ports import Record, in_order

from .records import NOBODY


class LetterSent(Record, frozen=True):
    """Somebody was told of a decision: it is one they may appeal against."""

    table = "letter_sent"
    key = ("decision",)

    decision: int
    user: int
    at: int


class LetterTo(Record, frozen=True):
    """Finds the decisions that somebody was told of."""

    table = "letter_to"
    key = ("user", "decision")

    user: int
    decision: int


class Appeal(Record, frozen=True):
    """An appeal against a decision: there is one of each at most."""

    table = "appeal"
    key = (in_order("decision"),)

    decision: int
    case: int
    user: int  # whom the decision is about
    way: str  # "app" or "link"
    filed: int
    due: int
    outcome: str = ""  # once it is decided
    decided: int = 0
    by: int = NOBODY  # who decided it, of the staff; 0: the machine's owner
    is_done: bool = False  # what it undoes is undone, and they were told
    undo: tuple[str, ...] = ()  # the acts that are undone, where the rest stands


class AppealTurn(Record, frozen=True):
    """One thing that was said about an appeal."""

    table = "appeal_turn"
    key = ("decision", in_order("number"))

    decision: int
    number: int
    at: int
    by: int  # of the staff; NOBODY: whoever appeals
    text: str
    message: int = 0  # its number in their box, if it came in the chat
