"""How orders are said to people: channels, bases, ends and acts in words. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from .rules import (
    LANE_TITLES,
    LAW_CLASSES,
    OrderAct,
    OrderBasis,
    OrderChannel,
    OrderEnd,
    OrderLane,
)

CHANNEL_TITLES: Final[Mapping[OrderChannel, str]] = {
    OrderChannel.EPOC: "European Production Order (EPOC)",
    OrderChannel.EPOC_PR: "European Preservation Order (EPOC-PR)",
    OrderChannel.DSA9: "to act against content (DSA, article 9)",
    OrderChannel.DSA10: "to give information (DSA, article 10)",
    OrderChannel.TCO: "to remove terrorist content (TCO)",
    OrderChannel.MLAT: "mutual legal assistance",
    OrderChannel.OTHER: "another order",
    OrderChannel.INFORMAL: "no order: advice, a meeting, a threat, a request",
    OrderChannel.INTERNAL: "your organisation's own: a legal hold",
}
BASIS_TITLES: Final[Mapping[OrderBasis, str]] = {
    OrderBasis.COURT: "order of a court",
    OrderBasis.WARRANT: "warrant",
    OrderBasis.PROSECUTOR: "order of a prosecutor",
    OrderBasis.ADMINISTRATIVE: "order of another authority",
    OrderBasis.STATUTE: "a law itself",
    OrderBasis.NONE: "nothing",
}
END_TITLES: Final[Mapping[OrderEnd, str]] = {
    OrderEnd.EXECUTED: "it was carried out, or refused as said above",
    OrderEnd.AGREED: "something was agreed without an order",
    OrderEnd.OBJECTION_UPHELD: "the objection was upheld",
    OrderEnd.WITHDRAWN: "it was withdrawn",
    OrderEnd.LAPSED: "its time is over",
}
ACT_TITLES: Final[Mapping[OrderAct, str]] = {
    OrderAct.REMOVE: "messages removed",
    OrderAct.RESTRICT: "an account, group or channel restricted",
    OrderAct.FREEZE: "an account frozen for some days",
    OrderAct.CLOSE: "a group or channel closed for some days",
    OrderAct.BAN: "an account, group or channel banned",
    OrderAct.ERASE: "an account erased",
    OrderAct.MARK_SCAM: "marked as a scam",
    OrderAct.MARK_FAKE: "marked as a fake",
    OrderAct.BANK_HASH: "pictures or files known again",
}


class OrderWords(NamedTuple):
    """Everything that a form about an order offers, by the word that commands take."""

    lanes: Mapping[OrderLane, str]
    channels: Mapping[OrderChannel, str]
    bases: Mapping[OrderBasis, str]
    classes: Mapping[str, str]
    ends: Mapping[OrderEnd, str]
    acts: Mapping[OrderAct, str]


_CLASSES: Final = {
    "subscriber": "who somebody is",
    "identification": "by which devices they came, and when",
    "traffic": "with whom they have to do",
    "content": "what was written",
}


def order_words() -> OrderWords:
    """Return what forms offer."""
    classes = {name: _CLASSES[name] for name in LAW_CLASSES.values()}
    return OrderWords(LANE_TITLES, CHANNEL_TITLES, BASIS_TITLES, classes, END_TITLES, ACT_TITLES)
