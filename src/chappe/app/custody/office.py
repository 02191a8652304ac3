"""Custodians of a running server: who they are, who they shall be, what they are asked and answer.

Whatever is asked of them is a request that is gathered in memory: a restart forgets it, and it is made anew.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from chappe.core import Entropy
from chappe.trust.custody import (
    ChangeOfCustodians,
    CustodianCard,
    CustodyError,
    change_digest,
    end_digest,
    parse_card,
)
from chappe.trust.custody.shamir import NEEDED_MIN
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.storage import LogDamagedError
from chappe.updates import PerServer

from .asking import AskedOfCustodians, gather
from .gathering import Asks, Gathering
from .kept import KeptTable, notes_of, table_in_force, table_proposed
from .own_build import build_of_this
from .raising import WantedTable, activate, due_day, end, propose
from .rota import rota

REHEARSE_DAYS: Final = 90  # days after which a custodian is asked to rehearse


class Pending:
    """Requests of a running server that wait for answers, and what is done once there are enough."""

    def __init__(self) -> None:
        self.by_kind: dict[Asks, Gathering] = {}
        self.wanted: WantedTable | None = None  # by the change that is asked for
        self.passphrase = ""  # by which the data open once custody has ended


PENDING: Final[PerServer[Pending]] = PerServer(lambda _context: Pending())


def listed(server: Any) -> list[dict[str, Any]]:
    """Return the custodians in force and those proposed, in the order of their places."""
    data = server.data
    if data is None:
        return []
    notes = notes_of(data)
    rows = []
    for state, kept in (("in force", table_in_force(data)), ("proposed", table_proposed(data))):
        for place, card in enumerate(kept.table.cards if kept else (), 1):
            tried = notes.tried.get(card.approver, 0)
            rows.append(
                {
                    "table": state,
                    "place": place,
                    "name": card.name,
                    "needed": kept.table.needed if kept else 0,
                    "rehearsed_at": tried or "never",
                    "key": card.approver[:16],
                }
            )
    return rows


async def proposed(
    server: Any, needed: int, cards: Sequence[str], reason: str, seen: tuple[int, ...]
) -> dict[str, Any]:
    """Deal shares, or at L2 ask those of today whether they agree."""
    log = _log_of(server)
    people = _cards(cards)
    if not NEEDED_MIN <= needed <= len(people):
        raise ValueError(
            f"Of {len(people)} custodians {NEEDED_MIN} at least are needed, and no more than there are."
        )
    in_force = table_in_force(server.data)
    delay = server.config.custody_delay_days if in_force is not None else 0
    wanted = WantedTable(
        log.origin, tuple(people), needed, delay, in_force.table.hash if in_force else ""
    )
    if in_force is None:
        return await propose(server, wanted, ())
    details = {"cards": [one.line for one in people], "delay_days": delay, "needed": needed}
    approvals = tuple(one.approval for one in people)
    change = ChangeOfCustodians(wanted.origin, wanted.previous, needed, delay, approvals)
    signed = change_digest(change)
    found = await _ask(server, Asks.CHANGE, in_force, reason, seen, details, signed)
    server.context.own(PENDING).wanted = wanted
    return found


async def asked_to_activate(server: Any, reason: str, seen: tuple[int, ...]) -> dict[str, Any]:
    """Make the request."""
    kept = table_proposed(server.data)
    if kept is None:
        raise ValueError("Nobody is proposed: begin by `chappe custodians propose`.")
    await _refuse_early(server, kept)
    return await _ask(server, Asks.ACTIVATE, kept, reason, seen, {})


async def asked_to_rehearse(server: Any, reason: str, seen: tuple[int, ...]) -> dict[str, Any]:
    """Make the request."""
    kept = table_in_force(server.data)
    if kept is None:
        raise ValueError("Nobody holds a share of the root key: the server is not at L2.")
    return await _ask(server, Asks.REHEARSE, kept, reason, seen, {})


async def asked_to_end(
    server: Any, passphrase: str, reason: str, seen: tuple[int, ...]
) -> dict[str, Any]:
    """Make the request; what is given is the word of each alone, and no share."""
    kept = table_in_force(server.data)
    if kept is None:
        raise ValueError("Nobody holds a share of the root key: the server is not at L2.")
    signed = end_digest(kept.table.origin, kept.table.hash)
    found = await _ask(server, Asks.END, kept, reason, seen, {}, signed)
    server.context.own(PENDING).passphrase = passphrase
    return found


async def answered(server: Any, answers: Sequence[str]) -> list[dict[str, Any]]:
    """Take each to the request it is for; with enough of them, do what was asked for."""
    pending = server.context.own(PENDING)
    rows: list[dict[str, Any]] = []
    for text in answers:
        try:
            rows.append({"taken": True, "says": _take(pending, text)})
        except CustodyError as error:
            rows.append({"taken": False, "says": str(error)})
    for kind, gathering in list(pending.by_kind.items()):
        if gathering.is_enough and kind is not Asks.REHEARSE:
            del pending.by_kind[kind]
            gathering.note(server.data, int(server.context.clock.now()))
            rows.append({"taken": True, "says": await _carry_out(server, kind, gathering)})
        elif kind is Asks.REHEARSE:
            gathering.note(server.data, int(server.context.clock.now()))
    return rows


def _take(pending: Pending, text: str) -> str:
    """Take one answer.

    Raises:
        CustodyError: no request takes it; the text says why.
    """
    refusal = CustodyError("Nothing is asked of custodians now: make a request first.")
    for gathering in pending.by_kind.values():
        try:
            return gathering.take(text)
        except CustodyError as error:
            refusal = error
            if "another request" not in str(error):
                break
    raise refusal


async def _carry_out(server: Any, kind: Asks, gathering: Gathering) -> str:
    pending = server.context.own(PENDING)
    if kind is Asks.CHANGE and pending.wanted is not None:
        made = await propose(server, pending.wanted, gathering.approvals())
        pending.wanted = None
        return f"Agreed. {made['next']}"
    if kind is Asks.END:
        passphrase, pending.passphrase = pending.passphrase, ""
        return await end(server, gathering, passphrase)
    kept = table_proposed(server.data)
    if kept is None or kept.table.hash != gathering.table.hash:
        raise ValueError("Other custodians were proposed meanwhile: ask them by another request.")
    return await activate(server, kept, gathering)


async def _ask(
    server: Any,
    kind: Asks,
    kept: KeptTable,
    reason: str,
    seen: tuple[int, ...],
    details: dict[str, Any],
    signed: bytes | None = None,
) -> dict[str, Any]:
    """Make a request and keep what gathers its answers; return it.

    Raises:
        ValueError: the public log does not show who the custodians are.
    """
    entropy: Entropy = server.context.entropy
    manifest = await asyncio.to_thread(build_of_this)
    now = int(server.context.clock.now())
    asked = AskedOfCustodians(kind, reason, now, seen, details, manifest, signed)
    try:
        gathering = await _log_of(server).look(
            lambda log: gather(log, kept, notes_of(server.data), asked, entropy.token)
        )
    except (LedgerError, LogDamagedError) as error:
        why = str(error).rstrip(".")
        raise ValueError(f"The public log does not show who the custodians are: {why}.") from None
    server.context.own(PENDING).by_kind[kind] = gathering
    return {
        "request": gathering.request.content.decode("ascii"),
        "fingerprint": gathering.request.fingerprint,
        "needed": kept.table.needed,
        "custodians": ", ".join(card.name for card in kept.table.cards),
    }


async def _refuse_early(server: Any, kept: KeptTable) -> None:
    entry = await _log_of(server).look(lambda log: log.entry(kept.position))
    day = due_day(entry, kept.table)
    if datetime.fromtimestamp(server.context.clock.now(), UTC).date() < day:
        raise ValueError(f"This change of custodians may not come into force before {day}.")


def _log_of(server: Any) -> Any:
    if server.data is None or server.public_log is None:
        raise ValueError(
            "Custodians believe the public log and nothing else: turn it on by `public_log`, with"
            " `log_witnesses`, and restart the server."
        )
    return server.public_log


def _cards(lines: Sequence[str]) -> list[CustodianCard]:
    """Return the custodians of cards.

    Raises:
        ValueError: one is none, or two are one person's.
    """
    try:
        cards = [parse_card(line) for line in lines]
    except CustodyError as error:
        raise ValueError(str(error)) from None
    for what in ({one.approval for one in cards}, {one.name.casefold() for one in cards}):
        if len(what) != len(cards):
            raise ValueError("Each custodian has a key and a name of their own.")
    return cards


def overdue(data: Path, now: int) -> list[str]:
    """Return the names of custodians who have not shown for long that their share is at hand."""
    kept = table_in_force(data)
    if kept is None:
        return []
    notes, first = notes_of(data), now - REHEARSE_DAYS * 86_400
    return [one.name for one in kept.table.cards if notes.tried.get(one.approver, 0) < first]


def planned(server: Any, weeks: int) -> list[dict[str, Any]]:
    """Return the rota of the custodians in force, from this week on."""
    kept = table_in_force(server.data) if server.data is not None else None
    if kept is None:
        raise ValueError("Nobody holds a share of the root key: the server is not at L2.")
    today = datetime.fromtimestamp(server.context.clock.now(), UTC).date()
    names = [one.name for one in kept.table.cards]
    return [
        {
            "week": one.week,
            "from": one.monday.isoformat(),
            "on_call": ", ".join(one.on_call),
            "rehearsal": "yes" if one.rehearses else "",
        }
        for one in rota(names, kept.table.needed, today, weeks)
    ]


def facts(server: Any) -> dict[str, Any]:
    """Return what `chappe status` says of custodians: how many, and who has not rehearsed for long."""
    kept = table_in_force(server.data) if server.data is not None else None
    if kept is None:
        return {}
    late, table = overdue(server.data, int(server.context.clock.now())), kept.table
    return {
        "custodians": f"{table.needed} of {len(table.cards)}",
        "rehearsal": f"due: {', '.join(late)}" if late else "every share was shown lately",
    }
