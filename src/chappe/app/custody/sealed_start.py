"""A start at L2: the server is sealed, and waits until enough custodians have answered its request."""

import asyncio
from pathlib import Path

from chappe.core import Clock, Entropy
from chappe.core.configuration import Configuration
from chappe.gateways.cli import OperatorError, SealedFacts
from chappe.trust import sealing
from chappe.trust.custody import CustodyError
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.storage import LogDamagedError, LogDirectory, LogFiles

from ..public_log import log_folder
from .asking import AskedOfCustodians, gather
from .gathering import Asks
from .kept import notes_of, parse_kept, table_in_force
from .own_build import build_of_this


class CustodySealedStart:
    """See `cli.SealedStart`. Nothing of the store is open while it waits."""

    def __init__(
        self,
        config: Configuration,
        data: Path,
        reason: str,
        seen: tuple[int, ...],
        clock: Clock,
        entropy: Entropy,
        table: bytes = b"",
    ) -> None:
        """Make the request; `table` says who the custodians are where the directory does not.

        Raises:
            OperatorError: the public log is not there as custodians must see it.
            RootError: there is no table of custodians, or it is damaged.
        """
        kept = parse_kept(table, "The backup's table") if table else table_in_force(data)
        if kept is None:
            raise sealing.RootError(f"{data} has no table of custodians: restore it from a backup.")
        if config.public_log != kept.table.origin:
            raise OperatorError(
                f"The custodians know this server by its public log {kept.table.origin}: name that in"
                " `public_log`."
            )
        folder = log_folder(config, data)
        if not folder.is_dir():
            raise OperatorError(
                f"The public log is not in {folder}: bring its newest copy, from a mirror, since custodians"
                " open nothing without it."
            )
        asked = AskedOfCustodians(
            Asks.START, reason, int(clock.now()), seen, manifest=build_of_this()
        )
        try:
            with LogDirectory.opened(LogFiles(folder), config.public_log) as log:
                self._gathering = gather(log, kept, notes_of(data), asked, entropy.token)
        except (LedgerError, LogDamagedError) as error:
            why = str(error).rstrip(".")
            raise OperatorError(
                f"The public log in {folder} does not show who the custodians are: {why}. Bring its newest"
                " copy, from a mirror."
            ) from None
        self._data = data
        self._clock = clock
        self.opened: asyncio.Future[sealing.RootInHand] = asyncio.get_running_loop().create_future()

    def facts(self) -> SealedFacts:
        """See `cli.SealedStart`."""
        request, table = self._gathering.request, self._gathering.table
        return SealedFacts(
            origin=request.origin,
            reason=request.reason,
            build=f"{request.build.version} {request.build.manifest}",
            needed=table.needed,
            custodians=tuple(card.name for card in table.cards),
            answered=self._gathering.names,
            fingerprint=request.fingerprint,
            request=request.content,
            is_open=self.opened.done(),
        )

    def take(self, text: str) -> str:
        """See `cli.SealedStart`."""
        if self.opened.done():
            raise ValueError("The server is open already.")
        try:
            said = self._gathering.take(text)
            if self._gathering.is_enough:
                self._gathering.note(self._data, int(self._clock.now()))
                self.opened.set_result(sealing.RootInHand(self._gathering.root()))
                said = f"{said} The server opens."
        except CustodyError as error:
            raise ValueError(str(error)) from None
        return said
