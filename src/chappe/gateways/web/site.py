"""The public site, on the port of the transports: the web client's files, and places that are none."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, NamedTuple

from aiohttp import web

from chappe.gateways.own_names import OTHER_NAME, OTHER_PAGE

from .kept_files import SiteFile, Stored, part
from .links import is_link_path
from .serving import NO_HTTP, Answer, SiteRequest, closing, sentence

VERSIONS: Final = ((1, 1), (1, 0))
READ: Final = frozenset({"GET", "HEAD"})
NOTHING: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Nothing here</title></head>
<body><h1>There is nothing here</h1><p><a href="/">Go to the start.</a></p></body></html>
"""
NO_PAGE: Final = "null"  # what a browser says in the place of a page's origin
NO_BODY: Final = "Nothing is taken here: send no body."
TOO_LARGE: Final = "That is too large."


class Place(NamedTuple):
    """A place of the site that is no file."""

    path: re.Pattern[str]  # of the whole path, as it came, without what follows a `?`
    answer: Answer
    methods: frozenset[str] | None = READ  # None: whatever it is
    body_bytes_max: int = 0  # bytes of a body that is taken; 0: none is
    seconds_max: float | None = None  # until the answer has left; None: as every request
    # A form of our own page names no page, since pages of ours never say where one comes from. Where one
    # may be sent, whoever sends it must show a secret.
    by_form: bool = False


class Site:
    """Answers requests: by a file, by a place, or that there is nothing."""

    def __init__(self, files: Mapping[str, SiteFile], places: Sequence[Place]) -> None:
        """The first place whose path matches answers."""
        self._files = files
        self._places = places

    async def answer(self, request: SiteRequest) -> web.StreamResponse:
        """Return the answer to a request; at the path of a link stands the start of the client."""
        path = request.raw_path.partition("?")[0]
        by_form = any(p.by_form and p.path.fullmatch(path) for p in self._places)
        refusal = refused(request, by_form=by_form)
        if refusal is not None:
            return refusal
        file = self._files.get(path)
        if file is not None:
            return _wrong_use(request, READ) or show(request, file)
        for place in self._places:
            if place.path.fullmatch(path):
                return await _at(request, place)
        start = self._files.get("/")
        if start is not None and is_link_path(path):
            return _wrong_use(request, READ) or show(request, start)  # the client reads the path
        return _wrong_use(request, None) or nothing()


def refused(request: SiteRequest, *, by_form: bool = False) -> web.Response | None:
    """Refuse what no server may answer, and what a foreign page was led here for; None if it is neither."""
    if request.version not in VERSIONS:
        return closing(sentence(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here."))
    hosts = request.headers.getall("Host", ())
    if len(hosts) != 1 and (hosts or request.version >= (1, 1)):
        return closing(sentence(HTTPStatus.BAD_REQUEST, NO_HTTP))
    names = request.link.names
    if names is None:
        return None
    if not all(map(names.has_host, hosts)):
        return closing(sentence(HTTPStatus.MISDIRECTED_REQUEST, OTHER_NAME))
    origins = [o for o in request.headers.getall("Origin", ()) if not (by_form and o == NO_PAGE)]
    if not all(map(names.has_origin, origins)):
        return closing(sentence(HTTPStatus.FORBIDDEN, OTHER_PAGE))
    return None


def _wrong_use(
    request: SiteRequest, methods: frozenset[str] | None, body_bytes_max: int = 0
) -> web.Response | None:
    """Refuse a method or a body that is not taken; None if both are."""
    if methods is not None and request.method not in methods:
        allow = ", ".join(sorted(methods))
        told = sentence(
            HTTPStatus.METHOD_NOT_ALLOWED, f"Only {allow} can be used here.", Allow=allow
        )
        return closing(told) if request.body_exists else told
    if request.body_exists:
        if not body_bytes_max:
            return closing(sentence(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, NO_BODY))
        if (request.content_length or 0) > body_bytes_max:
            return closing(sentence(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE))
    return None


async def _at(request: SiteRequest, place: Place) -> web.StreamResponse:
    wrong = _wrong_use(request, place.methods, place.body_bytes_max)
    if wrong is not None:
        return wrong
    request.take(place.body_bytes_max)
    request.link.allow(size_bytes=place.body_bytes_max, seconds=place.seconds_max)
    return await place.answer(request)


def show(request: SiteRequest, file: SiteFile) -> web.Response:
    """Return a file, part of it, or that it is the same as before."""
    headers = request.headers
    asked = headers.get("Range") if request.method == "GET" else None
    stored = file.plain if asked else file.best(headers.get("Accept-Encoding", ""))
    same = headers.get("If-None-Match")
    if same is not None and _names(same, stored.etag):
        told = {name: v for name, v in stored.headers.items() if name != "Content-Length"}
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=told)
    if asked and headers.get("If-Range", stored.etag) == stored.etag:
        return _show_part(stored, asked)
    return web.Response(body=stored.body, headers=stored.headers)


def _names(header: str, etag: str) -> bool:
    """Whether an `If-None-Match` has this mark among its own."""
    return header.strip() == "*" or etag in (
        one.strip().removeprefix("W/") for one in header.split(",")
    )


def _show_part(stored: Stored, asked: str) -> web.Response:
    size = len(stored.body)
    try:
        found = part(asked, size)
    except IndexError:
        return sentence(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "There is no such part.",
            Content_Range=f"bytes */{size}",
        )
    if found is None:
        return web.Response(body=stored.body, headers=stored.headers)
    first, last = found
    named = {
        "Content-Range": f"bytes {first}-{last - 1}/{size}",
        "Content-Length": f"{last - first}",
    }
    headers = {**stored.headers, **named}
    return web.Response(
        status=HTTPStatus.PARTIAL_CONTENT, body=stored.body[first:last], headers=headers
    )


def nothing() -> web.Response:
    """Return the page for what is not there."""
    return web.Response(status=HTTPStatus.NOT_FOUND, text=NOTHING, content_type="text/html")
