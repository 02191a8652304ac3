"""What every place of backups promises, and what each says when it does not do it; by real programs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe.app.backups.restoring import restore_from_place
from chappe.core.configuration import Backups
from chappe.engines.places import DirectoryPlace, SshPlace, open_place
from chappe.engines.places.bucket import BucketPlace
from chappe.gateways.cli import RestoreWanted
from chappe.ports import BackupPlace, PlaceError, PlaceObjectMissing
from chappe.trust import sealing
from tests.app.kept import ADA, CLAUDE, DAY_S, Keeper, add_file, names_in, nobody, settle_in
from tests.app.kept import unheeded as unheeded_work

from .bucket import Bucket
from .far_machine import FarMachine, is_here


def unheeded(_size: int) -> None:
    """Heed no progress."""


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarMachine]:
    """Another machine."""
    if not is_here() and not os.environ.get("CI"):
        pytest.skip("openssh-server is not installed")
    machine = FarMachine(tmp_path_factory.mktemp("far"))
    try:
        machine.start()
        yield machine
    finally:
        machine.stop()


@pytest.fixture(params=["directory", "ssh", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BackupPlace]:
    """Each kind of place, with nothing in it."""
    made: BackupPlace
    if request.param == "directory":
        (tmp_path / "there").mkdir()
        made = DirectoryPlace(tmp_path / "there")
    elif request.param == "ssh":
        far = request.getfixturevalue("far")
        folder = os.urandom(4).hex()
        (far.files / folder).mkdir()
        made = SshPlace(far.address(folder), far.key, far.known)
    else:
        bucket: Bucket = request.getfixturevalue("bucket")
        made = BucketPlace(bucket.settings(prefix=os.urandom(4).hex()))
    yield made
    made.close()


def test_what_was_put_is_listed_fetched_and_removed(place: BackupPlace, tmp_path: Path) -> None:
    """Many at once, in folders, from and to paths with spaces and quotes; one put again is replaced."""
    odd = tmp_path / "a \"b\" \\ 'c'"
    odd.mkdir()
    names = [
        "place.json",
        "backups/00001/manifest",
        *(f"files/{n:02x}/{n:032x}" for n in range(105)),
    ]
    contents = {name: os.urandom(17 + 300 * at) for at, name in enumerate(names)}
    files = []
    for at, (name, content) in enumerate(contents.items()):
        path = odd / f"file {at}"
        path.write_bytes(content)
        files.append((name, path))
    moved: list[int] = []
    place.put(files, moved.append)
    assert sum(moved) == sum(map(len, contents.values()))
    assert place.listed("files") == {n: len(c) for n, c in contents.items() if n[:5] == "files"}
    assert place.listed("backups") == {names[1]: len(contents[names[1]])}
    assert place.listed("keys") == {}
    back = [(name, odd / f"back {at}") for at, name in enumerate(contents)]
    place.get(back, unheeded)
    assert {name: path.read_bytes() for name, path in back} == contents
    place.put([(names[1], files[0][1])], unheeded)
    assert place.listed("backups") == {names[1]: len(contents[names[0]])}
    place.delete([*names[2:], "files/no/such"])
    assert place.listed("files") == {}
    assert place.listed("backups")
    with pytest.raises(PlaceObjectMissing):
        place.get([(names[2], odd / "gone")], unheeded)
    assert not place.keeps_versions()


@pytest.mark.parametrize("kind", ["ssh", "bucket"])
def test_a_backup_lies_there_is_tried_and_comes_back(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """From a server to a place, and to a directory that has nothing but the printed key."""
    settings = Backups()
    if kind == "ssh":
        far = request.getfixturevalue("far")
        folder = os.urandom(4).hex()
        (far.files / folder).mkdir()
        settings = Backups(
            to=far.address(folder), ssh_key=str(far.key), ssh_known_hosts=str(far.known)
        )
    else:
        bucket: Bucket = request.getfixturevalue("bucket")
        (tmp_path / "x").touch()  # this server makes a bucket of what is put there first
        BucketPlace(bucket.settings()).put([("x", tmp_path / "x")], unheeded)
        settings = Backups(s3=bucket.settings(prefix=os.urandom(4).hex()))
    settle_in(tmp_path / "data")
    add_file(tmp_path / "data", b"a photo")
    keeper = Keeper(tmp_path / "data", settings)
    keeper.make()
    keeper.now += DAY_S
    keeper.make()
    assert keeper.attempt().wrong == []
    key = sealing.root_in_letters(keeper.root)
    new, wanted = tmp_path / "new", RestoreWanted(source="")
    assert (
        restore_from_place(new, wanted, settings, (lambda _: key, nobody), unheeded_work).number
        == 2
    )
    assert names_in(new) == {ADA: "Ada", CLAUDE: "Claude"}
    assert len(list((new / "files").glob("??/*"))) == 1


def test_another_machine_that_is_not_known_is_not_trusted(far: FarMachine, tmp_path: Path) -> None:
    """Whether its key was never seen, or is another one now; nothing is sent."""
    nobody, other = tmp_path / "nobody", tmp_path / "other"
    nobody.touch()
    other.write_text(f"[127.0.0.1]:{far.port} {far.stranger.with_suffix('.pub').read_text()}")
    for known in (nobody, other):
        place = SshPlace(far.address(), far.key, known)
        with pytest.raises(PlaceError, match="is not known, or shows another key"):
            place.listed("backups")
        place.close()


def test_a_key_that_is_refused_is_said_to_be(far: FarMachine) -> None:
    """By the machine it knocks at."""
    place = SshPlace(far.address(), far.stranger, far.known)
    with pytest.raises(PlaceError, match="refuses our key"):
        place.put([("x", far.known)], unheeded)
    place.close()


def test_another_machine_that_fails_says_how(far: FarMachine, tmp_path: Path) -> None:
    """Its folder is missing, or nobody answers there; or there is no program here."""
    place = SshPlace(far.address("nowhere"), far.key, far.known)
    with pytest.raises(PlaceError, match="make its directory"):
        place.put([("x", far.known)], unheeded)
    place.close()
    silent = SshPlace("ssh://127.0.0.1:1/x", None, None)
    with pytest.raises(PlaceError, match=r"cannot be reached by ssh \(.*refused"):
        silent.listed("backups")
    silent.close()


def test_without_the_program_ssh_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the name of the package."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(PlaceError, match="install openssh-client"):
        SshPlace("ssh://far/x", None, None)


def test_a_bucket_that_is_gone_or_down_says_so(bucket: Bucket, tmp_path: Path) -> None:
    """Each in a sentence of its own."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    gone = BucketPlace(bucket.settings(bucket="gone"))
    with pytest.raises(PlaceError, match=r"There is no bucket gone|is missing"):
        gone.get([("place.json", file)], unheeded)
    down = BucketPlace(bucket.settings(endpoint="http://127.0.0.1:1"), request_s=1)
    with pytest.raises(PlaceError, match="does not answer"):
        down.put([("x", file)], unheeded)


def test_a_bucket_that_keeps_versions_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what it answers to what is put there."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    place = BucketPlace(Bucket(tmp_path).settings())
    for version, noticed in ((None, False), ("3HL4kqtJlcpXroDTDmJ", True), (None, True)):
        monkeypatch.setattr("obstore.put", lambda *_, v=version: {"e_tag": "x", "version": v})
        place.put([("keys/1", file)], unheeded)
        assert place.keeps_versions() is noticed


def test_settings_name_each_kind(tmp_path: Path) -> None:
    """By how the place is written."""
    for settings, kind in (
        (Backups(to=str(tmp_path)), DirectoryPlace),
        (Backups(to="ssh://far/x", ssh_key="key"), SshPlace),
        (Backups(s3=Bucket(tmp_path).settings()), BucketPlace),
    ):
        place = open_place(settings, tmp_path, settings.to)
        assert type(place) is kind
        place.close()
