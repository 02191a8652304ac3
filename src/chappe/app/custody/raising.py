"""Raising a server to L2, and changing its custodians: a new root key that is never in a file.

It is divided, and forgotten. It comes back only out of the shares that custodians give: so a table that its
own custodians cannot open never comes into force. The public log has each step before it is done.
"""

import asyncio
import contextlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from chappe.core import Entropy
from chappe.features import ledger
from chappe.trust import sealing
from chappe.trust.custody import (
    CustodianCard,
    CustodyError,
    CustodyTable,
    ShareFile,
    ShareTable,
    deal_table,
)
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.storage import LogDirectory

from ..installation.resealing import give_to_custodians, take_from_custodians
from .gathering import Gathering
from .kept import FOLDER, PROPOSED, KeptTable, keep_notes, notes_of, table_in_force

CUSTODIANS: Final = "server.custodians"
LEVEL: Final = "server.level"
NO_TABLE: Final = ShareTable(b"", 0, (), ())
_SLUG: Final = re.compile(r"[^a-z0-9]+")


class WantedTable(NamedTuple):
    """Who shall be custodians."""

    origin: str
    cards: tuple[CustodianCard, ...]
    needed: int
    delay_days: int  # days after its entry in the log before it may come into force
    previous: str  # the hash of the table in force; nothing where there is none


async def propose(server: Any, wanted: WantedTable, approvals: tuple[str, ...]) -> dict[str, Any]:
    """Divide a new root key, have the log name who they are, and write a file for each; forget the key.

    Raises:
        ValueError: there is no such division, or the log or its witnesses do not have it: nothing is written.
    """
    entropy: Entropy = server.context.entropy
    data: Path = server.data
    following = bytearray(entropy.token(sealing.KEY_BYTES))
    table = CustodyTable(wanted.origin, (), NO_TABLE, wanted.previous, wanted.delay_days)
    try:
        table, sealed = deal_table(
            bytes(following), wanted.needed, wanted.cards, table, entropy.token
        )
    except CustodyError as error:
        raise ValueError(str(error)) from None
    finally:
        following[:] = bytes(len(following))
    fields = _said_of(server, table, "proposed")
    if approvals:
        fields["approvals"] = approvals
    position: int = await server.public_log.declare(CUSTODIANS, fields)

    def proved(log: LogDirectory) -> tuple[bytes, bytes, int]:
        note = log.published()
        if note is None:
            raise ValueError("No head of the public log is served.")
        proof = log.proof(position, note).content
        return log.entry(position), proof, parse_checkpoint(note.text).size

    entry, proof, size = await server.public_log.look(proved)
    files = [
        (card, ShareFile(table, place, share, entry, proof))
        for place, (card, share) in enumerate(zip(table.cards, sealed, strict=True), 1)
    ]
    written = await asyncio.to_thread(_write, data, KeptTable(table, position), files)
    notes = notes_of(data)
    for card in table.cards:
        notes.seen.setdefault(card.approver, size)
    keep_notes(data, notes)
    return {
        "table": table.hash,
        "files": ", ".join(written),
        "witnesses": "NONE: see log_witnesses" if not server.config.log_witnesses else "cosigned",
        "next": (
            f"Hand each custodian their file in {data / FOLDER}; when all have accepted, from"
            f" {due_day(entry, table)} on, say `chappe custodians activate`."
        ),
    }


def _write(data: Path, kept: KeptTable, files: list[tuple[CustodianCard, ShareFile]]) -> list[str]:
    """Write the files that are handed out, and last the table they belong to; return their names."""
    (data / FOLDER).mkdir(mode=0o700, exist_ok=True)
    for old in (data / FOLDER).glob("*.share"):
        old.unlink()
    names = []
    for card, share in files:
        slug = _SLUG.sub("-", card.name.casefold()).strip("-")
        names.append(f"{share.place}-{slug or 'custodian'}.share")
        sealing.write_whole(data / FOLDER / names[-1], share.content)
    sealing.write_whole(data / PROPOSED, kept.content)
    return names


