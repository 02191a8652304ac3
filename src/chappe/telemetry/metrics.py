"""Metrics for Prometheus: counts and times by method and outcome, never by person."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import accumulate
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from .logs import LogWriter, logger, where_of

LAYERS_AWAY_MAX: Final = 64  # numbers a layer may be away from a known one to be named by itself
CALL_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

SILENT_PROXY: Final = {
    "connection": "it is in `proxy_protocol_from`, and does not begin so: let it, or take it out there",
    "request": "it is in `trusted_proxies`, and a request named nobody: let it set `proxy_header`",
}


class BackupFigures(Protocol):
    """What the page shows of backups; no number where there is none."""

    def age_s(self) -> float:
        """How old the newest is, in seconds."""
        ...

    def failures(self) -> float:
        """How many in a row failed."""
        ...

    def trial_ok(self) -> float:
        """1 if the last trial restore was all right, else 0."""
        ...

    def trial_age_s(self) -> float:
        """How long ago it was, in seconds."""
        ...


class _Calls(Collector):
    """Calls, counted in plain numbers on the event loop's thread; Prometheus' own counters take locks."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], int] = {}
        self.within = [0] * (len(CALL_SECONDS) + 1)
        self.seconds = 0.0

    def collect(self) -> Iterator[Metric]:
        """See `Collector`."""
        calls = CounterMetricFamily(
            "chappe_calls", "Calls by method and outcome", labels=("method", "outcome")
        )
        for labels, count in list(self.counts.items()):
            calls.add_metric(labels, count)
        yield calls
        bounds = [*(str(bound) for bound in CALL_SECONDS), "+Inf"]
        yield HistogramMetricFamily(
            "chappe_call_seconds",
            "Time from a call's arrival to its answer",
            buckets=list(zip(bounds, accumulate(self.within), strict=True)),
            sum_value=self.seconds,
        )


