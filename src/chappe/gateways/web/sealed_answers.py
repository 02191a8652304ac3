"""What the page of a sealed server answers. It has no script, and nothing of the store is open behind it."""

import asyncio
import base64
import hashlib
import html
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from aiohttp import web

from chappe.gateways.arriving import network_of
from chappe.trust.custody import ANSWER_CHARACTERS_MAX

from .health_answers import Unmetered
from .sealed_page import AskingPage
from .serving import PLAIN, Report, Serving, SiteRequest, closing

FORM_BYTES_MAX: Final = 8_192  # bytes of a form with an answer: its characters, escaped
FORM_S_MAX: Final = 20.0  # seconds a form may take to arrive
REQUEST_S_MAX: Final = 20.0  # seconds a request may take to arrive
ANSWERS_MAX: Final = 20  # answers from one network in a minute
NETWORKS_MAX: Final = 10_000  # networks whose answers are counted in a minute
FORMS_AT_ONCE_MAX: Final = 32  # forms that are being read
MINUTE_S: Final = 60.0
_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}textarea{width:100%;"
    "font:.9rem monospace}button{font:inherit;padding:.5rem 1rem}.said{border:2px solid;padding:.5rem 1rem}"
    "@media(prefers-color-scheme:dark){body{background:#1a1a1a;color:#eee}a{color:#9cf}}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


class AnswerRate:
    """How many answers each network may send in a minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = 0.0
        self._counts: dict[str, int] = {}

    def allows(self, address: str) -> bool:
        """Whether one more is taken from there."""
        now = self._clock()
        if now >= self._until:
            self._counts, self._until = {}, now + MINUTE_S
        network = str(network_of(address)) if address else ""
        if network not in self._counts and len(self._counts) >= NETWORKS_MAX:
            return False
        self._counts[network] = self._counts.get(network, 0) + 1
        return self._counts[network] <= ANSWERS_MAX


def page_of(asking: AskingPage, said: str = "") -> str:
    """Return the page, with what is said of an answer that was sent."""
    facts = asking.facts()
    shown = {
        "Server": facts.origin,
        "Why it was started": facts.reason or "no reason is given",
        "Build, as it claims": facts.build,
        "Custodians": f"{facts.needed} of {', '.join(facts.custodians)}",
        "Answered": ", ".join(facts.answered) or "nobody yet",
        "Fingerprint": facts.fingerprint,
    }
    rows = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>"
        for name, value in shown.items()
    )
    told = f'<p class="said" role="status">{html.escape(said)}</p>' if said else ""
    rest = (
        "<p>The server opens. Reload this page in a moment.</p>"
        if facts.is_open
        else '<p><a href="request.json" download>The request</a>, for '
        "<code>chappe-custodian open request.json</code>. Call the operator, and compare the"
        " fingerprint with the one in the server's terminal.</p>"
        '<form method="post" action="answer"><label for="answer">A custodian\'s answer</label>'
        '<textarea id="answer" name="answer" rows="8" required autocomplete="off" spellcheck="false"'
        f' maxlength="{ANSWER_CHARACTERS_MAX + 200}"></textarea><p><button>Give it</button></p></form>'
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width"><title>Sealed: {html.escape(facts.origin)}</title>'
        f"<style>{_STYLE}</style><h1>This server is sealed</h1>"
        "<p>It was started and cannot read what it keeps. It opens once"
        f" {facts.needed} of its custodians have answered.</p>{told}<dl>{rows}</dl>{rest}</html>"
    )


class SealedSite:
    """Answers requests to a sealed server."""

    def __init__(self, asking: AskingPage, clock: Callable[[], float]) -> None:
        self._asking = asking
        self._rate = AnswerRate(clock)
        self._reading = asyncio.Semaphore(FORMS_AT_ONCE_MAX)

    async def answer(self, request: SiteRequest) -> web.Response:
        """Answer one request."""
        path = request.raw_path.partition("?")[0]
        if path == "/answer" and request.method == "POST":
            return closing(await self._take(request))
        if request.method not in ("GET", "HEAD"):
            return closing(self._page(HTTPStatus.METHOD_NOT_ALLOWED, "Nothing is taken here."))
        if path == "/request.json":
            content = self._asking.facts().request
            how = {"Content-Disposition": 'attachment; filename="request.json"', **dict(PLAIN)}
            return closing(web.Response(body=content, content_type="application/json", headers=how))
        status = HTTPStatus.OK if path == "/" else HTTPStatus.SERVICE_UNAVAILABLE
        return closing(self._page(status))

    def _page(self, status: HTTPStatus, said: str = "") -> web.Response:
        return web.Response(
            status=status,
            text=page_of(self._asking, said),
            content_type="text/html",
            headers={**dict(PLAIN), "Content-Security-Policy": POLICY},
        )

    async def _take(self, request: SiteRequest) -> web.Response:
        if not self._rate.allows(request.remote or ""):
            return self._page(
                HTTPStatus.TOO_MANY_REQUESTS, "Too many answers came from there: wait a minute."
            )
        if self._reading.locked():
            return self._page(HTTPStatus.SERVICE_UNAVAILABLE, "The server is busy: try again.")
        request.take(FORM_BYTES_MAX)
        try:
            async with self._reading, asyncio.timeout(FORM_S_MAX):
                form = await request.post()
            text = form.get("answer", "")
            said = self._asking.take(text if isinstance(text, str) else "")
        except web.HTTPRequestEntityTooLarge:
            return self._page(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too long for an answer."
            )
        except TimeoutError:
            return self._page(HTTPStatus.REQUEST_TIMEOUT, "The answer did not arrive in time.")
        except ValueError as error:
            return self._page(HTTPStatus.BAD_REQUEST, str(error))
        return self._page(HTTPStatus.OK, said)


def connector(asking: AskingPage, report: Report) -> Callable[[], asyncio.Protocol]:
    """Return what makes the protocol of a connection."""
    site = SealedSite(asking, asyncio.get_running_loop().time)
    serving, link = Serving(site.answer, report, REQUEST_S_MAX), Unmetered()
    return lambda: serving.connect(link)
