"""The front of the operator's page: what no page may be reached without is looked at here, in this order.

A name of its own; a file, or a place of the table; an origin of its own where something is done; a session;
the right to it; a body that is not too large. Nothing of a request is logged.
"""

import asyncio
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec
from aiohttp import web

from chappe.desks import staff
from chappe.gateways.own_names import OwnNames
from chappe.gateways.web.health_answers import Unmetered
from chappe.gateways.web.serving import Serving, SiteRequest, closing, sentence
from chappe.gateways.web.site import refused, show

from .entrance import COOKIE
from .listening import Behind
from .rendering import environment, gone_to, static_files
from .routes import ROUTES
from .visits import Route, Visit

REQUEST_S_MAX: Final = 10.0  # seconds a request may take to arrive
FORM_BYTES_MAX: Final = 16 * 1024  # bytes of a form
FORM_FIELDS_MAX: Final = 32  # fields of a form, or of an address
ELSEWHERE: Final = (
    "That came from a page of another server: nothing was done. Try again from this one."
)
NO_FORM: Final = "That is no form of this page."
# made when a thread imports this file: compiling them takes a tenth of a second
TEMPLATES: Final = environment()
FILES: Final = static_files()
_BODIES: Final = {True: "application/json", False: "application/x-www-form-urlencoded"}


class DeskLink(Unmetered):
    """A connection of the page's listener."""

    def __init__(self, names: OwnNames) -> None:
        self.names = names


class DeskSite:
    """Answers requests of staff."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._address = behind.context.config.desk_address
        parts = urlsplit(self._address)
        self._host = parts.hostname or ""
        self.link = DeskLink(OwnNames([self._host]))

    async def answer(self, request: SiteRequest) -> web.StreamResponse:
        """Return the answer to a request."""
        wrong = refused(request)
        if wrong is not None:
            return wrong
        path, _, query = request.raw_path.partition("?")
        file = FILES.get(path)
        if file is not None and request.method in ("GET", "HEAD"):
            return show(request, file)
        if request.method in ("GET", "HEAD") and not self._is_named_rightly(request):
            return gone_to(
                f"{self._address}/"
            )  # browsers make no passkeys for an address in digits
        if request.method == "POST" and not self._is_own(request):
            return closing(self._refusal(request, HTTPStatus.FORBIDDEN, ELSEWHERE))
        return await self._routed(request, path, query)

    async def _routed(self, request: SiteRequest, path: str, query: str) -> web.StreamResponse:
        context, cookie = self._behind.context, request.cookies.get(COOKIE, "")
        visitor = await staff.visitor_of(context, cookie)
        found, methods = _route(request.method, path)
        if found is None:
            if visitor is None:
                return self._to_login(request)
            if methods:
                told = sentence(HTTPStatus.METHOD_NOT_ALLOWED, "Not this way.", Allow=methods)
                return closing(told) if request.body_exists else told
            text = "There is nothing here."
            return self._refusal(request, HTTPStatus.NOT_FOUND, text, visitor)
        route, matched = found
        if visitor is None and not route.is_open:
            return self._to_login(request)
        try:
            asked = parse_qs(query, keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX)
        except ValueError:
            return closing(sentence(HTTPStatus.BAD_REQUEST, NO_FORM))
        visit = Visit(self._behind, TEMPLATES, request, path, matched, visitor, asked)
        if path == "/" and visit.may("notices-mine"):  # whoever sees nothing else begins there
            return gone_to("/flags")
        if not (route.is_open or visit.may(*route.gives)):
            told = self._refusal(
                request, HTTPStatus.FORBIDDEN, "This is not for your role.", visitor
            )
            return closing(told) if request.body_exists else told
        if request.method == "POST":
            if (problem := await _read(request, route, visit)) is not None:
                return closing(problem)
            if visitor is not None:  # it may have taken its time to come
                visit.visitor = await staff.visitor_of(context, cookie)
                if visit.visitor is None:
                    return self._to_login(request)
        elif request.body_exists:
            return closing(sentence(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Send no body."))
        return await route.answer(visit)

    def _is_named_rightly(self, request: SiteRequest) -> bool:
        name = request.headers.get("Host", "").rpartition(":")[0] or request.headers.get("Host", "")
        return name.lower() == self._host

    def _is_own(self, request: SiteRequest) -> bool:
        """Whether a page of ours sends this: browsers say so by themselves, and nobody can make them lie."""
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        return site == "same-origin" and request.headers.get("Origin") == self._address

    def _to_login(self, request: SiteRequest) -> web.Response:
        if request.method == "POST":
            return closing(sentence(HTTPStatus.UNAUTHORIZED, "You are not logged in."))
        return gone_to("/login")

    def _refusal(
        self,
        request: SiteRequest,
        status: HTTPStatus,
        text: str,
        visitor: staff.Visitor | None = None,
    ) -> web.Response:
        visit = Visit(self._behind, TEMPLATES, request, "", None, visitor, {})
        return visit.page("gone.html", status, text)


def _route(method: str, path: str) -> tuple[tuple[Route, re.Match[str]] | None, str]:
    """Return the place that is meant, and else by which methods there is one."""
    methods = set()
    for route in ROUTES:
        matched = route.path.fullmatch(path)
        if matched is not None:
            if route.method == ("GET" if method == "HEAD" else method):
                return (route, matched), ""
            methods.add(route.method)
    return None, ", ".join(sorted(methods))


async def _read(request: SiteRequest, route: Route, visit: Visit) -> web.Response | None:
    """Read what was sent, by a form or by our script; a sentence if it cannot be."""
    by_script = route.path.pattern.endswith(("/begin", "/finish"))
    bytes_max = staff.ANSWER_BYTES_MAX if by_script else FORM_BYTES_MAX
    if (request.content_length or 0) > bytes_max:
        return sentence(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too large.")
    if request.body_exists and request.content_type != _BODIES[by_script]:
        return sentence(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, NO_FORM)
    request.take(bytes_max)
    try:
        async with asyncio.timeout(REQUEST_S_MAX):
            body = await request.read()
        if by_script:
            visit.said = msgspec.json.decode(body or b"{}")
        else:
            visit.form = parse_qs(
                body.decode(), keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX
            )
    except TimeoutError:
        return sentence(HTTPStatus.REQUEST_TIMEOUT, "That took too long.")
    except (ValueError, msgspec.DecodeError, RecursionError):
        return sentence(HTTPStatus.BAD_REQUEST, NO_FORM)
    return None


def connector(behind: Behind) -> Callable[[], asyncio.Protocol]:
    """Return what makes the protocol of a connection; called by a thread's loop once all is imported."""
    site = DeskSite(behind)
    serving = Serving(site.answer, behind.report, REQUEST_S_MAX, behind.context.config.desk_address)
    return lambda: serving.connect(site.link)