class Metrics:
    """What is counted. Also the dispatcher's observer."""

    def __init__(self, outside: type[Exception] | tuple[type[Exception], ...] = ()) -> None:
        """`outside` are errors of what we stand on: their text is ours and tells the operator what to do."""
        self._outside = outside
        self._failing = 0  # failures of what we stand on since it last worked
        self.registry = CollectorRegistry()
        self._calls = _Calls()
        self.registry.register(self._calls)
        self.bugs = Counter(
            "chappe_bugs", "Errors that are ours", ("kind",), registry=self.registry
        )
        self.failures = Counter(
            "chappe_store_failures",
            "Changes and reads the store refused",
            ("kind",),
            registry=self.registry,
        )
        self.pushes = Counter(
            "chappe_pushes",
            "Push messages to browsers, by what came of each try",
            ("outcome",),
            registry=self.registry,
        )
        self.mails = Counter(
            "chappe_mails",
            "Mails, by what the mail server said to each",
            ("outcome",),
            registry=self.registry,
        )
        self.connections = Gauge("chappe_connections", "Open connections", registry=self.registry)
        lost = Gauge(
            "chappe_log_lines_lost",
            "Lines of the log that could not be written",
            registry=self.registry,
        )
        lost.set_function(lambda: LogWriter.lost)
        self.bugs_counted = self.failures_counted = 0
        self._unsent = 0  # mails that were not taken since one last was
        self.barred = Counter(
            "chappe_barred",
            "Accounts that the provider of sign-in lets in no more",
            registry=self.registry,
        )
        self._unanswered = 0  # times since the provider of sign-in last answered as it should
        self._silent = 0  # connections and requests of proxies that did not say whom they are from
        self._layers: set[int] = set()  # unknown ones that were named in the log

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """See `rpc.Observer`."""
        calls = self._calls
        which = (method, outcome)
        calls.counts[which] = calls.counts.get(which, 0) + 1
        calls.within[bisect_left(CALL_SECONDS, seconds)] += 1
        calls.seconds += seconds

    def bug(self, where: str, error: BaseException) -> None:
        """See `rpc.Observer`. Logs the error's class and place; its text could hold content."""
        kind = type(error).__name__
        if isinstance(error, self._outside):
            self._fails(where, kind, str(error))
            return
        self.bugs.labels(kind).inc()
        self.bugs_counted += 1
        logger().error("bug", where=where, kind=kind, frames=where_of(error))

    def commanded(self, command: str, role: str, outcome: str) -> None:
        """See `rpc.CommandObserver`. Logs who may give it, the command and its outcome; never what about."""
        logger().info("operator command", method=command, kind=role, outcome=outcome)

    def pushed(self, outcome: str) -> None:
        """Count a try to have a browser told something; never which browser, or of what."""
        self.pushes.labels(outcome).inc()

    @property
    def put_off(self) -> int:
        """How many calls were told to wait, since the start: whoever made them reached a limit."""
        return sum(
            n for (_, told), n in self._calls.counts.items() if told.startswith("FLOOD_WAIT")
        )

    def watch_certificate(self, until: Callable[[], datetime | None]) -> None:
        """Show on the page when the TLS certificate ends; no number while there is none."""

        def shown() -> float:
            ends = until()
            return math.nan if ends is None else ends.timestamp()

        text = "When the TLS certificate ends, in seconds since 1970"
        Gauge("chappe_certificate_ends", text, registry=self.registry).set_function(shown)

    def mailed(self, outcome: str, *, sent: bool) -> None:
        """Count a mail by what came of it; say that mails are not taken, ever more seldom while it lasts."""
        self.mails.labels(outcome).inc()
        self._unsent = 0 if sent else self._unsent + 1
        if self._unsent & (self._unsent - 1) == 0 and not sent:
            cure = "`chappe mail test ADDRESS` says what is wrong with `codes_smtp`."
            logger().error("mail", outcome=outcome, count=self._unsent, cure=cure)

    def unknown_layer(self, layer: int, served: int) -> None:
        """See `rpc.Observer`. Says it once for each layer."""
        layer = min(max(layer, served - LAYERS_AWAY_MAX), served + LAYERS_AWAY_MAX)
        if layer in self._layers:
            return
        self._layers.add(layer)
        cure = (
            "it is served as that one; if something is missing in the app, look for a newer Chappe"
        )
        logger().warning("unknown layer", layer=layer, state=f"served as {served}", cure=cure)

    def _fails(self, where: str, kind: str, cure: str) -> None:
        """Count a failure of what we stand on; say what to do, ever more seldom while it lasts."""
        self.failures.labels(kind).inc()
        self.failures_counted += 1
        self._failing += 1
        if self._failing & (self._failing - 1) == 0:
            logger().error("store", where=where, kind=kind, count=self._failing, cure=cure)

    def works_again(self) -> None:
        """Note that what we stand on works again."""
        logger().warning("store", state="works again", count=self._failing)
        self._failing = 0

    def watch_disk(self, free: Callable[[], int]) -> None:
        """Show on the page how many bytes of the disk are free; no number while it does not answer."""

        def shown() -> float:
            try:
                return free()
            except OSError:
                return math.nan

        text = "Bytes free on the fullest disk of the data"
        Gauge("chappe_free_bytes", text, registry=self.registry).set_function(shown)

    def watch_backups(self, backups: BackupFigures) -> None:
        """Show on the page how old the newest backup is, how often the last one failed, and the trial."""
        for name, text, shown in (
            ("chappe_backup_age_seconds", "Since the newest backup was begun", backups.age_s),
            ("chappe_backup_failures", "Backups in a row that failed", backups.failures),
            ("chappe_backup_trial_ok", "Whether the last trial restore was", backups.trial_ok),
            (
                "chappe_backup_trial_age_seconds",
                "Since the last trial restore",
                backups.trial_age_s,
            ),
        ):
            Gauge(name, text, registry=self.registry).set_function(shown)

    def backup_ended(self, what: str, says: str, seconds: float) -> None:
        """Note that a backup or a trial restore ended; `says` what is wrong, or nothing."""
        if says:
            logger().error("backups", state=f"{what} failed", seconds=round(seconds), cure=says)
        else:
            logger().info("backups", state=f"{what} done", seconds=round(seconds))

    def backups_need(self, state: str, cure: str) -> None:
        """Note that backups need the operator."""
        logger().error("backups", state=state, cure=cure)

    def rehearsal_due(self, count: int) -> None:
        """Note that so many custodians have not shown for long that their share is at hand."""
        cure = "ask them by `chappe custodians rehearse`; `chappe custodians list` names them"
        logger().warning("custody", state="rehearsal due", count=count, cure=cure)

    def proxy_silent(self, host: str, what: str) -> None:
        """Note that a proxy does not say whom a connection or a request is from; ever more seldom."""
        self._silent += 1
        if self._silent & (self._silent - 1) == 0:
            cure = SILENT_PROXY[what]
            logger().warning("proxy", host=host, state="silent", count=self._silent, cure=cure)

    def provider_failed(self, why: str) -> None:
        """Note that the provider of sign-in is of no use just now; ever more seldom while that lasts."""
        self._unanswered += 1
        if self._unanswered & (self._unanswered - 1) == 0:
            cure = "ask `chappe sign-in check`; whoever is logged in stays"
            logger().warning("sign-in", kind=why, count=self._unanswered, cure=cure)

    def provider_works(self) -> None:
        """Note that the provider of sign-in answers."""
        if self._unanswered:
            logger().info("sign-in", state="works again", count=self._unanswered)
        self._unanswered = 0

    def identity_barred(self) -> None:
        """Count somebody whom the provider of sign-in lets in no more."""
        self.barred.inc()

    def disk_low(self, free: int) -> None:
        """Note that no files are taken: messages need what is left of the disk."""
        cure = "Free some space, or see `chappe files`: no files are taken until then."
        logger().error("disk", state="low", bytes=free, cure=cure)

    def disk_has_room(self, free: int) -> None:
        """Note that files are taken again."""
        logger().warning("disk", state="has room again", bytes=free)

    def page(self) -> bytes:
        """Return the page Prometheus reads."""
        return generate_latest(self.registry)
