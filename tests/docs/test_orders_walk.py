"""The walks of the pages about orders: their commands are given, and what they show is what comes back."""

import asyncio
import contextlib
import datetime as dt
import io
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chappe import app
from chappe.app.installation import Installation
from chappe.app.installation.layout import VAULT
from chappe.app.vault_files import FolderVault
from chappe.gateways.cli import orders as order_cli
from chappe.gateways.cli.main import build
from chappe.gateways.cli.ports import OperatorError
from chappe.rpc import MACHINE
from chappe.tl import api
from chappe.trust.ledger import verify
from chappe_custodian import commands as custodian_commands
from tests.desks.ordering import OrderDesk
from tests.features.village import village
from tests.trust import custodians
from tests.trust.custodians import NAMES, House

from .reading import ROOT, missing, steps_of

PAGE = ROOT / "docs" / "trust" / "orders.md"
BLOCK = re.compile(
    r"^```console skip: walked(?: after (\d+) hours)?\n((?:.*\n)*?)```$", re.MULTILINE
)
CLERKS_PAGE = ROOT / "docs" / "orders.md"
WALKS = [walk for page in (PAGE, CLERKS_PAGE) for walk in page.read_text("utf-8").split("\n## ")]


class Walker:
    """Somebody who follows the page: an order clerk, custodians, an authority and a stranger in one."""

    def __init__(self, desk: OrderDesk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.loop = asyncio.get_running_loop()

    def ask(self, data: Path, name: str, /, **given: Any) -> Any:
        """See `cli.control.ask`: what the server answers, without a socket."""
        asked = self.desk.v.server.command(name, given, MACHINE)
        try:
            return asyncio.run_coroutine_threadsafe(asked, self.loop).result()
        except ValueError as refusal:
            raise OperatorError(str(refusal)) from None

    async def run(self, command: str) -> str:
        """Give a command; return what it printed. Into a file goes what it is not told on the side."""
        words = shlex.split(command, comments=True)
        into = words[words.index(">") + 1] if ">" in words else ""
        words = words[: words.index(">")] if into else words
        out, said = await asyncio.to_thread(self._run, words)
        if into:
            (self.folder / into).write_text(out)
            return said
        return said + out

    def _run(self, words: list[str]) -> tuple[str, str]:
        match words:
            case ["chappe", *given]:
                program = build(Installation(app.start, app.slices.commands()))
                ran = CliRunner().invoke(program, given)
                refused = isinstance(ran.exception, OperatorError)
                return ran.stdout, ran.stderr + (f"chappe: {ran.exception}\n" if refused else "")
            case ["chappe-custodian", "answer", file, "--folder", name]:
                folder = self.desk.tool_of([one.lower() for one in NAMES].index(name) + 1)
                now = self.desk.v.clock.time
                asked = custodians.tool(folder, "answer", file, "--yes", now=now)
                return asked.out, asked.err
            case ["chappe-custodian", *given]:
                given = [str(n) for one in given for n in [*Path().glob(one)] or [one]]
                return self._alone(lambda: custodian_commands.main(given))
            case ["python3", "verify.py", look, _, *given]:
                place = str(self.desk.house.log / "public")
                day = dt.datetime.fromtimestamp(self.desk.v.clock.time, dt.UTC).date()
                return self._alone(
                    lambda: verify.main([look, place, *given, "--on", day.isoformat()])
                )
        raise AssertionError(words)

    @staticmethod
    def _alone(run: Any) -> tuple[str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            run()
        return out.getvalue(), err.getvalue()


@pytest.fixture
async def walker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Walker]:
    """Somebody in an empty folder, on a server that hides orders."""
    monkeypatch.chdir(tmp_path)
    async with village(twins=False, sealed_weekly=84) as v:
        desk = OrderDesk(v, House(tmp_path / "house"))
        desk.outside.files = FolderVault(tmp_path / "chappe-data" / VAULT)
        (tmp_path / "policy.txt").write_text(desk.house.policy.read_text())
        ada = await v.person("Ada")
        await ada(api.AccountUpdateUsername(username="ada_1815"))
        await ada.say(ada, "the semaphore at Lille stands still")
        await desk.keep()
        made = Walker(desk, tmp_path)
        monkeypatch.setattr(order_cli, "ask", made.ask)
        yield made


@pytest.mark.parametrize(
    "name", ["A release", "A refusal", "A gag, and its opening", "On the command line"]
)
async def test_a_walk_goes_as_the_page_shows(walker: Walker, name: str) -> None:
    """Every command, in its order; what is between two blocks is time that passes."""
    (walk,) = [one for one in WALKS if one.startswith(f"{name}\n")]
    blocks = BLOCK.findall(walk)
    assert blocks
    for hours, body in blocks:
        walker.desk.v.clock.time += 3_600 * int(hours or 0)
        for _ in range(2):
            await walker.desk.keep()
        for step in steps_of(body):
            output = await walker.run(step.command)
            lost = missing(step.shown, output)
            assert not lost, f"{step.command} does not show `{lost}` but\n{output}"
