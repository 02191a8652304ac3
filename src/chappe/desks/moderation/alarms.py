"""What cannot wait: whoever is there for it is told, by their account, by mail, by the operator's service.

Nothing of what was reported is in it, or about whom: a lane, a number, a moment.
"""

from typing import Final

from chappe.desks import staff
from chappe.features import auth
from chappe.ports import Record
from chappe.rpc import Role
from chappe.updates import Change, Context, Job, View

from .appeal_records import Appeal
from .lanes import CLOCK_S, HOUR_S, TITLES, URGENT, Lane
from .records import MODERATION_BOX, WAITING_STATES, Case, CaseDue

SUBJECT: Final = "A case waits"  # of mails
CASE_WAITS, CLOCK_SHORT, CASE_LATE, RAID = "case-waits", "clock-short", "case-late", "raid"
SHORT_PART: Final = 4  # of a clock, when it is short: a quarter is left
RAID_CASES: Final = 20  # cases opened within `RAID_S` that are a raid
RAID_S: Final = HOUR_S  # seconds
RAID_TOLD_S: Final = 6 * HOUR_S  # seconds until the same raid is told again, if it is still on
ALARM_TRIES_MAX: Final = 6  # times that an alarm is brought to a service which does not take it
ALARM_AGAIN_S: Final = 60  # seconds until the second time; each further wait is twice as long
LATE_COUNTED_MAX: Final = 1_000  # late cases of a lane that are counted one by one


class CasesOpened(Record, frozen=True):
    """When the newest cases were opened, by which a raid is seen; and when one was told of last."""

    table = "cases_opened"
    key = ()

    at: tuple[int, ...] = ()
    told: int = 0


class TellOnDuty(Job, frozen=True):
    """Tell staff that a case waits whose clock is short. Says nothing of what was reported, or about whom."""

    name = "moderation.tell_on_duty"

    case: int
    lane: str

    async def run(self, context: Context) -> None:
        """See `Job`. Who was told before the server ended is told again rather than not at all."""
        case = await context.look(MODERATION_BOX).get(Case, self.case)
        if case is None or case.state not in WAITING_STATES:
            return
        text = alarm(Lane(self.lane), self.case, context.config.desk_address)
        await _tell_staff(context, case, text)


class TellClockShort(Job, frozen=True):
    """A quarter of a clock is left: staff are told of a case that cannot wait, the service of each."""

    name = "moderation.tell_clock_short"

    case: int
    due: int

    async def run(self, context: Context) -> None:
        """See `Job`. One that was decided, or has a shorter clock by now, is not told of."""
        case = await context.look(MODERATION_BOX).get(Case, self.case)
        if case is None or case.state not in WAITING_STATES or case.due != self.due:
            return
        async with context.change(MODERATION_BOX) as change:
            raise_alarm(change, context, CLOCK_SHORT, case)
        if Lane(case.lane) in URGENT:
            await _tell_staff(context, case, short(case, context))


class CallAlarm(Job, frozen=True):
    """Bring an alarm to the operator's service."""

    name = "moderation.call_alarm"

    what: str
    lane: str
    case: int
    due: int
    at: int
    tries: int = 0

    async def run(self, context: Context) -> None:
        """See `Job`. What is not taken is brought again, later each time, and then no more."""
        port = context.ports.alarms
        if port is None:
            return
        said: dict[str, str | int] = {"alarm": self.what, "at": self.at}
        if self.what != RAID:
            said |= {"lane": self.lane, "case": self.case, "due": self.due}
        if await port.call(said) or self.tries + 1 >= ALARM_TRIES_MAX:
            return
        async with context.change(MODERATION_BOX) as change:
            again = CallAlarm(
                what=self.what,
                lane=self.lane,
                case=self.case,
                due=self.due,
                at=self.at,
                tries=self.tries + 1,
            )
            change.schedule(change.now + (ALARM_AGAIN_S << self.tries), again)


