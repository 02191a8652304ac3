"""The database administrator again: values that are true, but not the last ones, and rows that are gone."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from chappe import app
from chappe.app.installation.checking import check
from chappe.core import Kind
from chappe.core.configuration import Configuration, ConfigurationError, load

from .administrator import Guide, Ids, Rows
from .expected import Attack
from .findings import Finding, caught, got
from .stage import PASSPHRASE, Stage

STORES: Final = "*.db*"  # with what SQLite keeps beside each


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


async def play_put_back(stage: Stage) -> dict[Attack, Finding]:
    """Put a whole store back, without the folder of its log and with it, and start a server there."""
    data, older = stage.folder / "put-back", stage.folder / "before"
    shutil.copytree(stage.server.data, data, ignore=shutil.ignore_patterns("*.sock"))
    shutil.copytree(data, older)
    config = load(data, {}, {"port": 0, "codes_console": False})
    server = await app.start(config, data, PASSPHRASE)
    await server.public_log.run()
    await server.stop()
    for one in [*data.glob(STORES), data / "keys.epochs"]:
        one.unlink()
    for one in [*older.glob(STORES), older / "keys.epochs"]:
        shutil.copy(one, data)
    without = await _refused(config, data, "serve --accept-older")
    shutil.rmtree(data / "log")
    shutil.copytree(older / "log", data / "log")
    together = await _refused(config, data, "has cosigned")
    return {Attack.STORE_OLDER: without, Attack.STORE_AND_LOG_OLDER: together}


async def _refused(config: Configuration, data: Path, wanted: str) -> Finding:
    """Start a server; return whether it refuses for that reason."""
    try:
        server = await app.start(config, data, PASSPHRASE)
    except ConfigurationError as refusal:
        said = str(refusal)
        return caught("the server does not start") if wanted in said else got(f"it says {said}")
    await server.stop()
    return got("the server starts, and takes it for the newest")


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
