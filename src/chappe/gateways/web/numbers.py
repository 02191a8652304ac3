"""The numbers of moderation on the site, out of the log that is served there."""

import asyncio
import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiohttp import web
from markupsafe import Markup

from chappe.desks import moderation
from chappe.desks.moderation import Wording
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.notes import parse_note
from chappe.trust.ledger.report import Year
from chappe.trust.ledger.tiles import ENTRIES, TILE_WIDTH, LogTile, parse_bundle, tile_at
from chappe.updates import Context

from .form_pages import page, paragraph
from .serving import SiteRequest
from .site import Place, nothing

RENEWED_S: Final = 60.0  # seconds for which numbers are shown before the log is read again
YEARS_MAX: Final = 30  # years that a log is counted in, the newest
_YEAR: Final = re.compile(r"20[0-9]{2}")
_WHEN: Final = re.compile(rb'"(?:day|week)":"(20[0-9]{2})-')
_HEAD: Final = Markup('<th scope="col">{}</th>')
_CELL: Final = Markup("<td>{}</td>")
_ROW: Final = Markup("<tr>{}</tr>\n")
_TABLE: Final = Markup(
    '<h2>{name}</h2>\n<div class="scroll" role="region" aria-label="{name}" tabindex="0"><table>'
    "<thead>{head}</thead><tbody>\n{rows}</tbody></table></div>\n"
)
_HOW: Final = Markup('<pre dir="ltr"><code>{}</code></pre>\n')


Tables = dict[str, str]  # by the names of their files


def read_years(folder: Path) -> dict[int, Tables]:
    """Return the tables of each year that a log has entries of, out of its files as they are served.

    Raises:
        LedgerError: the files are not those of a log.
    """
    try:
        note = parse_note((folder / "checkpoint").read_bytes())
    except OSError:
        return {}
    head, entries = parse_checkpoint(note.text), list[bytes]()
    for number in range(-(-head.size // TILE_WIDTH)):
        tile = tile_at(ENTRIES, number, head.size)
        entries += parse_bundle(tile, _content(folder, tile))
    known = sorted({int(found[1]) for one in entries if (found := _WHEN.search(one))})
    years = [Year(head.origin, year) for year in known[-YEARS_MAX:]]
    for entry in entries:
        for year in years:
            year.add(entry)
    return {int(year.year): year.files() for year in years}


def _content(folder: Path, tile: LogTile) -> bytes:
    """Return a bundle; of a partial one that is gone meanwhile, what the full one begins with."""
    try:
        return (folder / tile.path).read_bytes()
    except OSError:
        raise LedgerError(f"{tile.path} is not there") from None


class NumbersPlace:
    """The page, for one server."""

    def __init__(self, context: Context, folder: Path) -> None:
        self._context, self._folder = context, folder
        self._read_at = -RENEWED_S  # when the log was read, and what it said
        self._years: dict[int, Tables] = {}
        self._reading = asyncio.Lock()

    async def answer(self, request: SiteRequest) -> web.Response:
        """Show the numbers of a year; of this one where none is named."""
        asked = request.query.get("year", "")
        now = datetime.fromtimestamp(self._context.clock.now(), UTC).year
        year = int(asked) if _YEAR.fullmatch(asked) else now
        files = (await self._known()).get(year, {})
        if not files and year != now:
            return nothing()
        words = moderation.wording_accepted(request.headers.get("Accept-Language", ""))
        title = words.say("page", "numbers.title", year=str(year))
        return page(words, title, self._body(words, year, files))

    async def _known(self) -> dict[int, Tables]:
        """Return the tables; one reads the log at a time, and whoever waited has what that one read."""
        async with self._reading:
            now = self._context.clock.monotonic()
            if now >= self._read_at + RENEWED_S:
                self._years = await asyncio.to_thread(read_years, self._folder)
                self._read_at = now
            return self._years

    def _body(self, words: Wording, year: int, files: dict[str, str]) -> Markup:
        address = self._context.config.web_address
        how = (
            f"curl -O {address}/log/verify.py -O {address}/log/report.py\n"
            f"python3 report.py tables {address}/log --policy policy.txt --year {year} tables"
        )
        body = paragraph(words.say("page", "numbers.lead"))
        for name, content in files.items():
            rows = list(csv.reader(io.StringIO(content)))
            if len(rows) > 1:
                body += _table(name, rows)
        return body + paragraph(words.say("page", "numbers.how")) + _HOW.format(how)


def _table(name: str, rows: Sequence[Sequence[str]]) -> Markup:
    head = _ROW.format(Markup("").join(_HEAD.format(one) for one in rows[0]))
    said = Markup("").join(
        _ROW.format(Markup("").join(_CELL.format(one) for one in row)) for row in rows[1:]
    )
    return _TABLE.format(name=name, head=head, rows=said)


def numbers_place(context: Context, folder: Path) -> Place:
    """Return where everybody sees the numbers of a server's moderation."""
    return Place(re.compile(r"/log/numbers"), NumbersPlace(context, folder).answer)
