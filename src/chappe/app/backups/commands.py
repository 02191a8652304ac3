"""What an operator asks of the backups of a running server."""

from typing import Annotated, Any, Final

import msgspec

from chappe.rpc import operator_command

from .elsewhere import without
from .job import MAKE, TRY
from .schedule import BackupService

UNSET: Final = "No backups are set up: see `chappe manual backups`."


@operator_command("backups", "List backups, and what became of the last trial.", audited=False)
async def backups(server: Any) -> dict[str, Any]:
    """Return what is known of the backups.

    `newest_at`, `newest_bytes`, `trial_at`, `trial_ok` are None before the first; times are Unix times.
    """
    service: BackupService | None = server.backups
    if service is None:
        return {"to": "", **_newest(None), "lacking": "", "backups": []}
    state, trial = service.state, service.state.trial
    return {
        "to": service.settings.to
        or f"bucket {service.settings.s3.bucket if service.settings.s3 else ''}",
        **_newest(service),
        "trial_seconds": trial.seconds if trial else None,
        "trial_cells": trial.cells if trial else None,
        "late": service.is_late(),
        "failed": state.failed,
        "says": state.says,
        "keys": "kept in old versions"
        if state.keeps_versions
        else f"{service.settings.keys_days} days",
        "lacking": without(server.config),
        "running": service.progress,
        "backups": [
            {
                "number": one.number,
                "at": one.at,
                "bytes": one.size,
                "kept_until": one.kept_until,
                "trial": "" if trial is None or trial.number != one.number else _word(ok=trial.ok),
            }
            for one in state.backups
        ],
    }


@operator_command("backup-now", "Make a backup now, or try the newest.")
async def backup_now(
    server: Any,
    *,
    trial: Annotated[
        bool, msgspec.Meta(description="Restore the newest for a trial instead.")
    ] = False,
) -> dict[str, Any]:
    """Begin a backup, or a trial; `backups` tells how far it is."""
    service: BackupService | None = server.backups
    if service is None:
        raise ValueError(UNSET)
    service.ask(TRY if trial else MAKE)
    return {"begun": True}


def _newest(service: BackupService | None) -> dict[str, Any]:
    """Return the figures an operator looks at first."""
    newest = service.state.backups[-1] if service is not None and service.state.backups else None
    trial = service.state.trial if service is not None else None
    return {
        "newest_at": newest.at if newest else None,
        "newest_bytes": newest.size if newest else None,
        "trial_at": trial.at if trial else None,
        "trial_ok": trial.ok if trial else None,
        "trial_says": trial.says if trial else "",
    }


def _word(*, ok: bool) -> str:
    return "ok" if ok else "failed"


COMMANDS: Final = (backups, backup_now)
