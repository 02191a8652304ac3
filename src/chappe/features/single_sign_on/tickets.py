"""Tickets of who has come back from the provider, in memory: after a restart one signs in again."""

import hashlib
from collections import OrderedDict
from hmac import compare_digest
from typing import Final, NamedTuple

from chappe.updates import PerServer

from .rules import COOKIE_S, TICKET_S, url_letters

TICKETS_MAX: Final = (
    20_000  # tickets, those included that are used up and kept so that none is given twice
)


class Arrived(NamedTuple):
    """Somebody whom the provider knows, on their way in."""

    browser: str  # the hash of a secret of the browser that began
    subject: str
    first_name: str
    last_name: str
    session: str  # their session there
    refresh_token: str


class Ticket:
    """One ticket: with it, and the secret of their browser, somebody gets in once."""

    __slots__ = ("arrived", "given", "used_by", "user")

    def __init__(self, arrived: Arrived, given: float) -> None:
        self.arrived = arrived
        self.given = given
        self.used_by = 0  # the key it let in
        self.user = 0  # as whom


class Tickets:
    """The tickets of one server, by a hash; a ticket is known for as long as it could be asked for again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Ticket] = OrderedDict()  # the oldest first

    def has(self, token: str) -> bool:
        """Whether a ticket was given, be it used or over."""
        return _digest(token) in self._kept

    def give(self, token: str, arrived: Arrived, now: float) -> bool:
        """Give a ticket; False if it was given before, or there are too many."""
        while self._kept and next(iter(self._kept.values())).given + COOKIE_S + TICKET_S <= now:
            self._kept.popitem(last=False)
        if self.has(token) or len(self._kept) >= TICKETS_MAX:
            return False
        self._kept[_digest(token)] = Ticket(arrived, now)
        return True

    def take(self, token: str, secret: str, key_id: int, now: float) -> Ticket | None:
        """Use up a ticket, by a key; again only by the same, whose answer was lost. None: it is no good."""
        ticket = self._kept.get(_digest(token))
        if ticket is None or ticket.given + TICKET_S <= now:
            return None
        if not compare_digest(ticket.arrived.browser, url_letters(_digest(secret))):
            return None
        if ticket.used_by and (ticket.used_by != key_id or not ticket.user):
            return None
        ticket.used_by = key_id
        return ticket


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


TICKETS: Final[PerServer[Tickets]] = PerServer(lambda _: Tickets())
