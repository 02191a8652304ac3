"""A socket on a socket: what lies between the true one and its connection, which notices nothing of it."""

import asyncio
from typing import Any


class Layer(asyncio.Transport, asyncio.Protocol):
    """Hands everything on. To the true socket it is what reads there, to the connection its socket."""

    def __init__(self, socket: asyncio.Transport, inside: asyncio.Protocol) -> None:
        super().__init__()
        self._socket = socket
        self._inside = inside

    # -- as the socket's protocol ----------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._inside.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._inside.connection_lost(exc)

    def eof_received(self) -> bool | None:
        """See asyncio."""
        return self._inside.eof_received()

    def pause_writing(self) -> None:
        """See asyncio."""
        self._inside.pause_writing()

    def resume_writing(self) -> None:
        """See asyncio."""
        self._inside.resume_writing()

    # -- as the connection's socket --------------------------------------------------------------

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """See asyncio."""
        return self._socket.get_extra_info(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """See asyncio."""
        self._inside = protocol  # type: ignore[assignment]  # a stream's protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        """See asyncio."""
        return self._inside

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """See asyncio."""
        self._socket.write(data)

    def get_write_buffer_size(self) -> int:
        """See asyncio."""
        return self._socket.get_write_buffer_size()

    def pause_reading(self) -> None:
        """See asyncio."""
        self._socket.pause_reading()

    def resume_reading(self) -> None:
        """See asyncio."""
        self._socket.resume_reading()

    def can_write_eof(self) -> bool:
        """See asyncio. What has records cannot be half closed."""
        return False

    def is_closing(self) -> bool:
        """See asyncio."""
        return self._socket.is_closing()

    def close(self) -> None:
        """See asyncio."""
        self._socket.close()

    def abort(self) -> None:
        """See asyncio."""
        self._socket.abort()
