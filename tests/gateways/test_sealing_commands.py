"""`chappe seal` and `chappe passphrase`, as an operator gives them: beside a running server or without."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.server import RealServer

from .test_cli import chappe, refused, written

FIRST, SECOND = "battery staple", "correct horse"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    """A server whose data lie open."""
    made = RealServer(tmp_path / "data")
    made.start()
    yield made
    made.stop()


def sheet(printed: str) -> str:
    """Return the recovery code of a sheet."""
    return re.findall(r"recovery code +(\S+)", printed)[0]


def is_well(data: Path, passphrase: str) -> bool:
    """Whether everything of a directory opens by a passphrase."""
    ended = chappe("check", "--data", str(data), "--json", passphrase=passphrase)
    return ended.returncode == 0 and json.loads(ended.stdout) == []


def test_a_running_server_is_sealed_and_goes_on(server: RealServer, tmp_path: Path) -> None:
    """It is L1 at once; a backup from before opens by the keys of a later one, and that by the sheet."""
    data, before, after = str(server.data), tmp_path / "before.tar", tmp_path / "after.tar"
    chappe("backup", str(before), "--data", data)
    public = (server.data / "server.pub.pem").read_bytes()
    sealed = chappe("seal", "--data", data, passphrase=FIRST)
    assert sealed.returncode == 0, sealed.stderr
    code = sheet(sealed.stdout)
    assert json.loads(chappe("status", "--data", data, "--json").stdout)["sealed"] == "L1"
    assert not (server.data / "root.key").exists()
    assert "is sealed already" in refused("seal", "--data", data, passphrase=SECOND)
    assert (
        json.loads(chappe("backup", str(after), "--data", data, "--json").stdout)["also_keep"]
        == "chappe.epochs"
    )
    server.stop()
    assert "give its passphrase" in refused("check", "--data", data)
    assert is_well(server.data, FIRST)
    assert is_well(server.data, code)
    for backup, into in ((before, tmp_path / "one"), (after, tmp_path / "other")):
        chappe("restore", str(backup), "--keys", str(after), "--data", str(into))
        assert (into / "server.pub.pem").read_bytes() == public
        assert is_well(into, code)


def test_a_passphrase_is_changed_beside_a_server_and_without_one(server: RealServer) -> None:
    """The one from before is asked for, and opens nothing afterwards, as little as its sheet."""
    data = str(server.data)
    assert "has no passphrase yet" in change(data, FIRST, SECOND)
    first = sheet(chappe("seal", "--data", data, passphrase=FIRST).stdout)
    assert "Wrong passphrase" in change(data, SECOND, FIRST)
    second = sheet(change(data, FIRST, SECOND))
    server.stop()
    assert is_well(server.data, SECOND)
    assert is_well(server.data, second)
    for old in (FIRST, first):
        assert "Wrong passphrase" in refused("check", "--data", data, passphrase=old)
    assert "Wrong passphrase" in change(data, FIRST, SECOND)
    assert "at least 8 characters" in change(data, SECOND, "short")
    third = sheet(change(data, second, FIRST))
    assert is_well(server.data, third)
    assert "is sealed already" in refused("seal", "--data", data, passphrase=FIRST)


def test_keys_are_renewed_beside_a_server_and_wrapped_again_without_one(
    server: RealServer,
) -> None:
    """After a new root key by itself; by the operator's word; and at rest, where owners are not renewed."""
    data = str(server.data)
    assert "owner_keys" not in json.loads(chappe("status", "--data", data, "--json").stdout)
    said = json.loads(chappe("rotate", "--owners", "--at-speed", "--data", data, "--json").stdout)
    assert said["owner_keys"].startswith("renewed 20")
    assert said["keys"].startswith("epoch 2,")
    chappe("seal", "--data", data, passphrase=FIRST)
    said = json.loads(chappe("rotate", "--at-speed", "--data", data, "--json").stdout)
    assert said["owner_keys"].startswith("renewed 20")
    server.stop()
    assert "start it with" in refused("rotate", "--owners", "--data", data, passphrase=FIRST)
    assert "give its passphrase" in refused("rotate", "--data", data)
    assert "Wrong passphrase" in refused("rotate", "--data", data, passphrase=SECOND)
    ended = chappe("rotate", "--data", data, "--json", passphrase=FIRST)
    assert json.loads(ended.stdout)["wrapped_again"] > 0
    assert is_well(server.data, FIRST)
    assert "start it with" in refused("rotate", "--data", str(server.data.parent))


def change(data: str, old: str, new: str) -> str:
    """Change the passphrase of a directory; return what is said."""
    fd = written(new.encode())
    ended = chappe("passphrase", "--data", data, "--new-passphrase-fd", str(fd), passphrase=old)
    assert ended.returncode == (0 if ended.stdout else 2)
    return ended.stdout or ended.stderr


def test_a_stopped_server_is_sealed(tmp_path: Path) -> None:
    """No server need run for it; where there is nothing yet, `init` is named instead."""
    data = tmp_path / "data"
    assert "has no root key" in refused("seal", "--data", str(data), passphrase=FIRST)
    assert not data.exists()
    chappe("init", "--data", str(data))
    sealed = chappe("seal", "--data", str(data), passphrase=FIRST)
    assert sealed.returncode == 0, sealed.stderr
    assert [file.name for file in data.glob("root*")] == ["root.sealed"]
    assert is_well(data, sheet(sealed.stdout))
