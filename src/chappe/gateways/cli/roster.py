"""`chappe roster`: reads a CSV of an organisation's people, has it applied, and says what was done."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import Progress

from chappe.rpc import OperatorCommand

from .control import ask
from .options import HERE, Data, Json
from .ports import OperatorError
from .showing import show

COLUMNS: Final = (
    "id",
    "first_name",
    "last_name",
    "username",
    "phone",
    "email",
    "groups",
    "state",
)
NEEDED: Final = frozenset({"id", "first_name"})
UNIQUE: Final = ("id", "username", "phone", "email")
STATES: Final = {"": False, "active": False, "left": True}
SEPARATORS: Final = ",;\t"
ROSTER_BYTES_MAX: Final = 32 * 1024 * 1024  # bytes of a file that is read
LINES_A_TURN: Final = 50  # lines the server is given at once
NAMED_CHARACTERS: Final = 64  # of the name of a column in a sentence
SAMPLE_CHARACTERS: Final = 4_096  # of the file, from which it is told what separates its cells


def read_roster(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a roster as the server takes them.

    Raises:
        OperatorError: the file is none; the sentence names the line.
    """
    try:
        with path.open("rb") as file:
            content = file.read(ROSTER_BYTES_MAX + 1)
    except OSError as error:
        raise OperatorError(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > ROSTER_BYTES_MAX:
        raise OperatorError(f"{path} is too large for a roster: divide it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OperatorError(f"{path} is not UTF-8: save it as “CSV UTF-8”.") from None
    rows = _rows(path, text)
    header = [name.strip().lower().replace(" ", "_") for _, row in [next(rows)] for name in row]
    unknown = [name for name in header if name not in COLUMNS]
    if unknown and set(header) >= NEEDED:
        raise OperatorError(
            f"`{unknown[0][:NAMED_CHARACTERS]}` in the first line of {path} is no column of a roster: remove"
            f" it, or call it one of {', '.join(COLUMNS)}."
        )
    if unknown or len(set(header)) < len(header) or not set(header) >= NEEDED:
        raise OperatorError(
            f"The first line of {path} names its columns: `id`, `first_name`, and what you have of"
            f" {', '.join(COLUMNS[2:])}."
        )
    lines = [_line(path, number, header, row) for number, row in rows if any(map(str.strip, row))]
    _refuse_twins(path, lines)
    return lines


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file, each with the number of its last line."""
    try:
        dialect = csv.Sniffer().sniff(text[:SAMPLE_CHARACTERS], delimiters=SEPARATORS)
        separator = dialect.delimiter
    except csv.Error:
        first = text.partition("\n")[0]
        separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        empty = True
        for row in reader:
            empty = False
            yield reader.line_num, row
    except csv.Error as error:
        raise OperatorError(f"Line {reader.line_num} of {path} is no CSV: {error}.") from None
    if empty:
        raise OperatorError(f"{path} is empty: its first line names the columns.")


def _line(path: Path, number: int, header: list[str], row: list[str]) -> dict[str, Any]:
    """Return one line as the server takes it."""
    if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
        raise OperatorError(f"Line {number} of {path} has more cells than there are columns.")
    cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
    state = cells.pop("state", "").lower()
    if state not in STATES:
        raise OperatorError(f"Line {number} of {path}: `state` is empty, `active`, or `left`.")
    line: dict[str, Any] = {"line": number, "left": STATES[state], **cells}
    if "groups" in cells:
        named = cells["groups"].replace(";", ",").replace("|", ",").split(",")
        line["groups"] = list(dict.fromkeys(name.strip() for name in named if name.strip()))
    return line


def _refuse_twins(path: Path, lines: list[dict[str, Any]]) -> None:
    """Refuse a file in which two lines are about one person, or want the same name.

    Raises:
        OperatorError: there are two.
    """
    for column in UNIQUE:
        seen: dict[str, int] = {}
        for line in lines:
            value = str(line.get(column, "")).casefold()
            if value and value in seen:
                raise OperatorError(
                    f"Lines {seen[value]} and {line['line']} of {path} have the same `{column}`."
                )
            seen[value] = line["line"]


def _apply(data: Path, lines: list[dict[str, Any]], **options: Any) -> list[dict[str, Any]]:
    """Have the server apply lines, some at a time, and show how far it is."""
    console, outcomes = Console(stderr=True), list[dict[str, Any]]()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("applying the roster", total=len(lines))
        for first in range(0, len(lines), LINES_A_TURN):
            some = lines[first : first + LINES_A_TURN]
            outcomes += ask(data, "roster-apply", lines=json.dumps(some), **options)
            bar.update(task, advance=len(some))
    return outcomes


def _tell(outcomes: list[dict[str, Any]], *, dry_run: bool) -> None:
    """Print what was done about each line where anything was, and how many lines that were."""
    changed = [one for one in outcomes if one["does"] and not one["wrong"]]
    wrong = [one for one in outcomes if one["wrong"]]
    if changed:
        shown = ("line", "id", "does") if dry_run else ("line", "id", "account", "does", "link")
        rows = [{name: one[name] for name in shown} for one in changed]
        show(rows, as_json=False, nothing="")
    for one in wrong:
        typer.echo(f"line {one['line']} ({one['id']}): {one['wrong']}.", err=True)
    same = len(outcomes) - len(changed) - len(wrong)
    verb = "would change" if dry_run else "changed"
    typer.echo(f"{len(changed)} lines {verb} something, {same} nothing, {len(wrong)} are wrong.")


def roster_commands(
    app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]
) -> None:
    """Add the commands about the roster."""
    roster = typer.Typer(help="The people of an organisation, by a CSV.", no_args_is_help=True)
    app.add_typer(roster, name="roster")
    about = {p.name: p.description for p in commands["roster-apply"].parameters}

    @roster.command()
    def apply(
        file: Annotated[Path, typer.Argument(help="A CSV; its first line names the columns.")],
        data: Data = HERE,
        dry_run: Annotated[bool, typer.Option(help=about["dry_run"])] = False,  # noqa: FBT002
        keep_days: Annotated[int, typer.Option(help=about["keep_days"])] = 30,
        successor: Annotated[str, typer.Option(help=about["successor"])] = "",
        links: Annotated[
            Path | None, typer.Option(help="Write links for new people into a new CSV.")
        ] = None,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Make, move and end accounts so that they are as a file says; twice changes nothing."""
        lines = read_roster(file)
        if links is not None and links.exists():
            raise OperatorError(f"{links} is there already: name another file for the links.")
        outcomes = _apply(data, lines, dry_run=dry_run, keep_days=keep_days, successor=successor)
        if links is not None and not dry_run:
            _write_links(links, lines, outcomes)
        if as_json:
            typer.echo(json.dumps(outcomes))
        else:
            _tell(outcomes, dry_run=dry_run)
        if any(one["wrong"] for one in outcomes):
            raise typer.Exit(1)

    @roster.command("show")
    def show_roster(data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002
        """List the people of the roster, and whether they have come."""
        found: list[dict[str, Any]] = []
        while page := ask(data, "roster", after=found[-1]["key"] if found else ""):
            found += page
        people = [{k: v for k, v in one.items() if k != "key"} for one in found]
        people.sort(key=lambda one: (one["last_name"], one["first_name"], one["id"]))
        show(people, as_json=as_json, nothing=commands["roster"].empty)


def _write_links(path: Path, lines: list[dict[str, Any]], outcomes: list[dict[str, Any]]) -> None:
    """Write the links of new people into a file that its owner alone reads."""
    by_line = {line["line"]: line for line in lines}
    path.touch(mode=0o600, exist_ok=False)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "first_name", "last_name", "link"])
        for one in outcomes:
            line = by_line[one["line"]]
            if one["link"]:
                names = line.get("first_name", ""), line.get("last_name", "")
                table.writerow([one["id"], *names, one["link"]])
