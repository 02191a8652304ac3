"""Output of the command line: JSON for scripts, a table or a sentence for people."""

import datetime as dt
import json
from typing import Any, Final

import typer
from rich.console import Console
from rich.table import Table

PIPE_COLUMNS_MAX: Final = 1_000  # columns of a table that goes into a pipe or a file
DATES: Final = frozenset(
    {
        "claimed_until",
        "created",
        "due",
        "active",
        "at",
        "expires",
        "kept_until",
        "last_login",
        "mail_failed_at",
        "mail_sent_at",
        "open_before",
        "opened",
        "since",
        "trial_at",
        "until",
    }
)  # columns that hold a time

# what is typed again elsewhere stays in one piece, however narrow the terminal; names are folded for it
WHOLE: Final = frozenset({"id", "username", "hash", "invite", "link"})


def show(answer: Any, *, as_json: bool, nothing: str) -> None:
    """Print what a command found: JSON, a table, or a sentence."""
    if as_json:
        typer.echo(json.dumps(answer))
    elif not answer:
        typer.echo(nothing)
    elif isinstance(answer, list):
        _table(answer)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            if value == "":
                continue
            typer.echo(f"{name.replace('_', ' '):<14} {_cell(name, value)}")
    else:
        typer.echo("Done.")


def _table(rows: list[dict[str, Any]]) -> None:
    """Print rows below the names of their fields; what is too wide for a terminal is folded, never cut."""
    table = Table(box=None)
    # not each row has them all, and what is true of none is left out: a terminal is narrow
    names = dict.fromkeys(name for row in rows for name, value in row.items() if _is_said(value))
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in WHOLE)
    for row in rows:
        table.add_row(*(_cell(name, row[name]) if name in row else "" for name in names))
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:  # a pipe has no edge to fold at
        console.width = PIPE_COLUMNS_MAX
    console.print(table)


def _is_said(value: Any) -> bool:
    """Whether a value is worth a column: it is not no."""
    return value is not False


def _date(seconds: Any) -> str:
    moment = dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _cell(name: str, value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value)) or "nothing"
    return _date(value) if name in DATES and value != "" else str(value)
