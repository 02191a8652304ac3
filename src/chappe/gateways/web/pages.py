"""The pages before they are there: library and files are loaded by a thread once the port is open.

This file imports neither, so that a start takes as long, and as much memory, as without any pages.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping
from importlib import import_module, resources
from pathlib import Path
from typing import Any, Final

import msgspec

from chappe.gateways.mtproto import HttpLink
from chappe.mtproto.web_frames import Unmask, unmask_here
from chappe.updates import Context

from . import about

SWITCH_S: Final = 0.001  # seconds the thread may hold the interpreter while the loop waits for it
USUAL_SWITCH_S: Final = sys.getswitchinterval()  # seconds at any other time

# what is told to everybody: a client that is here by another host asks for it from there
FOR_ALL: Final = {"Access-Control-Allow-Origin": "*"}

Report = Callable[[str, BaseException], None]


class LazyPages:
    """See `Pages` of the MTProto gateway's ports. A connection that comes before they are loaded waits."""

    def __init__(
        self,
        tell: Callable[[], about.About],
        report: Report,
        sign_in: Context | None = None,
        exports: Context | None = None,
        bots: Any = None,
    ) -> None:
        """`tell` returns what `/.well-known/chappe.json` says; asked when pages are loaded, and renewed.

        With `sign_in` an organisation signs in by paths of the site; with `exports` people fetch theirs,
        appeal, say what is illegal, and read the terms; with `bots` bots are served by HTTP.
        """
        self._bots = bots
        self._exports = exports
        self._sign_in = sign_in
        self._places: Any = None  # once they are loaded
        self.loaded = False
        self._unmask: Unmask = unmask_here
        self._tell = tell
        self._report = report
        self._serving: Any = None
        self._loading: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._log: tuple[Path, Mapping[str, str]] | None = None

    def serve_log(self, folder: Path, texts: Mapping[str, str]) -> None:
        """Serve a public log below `/log`, and texts beside it by their names; before they are loaded."""
        self._log = (folder, texts)

    def unmask(self, mask: bytes, data: bytearray) -> None:
        """See `Pages`."""
        self._unmask(mask, data)

    async def load(self) -> None:
        """Wait until they are loaded, by a thread; begin if nobody has."""
        if self._loading is None:
            self._loading = asyncio.get_running_loop().create_task(self._load())
        await asyncio.shield(self._loading)

    async def _load(self) -> None:
        sys.setswitchinterval(SWITCH_S)
        try:
            self._places = await asyncio.to_thread(
                _places, self._sign_in, self._log, self._exports, self._bots
            )
            told = self._tell()
            site = await asyncio.to_thread(_made, told, self._places)
        finally:
            sys.setswitchinterval(USUAL_SWITCH_S)
        serving = import_module(".serving", __package__)
        self._serving = serving.Serving(site.answer, self._report, public_url=told.public_url)
        self._unmask = serving.found_unmask()
        self.loaded = True

    def renew(self) -> None:
        """Tell what has changed, once a thread has made it; pages that are not loaded yet will."""
        if self._renewing is not None:
            self._renewing.cancel()  # it may have asked before the change
        if self.loaded:
            self._renewing = asyncio.get_running_loop().create_task(self._renew())

    async def _renew(self) -> None:
        try:
            site = await asyncio.to_thread(_made, self._tell(), self._places)
        except Exception as error:  # noqa: BLE001  our bug: log it, what was told before stays
            self._report("pages", error)
        else:
            self._serving.answer_by(site.answer)

    def serve(self, link: HttpLink) -> asyncio.Protocol:
        """Return what serves a connection; only once they are loaded."""
        served: asyncio.Protocol = self._serving.connect(link)
        return served

    def leave(self, served: asyncio.Protocol) -> None:
        """End what served a connection, which stays open for something else."""
        self._serving.leave(served)

    async def stop(self, seconds: float) -> None:
        """Let what is being answered be finished, but no longer than this, and end the rest."""
        if self._loading is not None and not self._loading.done():
            self._loading.cancel()
        if self._renewing is not None:
            self._renewing.cancel()
        if self._serving is not None:
            await self._serving.stop(seconds)


def _made(told: about.About, places: Any) -> Any:
    """Return the site. Takes a third of a second, most of it the imports."""
    kept_files = import_module(".kept_files", __package__)
    files = kept_files.read_files(resources.files(__package__) / "files", told.mirrors)
    told = msgspec.structs.replace(told, build=files["/"].plain.etag.strip('"'))
    files[about.PATH] = kept_files.file_of(about.PATH, about.encoded(told), further=FOR_ALL)
    return import_module(".site", __package__).Site(files, places)


def _places(
    sign_in: Context | None,
    log: tuple[Path, Mapping[str, str]] | None,
    exports: Context | None,
    bots: Any,
) -> Any:
    """Return the places of the site, with what they remember."""
    places = import_module(".places", __package__).PLACES
    if sign_in is not None:
        signing_in = import_module(".signing_in", __package__)
        places = (*signing_in.SignInPlaces(sign_in).places(), *places)
    if bots is not None:
        places = (*import_module("chappe.gateways.botapi.place").bot_places(bots), *places)
    if log is not None:
        places = (import_module(".public_log", __package__).log_place(*log), *places)
    if exports is not None:
        places = (*import_module(".exporting", __package__).export_places(exports), *places)
        for module, made in (
            (".appealing", "appeal_places"),
            (".noticing", "notice_places"),
            (".terms_pages", "terms_places"),
        ):
            places = (*getattr(import_module(module, __package__), made)(exports), *places)
    if exports is not None and log is not None:
        numbers = import_module(".numbers", __package__)
        places = (numbers.numbers_place(exports, log[0]), *places)
    return places
