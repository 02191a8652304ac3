"""Orders of authorities: by which way they come, what may be done about them, and how long it may take. Pure.

Nothing here is advice about law. The times are those of the texts named; what an order itself says, and what
holds in a country, wins.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from chappe.features.export import CLASSES, Category, DataClass, Reader

HOUR_S: Final = 3_600
DAY_S: Final = 86_400
EPOC_S: Final = 10 * DAY_S  # Regulation (EU) 2023/1543, article 10 (2)
EPOC_EMERGENCY_S: Final = 8 * HOUR_S  # article 10 (4)
PRESERVED_DAYS: Final = 60  # article 11 (1)
PRESERVED_LONGER_DAYS: Final = 30  # article 11 (1), once, if the authority says so
TCO_S: Final = HOUR_S  # Regulation (EU) 2021/784, article 3 (3)
ALL_TIME: Final = 1 << 31  # seconds since 1970: an order that names no last day
BUCKET_BYTES_MIN: Final = (
    4_096  # sizes of packages are said in the log as powers of two from here on
)


class OrderChannel(StrEnum):
    """By which way of the law somebody asks. The values stand in the public log."""

    EPOC = "EPOC"  # European Production Order
    EPOC_PR = "EPOC-PR"  # European Preservation Order
    DSA9 = "DSA9"  # Regulation (EU) 2022/2065: to act against content
    DSA10 = "DSA10"  # to give information
    TCO = "TCO"  # to remove terrorist content
    MLAT = "MLAT"  # mutual legal assistance
    OTHER = "other"
    INFORMAL = "informal"  # advice, a meeting, a threat, a request without an order
    INTERNAL = "internal"  # of the organisation's own: a legal hold


class OrderBasis(StrEnum):
    """On what an order stands."""

    ADMINISTRATIVE = "administrative-order"
    COURT = "court-order"
    NONE = "none"
    PROSECUTOR = "prosecutor-order"
    STATUTE = "statute"
    WARRANT = "warrant"


class OrderLane(StrEnum):
    """Where an order waits, by the clock that runs for it."""

    REMOVAL = "removal"
    EMERGENCY = "emergency"
    PRODUCTION = "production"
    PRESERVATION = "preservation"
    OTHER = "other"
    INFORMAL = "informal"


LANE_TITLES: Final[Mapping[OrderLane, str]] = {
    OrderLane.REMOVAL: "Removal, one hour",
    OrderLane.EMERGENCY: "Emergency, 8 hours",
    OrderLane.PRODUCTION: "Production, 10 days",
    OrderLane.PRESERVATION: "Preservation, at once",
    OrderLane.OTHER: "Other orders",
    OrderLane.INFORMAL: "No order",
}


class OrderState(StrEnum):
    """How far an order has come."""

    RECEIVED = "received"
    PRESERVED = "preserved"
    OBJECTED = "objected"
    REFUSED = "refused"
    NO_DATA = "no-data"
    SEALED = "sealed"
    APPROVED = "approved"
    RELEASED = "released"
    DELIVERED = "delivered"
    CLOSED = "closed"


class OrderOutcome(StrEnum):
    """What was decided about an order, by the operator alone; custodians approve a release."""

    OBJECTED = "objected"
    REFUSED = "refused"
    NO_DATA = "no-data"


class OrderEnd(StrEnum):
    """How a matter ended."""

    AGREED = "agreed"
    EXECUTED = "executed"
    LAPSED = "lapsed"
    OBJECTION_UPHELD = "objection-upheld"
    WITHDRAWN = "withdrawn"


class OrderAct(StrEnum):
    """What the operator does because somebody asks: moderators decide it. The values stand in the log."""

    BAN = "ban"
    BANK_HASH = "bank-hash"
    CLOSE = "close"
    ERASE = "erase"
    FREEZE = "freeze"
    MARK_FAKE = "mark-fake"
    MARK_SCAM = "mark-scam"
    REMOVE = "remove"
    RESTRICT = "restrict"


S = OrderState
#: From where an order may go where. What is not here may not happen.
NEXT: Final[Mapping[OrderState, frozenset[OrderState]]] = {
    S.RECEIVED: frozenset({S.PRESERVED, S.OBJECTED, S.REFUSED, S.NO_DATA, S.SEALED, S.CLOSED}),
    S.PRESERVED: frozenset({S.OBJECTED, S.REFUSED, S.NO_DATA, S.SEALED, S.CLOSED}),
    S.OBJECTED: frozenset({S.REFUSED, S.NO_DATA, S.SEALED, S.CLOSED}),
    S.REFUSED: frozenset({S.CLOSED}),
    S.NO_DATA: frozenset({S.CLOSED}),
    S.SEALED: frozenset({S.OBJECTED, S.REFUSED, S.NO_DATA, S.APPROVED, S.CLOSED}),
    S.APPROVED: frozenset({S.RELEASED, S.CLOSED}),
    S.RELEASED: frozenset({S.DELIVERED}),
    S.DELIVERED: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
}
_ANSWERED: Final = frozenset({S.REFUSED, S.NO_DATA, S.DELIVERED, S.CLOSED})

#: Channels by which data may be asked for, and by which it may be kept for later. None else.
RELEASING: Final = frozenset(
    {
        OrderChannel.EPOC,
        OrderChannel.DSA10,
        OrderChannel.MLAT,
        OrderChannel.OTHER,
        OrderChannel.INTERNAL,
    }
)
PRESERVING: Final = frozenset({OrderChannel.EPOC_PR, OrderChannel.OTHER, OrderChannel.INTERNAL})

#: Classes of data as the law calls them, and the log, by our categories.
LAW_CLASSES: Final[Mapping[Category, str]] = {
    Category.SUBSCRIBER: "subscriber",
    Category.ACCESS: "identification",
    Category.TRAFFIC: "traffic",
    Category.CONTENT: "content",
}


def may_become(state: OrderState, wanted: OrderState) -> None:
    """Find out whether an order may go from one state to another.

    Raises:
        ValueError: it may not.
    """
    if wanted not in NEXT[state]:
        raise ValueError(f"An order that is {state} cannot become {wanted}.")


def data_classes(given: tuple[str, ...]) -> tuple[DataClass, ...]:
    """Return which classes of an export are meant by classes of the law: those that may be released."""
    return tuple(
        of
        for of, about in CLASSES.items()
        if LAW_CLASSES[about.category] in given and Reader.RELEASE in about.readers
    )


def law_class(of: DataClass) -> str:
    """Return what the law calls a class of an export."""
    return LAW_CLASSES[CLASSES[of].category]


def due_at(channel: OrderChannel, received: int, *, emergency: bool) -> int:
    """Return by when an order is to be answered, in seconds since 1970; 0 where no text says when."""
    if channel is OrderChannel.EPOC:
        return received + (EPOC_EMERGENCY_S if emergency else EPOC_S)
    if channel is OrderChannel.TCO:
        return received + TCO_S
    return 0


def lane_of(channel: str, *, emergency: bool) -> OrderLane:
    """Return where an order waits."""
    match channel:
        case OrderChannel.TCO:
            return OrderLane.REMOVAL
        case OrderChannel.EPOC:
            return OrderLane.EMERGENCY if emergency else OrderLane.PRODUCTION
        case OrderChannel.EPOC_PR:
            return OrderLane.PRESERVATION
        case OrderChannel.INFORMAL:
            return OrderLane.INFORMAL
    return OrderLane.OTHER


def is_late(state: OrderState, due: int, now: float) -> bool:
    """Whether a clock ran out before anybody was answered."""
    return 0 < due < now and state not in _ANSWERED


def time_left(state: OrderState, due: int, now: int) -> str:
    """Return how long there is, in words; nothing where no clock runs."""
    if not due or state in _ANSWERED:
        return ""
    left = abs(due - now)
    days, hours, minutes = left // DAY_S, left % DAY_S // HOUR_S, left % HOUR_S // 60
    said = f"{days} d {hours} h" if days else f"{hours} h {minutes} min"
    return said if due >= now else f"LATE by {said}"


def size_bucket(size: int) -> int:
    """Return how large a package is, as the log says it: the next power of two."""
    return max(BUCKET_BYTES_MIN, 1 << (size - 1).bit_length())


def week_at(moment: int) -> str:
    """Return the week of a moment, as the log writes it (ISO 8601, UTC)."""
    year, week, _ = dt.datetime.fromtimestamp(moment, dt.UTC).isocalendar()
    return f"{year}-W{week:02}"


def week_begins(week: str) -> int:
    """Return the first moment of a week."""
    monday = dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    return int(dt.datetime(monday.year, monday.month, monday.day, tzinfo=dt.UTC).timestamp())


def moment_of(day: str, otherwise: int) -> int:
    """Return the first moment of a day (UTC), or another one where none is named.

    Raises:
        ValueError: it is no day.
    """
    if not day:
        return otherwise
    try:
        found = dt.date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"`{day[:20]}` is no day: give one as 2026-11-30.") from None
    return int(dt.datetime(found.year, found.month, found.day, tzinfo=dt.UTC).timestamp())
