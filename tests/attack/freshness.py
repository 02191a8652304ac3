"""The database administrator again: values that are true, but not the last ones, and rows that are gone."""

import shutil
from collections.abc import Callable
from pathlib import Path

from chappe.app.installation.checking import check
from chappe.core import Kind

from .administrator import Guide, Ids, Rows
from .expected import Attack
from .findings import Finding, caught, got
from .stage import PASSPHRASE


async def play_freshness(
    folder: Path, ids: Ids, base: Path, older: bytes, guide: Guide
) -> dict[Attack, Finding]:
    """Write into copies of a store, one thing each, and let `chappe check` look."""

    def put_back(rows: Rows) -> None:
        rows.put(Kind.USER, ids.ada, "user", b"", older)

    def remove(rows: Rows) -> None:
        if not rows.drop(Kind.USER, ids.claude, "password"):
            raise RuntimeError("there was no password to remove")

    ada, claude = (
        f"user box {ids.ada}: a value of user",
        f"user box {ids.claude}: a value of password",
    )
    return {
        Attack.ROW_OLDER: await _checked(folder / "older", base, put_back, guide, ada),
        Attack.ROW_REMOVED: await _checked(folder / "removed", base, remove, guide, claude),
    }


async def _checked(
    data: Path, base: Path, tamper: Callable[[Rows], None], guide: Guide, wanted: str
) -> Finding:
    """Tamper with a copy of a store; see whether a check says what is wanted, and nothing else."""
    shutil.copytree(base, data)
    before = await check(data, PASSPHRASE, lambda _: None, lambda done, of: None)
    if before:
        raise RuntimeError(f"something was wrong before: {before}")
    rows = Rows(data, guide.owners)
    tamper(rows)
    rows.close()
    found = await check(data, PASSPHRASE, lambda _: None, lambda done, of: None)
    if len(found) == 1 and found[0].startswith(wanted):
        return caught(f"`chappe check` names it: {found[0]}")
    return got(f"`chappe check` says {found}")
