"""WebSocket on the same port: the upgrade at `/apiws`, then binary messages of obfuscated bytes."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Request,
    TextMessage,
)
from wsproto.utilities import ProtocolError as WebProtocolError

from chappe.gateways.own_names import OTHER_NAME, OTHER_PAGE, OwnNames
from chappe.mtproto import ProtocolError

PATHS: Final = frozenset(
    (b"/apiws", b"/apiws1", b"/apiws_test", b"/apiws_premium", b"/apiws1_premium")
)
REQUEST_LINE_BYTES_MAX: Final = (
    8_190  # bytes of a request line that are waited for; aiohttp's bound
)
SAYS: Final = {
    HTTPStatus.UPGRADE_REQUIRED: "Telegram apps in a browser connect here, by WebSocket.",
    HTTPStatus.MISDIRECTED_REQUEST: OTHER_NAME,
    HTTPStatus.FORBIDDEN: OTHER_PAGE,
}


def is_for_web_socket(begun: bytes) -> bool | None:
    """Whether an HTTP request is for the places of WebSocket; None while its first line is not whole."""
    end = begun.find(b"\n", 0, REQUEST_LINE_BYTES_MAX)
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

    __slots__ = ("_names", "_open", "_ws", "closed", "head")

    def __init__(self, names: OwnNames | None = None) -> None:
        """With `names`, only pages and clients that name this server by one of them may open it."""
        self._ws = WSConnection(ConnectionType.SERVER)
        self._names = names
        self._open = False
        self.head: Sequence[
            tuple[bytes, bytes]
        ] = ()  # what it was opened with, names in small letters
        self.closed = False

    def feed(self, data: bytes) -> None:
        """Take bytes; `next` reads them.

        Raises:
            ProtocolError: this is not a WebSocket of ours.
            UpgradeRefusedError: it is none at all.
        """
        try:
            self._ws.receive_data(data)
        except (WebProtocolError, ValueError):  # it decodes the name of the host
            if self._open:
                raise ProtocolError("not a WebSocket") from None
            raise UpgradeRefusedError(HTTPStatus.UPGRADE_REQUIRED) from None

    def next(self) -> tuple[bytes, bytes] | None:
        """Return the next frame: (bytes of the stream inside, bytes to answer with); None if none is whole.

        Raises:
            ProtocolError: this is not a WebSocket of ours.
            UpgradeRefusedError: it may not be opened from there.
        """
        try:
            event = next(self._ws.events(), None)
            return None if event is None else self._on_event(event)
        except WebProtocolError:
            raise ProtocolError("not a WebSocket") from None

    def _on_event(self, event: Event) -> tuple[bytes, bytes]:
        if isinstance(event, Request):
            return b"", self._accept(event)
        if isinstance(event, BytesMessage):
            return bytes(event.data), b""
        if isinstance(event, Ping):
            return b"", self._ws.send(event.response())
        if isinstance(event, CloseConnection):
            self.closed = True
            return b"", self._ws.send(event.response())
        if isinstance(event, TextMessage):
            raise ProtocolError("text on a binary socket")
        return b"", b""

    def _accept(self, request: Request) -> bytes:
        self._require_own_name(request)
        self._open = True
        self.head = [(bytes(name).lower(), bytes(value)) for name, value in request.extra_headers]
        wanted = "binary" if "binary" in request.subprotocols else None
        return self._ws.send(AcceptConnection(subprotocol=wanted))

    def _require_own_name(self, request: Request) -> None:
        if self._names is None:
            return
        if not self._names.has_host(request.host):
            raise UpgradeRefusedError(HTTPStatus.MISDIRECTED_REQUEST)
        origins = [value for name, value in request.extra_headers if name == b"origin"]
        if not all(self._names.has_origin(one.decode("latin-1")) for one in origins):
            raise UpgradeRefusedError(HTTPStatus.FORBIDDEN)

    def send(self, data: bytes | bytearray) -> bytes:
        """Return the bytes of one binary message."""
        return self._ws.send(BytesMessage(data=data))
