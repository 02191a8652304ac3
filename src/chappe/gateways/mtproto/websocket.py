"""WebSocket on the same port: the upgrade at `/apiws`, then binary messages carrying obfuscated bytes."""

from typing import Final

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
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

    def receive(self, data: bytes) -> tuple[bytes, bytes]:
        """Return (bytes of the stream inside, bytes to answer with).

        Raises:
            ProtocolError: this is not a WebSocket of ours.
        """
        payload, answer = bytearray(), bytearray()
        try:
            self._ws.receive_data(data)
            for event in self._ws.events():
                if isinstance(event, Request):
                    answer += self._accept(event)
                elif isinstance(event, BytesMessage):
                    payload += event.data
                elif isinstance(event, Ping):
                    answer += self._ws.send(event.response())
                elif isinstance(event, CloseConnection):
                    answer += self._ws.send(event.response())
                    self.closed = True
                elif isinstance(event, TextMessage):
                    raise ProtocolError("text on a binary socket")
        except WebProtocolError:
            raise ProtocolError("not a WebSocket") from None
        return bytes(payload), bytes(answer)

    def _accept(self, request: Request) -> bytes:
        if request.target.partition("?")[0] not in PATHS:
            self.closed = True
            return self._ws.send(RejectConnection(status_code=404))
        wanted = "binary" if "binary" in request.subprotocols else None
        return self._ws.send(AcceptConnection(subprotocol=wanted))

    def send(self, data: bytes) -> bytes:
        """Return the bytes of one binary message."""
        return self._ws.send(BytesMessage(data=data))
