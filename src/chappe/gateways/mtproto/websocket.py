"""WebSocket on the same port: the upgrade at `/apiws`, then binary messages of obfuscated bytes."""

from typing import Final

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import ProtocolError as WebProtocolError

from chappe.mtproto import ProtocolError

PATHS: Final = frozenset(("/apiws", "/apiws1", "/apiws_test", "/apiws_premium", "/apiws1_premium"))


class WebSocket:
    """One WebSocket connection, without I/O."""

    __slots__ = ("_ws", "closed")

    def __init__(self) -> None:
        self._ws = WSConnection(ConnectionType.SERVER)
        self.closed = False

    def feed(self, data: bytes) -> None:
        """Take bytes; `next` reads them.

        Raises:
            ProtocolError: this is not a WebSocket of ours.
        """
        try:
            self._ws.receive_data(data)
        except WebProtocolError:
            raise ProtocolError("not a WebSocket") from None

    def next(self) -> tuple[bytes, bytes] | None:
        """Return the next frame: (bytes of the stream inside, bytes to answer with); None if none is whole.

        Raises:
            ProtocolError: this is not a WebSocket of ours.
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
        if request.target.partition("?")[0] not in PATHS:
            self.closed = True
            return self._ws.send(RejectConnection(status_code=404))
        wanted = "binary" if "binary" in request.subprotocols else None
        return self._ws.send(AcceptConnection(subprotocol=wanted))

    def send(self, data: bytes) -> bytes:
        """Return the bytes of one binary message."""
        return self._ws.send(BytesMessage(data=data))
