"""How often: every method draws from one of these buckets, the whole policy on one page."""

from collections import OrderedDict
from collections.abc import Collection
from enum import Enum
from math import ceil
from typing import Final, NamedTuple

from chappe.tl import errors
from chappe.updates import PerServer

from .fair_queue import FairQueue

BUCKETS_KEPT_MAX: Final = (
    100_000  # buckets; the longest unused are forgotten first, when they are full
)


class Bucket(NamedTuple):
    """A bucket of `size` calls that regains one every `refill_s` seconds, one for each `per`."""

    size: int
    refill_s: float
    per: str  # "user" (else the key), "address", or what a handler draws for: "number", "account", "chat"


class Rate(Enum):
    """Rate classes. LOGIN and LOOKUP are what an attacker or a scraper wants, so they are dear.

    By address they are counted so that a school behind one of them gets on, and a scraper does not.
    """

    FREE = Bucket(size=5_000, refill_s=0.001, per="user")
    READ = Bucket(size=1_000, refill_s=0.01, per="user")
    READING = Bucket(size=3_000, refill_s=0.01, per="reader")  # pages of records looked through
    SEARCH = Bucket(
        size=3_000, refill_s=0.1, per="reader"
    )  # pages looked through for words or kinds
    WRITE = Bucket(size=300, refill_s=0.1, per="user")
    SEND = Bucket(size=300, refill_s=0.05, per="user")
    # a class of three hundred signs up at once; what was no guess is given back
    LOGIN = Bucket(size=1_000, refill_s=10.0, per="address")
    LOOKUP = Bucket(size=100, refill_s=2.0, per="user")
    # what all who come from one address look up beside that: with NUMBERS_THERE at most 5,000 a day
    LOOKUP_THERE = Bucket(size=1_500, refill_s=72.0, per="address")
    HANDSHAKE = Bucket(
        size=1_000, refill_s=0.5, per="address"
    )  # new keys: milliseconds of work each
    WIRE = Bucket(
        size=20_000, refill_s=0.00005, per="wire"
    )  # work before and around calls: `mtproto.work`
    # messages of a bot, as Telegram counts them (core.telegram.org/bots/faq): to all, to somebody, to a group
    BOT = Bucket(size=30, refill_s=1 / 30, per="account")
    BOT_CHAT = Bucket(size=20, refill_s=1.0, per="chat")
    BOT_GROUP = Bucket(size=20, refill_s=3.0, per="chat")
    REPORT = Bucket(size=20, refill_s=60.0, per="user")
    EVIDENCE = Bucket(size=500, refill_s=120.0, per="reporter")  # messages copied into reports
    JOIN = Bucket(size=20, refill_s=30.0, per="address")  # tokens tried that open nothing
    DELIVERY = Bucket(size=350, refill_s=60.0, per="address")  # codes that were of no use
    CODE = Bucket(size=10, refill_s=3_600.0, per="number")  # codes sent, or mailed for one
    NUMBERS = Bucket(size=5_000, refill_s=60.0, per="account")  # numbers asked after
    NUMBERS_THERE = Bucket(size=1_000, refill_s=72.0, per="address")  # by all who come from there
    REENTRY = Bucket(size=30, refill_s=20.0, per="address")  # recovery codes, links of the operator
    # appeals and notices by forms of the site, where nobody is logged in
    NOTICE = Bucket(size=30, refill_s=120.0, per="address")
    TAKEOUT = Bucket(size=10, refill_s=600.0, per="user")  # exports asked for: each is told by mail
    PASSWORD = Bucket(size=10, refill_s=300.0, per="account")  # proofs of a password
    # a day's worth, in seconds: what one of the strangers costs who is addressed is `dialogs.price`
    STRANGERS = Bucket(size=86_400, refill_s=1.0, per="account")

    __hash__ = object.__hash__  # members are single objects; hashing their names takes longer


SCRAPED: Final = frozenset((Rate.LOOKUP_THERE, Rate.NUMBERS_THERE))  # a relay has no more of these
RELAY_SCALE: Final = 20  # how much wider the classes by address are for a relay's
PER_ADDRESS: Final = frozenset(rate for rate in Rate if rate.value.per == "address")


