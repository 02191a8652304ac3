"""What the desk needs of the outside: the public log, the vault's files, and who the custodians are."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, NamedTuple, Protocol

from chappe.trust.custody import ClaimedBuild, CustodyTable
from chappe.updates import PerServer


class EntryGroup(NamedTuple):
    """Entries that stand behind one another."""

    lines: tuple[bytes, ...]
    since: int  # how many entries the log had before: they are not among these


class OrderLog(Protocol):
    """The public log, as far as it is written here."""

    @property
    def origin(self) -> str:
        """Its name."""
        ...

    @property
    def size(self) -> int:
        """How many entries are in it."""
        ...

    @property
    def is_witnessed(self) -> bool:
        """Whether somebody else must have seen a head before it counts."""
        ...

    async def enter(self, groups: Sequence[EntryGroup]) -> list[int]:
        """Write groups that are not there yet; return where the first entry of each is.

        When it returns they are durable; who witnesses the log is asked at once.
        """
        ...

    async def entry(self, position: int) -> bytes:
        """Return an entry."""
        ...

    async def proof(self, position: int) -> bytes | None:
        """Return the proof (`.tlog-proof`) that an entry is there and was witnessed; None: not yet."""
        ...

    async def continues(self, seen: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Return how the head of the proofs continues older ones, by their sizes."""
        ...


class VaultFiles(Protocol):
    """Files of sealed bytes, by names of our own."""

    def writing(self, name: str) -> AbstractAsyncContextManager[Callable[[bytes], Awaitable[None]]]:
        """Write a file: it is there, whole and durable, once the block ends without an error."""
        ...

    def read(self, name: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file.

        Raises:
            FileNotFoundError: there is none.
        """
        ...

    async def drop(self, name: str) -> None:
        """Remove a file, or every file of a folder, if there is any."""
        ...

    async def hand_out(self, name: str) -> str:
        """Return where the operator finds a file."""
        ...


class Outside(Protocol):
    """All of it, for one server."""

    @property
    def log(self) -> OrderLog:
        """The log."""
        ...

    @property
    def files(self) -> VaultFiles:
        """Where sealed bytes are kept."""
        ...

    @property
    def build(self) -> ClaimedBuild:
        """Which build this server says it is."""
        ...

    def custodians(self) -> CustodyTable | None:
        """Return who approves; None: there are no custodians."""
        ...

    def saw(self, approver: str, size: int) -> None:
        """Remember how much of the log a custodian has seen: at a start no box can be asked."""
        ...


OUTSIDE: Final[PerServer[Outside | None]] = PerServer(lambda _: None)
