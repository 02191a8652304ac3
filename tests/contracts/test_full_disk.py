"""A disk that is full: files are refused while messages go on, and what was acknowledged is there."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from chappe.app import room
from chappe.core.configuration import S3, Configuration
from chappe.engines import space
from chappe.engines.files import UNFINISHED, FileBlobs
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.engines.space import DiskSpace, NoDisk
from chappe.features import files
from chappe.ports import EngineError
from tests.updates.kernel import Notes

from . import full_disk

MIB = 1024 * 1024


def in_a_namespace(*command: str) -> subprocess.CompletedProcess[str] | None:
    """Run a command where it may mount a disk; None where nobody may here."""
    if shutil.which("unshare") is None:
        return None
    for how in (("-m",), ("-r", "-m")):
        apart = ["unshare", *how, "--propagation", "private"]
        if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode == 0:
            return subprocess.run(
                [*apart, *command], capture_output=True, text=True, check=False, timeout=300
            )
    return None


@pytest.mark.skipif(sys.platform != "linux", reason="a disk is mounted as Linux does it")
def test_a_full_disk_stops_files_first_and_loses_nothing(tmp_path: Path) -> None:
    """A real one: uploads end at the reserve, messages at its end, and all goes on by itself."""
    done = in_a_namespace(sys.executable, "-m", "tests.contracts.full_disk", str(tmp_path))
    if done is None:
        pytest.skip("nobody may mount a disk here")
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["refused"] == "STORAGE_FULL"
    assert told["photo"] == "STORAGE_FULL"
    reserve = full_disk.RESERVE_MIB * MIB
    assert reserve - MIB < told["left"] < reserve + MIB
    assert told["while refused"] == 200  # messages go on
    assert told["failed"] == 20  # until the last byte is taken
    assert not told["ready while full"]
    assert told["after"] == [True] * 5
    assert told["ready after"]
    assert (told["lost"], told["lost to him"], told["lost by a restart"]) == (0, 0, 0)
    assert told["bugs"] == 0


async def test_what_is_free_is_asked_of_the_disk(tmp_path: Path) -> None:
    """Each time, and the fullest counts; going low and having room again are told once each."""
    told: list[str] = []
    here = DiskSpace([tmp_path, Path("/")], MIB)
    here.on_low = lambda free: told.append(f"low {free > MIB}")
    here.on_room = lambda free: told.append(f"room {free > MIB}")
    free = here.free()
    assert 0 < free <= space.total_of(tmp_path)
    for size in (1, space.ENDLESS, space.ENDLESS, 1, 1):
        assert await here.has_room(size) == (size == 1)
    assert told == ["low True", "room True"]
    assert await NoDisk().has_room(space.ENDLESS)


async def test_with_ample_room_the_disk_is_asked_once_a_second() -> None:
    """Until what was allowed meanwhile leaves less than twice the reserve; from then on each time."""
    asked: list[int] = []
    clock = [100.0]

    class Counted(DiskSpace):
        def free(self) -> int:
            asked.append(free[0])
            return free[0]

    free = [100 * MIB]
    here = Counted((), MIB, now=lambda: clock[0])
    assert [await here.has_room(MIB) for _ in range(10)] == [True] * 10
    assert len(asked) == 1
    free[0] = 1  # others took it all
    clock[0] += space.ASKED_EVERY_S
    assert not await here.has_room(1)
    free[0] = 10 * MIB
    assert [await here.has_room(3 * MIB) for _ in range(3)] == [True] * 3
    assert asked == [100 * MIB, 1, 10 * MIB, 10 * MIB]
    free[0] = 3 * MIB - 1
    clock[0] += space.ASKED_EVERY_S
    for _ in range(3):
        assert not await here.has_room(2 * MIB)
    assert asked[4:] == [3 * MIB - 1] * 3


async def test_a_disk_without_room_for_another_file_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many bytes are free."""
    monkeypatch.setattr(space, "FREE_FILES_MIN", 1 << 62)
    assert DiskSpace([tmp_path], MIB).free() == 0
    assert not await DiskSpace([tmp_path], MIB).has_room(1)


