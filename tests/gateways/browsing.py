"""A gateway with its pages, and raw HTTP spoken to it: what no well-behaved client would send too."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiohttp import web

from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.arriving import NOBODY, Proxies
from chappe.gateways.mtproto import Choose, Gateway, HttpLink
from chappe.gateways.own_names import OwnNames
from chappe.gateways.web import About
from chappe.gateways.web.kept_files import SiteFile, file_of
from chappe.gateways.web.pages import LazyPages
from chappe.gateways.web.places import PLACES
from chappe.gateways.web.serving import Serving, SiteRequest
from chappe.gateways.web.site import Place, Site
from chappe.mtproto.web_frames import unmask_here
from chappe.rpc import Limiter
from tests.protocol.joined import server_key
from tests.protocol.test_open_port import Echo, Keys

WAIT_S_MAX = 30
SCRIPT = b"export const answer = 42\n" * 100
ABOUT = About(
    keys=("-----BEGIN RSA PUBLIC KEY-----",),
    dc=2,
    path="/apiws",
    name="Chappe",
    sign_up="open",
    join_by_name=True,
    mail=False,
    sign_in=None,
    level="L0",
    version="1.0",
    layer=232,
    public_url="",
    log=None,
    push=None,
)
FILES = {
    "/": file_of("/index.html", b"<!doctype html><title>Start</title>"),
    "/assets/start-1a2b.js": file_of(
        "/assets/start-1a2b.js", SCRIPT, {"gzip": b"as gzip", "br": b"as brotli"}
    ),
}


class Given:
    """Pages made of what a test gives; see `chappe.gateways.mtproto.Pages`."""

    def __init__(self, site: Site, bugs: list[BaseException]) -> None:
        self.loaded = False
        self.unmask = unmask_here  # as pages that are never loaded do it
        self.may_load = asyncio.Event()
        self.may_load.set()
        self._site = site
        self._bugs = bugs
        self._serving: Serving | None = None

    async def load(self) -> None:
        """Be ready when the test says so."""
        await self.may_load.wait()
        self._made()

    def _made(self) -> Serving:
        if self._serving is None:
            self._serving = Serving(self._site.answer, lambda _, error: self._bugs.append(error))
            self.loaded = True
        return self._serving

    def serve(self, link: HttpLink) -> asyncio.Protocol:
        """Serve a connection."""
        return self._made().connect(link)

    def leave(self, served: Any) -> None:
        """Leave one."""
        self._made().leave(served)

    async def stop(self, seconds: float) -> None:
        """End all of them."""
        await self._made().stop(seconds)


class Here:
    """A gateway that listens."""

    def __init__(
        self,
        gateway: Gateway,
        pages: Any,
        port: int,
        bugs: list[BaseException],
        silent: list[tuple[str, str]],
    ) -> None:
        self.gateway = gateway
        self.pages = pages
        self.port = port
        self.bugs = bugs
        self.silent = silent  # proxies that did not say whom something is from


class Response(NamedTuple):
    """One answer, as it came."""

    status: int
    headers: dict[
        str, str
    ]  # by their names in small letters; one that comes twice is in there once
    body: bytes


@asynccontextmanager
async def here(
    *,
    files: Mapping[str, SiteFile] = FILES,
    places: tuple[Place, ...] = PLACES,
    names: OwnNames | None = None,
    clock: Any = None,
    host: str = "127.0.0.1",
    built: bool = False,
    scale: float = 1.0,
    proxies: Proxies = NOBODY,
    tls: Choose | None = None,
) -> AsyncIterator[Here]:
    """Open a gateway that echoes calls; with `built` its pages are those of the package."""
    bugs: list[BaseException] = []
    silent: list[tuple[str, str]] = []
    pages: Any = Given(Site(files, places), bugs)
    if built:
        pages = LazyPages(lambda: ABOUT, lambda _, error: bugs.append(error))
    gateway = Gateway(
        keys=Keys(),
        calls=Echo(),
        server_keys=[server_key()],
        clock=clock or SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda _, error: bugs.append(error),
        pages=pages,
        names=names,
        limiter=Limiter(scale),
        proxies=proxies,
        on_silent_proxy=lambda address, what: silent.append((address, what)),
    )
    try:
        yield Here(gateway, pages, await gateway.listen(host, 0, tls), bugs, silent)
    finally:
        await gateway.stop()
    assert not gateway.open_connections


async def connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection."""
    return await asyncio.open_connection("127.0.0.1", port)


async def read_one(reader: asyncio.StreamReader, *, head: bool = False) -> Response:
    """Return the next answer; with `head` it is one to HEAD, which has no body."""
    async with asyncio.timeout(WAIT_S_MAX):
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        assert version in ("HTTP/1.1", "HTTP/1.0")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        without = head or status == "304"
        size = 0 if without else int(headers.get("content-length", 0))
        return Response(int(status), headers, await reader.readexactly(size))


async def said(port: int, *parts: bytes, until_end: bool = False) -> bytes:
    """Send bytes, each part by itself, and return all that comes until the connection ends."""
    reader, writer = await connect(port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        if until_end:
            writer.write_eof()
        return await asyncio.wait_for(reader.read(), WAIT_S_MAX)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def ask(
    port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> Response:
    """Return the answer to one request on a connection of its own; `headers` are named with `_` for `-`."""
    reader, writer = await connect(port)
    try:
        writer.write(request(path, method, body, **headers))
        return await read_one(reader, head=method == "HEAD")
    finally:
        writer.close()


def request(
    path: str = "/", method: str = "GET", body: bytes | None = None, **headers: str
) -> bytes:
    """Return the bytes of a request."""
    given = {"Host": "localhost", **{name.replace("_", "-"): v for name, v in headers.items()}}
    if body is not None:
        given.setdefault("Content-Length", str(len(body)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + (body or b"")


async def taken(request: SiteRequest) -> web.StreamResponse:
    """Answer with the length of what came."""
    return web.Response(text=str(len(await request.read())))
