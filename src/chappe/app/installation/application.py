"""The program as the command line starts it: one data directory and what may be done with it."""

import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final

from chappe.core.configuration import Configuration, load
from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.cli import (
    Far,
    Restored,
    RestoreWanted,
    RootSource,
    Running,
    SealedStart,
    Show,
    Step,
    Watch,
)
from chappe.rpc import OperatorCommand
from chappe.trust import sealing

from ..backups.commands import COMMANDS as BACKUP_COMMANDS
from ..backups.restoring import list_backups, restore_from_place
from ..custody import CUSTODY_COMMANDS
from ..custody.own_build import build_of_this
from ..key_epochs import COMMANDS as EPOCH_COMMANDS
from .backups import backup, restore
from .checking import check
from .layout import ACCEPTED, holds_store, is_created
from .mail import test_mail
from .moving import is_served, move, undo_move
from .resealing import change_passphrase, reseal, seal
from .root import create_root
from .rotating import rotate_at_rest
from .status import status
from .upgrading import look_before_upgrade

COMMANDS: Final = (status, backup, test_mail, seal, change_passphrase, *CUSTODY_COMMANDS)


class Installation:
    """See `cli.Application`."""

    def __init__(
        self,
        start: Callable[[Configuration, Path, sealing.RootSecret], Awaitable[Running]],
        commands: Iterable[OperatorCommand[Any, ..., Any]],
    ) -> None:
        self._start = start
        self._commands: tuple[OperatorCommand[Any, ..., Any], ...] = (
            *COMMANDS,
            *BACKUP_COMMANDS,
            *EPOCH_COMMANDS,
            *commands,
        )

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

    def level(self, data: Path) -> str:
        """See `cli.Application`."""
        return sealing.level_of(data)

    def sealed_start(
        self,
        config: Configuration,
        data: Path,
        reason: str,
        seen: tuple[int, ...],
        table: bytes = b"",
    ) -> SealedStart:
        """See `cli.Application`."""
        from ..custody.sealed_start import CustodySealedStart  # noqa: PLC0415  few servers have custodians

        clock, entropy = SystemClock(), SystemEntropy()
        return CustodySealedStart(config, data, reason, seen, clock, entropy, table)

    def build(self) -> str:
        """See `cli.Application`."""
        return build_of_this()

    async def start(self, config: Configuration, data: Path, secret: sealing.RootSecret) -> Running:
        """See `cli.Application`."""
        return await self._start(config, data, secret)

    def accept_older(self, data: Path) -> None:
        """See `cli.Application`."""
        if holds_store(data):
            (data / ACCEPTED).touch(mode=0o600)

    async def check(
        self, data: Path, secret: sealing.RootSecret, show: Show, step: Step
    ) -> list[str]:
        """See `cli.Application`."""
        return await check(data, secret, show, step)

    async def move(
        self,
        data: Path,
        settings: Path | None,
        secret: sealing.RootSecret,
        show: Show,
        watch: Watch,
    ) -> None:
        """See `cli.Application`."""
        await move(data, settings, secret, show, watch)

    def is_served_elsewhere(self, data: Path) -> bool:
        """See `cli.Application`."""
        return is_served(data)

    async def undo_move(self, data: Path, show: Show) -> None:
        """See `cli.Application`."""
        await undo_move(data, show)

    async def reseal(self, data: Path, old: str | None, passphrase: str) -> str:
        """See `cli.Application`."""
        return await reseal(data, old, passphrase, SystemEntropy())

    async def rotate(self, data: Path, secret: sealing.RootSecret) -> int:
        """See `cli.Application`."""
        return await rotate_at_rest(data, secret)

    def restore(self, data: Path, wanted: RestoreWanted, secret: RootSource, far: Far) -> Restored:
        """See `cli.Application`."""
        if wanted.source and Path(wanted.source).is_file():
            return restore(Path(wanted.source), data, wanted.sessions, wanted.keys_from)
        settings = load(data, os.environ, {}).backups
        return restore_from_place(data, wanted, settings, secret, far)

    def backups(
        self, data: Path, wanted: RestoreWanted, secret: RootSource
    ) -> list[dict[str, int]]:
        """See `cli.Application`."""
        return list_backups(data, wanted, load(data, os.environ, {}).backups, secret)

    def look_before_upgrade(self, data: Path) -> tuple[list[str], list[str]]:
        """See `cli.Application`."""
        return look_before_upgrade(data)

    def backup_key(self, data: Path) -> str:
        """See `cli.Application`."""
        is_open = sealing.level_of(data) == "L0"
        return sealing.root_in_letters(sealing.open_root(data)) if is_open else ""
