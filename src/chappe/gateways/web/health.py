"""Liveness, readiness and metrics over HTTP, for monitoring. No page shows anything about a user."""

from collections.abc import Callable
from typing import Final

from chappe.core.configuration import LOOPBACK
from chappe.gateways.own_names import OwnNames

from .lazy_listener import LazyListener

REQUEST_S_MAX: Final = 10.0  # seconds a request may take to arrive


class HealthPage(LazyListener):
    """`/live`: the process runs. `/ready`: it serves. `/metrics`: for Prometheus."""

    def __init__(
        self,
        page: Callable[[], bytes],
        ready: Callable[[], bool],
        report: Callable[[str, BaseException], None],
        names: OwnNames | None = None,
    ) -> None:
        """Where it listens on this machine alone, it must be asked for by one of the `names`."""
        self._names = names
        super().__init__(
            f"{__package__}.health_answers",
            lambda answers: answers.connector(page, ready, report, REQUEST_S_MAX, self._names),
        )

    async def listen(self, host: str, port: int) -> int:
        """See `LazyListener`."""
        if host not in LOOPBACK:
            self._names = None
        return await super().listen(host, port)
