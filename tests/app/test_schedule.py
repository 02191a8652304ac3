"""Backups by a running server: when they are due, by a process apart, and what the operator is told."""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from chappe import app
from chappe.app.backups import making, worker
from chappe.app.backups.commands import backups
from chappe.app.backups.job import BackupWork
from chappe.app.backups.schedule import ENDED, KEPT_VERSIONS, RETRY_S, BackupService
from chappe.app.backups.state import STATE, read_state
from chappe.app.installation.status import _backups_of
from chappe.core.configuration import S3, Backups, Configuration
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.places import DirectoryPlace
from chappe.trust import sealing
from tests.app.kept import DAY_S, NOON, Keeper, settle_in
from tests.operating import operate


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> float:
        """See `Clock`."""
        return self.time

    def monotonic(self) -> float:
        """See `Clock`."""
        return self.time


class Log:
    """What the operator sees in the log."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def backup_ended(self, what: str, says: str, seconds: float) -> None:
        """See `BackupObserver`."""
        self.lines.append((what, says))

    def backups_need(self, state: str, cure: str) -> None:
        """See `BackupObserver`."""
        self.lines.append((state, cure))

    def bug(self, where: str, error: BaseException) -> None:
        """See `Observer`."""
        self.lines.append((where, type(error).__name__))


class Here(BackupService):
    """Does the work in this process: it takes a second less."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.niceness: list[int] = []
        self.broken = False

    async def _last_line(self, do: Any, niceness: int) -> Any:
        self.niceness.append(niceness)
        lines: list[dict[str, Any]] = []
        if self.broken:
            return {}
        work = msgspec.structs.replace(self._of(do, niceness))
        await asyncio.to_thread(worker.run, work, lines.append, lambda: 0.0)
        return msgspec.json.decode(msgspec.json.encode(lines[-1]))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory, and a place for its backups beside it."""
    (tmp_path / "far").mkdir()
    settle_in(tmp_path / "data")
    return tmp_path / "data"


def service_of(data: Path, **settings: Any) -> tuple[Here, Clock, Log]:
    """Return what makes backups of a directory, with its clock and its log."""
    clock, log = Clock(), Log()
    far = Backups(to=str(data.parent / "far"), **settings)
    config = Configuration(backups=far, disk_reserve_mib=0)
    keys = sealing.KeyStore(MemoryEngine(), sealing.open_root(data), SystemEntropy())
    asyncio.run(keys.open())
    return Here(config, data, keys, clock, log), clock, log


def test_it_backs_up_and_tries_by_itself_and_remembers(data: Path) -> None:
    """At once, daily, and a trial a week; the next start knows of it."""
    service, clock, log = service_of(data)
    for day in range(8):
        clock.time = NOON + day * DAY_S
        asyncio.run(service.run())
        asyncio.run(service.run())  # nothing is due
    trials = [what for what, says in log.lines if what == "trial restore" and not says]
    assert [len(service.state.backups), len(trials), len(log.lines)] == [7, 2, 10]
    assert service.state.trial is not None
    assert service.state.trial.says.endswith("values open, 0 files are as they were.")
    assert read_state(data) == service.state
    assert set(service.niceness) == {19}
    assert (service.age_s(), service.failures(), service.trial_ok()) == (0, 0, 1)


def test_one_that_fails_is_told_and_made_again_after_a_while(data: Path) -> None:
    """Not each minute; the log and the metric say so, and that one is missing."""
    service, clock, log = service_of(data)
    asyncio.run(service.run())
    far = data.parent / "far"
    far.rename(data.parent / "unmounted")
    clock.time += 3 * DAY_S
    asyncio.run(service.run())
    asyncio.run(service.run())
    assert [what for what, _ in log.lines[2:]] == ["backup", "late"]
    assert all("mount its disk" in says for _, says in log.lines[2:])
    assert (service.failures(), service.is_late()) == (1, True)
    clock.time += RETRY_S
    asyncio.run(service.run())
    assert service.failures() == 2
    (data.parent / "unmounted").rename(far)
    clock.time += RETRY_S
    asyncio.run(service.run())
    assert (service.failures(), service.is_late(), service.state.says) == (0, False, "")


def test_a_trial_that_fails_is_told_and_tried_again_the_next_day(data: Path) -> None:
    """As long as it does."""
    service, clock, log = service_of(data)
    asyncio.run(service.run())
    clock.time += 7 * DAY_S
    asyncio.run(service.make(0))
    for path in (data.parent / "far" / "backups").rglob("boxes.*"):
        path.write_bytes(b"x")
    asyncio.run(service.run())
    assert service.trial_ok() == 0
    assert "damaged" in log.lines[-1][1]
    assert service.state.trial is not None
    assert not service.state.trial.ok
    clock.time += DAY_S
    asyncio.run(service.run())
    assert service.trial_ok() == 1  # that day's backup is whole


def test_a_clock_that_was_wrong_stops_nothing_and_drops_nothing(data: Path) -> None:
    """One backup was made in another century; what is due is made all the same."""
    service, clock, log = service_of(data)
    for moment in (NOON, NOON + 3_000_000_000, NOON + DAY_S):
        clock.time = moment
        asyncio.run(service.run())
    assert [one.number for one in service.state.backups] == [1, 2, 3]
    assert not any(says for what, says in log.lines if what == "backup")


def test_a_disk_on_which_nothing_can_be_noted_stops_no_backup(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was made is there; the log says what could not be written, and nothing is busy for ever."""
    service, _, log = service_of(data)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(data / STATE))

    monkeypatch.setattr("chappe.app.backups.schedule.write_state", full)
    asyncio.run(service.run())
    assert ("backup", "") in log.lines
    assert any(state == "not noted" and "the disk is full" in cure for state, cure in log.lines)
    assert not service.is_busy


