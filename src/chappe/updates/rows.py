"""Records the kernel itself keeps in boxes: counters, event logs, outboxes, scheduled jobs, dead letters."""

from typing import Final, NamedTuple

from chappe.ports import Record, in_order

QTS: Final = "qts"  # what the names of the counters of second logs begin with


class QtsLog(NamedTuple):
    """A second log of a user's box: events addressed to one device, or to a bot, counted by `qts` from 1.

    core.telegram.org/api/updates has one such sequence for each authorisation key (secret chats belong
    to a device), and one for a bot.
    """

    device: int  # the id of the authorisation key; 0: the account's own log, a bot's

    @property
    def counter(self) -> str:
        """The name of its counter."""
        return f"{QTS}:{self.device}" if self.device else QTS

    @classmethod
    def of(cls, counter: str) -> "QtsLog | None":
        """Return the log that a counter counts; None for a counter of anything else."""
        if counter == QTS:
            return cls(0)
        kind, _, device = counter.partition(":")
        return cls(int(device)) if kind == QTS else None


class Counters(Record, frozen=True):
    """Every counter of a box, in one record: a change that takes three numbers writes one cell."""

    table = "counters"
    key = ()

    numbers: dict[str, int] = {}  # noqa: RUF012  msgspec copies the default


class EventRow(Record, frozen=True):
    """An event with its pts, as the box keeps it for `updates.getDifference`."""

    table = "event"
    key = (in_order("pts"),)
    cached = False

    pts: int
    name: str
    body: bytes
    date: int


class NoticeRow(Record, frozen=True):
    """An event without pts, found by its date."""

    table = "notice"
    key = (in_order("seq"),)
    cached = False

    seq: int
    name: str
    body: bytes
    date: int
    device: int = 0  # the authorisation key it is addressed to; 0: everybody who reads this box


class QtsRow(Record, frozen=True):
    """An event of a second log. It is removed when the device, or the bot, has acknowledged it."""

    table = "qts_event"
    key = ("device", in_order("qts"))
    cached = False

    device: int
    qts: int
    name: str
    body: bytes
    date: int


class Pruned(Record, frozen=True):
    """Up to where the event log of a box was pruned."""

    table = "pruned"
    key = ()

    pts: int = 0
    date: int = 0  # of the newest notice that was dropped


class Shredding(Record, frozen=True):
    """Of which units of a box something was deleted, each as its conversation and its period."""

    table = "shredding"
    key = ()

    units: tuple[tuple[int, int], ...] = ()  # what is left of each is to be sealed anew
    ageing: tuple[
        tuple[int, int], ...
    ] = ()  # what is left of each goes in time: its key goes with the last
    under_way: tuple[tuple[int, int], ...] = ()  # what is left of each is being sealed anew
    since: int = 0  # when the first was noted


class OutboxRow(Record, frozen=True):
    """A command still to be delivered (transactional outbox). Removed in the commit that applies it."""

    table = "outbox"
    key = (in_order("number"),)
    cached = False

    number: int
    to_kind: int
    to_id: int
    name: str
    body: bytes


class JobRow(Record, frozen=True):
    """A scheduled job, in the TIMERS box of its shard, sorted by when it is due."""

    table = "timer"
    key = (in_order("due"), in_order("number"))
    cached = False

    due: int  # seconds since 1970
    number: int
    kind: int  # of the owner whose change scheduled it
    id: int
    name: str
    body: bytes


class Runs(Record, frozen=True):
    """How often this server was started: outbox commands of a later run sort behind earlier ones."""

    table = "runs"
    key = ()

    count: int


class DeadLetter(Record, frozen=True):
    """A command or job that raised an error of ours: set aside, so that those behind it go on."""

    table = "dead_line"
    key = (in_order("number"),)

    number: int
    name: str
    body: bytes
