"""An account on another machine as a place of backups, by the system's `sftp`.

The account needs SFTP and no shell. Nobody is asked for anything: the key of the other machine must be known,
and ours must open without a passphrase or lie with an agent.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from chappe.ports import OBJECTS_AT_ONCE, Moved, PlaceError, PlaceObjectMissing

BEGUN: Final = ".begun"  # what a file is called until it is whole
CONNECT_S: Final = 20  # seconds the other machine may take to answer
SILENT_S: Final = 30  # seconds of silence after which it is asked whether it is still there
SILENT_MAX: Final = 4  # questions without an answer until the connection is given up
KEPT_OPEN_S: Final = 60  # seconds a connection is kept for what may follow
TOLD_CHARACTERS_MAX: Final = 120  # characters of what the programs say that are shown
_LINE: Final = re.compile(r"-\S+ +\S+ +\S+ +\S+ +(\d+) .{12} (.+)")
_PARTED: Final = re.compile(r"[^A-Za-z0-9_.:/\- ,()\[\]]")


def is_ssh(to: str) -> bool:
    """Whether a place is named as `ssh://…`."""
    return to.startswith("ssh://")


class SshPlace:
    """See `ports.BackupPlace`. Each call is a run of `sftp`; the first one's connection serves the others."""

    def __init__(self, address: str, key: Path | None, known_hosts: Path | None) -> None:
        """`key` is whose account it is, `known_hosts` by what the other machine is known; None: ssh's own.

        Raises:
            PlaceError: the program is not here.
        """
        found = shutil.which("sftp")
        if found is None:
            raise PlaceError("There is no `sftp` here: install openssh-client.")
        url = urlsplit(address)
        self._base = unquote(url.path).rstrip("/")
        self.name = f"{url.hostname}:{self._base}"
        self._paths = tempfile.TemporaryDirectory(prefix="chappe-")  # a socket's path must be short
        self._options = _options(Path(self._paths.name), key, known_hosts, url.port)
        self._to = ["--", f"{url.username}@{url.hostname}" if url.username else str(url.hostname)]
        self._command = [found, "-b", "-", *self._options, *self._to]
        self._made: set[str] = set()  # directories that are there

    def listed(self, under: str) -> Mapping[str, int]:
        """See `ports.BackupPlace`. Folders are looked through one level after the other."""
        found: dict[str, int] = {}
        folders = [under]
        while folders:
            some, folders = folders[:OBJECTS_AT_ONCE], folders[OBJECTS_AT_ONCE:]
            printed = self._run([f"-ls -la {self._path(folder)}" for folder in some])
            folder = ""
            for line in printed.splitlines():
                if line.startswith("sftp> "):
                    folder = some.pop(0)
                elif (name := Path(line[5:].rpartition(" ")[2]).name) and line.startswith("d"):
                    if name not in (".", ".."):
                        folders.append(f"{folder}/{name}")
                elif (file := _LINE.fullmatch(line)) and not line.endswith(BEGUN):
                    found[f"{folder}/{Path(file[2]).name}"] = int(file[1])
        return found

    def put(self, files: Sequence[tuple[str, Path]], moved: Moved) -> None:
        """See `ports.BackupPlace`."""
        for at in range(0, len(files), OBJECTS_AT_ONCE):
            some = files[at : at + OBJECTS_AT_ONCE]
            asked = [line for name, _ in some for line in self._folders(name)]
            for name, source in some:
                begun = self._path(name + BEGUN)
                asked.append(f"put -f {_quoted(str(source))} {begun}")
                asked.append(f"rename {begun} {self._path(name)}")
            self._run(asked)
            self._made.update(_above(name) for name, _ in some)
            moved(sum(source.stat().st_size for _, source in some))

    def get(self, files: Sequence[tuple[str, Path]], moved: Moved) -> None:
        """See `ports.BackupPlace`."""
        for at in range(0, len(files), OBJECTS_AT_ONCE):
            some = files[at : at + OBJECTS_AT_ONCE]
            self._run(f"get {self._path(name)} {_quoted(str(target))}" for name, target in some)
            moved(sum(target.stat().st_size for _, target in some))

    def delete(self, names: Iterable[str]) -> None:
        """See `ports.BackupPlace`."""
        gone = list(names)
        for at in range(0, len(gone), OBJECTS_AT_ONCE):
            some = gone[at : at + OBJECTS_AT_ONCE]
            asked = [f"-rm {self._path(name + end)}" for name in some for end in ("", BEGUN)]
            asked += [f"-rmdir {self._path(folder)}" for folder in dict.fromkeys(map(_above, some))]
            self._run(asked)
            self._made.difference_update(map(_above, some))

    def keeps_versions(self) -> bool:
        """See `ports.BackupPlace`. Not as far as can be seen."""
        return False

    def close(self) -> None:
        """See `ports.BackupPlace`."""
        ssh = shutil.which("ssh")
        if ssh is not None:
            ending = [ssh, *self._options, "-O", "exit", *self._to]
            subprocess.run(ending, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603  as below
        self._paths.cleanup()

    def _path(self, name: str) -> str:
        return _quoted(f"{self._base}/{name}")

    def _folders(self, name: str) -> list[str]:
        """Return what makes the folders an object lies in, those that are there passed over."""
        parts = _above(name).split("/")
        wanted = ["/".join(parts[: count + 1]) for count in range(len(parts)) if parts[0]]
        return [f"-mkdir {self._path(folder)}" for folder in wanted if folder not in self._made]

    def _run(self, asked: Iterable[str]) -> str:
        """Have `sftp` do something; return what it printed.

        Raises:
            PlaceError: it did not do all of it.
        """
        script = "".join(f"{line}\n" for line in asked)
        done = subprocess.run(  # noqa: S603  its arguments are the operator's own
            self._command,
            input=script.encode(),
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
        if done.returncode:
            raise self._explain(done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "replace")

    def _explain(self, told: str) -> PlaceError:
        """Return what an operator should read instead of what the programs print."""
        name = self.name
        if "host key" in told.lower():
            return PlaceError(
                f"{name} is not known, or shows another key than before: see that it is the right one,"
                " and write its key into `ssh_known_hosts` (ssh-keyscan shows it)."
            )
        if "Permission denied (" in told or "Too many authentication failures" in told:
            return PlaceError(
                f"{name} refuses our key: put the public half of `ssh_key` into its authorized_keys."
            )
        if "not found" in told or "No such file" in told:
            return PlaceObjectMissing(
                f"{name} lacks what should be there: make its directory, or see `chappe backups`."
            )
        if "Permission denied" in told:
            return PlaceError(f"{name} is not ours to write: check the owner of its directory.")
        if "Failure" in told or "No space" in told:
            return PlaceError(
                f"{name} does not take what is written: see whether its disk is full."
            )
        lines = [
            line for line in told.splitlines() if line.strip() not in ("", "Connection closed")
        ]
        last = _PARTED.sub("", lines[-1].strip() if lines else "no reason was given")
        return PlaceError(
            f"{name} cannot be reached by ssh ({last[:TOLD_CHARACTERS_MAX]}): check it."
        )


def _options(
    sockets: Path, key: Path | None, known_hosts: Path | None, port: int | None
) -> list[str]:
    """Return how `ssh` is to behave: it asks nothing, and believes no machine it does not know."""
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "yes",
        "ConnectTimeout": str(CONNECT_S),
        "ServerAliveInterval": str(SILENT_S),
        "ServerAliveCountMax": str(SILENT_MAX),
        "ControlMaster": "auto",
        "ControlPath": f"{sockets}/%C",
        "ControlPersist": str(KEPT_OPEN_S),
    }
    if port is not None:
        options["Port"] = str(port)
    if known_hosts is not None:
        options["UserKnownHostsFile"] = _spaced(known_hosts)
    if key is not None:
        options["IdentityFile"] = _spaced(key)
        options["IdentitiesOnly"] = "yes"
    return [part for name, value in options.items() for part in ("-o", f"{name}={value}")]


def _spaced(path: Path) -> str:
    return f'"{path.absolute()}"'


def _quoted(text: str) -> str:
    """Return a path as a word of `sftp`; it reads quotes as a shell does, and stars in names not at all."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _above(name: str) -> str:
    return name.rpartition("/")[0]
