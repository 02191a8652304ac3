"""Pure decisions: how several notifications become one push message, and when it is tried again."""

import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from chappe.updates import Notification, NotificationKind

VERSION: Final = 1  # of what a push message says
TOGETHER_MAX: Final = (
    16  # notifications that one message stands for, the newest; of others nothing is known
)
GAP_S: Final = 5  # seconds between two messages to one browser
SLOWNESS: Final = 10  # times as long as a push service took it is left alone, where that is longer
FAILURES_MAX: Final = 6  # failures in a row after which a message is given up
FIRST_WAIT_S: Final = (
    20  # seconds after the first failure; each further one waits three times as long
)
WAIT_S_MAX: Final = 3600  # seconds after a failure, at most

# what a message says it stands for, the first of these that is among them
RANK: Final = (NotificationKind.MENTION, NotificationKind.MESSAGE, NotificationKind.REACTION)


class Settings(NamedTuple):
    """How loud something may be, where somebody has said so; None where they have not."""

    mute_until: int | None = None
    silent: bool | None = None


def loudness_of(settings: Iterable[Settings | None], now: int) -> tuple[bool, bool]:
    """Return whether something is muted, and whether it makes no sound: by what is said closest to it."""
    said = [one for one in settings if one is not None]
    until = next((one.mute_until for one in said if one.mute_until is not None), 0)
    silent = next((one.silent for one in said if one.silent is not None), False)
    return until > now, silent


def together(
    known: Sequence[Notification], more: Iterable[Notification]
) -> tuple[Notification, ...]:
    """Return what one message stands for: each dialog's newest of a kind, and the newest of all."""
    found = {(one.kind, one.peer, one.topic): one for one in known}
    for one in more:
        place = (one.kind, one.peer, one.topic)
        found.pop(place, None)
        found[place] = one
    return tuple(found.values())[-TOGETHER_MAX:]


def payload_of(notifications: Sequence[Notification], tag: str) -> bytes:
    """Return what a browser is told: that something came, of the most urgent kind; never where or from whom.

    `tag` is the word by which it knows which of its accounts is meant; it makes no sound (`s`) if none of
    them should.
    """
    kinds = {one.kind for one in notifications}
    said: dict[str, int | str] = {"v": VERSION, "n": next(k for k in RANK if k in kinds).value}
    if all(one.silent for one in notifications):
        said["s"] = 1
    if tag:
        said["a"] = tag
    return json.dumps(said, separators=(",", ":")).encode()


def gap_after(took_s: float) -> float:
    """Return how many seconds lie between two messages to one browser, by how long the first one took."""
    return max(GAP_S, took_s * SLOWNESS)


def wait_after(failures: int, asked_s: float) -> float:
    """Return how many seconds nobody is told anything after so many failures in a row.

    `asked_s` is how long the push service wants to be left alone.
    """
    wait = FIRST_WAIT_S * 3.0 ** min(failures - 1, FAILURES_MAX)
    return min(max(wait, asked_s), WAIT_S_MAX)
