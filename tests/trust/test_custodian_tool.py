"""The custodian's tool: gives a share to what the witnessed log shows, and to nothing else."""

import ast
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chappe.trust import custody
from chappe.trust.custody import CustodianSecret, CustodyError
from chappe.trust.ledger.keys import log_keys
from chappe.trust.ledger.storage import LogDirectory, LogFiles
from chappe_custodian import one_file
from tests.architecture.source import ROOT as SOURCE
from tests.architecture.source import nodes_of

from .custodians import NAMES, PASSPHRASE, ROOT, House, tool
from .public_log import LOG, NOW, ORIGIN, entries, policy

FORGED_LOG = log_keys(ORIGIN, (b"\x11" * 32, b"\x12" * 32))[0]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A server's log that names three custodians."""
    return House(tmp_path)


def test_two_of_three_open_a_server_by_their_own_tools(house: House) -> None:
    """Each shows who asks and why, and prints a text that is pasted; two of them give the root key back."""
    request, shares = house.request(), []
    for place in (1, 3):
        ran = house.ask(house.accepted(place), request)
        assert ran.code == 0, ran.err
        text = ran.out.strip()
        assert len(text) <= custody.ANSWER_CHARACTERS_MAX
        for said in ("kernel update", "1.2.3", "seen by w1, w2", request.fingerprint, "Ada, Grace"):
            assert said in ran.err
        found = custody.parse_answer(text)
        custody.check_answer(request, house.table, found)
        shares.append(custody.share_of(request, house.table.shares, house.key, found))
    assert custody.restore(house.table.shares, shares) == ROOT


def test_a_rehearsal_gives_no_share(house: House) -> None:
    """It shows that it is at hand; without the share nobody can."""
    request = house.request("rehearse")
    ran = house.ask(house.accepted(1), request, "rehearse")
    found = custody.parse_answer(ran.out)
    custody.check_answer(request, house.table, found)
    custody.check_possession(request, house.table.shares, found)
    assert not found.sealed
    with pytest.raises(CustodyError, match="is not in the answer"):
        custody.share_of(request, house.table.shares, house.key, found)
    other = house.request("rehearse", reason="another")
    for one in (found._replace(possession=b""), found._replace(possession=b"\0" * 64)):
        with pytest.raises(CustodyError, match="has not shown"):
            custody.check_possession(request, house.table.shares, one)
    with pytest.raises(CustodyError, match="has not shown"):
        custody.check_possession(other, house.table.shares, found)


def test_a_change_is_approved_by_a_signature_alone(house: House) -> None:
    """Whoever comes and goes is named."""
    mary = CustodianSecret(b"m" * 32).card("Mary")
    details = {"cards": [house.cards[0].line, mary.line], "delay_days": 7, "needed": 2}
    request = house.request("change", details=details)
    ran = house.ask(house.accepted(1), request, "answer")
    assert ran.code == 0, ran.err
    assert "2 of 2 (today 2 of 3)" in ran.err
    assert "Mary" in ran.err
    assert "Grace, Hedy" in ran.err
    assert "7 days" in ran.err
    found = custody.parse_answer(ran.out)
    assert (found.sealed, found.possession) == (b"", b"")
    approvals = (house.cards[0].approval, mary.approval)
    change = custody.ChangeOfCustodians(ORIGIN, house.table.hash, 2, 7, approvals)
    custody.check_answer(request, house.table, found, custody.change_digest(change))
    other = custody.change_digest(change._replace(delay_days=0))
    with pytest.raises(CustodyError, match="forged"):
        custody.check_answer(request, house.table, found, other)


def unwitnessed(house: House) -> dict[str, Any]:
    """The entry in a head that one witness saw."""
    position = house.append([house.table_entry("activated")], witnesses=1)
    entry, proof = house.proof(position)
    return {"entry": entry, "proof": proof}


def of_another_entry(house: House) -> dict[str, Any]:
    """The proof of somebody's suspension."""
    entry, proof = house.proof(0)
    return {"entry": entry, "proof": proof}


def only_proposed(house: House) -> dict[str, Any]:
    """The table was proposed, and not activated."""
    entry, proof = house.proof(house.proposed)
    return {"entry": entry, "proof": proof}


def other_table(house: House) -> dict[str, Any]:
    """The log names another table."""
    table = house.table._replace(delay_days=3)
    entry, proof = house.proof(house.append([house.table_entry("activated", table)]))
    return {"entry": entry, "proof": proof, "continues": house.continues(5)}


