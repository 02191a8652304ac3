"""The commands that make, list and restore backups."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from chappe.trust.sealing import RootInHand

from . import passphrase
from .control import ask
from .options import HERE, Data, Json
from .ports import Application, OperatorError, Restored, RestoredSessions, RestoreWanted
from .showing import show
from .unsealing import asked_of_custodians

EXIT_INCOMPLETE: Final = 1  # restored, but some files are missing or damaged
EXIT_INTERRUPTED: Final = 130  # by Ctrl-C, as shells have it
ASKED_EVERY_S: Final = 0.5  # seconds between two questions how far a backup is

AFTER_RESTORE: Final = {
    RestoredSessions.KEPT: "Sessions go on, also those that were ended since: see `chappe sessions`.",
    RestoredSessions.ENDED: (
        "At its first start every session ends. Whoever has no other way in needs a link of yours:"
        " `chappe reentry --lost`."
    ),
    RestoredSessions.OF_THE_LOST: (
        "At its first start every session ends, but of people who have no other way in."
        " Everybody else logs in again."
    ),
}

Source = Annotated[
    str,
    typer.Argument(
        help="A file, a directory, or ssh://user@host/path; none: as chappe.toml of the data directory says."
    ),
]
At = Annotated[
    str, typer.Option(help="Its number, or the last made until 2026-11-30 or 2026-11-30T03:30.")
]
KeysFrom = Annotated[
    str,
    typer.Option(
        "--keys", help="Where the keys are, if not with the rest; of a file: a newer one."
    ),
]


def backup_commands(app: typer.Typer, application: Application) -> None:
    """Add the commands."""
    _making(app, application)
    _restoring(app, application)


def _making(app: typer.Typer, application: Application) -> None:
    @app.command()
    def backup(
        target: Annotated[
            Path | None, typer.Argument(help="A new file; none: the place the settings name.")
        ] = None,
        data: Data = HERE,
        trial: Annotated[  # noqa: FBT002  a flag
            bool, typer.Option(help="Restore the newest for a trial instead.")
        ] = False,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Make a backup of the running server now, sealed: at its place, or in a new file."""
        if target is None:
            _make_now(data, trial=trial, as_json=as_json)
            return
        with _going_on("it writes the file"), Console(stderr=True).status("copying the store"):
            answer = ask(data, "backup", target=str(target.resolve()))
        show(answer, as_json=as_json, nothing="")

    @app.command()
    def backups(data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002
        """List backups, until when each is kept, and what became of the last trial."""
        answer = ask(data, "backups")
        if as_json:
            show(answer, as_json=True, nothing="")
        else:
            _tell(answer)

    @app.command("backup-key")
    def backup_key(data: Data = HERE) -> None:
        """Show the key by which backups of a directory open that has no passphrase (L0)."""
        key = application.backup_key(data)
        if application.level(data) == "L2":
            typer.echo(
                "Custodians open backups, as they open the server: `chappe restore` asks them, and needs"
                " the newest copy of the public log."
            )
            return
        if not key:
            typer.echo(
                "The data is sealed: its passphrase opens backups, and so does the recovery code of the"
                " printed sheet."
            )
            return
        typer.echo(
            "BACKUP KEY: print this and keep it in a safe place, elsewhere than the backups."
        )
        typer.echo(f"  data directory  {data.resolve()}")
        typer.echo(f"  backup key      {key}")
        typer.echo("Whoever has it and a backup, or the disk, has all.")


def _make_now(data: Path, *, trial: bool, as_json: bool) -> None:
    """Have the server make a backup, or try one, and show how far it is until it is done.

    Raises:
        OperatorError: it failed.
    """
    ask(data, "backup-now", trial=trial)
    with _going_on("`chappe backups` shows how far it is"), _bar() as far:
        while running := (answer := ask(data, "backups"))["running"]:
            far(running["what"], running["done"], running["of"])
            time.sleep(ASKED_EVERY_S)
    if trial and not answer["trial_ok"]:
        raise OperatorError(answer["trial_says"])
    if answer["says"]:
        raise OperatorError(answer["says"])
    if as_json:
        show(answer, as_json=True, nothing="")
    else:
        _tell(answer)


@contextmanager
def _going_on(how: str) -> Iterator[None]:
    """Say to whoever presses Ctrl-C that it is the server that works, and does so still."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"The server goes on all the same: {how}.", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None


def _tell(answer: dict[str, Any]) -> None:
    """Print what is known of backups, for people."""
    if not answer["to"]:
        typer.echo("No backups are set up: see `chappe manual backups`.")
        return
    show(answer["backups"], as_json=False, nothing="There is no backup yet.")
    told = {"to": answer["to"], "old_keys": answer["keys"]}
    if answer["trial_at"] is not None:
        told["trial"] = "ok" if answer["trial_ok"] else "FAILED"
        told["trial_at"] = answer["trial_at"]
        told["trial_took"] = f"{answer['trial_seconds']} s"
        told["trial_says"] = answer["trial_says"]
    if answer["lacking"]:
        told["they_lack"] = answer["lacking"]
    if answer["running"]:
        told["now"] = answer["running"]["what"]
    if answer["says"]:
        told["FAILED"] = f"{answer['failed']} times: {answer['says']}"
    elif answer["late"]:
        told["LATE"] = "a backup is missing: see the log"
    show(told, as_json=False, nothing="")


def _restoring(app: typer.Typer, application: Application) -> None:
    @app.command()
    def restore(
        source: Source = "",
        data: Data = HERE,
        at: At = "",
        keys_from: KeysFrom = "",
        list_them: Annotated[  # noqa: FBT002  a flag
            bool, typer.Option("--list", help="Show which backups there are.")
        ] = False,
        keep_sessions: Annotated[  # noqa: FBT002  a flag
            bool, typer.Option(help="Log nobody out, not even who was since the backup.")
        ] = False,
        end_sessions: Annotated[  # noqa: FBT002  a flag
            bool, typer.Option(help="Log everybody out, also who will need your help to come back.")
        ] = False,
        as_json: Json = False,  # noqa: FBT002
        passphrase_fd: passphrase.Descriptor = None,
    ) -> None:
        """Restore a backup into an empty data directory; whoever can logs in again."""
        if keep_sessions and end_sessions:
            raise OperatorError("Sessions are kept or ended: say one, or neither.")
        kept = RestoredSessions.ENDED if end_sessions else RestoredSessions.OF_THE_LOST
        kept = RestoredSessions.KEPT if keep_sessions else kept
        wanted = RestoreWanted(source=source, sessions=kept, at=at, keys_from=keys_from)

        def secret(what: str) -> str:
            return passphrase.asked(what, passphrase_fd)

        def custodians(table: bytes) -> RootInHand:
            return asked_of_custodians(application, data, "chappe restore, of a backup", table)

        if list_them:
            found = application.backups(data, wanted, (secret, custodians))
            show(found, as_json=as_json, nothing="There is no backup.")
            return
        with _bar() as far:
            restored = application.restore(data, wanted, (secret, custodians), far)
        if as_json:
            show(_shown(restored), as_json=True, nothing="")
        else:
            _say(restored, data, kept)
        if restored.lost:
            raise typer.Exit(EXIT_INCOMPLETE)


def _shown(restored: Restored) -> dict[str, Any]:
    return {
        "number": restored.number,
        "missing": restored.missing,
        "lost_files": restored.lost,
        "notes": list(restored.notes),
    }


def _say(restored: Restored, data: Path, kept: RestoredSessions) -> None:
    """Print what was restored, and what comes next."""
    for note in restored.notes:
        typer.echo(note)
    if restored.lost:
        typer.echo(
            f"{restored.lost} files are missing or damaged in the backup; all else is there."
        )
    first = (
        f"put the {restored.missing} you kept apart into {data}; then: " if restored.missing else ""
    )
    if restored.without_boxes:
        first = "restore the database by its own tools; then: "
    typer.echo(f"Restored into {data}. Next: {first}chappe check --data {data}")
    typer.echo(AFTER_RESTORE[kept])


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what shows how far something is: bytes of bytes, and how long it will take."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task("starting", total=None)
        shown = ""

        def far(what: str, done: int, of: int) -> None:
            nonlocal shown
            if what != shown:
                bar.reset(task, description=what)
                shown = what
            bar.update(task, completed=done, total=of or None)

        yield far
