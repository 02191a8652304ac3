"""Liveness, readiness and metrics over HTTP, for monitoring. No page shows anything about a user."""

from collections.abc import Callable
from typing import Final

from .lazy_listener import LazyListener

REQUEST_S_MAX: Final = 10.0  # seconds a request may take to arrive


class HealthPage(LazyListener):
    """`/live`: the process runs. `/ready`: it serves. `/metrics`: for Prometheus."""

    def __init__(
        self,
        page: Callable[[], bytes],
        ready: Callable[[], bool],
        report: Callable[[str, BaseException], None],
    ) -> None:
        super().__init__(
            f"{__package__}.health_answers",
            lambda answers: answers.connector(page, ready, report, REQUEST_S_MAX),
        )
