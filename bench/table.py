"""The table a bench prints: one line for each operation, with its target."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from .loads import Measured

KIB: Final = 1024
MIB: Final = 1024 * KIB


class Row(NamedTuple):
    """One line of the table."""

    name: str
    times: int
    cost: str
    rate: str
    p50: str
    p99: str
    target: str
    passed: bool | None


def row_of(name: str, m: Measured, target_us: float, p99_ms: float = 0) -> Row:
    """Return the line of an operation whose processor time is what counts; target 0: it has none."""
    p99 = m.percentile(0.99)
    passed = m.cpu_us <= target_us and (not p99_ms or p99 <= p99_ms) if target_us else None
    target = f"{target_us:,.0f} µs" + (f", p99 {p99_ms:.0f} ms" if p99_ms else "")
    target = target if target_us else ""
    return Row(
        name,
        m.count,
        f"{m.cpu_us:,.0f} µs",
        f"{m.count / m.seconds:,.0f}",
        f"{m.percentile(0.5):.1f}",
        f"{p99:.1f}",
        target,
        passed,
    )


def show(rows: Sequence[Row]) -> None:
    """Print the table, as Markdown."""
    head = ("operation", "count", "server CPU", "a second", "p50 ms", "p99 ms", "target", "")
    cells = [head] + [
        (
            *(f"{c:,}" if isinstance(c, int) else c for c in row[:-1]),
            {True: "pass", False: "MISS", None: ""}[row.passed],
        )
        for row in rows
    ]
    widths = [max(len(str(line[i])) for line in cells) for i in range(len(head))]
    for number, line in enumerate(cells):
        print("| " + " | ".join(str(c).ljust(w) for c, w in zip(line, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join(" --- ".ljust(w + 2, " ") for w in widths) + "|")
