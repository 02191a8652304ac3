"""`chappe move`: the stores of a stopped server go to other places, with a bar that says how far it is."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from . import passphrase
from .control import refuse_second
from .options import HERE, Data
from .ports import Application, OperatorError, Watch
from .unsealing import root_secret

MIB: Final = 1 << 20  # bytes
LINE_EVERY_S: Final = 30.0  # seconds between two lines where there is no terminal for a bar


def move_command(app: typer.Typer, application: Application) -> None:
    """Add the command."""

    @app.command()
    def move(
        settings: Annotated[
            Path | None,
            typer.Argument(help="A file with the settings as they shall be; none: go on."),
        ] = None,
        data: Data = HERE,
        undo: Annotated[bool, typer.Option("--undo", help="Take the latest move back.")] = False,  # noqa: FBT002
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
        passphrase_fd: passphrase.Descriptor = None,
    ) -> None:
        """Move a stopped server's store or files elsewhere; every cell and file is compared."""
        refuse_second(data)
        if undo:
            _undo(application, data, settings, yes=yes)
            return
        secret = root_secret(application, data, passphrase_fd, "chappe move, of a stopped server")
        with _watched() as watch:
            asyncio.run(application.move(data, settings, secret, typer.echo, watch))


def _undo(application: Application, data: Path, settings: Path | None, *, yes: bool) -> None:
    """Take the latest move back, after a question where something would be lost.

    Raises:
        OperatorError: settings were named as well.
    """
    if settings is not None:
        raise OperatorError("A move is begun or taken back: name settings, or say `--undo`.")
    if application.is_served_elsewhere(data) and not yes:
        typer.echo(
            "The server has run where it was moved to: what was written there since is lost,"
        )
        typer.echo("and every session ends but of people who have no other way in.")
        typer.confirm("Take the move back all the same?", abort=True)
    asyncio.run(application.undo_move(data, typer.echo))


@contextmanager
def _watched() -> Iterator[Watch]:
    """Yield what shows how far a move has come: a bar on a terminal, else a line now and then."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(time.monotonic, lambda line: typer.echo(line, err=True))
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def watch(what: str, done: int, of: int, size: int) -> None:
            if what not in tasks:
                for task in tasks.values():
                    bar.update(task, visible=False)
                tasks[what] = bar.add_task(what, total=of or None, completed=done, told="")
            speed = next((t.speed for t in bar.tasks if t.id == tasks[what]), None) or 0.0
            told = f"{done:,} · {speed:,.0f}/s · {size // MIB:,} MiB"
            bar.update(tasks[what], completed=done, told=told)

        yield watch


def _lines(now: Callable[[], float], show: Callable[[str], None]) -> Watch:
    """Return what shows a line every half minute, for logs and pipes."""
    begun, said, what_before = now(), now(), ""
    first = 0

    def watch(what: str, done: int, of: int, size: int) -> None:
        nonlocal begun, said, what_before, first
        if what != what_before:
            begun, what_before, first = now(), what, done
        if now() - said < LINE_EVERY_S:
            return
        said = now()
        speed = (done - first) / max(said - begun, 0.001)
        left = f", {(of - done) / speed:,.0f} s left" if of and speed else ""
        share = f"{done:,} of {of:,}" if of else f"{done:,}"
        show(f"{what}: {share}, {speed:,.0f}/s, {size // MIB:,} MiB{left}")

    return watch
