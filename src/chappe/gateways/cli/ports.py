"""Ports of the command line: the running server and the application it starts."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from chappe.core.configuration import Configuration
from chappe.rpc import Giver, OperatorCommand
from chappe.trust.sealing import RootInHand, RootSecret


class RestoredSessions(Enum):
    """What becomes of sessions at the first start after a restore."""

    OF_THE_LOST = "of the lost"  # they go on where somebody could not log in again
    KEPT = "kept"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreWanted:
    """What is to be restored."""

    source: str  # a file, or a place of backups; empty: the place the settings name
    sessions: RestoredSessions = RestoredSessions.OF_THE_LOST
    at: str = ""  # a number, or a moment until which it was made; empty: the newest
    keys_from: str = ""  # the place of the keys, if it is another one than the settings say


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored."""

    missing: str  # the name of a file that must be put there by hand, or nothing
    lost: int = 0  # files of people that are missing or damaged
    number: int = 0  # of the backup; 0 where it has none
    notes: tuple[str, ...] = ()  # what was found to be wrong on the way
    without_boxes: bool = False  # they are in a database, with its own backup


Secret = Callable[[str], str]  # asked for what the argument says
Custodians = Callable[[bytes], RootInHand]  # asked for the root key of this table of theirs
RootSource = tuple[Secret, Custodians]  # by which a backup may be opened
Far = Callable[[str, int, int], None]  # told what is done, and how many bytes of how many are
Show = Callable[[str], None]
Step = Callable[[int, int], None]
Watch = Callable[[str, int, int, int], None]  # what is done, how many are, of how many, bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFacts:
    """What everybody may know of a server that waits for its custodians."""

    origin: str  # the name of its public log
    reason: str  # why it was started, in its operator's words
    build: str  # which it claims to be
    needed: int  # custodians
    custodians: tuple[str, ...]  # their names
    answered: tuple[str, ...]  # whose answers were taken
    fingerprint: str  # of the request: compared by telephone
    request: bytes  # the request as a document
    is_open: bool  # whether enough have answered


class SealedStart(Protocol):
    """A start that waits for custodians."""

    opened: asyncio.Future[RootInHand]  # done once enough of them have answered

    def facts(self) -> SealedFacts:
        """Return what is shown of it."""
        ...

    def take(self, text: str) -> str:
        """Take one answer; return a sentence that says what is missing.

        Raises:
            ValueError: it is not taken; the text is one sentence that says why.
        """
        ...


class Commanded(Protocol):
    """What the control socket hands commands to."""

    async def command(self, name: str, given: Mapping[str, Any], giver: Giver) -> Any:
        """Run an operator command; see `Running.command`."""
        ...


class Running(Commanded, Protocol):
    """A started server."""

    config: Configuration

    async def listen(self) -> list[str]:
        """Listen on every configured address; return them as host:port."""
        ...

    async def first_link(self) -> str:
        """Return a link by which the first person joins; nothing if somebody is here, or nobody may join."""
        ...

    def kept_for(self) -> str:
        """Return in one line how long messages are kept; nothing where that is for ever."""
        ...

    async def load_rest(self) -> None:
        """Load, beside what goes on, what was not needed to listen and would have made the start longer."""
        ...

    def when_fenced(self, end: Callable[[str], None]) -> None:
        """Have `end` called, with a sentence, once another server has taken over the store."""
        ...

    def renew(self, config: Configuration) -> None:
        """Take up what may change while it runs, of a configuration that was read again.

        That are the further addresses clients are told, and the certificate of TLS for connections that begin
        from now on.

        Raises:
            ConfigurationError: the certificate cannot be used; the one from before stays.
        """
        ...

    async def command(self, name: str, given: Mapping[str, Any], giver: Giver) -> Any:
        """Run an operator command (`users`, `invite`, …) for somebody.

        Returns what it found, as JSON.

        Raises:
            ValueError: it is refused; the text is one sentence for the operator.
            OSError: the system refused something.
            EngineError: the store did.
        """
        ...

    def when_passed(self, end: Callable[[], None]) -> None:
        """Have `end` called once the root key was passed to another process, which goes on."""
        ...

    async def stop(self) -> None:
        """Finish what was begun and close the store."""
        ...


