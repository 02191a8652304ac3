"""Presence: last seen and online, set by apps and by writing."""

from typing import Final

from chappe.updates import Change

from .records import LastSeen

SEEN_STEP_S: Final = 30  # seconds by which "last seen" lags behind what somebody writes, at most


async def was_here(change: Change) -> None:
    """Note, in a change of somebody's own box, that they are doing something just now.

    Part of a change that is made anyway, and kept seldom. It takes nobody offline who said that they are
    here, and tells nobody: apps that show a message know by it that its author was here.
    """
    seen = await change.get(LastSeen)
    if seen is not None and seen.until + SEEN_STEP_S <= change.now:
        change.put(LastSeen(until=change.now))