def test_a_place_that_keeps_old_keys_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was erased is in them."""
    service, _, log = service_of(data)
    monkeypatch.setattr(DirectoryPlace, "keeps_versions", lambda _: True)
    asyncio.run(service.run())
    assert ("old keys stay", KEPT_VERSIONS) in log.lines
    assert service.state.keeps_versions


def test_a_process_that_dies_is_told(data: Path) -> None:
    """It says nothing itself."""
    service, _, log = service_of(data)
    service.broken = True
    asyncio.run(service.run())
    assert log.lines == [("backup", ENDED)]


def test_whoever_asks_is_told_how_far_it_is_and_nobody_else_begins_another(data: Path) -> None:
    """By commands of typed fields; and by the real process."""
    far = Backups(to=str(data.parent / "far"))
    shown: dict[str, Any] = {}

    async def ask() -> None:
        server = await app.start(Configuration(backups=far), data, None)
        try:
            none = await operate(server, "backups")
            assert (none["newest_at"], none["trial_ok"], none["backups"]) == (None, None, [])
            for trial in (False, True):
                await operate(server, "backup-now", trial=trial)
                await operate(server, "backup-now", trial=trial)  # the same one
                with pytest.raises(ValueError, match="under way already"):
                    await operate(server, "backup-now", trial=not trial)
                while (answer := await operate(server, "backups"))["running"]:  # noqa: ASYNC110  as the command line asks
                    await asyncio.sleep(0.1)
            shown.update(answer)
            status = await operate(server, "status")
            assert (status["trial"], "UTC" in status["backups"]) == ("ok", True)
            assert b"chappe_backup_trial_ok 1.0" in server.metrics.page()
        finally:
            await server.stop()

    asyncio.run(ask())
    (one,) = shown["backups"]
    assert (shown["newest_at"], shown["newest_bytes"]) == (one["at"], one["bytes"])
    assert (shown["trial_ok"], one["trial"], shown["says"]) == (True, "ok", "")
    assert shown["trial_at"] >= one["at"]


def test_without_the_setting_there_is_none(data: Path) -> None:
    """The operator is told where to read on."""

    async def ask() -> None:
        server = await app.start(Configuration(), data, None)
        try:
            assert (await operate(server, "backups"))["to"] == ""
            with pytest.raises(ValueError, match="No backups are set up"):
                await operate(server, "backup-now")
        finally:
            await server.stop()

    asyncio.run(ask())


async def _killed(work: BackupWork, when: Callable[[dict[str, Any]], bool]) -> None:
    """Have the process do some work, and kill it as soon as it says what is waited for."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "chappe.app.backups.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(work) + b"\n")
    async for line in process.stdout:
        if when(msgspec.json.decode(line)):
            process.send_signal(signal.SIGKILL)
            break
    assert await process.wait() == -signal.SIGKILL


def test_a_process_that_is_killed_leaves_nothing_that_matters(data: Path) -> None:
    """In the middle of copying: the next backup is whole, and what was left lying is gone."""
    keeper = Keeper(data, Backups(to=str(data.parent / "far")))
    keeper.make()
    (data / "files").mkdir(exist_ok=True)
    for number in range(200):
        name = f"{number:032x}"
        (data / "files" / name[:2]).mkdir(exist_ok=True)
        (data / "files" / name[:2] / name).write_bytes(os.urandom(50_000))
    asyncio.run(_killed(keeper.work("make"), lambda line: line.get("what") == "copying"))
    assert (data / making.WORK).exists()
    keeper.now += DAY_S
    assert [one.number for one in keeper.make().backups][0] == 1  # noqa: RUF015  the first is still there
    assert not (data / making.WORK).exists()
    assert keeper.attempt().wrong == []


def test_a_state_that_cannot_be_read_is_begun_anew(data: Path) -> None:
    """It holds nothing that the place does not know."""
    service, _, _ = service_of(data)
    asyncio.run(service.run())
    (data / STATE).write_bytes(b"{")
    again, _, log = service_of(data)
    asyncio.run(again.run())
    assert [one.number for one in again.state.backups] == [2]
    assert ("backup", "") in log.lines


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"store": "postgresql://db/boxes"}, ["what people wrote"]),
        ({"keys_store": "postgresql://db/keys"}, ["the keys"]),
        ({"files_s3": S3("b", "k", "s")}, ["files of people"]),
        (
            {"store": "postgresql://db/boxes", "files_s3": S3("b", "k", "s")},
            ["what people wrote", "files of people"],
        ),
        ({}, []),
    ],
)
def test_what_no_backup_holds_is_told_at_the_start(
    data: Path, settings: dict[str, Any], words: list[str]
) -> None:
    """And at every look: whoever sees a backup, and a trial that went well, may think they have all."""
    log = Log()
    keys = sealing.KeyStore(MemoryEngine(), sealing.open_root(data), SystemEntropy())
    config = Configuration(backups=Backups(to="/far"), **settings)
    service = BackupService(config, data, keys, Clock(), log)
    assert [state for state, _ in log.lines] == ["not whole"] * len(words)
    for word, (_, cure) in zip(words, log.lines, strict=True):
        assert word in cure
    server = SimpleNamespace(config=config, backups=service)
    shown: str = asyncio.run(backups(server))["lacking"]
    assert all(word in shown for word in words)
    assert _backups_of(server).get("they_lack", "") == shown
    assert bool(shown) == bool(words)


def test_without_the_setting_a_database_is_nobodys_here() -> None:
    """`chappe backup FILE` is refused then, so nobody is told that it makes any."""
    stored = Configuration(store="postgresql://db/boxes")
    here = SimpleNamespace(config=stored, backups=None)
    assert "its own backup" in _backups_of(here)["backups"]
