"""Bounds of invites, and how many of their own people may have."""

from typing import Final

DAY_S: Final = 86_400
INVITE_DAYS: Final = 7  # days an invite is good for, unless its maker says otherwise
INVITE_DAYS_MAX: Final = 366  # days an invite may be good for
INVITE_USES_MAX: Final = 10_000  # people one invite may let in
NOTE_CHARACTERS_MAX: Final = 64  # characters of what the operator notes about an invite
ID_CHARACTERS: Final = 8  # of the blind index of an invite, by which the operator names it
ARRIVALS_LISTED_MAX: Final = 200  # people who came by invites, listed at once
INVITES_LISTED_MAX: Final = 1_000  # invites that are listed at once
INVITES_READ_MAX: Final = 1_000_000  # invites looked through for those that are open
INVITES_A_WEEK_MAX: Final = 10  # invites one person may make in a week, where people may


def made_lately(made: tuple[int, ...], now: int) -> tuple[int, ...]:
    """Return which of these moments, in seconds since 1970, lie in the week before now."""
    return tuple(at for at in made if at > now - 7 * DAY_S)
