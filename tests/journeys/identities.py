"""A real provider of identities on this machine, and a server on which its people sign in."""

import subprocess
from pathlib import Path
from typing import Self

from playwright.async_api import Page

from .browser import Browser
from .people import HERE
from .server import RealServer, free_port

NAME = "Analytical Engines"
# its pages name a font elsewhere, which nobody fetches
HERE_ONLY = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",)


class IdProvider:
    """The program, as a child process."""

    def __init__(self) -> None:
        self.port = free_port()
        self._child: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        """How it calls itself."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, server: RealServer) -> Self:
        """Start it for a server, and wait until it listens."""
        own = f"http://localhost:{server.port}"
        driver = str(HERE / "drivers" / "id_provider.mjs")
        self._child = subprocess.Popen(
            ["node", driver, "--port", str(self.port), "--host", own],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it warns of everything that is not for production
            text=True,
        )
        self._hear("listens")
        return self

    def _hear(self, wanted: str) -> None:
        said = self._child.stdout.readline() if self._child and self._child.stdout else ""
        if said.strip() != wanted:
            raise RuntimeError(f"the provider said {said!r}")

    def disable(self, who: str) -> None:
        """Let it not know somebody any more."""
        if self._child is None or self._child.stdin is None:
            raise RuntimeError("it was not started")
        self._child.stdin.write(f"{who}\n")
        self._child.stdin.flush()
        self._hear("done")

    def stop(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()


def served(data: Path, provider: IdProvider, sign_up: str = "closed") -> RealServer:
    """Return a server, not yet started, on which the provider's people sign in; others as `sign_up` says."""
    data.mkdir(mode=0o700, parents=True)
    (data / "chappe.toml").write_text(
        f"""\
sign_up = "{sign_up}"

[sign_in]
issuer = "{provider.issuer}"
client_id = "chappe"
client_secret = "between these two"
name = "{NAME}"
parameters = {{ prompt = "consent" }}
allowed_groups = ["staff"]
"""
    )
    return RealServer(data)


async def sign_in(browser: Browser, who: str) -> None:
    """Go to the provider's pages and be somebody there."""
    await browser.press(f"Continue with {NAME}")
    await be(browser.page, who)


async def be(page: Page, who: str) -> None:
    """Be somebody on the provider's pages."""
    await page.get_by_placeholder("Enter any login").fill(who)
    await page.get_by_placeholder("and password").fill("secret")
    await page.get_by_role("button", name="Sign-in").click()
    await page.get_by_role("button", name="Continue", exact=True).click()
