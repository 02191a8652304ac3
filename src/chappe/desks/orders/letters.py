"""Letters to authorities, composed of what the order says and of fixed sentences. Pure.

The desk sends none: it does not know by which way an authority wants to be answered.
"""

import datetime as dt
from enum import StrEnum
from typing import Final, NamedTuple

from chappe.trust.custody import OrderRecord

from .checking import REQUIREMENTS, Requirement
from .records import AuthorityOrder
from .rules import OrderChannel, OrderState


class OrderLetter(StrEnum):
    """What an authority is told."""

    RECEIVED = "received"
    PRESERVED = "preserved"
    OBJECTED = "objected"
    REFUSED = "refused"
    NO_DATA = "no-data"
    EXECUTED = "executed"


class OrderFacts(NamedTuple):
    """What a letter is composed of."""

    order: AuthorityOrder
    record: OrderRecord
    origin: str  # of the public log
    package: str  # SHA-256 of what was released, in hex; nothing where nothing was


NO_ORDER: Final = (
    "What you ask is no order. Without one, of an authority that may issue it, we give no data and take"
    " nothing down. That you asked stands in our public log."
)
_SENTENCES: Final = {
    OrderLetter.RECEIVED: "We have received what you sent, and examine it.",
    OrderLetter.OBJECTED: (
        "We cannot carry it out as it is. Please complete or correct it; until then nothing is given."
    ),
    OrderLetter.REFUSED: "We do not carry it out.",
    OrderLetter.NO_DATA: (
        "We hold none of the data that it names. What was deleted, or was never kept, cannot be given."
    ),
}
#: Which letter belongs to how far an order has come.
_OF_STATE: Final = {
    OrderState.PRESERVED: OrderLetter.PRESERVED,
    OrderState.OBJECTED: OrderLetter.OBJECTED,
    OrderState.REFUSED: OrderLetter.REFUSED,
    OrderState.NO_DATA: OrderLetter.NO_DATA,
    OrderState.DELIVERED: OrderLetter.EXECUTED,
}


def usual_letter(state: OrderState) -> OrderLetter:
    """Return which letter belongs to how far an order has come."""
    return _OF_STATE.get(state, OrderLetter.RECEIVED)


def letter(kind: OrderLetter, facts: OrderFacts) -> str:
    """Return a letter.

    Raises:
        ValueError: it would say what is not so.
    """
    order, record = facts.order, facts.record
    came = f"received on {_day(record.received)}, as {record.channel} ({record.basis})"
    lines = [
        f"To the authority of {record.country}",
        *([f"Your reference: {order.reference}"] if order.reference else []),
        f"Our number: {order.number}, {came}",
        "",
        *_body(kind, facts),
        "",
        f"Every step stands in the public log {facts.origin} under the case {record.case.hex()}",
    ]
    if order.hidden_until:
        until = _day(order.hidden_until)
        lines[-1] += f", hidden there until {until}: the order forbids to say so"
    lines[-1] += "."
    return "\n".join(lines)


def _body(kind: OrderLetter, facts: OrderFacts) -> list[str]:
    order = facts.order
    if facts.record.channel == OrderChannel.INFORMAL and kind is not OrderLetter.RECEIVED:
        return [NO_ORDER]
    match kind:
        case OrderLetter.PRESERVED:
            if not order.kept_until:
                raise ValueError(f"Nothing is kept for order {order.number}.")
            return [
                f"What it names is kept until {_day(order.kept_until)}, sealed, and nobody can read it.",
                "It is destroyed on that day unless an order for it has come.",
            ]
        case OrderLetter.EXECUTED:
            if not facts.package or not order.delivered:
                raise ValueError(f"Nothing of order {order.number} was given.")
            return [
                f"It was carried out on {_day(order.delivered)}. The package is sealed to your key.",
                f"SHA-256 of the package: {facts.package}",
                _heard(order, len(facts.record.accounts)),
            ]
    lacking = [REQUIREMENTS[one].lacking for one in Requirement if one in order.lacking]
    has_reasons = kind in (OrderLetter.OBJECTED, OrderLetter.REFUSED)
    return [_SENTENCES[kind], *(f"- {one}" for one in lacking if has_reasons)]


def _heard(order: AuthorityOrder, accounts: int) -> str:
    if order.hidden_until:
        return "Whose data it is has not been told. They are, once the order does not forbid it any more."
    if order.told and order.erased < accounts:
        return f"Whose data it is was told on {_day(order.told)}."
    if order.told:
        return "Whose data it is could not be told: there is no such account any more."
    return "Whose data it is will be told."


def _day(moment: float) -> str:
    return f"{dt.datetime.fromtimestamp(moment, dt.UTC):%Y-%m-%d}"
