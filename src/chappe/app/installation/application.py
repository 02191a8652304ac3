"""The program as the command line starts it: one data directory and what may be done with it."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final

from chappe.core.configuration import Configuration
from chappe.core.system import SystemEntropy
from chappe.gateways.cli import RestoredSessions, Running, Show, Step, Watch
from chappe.rpc import OperatorCommand
from chappe.trust import sealing

from .backups import backup, restore
from .checking import check
from .layout import is_created
from .mail import test_mail
from .moving import is_served, move, undo_move
from .resealing import change_passphrase, reseal, seal
from .root import create_root
from .status import status

COMMANDS: Final = (status, backup, test_mail, seal, change_passphrase)


class Installation:
    """See `cli.Application`."""

    def __init__(
        self,
        start: Callable[[Configuration, Path, str | None], Awaitable[Running]],
        commands: Iterable[OperatorCommand[Any, ..., Any]],
    ) -> None:
        self._start = start
        self._commands: tuple[OperatorCommand[Any, ..., Any], ...] = (*COMMANDS, *commands)

    def commands(self) -> tuple[OperatorCommand[Any, ..., Any], ...]:
        """See `cli.Application`."""
        return self._commands

    def create(self, data: Path, passphrase: str | None) -> str:
        """See `cli.Application`."""
        return create_root(data, passphrase, SystemEntropy())

    def is_created(self, data: Path) -> bool:
        """See `cli.Application`."""
        return is_created(data)

    def is_sealed(self, data: Path) -> bool:
        """See `cli.Application`."""
        return sealing.is_sealed(data)

    async def start(self, config: Configuration, data: Path, passphrase: str | None) -> Running:
        """See `cli.Application`."""
        return await self._start(config, data, passphrase)

    async def check(self, data: Path, passphrase: str | None, show: Show, step: Step) -> list[str]:
        """See `cli.Application`."""
        return await check(data, passphrase, show, step)

    async def move(
        self, data: Path, settings: Path | None, passphrase: str | None, show: Show, watch: Watch
    ) -> None:
        """See `cli.Application`."""
        await move(data, settings, passphrase, show, watch)

    def is_served_elsewhere(self, data: Path) -> bool:
        """See `cli.Application`."""
        return is_served(data)

    async def undo_move(self, data: Path, show: Show) -> None:
        """See `cli.Application`."""
        await undo_move(data, show)

    async def reseal(self, data: Path, old: str | None, passphrase: str) -> str:
        """See `cli.Application`."""
        return await reseal(data, old, passphrase, SystemEntropy())

    def restore(self, backup: Path, data: Path, sessions: RestoredSessions) -> str:
        """See `cli.Application`."""
        return restore(backup, data, sessions)
