"""The thief: whoever has a disk, a backup, logs, or a core dump."""

import asyncio
import hashlib
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from chappe.ports import encode_key
from chappe.trust import sealing

from .administrator import Ids
from .correlation import Edge, recovered
from .expected import Attack
from .findings import Finding, caught, got
from .markers import NEVER_THERE, Marker
from .planting import World
from .search import Hit, files_of, find
from .stage import SEALED, Stage

LOOKS_MAX: Final = 400  # at the disk, while people write
LOOK_S: Final = 0.05  # seconds between two
CORE: Final = "core*"  # how the system names dumps, where it makes files of them


def _looked(markers: list[Marker], files: dict[str, bytes]) -> Finding:
    """Return whether any marker is in any file."""
    hits = find(markers, files)
    if hits:
        return got(_listed(hits))
    return caught(f"none of {len(markers)} markers in {len(files)} files")


def _listed(hits: list[Hit]) -> str:
    return "; ".join(f"the {hit.place.value} in {hit.where}" for hit in hits[:5])


def _watched(world: World) -> dict[str, bytes]:
    """Return what a server tells whoever watches it."""
    server = world.server
    return {"log": server.log().encode(), "metrics": server.metrics().encode()}


async def watch_disk(folder: Path, found: dict[str, bytes]) -> None:
    """Read the sealed server's disk again and again while people write; keep what differs."""
    for _ in range(LOOKS_MAX):
        for root in (folder / SEALED, folder / "tmp"):
            with suppress(OSError):  # a file that was there a moment ago
                for name, content in files_of(root).items():
                    digest = hashlib.sha256(content).hexdigest()
                    found.setdefault(f"{name} {digest}", content)
        await asyncio.sleep(LOOK_S)


async def play_thief(stage: Stage, meanwhile: dict[str, bytes]) -> dict[Attack, Finding]:
    """Read everything there is while the servers run, and what was there `meanwhile`."""
    found: dict[Attack, Finding] = {}
    markers = stage.sealed.markers
    found[Attack.CONTROL] = await asyncio.to_thread(_control, stage)
    disk = files_of(stage.server.data) | files_of(stage.folder / "tmp") | meanwhile
    found[Attack.DISK] = _looked(markers, disk)
    backup = stage.folder / "backup.tar"
    stage.command("backup", target=str(backup))
    found[Attack.BACKUP] = _looked(markers, {backup.name: backup.read_bytes()})
    found[Attack.LOGS] = _looked(markers, _watched(stage.sealed))
    found[Attack.LEVEL_0] = _level_0(stage.folder / "level 0")
    return found


def _control(stage: Stage) -> Finding:
    """Find every marker of the unsealed server, on its disk and in its backup: else the search is blind."""
    world = stage.unsealed
    disk = find(world.markers, files_of(world.server.data))
    seen = {hit.place for hit in disk}
    missed = {one.place for one in world.markers} - seen - NEVER_THERE
    blobs = [hit for hit in disk if hit.where.startswith("files/")]
    if missed or not blobs:
        return got(f"not found: {', '.join(sorted(one.value for one in missed))}")
    return caught(
        f"{len(seen)} markers of {len(world.markers)}, in {len({h.where for h in disk})} files"
    )


def _level_0(data: Path) -> Finding:
    """Open the data directory of a server that nobody sealed."""
    command = [sys.executable, "-m", "chappe", "init", "--data", str(data)]
    subprocess.run(command, check=True, capture_output=True)
    root = sealing.open_root(data, None)
    return got(f"root.key opens: a key of {len(root) * 8} bits")


def play_guessing(data: Path) -> Finding:
    """Open the root key by another passphrase."""
    try:
        sealing.open_root(data, "correct horse battery stable")
    except sealing.RootError as refusal:
        return caught(str(refusal))
    return got("it opens")


def play_graph(data: Path, ids: Ids) -> Finding:
    """Look for anybody's number in the cells of a store, without any root key."""
    numbers = {ids.ada, ids.claude, ids.emmy, ids.lise, ids.marie, ids.group}
    named: set[int] = set()
    cells = 0
    for name in ("chappe.db", "keys.db"):
        with closing(sqlite3.connect(data / name)) as db:
            for owner, key in db.execute("SELECT owner, key FROM cell"):
                cells += 1
                named |= {n for n in numbers if owner == n or encode_key((n,)) in key}
    if named or not cells:
        return got(f"{len(named)} of {len(numbers)} stand there by their number")
    return caught(f"no number of anybody in {cells} keys of cells")


def play_correlation(data: Path, truth: set[Edge]) -> Finding:
    """Guess who talks with whom by what comes together and is alike; more than nothing is not prevented."""
    came = recovered(data / "chappe.db", truth)
    return got(str(came)) if came.right else caught(str(came))


def play_killed(stage: Stage) -> Finding:
    """Have the server dump its memory, and read what is left of it. Nothing is answered afterwards."""
    limit = resource.prlimit(stage.server.pid, resource.RLIMIT_CORE)
    before = set(Path.cwd().glob(CORE))
    stage.server.abort()
    dumped = set(Path.cwd().glob(CORE)) - before
    if limit != (0, 0) or dumped:
        return got(f"a core dump may be {limit} bytes long: {dumped}")
    return _looked(
        stage.sealed.markers, files_of(stage.server.data) | files_of(stage.folder / "tmp")
    )
