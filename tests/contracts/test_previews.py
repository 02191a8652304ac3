"""Pages are fetched from the public internet only, and what comes is bounded."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest
from PIL import Image

from chappe.engines import previews_worker
from chappe.engines.previews import REMEMBERED_BYTES_MAX, WorkerPreviews, _size
from chappe.ports import Preview

HEAD: Final = """<html><head><title>Plain &amp; simple</title>
<meta property="og:site_name" content="Tower"><meta property="og:title" content="Lines">
<meta name="description" content="Arms on a roof."><meta property="og:image" content="/face.png">
<meta name="twitter:card" content="summary_large_image"></head>"""


def face() -> bytes:
    """Return an image."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (9, 200, 9)).save(out, "PNG")
    return out.getvalue()


class Site(BaseHTTPRequestHandler):
    """A small site of pages that are good and bad."""

    asked: list[str] = []  # noqa: RUF012  every request of every test

    def do_GET(self) -> None:
        """Answer."""
        self.asked.append(self.path)
        _, port = self.request.getsockname()
        pages: dict[str, tuple[str, bytes]] = {
            "/": ("text/html; charset=utf-8", HEAD.encode()),
            "/face.png": ("image/png", face()),
            "/plain": ("text/html", b"<title>Only this</title>"),
            "/long": ("text/html", HEAD.encode() + b"x" * (4 << 20)),
            "/huge.png": ("image/png", bytes(previews_worker.IMAGE_BYTES_MAX + 1)),
            "/film": ("video/mp4", b"film"),
            "/odd": ("text/html; charset=klingon", b"<title>\xff</title>"),
            "/bomb": ("text/html", b"<a " * 150_000),
        }
        redirections = {
            "/moved": "/plain",
            "/inside": "http://127.0.0.1:1/",
            "/named": f"http://localhost:{port}/",
            "/file": "file:///etc/passwd",
            "/round": "/round",
        }
        if self.path in redirections:
            self.send_response(302)
            self.send_header("Location", redirections[self.path])
            self.end_headers()
            return
        kind, data = pages.get(self.path, ("text/html", b""))
        self.send_response(200 if self.path in pages else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:
            pass

    def log_message(self, *given: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
async def previews(site: str) -> AsyncIterator[WorkerPreviews]:
    """Processes that may go to this one site besides the public internet."""
    made = WorkerPreviews((site,))
    yield made
    await made.close()


async def test_a_page_says_what_it_is(previews: WorkerPreviews, site: str) -> None:
    """By what it has in its head; asked for again it is remembered."""
    Site.asked.clear()
    for _ in range(2):
        found = await previews.fetch(f"http://{site}/")
        assert found == Preview(
            f"http://{site}/", "article", "Tower", "Lines", "Arms on a roof.", face(), large=True
        )
    assert Site.asked == ["/", "/face.png"]
    plain = await previews.fetch(f"http://{site}/moved")
    assert plain is not None
    assert (plain.url, plain.title, plain.image) == (f"http://{site}/plain", "Only this", b"")


async def test_an_image_is_its_own_preview(previews: WorkerPreviews, site: str) -> None:
    """Unless it is too large."""
    found = await previews.fetch(f"http://{site}/face.png")
    assert found is not None
    assert (found.kind, found.image) == ("photo", face())
    assert await previews.fetch(f"http://{site}/huge.png") is None


@pytest.mark.parametrize(
    "path", ["/inside", "/named", "/file", "/round", "/film", "/nothing", "/bomb2"]
)
async def test_what_leads_astray_is_not_followed(
    previews: WorkerPreviews, site: str, path: str
) -> None:
    """Each redirection is checked like the first address; other types are not read."""
    assert await previews.fetch(f"http://{site}{path}") is None


@pytest.mark.parametrize("path", ["/long", "/odd", "/bomb"])
async def test_what_is_long_or_odd_does_no_harm(
    previews: WorkerPreviews, site: str, path: str
) -> None:
    """The beginning of a page is enough; the next page is fetched as before."""
    await previews.fetch(f"http://{site}{path}")
    assert await previews.fetch(f"http://{site}/plain") is not None


async def test_without_leave_nothing_of_this_machine_is_fetched(site: str) -> None:
    """By whatever name it goes; nobody even connects."""
    Site.asked.clear()
    port = site.rpartition(":")[2]
    closed = WorkerPreviews()
    try:
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0"):
            assert await closed.fetch(f"http://{host}:{port}/") is None
            assert await closed.fetch(f"http://{host}/") is None
    finally:
        await closed.close()
    assert Site.asked == []


async def test_what_is_remembered_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen pages with large images are more than is kept; the newest are."""
    previews = WorkerPreviews()
    fetched: list[str] = []

    async def fetch(url: str) -> Preview:
        fetched.append(url)
        return Preview(url, "photo", "", "", "", bytes(2 * 1024 * 1024), True)  # noqa: FBT003  as it is

    monkeypatch.setattr(previews, "_fetch", fetch)
    for number in (*range(12), 11, 10, 0):
        await previews.fetch(f"http://{number}.example/")
    assert fetched == [f"http://{number}.example/" for number in (*range(12), 0)]
    assert previews._known_bytes <= REMEMBERED_BYTES_MAX
    assert previews._known_bytes == sum(
        _size(url, found) for url, (_, found) in previews._known.items()
    )
    await previews.close()


async def test_a_site_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is replaced, and others wait for nobody."""
    from chappe.engines import workers

    silent = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    place = f"127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    previews = WorkerPreviews((place,))
    try:
        with monkeypatch.context() as patched:
            patched.setattr(workers, "JOB_S_MAX", 0.5)
            assert await previews.fetch(f"http://{place}/") is None
    finally:
        await previews.close()
        silent.close()
