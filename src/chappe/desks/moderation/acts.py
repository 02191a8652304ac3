"""What a decision may do, and which of it takes a second person. Pure.

What each does is the slice `restrictions`', and of accounts `suspensions`'.
"""

from collections.abc import Collection
from enum import Enum
from typing import Final

from chappe.core import Kind

BAN_MEMBERS_MAX: Final = (
    100  # members of a group or channel that one person alone may close for good
)


class ActKind(Enum):
    """One thing a decision does. The values are stored, and are what people write."""

    REMOVE = "remove"  # the reported messages
    RESTRICT = "restrict"  # the account or chat is shown with a reason in place of its content
    MARK_SCAM = "mark-scam"
    MARK_FAKE = "mark-fake"
    FREEZE = "freeze"  # the account reads, and acts towards nobody, for some days
    CLOSE = "close"  # a group or channel, for some days
    BAN = "ban"  # the account, group or channel, for good
    ERASE = "erase"  # the account: frozen at once, erased when no appeal can be made any more
    BANK_HASH = "bank-hash"  # the reported public media are known from now on


WORDS: Final = {
    ActKind.REMOVE: "remove the reported messages",
    ActKind.RESTRICT: "show a reason in place of its content",
    ActKind.MARK_SCAM: "mark as scam",
    ActKind.MARK_FAKE: "mark as fake",
    ActKind.FREEZE: "freeze the account for some days",
    ActKind.CLOSE: "close the group or channel for some days",
    ActKind.BAN: "ban for good",
    ActKind.ERASE: "erase the account once no appeal can be made",
    ActKind.BANK_HASH: "know the reported public media again",
}

OF_ACCOUNTS: Final = frozenset({ActKind.FREEZE, ActKind.ERASE})  # of nobody else
OF_CHATS: Final = frozenset({ActKind.CLOSE})
SHOWN: Final = frozenset({ActKind.RESTRICT, ActKind.MARK_SCAM, ActKind.MARK_FAKE})
TIMED: Final = frozenset({ActKind.FREEZE, ActKind.CLOSE})  # which last some days, and need a number


def is_grave(
    acts: Collection[ActKind], *, members: int, from_authority: bool, first_use: bool
) -> bool:
    """Whether a decision takes a second person's signature.

    `members` are those of the group or channel it is about, 0 for an account; `first_use` is true for a rule
    that was never acted by.
    """
    if from_authority or first_use or ActKind.ERASE in acts:
        return True
    return ActKind.BAN in acts and (not members or members > BAN_MEMBERS_MAX)


def acts_in(given: str) -> tuple[ActKind, ...]:
    """Return the acts of a list with commas, in their order.

    Raises:
        ValueError: one is none, there is none at all, or two contradict each other.
    """
    named = {part.strip() for part in given.split(",")} - {""}
    known = {act.value: act for act in ActKind}
    listed = ", ".join(known)
    for wrong in sorted(named - known.keys()):
        raise ValueError(f"`{wrong[:64]}` is no act: give some of {listed}.")
    if not named:
        raise ValueError(f"What is to be done? Give some of {listed}; or close the case.")
    found = tuple(act for value, act in known.items() if value in named)
    for one, other in ((ActKind.MARK_SCAM, ActKind.MARK_FAKE), (ActKind.CLOSE, ActKind.BAN)):
        if one in found and other in found:
            raise ValueError(f"`{one.value}` and `{other.value}` at once cannot be: choose one.")
    return found


def check_acts(acts: Collection[ActKind], *, subject: Kind, days: int) -> None:
    """Check that acts fit what a case is about, and whether they last.

    Raises:
        ValueError: one does not.
    """
    for act in acts:
        if act in OF_ACCOUNTS and subject is not Kind.USER:
            raise ValueError(f"`{act.value}` is for accounts: this case is about a chat.")
        if act in OF_CHATS and subject is Kind.USER:
            raise ValueError(
                f"`{act.value}` is for groups and channels: this case is about one account."
            )
        if act in SHOWN and subject is Kind.CHAT:
            raise ValueError(
                f"Apps show nothing of `{act.value}` for a basic group: close it instead."
            )
    if bool(days) != bool(TIMED.intersection(acts)):
        timed = ", ".join(sorted(act.value for act in TIMED))
        raise ValueError(
            f"How many days? Give a number with {timed}, and with nothing else: what is for good is a ban."
        )