async def test_a_disk_that_is_gone_takes_nothing(tmp_path: Path) -> None:
    """It is no bug of ours, and an operator is told what to do."""
    with pytest.raises(EngineError, match="check it"):
        await DiskSpace([tmp_path / "gone"], MIB).has_room(1)


def test_the_disk_is_shared_where_nobody_says_how(tmp_path: Path) -> None:
    """Ten people fill it, at most; a bucket and a server in memory have no end, but people have."""
    (tmp_path / "files").mkdir()
    tenth = space.total_of(tmp_path) // 10 // MIB
    config = room.settled(Configuration(), tmp_path)
    assert config.media_quota_mib == min(room.QUOTA_MIB, max(1, tenth))
    assert config.disk_reserve_mib == min(room.RESERVE_MIB, tenth)
    bucket = Configuration(files_s3=S3(bucket="b", access_key="a", secret_key="s"))
    assert room.settled(bucket, tmp_path).media_quota_mib == room.QUOTA_MIB
    assert room.settled(Configuration(), None).media_quota_mib == room.QUOTA_MIB
    said = Configuration(media_quota_mib=0, disk_reserve_mib=7)
    assert room.settled(said, tmp_path) == said


async def test_a_reserve_holds_on_whatever_disk_is_here(tmp_path: Path) -> None:
    """Of the boxes, where the files are in a bucket; of nothing, where both are elsewhere."""
    (tmp_path / "files").mkdir()
    whole = space.total_of(tmp_path) // MIB
    bucket = S3(bucket="b", access_key="a", secret_key="s")
    for config, taken in (
        (Configuration(disk_reserve_mib=whole), False),
        (Configuration(disk_reserve_mib=whole, files_s3=bucket), False),
        (Configuration(disk_reserve_mib=whole, store="postgresql://x/y"), False),
        (Configuration(disk_reserve_mib=0), True),
        (
            Configuration(
                disk_reserve_mib=whole,
                files_s3=bucket,
                store="postgresql://x/y",
                keys_store="postgresql://x/z",
            ),
            True,
        ),
    ):
        assert await room.open_space(config, tmp_path).has_room(1) == taken


async def test_what_nobody_goes_on_with_is_swept_while_the_server_runs(tmp_path: Path) -> None:
    """Finished blobs stay, and so do those that are being written."""
    blobs = FileBlobs(tmp_path)
    old, fresh, done = (os.urandom(16).hex() for _ in range(3))
    sweeper = room.Sweeper(blobs, Notes(), 0.01)
    sweeper.start()
    try:
        for blob in (old, fresh, done):
            await blobs.put_part(blob, 4, 0, b"here")
        await blobs.commit(done)
        before = time.time() - files.UPLOAD_LIFETIME_S - 1
        for path in (tmp_path / UNFINISHED / old, tmp_path / done[:2] / done):
            os.utime(path, (before, before))
        async with asyncio.timeout(30):
            while await blobs.read(old, 4, 0, 4):  # noqa: ASYNC110  what is swept tells nobody
                await asyncio.sleep(0.01)
        assert await blobs.read(fresh, 4, 0, 4) == b"here"
        assert await blobs.read(done, 4, 0, 4) == b"here"
    finally:
        sweeper.stop()


async def test_a_sweep_that_fails_is_reported_and_the_next_one_comes() -> None:
    """Whatever it fails by, the operator hears of it."""
    runs: asyncio.Queue[int] = asyncio.Queue()

    class Odd(MemoryBlobs):
        async def sweep(self, older_s: float) -> int:
            runs.put_nowait(1)
            raise OSError("a disk that is gone")

    notes = Notes()
    sweeper = room.Sweeper(Odd(), notes, 0)
    sweeper.start()
    async with asyncio.timeout(30):
        for _ in range(3):
            await runs.get()
    sweeper.stop()
    assert {type(error) for error in notes.errors} == {OSError}
    assert len(notes.errors) >= 2
