"""How long messages live: by the timer of their conversation, and by what the server keeps at most."""

from typing import Final

from chappe.features import accounts
from chappe.ports import Record
from chappe.updates import Context, PerServer, Viewer

DAY_S: Final = 86_400  # seconds


class KeepingRule(Record, frozen=True):
    """How long this server keeps messages at most, and what it kept before. In a box of the house."""

    table = "keeping_rule"
    key = ()

    days: int = 0  # days; 0 for ever
    starts: int = 0  # from when that holds, in seconds since 1970
    before: int = 0  # days, until then
    since: int = 0  # when it was set
    told: int = -1  # whom of the people it concerns were told, by their ids, in order

    def days_at(self, now: float) -> int:
        """Return for how many days messages are kept at a moment; 0 for ever."""
        return self.days if now >= self.starts else self.before


class ServerKeeping:
    """The rule of one server, at hand."""

    def __init__(self, _: Context) -> None:
        self.rule = KeepingRule()


KEEPING: Final = PerServer(ServerKeeping)


def is_kept_for_ever(user: int, peer: int) -> bool:
    """Whether the server's rule spares a conversation of somebody: what they saved, and what it told them."""
    return peer in (user, accounts.SERVICE_USER)


def lifetime(viewer: Viewer, peer: int, period: int) -> int | None:
    """Return how many seconds messages of a conversation live whose own timer is `period`; None for ever.

    That is the shorter of the timer and of what the server keeps.
    """
    days = viewer.context.own(KEEPING).rule.days_at(viewer.context.clock.now())
    if not days or is_kept_for_ever(viewer.user, peer):
        return period or None
    return min(period, days * DAY_S) if period else days * DAY_S
