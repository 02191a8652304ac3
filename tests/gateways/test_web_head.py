"""Who speaks HTTP on the port is answered in HTTP: a framework for bots, a browser, a curious person."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.mtproto import Gateway
from tests.protocol.joined import server_key
from tests.protocol.test_open_port import Echo, Keys


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a gateway that echoes."""
    gateway = Gateway(
        keys=Keys(),
        calls=Echo(),
        server_keys=[server_key()],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda _where, _error: None,
    )
    yield await gateway.listen("127.0.0.1", 0)
    await gateway.stop()


async def ask(port: int, method: str, path: str, **more: object) -> httpx.Response:
    """Ask as any program does."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.request(method, f"http://127.0.0.1:{port}{path}", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/bot123:abc/getMe"),
        ("POST", "/bot123:abc/sendMessage"),
        ("POST", "/bot123:abc/test/getUpdates?offset=1"),
        ("GET", "/file/bot123:abc/photos/file_1.jpg"),
    ],
)
async def test_a_framework_for_bots_is_told_so_in_its_own_form(
    port: int, method: str, path: str
) -> None:
    """It shows its user a description instead of a connection that was closed."""
    answer = await ask(port, method, path, json={"chat_id": 1, "text": "x" * 100_000})
    told = answer.json()
    assert answer.status_code == told["error_code"] == 501
    assert answer.headers["content-type"] == "application/json"
    assert told["ok"] is False
    assert "no Bot API" in told["description"]
    assert "123" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/", 404, "Telegram apps"),
        ("GET", "/robots.txt?bot=1", 404, "Telegram apps"),
        ("POST", "/anything", 404, "Telegram apps"),
        ("PUT", "/", 404, "Telegram apps"),
        ("DELETE", "/bots/123", 404, "Telegram apps"),
        ("PATCH", "/", 404, "Telegram apps"),
        ("OPTIONS", "/", 404, "Telegram apps"),
        ("GET", "/apiws", 426, "WebSocket"),
        ("POST", "/api", 501, "TCP or WebSocket"),
    ],
)
async def test_anybody_else_gets_a_status_and_a_sentence(
    port: int, method: str, path: str, status: int, says: str
) -> None:
    """Then the connection ends."""
    answer = await ask(port, method, path)
    assert answer.status_code == status
    assert says in answer.text
    assert "close" in answer.headers["connection"]


async def test_who_asks_for_the_head_only_gets_that(port: int) -> None:
    """With the length the rest would have."""
    answer = await ask(port, "HEAD", "/")
    assert (answer.status_code, answer.content) == (404, b"")
    assert int(answer.headers["content-length"]) > 10


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET nothing\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: -1\r\n\r\n",
        b"GET /" + b"a" * 70_000,
    ],
)
async def test_what_is_no_http_is_said_to_be_none(port: int, said: bytes) -> None:
    """However it begins."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    head = await asyncio.wait_for(reader.readline(), 30)
    assert head.startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_a_head_may_come_byte_by_byte(port: int) -> None:
    """It is answered once it is whole, and what follows is not read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = b"GET /bot1:a/getMe HTTP/1.1\r\nHost: here\r\n\r\n"
    for at in range(len(request)):
        writer.write(request[at : at + 1])
        await writer.drain()
        await asyncio.sleep(0)
    writer.write(request * 3)
    answer = await asyncio.wait_for(reader.read(), 30)
    assert answer.count(b"HTTP/1.1 501 ") == 1
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["ok"] is False
    writer.close()
