"""Somebody fetches their export as one file: by the number of one that runs, and by nothing else."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from chappe.features.takeout.rules import WAIT_S
from chappe.gateways.own_names import OwnNames
from chappe.gateways.web import exporting
from chappe.gateways.web.exporting import export_places, read_form
from chappe.gateways.web.places import PLACES
from chappe.gateways.web.serving import SiteRequest
from chappe.rpc import LIMITER, Limiter
from chappe.tl import api
from tests.features.test_takeout import asked, begun, within
from tests.features.village import Person, Village, village
from tests.gateways.browsing import here


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Village, Person, int, str]]:
    """A village in which Ada's export runs; yields its number and the address of the place."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await claude.say(ada, "hello")
        await asked(ada)
        await v.wait(WAIT_S)
        number = await begun(ada)
        async with here(places=export_places(v.server.context)) as at:
            yield v, ada, number, f"http://127.0.0.1:{at.port}/export"
            assert at.bugs == []


async def post(address: str, **form: Any) -> tuple[int, bytes, Any]:
    """Send a form; return status, body and headers of what comes."""
    async with aiohttp.ClientSession() as http, http.post(address, data=form) as answer:
        return answer.status, await answer.read(), answer.headers


async def test_it_comes_as_a_file_with_what_was_chosen() -> None:
    """Everything without a choice."""
    async with running() as (v, ada, number, address):
        me = {"person": ada.id, "export": number}
        assert (await post(address, **me, check=1))[:2] == (204, b"")
        status, body, headers = await post(address, **me)
        assert status == 200
        assert headers["Content-Type"] == "application/zip"
        assert headers["Content-Disposition"].startswith('attachment; filename="export-')
        assert headers["Cache-Control"] == "no-store"
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            assert opened.testzip() is None
            assert {"account.json", "sessions.json", "chats.json"} <= set(opened.namelist())
            assert json.loads(opened.read("export.json"))["person"] == ada.id
        _, body, _ = await post(address, **me, classes="contacts,chats")
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            assert sorted(opened.namelist()) == ["chats.json", "contacts.json", "export.json"]
        await ada(within(number, api.AccountFinishTakeoutSession(success=True)))
        assert (await post(address, **me))[0] == 403
        assert v.bugs == []


async def test_nobody_without_its_number_has_it() -> None:
    """Nor with it for somebody else; an export that waits is none; and guesses soon have to wait."""
    async with running() as (v, ada, number, address):
        claude = await v.person("Claude")
        await asked(claude)
        for person, given in (
            (ada.id, number ^ 1),
            (ada.id, 0),
            (claude.id, number),
            (claude.id, 0),
            (ada.id + 4096, number),
        ):
            status, body, _ = await post(address, person=person, export=given)
            assert (status, body.decode().strip()) == (403, exporting.NONE_RUNS)
        v.server.context.give(LIMITER, Limiter(1.0))
        refused = [(await post(address, person=ada.id, export=1))[0] for _ in range(31)]
        assert refused == [403] * 30 + [429]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"person": 1},
        {"person": "x", "export": 1},
        {"person": -1, "export": 1},
        {"person": 1, "export": 1 << 63},
        {"person": 1, "export": 1, "classes": "passwords"},
        {"person": 1, "export": 1, "conversations": "everybody"},
        {"person": 1, "export": 1, "since": "yesterday"},
        {"person": 1, "export": 1, "until": "١"},
    ],
)
async def test_what_is_no_form_is_refused(form: dict[str, Any]) -> None:
    """In one sentence."""
    with pytest.raises(ValueError, match=r"person|export|since|until|is not a valid"):
        read_form({name: str(value) for name, value in form.items()})
    async with village(twins=False) as v, here(places=export_places(v.server.context)) as at:
        status, body, _ = await post(f"http://127.0.0.1:{at.port}/export", **form)
        assert (status, body.decode().strip()) == (400, exporting.UNREADABLE)
        large = urlencode({"person": "1" * exporting.FORM_BYTES_MAX})
        assert (await post(f"http://127.0.0.1:{at.port}/export", large=large))[0] == 413


async def test_refused_while_it_is_fetched_it_breaks_off() -> None:
    """So that nobody takes what has come for the whole; meanwhile no second one is begun."""
    async with running() as (v, ada, number, address):
        me = {"person": ada.id, "export": number}
        seen: list[int] = []
        sent = exporting.Exports._sent

        async def slowly(self: Any, request: SiteRequest, asked_for: Any) -> Any:
            seen.append((await post(address, **me))[0])
            runs = self._runs

            async def once(which: Any) -> bool:
                if await runs(which):
                    await ada(within(number, api.AccountFinishTakeoutSession(success=True)))
                    return True
                return False

            self._runs = once
            return await sent(self, request, asked_for)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(exporting.Exports, "_sent", slowly)
            with pytest.raises(aiohttp.ClientPayloadError):
                await post(address, **me)
        assert seen == [409]
        assert v.bugs == []


async def test_a_form_of_our_own_page_is_taken_and_one_of_a_foreign_page_is_not() -> None:
    """Browsers say `null` of a form, since our pages never say where one comes from."""
    async with village(twins=False) as v:
        names, places = OwnNames([]), export_places(v.server.context)
        async with (
            here(places=(*places, *PLACES), names=names) as at,
            aiohttp.ClientSession() as http,
        ):
            address = f"http://127.0.0.1:{at.port}"
            for path, origin, status in (
                ("/export", "null", 400),
                ("/export", address, 400),
                ("/export", "https://elsewhere.example", 403),
                ("/apiw", "null", 403),
            ):
                asked_for = http.post(address + path, data={}, headers={"Origin": origin})
                async with asked_for as answer:
                    assert answer.status == status, (path, origin)
