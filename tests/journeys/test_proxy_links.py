"""Unmodified libraries come by proxy links, in noise and in what looks like TLS, until one is revoked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateways.test_tls import certify

from .people import ENVIRONMENTS, LIBRARIES, Device
from .server import RealServer, free_port

pytestmark = pytest.mark.journey

WAYS = [
    ("telethon", "dd"),
    ("kurigram", "dd"),
    ("kurigram", "ee"),
    ("mtcute", "dd"),
    ("mtcute", "ee"),
    ("tdlib-newest", "dd"),
    ("tdlib-newest", "ee"),
]
SHORT = {("telethon", "dd"), ("tdlib-newest", "ee")}


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server that speaks TLS, and is to be hard to find."""
    data = tmp_path_factory.mktemp("hidden") / "data"
    data.mkdir()
    certify(data)
    (data / "chappe.toml").write_text(
        f'tls_port = {free_port()}\ntls_certificate = "chain.pem"\n'
        'public_url = "https://chat.example.org"\n'
    )
    running = RealServer(data)
    running.start()
    yield running
    running.stop()
    assert running.bugs() == []


@pytest.fixture(scope="module")
def tdlib_elsewhere(hidden: RealServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """TDLib with this server's key, pointed to a port where nobody is: only a proxy leads on."""
    (found,) = list((ENVIRONMENTS / "tdlib_newest").rglob("libtdjson*.so*"))[:1]
    copy = tmp_path_factory.mktemp("tdlib") / "libtdjson.so"
    return str(hidden.repoint("tdlib", found, copy, port=free_port()))


@pytest.mark.parametrize(
    ("library", "kind"),
    [
        pytest.param(*way, marks=() if way in SHORT else pytest.mark.long, id=" ".join(way))
        for way in WAYS
    ],
)
async def test_an_app_comes_by_a_link(
    hidden: RealServer, tdlib_elsewhere: str, tmp_path: Path, library: str, kind: str
) -> None:
    """It signs up, writes something and reads it."""
    made = json.loads(hidden.ask("proxy-link", "--label", "Ann", "--kind", kind, "--json"))
    lib = tdlib_elsewhere if library.startswith("tdlib") else ""
    ann = Device(LIBRARIES[library], hidden, tmp_path / "ann", lib, made["link"])
    await ann.open()
    try:
        await ann.sign_up(f"+3361{made['number']:07d}", "Ann")
        news = (await ann.do("create_channel", title="News", broadcast=True))["id"]
        await ann.do("send", to=news, text="through the wall")
        texts = [m["text"] for m in await ann.do("history", to=news, limit=5)]
        assert texts[:1] == ["through the wall"]
        assert ann.complaints == []
    finally:
        await ann.close()
        hidden.ask("revoke-proxy-link", "--number", str(made["number"]))
