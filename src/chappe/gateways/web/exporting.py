"""The place where somebody fetches their own export: a form names one that runs, and a ZIP file comes.

The number of an export is known to the device that began it, and to no other: it stands in a body, never
in an address, where logs and histories would keep it.
"""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, NamedTuple

from aiohttp import web

from chappe.features import export, takeout
from chappe.features.export import Conversation, DataClass, Wanted
from chappe.rpc import LIMITER, Rate
from chappe.tl import errors
from chappe.updates import Context

from .serving import SiteRequest, sentence
from .site import Place

FORM_BYTES_MAX: Final = 4_096  # bytes of the form
SILENCE_S_MAX: Final = 900.0  # seconds between two pieces: limits are waited out, readers are slow
ACCOUNT_MAX: Final = 1 << 40  # numbers of accounts are below
UNREADABLE: Final = "That is no form for an export."
NONE_RUNS: Final = "No export of this number runs: it was refused, it is over, or it never was."
ONE_AT_A_TIME: Final = "This export is being fetched already: wait until that has come."
TOO_OFTEN: Final = "Too many tries came from there: wait some minutes."


class ExportForm(NamedTuple):
    """What a form asks for."""

    person: int
    number: int
    wanted: Wanted
    check: bool  # whether it may be had is asked only


def read_form(form: Mapping[str, object]) -> ExportForm:
    """Return what a form asks for.

    Raises:
        ValueError: it cannot be read.
    """

    def words(name: str) -> list[str]:
        return [word for word in str(form.get(name, "")).split(",") if word]

    def number(name: str, highest: int, otherwise: int | None = None) -> int:
        said = str(form.get(name, ""))
        if not said and otherwise is not None:
            return otherwise
        if not said.isascii() or not said.isdigit() or len(said) > 20 or int(said) > highest:  # noqa: PLR2004  digits of a 64-bit number
            raise ValueError(name)
        return int(said)

    far = Wanted()
    return ExportForm(
        person=number("person", ACCOUNT_MAX),
        number=number("export", (1 << 63) - 1),
        wanted=Wanted(
            classes=frozenset(map(DataClass, words("classes"))) or far.classes,
            conversations=frozenset(map(Conversation, words("conversations"))) or far.conversations,
            since=number("since", far.until, far.since),
            until=number("until", far.until, far.until),
            file_bytes_max=number("file_bytes_max", far.file_bytes_max, far.file_bytes_max),
        ),
        check="check" in form,
    )


class Exports:
    """The exports of one server that are being fetched, one of each person at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._fetched: set[int] = set()  # of whom one is under way

    async def answer(self, request: SiteRequest) -> web.StreamResponse:
        """Send an export, or say why not."""
        form = await request.post()
        request.link.allow(size_bytes=0)
        try:
            asked = read_form(form)
        except ValueError:
            return sentence(HTTPStatus.BAD_REQUEST, UNREADABLE)
        limiter, now = self._context.own(LIMITER), self._context.clock.monotonic()
        try:
            limiter.draw(Rate.REENTRY, request.link.client, now)
        except errors.FloodWait:
            return sentence(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN)
        if not await self._runs(asked):
            return sentence(HTTPStatus.FORBIDDEN, NONE_RUNS)
        limiter.give_back(Rate.REENTRY, request.link.client, now)  # it was no guess
        if asked.person in self._fetched:
            return sentence(HTTPStatus.CONFLICT, ONE_AT_A_TIME)
        if asked.check:
            return web.Response(status=HTTPStatus.NO_CONTENT)
        self._fetched.add(asked.person)
        try:
            return await self._sent(request, asked)
        finally:
            self._fetched.discard(asked.person)

    async def _runs(self, asked: ExportForm) -> bool:
        return await takeout.runs(self._context, asked.person, asked.number)

    async def _sent(self, request: SiteRequest, asked: ExportForm) -> web.StreamResponse:
        day = datetime.fromtimestamp(self._context.clock.now(), UTC)
        named = f'attachment; filename="export-{day:%Y-%m-%d}.zip"'
        answer = web.StreamResponse(headers={"Content-Disposition": named})
        answer.content_type = "application/zip"
        answer.force_close()
        request.link.allow(size_bytes=0, seconds=SILENCE_S_MAX)
        await answer.prepare(request)

        async def send(data: bytes) -> None:
            request.link.allow(size_bytes=0, seconds=SILENCE_S_MAX)
            await answer.write(data)

        archive = export.Archive(send)
        try:
            await export.write(self._parts(asked), archive)
            await archive.finish()
        except (errors.RpcError, export.NoSuchPersonError, ExportEndedError):
            # it ends in the middle, so that nobody takes it for the whole
            raise ConnectionResetError from None
        finally:
            archive.abandon()
        return answer

    async def _parts(self, asked: ExportForm) -> AsyncIterator[export.Part]:
        """Yield the files of an export as long as it runs: any device may refuse it meanwhile."""
        ask = export.asking(self._context, asked.person)
        async for part in export.parts(self._context, ask, asked.person, asked.wanted):
            if not await self._runs(asked):
                raise ExportEndedError
            yield part


def export_places(context: Context) -> tuple[Place, ...]:
    """Return where people of one server fetch their exports."""
    answer = Exports(context).answer
    post = frozenset({"POST"})
    return (Place(re.compile(r"/export"), answer, post, FORM_BYTES_MAX, by_form=True),)


class ExportEndedError(Exception):
    """An export was refused, or is over, while it was fetched."""