def raise_alarm(change: Change, context: Context, what: str, case: Case | None = None) -> None:
    """Have the operator's service called, if there is one."""
    if context.ports.alarms is None:
        return
    lane, number, due = (case.lane, case.number, case.due) if case is not None else ("", 0, 0)
    alarm_ = CallAlarm(what=what, lane=lane, case=number, due=due, at=change.now)
    change.schedule(change.now, alarm_)


def watch_clock(change: Change, case: Case) -> None:
    """Have staff told when a quarter of a case's clock is left."""
    left = CLOCK_S[Lane(case.lane)] // SHORT_PART
    job = TellClockShort(case=case.number, due=case.due)
    change.schedule(max(change.now, case.due - left), job)


async def note_opened(change: Change, context: Context) -> None:
    """Note that a case was opened; where so many were within an hour, raise the alarm that a raid is on."""
    before = await change.get(CasesOpened) or CasesOpened()
    at = (*before.at, change.now)[-RAID_CASES:]
    told = before.told
    if raid_seen(at, change.now) and told + RAID_TOLD_S <= change.now:
        told = change.now
        raise_alarm(change, context, RAID)
    change.put(CasesOpened(at=at, told=told))


def raid_seen(at: tuple[int, ...], now: int) -> bool:
    """Whether so many cases were opened within the last hour that it is a raid. Pure."""
    return len(at) >= RAID_CASES and at[-RAID_CASES] > now - RAID_S


async def waiting_facts(look: View, now: int) -> dict[str, str | int]:
    """Return what `chappe status` says of cases: how many wait and are late, whether a raid is on."""
    waiting = late = 0
    due: list[int] = []
    for lane in Lane:
        waiting += await look.count(CaseDue, lane.value)
        rows = await look.scan(CaseDue, lane.value, before=now + 1, limit=LATE_COUNTED_MAX)
        late += len(rows)
        due += [row.due for row in await look.scan(CaseDue, lane.value, limit=1)]
    opened = await look.get(CasesOpened)
    raid = opened is not None and raid_seen(opened.at, now)
    appeals = [
        one
        for one in await look.scan(Appeal, limit=LATE_COUNTED_MAX, reverse=True)
        if not one.outcome
    ]
    if not (waiting or appeals):
        return {}
    said: dict[str, str | int] = {"cases_wait": waiting, "cases_late": late}
    if due:
        said["case_due_s"] = min(due) - now
    said |= {"appeals_wait": len(appeals), "appeals_late": sum(a.due <= now for a in appeals)}
    return said | ({"raid": f"{RAID_CASES} cases or more within an hour"} if raid else {})


async def _tell_staff(context: Context, case: Case, text: str) -> None:
    role = Role.CHILD_SAFETY if case.child_safety else Role.MODERATOR
    for account in await staff.accounts_with(context, role):
        if account != case.subject:
            await auth.tell_account(context, account, SUBJECT, text)
    address = context.config.moderation_mail.removeprefix("mailto:")
    if address:
        await context.ports.codes.tell_mail(address, SUBJECT, text)


def alarm(lane: Lane, case: int, address: str) -> str:
    """Return what whoever is on duty is told."""
    hours = CLOCK_S[lane] // HOUR_S
    within = "an hour" if hours == 1 else f"{hours} hours"
    return (
        f"Case {case} waits at the moderators' desk, in the lane “{TITLES[lane]}”: it is to be decided within"
        f" {within}.\n\n{address}/cases/{case}"
    )


def short(case: Case, context: Context) -> str:
    """Return what whoever is on duty is told when a quarter of the clock is left."""
    minutes = max(0, case.due - int(context.clock.now())) // 60
    return (
        f"Case {case.number} still waits at the moderators' desk: {minutes} minutes are left to decide"
        f" it.\n\n{context.config.desk_address}/cases/{case.number}"
    )
