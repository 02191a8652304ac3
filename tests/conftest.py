"""What every test may use: a PostgreSQL server; the long runs are asked for by --long."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.contracts.database import Database

HERE = Path(__file__).parent
FIRST = [
    "journeys",
    "attack",
    "crash",
    "simulation",
    "docs",
    "contracts",
]  # the longest: the others fill what they leave
SLOW, SLOW_S = (
    {"journeys", "crash", "docs", "attack"},
    900,
)  # whole programs run: these may take so many seconds
AGAIN = {"journeys"}  # clients of others run: one that failed runs once more, and is named
TOGETHER = {"architecture"}  # they share every file, parsed
ALONE = {"bucket"}  # servers that are started once, on ports they choose themselves
SCHEDULED = os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else None
pytest.register_assert_rewrite("tests.features.village", "tests.features.replica")
# where pytest is run by itself: what script/test says of it
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --long."""
    parser.addoption("--long", action="store_true", help="also run the long fuzz and crash runs")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pass over long runs unless they are asked for; say what runs together, and what begins first."""
    if not config.getoption("--long"):
        skip = pytest.mark.skip(reason="a long run: ask for it by --long")
        for item in items:
            if "long" in item.keywords:
                item.add_marker(skip)
    for item in items:
        if group := group_of(item):
            item.add_marker(pytest.mark.xdist_group(group))
        if folder_of(item) in SLOW:
            item.add_marker(pytest.mark.timeout(SLOW_S))
        if folder_of(item) in AGAIN:
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: FIRST.index(folder) if (folder := folder_of(item)) in FIRST else 9)


def folder_of(item: pytest.Item) -> str:
    """Return in which directory of tests an item is."""
    return item.path.relative_to(HERE).parts[0]


def group_of(item: pytest.Item) -> str:
    """Return with what other tests an item must be on one worker: those that share what is made once.

    Elsewhere every test goes to whichever worker is free, which makes for itself what a session has once.
    """
    folder = folder_of(item)
    if folder in TOGETHER:
        return folder
    fixtures = getattr(item, "_fixtureinfo", None)
    for name, made in fixtures.name2fixturedefs.items() if fixtures else ():
        if made[-1].scope == "module" or name in ALONE:
            return name if name in ALONE else f"{folder}/{item.path.stem}"
    return ""


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
