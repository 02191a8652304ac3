"""`chappe upgrade --check`: whether this version can take over a data directory, before that of now stops."""

import os
from datetime import UTC, datetime
from pathlib import Path

from chappe.core.configuration import Configuration, ConfigurationError, load
from chappe.engines.sqlite_version import refuse_version
from chappe.gateways.cli import OperatorError
from chappe.ports import EngineError

from ..backups.state import read_state
from .layout import BOXES, KEYS, holds_store, is_created
from .move_record import refuse_half_moved
from .moving_in import refuse_unfinished


def look_before_upgrade(data: Path) -> tuple[list[str], list[str]]:
    """Return what stands against a start of this version, and what to think of. Nothing is changed.

    It may be asked while a server runs there.

    Raises:
        OperatorError: there is no data in the directory.
    """
    if not holds_store(data) and not is_created(data):
        raise OperatorError(f"{data} holds no data of a server: name its directory by --data.")
    wrong: list[str] = []
    config: Configuration | None = None
    try:
        config = load(data, os.environ, {})
    except ConfigurationError as error:
        wrong.append(str(error))
    for refuse in (refuse_unfinished, refuse_half_moved):
        try:
            refuse(data)
        except (OperatorError, EngineError) as error:
            wrong.append(str(error))
    if not is_created(data):
        wrong.append(f"{data} has no root key; restore it from a backup.")
    here = {BOXES: not config.store, KEYS: not config.keys_store} if config else {}
    for name, is_here in here.items():
        try:
            if is_here and (data / name).exists():
                refuse_version(data / name)
        except EngineError as error:
            wrong.append(str(error))
    return wrong, [_of_backups(data)]


def _of_backups(data: Path) -> str:
    """Return what is known of backups."""
    made = read_state(data).backups
    if not made:
        return "The server has made no backup by itself: make one by `chappe backup FILE` first."
    at = datetime.fromtimestamp(made[-1].at, UTC)
    return f"The newest backup is of {at:%Y-%m-%d %H:%M} UTC: `chappe backup` makes one now."
