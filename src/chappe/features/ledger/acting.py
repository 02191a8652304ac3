"""Acts that are in the public log before they are done.

The ledger is what the public log is fed from, so an act is noted there first, in a change of its own; then
the log is waited for, and its witnesses; and only then it is done. Whatever ends the process, there is no act
that the log does not have. Where an act was noted and not done, the next entry about its case says so.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chappe.core import HOUSE, random_number
from chappe.ports import EngineError, Record
from chappe.updates import Change, Context

from .asked_log import PUBLIC_LOG, AskedPublicLog
from .entries import NoteEntry, keep_step
from .records import ACT, ACT_ENDED
from .telling import RecordKey, forget_record_keys, keep_record_keys, tell_whom_it_was_about

#: How an act ended. Of one that was done nothing more is said; one that was interrupted may be done or not.
DONE, FAILED, INTERRUPTED, REFUSED, UNWITNESSED = (
    "done",
    "failed",
    "interrupted",
    "refused",
    "unwitnessed",
)
NOBODY: Final = -1  # in the place of an account, where it is not known whom an act is about
RECORD_KEY_BYTES: Final = 32  # of the key by which one entry says whom it is about
MACHINE, STAFF = "machine", "staff"  # who gives a command, as far as the public log says it


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
    is_told: bool = True  # whether they are brought a receipt once it is done
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
    position, keys = await _note(context, log, case, act)
    try:
        await keep_record_keys(context, keys)
        await log.reach(position)
        outcome = FAILED
        yield
    except ValueError:
        await _end(context, case, UNWITNESSED if outcome == UNWITNESSED else REFUSED, keys)
        raise
    except Exception:
        await _end(context, case, outcome, keys)
        raise
    await _end(context, case, DONE, keys)


async def _note(
    context: Context, log: AskedPublicLog, case: int, act: OperatorAct
) -> tuple[int, dict[int, RecordKey]]:
    """Note an act, by an entry for each account; return the position of the last, and the keys."""
    said = {**act.facts, "giver": STAFF if act.by_staff else MACHINE}
    position, keys = 0, {}
    async with context.change(HOUSE) as change:
        change.put(ActUnderWay(case=case))
        for user in act.accounts or (NOBODY,):
            facts: dict[str, str | int] = dict(said)
            secret = context.entropy.token(RECORD_KEY_BYTES)
            if user != NOBODY:
                facts["subject"] = log.subject(secret, user)
            noted = NoteEntry(subject=ACT, case=case, step=act.name, at=change.now, facts=facts)
            position = await keep_step(change, noted)
            if user != NOBODY and act.is_told:
                keys[user] = RecordKey(case=case, secret=secret, position=position, act=act.name)
    return position, keys


async def _end(context: Context, case: int, outcome: str, keys: Mapping[int, RecordKey]) -> None:
    """Note how an act ended. If that cannot be kept, the next start says that it was interrupted."""
    with contextlib.suppress(EngineError):
        await (tell_whom_it_was_about if outcome == DONE else forget_record_keys)(context, keys)
        async with context.change(HOUSE) as change:
            await _end_within(change, case, outcome)


async def _end_within(change: Change, case: int, outcome: str) -> None:
    change.drop(ActUnderWay, case)
    if outcome != DONE:
        noted = NoteEntry(subject=ACT_ENDED, case=case, step=outcome, at=change.now)
        await keep_step(change, noted)


async def end_interrupted(context: Context) -> None:
    """Note of each act that was under way when the server ended that it was interrupted."""
    async with context.change(HOUSE) as change:
        for one in await change.scan(ActUnderWay):
            await _end_within(change, one.case, INTERRUPTED)
