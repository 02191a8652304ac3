"""Fetches what people link to: a process apart, the only one with a way into the network.

It reads jobs from standard input (an address, and the places it may go beyond the public internet) and
answers with what the page says of itself. It goes to no address that is not public, whatever a name, a
redirection or a notation makes of it: the address that was checked is the one it connects to.
"""

import http.client
import resource
import socket
import ssl
import struct
import sys
import time
from html.parser import HTMLParser
from typing import Any, BinaryIO, Final
from urllib.parse import urljoin

import msgspec

from chappe.engines.public_addresses import PORTS, AddressRefusedError, address_of, target_of

MEMORY_BYTES_MAX: Final = 512 * 1024 * 1024  # bytes of address space
CPU_S_MAX: Final = 120  # seconds of processor time in all; a fresh process follows
FILES_MAX: Final = 32  # files and sockets open at the same time
REDIRECTS_MAX: Final = 4  # redirections that are followed
PAGE_BYTES_MAX: Final = 512 * 1024  # bytes read of a page
IMAGE_BYTES_MAX: Final = 2 * 1024 * 1024  # bytes of a page's image
WAIT_S_MAX: Final = 4  # seconds without a byte
FETCH_S_MAX: Final = 8  # seconds for a page, its redirections and its image
READ_BYTES: Final = 16 * 1024
AGENT: Final = "Chappe (link preview)"
REDIRECTIONS: Final = frozenset({301, 302, 303, 307, 308})
OK: Final = 200


class PageRefusedError(Exception):
    """It is not fetched, or there is nothing."""


def connected(
    scheme: str, host: str, port: int, also: frozenset[str]
) -> http.client.HTTPConnection:
    """Return a connection to a host, made to the very address that was checked."""
    family, place = address_of(host, port, also)
    link = socket.socket(family, socket.SOCK_STREAM)
    try:
        link.settimeout(WAIT_S_MAX)
        link.connect(place)
        if scheme == "https":
            link = ssl.create_default_context().wrap_socket(link, server_hostname=host)
    except BaseException:
        link.close()
        raise
    connection = http.client.HTTPConnection(host, port)
    connection.sock = link
    return connection


class Fetched:
    """What came from an address."""

    def __init__(self, url: str, kind: str, charset: str, data: bytes) -> None:
        self.url = url
        self.kind = kind
        self.charset = charset
        self.data = data


def fetch(url: str, also: frozenset[str], until: float, *, image: bool = False) -> Fetched:
    """Return a page or an image, after its redirections, each checked like the first address.

    Raises:
        PageRefusedError, AddressRefusedError, OSError, http.client.HTTPException: there is none to be had.
    """
    for _ in range(REDIRECTS_MAX + 1):
        scheme, host, port, path = target_of(url, also)
        connection = connected(scheme, host, port, also)
        try:
            shown = host if port == PORTS[scheme] else f"{host}:{port}"
            headers = {
                "Host": shown,
                "User-Agent": AGENT,
                "Accept": "image/*" if image else "text/html,image/*",
                "Accept-Encoding": "identity",
                "Connection": "close",
            }
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if answer.status in REDIRECTIONS:
                url = urljoin(url, answer.headers.get("Location", ""))
                continue
            if answer.status != OK:
                raise PageRefusedError("status")
            kind = answer.headers.get_content_type()
            if not kind.startswith("image/") and (image or kind != "text/html"):
                raise PageRefusedError("type")
            most = IMAGE_BYTES_MAX if kind.startswith("image/") else PAGE_BYTES_MAX
            data = body_of(answer, most, until)
            if len(data) > most and kind.startswith("image/"):
                raise PageRefusedError("size")
            charset = answer.headers.get_content_charset() or "utf-8"
            return Fetched(url, kind, charset, data[:most])
        finally:
            connection.close()
    raise PageRefusedError("redirections")


def body_of(answer: http.client.HTTPResponse, most: int, until: float) -> bytes:
    """Return a body, a little more than `most` bytes of a longer one.

    Raises:
        PageRefusedError: it comes too slowly.
    """
    data = b""
    while len(data) <= most and (piece := answer.read1(READ_BYTES)):
        data += piece
        if time.monotonic() > until:
            raise PageRefusedError("slow")
    return data


class Page(HTMLParser):
    """What a page says of itself in its head."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        if tag == "title":
            self._in_title = not self.title
        if tag != "meta":
            return
        said = {name: value or "" for name, value in attrs}
        name = (said.get("property") or said.get("name") or "").lower()
        if name:
            self.meta.setdefault(name, said.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        """See `HTMLParser`."""
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        """See `HTMLParser`."""
        if self._in_title:
            self.title += data

    def said(self, *names: str) -> str:
        """Return the first of these that the page says."""
        return next((self.meta[name] for name in names if self.meta.get(name)), "")


def text_of(found: Fetched) -> str:
    """Return a page as text, whatever it says it is encoded in."""
    try:
        return found.data.decode(found.charset, "replace")
    except LookupError:
        return found.data.decode("utf-8", "replace")


def preview(url: str, also: frozenset[str]) -> dict[str, Any]:
    """Return what `ports.Preview` holds, as plain values.

    Raises:
        PageRefusedError, AddressRefusedError, OSError, http.client.HTTPException: there is none to be had.
    """
    until = time.monotonic() + FETCH_S_MAX
    found = fetch(url, also, until)
    told: dict[str, Any] = {
        "url": found.url,
        "kind": "article",
        "site": "",
        "title": "",
        "description": "",
        "image": b"",
        "large": False,
    }
    if found.kind.startswith("image/"):
        return told | {"kind": "photo", "image": found.data, "large": True}
    page = Page()
    page.feed(text_of(found))
    told["site"] = page.said("og:site_name")
    told["title"] = page.said("og:title", "twitter:title") or page.title
    told["description"] = page.said("og:description", "twitter:description", "description")
    told["large"] = page.said("twitter:card") == "summary_large_image"
    image = page.said("og:image", "og:image:url", "twitter:image")
    if image:
        try:
            told["image"] = fetch(urljoin(found.url, image), also, until, image=True).data
        except (
            PageRefusedError,
            AddressRefusedError,
            OSError,
            http.client.HTTPException,
            ValueError,
        ):
            told["image"] = b""
    return told


def exactly(source: BinaryIO, size: int) -> bytes:
    """Return `size` bytes, or what there is at the end."""
    out = b""
    while len(out) < size and (piece := source.read(size - len(out))):
        out += piece
    return out


def confine() -> None:
    """Give up what fetching pages does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES_MAX, FILES_MAX))


def main() -> None:
    """Do jobs until there are none."""
    confine()
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := exactly(jobs, 4)) == 4:  # noqa: PLR2004  a length
        url, also = msgspec.msgpack.decode(exactly(jobs, struct.unpack("<I", head)[0]))
        try:
            answer = preview(url, frozenset(also))
        except Exception:  # noqa: BLE001  whatever the page or its server did
            answer = {"refused": "failed"}
        packed = msgspec.msgpack.encode(answer)
        answers.write(struct.pack("<I", len(packed)) + packed)
        answers.flush()


if __name__ == "__main__":
    main()
