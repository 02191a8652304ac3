"""What an operator can mend is said in one sentence, with exit code 2."""

import contextlib
import ctypes
import os
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chappe.core import SHARD_COUNT
from chappe.engines.sqlite import SqliteEngine
from chappe.engines.sqlite_version import VERSION
from tests.journeys.server import RealServer

from . import traffic
from .database import Database

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_NET_BIND_SERVICE = 24, 1, 10
START_S_MAX = 60
PASSPHRASE = "correct horse battery staple"
ORDERED = "certificate = 'acme'\ntls_port = 8444\npublic_url = 'https://chat.example.org'\n"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory two people have talked in."""
    data = tmp_path_factory.mktemp("filled") / "data"
    traffic.fill(data)
    return data


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A copy of it, to damage."""
    return Path(shutil.copytree(filled, tmp_path / "data"))


def chappe(*arguments: str, **how: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CHAPPE_")}
    environment.update(how.pop("environment", {}))
    return subprocess.run(
        [sys.executable, "-m", "chappe", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_S_MAX,
        env=environment,
        **how,
    )


def refused(data: Path, *arguments: str, **how: Any) -> str:
    """Return the one sentence with which a start is refused."""
    ended = chappe("serve", "--data", str(data), "--port", "0", *arguments, **how)
    lines = ended.stderr.strip().splitlines()
    assert ended.returncode == 2, ended.stderr + ended.stdout
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("chappe: ")
    assert lines[0].endswith(".")
    return lines[0]


@contextlib.contextmanager
def database_of(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a store's file behind its back."""
    db = sqlite3.connect(path)
    with db:
        yield db
    db.close()


def credential(directory: Path, secret: str) -> dict[str, str]:
    """Return the environment in which systemd hands a service its passphrase."""
    directory.mkdir()
    (directory / "passphrase").write_text(secret)
    return {"CREDENTIALS_DIRECTORY": str(directory)}


def starts(data: Path, passphrase: str = "") -> None:
    """Check that a server does start on a directory, so that the refusal before had its one reason."""
    server = RealServer(data, passphrase=passphrase)
    try:
        server.start()
    finally:
        server.stop()


def test_a_directory_that_is_whole_starts(data: Path) -> None:
    """The success beside the refusals."""
    starts(data)


def test_the_port_is_in_use(data: Path) -> None:
    """By whatever else."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = refused(data, "--port", str(port))
        assert str(port) in sentence
        assert "in use" in sentence
        assert "--port" in sentence
        assert "`--port 0`" in sentence
        assert "(" not in sentence.replace("(`--port`", "")
        assert "in use" in refused(data / "new", "--port", str(port))
    assert not (data / "new").exists()  # nothing half-made, which would not be new any more
    starts(data)


@pytest.mark.parametrize(
    ("host", "sentence"),
    [("192.0.2.1", "no address of this machine"), ("127.0.0.1", "not ours to listen")],
)
def test_an_address_is_not_ours(data: Path, host: str, sentence: str) -> None:
    """Another machine's, or a port that needs a right."""

    def obey_ports() -> None:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE, 0, 0, 0)

    refusal = refused(data, "--host", host, "--port", "7", preexec_fn=obey_ports)
    assert sentence in refusal
    assert host in refusal


@pytest.mark.parametrize("name", ["chappe.db", "keys.db"])
async def test_another_server_runs_on_it(data: Path, name: str) -> None:
    """Two would overwrite each other."""
    engine = SqliteEngine(data / name)
    assert "in use by another Chappe" in refused(data)
    await engine.close()
    starts(data)


@pytest.mark.parametrize("name", ["chappe.db", "keys.db"])
@pytest.mark.parametrize(("version", "word"), [(VERSION + 1, "newer"), (0, "older")])
def test_the_store_is_of_another_version(data: Path, name: str, version: int, word: str) -> None:
    """It is left as it is."""
    with database_of(data / name) as db:
        db.execute("UPDATE meta SET value = ? WHERE name = 'version'", (version,))
    assert f"{name} was written by an {word}" in refused(data).replace("a newer", "an newer")


def test_the_version_of_the_store_is_unreadable(data: Path) -> None:
    """Which no Chappe ever wrote."""
    with database_of(data / "chappe.db") as db:
        db.execute("UPDATE meta SET value = 'one' WHERE name = 'version'")
    assert "chappe.db is damaged" in refused(data)


@pytest.mark.parametrize("name", ["chappe.db", "keys.db"])
@pytest.mark.parametrize("at", [0, 4096])
def test_the_file_is_damaged(data: Path, name: str, at: int) -> None:
    """At its head, or in its pages."""
    with (data / name).open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * (100 if at == 0 else (data / name).stat().st_size - at))
    assert "is damaged" in refused(data)


@pytest.mark.parametrize("kind", [10])
def test_a_sealed_value_was_altered(data: Path, kind: int) -> None:
    """One bit is enough."""
    with database_of(data / "chappe.db") as db:
        query = "SELECT value FROM cell WHERE kind = ? AND tbl = 'runs'"
        value = bytearray(db.execute(query, (kind,)).fetchone()[0])
        value[-1] ^= 1
        db.execute("UPDATE cell SET value = ? WHERE kind = ? AND tbl = 'runs'", (value, kind))
    assert "does not open" in refused(data)


def test_check_finds_an_altered_value_that_no_start_reads(data: Path) -> None:
    """`chappe check` opens everything, and says whose box is broken."""
    assert chappe("check", "--data", str(data)).returncode == 0
    with database_of(data / "chappe.db") as db:
        db.execute(
            "UPDATE cell SET value = zeroblob(length(value)) WHERE kind = 1 AND tbl = 'message'"
        )
    ended = chappe("check", "--data", str(data))
    assert ended.returncode == 1
    with database_of(data / "chappe.db") as db:
        asked = "SELECT DISTINCT owner FROM cell WHERE kind = 1 AND tbl = 'message'"
        shards = sorted(owner % SHARD_COUNT for (owner,) in db.execute(asked))  # all that is seen
    named = [int(number) for number in re.findall(r"user box (\d+): ", ended.stdout)]
    assert sorted(number % SHARD_COUNT for number in named) == shards


def test_the_keys_are_missing(data: Path) -> None:
    """Again at the second try: the first one has made nothing up."""
    (data / "keys.db").rename(data / "elsewhere")
    for _ in range(2):
        assert "its keys are not here" in refused(data)
    for file in data.glob("keys.db*"):
        file.unlink()
    (data / "elsewhere").rename(data / "keys.db")
    starts(data)


def test_the_root_key_is_missing_or_another(data: Path) -> None:
    """No new one is made beside data that is there."""
    root = (data / "root.key").read_bytes()
    (data / "root.key").unlink()
    for _ in range(2):
        assert "no root key" in refused(data)
    begun = chappe("init", "--data", str(data))
    assert (begun.returncode, "holds a store" in begun.stderr) == (2, True)
    assert not (data / "root.key").exists()
    (data / "root.key").write_bytes(bytes(32))
    assert "does not open" in refused(data)
    (data / "root.key").write_bytes(root[:-1])
    assert "root.key is damaged" in refused(data)
    (data / "root.key").write_bytes(root)
    starts(data)


def test_the_passphrase_is_wrong_or_not_given(tmp_path: Path) -> None:
    """And the right one opens."""
    right = credential(tmp_path / "right", PASSPHRASE)
    data = tmp_path / "data"
    assert chappe("init", "--seal", "--data", str(data), environment=right).returncode == 0
    wrong = credential(tmp_path / "wrong", PASSPHRASE + "r")
    assert "Wrong passphrase" in refused(data, environment=wrong)
    assert "give its passphrase" in refused(data)
    starts(data, PASSPHRASE)
    ended = chappe("check", "--data", str(data), environment=right)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_disk_takes_no_more(data: Path) -> None:
    """Stood for by a limit on the size of files."""
    shutil.copytree(data, data.parent / "before")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    assert "disk" in refused(data, preexec_fn=limit)
    starts(data)


def test_a_first_start_for_which_there_is_no_room_leaves_nothing_half_made(tmp_path: Path) -> None:
    """Neither in the open nor sealed: with room it starts as if nothing had been."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))

    data, sealed = tmp_path / "data", tmp_path / "sealed"
    assert "limit on the size of files" in refused(data, preexec_fn=limit)
    assert not list(data.iterdir())
    starts(data)
    right = credential(tmp_path / "right", PASSPHRASE)
    asked = ("init", "--seal", "--data", str(sealed))
    assert chappe(*asked, environment=right, preexec_fn=limit).returncode == 2
    assert not list(sealed.iterdir())
    assert chappe(*asked, environment=right).returncode == 0


def test_the_key_clients_know_the_server_by_is_missing_or_damaged(data: Path) -> None:
    """No other one is made in its place, unless the operator says so by removing its public half."""
    key, public = data / "server.key", data / "server.pub.pem"
    whole, known = key.read_bytes(), public.read_bytes()
    key.write_bytes(whole[:-1])
    assert "server.key does not open" in refused(data)
    checked = chappe("check", "--data", str(data))
    assert checked.returncode == 1
    assert "does not open: restore it" in " ".join(checked.stdout.split())
    key.unlink()
    for _ in range(2):
        assert "server.key is missing" in refused(data)
    key.write_bytes(whole)
    public.write_text("not this one")
    starts(data)
    assert public.read_bytes() == known
    key.unlink()
    public.unlink()
    starts(data)
    assert public.read_bytes() != known


@pytest.mark.parametrize(
    ("package", "settings"),
    [
        ("gmpy2", ""),
        ("uvloop", ""),
        ("PIL", ""),
        ("av", ""),
        ("aiohttp", ""),
        ("aiosmtplib", "[codes_smtp]\nhost = 'x'"),
        ("obstore", "[files_s3]\nbucket = 'x'\naccess_key = 'x'\nsecret_key = 'x'"),
    ],
)
def test_a_package_is_missing(tmp_path: Path, package: str, settings: str) -> None:
    """Whatever needs it: it is named before anybody is served."""
    (tmp_path / "chappe.toml").write_text(settings)
    lame = (
        "import runpy, sys\n"
        f"sys.modules[{package!r}] = None\n"
        f"sys.argv = ['chappe', 'serve', '--data', {str(tmp_path)!r}, '--port', '0']\n"
        "runpy.run_module('chappe', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", lame],
        capture_output=True,
        text=True,
        check=False,
        timeout=START_S_MAX,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 2, ended.stderr
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith(f"chappe: The package {package} is missing")


def test_the_place_of_the_data_is_a_file(tmp_path: Path) -> None:
    """It is left as it is."""
    (tmp_path / "data").write_text("a letter")
    assert "not a directory" in refused(tmp_path / "data")
    assert (tmp_path / "data").read_text() == "a letter"


def obey_modes() -> None:
    """Make root obey the modes of files as everybody does."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


@pytest.mark.parametrize("name", ["chappe.db", "keys.db"])
def test_the_file_is_read_only(data: Path, name: str) -> None:
    """As a restored copy may be."""
    (data / name).chmod(0o400)
    assert f"{name} cannot be written" in refused(data, preexec_fn=obey_modes)
    (data / name).chmod(0o600)
    starts(data)


def test_the_directory_is_read_only(data: Path) -> None:
    """Or belongs to somebody else."""
    for file in data.glob("*.lock"):
        file.unlink()
    data.chmod(0o500)
    assert "cannot be written" in refused(data, preexec_fn=obey_modes)
    data.chmod(0o700)
    starts(data)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ("rate_scale = 'many'", "rate_scale"),
        ("rate_scale = 0", "rate_scale"),
        ("public_port = 65536", "public_port"),
        ("metrics_port = -1", "metrics_port"),
        ("also = ['8443']", "`8443` is no address"),
        ("also = ['127.0.0.1:70000']", "`127.0.0.1:70000` is no address"),
        ("previews_also = ['wiki']", "`wiki` is no address"),
        ("public_host = 'chat.example.org'", "in digits"),
        ("push_contact = 'me'", "write mailto"),
        ("push_also = ['ntfy']", "host:port"),
        ("trusted_proxies = ['proxy']", "`trusted_proxies` has proxy: write an address"),
        ("proxy_protocol_from = ['10.0.0.1/8']", "`proxy_protocol_from` has 10.0.0.1/8"),
        ("proxy_header = 'X-Real-IP'", "proxy_header"),
        ("host = 'nowhere.invalid'", "write it in digits"),
        ("tls_port = 8444", "needs `tls_certificate`"),
        ("certificate = 'acme'", "needs `tls_port`"),
        ("certificate = 'acme'\ntls_port = 8444\npublic_url = 'https://192.0.2.7'", "needs a name"),
        (ORDERED + "acme_contact = 'me'", "`acme_contact` is me"),
        (ORDERED + "acme_directory = 'http://example.org'", "write an https:// address"),
        (ORDERED + "acme_root = 'none.pem'", "`acme_root` is no file"),
        ("tls_port = 8444\ntls_certificate = 'none.pem'", "`tls_certificate` cannot be used"),
        ("codes_file = '/nowhere/codes'", "/nowhere/codes"),
        ("codes_webhook = 'http://127.0.0.1:1'", "needs `codes_webhook_secret`"),
        ("moderation_webhook = 'http://127.0.0.1:1'", "needs `moderation_webhook_secret`"),
        (
            "moderation_webhook = 'desk.example'\nmoderation_webhook_secret = 'not-the-sample'",
            "begins with https://",
        ),
        ("public_url = 'chat.example.org'", "write it as https://chat.example.org"),
        ("public_url = 'https://chat.example.org/chat'", "without a path"),
        ("[codes_smtp]\nhost = 'x'\npassword = '…'", "codes_smtp.password"),
        ("[files_s3]\nbucket = 'x'\naccess_key = 'x'\nsecret_key = '…'", "files_s3.secret_key"),
        ("harbour = 1", "harbour"),
        ("port 1", "TOML"),
        ("store = 'postgresql://chappe:hidden@127.0.0.1:1/chappe'", "cannot be reached"),
        ("keys_store = 'postgresql://chappe:hidden@127.0.0.1:1/keys'", "cannot be reached"),
    ],
)
def test_a_setting_cannot_be_used(tmp_path: Path, settings: str, word: str) -> None:
    """Its name is told, and no password."""
    (tmp_path / "chappe.toml").write_text(settings)
    sentence = refused(tmp_path)
    assert word in sentence
    assert "hidden" not in sentence


async def test_a_whole_server_lives_on_postgresql(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People talk, it is killed, and what was said is there; another's keys are refused."""
    monkeypatch.setenv("CHAPPE_STORE", boxes := await database.create())
    monkeypatch.setenv("CHAPPE_KEYS_STORE", keys := await database.create())
    server = RealServer(tmp_path / "data")
    server.start()
    try:
        await traffic.talk(server)
        server.kill()
        server.start()
        assert sorted(await traffic.history(server, 0)) == sorted(traffic.TEXTS)
        look = chappe("check", "--data", str(server.data), environment=dict(os.environ))
        assert look.returncode == 0
        assert sorted(await traffic.history(server, 1)) == sorted(traffic.TEXTS)
    finally:
        server.stop()
    assert not list(server.data.glob("*.db"))
    (tmp_path / "other").mkdir()
    assert "its keys are not here" in refused(
        tmp_path / "other", environment={"CHAPPE_STORE": boxes}
    )
    assert "a database each" in refused(
        server.data, environment={"CHAPPE_STORE": keys, "CHAPPE_KEYS_STORE": keys}
    )
