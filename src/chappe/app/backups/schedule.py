"""Backups by the server itself: when one is due a process apart makes it, and now and then tries it."""

import asyncio
import contextlib
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from chappe.core import Clock
from chappe.core.configuration import Backups, Configuration
from chappe.gateways.cli import explain
from chappe.trust import sealing
from chappe.trust.sealing import KeyStore
from chappe.updates import Observer, Periodic

from .elsewhere import left_out
from .job import MAKE, TRY, BackupWork, Made, Task, Tried
from .keeping import DAY_S, is_due, period_s
from .making import MIB
from .state import BackupState, TrialResult, read_state, write_state

MODULE: Final = "chappe.app.backups.worker"
LOOK_S: Final = 60.0  # seconds between two looks whether something is due
RETRY_S: Final = 3_600.0  # seconds until a backup that failed is made again
LATE_PERIODS: Final = 2  # periods without a backup after which it is said that one is missing
LATE_TOLD_S: Final = 86_400.0  # seconds until it is said again
NICENESS: Final = 19  # the last in the row: everything else on the machine goes first
NICENESS_ASKED: Final = 5  # for who waits for it
LINE_BYTES_MAX: Final = 1 << 20  # bytes of a line of the process
PASSED_ON: Final = ("PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK", "TMPDIR", "SSL_CERT_FILE")
STARTING: Final[Mapping[str, Any]] = {"what": "starting", "done": 0, "of": 0}
ENDED: Final = (
    "The process that makes backups was ended: look whether memory ran out, or begin anew."
)
KEPT_VERSIONS: Final = (
    "The place of the keys keeps old versions, so that who was erased is in them: give it a rule that removes"
    " them, or set keys_to."
)


class BackupBug(Exception):
    """A mistake of ours in the process that makes backups."""


class BackupObserver(Observer, Protocol):
    """Told what an operator should see in the log."""

    def backup_ended(self, what: str, says: str, seconds: float) -> None:
        """A backup or a trial ended; `says` what is wrong, or nothing."""
        ...

    def backups_need(self, state: str, cure: str) -> None:
        """Backups need the operator."""
        ...


