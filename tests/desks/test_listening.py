"""The operator's page of a real server: there once somebody is of the staff, and after each start since."""

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from chappe import app
from chappe.app import Server
from chappe.core.configuration import Configuration
from tests.journeys.server import free_port
from tests.operating import operate


async def started(data: Path, port: int) -> Server:
    """Start a server whose operator's page is on a port."""
    server = await app.start(Configuration(port=0, desk_port=port), data, None)
    await server.listen()
    return server


async def status_of(port: int) -> int:
    """Return what the page answers; 0 where nothing listens."""
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://localhost:{port}/login") as answer,
        ):
            return answer.status
    except aiohttp.ClientConnectorError:
        return 0


async def test_the_page_opens_with_the_first_of_the_staff_and_is_there_after_a_start(
    tmp_path: Path,
) -> None:
    """Before that nothing listens; without a port there is nothing to be added to."""
    port = free_port()
    server = await started(tmp_path, port)
    assert await status_of(port) == 0
    await asyncio.gather(
        *(operate(server, "staff-add", name=n, roles="helpdesk") for n in ("Grace", "Ada"))
    )
    assert await status_of(port) == 200
    await server.stop()
    assert await status_of(port) == 0
    again = await started(tmp_path, port)
    assert await status_of(port) == 200
    await again.stop()


async def test_a_port_that_is_taken_is_said_and_nobody_is_added(tmp_path: Path) -> None:
    """In one sentence, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = await started(tmp_path, taken.getsockname()[1])
        with pytest.raises(ValueError, match="set `desk_port` to another port"):
            await operate(server, "staff-add", name="Grace", roles="helpdesk")
        assert await operate(server, "staff") == []
        await server.stop()
