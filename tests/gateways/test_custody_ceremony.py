"""A server that custodians open: raised while it runs, killed, started sealed, opened by two of three."""

import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, blocks_of, missing
from tests.journeys.server import RealServer
from tests.trust.custodians import NAMES, PASSPHRASE, tool

from .test_cli import chappe, refused

ORIGIN = "chat.example.org/log"


class Custodians:
    """Three people with the tool, each in a folder of their own; and what was shown, as the page has it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shown: dict[str, list[str]] = {}
        self.cards: list[Path] = []
        for name in NAMES:
            ran = tool(root / name, "init", name)
            assert ran.code == 0, ran.err
            self.cards.append(root / f"{name}.card")
            self.cards[-1].write_text(ran.out)

    def accept(self, data: Path) -> None:
        """Each accepts the file the operator hands out, believing the log's policy of today."""
        policy = self.root / "policy"
        policy.write_bytes((data / "policy").read_bytes())
        for place, name in enumerate(NAMES, 1):
            file = data / "custody" / f"{place}-{name.lower()}.share"
            ran = tool(self.root / name, "accept", str(file), "--policy", str(policy), now=None)
            assert ran.code == 0, ran.err
            self.note("chappe-custodian accept", ran.out)

    def note(self, command: str, said: str) -> None:
        """Remember what a command said, to be compared with the page."""
        self.shown.setdefault(command, []).append(said)

    def operate(self, *command: str, data: Path) -> str:
        """Give an operator command; return what it said."""
        ended = chappe(*command, "--data", str(data))
        self.note(f"chappe {command[0]} {command[1]}", ended.stdout)
        return ended.stdout + ended.stderr

    def answer(self, name: str, request: Path, command: str = "open") -> Path:
        """Have one answer; return the file of it."""
        ran = tool(self.root / name, command, str(request), "--yes", now=None)
        assert ran.code == 0, ran.err
        self.note(f"chappe-custodian {command}", ran.err + ran.out)
        made = self.root / f"{name}.answer"
        made.write_text(ran.out)
        return made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    """A server with a public log that no witness sees."""
    made = RealServer(tmp_path / "data", settings={"PUBLIC_LOG": ORIGIN})
    made.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{made.port}/log/policy.txt") as policy:
        (made.data / "policy").write_bytes(policy.read())
    yield made
    made.stop()


def post(port: int, answer: str) -> tuple[int, str]:
    """Give an answer by the page's form; return the status, and the page."""
    form = urllib.parse.urlencode({"answer": answer}).encode()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/answer", form) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_two_of_three_open_it_and_nobody_else(server: RealServer, tmp_path: Path) -> None:
    """Their shares are the root key; of the files on the disk none opens it, nor what opened it before."""
    data, people = str(server.data), Custodians(tmp_path)
    chappe("invite", "--data", data, "--label", "kept")
    kept = chappe("invites", "--data", data, "--json").stdout
    raise_to_custody(server, people)
    stale = rehearse(server, people)
    server.kill()
    server.more = ("--reason", "kernel update")
    before = len(server.log())
    waits = server.wait_for(server.launch(), r"fingerprint +([A-Z2-7 ]+)")
    assert "Custodians hold the root key" in refused("check", "--data", data)
    assert "waits for its custodians" in refused("users", "--data", data)
    look_at_page(server.port, waits.strip())
    people.note("chappe serve", server.log()[before:].replace(f" --data {data}", ""))
    open_again(server, people, stale)
    compare_with_page(people)
    assert chappe("invites", "--data", data, "--json").stdout == kept
    assert server.bugs() == []
    kinds = [json.loads(entry)["kind"] for entry in entries_of(server.data)]
    assert kinds.count("server.custodians") == 2
    assert kinds.count("server.level") == 1


def compare_with_page(people: Custodians) -> None:
    """The page about custody shows what was said here, step by step."""
    page = ROOT / "docs" / "trust" / "custody.md"
    steps = [one for block in blocks_of(page) for one in block.steps if one.shown]
    assert len(steps) > 6
    for step in steps:
        names = " ".join(step.command.split()[: 3 if step.command.startswith("chappe cu") else 2])
        said = people.shown[names]
        assert any(not missing(step.shown, one) for one in said), f"{step.command}: {said}"


