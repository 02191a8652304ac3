"""What a bench measured, kept as JSON, so that the runs of many commits can be laid beside each other."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import chappe

from .table import Row


def keep(rows: Sequence[Row], now: datetime, where: Path) -> None:
    """Write the rows as they are shown, with the machine, the version and the moment they are of."""
    kept = {
        "version": chappe.__version__,
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "rows": [row._asdict() for row in rows],
    }
    where.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
