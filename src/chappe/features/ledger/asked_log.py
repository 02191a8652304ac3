"""The public log of a server, as far as slices ask it: wait for it, and have receipts of it."""

from typing import Final, Protocol

from chappe.updates import PerServer

from .publishing import PublicStep


class NotLoggedError(ValueError):
    """An act is not in the public log where enough witnesses see it; the text is for whoever gave it."""


class AskedPublicLog(Protocol):
    """The public log of a server, as far as slices ask it."""

    @property
    def is_kept(self) -> bool:
        """Whether there is one: where not, an operator's acts wait for nothing."""
        ...

    @property
    def is_witnessed(self) -> bool:
        """Whether somebody else must have seen a head before it is served."""
        ...

    async def reach(self, position: int) -> None:
        """Return once the log that is served has a step of the ledger, and all before it.

        Raises:
            NotLoggedError: it does not have it, within the time one waits.
        """
        ...

    def subject(self, record_key: bytes, user: int) -> str:
        """Return what stands for an account in the entry of this key."""
        ...

    async def receipt(self, step: PublicStep, record_key: bytes, user: int) -> bytes:
        """Return the receipt of a step (`.tlog-proof`), which says whom it is about.

        Raises:
            NotLoggedError: the log that is served does not have it yet.
        """
        ...


class NoPublicLog:
    """See `AskedPublicLog`: none is kept, so none is asked."""

    is_kept = False
    is_witnessed = False

    async def reach(self, position: int) -> None:
        """See `AskedPublicLog`: nothing is ever in it."""
        raise NotLoggedError(f"There is no public log: step {position} is in none.")

    def subject(self, record_key: bytes, user: int) -> str:
        """See `AskedPublicLog`: nobody is in it."""
        raise NotLoggedError(
            f"There is no public log to name {user} in by {len(record_key)} bytes."
        )

    async def receipt(self, step: PublicStep, record_key: bytes, user: int) -> bytes:
        """See `AskedPublicLog`: nothing is ever in it."""
        raise NotLoggedError(f"There is no public log: {step.kind} is in none.")


PUBLIC_LOG: Final[PerServer[AskedPublicLog]] = PerServer()
