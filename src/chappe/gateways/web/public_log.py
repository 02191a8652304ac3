"""The public log on the site: its files as they lie there, whom to believe, and the auditor's programs.

Source: https://c2sp.org/tlog-tiles. Nothing is made here: any web server could serve the same folder. What
lies in `log_page` reads the same files, and checks them in the browser.
"""

import asyncio
import re
from collections.abc import Mapping
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import Final

from aiohttp import web

from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.tiles import parse_path

from .kept_files import file_of
from .serving import SiteRequest
from .site import Place, nothing, show

LOG: Final = re.compile(r"/log(?:/.*)?")
BELOW: Final = "/log/"
CHECKPOINT: Final = "checkpoint"
PROGRAMS: Final = ("report.py", "verify.py")
#   "This endpoint is immutable, so its caching headers SHOULD be long-lived." A partial tile is asked for
#   again: one that no head asks for yet may change.
FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
PAGE: Final = ("index.html", "page.css", "page.js", "checking.js")  # what checks it in a browser


def log_place(folder: Path, texts: Mapping[str, str]) -> Place:
    """Return the place of a log: what is served of it, and texts beside it, such as its policy."""
    lying = resources.files(__package__) / "log_page"
    page = {one: file_of(f"{BELOW}{one}", (lying / one).read_bytes()) for one in PAGE}
    page[""] = page["/log"] = page[PAGE[0]]
    package = resources.files("chappe.trust.ledger")
    programs = {one: (package / one).read_text("utf-8") for one in PROGRAMS}

    async def answer(request: SiteRequest) -> web.Response:
        name = request.raw_path.partition("?")[0].removeprefix(BELOW)
        if name in page:
            return show(request, page[name])
        if name in texts:
            return web.Response(text=texts[name])
        if name in programs:
            return web.Response(text=programs[name], content_type="text/x-python", charset="utf-8")
        if name == CHECKPOINT:
            return _file(await asyncio.to_thread(_read, folder / CHECKPOINT), "text/plain", "utf-8")
        try:
            tile = parse_path(name)
        except LedgerError:
            return nothing()
        found = _file(
            await asyncio.to_thread(_read, folder / tile.path), "application/octet-stream"
        )
        if found.status == HTTPStatus.OK and tile.is_full:
            found.headers.update(FOREVER)
        return found

    return Place(LOG, answer)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _file(content: bytes | None, kind: str, charset: str | None = None) -> web.Response:
    if content is None:
        return nothing()
    return web.Response(body=content, content_type=kind, charset=charset)