REFUSED = {
    "unlogged": (
        lambda h: {"entry": h.table_entry("activated", day="2026-12-01")},
        "does not lead",
    ),
    "unwitnessed": (unwitnessed, "not enough for the quorum"),
    "another entry": (of_another_entry, "says nothing here"),
    "only proposed": (only_proposed, "proposed, not activated"),
    "another table in the log": (other_table, "another table"),
    "a table that is not held": (lambda h: {"table": "0" * 64}, "no share of this table"),
    "no proof": (lambda h: {"proof": b""}, "does not show it"),
    "not an entry": (lambda h: {"entry": b"{}"}, "does not show it"),
    "another server": (lambda h: {"origin": "evil.example/log"}, "You hold nothing"),
    "an unknown kind": (lambda h: {"kind": "everything"}, "knows no request"),
    "no key": (lambda h: {"key": b""}, "brings no key"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_log_does_not_show_gets_no_share(house: House, what: str) -> None:
    """Whatever else is right about it."""
    make, says = REFUSED[what]
    folder = house.accepted(1)
    ran = house.ask(folder, house.request(**make(house)), "answer")
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_a_log_that_is_rolled_back_or_forked_gets_no_share(house: House) -> None:
    """Even with its real key and witnesses who help: the tool remembers the head it has seen."""
    early = house.request()
    folder = house.accepted(1)
    house.append(entries(4, 20))
    late = house.request(continues=house.continues(5))
    assert house.ask(folder, late).code == 0
    ran = house.ask(folder, early)
    assert (ran.code, ran.out) == (2, "")
    assert "ROLLED BACK" in ran.err
    house.append(entries(1, 30))
    unproven = house.ask(folder, house.request())
    assert "--seen 9" in unproven.err
    nowhere = house.ask(folder, house.request(), "open", "--log", str(house.root), "--yes")
    assert "name a mirror of the log" in nowhere.err
    mirror = str(house.log / "public")
    assert house.ask(folder, house.request(), "open", "--log", mirror, "--yes").code == 0
    other = House(house.root / "fork")
    other.table, other.sealed = house.table, house.sealed
    other.append(entries(9, 70))
    fork = other.request(continues=other.continues(10), table=house.table.hash)
    ran = house.ask(folder, fork)
    assert (ran.code, ran.out) == (2, "")
    assert "FORKED" in ran.err


def test_another_log_of_the_same_name_is_not_believed(house: House) -> None:
    """Its key is not the policy's."""
    folder = house.accepted(1)
    text = policy().replace(LOG[0].verifier.text, FORGED_LOG.verifier.text)
    assert text != policy()
    with LogDirectory.opened(LogFiles(house.root / "forged"), ORIGIN) as log:
        log.append([house.table_entry("activated")])
        note = log.sign((FORGED_LOG,), NOW)
        log.publish(note)
        proof = log.proof(0, note).content
    ran = house.ask(folder, house.request(entry=house.table_entry("activated"), proof=proof))
    assert (ran.code, ran.out) == (2, "")
    assert "does not show it" in ran.err


def test_who_says_no_gives_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is remembered either."""
    keyboard = house.root / "keyboard"
    monkeypatch.setattr("chappe_custodian.commands.KEYBOARD", keyboard)
    folder = house.accepted(1)
    keyboard.write_text("n\n")
    ran = house.ask(folder, house.request(), "open", "--passphrase-fd", "0")
    assert (ran.code, ran.out) == (1, "")
    assert "You said no" in ran.err
    assert "answered" not in tool(folder, "status").out
    keyboard.unlink()
    ran = house.ask(folder, house.request(), "open", "--passphrase-fd", "0")
    assert (ran.code, ran.out) == (2, "")
    assert "Nobody is at the keyboard" in ran.err


def test_a_command_answers_its_own_kind_alone(house: House) -> None:
    """Who means to rehearse gives no share by mistake."""
    folder = house.accepted(1)
    ran = house.ask(folder, house.request(), "rehearse")
    assert (ran.code, ran.out) == (2, "")
    assert "you said `rehearse`" in ran.err
    assert house.ask(folder, house.request("rehearse"), "open").code == 2


def test_a_wrong_passphrase_opens_nothing(house: House) -> None:
    """Neither a share nor the keys."""
    folder = house.accepted(1)
    file = house.root / "request.json"
    file.write_bytes(house.request().content)
    for given in (("open", str(file), "--yes"), ("sheet",)):
        ran = tool(folder, *given, passphrase="wrong")
        assert (ran.code, ran.out) == (2, "")
        assert "Wrong passphrase" in ran.err
    assert PASSPHRASE not in (folder / "keys.json").read_text()
    assert house.secrets[0].seed.hex() not in (folder / "keys.json").read_text()


def test_activation_waits_for_its_day(house: House) -> None:
    """The delay stands in the log, and each custodian's clock keeps it."""
    folder = house.settle("Ada", house.secrets[0])
    assert house.ask(house.accepted(2), house.request("activate")).code == 0
    wanted = custody.CustodyTable(ORIGIN, (), house.table.shares, house.table.hash, 7)
    house.table, house.sealed = custody.deal_table(ROOT, 2, house.cards, wanted, os.urandom)
    house.proposed = house.append([house.table_entry("proposed", previous=house.table.previous)])
    file = house.root / "late.share"
    file.write_bytes(house.share_file(1).content)
    assert tool(folder, "accept", str(file), "--policy", str(house.policy)).code == 0
    ran = house.ask(folder, house.request("activate"))
    assert (ran.code, ran.out) == (2, "")
    assert "not come into force before 2026-12-07" in ran.err


def test_a_share_is_accepted_only_with_its_entry_in_the_log(house: House) -> None:
    """And with a policy, by whom it is for, and if the log says the same as the table."""
    folder = house.settle("Ada", house.secrets[0])
    file, believed = house.root / "share", ("--policy", str(house.policy))

    def refused(share: custody.ShareFile, *more: str) -> str:
        file.write_bytes(share.content)
        ran = tool(folder, "accept", str(file), *more)
        assert (ran.code, ran.out) == (2, "")
        return ran.err

    good = house.share_file(1)
    assert "Name a --policy" in refused(good)
    assert "has other keys than yours" in refused(house.share_file(2), *believed)
    assert "does not open" in refused(good._replace(sealed=house.sealed[1]), *believed)
    assert "names this table" in refused(house.share_file(1, 0), *believed)
    wrong = house.append([house.table_entry("proposed", needed=3)])
    assert "other custodians, or another number" in refused(house.share_file(1, wrong), *believed)
    house.append([house.table_entry("proposed")], witnesses=1)
    assert "not enough" in refused(house.share_file(1), *believed)
    assert "You hold nothing" in house.ask(folder, house.request()).err


def test_keys_come_back_from_paper(house: House) -> None:
    """The same card, and the share that is handed out again opens."""
    folder = house.accepted(1)
    sheet = tool(folder, "sheet").out
    letters = sheet.split("keys")[1].split()[0]
    again = house.folder("again")
    ran = tool(again, "init", "Ada", "--sheet", typed=letters.lower().replace("-", " ") + "\n")
    assert ran.code == 0, ran.err
    assert ran.out == tool(folder, "card").out
    assert "written over" in tool(again, "init", "Ada").err
    slip = letters.replace(letters[3], "Q" if letters[3] != "Q" else "R", 1)
    assert (
        "a letter is wrong" in tool(house.folder("slip"), "init", "Ada", "--sheet", typed=slip).err
    )
    assert (
        "at least 8 characters"
        in tool(house.folder("short"), "init", "Ada", passphrase="short").err
    )


def test_status_says_what_was_answered(house: House) -> None:
    """By it a custodian can state what they approved."""
    folder = house.accepted(1)
    assert "never: ask for a rehearsal" in tool(folder, "status").out
    request = house.request("rehearse")
    house.ask(folder, request, "rehearse")
    said = tool(folder, "status").out
    assert f"rehearse  entry {house.activated}  {request.fingerprint}" in said
    assert "never" not in said


def test_the_tool_is_one_file_and_the_same_bytes(house: House) -> None:
    """It runs without Chappe beside it, and tells what it is in SHA-256."""
    path = house.root / "chappe-custodian.pyz"
    said = tool(house.root, "pack", str(path)).out
    assert hashlib.sha256(path.read_bytes()).hexdigest() in said
    assert one_file.packed() == path.read_bytes()
    folder = house.accepted(1)
    file = house.root / "request.json"
    file.write_bytes(house.request("rehearse", made=NOW).content)
    rest = [str(file), "--yes", "--passphrase-fd", "0"]
    program = (
        "import sys, runpy; sys.argv[1:] = sys.argv[2:];"
        f" sys.path[:] = [p for p in sys.path if {str(SOURCE / 'src')!r} not in p];"
        f" runpy.run_path({str(path)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--", "rehearse", "--folder", str(folder), *rest],
        input=PASSPHRASE + "\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=house.root,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("chappe-answer:")


def test_it_imports_nothing_else() -> None:
    """The standard library, `cryptography`, custody and the public log."""
    allowed = {*sys.stdlib_module_names, "cryptography", "", "chappe_custodian"}
    for path in (SOURCE / "src" / "chappe_custodian").rglob("*.py"):
        for node in nodes_of(path):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = ["" if node.level else str(node.module)]
            for name in names:
                assert name.partition(".")[0] in allowed or name.startswith(
                    ("chappe.trust.custody", "chappe.trust.ledger")
                ), f"{path}: {name}"


def test_a_kind_is_known_by_one_name() -> None:
    """So that what is said yes to is what is answered."""
    from chappe_custodian.kinds import KINDS_OF_REQUEST

    assert all(kind.name == name for name, kind in KINDS_OF_REQUEST.items())
    assert len(NAMES) == 3
