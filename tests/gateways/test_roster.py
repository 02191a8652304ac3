"""`chappe roster` reads what spreadsheets write, names the line of what it cannot, and writes links apart."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chappe import app
from chappe.app.installation import Installation
from chappe.gateways.cli import roster
from chappe.gateways.cli.main import build
from chappe.gateways.cli.ports import OperatorError
from chappe.gateways.cli.roster import read_roster


def written(tmp_path: Path, content: str | bytes) -> Path:
    """Return a file that holds this."""
    path = tmp_path / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


ADA = {
    "line": 2,
    "left": False,
    "id": "1",
    "first_name": "Ada",
    "last_name": "Byron, Countess",
    "groups": ["7b", "choir"],
}


@pytest.mark.parametrize(
    "content",
    [
        'id,first_name,last_name,groups\n1,Ada,"Byron, Countess",7b|choir\n',
        "\ufeffID;First name;Last name;Groups\r\n1;Ada;Byron, Countess;7b, choir, 7b\r\n\r\n",
        "id\tfirst_name\tlast_name\tgroups\n1\tAda\tByron, Countess\t7b|choir",
        'id;first_name;last_name;groups;state\n1; Ada ;Byron, Countess;"7b;choir";active\n;;;;\n',
    ],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, content: str) -> None:
    """With commas, semicolons or tabs, with a mark at the beginning, with empty lines at the end."""
    assert read_roster(written(tmp_path, content)) == [ADA]


def test_who_leaves_is_told_by_the_state_and_columns_that_are_not_there_say_nothing(
    tmp_path: Path,
) -> None:
    """A cell of several lines counts as the lines it has."""
    path = written(tmp_path, 'id,first_name,state\n1,"A\nda",\n2,,LEFT\n')
    assert read_roster(path) == [
        {"line": 3, "left": False, "id": "1", "first_name": "A\nda"},
        {"line": 4, "left": True, "id": "2", "first_name": ""},
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty: its first line names the columns"),
        ("id,first_name,Shoe Size\n", "`shoe_size` in the first line of .* is no column"),
        ("name,id\n", "The first line of .* names its columns"),
        ("id,first_name,id\n", "The first line of .* names its columns"),
        ("first_name\nAda\n", "The first line of .* names its columns"),
        (b"id,first_name\n1,Ren\xe9\n", "is not UTF-8: save it as"),
        ("id,first_name\n1,Ada,x\n", "Line 2 of .* has more cells than there are columns"),
        ("id,first_name,state\n1,Ada,away\n", "Line 2 of .* `state` is empty"),
        ('id,first_name\n1,"Ada\n', "Line 2 of .* is no CSV"),
        ("id,first_name\nA1,Ada\na1,Emmy\n", "Lines 2 and 3 of .* have the same `id`"),
        ("id,first_name,phone\n1,Ada,5\n2,Emmy,5\n", "Lines 2 and 3 of .* the same `phone`"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_line(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    """Before the server is asked anything."""
    with pytest.raises(OperatorError, match=said):
        read_roster(written(tmp_path, content))
    with pytest.raises(OperatorError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")


class Asked:
    """Stands for a running server: notes what it is asked, and finds every third line wrong."""

    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []

    def __call__(self, data: Path, name: str, **given: Any) -> Any:
        """See `control.ask`."""
        assert name == "roster-apply"
        self.given.append(given)
        answers = []
        for line in json.loads(given["lines"]):
            wrong = line["line"] % 3 == 0
            done = {"does": "" if wrong else "create", "wrong": "no name" if wrong else ""}
            link = "" if wrong or given["dry_run"] else f"https://x.example/#reentry={line['id']}"
            answers.append(
                {"line": line["line"], "id": line["id"], "account": 7, "link": link} | done
            )
        return answers


def test_eight_hundred_lines_go_some_at_a_time_and_links_into_a_file_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that are wrong are named on standard error, and in the exit code."""
    asked = Asked()
    monkeypatch.setattr(roster, "ask", asked)
    lines = "".join(f"{n},Person {n}\n" for n in range(800))
    path, links = written(tmp_path, "id,first_name\n" + lines), tmp_path / "links.csv"
    program = build(Installation(app.start, app.slices.commands()))
    runner = CliRunner()
    done = runner.invoke(program, ["roster", "apply", str(path), "--links", str(links)])
    assert done.exit_code == 1
    assert "line 3 (1): no name." in done.stderr
    assert "533 lines changed something, 0 nothing, 267 are wrong." in done.stdout
    assert sum(len(json.loads(one["lines"])) for one in asked.given) == 800
    assert all(len(one["lines"]) < 60_000 for one in asked.given)
    with links.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[:2] == [
        ["id", "first_name", "last_name", "link"],
        ["0", "Person 0", "", "https://x.example/#reentry=0"],
    ]
    assert len(rows) == 534
    assert stat.S_IMODE(links.stat().st_mode) == 0o600
    again = runner.invoke(program, ["roster", "apply", str(path), "--links", str(links)])
    assert isinstance(again.exception, OperatorError)
    dry = runner.invoke(program, ["roster", "apply", str(path), "--dry-run", "--json"])
    assert all(not one["link"] for one in json.loads(dry.stdout))
