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
    ratio: str = ""  # the cost in what it is compared with: rounds of Python, or the limit of a MiB
    rate: str = ""
    p50: str = ""
    p99: str = ""
    target: str = ""
    passed: bool | None = None


def row_of(name: str, m: Measured, rounds_max: float, p99_rounds_max: float = 0) -> Row:
    """Return the line of an operation whose processor time is what counts; target 0: it has none."""
    p99 = m.percentile(0.99)
    rounds = m.cpu_us / m.round_us
    passed = None
    target = ""
    if rounds_max:
        passed = rounds <= rounds_max and (
            not p99_rounds_max or p99 * 1000 <= p99_rounds_max * m.round_us
        )
        target = f"{rounds_max:,g} rounds"
        target += f", p99 {p99_rounds_max:,g}" if p99_rounds_max else ""
    return Row(
        name,
        m.count,
        f"{m.cpu_us:,.0f} µs",
        f"{rounds:,.1f}",
        f"{m.count / m.seconds:,.0f}",
        f"{m.percentile(0.5):.1f}",
        f"{p99:.1f}",
        target,
        passed,
    )


def time_row(
    name: str, count: int, seconds: float, round_us: float, rounds_max: float, shown: str
) -> Row:
    """Return the line of something that may take so many rounds by the clock."""
    rounds = seconds / round_us * 1e6
    return Row(
        name,
        count,
        shown,
        f"{rounds:,.0f}",
        target=f"{rounds_max:,g} rounds",
        passed=rounds <= rounds_max,
    )


def file_row(name: str, m: Measured, limit_us: float, times_max: float) -> Row:
    """Return the line of moving a MiB, which is compared with what no server could do without."""
    times = m.cpu_us / limit_us
    return Row(
        name,
        m.count,
        f"{m.cpu_us:,.0f} µs",
        f"{times:.2f} limits",
        f"{m.count / m.seconds:,.0f}",
        target=f"{times_max:g} limits",
        passed=times <= times_max,
    )


def show(rows: Sequence[Row]) -> None:
    """Print the table, as Markdown."""
    head = (
        "operation",
        "count",
        "server CPU",
        "rounds",
        "a second",
        "p50 ms",
        "p99 ms",
        "target",
        "",
    )
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
