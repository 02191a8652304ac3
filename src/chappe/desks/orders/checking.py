"""Whether an order is one: what it must have, asked point by point. Pure.

Nothing here is advice about law. The points are what the texts ask of an order, and what false orders lack: a
sender who is whom they say. Which law an order has to keep, its operator's lawyer says.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from .rules import OrderChannel, OrderState


class Requirement(StrEnum):
    """What an order must have."""

    FORM = "form"
    AUTHORITY = "authority"
    SENDER = "sender"
    ADDRESSEE = "addressee"
    LANGUAGE = "language"
    SCOPE = "scope"
    REASONS = "reasons"
    RIGHTS = "rights"


class RequiredPoint(NamedTuple):
    """A point of the list: what is looked for, and what an authority is told that did without it."""

    asks: str
    lacking: str


#: Regulations (EU) 2023/1543, articles 4 to 7, 9, 10; 2022/2065, articles 9, 10; 2021/784, article 3.
REQUIREMENTS: Final[Mapping[Requirement, RequiredPoint]] = {
    Requirement.FORM: RequiredPoint(
        "It is in writing, dated and signed, on the form that its way of the law has.",
        "It is not in writing, dated and signed on the form that is provided for it.",
    ),
    Requirement.AUTHORITY: RequiredPoint(
        "Whoever issued it may do so, and a judge or prosecutor validated it where that is needed.",
        "It does not show that whoever issued it may do so, or that it was validated.",
    ),
    Requirement.SENDER: RequiredPoint(
        "It really came from that authority: you called back by a number that you found elsewhere.",
        "We could not confirm that it came from the authority it names.",
    ),
    Requirement.ADDRESSEE: RequiredPoint(
        "It is addressed to the operator of this server.",
        "It is not addressed to the operator of this server.",
    ),
    Requirement.LANGUAGE: RequiredPoint(
        "It is in a language that you accept.",
        "It is in no language that we accept.",
    ),
    Requirement.SCOPE: RequiredPoint(
        "It names accounts, classes of data and dates, or the content, and no more than its basis allows.",
        "It does not name what it wants exactly, or wants more than its basis allows.",
    ),
    Requirement.REASONS: RequiredPoint(
        "It states the law it rests on, and why it is necessary and proportionate.",
        "It does not state the law it rests on, or why it is necessary and proportionate.",
    ),
    Requirement.RIGHTS: RequiredPoint(
        "Nothing speaks against it: no immunity or privilege, no law of another country.",
        "An immunity, a privilege or the law of another country stands against it.",
    ),
}

_OF_ONES_OWN: Final = (Requirement.FORM, Requirement.SCOPE, Requirement.REASONS)

#: States in which the list is still gone through.
CHECKING: Final = frozenset({OrderState.RECEIVED, OrderState.PRESERVED, OrderState.OBJECTED})


def required(channel: str) -> tuple[Requirement, ...]:
    """Return what an order that came so must have; of what is no order nothing is asked."""
    if channel == OrderChannel.INFORMAL:
        return ()
    return _OF_ONES_OWN if channel == OrderChannel.INTERNAL else tuple(Requirement)


def open_points(
    channel: str, met: Collection[str], lacking: Collection[str]
) -> tuple[Requirement, ...]:
    """Return what nobody has looked at yet."""
    return tuple(one for one in required(channel) if one not in met and one not in lacking)


def require_examined(channel: str, met: Collection[str], lacking: Collection[str]) -> None:
    """Find out whether every point of an order was looked at: of a clerk it is asked.

    Raises:
        ValueError: one was not.
    """
    left = open_points(channel, met, lacking)
    if left:
        named = ", ".join(one.value for one in left)
        raise ValueError(
            f"Nobody has looked yet whether it is an order: say of {named} what you found."
        )


def require_complete(lacking: Collection[str]) -> None:
    """Find out whether data may be taken by an order.

    Raises:
        ValueError: it was found to lack something.
    """
    if lacking:
        named = ", ".join(one.value for one in Requirement if one in lacking)
        raise ValueError(f"The order lacks {named}: object to it, or say that it was mended.")
