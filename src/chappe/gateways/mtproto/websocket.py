"""WebSocket on the same port: the upgrade at `/apiws`, then binary messages of obfuscated bytes.

wsproto reads and answers the upgrade; the frames after it are ours (`mtproto/web_frames.py`), since wsproto's
take a fifth of what a whole message costs the server.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request
from wsproto.utilities import ProtocolError as WebProtocolError

from chappe.crypto.ctr import Decipher
from chappe.gateways.own_names import OTHER_NAME, OTHER_PAGE, OwnNames
from chappe.mtproto.web_frames import Unmask, WebFrames, unmask_here

PATHS: Final = frozenset(
    (b"/apiws", b"/apiws1", b"/apiws_test", b"/apiws_premium", b"/apiws1_premium")
)
REQUEST_LINE_BYTES_MAX: Final = (
    8_190  # bytes of a request line that are waited for; aiohttp's bound
)
REQUEST_BYTES_MAX: Final = 16 * 1024  # bytes of a whole request that are waited for
HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
BEGUN: Final = re.compile(rb"[A-Z]{1,16}(?: |$)")  # how a first line begins
SAYS: Final = {
    HTTPStatus.UPGRADE_REQUIRED: "Telegram apps in a browser connect here, by WebSocket.",
    HTTPStatus.MISDIRECTED_REQUEST: OTHER_NAME,
    HTTPStatus.FORBIDDEN: OTHER_PAGE,
}


def is_for_web_socket(begun: bytes) -> bool | None:
    """Whether an HTTP request is for the places of WebSocket; None while its first line is not whole."""
    end = begun.find(b"\n", 0, REQUEST_LINE_BYTES_MAX)
    if not BEGUN.match(begun):
        return False  # nor HTTP, perhaps: whoever is asked for pages says so
    if end < 0:
        return None if len(begun) < REQUEST_LINE_BYTES_MAX else False
    _, _, target = begun[:end].partition(b" ")
    return target.partition(b" ")[0].partition(b"?")[0] in PATHS


class UpgradeRefusedError(Exception):
    """No WebSocket is opened; `answer` are the bytes of the response, after which the connection ends."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        body = f"{SAYS[status]}\n"
        upgrade = status is HTTPStatus.UPGRADE_REQUIRED
        connection = "close, upgrade\r\nUpgrade: websocket" if upgrade else "close"
        self.answer = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: {connection}\r\n\r\n{body}"
        ).encode()


class WebSocket:
    """One WebSocket connection, without I/O."""

    __slots__ = ("_asked", "_frames", "_names", "_opened", "_unmask", "head")

    def __init__(self, names: OwnNames | None = None, unmask: Unmask = unmask_here) -> None:
        """With `names`, only pages and clients that name this server by one of them may open it."""
        self._names = names
        self._unmask = unmask
        self.head: Sequence[
            tuple[bytes, bytes]
        ] = ()  # what it was opened with, names in small letters
        self._asked = b""  # of the request, while it is not whole
        self._opened = b""  # the answer to it, until it is sent
        self._frames: WebFrames | None = None

    @property
    def closed(self) -> bool:
        """Whether the client has said that it goes."""
        return self._frames is not None and self._frames.closed

    @property
    def has_more(self) -> bool:
        """Whether there is something that was not read."""
        return self._frames is None or self._frames.has_more or bool(self._opened)

    def lone(self, data: bytes) -> bytearray | None:
        """Return what one whole message holds, if that is all there is; what is None is given to `feed`."""
        return None if self._frames is None or self._opened else self._frames.lone(data)

    def feed(self, data: bytes) -> None:
        """Take bytes; `next` reads them.

        Raises:
            UpgradeRefusedError: it is no WebSocket, or may not be opened from there.
        """
        if self._frames is not None:
            self._frames.feed(data)
            return
        self._asked += data
        end = HEAD_END.search(self._asked)
        if end is None:
            if len(self._asked) > REQUEST_BYTES_MAX:
                raise UpgradeRefusedError(HTTPStatus.UPGRADE_REQUIRED)
            return
        self._opened = self._accepted(self._asked[: end.end()])
        self._frames = WebFrames(self._unmask)
        if rest := self._asked[end.end() :]:
            self._frames.feed(rest)
        self._asked = b""

    def next(self, decipher: Decipher | None = None) -> tuple[bytes | bytearray, bytes] | None:
        """Return what is next: (bytes of the stream inside, bytes to answer with); None if nothing is whole.

        `decipher` is as for the frames.

        Raises:
            ProtocolError: this is not a WebSocket of ours.
        """
        if self._opened:
            opened, self._opened = self._opened, b""
            return b"", opened
        return None if self._frames is None else self._frames.next(decipher)

    def _accepted(self, head: bytes) -> bytes:
        """Return the answer that opens it."""
        web = WSConnection(ConnectionType.SERVER)
        try:
            web.receive_data(head)
            request = next(web.events(), None)
            if not isinstance(request, Request):
                raise UpgradeRefusedError(HTTPStatus.UPGRADE_REQUIRED)
            self._require_own_name(request)
            self.head = [
                (bytes(name).lower(), bytes(value)) for name, value in request.extra_headers
            ]
            wanted = "binary" if "binary" in request.subprotocols else None
            return bytes(web.send(AcceptConnection(subprotocol=wanted)))
        except (WebProtocolError, ValueError):  # it decodes the name of the host
            raise UpgradeRefusedError(HTTPStatus.UPGRADE_REQUIRED) from None

    def _require_own_name(self, request: Request) -> None:
        if self._names is None:
            return
        if not self._names.has_host(request.host):
            raise UpgradeRefusedError(HTTPStatus.MISDIRECTED_REQUEST)
        origins = [value for name, value in request.extra_headers if name == b"origin"]
        if not all(self._names.has_origin(one.decode("latin-1")) for one in origins):
            raise UpgradeRefusedError(HTTPStatus.FORBIDDEN)
