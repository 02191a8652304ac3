"""A server that custodians open: raised while it runs, killed, started sealed, opened by two of three.

And from there an order of an authority goes its whole way, by the programs that everybody would use.
"""

import asyncio
import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe.trust import sealing
from chappe.trust.ledger import verify
from tests.attack.people import Person, new_phone
from tests.docs.reading import ROOT, blocks_of, missing
from tests.journeys.quorum import ORIGIN, witnessed_server
from tests.journeys.server import RealServer
from tests.trust.custodians import NAMES, PASSPHRASE, tool

from .test_cli import chappe, refused


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
    """A server with a public log, and a witness in a process of its own."""
    with witnessed_server(tmp_path / "data") as (made, _):
        yield made


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
    ada, account = asyncio.run(joined(server))
    data, people = str(server.data), Custodians(tmp_path)
    chappe("invite", "--data", data, "--label", "kept")
    kept = chappe("invites", "--data", data, "--json").stdout
    raise_to_custody(server, people)
    stale = rehearse(server, people)
    server.kill()
    server.more = ("--reason", "kernel update")
    before = len(server.log())
    waits = server.wait_for(server.launch(), r"fingerprint +([A-Z2-7 ]+)")
    assert "in use by another Chappe" in refused("check", "--data", data)
    assert "waits for its custodians" in refused("users", "--data", data)
    look_at_page(server.port, waits.strip())
    people.note("chappe serve", server.log()[before:].replace(f" --data {data}", ""))
    open_again(server, people, stale)
    assert chappe("invites", "--data", data, "--json").stdout == kept
    release(server, people, account)
    audit(server, people.root, asyncio.run(told(ada)))
    end(server, people)
    compare_with_page(people)
    assert server.bugs() == []
    kinds = [json.loads(entry)["kind"] for entry in entries_of(server.data)]
    assert kinds.count("server.custodians") == 3
    assert kinds.count("server.level") == 2


def end(server: RealServer, people: Custodians) -> None:
    """Two of them agree to be none any more: a passphrase opens it from now on, and no share is given."""
    request = people.root / "request.json"
    how = ("--reason", "we close", "--data", str(server.data), "--output", str(request))
    ended = chappe("custodians", "end", *how, passphrase="long enough")
    people.note("chappe custodians end", ended.stdout)
    answers = [str(people.answer(name, request, "answer")) for name in ("Ada", "Hedy")]
    assert "Ended" in people.operate("custodians", "answer", *answers, data=server.data)
    assert sealing.open_root(server.data, "long enough")
    assert not (server.data / sealing.CUSTODY_FILE).exists()


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
    assert "cosigned" in said
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
    people.operate("custodians", "rota", "--weeks", "2", data=server.data)
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


async def joined(server: RealServer) -> tuple[Person, int]:
    """Somebody makes an account and goes away; returns them, and their number."""
    person = await Person(server, new_phone()).sign_up("Augusta")
    account = (await person.client.get_me()).id
    await person.leave()
    return person, account


async def told(person: Person) -> str:
    """Somebody comes back, and reads what the service wrote about a release."""
    again = person.elsewhere(person.server)
    await again.client.connect()
    (message,) = await again.client.get_messages(777000, search="released to an", limit=1)
    await again.leave()
    return str(message.message)


def release(server: RealServer, people: Custodians, account: int) -> None:
    """An order is logged and witnessed; one custodian is not enough, two are; its authority opens it."""
    data, root = ("--data", str(server.data)), people.root
    private, key = root / "private.json", root / "key.txt"
    key.write_text(program("package-key", str(private)))
    order = ("EPOC", "FR", "court-order", "--class", "subscriber", "--account", f"{account}")
    assert "entry " in chappe("orders", "receive", *order, *data).stdout
    assert "sealed" in chappe("orders", "seal", "1", str(key), *data).stdout
    request = root / "release.json"
    chappe("orders", "request", "1", str(request), *data)
    for name in ("Ada", "Hedy"):
        assert "cannot become released" in refused("orders", "release", "1", *data)
        said = program("answer", str(request), "--yes", folder=root / name)
        (root / f"{name}.yes").write_text(said)
        chappe("orders", "answer", "1", str(root / f"{name}.yes"), *data)
    assert "released" in chappe("orders", "release", "1", *data).stdout
    delivered = json.loads(chappe("orders", "deliver", "1", "--json", *data).stdout)
    opened = root / "opened"
    program("package-open", str(private), delivered["package"], str(opened))
    (archive,) = opened.glob("subscriber.*.zip")
    with zipfile.ZipFile(archive) as read:
        assert any(b"Augusta" in read.read(name) for name in read.namelist())
    chappe("orders", "close", "1", "executed", *data)
    assert not Path(delivered["package"]).exists()


def audit(server: RealServer, root: Path, message: str) -> None:
    """Whose data it is has a receipt, and a stranger checks and counts, without asking anybody."""
    receipt = root / "receipt"
    receipt.write_text("".join(message.partition("c2sp.org")[1:]))
    log, policy = f"http://127.0.0.1:{server.port}/log", ("--policy", str(server.data / "policy"))
    assert "authority.released" in verified("receipt", str(receipt), *policy)
    assert "entries hold" in verified("log", log, *policy)
    counted = verified("report", log, *policy)
    year = counted.splitlines()[1].partition(",")[0]
    assert f"{year},FR,EPOC,authority.released,given=subscriber,1" in counted
    assert f"{year},FR,EPOC,authority.closed,ended=executed,1" in counted


def program(*words: str, folder: Path | None = None) -> str:
    """Run the custodian's tool in a process of its own; return what it printed."""
    command = [sys.executable, "-m", "chappe_custodian", *words]
    if folder is not None:
        command += ["--folder", str(folder), "--passphrase-fd", "0"]
    done = subprocess.run(command, input=PASSPHRASE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def verified(*words: str) -> str:
    """Check something by the file for strangers, in a process that has nothing of Chappe."""
    command = [sys.executable, "-I", verify.__file__, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == verify.HELD, done.stdout + done.stderr
    return done.stdout


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
    answer = program("open", str(request), "--yes", folder=people.root / "Grace")
    assert "one more is needed" in post(server.port, answer)[1]
    assert "answered already" in post(server.port, answer)[1]
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
