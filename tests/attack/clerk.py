"""A clerk with a real order in hand, at a server of level L2: looks for data, and goes round custodians."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol
from urllib.parse import urlencode

import aiohttp

from tests.desks.browsing import COOKIE
from tests.desks.people import answer_of
from tests.features.authenticator import Authenticator

from .expected import Attack
from .findings import Finding, caught, got
from .waiting import WAIT_S_MAX

MET: Final = ("form", "authority", "sender", "addressee", "language", "scope", "reasons", "rights")


class Custodians(Protocol):
    """What is done beside the clerk: the order is entered and sealed, and custodians answer."""

    def receive(self) -> int:
        """Enter an order about Ada; return its number."""

    def seal(self, order: int) -> None:
        """Take what it names into the vault."""

    def agreed(self, order: int, name: str) -> str:
        """Return what a custodian's tool answers who agrees."""


class ClerksBrowser:
    """A browser with a passkey in it, without a page: it sends what a browser would."""

    def __init__(self, http: aiohttp.ClientSession, port: int, link: str) -> None:
        self._http = http
        self._port = port
        self._token = link.partition("#")[2]
        self._origin = f"http://localhost:{port}"
        self._key = Authenticator(origin=self._origin)
        self._cookie = ""

    async def _ask(
        self, method: str, path: str, **more: Any
    ) -> tuple[int, bytes, Mapping[str, str]]:
        sent = {"Host": f"localhost:{self._port}", "Cookie": f"{COOKIE}={self._cookie}"}
        sent |= {"Origin": self._origin} if method == "POST" else {}
        sent |= dict(more.pop("headers", ()))
        where = f"http://127.0.0.1:{self._port}{path}"
        async with self._http.request(
            method, where, headers=sent, allow_redirects=False, **more
        ) as answer:
            return answer.status, await answer.read(), dict(answer.headers)

    async def come_in(self) -> None:
        """Enrol by the link, and log in."""
        for what in ("enrol", "login"):
            said: dict[str, Any] = {"token": self._token}
            _, began, _ = await self._ask("POST", f"/{what}/begin", json=said)
            options = json.loads(began)["options"]
            made = self._key.make(options) if what == "enrol" else self._key.sign(options)
            said = {**said, "credential": answer_of(made)}
            status, _, headers = await self._ask("POST", f"/{what}/finish", json=said)
            if status != 200:
                raise RuntimeError("the clerk did not come in")
        self._cookie = headers["Set-Cookie"].partition(";")[0].partition("=")[2]

    async def get(self, path: str) -> bytes:
        """Return a page, or what is said instead."""
        return (await self._ask("GET", path))[1]

    async def post(self, path: str, form: Any = None) -> tuple[int, bytes]:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        data = urlencode(form or {}, doseq=True)
        status, body, _ = await self._ask("POST", path, data=data, headers=kind)
        return status, body

    async def offered(self, path: str, form: str) -> None:
        """Wait until a page offers a form: until witnesses have seen what it waits for.

        Raises:
            RuntimeError: it never does.
        """
        deadline = time.monotonic() + WAIT_S_MAX
        while f'action="{path}/{form}"'.encode() not in await self.get(path):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{form} is never offered")


async def play_clerk(
    desk: Custodians, port: int, link: str, account: int, planted: Sequence[bytes]
) -> dict[Attack, Finding]:
    """Look at every page for what Ada wrote and who she is; release without custodians; download twice."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        emil = ClerksBrowser(http, port, link)
        await emil.come_in()
        order = desk.receive()
        at = f"/orders/{order}"
        await emil.offered(at, "check")
        await emil.post(f"{at}/check", {f"point-{one}": "met" for one in MET})
        desk.seal(order)
        alone = [await _refusal(emil, f"{at}/{step}") for step in ("release", "package")]
        await emil.post(f"{at}/answer", {"answer": desk.agreed(order, "Ada")})
        alone += [await _refusal(emil, f"{at}/{step}") for step in ("release", "package")]
        await emil.post(f"{at}/answer", {"answer": desk.agreed(order, "Hedy")})
        seen = [await emil.get(path) for path in _paths(at, account)]
        await emil.offered(at, "release")
        await emil.post(f"{at}/release")
        await emil.offered(at, "package")
        status, package = await emil.post(f"{at}/package")
        again = await _refusal(emil, f"{at}/package")
        seen += [package, *[await emil.get(path) for path in _paths(at, account)]]
    shown = [word for word in planted if any(word in one for one in seen)]
    has_left = status == 200 and bool(package)
    return {
        Attack.CLERK_PAGES: got(f"{len(shown)} of what she wrote and is called")
        if shown or not has_left
        else caught(f"numbers, hashes and a package they cannot open, in {len(seen)} answers"),
        Attack.CLERK_ALONE: caught(f"refused {len(alone)} times")
        if all(alone)
        else got("something was released"),
        Attack.CLERK_TWICE: caught(again) if "done once" in again else got("it left twice"),
    }


def _paths(at: str, account: int) -> tuple[str, ...]:
    """Return every page that a clerk has, and some that are others'."""
    own = ("/", "/orders", "/orders?state=closed", "/orders/enter", at, f"{at}/letter", "/ledger")
    return (*own, f"/people/{account}", "/people", "/cases", "/audit", "/files")


async def _refusal(emil: ClerksBrowser, path: str) -> str:
    """Return what is said to whoever sends a form that is refused; nothing where it is not."""
    status, body = await emil.post(path)
    if status in (200, 303):
        return ""
    return body.decode(errors="replace").partition('role="alert">')[2].partition("<")[0]