async def activate(server: Any, kept: KeptTable, gathering: Gathering) -> str:
    """Take the root key out of the shares, and re-wrap what lies under it; return what was done.

    Raises:
        ValueError: the log or its witnesses do not have it: nothing was changed.
        EngineError, OSError: something cannot be written: what opened the server before holds.
    """
    before: str = server.context.level
    is_raised = False  # as far as the log says
    root = sealing.RootInHand(gathering.root())
    try:
        position: int = await server.public_log.declare(
            CUSTODIANS, _said_of(server, kept.table, "activated")
        )
        if before != "L2":
            await _declare_level(server, before, "L2")
            is_raised = True
        keys: sealing.KeyStore = server.context.store.engine.keys
        table = KeptTable(kept.table, position).content
        await give_to_custodians(server.data, keys, root.take(), table, server.context.entropy)
    except Exception:
        if is_raised and not sealing.is_shared(server.data):
            with contextlib.suppress(ValueError):  # what the log was told did not come about
                await _declare_level(server, "L2", before)
        raise
    finally:
        root.wipe()
    server.context.level = "L2"
    (server.data / PROPOSED).unlink(missing_ok=True)
    names = ", ".join(card.name for card in kept.table.cards)
    return f"In force: the server opens by {kept.table.needed} of {names}, and by nobody alone."


async def end(server: Any, gathering: Gathering, passphrase: str) -> str:
    """Have a passphrase open the server instead of its custodians, who agreed; return what was done.

    Raises:
        ValueError: the log or its witnesses do not have it, or others are in force: nothing was changed.
        EngineError, OSError: something cannot be written; its custodians still open it.
    """
    kept = table_in_force(server.data)
    if kept is None or kept.table.hash != gathering.table.hash:
        raise ValueError("Others are the custodians meanwhile: ask those by another request.")
    said = _said_of(server, kept.table, "ended") | {"approvals": gathering.approvals()}
    said.pop("previous", None)
    await server.public_log.declare(CUSTODIANS, said)
    await _declare_level(server, "L2", "L1")
    keys: sealing.KeyStore = server.context.store.engine.keys
    try:
        code = await take_from_custodians(server.data, keys, passphrase, server.context.entropy)
    except Exception:
        if sealing.is_shared(server.data):
            with contextlib.suppress(ValueError):  # what the log was told did not come about
                await server.public_log.declare(
                    CUSTODIANS, _said_of(server, kept.table, "activated")
                )
                await _declare_level(server, "L1", "L2")
        raise
    server.context.level = "L1"
    (server.data / PROPOSED).unlink(missing_ok=True)
    return f"Ended: the passphrase opens the server. RECOVERY CODE, for paper: {code}"


async def _declare_level(server: Any, before: str, after: str) -> None:
    """Have the log say the level; noted before, so that the next start says where that did not come about."""
    await ledger.note_level(server.context, after)
    try:
        await server.public_log.declare(LEVEL, {"day": _today(server), "from": before, "to": after})
    except ValueError:
        await ledger.note_level(server.context, before)
        raise


def _said_of(server: Any, table: CustodyTable, act: str) -> dict[str, Any]:
    """Return the fields of the entry about a table."""
    fields: dict[str, Any] = {
        "act": act,
        "custodians": tuple(card.approval.hex() for card in table.cards),
        "day": _today(server),
        "delay_days": table.delay_days,
        "needed": table.needed,
        "table": table.hash,
    }
    return fields | ({"previous": table.previous} if table.previous else {})


def _today(server: Any) -> str:
    return f"{datetime.fromtimestamp(server.context.clock.now(), UTC):%Y-%m-%d}"


def due_day(entry: bytes, table: CustodyTable) -> date:
    """Return the first day on which a table that was proposed may come into force."""
    proposed = date.fromisoformat(str(json.loads(entry)["day"]))
    return proposed + timedelta(days=table.delay_days)
