"""What every test may use: a PostgreSQL server; the long runs are asked for by --long."""

import os
from collections.abc import Iterator

import pytest
import structlog

from tests.contracts.database import Database

SCHEDULED = os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else None
pytest.register_assert_rewrite("tests.features.village", "tests.features.replica")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --long."""
    parser.addoption("--long", action="store_true", help="also run the long fuzz and crash runs")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pass over long runs unless they are asked for."""
    if not config.getoption("--long"):
        skip = pytest.mark.skip(reason="a long run: ask for it by --long")
        for item in items:
            if "long" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Leave no test with the log that an earlier one set up: it writes to where nobody reads any more."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def fair_turns() -> Iterator[None]:
    """Let no test raise the priority of the process: all that is started after it would inherit that."""
    yield
    if hasattr(os, "sched_getscheduler"):
        assert os.sched_getscheduler(0) == SCHEDULED


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether a long run was asked for."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A PostgreSQL server."""
    made = Database()
    try:
        made.start()
        yield made
    finally:
        made.remove()