class Application(Protocol):
    """The program: what `app` offers to whoever starts it."""

    def commands(self) -> Iterable[OperatorCommand[Any, ..., Any]]:
        """Return every operator command a running server knows."""
        ...

    def create(self, data: Path, passphrase: str | None) -> str:
        """Make the root key of an empty data directory; return the recovery code (L1) or nothing."""
        ...

    def is_created(self, data: Path) -> bool:
        """Whether the directory has its root key."""
        ...

    def is_sealed(self, data: Path) -> bool:
        """Whether the directory asks for a passphrase."""
        ...

    def level(self, data: Path) -> str:
        """Return the level of the directory: L0, L1 or L2."""
        ...

    def build(self) -> str:
        """Return the hash of the manifest of this program."""
        ...

    def sealed_start(
        self,
        config: Configuration,
        data: Path,
        reason: str,
        seen: tuple[int, ...],
        table: bytes = b"",
    ) -> SealedStart:
        """Ask the custodians of a directory at L2; `seen` are sizes of the log they say they have seen.

        `table` says who they are where the directory does not, as before a restore.

        Raises:
            OperatorError: the public log is not as custodians must see it.
            EngineError: the table of custodians is damaged.
        """
        ...

    async def start(self, config: Configuration, data: Path, secret: RootSecret) -> Running:
        """Open everything in the data directory and start the server, not yet listening."""
        ...

    def accept_older(self, data: Path) -> None:
        """Have the next start count the store anew, whatever it holds, and say so in the public log."""
        ...

    async def check(self, data: Path, secret: RootSecret, show: Show, step: Step) -> list[str]:
        """Open every sealed value and compare what belongs together; return what is wrong.

        `step` is told how many boxes are done, and of how many.
        """
        ...

    async def move(
        self, data: Path, settings: Path | None, secret: RootSecret, show: Show, watch: Watch
    ) -> None:
        """Move the stores of a stopped server to where `settings` has them; None goes on with a move.

        `watch` is told how many cells or files are done, of how many (0 where nobody counted), and bytes.
        """
        ...

    def is_served_elsewhere(self, data: Path) -> bool:
        """Whether the server has run where the latest move has led."""
        ...

    async def undo_move(self, data: Path, show: Show) -> None:
        """Take the latest move back."""
        ...

    async def reseal(self, data: Path, old: str | None, passphrase: str) -> str:
        """Give data that no server runs on another root key under a new passphrase; return the recovery code.

        `old` is the passphrase from before; None: the data lie open (L0).
        """
        ...

    async def rotate(self, data: Path, secret: RootSecret) -> int:
        """Wrap all keys of data that no server runs on in a new epoch; return how many there are."""
        ...

    def restore(self, data: Path, wanted: RestoreWanted, secret: RootSource, far: Far) -> Restored:
        """Restore a backup into an empty data directory, ready to start in a new epoch.

        At that start sessions end, as `wanted` says. A backup never holds a root key that lies in the open:
        `secret` is asked for it, or a file is still missing.
        """
        ...

    def backups(
        self, data: Path, wanted: RestoreWanted, secret: RootSource
    ) -> list[dict[str, int]]:
        """Return the backups of a place, the newest last."""
        ...

    def look_before_upgrade(self, data: Path) -> tuple[list[str], list[str]]:
        """Return what stands against a start of this version, and what to think of before an upgrade."""
        ...

    def backup_key(self, data: Path) -> str:
        """Return the key by which backups of a directory open, in letters; nothing where it is sealed."""
        ...


class OperatorError(Exception):
    """An error the operator can mend; its text is one sentence that says what to do."""


def refusal(host: str, port: int, error: OSError) -> str:
    """Return the sentence for an address that cannot be listened on; nothing for an unknown reason."""
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"{where} is in use by another program, perhaps another Chappe: stop that one,"
                " or choose another port (`--port`, `--also`, `--metrics-port`); `--port 0` takes a free one."
            )
        case errno.EACCES | errno.EPERM:
            return (
                f"{where} is not ours to listen on: choose a port from 1024 up,"
                " or give the service CAP_NET_BIND_SERVICE."
            )
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: `ip address` shows which there are."
    return ""


def explain(error: OSError) -> str:
    """Return the sentence for an operator about an error of the system."""
    where = f"{error.filename}: " if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"{where}the disk is full: free some space, nothing was lost."
        case errno.EFBIG:
            return f"{where}a limit on the size of files is reached: raise it."
        case errno.EACCES | errno.EROFS | errno.EPERM if error.filename:
            return f"{where}not allowed: check the owner and mount of its directory."
        case errno.EEXIST | errno.ENOTDIR if error.filename:
            return f"{where}not a directory: choose another place."
        case errno.EADDRINUSE:
            return "An address to listen on is in use by another program: choose another port."
    if isinstance(error, socket.gaierror):
        return f"An address to listen on is not known here ({error.strerror}): write it in digits."
    return f"{where}{error.strerror or error}."
