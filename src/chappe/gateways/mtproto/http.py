"""A connection that speaks HTTP: the pages serve it, and it is held to what every connection is held to."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from chappe.core import Clock
from chappe.gateways.arriving import Proxies, network_of, whom
from chappe.gateways.own_names import OwnNames
from chappe.mtproto import work
from chappe.rpc import TokenBucket
from chappe.updates import report

from .admission import HALF_OPEN_S_MAX, Admission
from .ports import Pages
from .websocket import is_for_web_socket

KEEP_ALIVE_S_MAX: Final = 75.0  # seconds a connection is kept between two requests
REQUEST_S_MAX: Final = (
    120.0  # seconds from a request's head until its answer has left, unless it is allowed more
)
REQUEST_BYTES_MAX: Final = (
    32 * 1024  # bytes that are read for one request, its head included, unless it is allowed more
)
LINGER_BYTES_MAX: Final = (
    1024 * 1024  # bytes of a body that are read and dropped after an answer, so that it is seen
)
HALF_CLOSED_S_MAX: Final = (
    5.0  # seconds an answer may take to leave when the client ended its half: most of them are gone
)
LAST_TURNS: Final = 16  # turns of the loop in which the pages take up what came before the end


class HttpConnection(asyncio.Protocol):
    """Stands between a socket and what serves it: counts, charges, and ends what takes too long."""

    __slots__ = (
        "_admission",
        "_again",
        "_answered",
        "_begun",
        "_body",
        "_budget",
        "_clock",
        "_deadline",
        "_ended",
        "_inner",
        "_last",
        "_lost",
        "_pages",
        "_proxies",
        "_room",
        "_serving",
        "_socket",
        "_unpaid",
        "_waiting",
        "address",
        "client",
        "key_id",
        "link",
        "names",
    )

    def __init__(
        self,
        admission: Admission,
        pages: Pages,
        clock: Clock,
        socket: asyncio.Transport,
        *,
        address: str,
        budget: TokenBucket,
        names: OwnNames | None,
        proxies: Proxies | None = None,
        unpaid: int = 0,
        again: Callable[[], asyncio.Protocol],
    ) -> None:
        """With `proxies` it is one of them, and each request says whom it is from: who pays, and is limited.

        `unpaid` are units of work that were done already, and are charged to the first of those. `again`
        makes the connection that goes on where a WebSocket is opened after all.
        """
        self._admission = admission
        self._pages = pages
        self._clock = clock
        self._socket = socket
        self._budget = budget
        self._inner: asyncio.Protocol | None = None  # what serves it, once that is loaded
        self._waiting = b""  # what came before that
        self._begun: float | None = clock.monotonic()  # when the head began that is on its way
        self._serving = False
        self._answered = self._deadline = (
            0.0  # when the last answer had left; when this one must have
        )
        self._room = REQUEST_BYTES_MAX  # bytes that may still come
        self._body = False  # whether a body is among them
        self._last = False  # the last answer was given: what comes is only dropped
        self._lost = False
        self._ended = False  # the client sends no more
        self._proxies = proxies
        self._unpaid = unpaid
        self._again = again
        self.address = self.client = address
        self.key_id = self.link = 0  # no key is ever shown, and no link
        self.names = names

    def take_over(self, begun: bytes, *, reading: bool) -> None:
        """Go on with a socket of which the first bytes were read already."""
        self._admission.admit(self)
        self._socket.set_protocol(self)
        if self._pages.loaded:
            if not reading:
                self._socket.resume_reading()  # whoever owes something waits at each request
            self._serve(begun)
            return
        if reading:
            self._socket.pause_reading()
        self._waiting = begun
        self._admission.run(self._load())

    async def _load(self) -> None:
        """Wait for the pages."""
        try:
            await self._pages.load()
        except Exception as error:  # noqa: BLE001  our bug: log it, end this connection only
            self.abort()
            report(self._admission.on_bug, "pages", error)
            return
        if not self._lost and not self._socket.is_closing():
            self._socket.resume_reading()
            begun, self._waiting = self._waiting, b""
            self._serve(begun)

    def _serve(self, begun: bytes) -> None:
        self._inner = self._pages.serve(self)
        self._inner.connection_made(self._socket)
        self.data_received(begun)

    # -- asyncio.Protocol ----------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        if self._admission.stopping or self._socket.is_closing():
            return
        now = self._clock.monotonic()
        units = len(data) // work.HTTP_BYTES_A_UNIT + data.count(b"\n") // work.HTTP_LINES_A_UNIT
        if self._proxies is not None and not self._serving:
            self._unpaid += units  # of a request that has not said yet whom it is from
        elif not self._budget.pay(units, now) and self._last:
            self.abort()  # the rest of a body is read as a favour only
            return
        self._room -= len(data)
        if self._room < 0 and not self._make_room():
            return
        if self._inner is None:  # the transport had read it already
            self._waiting += data
            return
        if self._begun is None and not self._serving:
            if is_for_web_socket(data) and not self._last:
                self._go_back(data)
                return
            self._begun = now
        try:
            self._inner.data_received(data)
        except Exception as error:  # noqa: BLE001  what serves it has a mistake: as above
            self.abort()
            report(self._admission.on_bug, "pages", error)

    def _go_back(self, begun: bytes) -> None:
        """Let a connection go on that opens a WebSocket: proxies do so where they asked for pages before."""
        self._lost = True  # for this object
        self._admission.dismiss(self)
        if self._inner is not None:
            self._pages.leave(self._inner)
        connection = self._again()
        self._socket.set_protocol(connection)
        connection.connection_made(self._socket)
        connection.data_received(begun)

    def _make_room(self) -> bool:
        """Abort unless it may be that a head is whole in what came, and its body in it; False if aborted."""
        if self._serving or self._inner is None:
            self.abort()
            return False
        asyncio.get_running_loop().call_soon(self._require_body, LAST_TURNS)
        return True

    def _require_body(self, turns: int) -> None:
        """Abort if nothing that came was a body: heads that wait for their turn stay in memory."""
        if self._body or self._lost:
            return
        if turns:
            asyncio.get_running_loop().call_soon(self._require_body, turns - 1)
        else:
            self.abort()

    def eof_received(self) -> bool:
        """See asyncio. What was asked before the end is still answered."""
        self._ended = True
        self._deadline = min(self._deadline, self._clock.monotonic() + HALF_CLOSED_S_MAX)
        if self._inner is None or not self._socket.can_write_eof():
            return False  # inside TLS there is no half of a connection
        self._end_soon(LAST_TURNS)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._lost = True
        self._admission.dismiss(self)
        if self._inner is not None:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """See asyncio."""
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """See asyncio."""
        if self._inner is not None:
            self._inner.resume_writing()

    def _end_soon(self, turns: int) -> None:
        """Close once nothing more is asked of what came before the client's end."""
        if self._serving or self._lost:
            return  # looked at again when it is answered
        if turns:
            asyncio.get_running_loop().call_soon(self._end_soon, turns - 1)
        else:
            self._socket.close()

    # -- HttpLink ----------------------------------------------------------------------------------

    @property
    def forwarding(self) -> str:
        """See `HttpLink`."""
        return "" if self._proxies is None else self._proxies.header

    def begin(self, forwarded: Sequence[str] = ()) -> float:
        """See `HttpLink`."""
        now = self._clock.monotonic()
        if self._proxies is not None:
            named = whom(self._proxies.header, forwarded, self._proxies.of_requests)
            if not named:
                self._admission.on_silent_proxy(self.address, "request")
            self.client = network_of(named) if named else self.address
            self._budget = self._admission.budget(None, self.client)
            self._budget.pay(self._unpaid, now)
            self._unpaid = 0
        self._serving, self._begun = True, None
        self._deadline = now + (HALF_CLOSED_S_MAX if self._ended else REQUEST_S_MAX)
        self._room, self._body = REQUEST_BYTES_MAX, False
        return 0.0 if self._budget.pay(work.PAGE, now) else self._budget.owed(now)

    def allow(self, *, size_bytes: int, seconds: float | None = None) -> None:
        """See `HttpLink`."""
        self._room, self._body = size_bytes + REQUEST_BYTES_MAX, size_bytes > 0
        if seconds is not None and not self._ended:
            self._deadline = self._clock.monotonic() + seconds

    def end(self, *, last: bool) -> None:
        """See `HttpLink`."""
        self._serving = False
        self._answered = self._clock.monotonic()
        self._last = self._body = last
        self._room = LINGER_BYTES_MAX if last else REQUEST_BYTES_MAX
        if self._ended:
            self._end_soon(LAST_TURNS)

    # -- Admitted ------------------------------------------------------------------------------

    def sweep(self, now: float, wall: float) -> None:
        """Close the connection if its request, or its silence, takes too long."""
        if self._serving:
            over = now > self._deadline
        elif self._begun is not None:
            over = now - self._begun > HALF_OPEN_S_MAX
        else:
            over = now - self._answered > KEEP_ALIVE_S_MAX
        if over and self._socket.get_write_buffer_size():
            self.abort()  # the client does not read what was written
        elif over:
            self.close()

    def close(self) -> None:
        """Close once what was written has left."""
        self._socket.close()

    def abort(self) -> None:
        """Close at once."""
        self._socket.abort()
