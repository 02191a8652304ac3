"""In a browser: the address a page is from is gone meanwhile, and the client goes on by a mirror."""

import json
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from chappe.core.system import SystemClock
from chappe.gateways.relaying import ByteRelay
from tests.gateways.test_tls import certify

from .browser import FLAGS
from .server import RealServer, free_port
from .system import debian

pytestmark = [pytest.mark.journey, pytest.mark.long]

CONNECTED_S_MAX = 60  # seconds until the client has noticed, and gone elsewhere


async def test_a_client_goes_on_by_a_mirror(tmp_path: Path) -> None:
    """It knows it from when the own address answered; the other end is the same server."""
    data, tls = tmp_path / "data", free_port()
    data.mkdir()
    certify(data)
    own = ByteRelay(SystemClock(), "127.0.0.1", tls)  # stands for an address that is blocked later
    port = await own.listen("127.0.0.1", 0)
    (data / "chappe.toml").write_text(
        f'tls_port = {tls}\ntls_certificate = "chain.pem"\n'
        f'public_url = "https://localhost:{port}"\nmirrors = ["https://127.0.0.1:{tls}"]\n'
    )
    server = RealServer(data)
    server.start()
    try:
        link = json.loads(server.ask("invite", "--json"))["link"]
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=debian("chromium"), args=[*FLAGS, "--ignore-certificate-errors"]
            )
            page = await browser.new_page()
            await page.goto(link)
            await page.get_by_label("First name").fill("Ada")  # the link was looked up
            await own.stop()
            await page.get_by_role("button", name="Start chatting").click()
            chats = page.get_by_role("navigation").or_(page.get_by_label("Chats"))
            await expect(chats.first).to_be_visible(timeout=CONNECTED_S_MAX * 1_000)
            await browser.close()
        assert json.loads(server.ask("users", "--json"))[0]["first_name"] == "Ada"
        assert server.bugs() == []
    finally:
        server.stop()
