"""A moment in a text, which each app shows in its reader's words and time zone (messageEntityFormattedDate).

As what an entity says it is one number: Unix seconds, and above them how it is shown.
"""

from typing import Final, Protocol

MOMENT_BITS: Final = 32  # bits of the seconds
SHOWN: Final = (  # how a moment is shown, by the bits of the protocol's flags
    "relative",
    "short_time",
    "long_time",
    "short_date",
    "long_date",
    "day_of_week",
)


class Moment(Protocol):
    """A moment as a client gives it; a field of `SHOWN` is true where it is shown so."""

    date: int  # Unix seconds


def moment_of(entity: Moment) -> int | None:
    """Return a moment and how it is shown as one number; None for one before 1970."""
    if entity.date <= 0:
        return None
    flags = sum(bool(getattr(entity, name)) << bit for bit, name in enumerate(SHOWN))
    return entity.date | flags << MOMENT_BITS


def moment_fields(moment: int) -> dict[str, int | bool]:
    """Return the fields of the entity that shows a moment."""
    flags = moment >> MOMENT_BITS
    fields: dict[str, int | bool] = {name: bool(flags >> bit & 1) for bit, name in enumerate(SHOWN)}
    return fields | {"date": moment & (1 << MOMENT_BITS) - 1}