class TokenBucket:
    """The token bucket of one caller who is never refused: it may go into debt, and then the caller waits.

    Who draws from it very often keeps the object.
    """

    __slots__ = ("_cost", "_full_again", "_worth")

    def __init__(self, worth: float, cost: float) -> None:
        """`worth` seconds when full; each unit costs `cost` seconds."""
        self._worth = worth
        self._cost = cost
        self._full_again = 0.0

    def pay(self, units: int, now: float) -> bool:
        """Take units out; False if some are owed afterwards."""
        self._full_again = full_again = max(self._full_again, now) + units * self._cost
        return full_again - now <= self._worth

    def owed(self, now: float) -> float:
        """Return how many seconds it takes until nothing is owed; 0 or less if nothing is."""
        return self._full_again - now - self._worth


class Limiter:
    """Counts calls by rate class and caller. Exact: a refused caller may come back after X seconds."""

    def __init__(self, scale: float = 1.0, relays: Collection[str] = ()) -> None:
        """`scale` multiplies every bucket's size and refill, for tests and load generators.

        Those of `relays`, by address, are `RELAY_SCALE` times as large: many people are behind each.
        """
        self._relays = frozenset(relays)
        self._buckets = {
            rate: (bucket.size * bucket.refill_s, bucket.refill_s / scale)
            for rate, bucket in ((rate, rate.value) for rate in Rate)
        }  # how many seconds a full bucket is worth, and how many a call costs
        self._empty_at: OrderedDict[tuple[Rate, object], float] = OrderedDict()
        self.slices = FairQueue(1)  # of looking through many records: one page at a time
        self._open: OrderedDict[tuple[Rate, object], TokenBucket] = OrderedDict()

    def draw(self, rate: Rate, caller: object, now: float, count: int = 1) -> None:
        """Take one call from the caller's bucket, or as many as something is worth.

        Raises:
            errors.FloodWait: the bucket is empty; carries the whole seconds until it is not.
        """
        worth, cost = self._bucket_of(rate, caller)
        where = (rate, caller)
        full_again = max(self._empty_at.get(where, 0.0), now) + cost * count
        over = full_again - now - worth
        if over > 1e-9:  # noqa: PLR2004  below a nanosecond it is rounding
            raise errors.FloodWait(max(1, ceil(over)))
        self._keep(where, full_again)

    def give_back(self, rate: Rate, caller: object, now: float, count: int = 1) -> None:
        """Put back what was taken for calls that proved to be none of those the bucket is against."""
        where = (rate, caller)
        if where in self._empty_at:
            self._keep(
                where, max(self._empty_at[where] - self._bucket_of(rate, caller)[1] * count, now)
            )

    def charge(self, rate: Rate, caller: object, now: float, count: float) -> None:
        """Take from the caller's bucket what a call has cost that was let in; afterwards it may owe some.

        Raises:
            errors.FloodWait: it would owe more than a full bucket is worth.
        """
        where, (worth, cost) = (rate, caller), self._bucket_of(rate, caller)
        full_again = max(self._empty_at.get(where, 0.0), now) + cost * count
        if full_again - now > 2 * worth:
            raise errors.FloodWait(max(1, ceil(full_again - now - worth)))
        self._keep(where, full_again)

    def owing(self, rate: Rate, caller: object, now: float) -> float:
        """Return how many seconds it takes until a caller's bucket is full again; 0 if it is."""
        return max(0.0, self._empty_at.get((rate, caller), 0.0) - now)

    def owe(self, rate: Rate, caller: object, now: float, seconds: float) -> None:
        """Let it take so many seconds at least until a bucket is full: what was drawn before a start."""
        where = (rate, caller)
        if now + seconds > self._empty_at.get(where, 0.0):
            self._keep(where, now + seconds)

    def bucket(self, rate: Rate, caller: object) -> TokenBucket:
        """Return the token bucket of a caller who waits instead of being refused."""
        where = (rate, caller)
        found = self._open.get(where)
        if found is None:
            found = self._open[where] = TokenBucket(*self._bucket_of(rate, caller))
            if len(self._open) > BUCKETS_KEPT_MAX:
                self._open.popitem(last=False)
        else:
            self._open.move_to_end(where)
        return found

    def _bucket_of(self, rate: Rate, caller: object) -> tuple[float, float]:
        """Return how many seconds a caller's full bucket is worth, and how many a call costs."""
        worth, cost = self._buckets[rate]
        if self._relays and caller in self._relays and rate not in SCRAPED:
            cost /= RELAY_SCALE
        return worth, cost

    def _keep(self, where: tuple[Rate, object], full_again: float) -> None:
        self._empty_at[where] = full_again
        self._empty_at.move_to_end(where)
        if len(self._empty_at) > BUCKETS_KEPT_MAX:
            self._empty_at.popitem(last=False)


LIMITER: Final[PerServer[Limiter]] = PerServer()
