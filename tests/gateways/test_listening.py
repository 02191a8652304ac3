"""Where a whole server listens, and what it says of itself there."""

import socket
from pathlib import Path

import aiohttp
import pytest

from chappe import __version__, app, tl
from chappe.app import installation
from chappe.core.configuration import Configuration
from chappe.gateways.cli import OperatorError

from .wired import wired


def has_ipv6() -> bool:
    """Whether this machine has `::1`."""
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


async def test_a_server_says_what_a_client_must_know() -> None:
    """Its own key, and its settings."""
    settings = {"sign_up": "invite", "public_url": "https://chat.example.org"}
    async with (
        wired(**settings) as here,
        aiohttp.ClientSession(f"http://127.0.0.1:{here.place.port}") as http,
    ):
        async with http.get("/.well-known/chappe.json") as answer:
            told = await answer.json()
        assert "chappe_connections 1.0" in here.server.metrics.page().decode()
        assert told["keys"] == list(here.server.about().keys)
        assert told["keys"][0].startswith("-----BEGIN RSA PUBLIC KEY-----")
        assert (told["sign_up"], told["public_url"]) == ("invite", "https://chat.example.org")
        assert (told["version"], told["layer"]) == (__version__, tl.LAYER)
        assert told["push"] == here.server.push.public_key
        for host, status in (("chat.example.org", 200), ("evil.example", 421)):
            async with http.get("/", headers={"Host": host}) as answer:
                assert answer.status == status


async def test_pages_that_cannot_be_loaded_are_a_mistake_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is counted, and the server goes on."""

    def fails(_: object) -> None:
        raise OSError("not there")

    monkeypatch.setattr("chappe.gateways.web.pages._made", fails)
    async with wired() as here:
        await here.server.load_rest()
        assert here.server.metrics.bugs_counted == 1
        await here.person()


@needs_ipv6
async def test_localhost_may_mean_either_address() -> None:
    """Browsers take it for `::1` first."""
    async with wired() as here, aiohttp.ClientSession() as http:
        async with http.get(f"http://[::1]:{here.place.port}/") as answer:
            assert answer.status == 200
        async with http.get(f"http://[::1]:{here.place.port}/", headers={"Host": "evil"}) as answer:
            assert answer.status == 421


@needs_ipv6
@pytest.mark.parametrize(
    ("settings", "beside"),
    [
        ({}, True),
        ({"host": "127.0.0.2"}, False),
        ({"host": "0.0.0.0"}, False),
        ({"also": ("[::1]:0",)}, False),
        ({"also": ("[::]:0",)}, False),
        ({"also": ("127.0.0.1:0",)}, True),
    ],
)
def test_who_chose_addresses_gets_those(settings: dict[str, str], beside: bool) -> None:
    """Only the default is taken to mean both."""
    assert installation.has_beside(Configuration(**settings)) == beside


@needs_ipv6
async def test_a_port_that_another_has_on_the_other_address_is_refused(tmp_path: Path) -> None:
    """Browsers would go there. A port that is found by itself may be free on one address only."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OperatorError, match=rf"\[::1\]:{port} is in use"):
            await app.start(Configuration(port=port), tmp_path / "data", None)
    async with wired() as here:
        assert here.server.gateway is not None
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
            assert not await here.server._listen_beside(taken.getsockname()[1])
