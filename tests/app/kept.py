"""A data directory with people in it, its backups, and what was restored of them."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from chappe import app
from chappe.app.backups.job import BackupWork, Made, Task, Tried
from chappe.app.backups.making import make
from chappe.app.backups.trial import attempt
from chappe.core import Kind, Owner
from chappe.core.configuration import Backups, Configuration
from chappe.features.accounts import User
from chappe.features.auth.records import Session
from chappe.trust import sealing

ADA, CLAUDE = 4096, 8192
DAY_S = 86_400
SECRET = bytes(range(32))
NOON = 1_800_000_000.0  # some moment


def unheeded(_what: str, _done: int, _of: int) -> None:
    """Heed no progress."""


def nobody(_table: bytes) -> sealing.RootInHand:
    """Ask no custodians: the backup is not of a server that has any."""
    raise AssertionError


async def on_server(
    data: Path, do: Callable[[Any], Awaitable[Any]], passphrase: str | None = None
) -> Any:
    """Do something on a server of a data directory."""
    server = await app.start(Configuration(), data, passphrase)
    try:
        return await do(server)
    finally:
        await server.stop()


def settle_in(data: Path, passphrase: str | None = None) -> None:
    """Let two people live there, who are logged in."""

    async def do(server: Any) -> None:
        for user, name in ((ADA, "Ada"), (CLAUDE, "Claude")):
            async with server.context.change(Owner(Kind.USER, user)) as change:
                change.put(User(id=user, first_name=name, created=1))
                change.put(Session(key_id=user + 1, created=1, active=1))

    asyncio.run(on_server(data, do, passphrase))


def names_in(data: Path) -> dict[int, str]:
    """Return who lives there, by a server that is started for it; the deleted without a name."""

    async def do(server: Any) -> dict[int, str]:
        found = {}
        for user in (ADA, CLAUDE):
            record = await server.context.look(Owner(Kind.USER, user)).get(User)
            if record is not None:
                found[user] = record.first_name
        return found

    found: dict[int, str] = asyncio.run(on_server(data, do))
    return found


def add_file(data: Path, content: bytes) -> str:
    """Put a file where the server keeps them; return its name."""
    name = hashlib.md5(content).hexdigest()
    path = data / "files" / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name


class Keeper:
    """Makes and tries backups of a data directory, as the server has it done."""

    def __init__(self, data: Path, settings: Backups, root: bytes = b"") -> None:
        """`root` is the root key, where it does not lie beside the data."""
        self.root = root or sealing.open_root(data)
        self.data = data
        self.settings = settings
        self.now = NOON
        self.made = Made(backups=[], places={}, keeps_versions=False)

    def work(self, do: Task, **changes: Any) -> BackupWork:
        """Return a piece of work."""
        work = BackupWork(
            do=do,
            data=str(self.data),
            root=self.root,
            secret=SECRET,
            journal=SECRET,
            settings=self.settings,
            boxes=True,
            keys=True,
            files=True,
            reserve=0,
            known=self.made.places,
            number=self.made.backups[-1].number if self.made.backups else 0,
            now=self.now,
            niceness=0,
        )
        return msgspec.structs.replace(work, **changes)

    def make(self, **changes: Any) -> Made:
        """Make a backup."""
        self.made = make(self.work("make", **changes), unheeded)
        return self.made

    def attempt(self) -> Tried:
        """Try the newest."""
        return attempt(self.work("try"), unheeded)
