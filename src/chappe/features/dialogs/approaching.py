"""How many people who do not know them somebody may address: few while their account is new.

Counted is that somebody is addressed for the first time, and that a text has a link. No text is looked at,
and nothing is kept but one moment: when the whole day is there again.
"""

from collections.abc import Iterable
from math import ceil
from typing import Any, Final

from chappe.core import Owner
from chappe.features import accounts, contacts
from chappe.features.conversations import Message
from chappe.ports import Record
from chappe.rpc import LIMITER, Call, Rate
from chappe.texts import Entity
from chappe.tl import errors
from chappe.updates import Change, Command, Context

DAY_S: Final = 86_400
LINK_COSTS: Final = 5  # people who are addressed without a link for one who is sent one
GROWTH: Final = (
    (DAY_S, 1),
    (7 * DAY_S, 2),
    (30 * DAY_S, 5),
)  # ages, seconds → times the first day's
GROWN: Final = 20  # times the first day's, from then on
ANSWERS_SOUGHT_MAX: Final = 50  # newest messages of a chat among which an answer is looked for
LINKS: Final = frozenset({"MessageEntityUrl", "MessageEntityTextUrl"})


class StrangersSpent(Record, frozen=True):
    """In somebody's box: when they may address a whole day's strangers again. It outlasts a restart."""

    table = "strangers_spent"
    key = ()

    until: int  # seconds since 1970


class NoteSpent(Command, frozen=True):
    """To the box of whoever brought strangers into a chat: note what that took of their day."""

    name = "strangers.note_spent"

    until: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        await _keep_spent(change, self.until)


async def _keep_spent(change: Change, until: int) -> None:
    before = await change.get(StrangersSpent)
    if until > change.now and (before is None or before.until < until):
        change.put(StrangersSpent(until=until))


def _spent_until(call: Call) -> int:
    clock = call.context.clock
    owing = call.context.own(LIMITER).owing(Rate.STRANGERS, call.user, clock.monotonic())
    return call.now + ceil(owing)


def note_approached(call: Call, change: Change) -> None:
    """Note in a change of another box what the caller has addressed of their day, by a command to theirs."""
    if call.context.config.strangers_bound and (until := _spent_until(call)) > call.now:
        change.send_command(call.me, NoteSpent(until=until))


def has_link(entities: Iterable[Entity]) -> bool:
    """Whether a text has a link, hidden behind words or not."""
    return any(name in LINKS for name, *_ in entities)


def price(age_s: int, a_day: int) -> int:
    """Return what it costs to address a stranger, of the 86,400 of a day (`Rate.STRANGERS`).

    `a_day` is how many are addressed on an account's first day: older ones pay less.
    """
    growth = next((times for until, times in GROWTH if age_s < until), GROWN)
    return max(1, DAY_S // (a_day * growth))


async def approach(call: Call, to: Owner, entities: Iterable[Entity] = ()) -> None:
    """Count that the caller addresses somebody, if that is a stranger who has not answered yet.

    Whoever is granted `strangers` by name is not counted: see docs/house-rules.md.

    Raises:
        errors.PeerFlood: they have addressed as many as an account of that age may.
    """
    a_day = call.context.config.strangers_bound
    if not a_day or to == call.me or to.id == accounts.SERVICE_USER:
        return
    links = has_link(entities)
    begun = await call.context.ask(accounts.hooks.has_dialog)(call.look(), to.id)
    if begun and not (links and not await _answered(call, to.id)):
        return
    granted = await call.look().get(accounts.Granted)
    if granted is not None and accounts.HouseRight.STRANGERS.value in granted.rights:
        return
    if await contacts.knows(call, to.id):
        return
    me = await call.look().get(accounts.User)
    cost = price(call.now - me.created if me is not None else 0, a_day)
    spent = await call.look().get(StrangersSpent)
    if spent is not None and spent.until > call.now:
        limiter, now = call.context.own(LIMITER), call.context.clock.monotonic()
        limiter.owe(Rate.STRANGERS, call.user, now, spent.until - call.now)
    try:
        call.draw(Rate.STRANGERS, call.user, cost * (LINK_COSTS if links else 1))
    except errors.FloodWait as wait:
        raise errors.PeerFlood from wait


async def approach_by_message(call: Call, to: Owner, entities: Iterable[Entity] = ()) -> None:
    """Count as `approach` does, and keep it in the caller's box, which a message is a change of.

    Raises:
        errors.PeerFlood: see there.
    """
    before = _spent_until(call)
    await approach(call, to, entities)
    if (until := _spent_until(call)) > before:
        async with call.change() as change:
            await _keep_spent(change, until)


def strangers_wait(flood: errors.PeerFlood) -> int:
    """Return in how many seconds whoever was refused by `approach` has enough of their day again."""
    wait = flood.__cause__
    return int(wait.number) if isinstance(wait, errors.FloodWait) else DAY_S


async def _answered(call: Call, user: int) -> bool:
    newest = await call.look().scan(Message, user, limit=ANSWERS_SOUGHT_MAX, reverse=True)
    return any(not message.out for message in newest)


EVENTS: Final[tuple[Any, ...]] = (NoteSpent,)
