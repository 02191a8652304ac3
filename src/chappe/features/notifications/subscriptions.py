"""Subscriptions to push messages: each belongs to one session and goes with it.

The house keeps, for each place that is pushed to, whose it is: a browser that somebody else uses now is told
nothing of who used it before.
"""

from typing import Final

from chappe.core import House, Kind, Owner
from chappe.ports import PushAddress, Record
from chappe.updates import Change, Command, Context

SUBSCRIPTIONS_MAX: Final = (
    20  # browsers in which one person is told something; the oldest are forgotten
)
ACCOUNTS_MAX: Final = 8  # accounts of one browser that are told something at the same place
PLACES_BOX: Final = Owner.house(House.PUSH_PLACES)  # keeps whose a place is


class PushSubscription(Record, frozen=True):
    """Where the browser of a session is told something, in the box of whose session it is."""

    table = "push_subscription"
    key = ("key_id",)

    key_id: int  # of the session
    blind: str  # the blind index of all that follows
    endpoint: str
    p256dh: bytes
    auth: bytes
    tag: str = ""  # a word by which the browser knows which of its accounts is meant
    date: int = 0

    @property
    def address(self) -> PushAddress:
        """What messages are sent to."""
        return PushAddress(self.endpoint, self.p256dh, self.auth)


class PushPlace(Record, frozen=True):
    """In the house: whose a place is that is pushed to, by its blind index."""

    table = "push_place"
    key = ("blind",)

    blind: str
    users: tuple[int, ...]  # who came last is first


class PlaceTaken(Command, frozen=True):
    """To the house: somebody is told something at a place, and of who was before them, only these others."""

    name = "notifications.place_taken"

    blind: str
    user: int
    others: tuple[int, ...]

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        known = await change.get(PushPlace, self.blind)
        before = known.users if known is not None else ()
        kept = [u for u in before if u in self.others and u != self.user][: ACCOUNTS_MAX - 1]
        change.put(PushPlace(blind=self.blind, users=(self.user, *kept)))
        for gone in set(before) - {self.user, *kept}:
            change.send_command(Owner(Kind.USER, gone), PlaceLost(blind=self.blind))


class PlaceLeft(Command, frozen=True):
    """To the house: somebody is told nothing at a place any more."""

    name = "notifications.place_left"

    blind: str
    user: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        known = await change.get(PushPlace, self.blind)
        left = tuple(u for u in known.users if u != self.user) if known is not None else ()
        if left:
            change.put(PushPlace(blind=self.blind, users=left))
        else:
            change.drop(PushPlace, self.blind)


class PlaceLost(Command, frozen=True):
    """To somebody's box: a browser that was theirs is somebody else's now."""

    name = "notifications.place_lost"

    blind: str

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        for lost in await change.scan(PushSubscription):
            if lost.blind == self.blind:
                change.drop(PushSubscription, lost.key_id)


def unsubscribe(change: Change, gone: PushSubscription) -> None:
    """Forget a subscription, in a change of the box of whose it is."""
    change.drop(PushSubscription, gone.key_id)
    change.send_command(PLACES_BOX, PlaceLeft(blind=gone.blind, user=change.owner.id))


EVENTS: Final[tuple[type[Command], ...]] = (PlaceTaken, PlaceLeft, PlaceLost)
