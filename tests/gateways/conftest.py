"""Connections handed over are tried on both loops: the one servers run on, and the one Python brings."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import pytest
import uvloop

BOTH: Final = {
    "test_hand_over.py",
    "test_own_names.py",
    "test_proxies.py",
    "test_proxy_links.py",
    "test_tls.py",
}
LOOPS: Final = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Say on which loops a test runs."""
    return LOOPS if item.path.name in BOTH else {"asyncio": asyncio.new_event_loop}
