"""The plugin of pytest: the fixture `telegram`, and the conversations printed where a test fails.

pytest loads this wherever Chappe is installed, so nothing of the server is imported before a test asks.
"""

import asyncio
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .telegram import Telegram


@pytest.fixture(scope="session")
def chappe_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Return the event loop of the servers, in a thread of its own for the whole run."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="chappe", daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def chappe_key() -> Any:
    """Return the key the servers of this run are known by; making one takes a moment."""
    from chappe.crypto import rsa  # noqa: PLC0415  see above

    return rsa.generate()


@pytest.fixture
def telegram_settings() -> dict[str, Any]:
    """Return settings of the server, as in its configuration; a test or a module overrides this."""
    return {}


@pytest.fixture
def telegram(
    chappe_loop: asyncio.AbstractEventLoop, chappe_key: Any, telegram_settings: dict[str, Any]
) -> "Iterator[Telegram]":
    """Return a server of this test alone: people, groups, bots, and time that is moved."""
    from .telegram import Telegram  # noqa: PLC0415  see above
    from .world import World  # noqa: PLC0415  see above

    world = World(chappe_loop, chappe_key)
    world.do(world.open(**telegram_settings))
    made = Telegram(world)
    try:
        yield made
        failures = made.failures()
    finally:
        world.do(world.close())
    if failures:
        raise failures[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Any:
    """Print the conversations beside a test that failed."""
    report = yield
    given: dict[str, Any] = getattr(item, "funcargs", {})
    world: Any = given.get("telegram")
    if report.when == "call" and report.failed and hasattr(world, "transcript"):
        try:
            report.sections.append(("What was said", world.transcript()))
        except Exception as why:  # noqa: BLE001  a report is better without it than none
            report.sections.append(("What was said", f"It could not be read: {why!r}"))
    return report