class BackupService(Periodic):
    """Makes backups when they are due, and when somebody asks for one."""

    def __init__(
        self,
        config: Configuration,
        data: Path,
        keys: KeyStore,
        clock: Clock,
        observer: BackupObserver,
    ) -> None:
        if config.backups is None:
            raise ValueError("there is nothing to do without the setting")
        super().__init__("backups", LOOK_S, observer)
        self.settings: Backups = config.backups
        self.state: BackupState = read_state(data)
        self.progress: Mapping[str, Any] | None = None  # while something is done
        self._config = config
        self._data = data
        self._keys = keys
        self._clock = clock
        self._told = observer
        self._late_at = float("-inf")  # when it was last said that a backup is missing
        self._doing: Task = MAKE  # what is done, while something is
        self._asked: asyncio.Task[None] | None = None
        for what in left_out(config):
            observer.backups_need("not whole", f"They lack {what}.")

    @property
    def is_busy(self) -> bool:
        """Whether a backup is being made or tried."""
        return self.progress is not None

    async def run(self) -> None:
        """See `Periodic`."""
        if self.is_busy:
            return
        if self._is_due():
            await self.make(NICENESS)
        if self._trial_is_due():
            await self.attempt(NICENESS)
        self._tell_if_late()

    def stop(self) -> None:
        """See `Periodic`. A process that is at work ends; the next start begins anew."""
        super().stop()
        if self._asked is not None:
            self._asked.cancel()

    def ask(self, what: Task) -> None:
        """Begin a backup, or a trial, now. One that is under way will do.

        Raises:
            ValueError: the other of the two is.
        """
        if self.is_busy:
            if self._doing != what:
                text = "A backup or a trial is under way already: wait for it, `chappe backups` shows it."
                raise ValueError(text)
            return
        self._doing = what
        self.progress = STARTING
        work = self.attempt if what == TRY else self.make
        self._asked = asyncio.get_running_loop().create_task(self._ask(work(NICENESS_ASKED)))

    async def _ask(self, work: Any) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001  our bug: log it; nobody else waits for this task
            self._told.bug("backups", error)
        finally:
            self.progress = None

    def age_s(self) -> float:
        """How old the newest backup is, in seconds; NaN before the first."""
        begun = self.state.begun_at
        return math.nan if begun is None else self._clock.now() - begun

    def failures(self) -> float:
        """How many tries in a row failed."""
        return self.state.failed

    def trial_ok(self) -> float:
        """1 if the last trial restore was all right, else 0; NaN before the first."""
        return math.nan if self.state.trial is None else float(self.state.trial.ok)

    def trial_age_s(self) -> float:
        """How long ago the last trial restore ended, in seconds; NaN before the first."""
        return math.nan if self.state.trial is None else self._clock.now() - self.state.trial.at

    def is_late(self) -> bool:
        """Whether a backup is missing."""
        begun, now = self.state.begun_at, self._clock.now()
        return begun is not None and now - begun > LATE_PERIODS * period_s(self.settings)

    async def make(self, niceness: int) -> None:
        """Make a backup, and remember what became of it."""
        began = self._clock.now()
        self._remember(tried_at=began)
        async with self._keys.changing:  # of one root key
            answer = await self._answer(MAKE, niceness)
        says = self._wrong(answer)
        if says:
            self._remember(failed=self.state.failed + 1, says=says)
        else:
            made = msgspec.convert(answer["ok"], Made)
            self._remember(
                begun_at=began,
                failed=0,
                says="",
                keeps_versions=made.keeps_versions,
                backups=made.backups,
                places={**self.state.places, **made.places},
            )
            if made.keeps_versions:
                self._told.backups_need("old keys stay", KEPT_VERSIONS)
        self._told.backup_ended("backup", says, self._clock.now() - began)

    async def attempt(self, niceness: int) -> None:
        """Try the newest backup, and remember what became of it."""
        began = self._clock.now()
        answer = await self._answer(TRY, niceness)
        says = self._wrong(answer)
        tried = Tried(number=0, cells=0, files=0, wrong=[says])
        if not says:
            tried = msgspec.convert(answer["ok"], Tried)
        took = self._clock.now() - began
        fine = f"{tried.cells} values open, {tried.files} files are as they were."
        trial = TrialResult(
            at=int(self._clock.now()),
            number=tried.number,
            seconds=int(took),
            cells=tried.cells,
            files=tried.files,
            ok=not tried.wrong,
            says=" ".join(tried.wrong) or fine,
        )
        self._remember(trial=trial)
        self._told.backup_ended("trial restore", " ".join(tried.wrong), took)

    def _is_due(self) -> bool:
        now, state = self._clock.now(), self.state
        tried = state.tried_at
        if (
            state.failed
            and tried is not None
            and 0 <= now - tried < min(RETRY_S, period_s(self.settings))
        ):
            return False
        return is_due(self.settings, now, state.begun_at)

    def _trial_is_due(self) -> bool:
        trial, now = self.state.trial, self._clock.now()
        if not self.settings.trial_days or not self.state.backups or self.state.failed:
            return False
        if trial is None or trial.at > now:
            return True
        wait = self.settings.trial_days * DAY_S if trial.ok else min(DAY_S, period_s(self.settings))
        return now - trial.at >= wait

    def _tell_if_late(self) -> None:
        now = self._clock.now()
        if self.is_late() and now - self._late_at >= LATE_TOLD_S:
            self._late_at = now
            self._told.backups_need("late", self.state.says or "See `chappe backups`.")

    def _remember(self, **changes: Any) -> None:
        self.state = msgspec.structs.replace(self.state, **changes)
        try:
            write_state(self._data, self.state)
        except OSError as error:  # what was made is made; the next one finds it there
            self._told.backups_need("not noted", explain(error))

    def _wrong(self, answer: Mapping[str, Any]) -> str:
        """Return what an answer says is wrong; nothing if all is well."""
        if "bug" in answer:
            self._told.bug("backups", BackupBug(f"{answer['bug']} {answer.get('frames', '')}"))
            return "Chappe made a mistake: see its log, and report it."
        return "" if "ok" in answer else str(answer.get("error", ENDED))

    async def _answer(self, do: Task, niceness: int) -> Mapping[str, Any]:
        """Have the process do something; return the last it said."""
        self._doing = do
        self.progress = STARTING
        try:
            return await self._last_line(do, niceness)
        finally:
            self.progress = None

    async def _last_line(self, do: Task, niceness: int) -> Mapping[str, Any]:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            cwd="/",
            limit=LINE_BYTES_MAX,
        )
        last: Mapping[str, Any] = {}
        try:
            if process.stdin is None or process.stdout is None:
                return last
            process.stdin.write(msgspec.json.encode(self._of(do, niceness)) + b"\n")
            await process.stdin.drain()
            async for line in process.stdout:
                last = msgspec.json.decode(line, type=dict[str, Any])
                if "what" in last:
                    self.progress = last
        except (ConnectionError, ValueError, msgspec.MsgspecError):
            last = {}  # it died at once, or says nonsense
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return last

    def _of(self, do: Task, niceness: int) -> BackupWork:
        return BackupWork(
            do=do,
            data=str(self._data.absolute()),
            root=self._keys.root,
            secret=self._keys.secret("backups"),
            journal=self._keys.secret(sealing.JOURNAL),
            settings=self.settings,
            boxes=not self._config.store,
            keys=not self._config.keys_store,
            files=self._config.files_s3 is None,
            reserve=(self._config.disk_reserve_mib or 0) * MIB,
            known=self.state.places,
            number=self.state.number,
            now=self._clock.now(),
            niceness=niceness,
        )
