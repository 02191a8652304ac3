"""The operator's commands, run as an operator runs them: what each does, says, and refuses."""

import asyncio
import contextlib
import io
import json
import os
import re
import shutil
import stat
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chappe import __version__, app
from chappe.crypto.rsa import fingerprint
from chappe.gateways.cli.connect import RECIPES
from chappe.gateways.cli.showing import show
from tests.contracts import traffic
from tests.journeys.server import RealServer

PASSPHRASE = "correct horse battery staple"
STRANGER = "4915551230009"


class Ended(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def chappe(*arguments: str, passphrase: str | None = None, **environment: str) -> Ended:
    """Run a command to its end in this process, with nobody at the keyboard."""
    if passphrase is not None:
        arguments += ("--passphrase-fd", str(written(passphrase.encode())))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHAPPE_", "CREDENTIALS_"))}
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.dict(os.environ, {**kept, "COLUMNS": "200", **environment}, clear=True),
        mock.patch.object(sys, "argv", ["chappe", *arguments]),
        mock.patch.object(sys, "stdin", io.StringIO()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            app.main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


def written(content: bytes) -> int:
    """Return a descriptor from which somebody can read this, once."""
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading


def refused(*arguments: str, passphrase: str | None = None, **environment: str) -> str:
    """Return the one sentence with which a command is refused."""
    ended = chappe(*arguments, passphrase=passphrase, **environment)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("chappe: ")
    return line


class Operator:
    """Somebody at a shell, with a server that runs on sealed data."""

    def __init__(self, server: RealServer, sheet: str) -> None:
        self.server = server
        self.data = server.data
        self.recovery = re.findall(r"recovery code +(\S+)", sheet)[0]

    def __call__(self, command: str, *more: str) -> str:
        """Run a command on the data; return what it printed."""
        ended = chappe(command, *more, "--data", str(self.data))
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def json(self, command: str, *more: str) -> Any:
        """Run a command for a script to read."""
        return json.loads(self(command, *more, "--json"))

    def refused(self, command: str, *more: str) -> str:
        """Run a command that is refused; return the sentence."""
        return refused(command, *more, "--data", str(self.data))


@contextlib.contextmanager
def on_sealed_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Run a sealed server on which two people have talked."""
    data = tmp_path_factory.mktemp("sealed") / "data"
    made = chappe("init", "--seal", "--data", str(data), passphrase=f"{PASSPHRASE}\n")
    assert made.returncode == 0
    credentials = tmp_path_factory.mktemp("credentials")
    (credentials / "passphrase").write_text(f"{PASSPHRASE}\n")
    with mock.patch.dict(os.environ, {"CREDENTIALS_DIRECTORY": str(credentials)}):
        server = RealServer(data)
        try:
            server.start()
            asyncio.run(traffic.talk(server))
            yield Operator(server, made.stdout)
        finally:
            server.stop()


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """A sealed server on which two people have talked, and stay."""
    with on_sealed_data(tmp_path_factory) as found:
        yield found


@pytest.fixture
def doomed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """A server like it for one test alone, which takes somebody away from it."""
    with on_sealed_data(tmp_path_factory) as found:
        yield found


def test_a_new_directory_is_made_once(tmp_path: Path) -> None:
    """In the open; a second time is refused, and no other command starts one by itself."""
    data = str(tmp_path / "data")
    made = chappe("init", "--data", data)
    assert "Next: chappe serve" in made.stdout
    assert "RECOVERY" not in made.stdout
    assert "has its root key already" in refused("init", "--data", data)
    for command in ("status", "users", "codes", "invite", "invites", "reports"):
        assert "No server runs on" in refused(command, "--data", data)


def test_a_sealed_directory_prints_the_sheet_once(operator: Operator) -> None:
    """The code on it opens the data as the passphrase does; a wrong one does not."""
    copy = operator.data.parent / "copy"
    shutil.copytree(operator.data, copy, ignore=shutil.ignore_patterns("*.sock", "*.lock"))
    for given in (PASSPHRASE, operator.recovery, operator.recovery.lower().replace("-", " ")):
        opened = chappe("check", "--data", str(copy), passphrase=given)
        assert (opened.returncode, opened.stderr) == (0, ""), given
        assert "All is well." in opened.stdout
    wrong = operator.recovery[:-1] + ("A" if operator.recovery[-1] != "A" else "B")
    assert "Wrong passphrase" in refused("check", "--data", str(copy), passphrase=wrong)
    assert "give its passphrase" in refused(
        "check", "--data", str(copy), CREDENTIALS_DIRECTORY=str(copy)
    )
    assert (
        json.loads(chappe("check", "--data", str(copy), "--json", passphrase=PASSPHRASE).stdout)
        == []
    )


def test_a_passphrase_is_asked_of_somebody_and_is_not_short(tmp_path: Path) -> None:
    """Nothing is made without one."""
    asked = ("init", "--seal", "--data", str(tmp_path / "data"))
    assert "Nobody is at the keyboard" in refused(*asked)
    assert "No passphrase can be read" in refused(*asked, "--passphrase-fd", "987")
    assert "too long" in refused(*asked, passphrase="a" * 5000)
    assert "is no text" in refused(*asked, "--passphrase-fd", str(written(b"\xff" * 9)))
    assert "has at least 8 characters" in refused(*asked, passphrase="2short!")
    assert not (tmp_path / "data").exists()


def test_a_passphrase_in_the_environment_is_refused(operator: Operator, tmp_path: Path) -> None:
    """It could be read there as long as the server runs; what it opens stays shut, with the right one too."""
    for command in (("init", "--seal"), ("serve",), ("check",)):
        data = str(tmp_path / "new" if command[0] == "init" else operator.data)
        told = refused(*command, "--data", data, CHAPPE_PASSPHRASE=PASSPHRASE)
        assert "CHAPPE_PASSPHRASE is not read" in told or "in use by another" in told
    assert not (tmp_path / "new").exists()
    environ = Path(f"/proc/{operator.server.pid}/environ").read_bytes()
    assert PASSPHRASE.encode() not in environ


def test_how_the_server_is(operator: Operator) -> None:
    """For people and for scripts."""
    told = operator.json("status")
    assert (told["ready"], told["sign_up"], told["bugs"]) == (True, "open", 0)
    assert told["sealed"] == "L1"
    assert 20 < told["memory_mib"] < 1_000
    assert told["listens"].endswith(str(operator.server.port))
    assert told["free_mib"] > 0
    assert told["files"] == "taken"
    assert "sign up" in operator("status")


def test_who_there_is(operator: Operator) -> None:
    """Names and dates; no number and nothing they wrote."""
    people = operator.json("users")
    assert {p["first_name"] for p in people} == set(traffic.NAMES)
    shown = operator("users")
    for hidden in (*traffic.PHONES, *traffic.TEXTS):
        assert hidden not in shown + json.dumps(people)
    # behind each the rest, in an order that is always the same and says nothing: behind one of them nobody
    behind = {p["id"]: operator.json("users", "--after", str(p["id"])) for p in people}
    assert sorted(map(len, behind.values())) == list(range(len(people)))
    (last,) = (number for number, rest in behind.items() if not rest)
    assert "Nobody signed up yet." in operator("users", "--after", str(last))


def test_codes_sent_lately(operator: Operator) -> None:
    """The newest of each number is the one that was delivered."""
    codes = {c["to"]: c["code"] for c in operator.json("codes")}
    assert codes[traffic.PHONES[0]] == operator.server.code(traffic.PHONES[0])
    assert traffic.PHONES[0] in operator("codes")


def test_invites_are_given_and_withdrawn(operator: Operator) -> None:
    """For a number, or by a link and a new number with its code; what is no number is refused."""
    assert operator.json("invite", "--phone", "+49 1555 1230009")["phone"] == STRANGER
    given = operator.json("invite")
    assert given["phone"].startswith("888")
    assert len(given["code"]) == 5
    assert "/#join=" in given["link"]
    several = operator.json("invite", "--uses", "30", "--days", "2", "--note", "class 7b")
    assert (several["uses"], several["phone"], several["code"]) == (30, "", "")
    listed = operator.json("invites")
    assert {i["phone"] for i in listed} == {STRANGER, given["phone"], ""}
    assert {i["note"] for i in listed} == {"class 7b", ""}
    assert given["link"].partition("=")[2] not in operator("invites")
    many = next(i["id"] for i in listed if i["note"])
    for named in (STRANGER, given["phone"], many):
        assert "Done." in operator("invites", "--revoke", named)
        assert "There is none." in operator("invites", "--revoke", named)
    assert "No invite is open." in operator("invites")
    assert "no phone number" in operator.refused("invite", "--phone", "tomorrow")
    assert "no phone number" in operator.refused("invites", "--revoke", "tomorrow")
    assert "has that number" in operator.refused("invite", "--phone", traffic.PHONES[0])
    assert "one person's" in operator.refused("invite", "--phone", STRANGER, "--uses", "2")


def test_sessions_are_listed_and_ended(operator: Operator) -> None:
    """One by its hash, or all; whose device it is, not where."""
    user = next(p["id"] for p in operator.json("users") if p["first_name"] == traffic.NAMES[1])
    asyncio.run(traffic.history(operator.server, 1))
    sessions = operator.json("sessions", str(user))
    assert len(sessions) == 2
    one = str(sessions[0]["hash"])
    assert operator.json("sessions", str(user), "--end", one) == {"ended": 1}
    assert operator.json("sessions", str(user), "--end", one) == {"ended": 0}
    assert [s["hash"] for s in operator.json("sessions", str(user))] == [sessions[1]["hash"]]
    assert "is no session" in operator.refused("sessions", str(user), "--end", "tomorrow")
    assert operator.json("sessions", str(user), "--end", "all") == {"ended": 1}
    assert "No session is open." in operator("sessions", str(user))
    for nobody in ("@nobody_here", "@", "", "Ada", "4x"):
        assert "There is no account" in operator.refused("erase", "--yes", nobody)
    for what in ((), ("--end", "all")):
        assert "There is no account 5" in operator.refused("sessions", "5", *what)


def test_a_link_back_in_is_made_withdrawn_and_noted(operator: Operator) -> None:
    """For one account, of which is told afterwards what was done, and not whose it was."""
    user = str(next(p["id"] for p in operator.json("users") if p["first_name"] == traffic.NAMES[0]))
    assert "No re-entry link was ever made." in operator("reentry", "--log")
    made = operator.json("reentry", user)
    assert "/#reentry=" in made["link"]
    assert made["waits_hours"] == 24
    assert "withdraw it by `--cancel`" in operator.refused("reentry", user)
    assert "Everybody has a way in, or a link." in operator("reentry", "--lost")
    assert "Done." in operator("reentry", user, "--cancel")
    assert "There is none." in operator("reentry", user, "--cancel")
    told = operator("reentry", "--log")
    assert [step["step"] for step in operator.json("reentry", "--log")] == ["made", "cancelled"]
    assert user not in told
    assert made["link"].partition("=")[2] not in told
    assert "There is no account" in operator.refused("reentry", "@nobody_here")
    for unclear in (
        (),
        ("--cancel",),
        (user, "--lost"),
        ("--lost", "--log"),
        ("--log", "--cancel"),
    ):
        assert "For whom is the re-entry link?" in operator.refused("reentry", *unclear)


def test_reports_are_counted(operator: Operator) -> None:
    """There are none here."""
    assert "No report waits." in operator("reports")


@pytest.mark.parametrize("library", sorted(RECIPES))
def test_every_library_is_told_how_to_come(operator: Operator, library: str) -> None:
    """By the address and the key of this server, or how a copy of it is re-pointed there."""
    recipe = operator("connect", library.upper())
    assert str(operator.server.port) in recipe or str(operator.server.pem) in recipe


def test_apps_are_built_with_the_address_and_the_key_of_this_server(operator: Operator) -> None:
    """As each of their sources writes them."""
    pem = operator.server.pem.read_text()
    key = serialization.load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey)
    n, e = key.public_numbers().n, key.public_numbers().e
    port = operator.server.port
    webk = operator("connect", "webk")
    assert f'"ws://localhost:{port}/apiws"' in webk
    assert f"}}{n:x}#" in webk
    android = operator("connect", "android")
    assert f'addAddressAndPort("127.0.0.1", {port}, 0, "")' in android
    assert f"push_back(0x{fingerprint(n, e) % (1 << 64):016x})" in android
    for name in ("android", "ios", "desktop"):
        written = re.findall(
            r'"(-----BEGIN.*?-----END[^"]*)"', operator("connect", name), re.DOTALL
        )
        lines = [re.sub(r'\\n"\s*"', "\n", one) for one in written]
        assert lines == [pem.strip()], name


def test_an_unknown_library_is_told_which_are_known(operator: Operator) -> None:
    """In one sentence; and a directory without a server has no recipe."""
    assert "telethon" in operator.refused("connect", "carrier-pigeon")
    nowhere = str(operator.data.parent / "nowhere")
    assert "has no server yet" in refused("connect", "telethon", "--data", nowhere)


def test_a_backup_of_a_running_server_restores_with_the_sheet(operator: Operator) -> None:
    """It is sealed, readable by its owner only, and whole: everything said before is there."""
    target = operator.data.parent / "backup.tar"
    assert operator.json("backup", str(target))["also_keep"] == "chappe.epochs"
    assert "chappe.epochs" in operator("backup", str(operator.data.parent / "again.tar"))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "exists already" in operator.refused("backup", str(target))
    nowhere = operator.refused("backup", str(operator.data.parent / "no" / "b.tar"))
    assert "There is no directory" in nowhere
    packed = target.read_bytes()
    for said in traffic.SEARCHED:
        assert said.encode() not in packed
    into = operator.data.parent / "restored"
    restored = chappe("restore", str(target), "--data", str(into))
    assert (restored.returncode, "every session ends" in restored.stdout) == (0, True)
    beside = target.with_name("chappe.epochs")
    beside.rename(target.with_name("taken"))
    lacking = chappe("restore", str(target), "--data", str(into) + "2").stdout
    target.with_name("taken").rename(beside)
    assert f"Copy it to {into}2/keys.epochs, or restore with --keys" in lacking
    assert "put the keys.epochs you kept apart" in lacking
    again = operator.data.parent / "kept"
    kept = chappe("restore", str(target), "--data", str(again), "--keep-sessions")
    assert (kept.returncode, "Sessions go on" in kept.stdout) == (0, True)
    ended = chappe("restore", str(target), "--data", str(again) + "2", "--end-sessions")
    assert (ended.returncode, "`chappe reentry --lost`" in ended.stdout) == (0, True)
    both = ("--keep-sessions", "--end-sessions", "--data", str(again) + "3")
    assert "say one, or neither" in refused("restore", str(target), *both)
    assert "holds a store already" in refused("restore", str(target), "--data", str(into))
    looked = chappe("check", "--data", str(into), passphrase=operator.recovery)
    assert looked.returncode == 0, looked.stdout
    server = RealServer(into)
    try:
        server.start()
        assert sorted(asyncio.run(traffic.history(server, 0))) == sorted(traffic.TEXTS)
    finally:
        server.stop()


def test_what_is_no_backup_is_not_unpacked(tmp_path: Path) -> None:
    """Neither a text nor somebody else's archive."""
    text, strange = tmp_path / "text", tmp_path / "strange.tar"
    text.write_text("no backup")
    with tarfile.open(strange, "x") as out:
        out.add(text, "surprise")
    into = tmp_path / "into"
    for file in (text, strange):
        assert "cannot be read as a backup" in refused("restore", str(file), "--data", str(into))
    assert "There is no" in refused("restore", str(tmp_path / "none"), "--data", str(into))
    assert not list(into.iterdir())


def test_an_account_is_erased_for_ever(doomed: Operator) -> None:
    """Asked twice unless told not to; once gone, there is none to erase."""
    user = str(next(p["id"] for p in doomed.json("users") if p["first_name"] == traffic.NAMES[1]))
    unsure = chappe("erase", user, "--data", str(doomed.data))
    assert unsure.returncode == 1
    assert len(doomed.json("sessions", user)) <= 1
    assert "is deleted" in doomed("erase", user, "--yes")
    gone = next(p for p in doomed.json("users") if str(p["id"]) == user)
    assert (gone["deleted"], gone["first_name"]) == (True, "")
    assert "There is no account" in doomed.refused("erase", user, "--yes")


def test_a_table_cuts_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    """However narrow the terminal of whoever reads it, or pipes it on."""
    names = ["a_name_of_thirty_two_characters_", "[bold]brackets", "👨‍👩‍👧 kin"]
    with mock.patch.dict(os.environ, {"COLUMNS": "20"}):
        show([{"id": 1, "name": n, "at": 0} for n in names], as_json=False, nothing="")
    shown = capsys.readouterr().out
    for name in (*names, "1970-01-01 00:00 UTC"):
        assert name in shown


def test_a_list_of_people_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """In eighty columns usernames are whole, to be typed again; what nobody has takes no column."""
    person = {"id": 1_234_567, "first_name": "Wilhelmina Konstanze", "last_name": "von der Au"}
    more = {"created": 0, "bot": False, "deleted": False, "online": False}
    username = "a_name_of_thirty_two_characters_"
    with mock.patch.dict(os.environ, {"COLUMNS": "80", "TTY_COMPATIBLE": "1"}):
        show([{**person, "username": username, **more}], as_json=False, nothing="")
    shown = capsys.readouterr().out
    assert username in shown
    assert "1234567" in shown
    assert "bot" not in shown
    plain = re.sub(r"\x1b\[\d*m", "", shown)
    assert max(map(len, plain.splitlines())) <= 80


def test_it_says_which_it_is_and_what_it_can_connect(operator: Operator) -> None:
    """The version, the recipes, the pages of its manual."""
    assert chappe("--version").stdout == f"chappe {__version__}\n"
    assert chappe("version").stdout == f"chappe {__version__}\n"
    listed = operator("connect")
    for name in RECIPES:
        assert re.search(rf"^{name} +\S", listed, re.MULTILINE)
    titles = chappe("manual").stdout
    assert re.search(r"^operating +Operating$", titles, re.MULTILINE)
    assert chappe("manual", "operating").stdout.startswith("# Operating")
    told = refused("manual", "../README")
    assert re.search(r"there are .*\badd-a-kind-of-media\b", told)
    assert "architecture" in told


def test_the_program_explains_itself() -> None:
    """Without a word it shows what there is; every command has a sentence; nonsense is refused."""
    shown = chappe()
    for command in (
        "serve",
        "init",
        "users",
        "invite",
        "invites",
        "codes",
        "sessions",
        "erase",
        "backup",
        "restore",
        "status",
        "check",
        "connect",
        "reports",
        "reentry",
        "manual",
        "build-manifest",
    ):
        assert command in shown.stdout + shown.stderr
        asked = chappe(command, "--help")
        assert asked.returncode == 0
        assert "Usage" in asked.stdout
    assert chappe("fly").returncode == 2


def test_several_sentences_are_shown_as_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """Not as Python writes them; and it is said that there are none."""
    show({"wrong": ["One is.", "Another is."], "right": []}, as_json=False, nothing="")
    assert (
        capsys.readouterr().out == "wrong          One is.; Another is.\nright          nothing\n"
    )


def test_nothing_is_not_well(tmp_path: Path) -> None:
    """Where a restore was mistyped there is a key and no store; a check makes none, so it can be repeated."""
    assert chappe("init", "--data", str(tmp_path)).returncode == 0
    there = sorted(tmp_path.iterdir())
    assert "holds no data of a server" in refused("check", "--data", str(tmp_path))
    assert sorted(tmp_path.iterdir()) == there
