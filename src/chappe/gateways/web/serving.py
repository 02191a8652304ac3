"""aiohttp as Chappe uses it: bounded heads, errors in a sentence, no library's name, no request in a log.

Imported by a thread once the port is open (`pages.py`): it is a third of the time a start takes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from importlib import import_module
from typing import Any, Final, cast
from urllib.parse import urlsplit

from aiohttp import web

from chappe.gateways.mtproto import HttpLink
from chappe.mtproto.web_frames import Unmask, unmask_here
from chappe.telemetry import quiet

HEAD_LINE_BYTES_MAX: Final = 8_190  # bytes of a request's first line
HEAD_FIELD_BYTES_MAX: Final = 8_190  # bytes of one field of a head
HTTPS: Final = 443  # its usual port
HEAD_FIELDS_MAX: Final = 64  # fields of a head
KEEP_ALIVE_S: Final = 3_600.0  # seconds the library waits; ours ends a connection long before
BY_TLS_S: Final = 180 * 86_400  # seconds in which a browser comes back by TLS and not otherwise
LINGER_S_MAX: Final = 5.0  # seconds the rest of a body is read after the answer, so that it is seen
SHUTDOWN_S_MAX: Final = 0.1  # seconds a stop waits for what is not answering anybody


def found_unmask() -> Unmask:
    """Return the library's way to take masks off, in C: ours takes ten times as long, and twenty of a MiB.

    It promises to keep neither name. A test says so when they are gone.
    """
    try:
        found = import_module("aiohttp._websocket.mask")._websocket_mask_cython  # noqa: SLF001  as above
    except (ImportError, AttributeError):
        return unmask_here
    return cast(Unmask, found)


Report = Callable[[str, BaseException], None]
Answer = Callable[["SiteRequest"], Awaitable[web.StreamResponse]]

# of every answer that says nothing else: whatever is in it, a browser runs none of it
PLAIN: Final = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
NO_HTTP: Final = "This is no HTTP that can be read."
FAILED: Final = "Something is wrong with this server; its operator finds more in the log."


class SiteRequest(web.BaseRequest):
    """A request, with the connection it came by."""

    link: HttpLink

    def take(self, size_bytes: int) -> None:
        """Have a body read up to this size; what is larger is refused while it is read."""
        self._client_max_size = size_bytes

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        """Called by the library for every answer, its own too, before the head is written."""
        headers = response.headers
        headers.popall("Server", None)
        if "X-Content-Type-Options" not in headers:
            headers.extend(PLAIN)
        if by_tls := cast("Handler", self.protocol).by_tls:
            headers["Strict-Transport-Security"] = by_tls


def sentence(status: HTTPStatus, text: str, **headers: str) -> web.Response:
    """Return an answer of one sentence; `headers` are named with `_` for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(status=status, text=f"{text}\n", headers=given)


def closing(response: web.Response) -> web.Response:
    """Have the connection end after an answer."""
    response.force_close()
    return response


class Handler(web.RequestHandler):
    """The protocol of one connection."""

    __slots__ = ("by_tls", "link", "report")

    by_tls: str
    link: HttpLink
    report: Report

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """See aiohttp. Its own would repeat what came, to the client and to the log."""
        if isinstance(exc, ConnectionError):
            raise exc  # the client is gone; the library knows what to do then, but not here
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and exc is not None:
            self.report("pages", exc)
        if request.writer.output_size > 0:
            raise ConnectionResetError("an answer was begun")
        told = NO_HTTP if status < HTTPStatus.INTERNAL_SERVER_ERROR else FAILED
        return closing(sentence(HTTPStatus(status), told))


class Serving:
    """What serves connections by one function that answers requests."""

    def __init__(
        self,
        answer: Answer,
        report: Report,
        keep_alive_s: float = KEEP_ALIVE_S,
        public_url: str = "",
    ) -> None:
        """Made where the loop runs. `answer` raises nothing but what is our mistake.

        Whoever ends connections earlier than after `keep_alive_s` of silence does so by itself. Where
        `public_url` says that browsers come by TLS, on its usual port, they are told to come so ever after
        (RFC 6797): else whoever sits between answers the first request that somebody types without https.
        """
        parts = urlsplit(public_url)
        secured = parts.scheme == "https" and parts.port in (None, HTTPS)
        self._by_tls = f"max-age={BY_TLS_S}" if secured else ""
        quiet("aiohttp")
        self._answer = answer
        self._report = report
        self._keep_alive_s = keep_alive_s
        self._loop = asyncio.get_running_loop()
        self._answering = 0  # requests that are being answered
        self._stopping: asyncio.Future[None] | None = None  # done when there are none
        self._server = web.Server(self._handle, request_factory=self._make_request)

    def answer_by(self, answer: Answer) -> None:
        """Answer by another function from now on."""
        self._answer = answer

    def connect(self, link: HttpLink) -> Handler:
        """Return the protocol of a connection."""
        handler = Handler(
            self._server,
            loop=self._loop,
            access_log=cast("Any", None),  # None is what turns it off
            keepalive_timeout=self._keep_alive_s,
            lingering_time=LINGER_S_MAX,
            max_line_size=HEAD_LINE_BYTES_MAX,
            max_field_size=HEAD_FIELD_BYTES_MAX,
            max_headers=HEAD_FIELDS_MAX,
            auto_decompress=False,
        )
        handler.link, handler.report, handler.by_tls = link, self._report, self._by_tls
        return handler

    @staticmethod
    def leave(handler: Handler) -> None:
        """End a protocol whose connection stays open for something else."""
        handler.transport = None  # else the library closes it
        handler.connection_lost(None)

    async def stop(self, seconds: float) -> None:
        """Let what is being answered be finished, but no longer than this, and end the rest."""
        self._stopping = self._loop.create_future()
        if self._answering:
            await asyncio.wait([self._stopping], timeout=seconds)
        await self._server.shutdown(SHUTDOWN_S_MAX)

    def _make_request(
        self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any
    ) -> SiteRequest:
        request = SiteRequest(message, payload, protocol, writer, task, self._loop)
        request.link = protocol.link
        return request

    async def _handle(self, given: web.BaseRequest) -> web.StreamResponse:
        request = cast("SiteRequest", given)
        link = request.link
        by = link.forwarding
        owed = link.begin(request.headers.getall(by, ()) if by else ())
        self._answering += 1
        last = True
        try:
            if owed > 0:
                await asyncio.sleep(owed)
            response = await self._answered(request)
            await response.prepare(request)
            await response.write_eof()
            # a body that is still on its way is nobody's next request
            last = not (response.keep_alive and request.content.is_eof())
        finally:
            link.end(last=last)
            self._answering -= 1
            if self._stopping is not None and not self._answering and not self._stopping.done():
                self._stopping.set_result(None)
        return response

    async def _answered(self, request: SiteRequest) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except ConnectionError:
            raise
        except web.HTTPException as refused:  # how the library refuses a body
            status = HTTPStatus(refused.status)
            return closing(sentence(status, status.phrase))
        except web.RequestPayloadError:
            return closing(sentence(HTTPStatus.BAD_REQUEST, NO_HTTP))
        except Exception as error:  # noqa: BLE001  our bug: log it, fail this request only
            self._report("pages", error)
            if request.writer.output_size > 0:
                raise ConnectionResetError("an answer was begun") from None
            return closing(sentence(HTTPStatus.INTERNAL_SERVER_ERROR, FAILED))
