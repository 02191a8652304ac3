"""Metrics for Prometheus: counts and times by method and outcome, never by person."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from .logs import logger, where_of


class Metrics:
    """What is counted. Also the dispatcher's observer."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = Counter(
            "chappe_calls", "Calls by method and outcome", ("method", "outcome"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "chappe_call_seconds",
            "Time from a call's arrival to its answer",
            registry=self.registry,
        )
        self.bugs = Counter(
            "chappe_bugs", "Errors that are ours", ("kind",), registry=self.registry
        )
        self.connections = Gauge("chappe_connections", "Open connections", registry=self.registry)
        self.bugs_counted = 0
        self._counted: dict[tuple[str, str], Counter] = {}

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """See `rpc.Observer`."""
        counter = self._counted.get((method, outcome))
        if counter is None:
            counter = self._counted[(method, outcome)] = self.calls.labels(method, outcome)
        counter.inc()
        self.seconds.observe(seconds)

    def bug(self, where: str, error: BaseException) -> None:
        """See `rpc.Observer`. Logs the error's class and place; its text could hold content."""
        kind = type(error).__name__
        self.bugs.labels(kind).inc()
        self.bugs_counted += 1
        logger().error("bug", where=where, kind=kind, frames=where_of(error))

    def page(self) -> bytes:
        """Return the page Prometheus reads."""
        return generate_latest(self.registry)
