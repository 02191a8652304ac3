"""The operator's page over a real socket, asked by what a browser would send, and by what none would."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import urlencode

import aiohttp

from chappe.desks import staff
from chappe.gateways.web.desk import Behind, Desk
from tests.features.village import Village, village
from tests.journeys.server import free_port

from .people import Colleague, answer_of

COOKIE = "__Host-desk"


class Seen(NamedTuple):
    """What came back."""

    status: int
    text: str
    headers: Any
    content: bytes = b""


class Visitors:
    """The page of a village, and who asks for it."""

    def __init__(self, v: Village, port: int, http: aiohttp.ClientSession) -> None:
        self.village = v
        self.port = port
        self.origin = f"http://localhost:{port}"
        self._http = http

    async def ask(
        self,
        method: str,
        path: str,
        cookie: str = "",
        *,
        form: Any = None,
        said: Any = None,
        headers: Any = (),
        body: Any = None,
    ) -> Seen:
        """Ask as a browser does: with a cookie, and with the origin of the page the form is on."""
        sent = {"Host": f"localhost:{self.port}", "Cookie": f"{COOKIE}={cookie}"}
        if method == "POST":
            sent |= {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
            if said is None:
                sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent |= dict(headers)
        data = body if body is not None else urlencode(form, doseq=True) if form else None
        async with self._http.request(
            method,
            f"http://127.0.0.1:{self.port}{path}",
            headers={name: value for name, value in sent.items() if value is not None},
            data=data,
            json=said,
            allow_redirects=False,
        ) as answer:
            content = await answer.read()
            text = content.decode(errors="replace")
            return Seen(answer.status, text, answer.headers, content)

    async def get(self, path: str, who: Colleague | None = None, **more: Any) -> Seen:
        """Fetch a page."""
        return await self.ask("GET", path, who.cookie if who else "", **more)

    async def post(
        self, path: str, who: Colleague | None = None, form: Any = None, **more: Any
    ) -> Seen:
        """Send a form."""
        return await self.ask("POST", path, who.cookie if who else "", form=form, **more)


@asynccontextmanager
async def page(**settings: Any) -> AsyncIterator[Visitors]:
    """Open a village whose operator's page listens."""
    port = free_port()
    async with village(twins=False, desk_port=port, **settings) as v:
        server = v.server
        desk = Desk(
            Behind(v.context, server.commands.run, server.commands.names, server.metrics.bug)
        )
        await desk.listen("127.0.0.1", port)
        try:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
                yield Visitors(v, port, http)
        finally:
            await desk.stop()


async def enrolled(visitors: Visitors, made: dict[str, Any]) -> Colleague:
    """Enrol and log in over the page itself, by the link that was printed."""
    somebody = Colleague(visitors.village, made)
    for what in ("enrol", "login"):
        began = await visitors.post(f"/{what}/begin", said={"token": somebody.token})
        assert began.status == 200, began.text
        options = json.loads(began.text)["options"]
        make = somebody.key.make if what == "enrol" else somebody.key.sign
        answer = answer_of(make(options))
        ended = await visitors.post(
            f"/{what}/finish", said={"token": somebody.token, "credential": answer}
        )
        assert ended.status == 200, ended.text
    cookie = ended.headers["Set-Cookie"]
    name, _, rest = cookie.partition("=")
    assert name == COOKIE
    somebody.cookie = rest.partition(";")[0]
    rules = {part.strip() for part in rest.split(";")[1:]}
    assert rules == {
        "Path=/",
        "Secure",
        "HttpOnly",
        "SameSite=Strict",
        f"Max-Age={staff.SESSION_S}",
    }
    return somebody
