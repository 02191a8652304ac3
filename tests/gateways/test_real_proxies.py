"""The files of `deploy/` with the real programs: what they pass on, and whom the server sees behind them."""

import asyncio
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web

from chappe.gateways.arriving import Networks, Proxies
from chappe.gateways.web.places import PLACES
from chappe.gateways.web.serving import SiteRequest
from chappe.gateways.web.site import Place
from chappe.mtproto import Kind
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.transports import ClientTransport
from tests.gateways.authority import listens
from tests.gateways.browsing import Here, here, read_one, request
from tests.gateways.test_own_names import upgrade_over
from tests.gateways.test_tls import certify
from tests.journeys.server import free_port
from tests.protocol.joined import server_key, tokens

DEPLOY = Path(__file__).parents[2] / "deploy"
PROXY = Networks(["127.0.0.1"])
CLIENT = "127.0.0.2"  # of this machine too, and no proxy
LIE = {"X-Forwarded-For": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
UPLOAD = os.urandom(3 * 1024 * 1024)  # three times what nginx takes by itself


async def who(request: SiteRequest) -> web.Response:
    """Say from whom a request is."""
    return web.Response(text=request.link.client)


async def size(request: SiteRequest) -> web.Response:
    """Say how much came."""
    return web.Response(text=str(len(await request.read())))


MINE = (
    Place(re.compile("/who"), who),
    Place(re.compile("/size"), size, frozenset({"POST"}), len(UPLOAD), 60.0),
    *PLACES,
)


@contextmanager
def running(program: str, place: Path, *arguments: str, port: int) -> Iterator[None]:
    """Run a proxy; skip where it is missing, but not where CI is set."""
    if not shutil.which(program) and not os.environ.get("CI"):
        pytest.skip(f"{program} is missing: see script/packages.txt")
    environment = {
        **os.environ,
        "HOME": str(place),
        "XDG_DATA_HOME": str(place),
        "XDG_CONFIG_HOME": str(place),
    }
    with (place / "log").open("wb") as log:
        started = subprocess.Popen([program, *arguments], stdout=log, stderr=log, env=environment)
    try:
        until = time.monotonic() + 30
        while not listens(port):
            ended = started.poll() is not None or time.monotonic() > until
            assert not ended, (place / "log").read_text()
            time.sleep(0.02)
        yield
    finally:
        started.terminate()
        started.wait(30)


@contextmanager
def nginx(name: str, place: Path, upstream: int, ports: dict[str, int]) -> Iterator[ssl.SSLContext]:
    """Run nginx as a file of ours has it, on ports of a test's own."""
    trusts = certify(place)
    text = (DEPLOY / name).read_text("utf-8")
    chain = place / "chain.pem"
    module = (
        "load_module /usr/lib/nginx/modules/ngx_stream_module.so;" if "stream {" in text else ""
    )
    changed = {
        "include /etc/nginx/modules-enabled/*.conf;": module,
        "/etc/ssl/chat.pem": str(chain),
        "/etc/ssl/chat.key": str(chain),
        "127.0.0.1:8443": f"127.0.0.1:{upstream}",
        "http {": f"http {{ access_log off; {temporary(place)}",
        **{f"listen {old}": f"listen 127.0.0.1:{new}" for old, new in ports.items()},
    }
    for old, new in changed.items():
        assert old in text or old == "http {"
        text = text.replace(old, new)
    if os.getuid() != 0:
        text = text.replace("user www-data;", "")
    text += f"pid {place}/pid; error_log {place}/errors; daemon off;\n"
    (place / "nginx.conf").write_text(text)
    given = ("-p", str(place), "-c", str(place / "nginx.conf"), "-e", str(place / "errors"))
    with running("nginx", place, *given, port=next(iter(ports.values()))):
        yield trusts


def temporary(place: Path) -> str:
    """Return where nginx may put what it has no memory for."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {place}/{kind};" for kind in kinds)


@contextmanager
def caddy(place: Path, upstream: int, port: int) -> Iterator[None]:
    """Run Caddy as our file has it, but for the certificate, which it would order."""
    text = (DEPLOY / "Caddyfile").read_text("utf-8")
    text = text.replace("chat.example.org {", f"http://:{port} {{\n    bind 127.0.0.1")
    text = text.replace("127.0.0.1:8443", f"127.0.0.1:{upstream}")
    (place / "Caddyfile").write_text(f"{{\n admin off\n auto_https off\n}}\n{text}")
    given = ("run", "--adapter", "caddyfile", "--config", str(place / "Caddyfile"))
    with running("caddy", place, *given, port=port):
        yield


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def come(port: int, trusts: ssl.SSLContext | None = None) -> Streams:
    """Connect from an address that is no proxy's."""
    return await asyncio.open_connection("127.0.0.1", port, ssl=trusts, local_addr=(CLIENT, 0))


async def asks(streams: Streams, asked: bytes) -> bytes:
    """Return what is answered."""
    reader, writer = streams
    writer.write(asked)
    return (await read_one(reader)).body


async def goes_through(at: Here, port: int, trusts: ssl.SSLContext | None = None) -> None:
    """Hold a proxy of requests to what browsers and people need."""
    streams = await come(port, trusts)
    assert await asks(streams, request("/who")) == CLIENT.encode()
    assert await asks(streams, request("/who", **LIE)) == CLIENT.encode()  # who says so is no proxy
    assert await asks(streams, request("/size", "POST", UPLOAD)) == str(len(UPLOAD)).encode()
    streams[1].close()
    reader, writer = await come(port, trusts)
    await upgrade_over(reader, writer)
    counted = [one.address for one in at.gateway.admission.connections]
    assert CLIENT in counted
    writer.close()


async def begins_a_key(streams: Streams) -> None:
    """Speak a transport as an app does."""
    reader, writer = streams
    wire, machine = ClientTransport(Kind.INTERMEDIATE), ClientHandshake(server_key().n, tokens(3))
    writer.write(wire.send(wrap(machine.start(), 4)))
    (packet,) = wire.receive(await asyncio.wait_for(reader.read(65_536), 30))
    assert machine.receive(unwrap(packet.payload)) is not None


async def test_caddy(tmp_path: Path) -> None:
    """Pages, a large upload and a WebSocket, each from whom it is."""
    async with here(proxies=Proxies(of_requests=PROXY), places=MINE) as at:
        with caddy(tmp_path, at.port, port := free_port()):
            await goes_through(at, port)
        await gone(at)
        assert not at.silent


async def test_nginx(tmp_path: Path) -> None:
    """The same, with its own TLS."""
    async with here(proxies=Proxies(of_requests=PROXY), places=MINE) as at:
        with nginx("nginx.conf", tmp_path, at.port, {"443": (port := free_port())}) as trusts:
            await goes_through(at, port, trusts)
        await gone(at)
        assert not at.silent


async def test_nginx_passes_on_every_transport(tmp_path: Path) -> None:
    """With TLS for browsers, without for apps; each connection is announced."""
    async with here(proxies=Proxies(of_connections=PROXY), places=MINE) as at:
        ports = {"443": free_port(), "5222": free_port()}
        with nginx("nginx-stream.conf", tmp_path, at.port, ports) as trusts:
            for port, inside in ((ports["443"], trusts), (ports["5222"], None)):
                streams = await come(port, inside)
                assert await asks(streams, request("/who", **LIE)) == CLIENT.encode()
                assert (
                    await asks(streams, request("/size", "POST", UPLOAD))
                    == str(len(UPLOAD)).encode()
                )
                streams[1].close()
                streams = await come(port, inside)
                await begins_a_key(streams)
                assert CLIENT in [one.address for one in at.gateway.admission.connections]
                streams[1].close()
        await gone(at)
        assert not at.silent


async def gone(at: Here) -> None:
    """Wait until the proxy's connections have ended with it."""
    async with asyncio.timeout(30):
        while at.gateway.open_connections:  # noqa: ASYNC110  the socket tells nobody
            await asyncio.sleep(0.01)
