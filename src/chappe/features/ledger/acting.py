"""Acts that are in the public log before they are done.

The ledger is what the public log is fed from, so an act is noted there first, in a change of its own; then
the log is waited for, and its witnesses; and only then it is done. Whatever ends the process, there is no act
that the log does not have. Where an act was noted and not done, the next entry about its case says so.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from chappe.core import HOUSE, random_number
from chappe.ports import EngineError, Record
from chappe.updates import Change, Context, PerServer

from .entries import NoteEntry, drop_old_entries, keep_step

ACT, ACT_ENDED = "act", "act-ended"  # subjects of the ledger
#: How an act ended. Of one that was done nothing more is said; one that was interrupted may be done or not.
DONE, FAILED, INTERRUPTED, REFUSED, UNWITNESSED = (
    "done",
    "failed",
    "interrupted",
    "refused",
    "unwitnessed",
)
RECORD_KEY_BYTES: Final = 32  # of the key by which one entry says whom it is about
MACHINE, STAFF = "machine", "staff"  # who gives a command, as far as the public log says it


class NotLoggedError(ValueError):
    """An act is not in the public log where enough witnesses see it; the text is for whoever gave it."""


class AskedPublicLog(Protocol):
    """The public log of a server, as far as slices ask it."""

    @property
    def is_kept(self) -> bool:
        """Whether there is one: where not, an operator's acts wait for nothing."""
        ...

    async def reach(self, position: int) -> None:
        """Return once the log that is served has a step of the ledger, and all before it.

        Raises:
            NotLoggedError: it does not have it, within the time one waits.
        """
        ...

    def subject(self, record_key: bytes, user: int) -> str:
        """Return what stands for an account in the entry of this key."""
        ...


class NoPublicLog:
    """See `AskedPublicLog`: none is kept."""

    is_kept = False

    async def reach(self, position: int) -> None:
        """See `AskedPublicLog`: nothing is ever in it."""
        raise NotLoggedError(f"There is no public log: step {position} is in none.")

    def subject(self, record_key: bytes, user: int) -> str:
        """See `AskedPublicLog`: nobody is."""
        raise NotLoggedError(f"There is no public log that could say {user} by {len(record_key)}.")


PUBLIC_LOG: Final[PerServer[AskedPublicLog]] = PerServer()


class ActUnderWay(Record, frozen=True):
    """An act was noted and is not over: after a start, it was interrupted."""

    table = "act_under_way"
    key = ("case",)

    case: int


@dataclass(frozen=True)
class OperatorAct:
    """What an operator is about to do, as the public log says it."""

    name: str  # one of those that the kind `operator.act` lists
    by_staff: bool
    accounts: Sequence[int] = ()  # whom it is about; of each the log has an entry
    facts: dict[str, str | int] = field(default_factory=dict)  # from fixed lists, and moments


@contextlib.asynccontextmanager
async def in_public_log(context: Context, act: OperatorAct) -> AsyncIterator[None]:
    """Have an act in the public log before it is done within; where no log is kept, do it at once.

    What is raised within is noted as the act's end. A process that ends within leaves the act under way.

    Raises:
        NotLoggedError: it is not to be done, since it could not be seen.
        EngineError: the store did not keep it, and it is not to be done.
    """
    log = context.own(PUBLIC_LOG)
    if not log.is_kept:
        yield
        return
    case, outcome = random_number(context.entropy), UNWITNESSED
    position = await _note(context, log, case, act)
    try:
        await log.reach(position)
        outcome = FAILED
        yield
    except ValueError:
        await _end(context, case, UNWITNESSED if outcome == UNWITNESSED else REFUSED)
        raise
    except Exception:
        await _end(context, case, outcome)
        raise
    await _end(context, case, DONE)


async def _note(context: Context, log: AskedPublicLog, case: int, act: OperatorAct) -> int:
    """Note an act, by an entry for each account it is about; return the position of the last."""
    giver = STAFF if act.by_staff else MACHINE
    subjects: list[dict[str, str | int]] = [
        {"subject": log.subject(context.entropy.token(RECORD_KEY_BYTES), user)}
        for user in act.accounts
    ]
    position = 0
    async with context.change(HOUSE) as change:
        await drop_old_entries(change)
        change.put(ActUnderWay(case=case))
        for subject in subjects or [{}]:
            facts = {**act.facts, "giver": giver, **subject}
            noted = NoteEntry(subject=ACT, case=case, step=act.name, at=change.now, facts=facts)
            position = keep_step(change, noted)
    return position


async def _end(context: Context, case: int, outcome: str) -> None:
    """Note how an act ended. If that cannot be kept, the next start says that it was interrupted."""
    with contextlib.suppress(EngineError):
        async with context.change(HOUSE) as change:
            _end_within(change, case, outcome)


def _end_within(change: Change, case: int, outcome: str) -> None:
    change.drop(ActUnderWay, case)
    if outcome != DONE:
        noted = NoteEntry(subject=ACT_ENDED, case=case, step=outcome, at=change.now)
        keep_step(change, noted)


async def end_interrupted(context: Context) -> None:
    """Note of each act that was under way when the server ended that it was interrupted."""
    async with context.change(HOUSE) as change:
        for one in await change.scan(ActUnderWay):
            _end_within(change, one.case, INTERRUPTED)
