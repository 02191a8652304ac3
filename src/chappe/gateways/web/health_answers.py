"""What the page for monitoring answers, by the library that serves the site too."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from aiohttp import web

from chappe.gateways.own_names import OwnNames

from .serving import Report, Serving, SiteRequest, closing
from .site import refused

KIND: Final = "text/plain; version=0.0.4; charset=utf-8"  # as Prometheus wants it


class Unmetered:
    """A `HttpLink` of a listener that strangers do not reach: nothing is counted or charged."""

    names: OwnNames | None = None
    client = ""
    forwarding = ""

    def begin(self, forwarded: Sequence[str] = ()) -> float:
        """See `HttpLink`."""
        return 0.0

    def allow(self, *, size_bytes: int, seconds: float | None = None) -> None:
        """See `HttpLink`."""

    def end(self, *, last: bool) -> None:
        """See `HttpLink`."""


def connector(
    page: Callable[[], bytes],
    ready: Callable[[], bool],
    report: Report,
    request_s_max: float,
    names: OwnNames | None,
) -> Callable[[], asyncio.Protocol]:
    """Return what makes the protocol of a connection; one that takes longer to ask is ended.

    With `names` the page is asked for by them alone: a page elsewhere, led here by a name of its own, reads
    in a browser of this machine how many people are here.
    """

    async def answer(request: SiteRequest) -> web.Response:
        if (wrong := refused(request)) is not None:
            return closing(wrong)
        status, body = 404, b"There are /live, /ready and /metrics here.\n"
        match request.raw_path.partition("?")[0]:
            case "/live":
                status, body = 200, b"live\n"
            case "/ready":
                status, body = (200, b"ready\n") if ready() else (503, b"not ready\n")
            case "/metrics":
                status, body = 200, page()
        return closing(web.Response(status=status, body=body, headers={"Content-Type": KIND}))

    serving, link = Serving(answer, report, request_s_max), Unmetered()
    link.names = names
    return lambda: serving.connect(link)
