"""The table the client's bench prints."""

from collections.abc import Sequence
from typing import NamedTuple

MS_PER_S = 1000
MIB = 1024 * 1024


class Row(NamedTuple):
    """One line: what was measured, its limit, and whether it is kept."""

    name: str
    found: str
    limit: str = ""
    kept: bool | None = None


def ms_row(name: str, found_ms: float, limit_ms: float = 0) -> Row:
    """Return the line of a time."""
    if not limit_ms:
        return Row(name, f"{found_ms:,.1f} ms")
    return Row(name, f"{found_ms:,.1f} ms", f"{limit_ms:,g} ms", found_ms <= limit_ms)


def show(rows: Sequence[Row]) -> None:
    """Print the table, as Markdown."""
    print("| | measured | limit | |\n| --- | --- | --- | --- |")
    for name, found, limit, kept in rows:
        print(
            f"| {name} | {found} | {limit} | {'' if kept is None else 'kept' if kept else 'MISSED'} |"
        )