def raise_to_custody(server: RealServer, people: Custodians) -> None:
    """Propose three, let them accept, and put them in force by the shares of two."""
    data, request = str(server.data), people.root / "request.json"
    cards = [str(card) for card in people.cards]
    said = people.operate("custodians", "propose", "2", *cards, data=server.data)
    assert "NONE" in said  # no witness
    assert json.loads(chappe("status", "--data", data, "--json").stdout)["sealed"] == "L0"
    people.accept(server.data)
    how = ("--reason", "from now on you hold it", "--output", str(request))
    people.operate("custodians", "activate", *how, data=server.data)
    first = str(people.answer("Ada", request))
    both = (
        "custodians",
        "answer",
        first,
        first,
    )  # the second time it is said that she has answered
    assert "Ada has answered already: one more is needed." in people.operate(
        *both, data=server.data
    )
    assert (server.data / "root.key").exists()
    people.operate("custodians", "activate", *how, data=server.data)
    both = ("custodians", "answer", *(str(people.answer(n, request)) for n in ("Ada", "Hedy")))
    assert "In force" in people.operate(*both, data=server.data)
    assert not (server.data / "root.key").exists()
    status = json.loads(chappe("status", "--data", data, "--json").stdout)
    assert (status["sealed"], status["custodians"]) == ("L2", "2 of 3")
    assert status["rehearsal"] == "due: Grace"
    told = refused("seal", "--data", data, passphrase="long enough")
    assert "there is no passphrase to change" in told


def rehearse(server: RealServer, people: Custodians) -> str:
    """Have Grace show that her share is at hand; return what she answered."""
    data, request = str(server.data), people.root / "request.json"
    how = ("--reason", "the quarter", "--output", str(request))
    people.operate("custodians", "rehearse", *how, data=server.data)
    answer = people.answer("Grace", request, "rehearse")
    said = people.operate("custodians", "answer", str(answer), data=server.data)
    assert "Taken from Grace" in said
    status = json.loads(chappe("status", "--data", data, "--json").stdout)
    assert status["rehearsal"] == "every share was shown lately"
    return answer.read_text()


def look_at_page(port: int, fingerprint: str) -> None:
    """It is static, shows what custodians compare, and nothing else is served."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        shown = page.read().decode()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in shown
    assert fingerprint in shown
    with pytest.raises(urllib.error.HTTPError, match="503"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/.well-known/chappe.json")


def open_again(server: RealServer, people: Custodians, stale: str) -> None:
    """What is no answer, or one to another request, opens nothing; two of three do."""
    data, request = str(server.data), people.root / "request.json"
    assert post(server.port, "let me in")[0] == 400
    assert post(server.port, "x" * 20_000)[0] == 413
    status, shown = post(server.port, stale)
    assert (status, "another request" in shown) == (400, True)
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/request.json") as found:
        request.write_bytes(found.read())
    program = (sys.executable, "-m", "chappe", "custodian", "open", str(request), "--yes")
    folder = ("--folder", str(people.root / "Grace"), "--passphrase-fd", "0")
    by_program = subprocess.run(
        [*program, *folder], input=PASSPHRASE, capture_output=True, text=True, check=True
    )
    assert "one more is needed" in post(server.port, by_program.stdout)[1]
    assert "answered already" in post(server.port, by_program.stdout)[1]
    assert json.loads(chappe("status", "--data", data, "--json").stdout)["answered"] == "Grace"
    said = len(server.log())
    opened = chappe("unseal", str(people.answer("Ada", request)), "--data", data)
    assert "The server opens" in opened.stdout, opened.stderr
    server.wait_for(said)


def entries_of(data: Path) -> list[bytes]:
    """Every entry of the log on the disk."""
    from chappe.trust.ledger.checkpoints import parse_checkpoint
    from chappe.trust.ledger.storage import PUBLIC, STATE
    from chappe.trust.ledger.tiles import ENTRIES, parse_bundle, tile_at

    folder = data / "log" / ORIGIN.replace("/", "_")
    size = parse_checkpoint((folder / STATE).read_bytes()).size
    tile = tile_at(ENTRIES, 0, size)
    return list(parse_bundle(tile, (folder / PUBLIC / tile.path).read_bytes()))
