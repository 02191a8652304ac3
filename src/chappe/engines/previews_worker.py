"""Fetches what people link to: a process apart, the only one with a way into the network.

It reads jobs from standard input (an address, and the places it may go beyond the public internet) and
answers with what the page says of itself. It goes to no address that is not public, whatever a name, a
redirection or a notation makes of it: the address that was checked is the one it connects to.
"""

import http.client
import ipaddress
import resource
import socket
import ssl
import struct
import sys
import time
from html.parser import HTMLParser
from typing import Any, BinaryIO, Final
from urllib.parse import quote, urljoin, urlsplit

import msgspec

MEMORY_BYTES_MAX: Final = 512 * 1024 * 1024  # bytes of address space
CPU_S_MAX: Final = 120  # seconds of processor time in all; a fresh process follows
FILES_MAX: Final = 32  # files and sockets open at the same time
URL_CHARACTERS_MAX: Final = 2048  # characters of an address
REDIRECTS_MAX: Final = 4  # redirections that are followed
PAGE_BYTES_MAX: Final = 512 * 1024  # bytes read of a page
IMAGE_BYTES_MAX: Final = 2 * 1024 * 1024  # bytes of a page's image
WAIT_S_MAX: Final = 4  # seconds without a byte
FETCH_S_MAX: Final = 8  # seconds for a page, its redirections and its image
ADDRESSES_MAX: Final = 8  # addresses of one name that are looked at
READ_BYTES: Final = 16 * 1024
PORTS: Final = {"http": 80, "https": 443}
AGENT: Final = "Chappe (link preview)"
REDIRECTIONS: Final = frozenset({301, 302, 303, 307, 308})
OK: Final = 200
TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address inside an IPv6 one


class PageRefusedError(Exception):
    """It is not fetched, or there is nothing."""


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.sixtofour is not None or ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def address_of(host: str, port: int, also: frozenset[str]) -> tuple[int, Any]:
    """Return the family and address to connect to for a name; all it has must be public.

    Raises:
        RefusedError: it has none, or one that is not.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:ADDRESSES_MAX]
    except (OSError, UnicodeError):
        raise PageRefusedError("no such host") from None
    allowed = f"{host}:{port}" in also
    if not allowed and not all(is_public(str(place[0])) for *_, place in found):
        raise PageRefusedError("not public")
    if not found:
        raise PageRefusedError("no such host")
    family, _, _, _, place = found[0]
    return family, place


def target_of(url: str, also: frozenset[str]) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of an address.

    Raises:
        RefusedError: it is not one that is fetched.
    """
    if len(url) > URL_CHARACTERS_MAX:
        raise PageRefusedError("too long")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
        host = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise PageRefusedError("no address") from None
    if parts.scheme not in PORTS or not host or parts.username is not None:
        raise PageRefusedError("no address")
    if port != PORTS[parts.scheme] and f"{host}:{port}" not in also:
        raise PageRefusedError("port")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?") if parts.query else ""
    return parts.scheme, host, port, path + query


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
        RefusedError, OSError, http.client.HTTPException: there is none to be had.
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
        RefusedError: it comes too slowly.
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
        RefusedError, OSError, http.client.HTTPException: there is none to be had.
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
        except (PageRefusedError, OSError, http.client.HTTPException, ValueError):
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
