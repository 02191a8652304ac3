"""Notices at the site: anybody says that something is illegal, and reads what became of it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from chappe.desks.moderation.appeal_links import LinkPurpose, token_of
from chappe.desks.moderation.cases import close_case
from chappe.desks.moderation.notices import (
    NOTICES_KEPT_S,
    NoticeForm,
    NoticeRefusedError,
    TakenNotice,
    places_in,
    require_form,
)
from chappe.desks.moderation.records import MODERATION_BOX, Case, CaseState
from chappe.features import reports
from chappe.features.reports import PublicPlace
from chappe.gateways.web.noticing import notice_places
from chappe.rpc import LIMITER, Limiter, Rate
from chappe.tl import api
from tests.features.village import Village, village
from tests.gateways.browsing import here

FOLLOW = re.compile(r'href="(/report/[0-9]+-[0-9a-f]{32})"')
ADDRESS = "https://chat.example.org"
RIGHT = NoticeForm(
    f"{ADDRESS}/semaphore/3",
    "SCAMS_AND_FRAUD",
    "It is fraud.",
    "Ada",
    "ada@example.org",
    faith=True,
)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (f"{ADDRESS}/semaphore/3", (PublicPlace("semaphore", 3),)),
        ("chat.example.org/semaphore/3", (PublicPlace("semaphore", 3),)),
        (f"{ADDRESS}/semaphore", (PublicPlace("semaphore"),)),
        (f"{ADDRESS}/semaphore/2/3", (PublicPlace("semaphore", 3),)),
        ("@semaphore\n@semaphore @lille1", (PublicPlace("semaphore"), PublicPlace("lille1"))),
        ("https://elsewhere.example/semaphore/3", ()),
        (f"{ADDRESS}/+AbCdEf", ()),
        (f"{ADDRESS}/c/12/3", ()),
        ("there", ()),
    ],
)
def test_a_place_is_read_out_of_a_link_of_this_server(
    where: str, found: tuple[PublicPlace, ...]
) -> None:
    """Or of a username; links of groups that are not public lead nowhere that others could look."""
    assert places_in(where, ADDRESS) == found


@pytest.mark.parametrize(
    ("other", "wrong", "field"),
    [
        ({"where": " "}, "wrong.empty", "notice.where"),
        ({"where": "https://elsewhere.example/x"}, "wrong.place", "notice.where"),
        ({"where": "x" * 2_001}, "wrong.long", "notice.where"),
        ({"category": "NONSENSE"}, "wrong.empty", "notice.kind"),
        ({"why": ""}, "wrong.empty", "notice.why"),
        ({"why": "x" * 4_001}, "wrong.long", "notice.why"),
        ({"name": ""}, "wrong.empty", "notice.name"),
        ({"mail": "ada"}, "wrong.empty", "notice.mail"),
        ({"faith": False}, "wrong.empty", "notice.faith"),
    ],
)
def test_a_form_that_lacks_something_is_refused(
    other: dict[str, Any], wrong: str, field: str
) -> None:
    """Each by what is wrong and where; of abuse of children nobody has to give their name."""
    require_form(RIGHT, ADDRESS)
    with pytest.raises(NoticeRefusedError) as refused:
        require_form(RIGHT._replace(**other), ADDRESS)
    assert (refused.value.wrong, refused.value.field) == (wrong, field)
    require_form(RIGHT._replace(category="PROTECTION_OF_MINORS", name="", mail=""), ADDRESS)


class Site:
    """The places."""

    def __init__(self, v: Village, port: int, http: aiohttp.ClientSession) -> None:
        self.v, self.at, self._http = v, f"http://127.0.0.1:{port}", http

    async def get(self, path: str) -> tuple[int, str]:
        """Open a page."""
        async with self._http.get(self.at + path) as answer:
            return answer.status, await answer.text()

    async def send(self, **other: str) -> tuple[int, str]:
        """Send the form, which is right but for what is given."""
        form = {
            "where": "@semaphore",
            "kind": "SCAMS_AND_FRAUD",
            "why": "It is <b>fraud</b>.",
            "name": "Ada",
            "mail": "ada@example.org",
            "faith": "yes",
        }
        async with self._http.post(f"{self.at}/report", data={**form, **other}) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """Claude has a channel that everybody can read, with a post."""
    async with (
        village(twins=False) as v,
        here(places=notice_places(v.server.context)) as at,
        aiohttp.ClientSession() as http,
    ):
        yield Site(v, at.port, http)
        assert at.bugs == []


async def test_what_everybody_can_see_becomes_a_case_and_its_end_is_told() -> None:
    """With the words of whoever said so, as text; and by a link that only they have."""
    async with site() as s:
        (claude,) = await s.v.people_named("Claude")
        news = await claude.supergroup("Semaphores", broadcast=True)
        named = api.ChannelsUpdateUsername(channel=claude.channel(news), username="semaphore")
        await claude(named)
        post = await claude.say(news, "Send money.")
        status, shown = await s.get("/report")
        assert status == 200
        assert "<script" not in shown
        status, told = await s.send(
            where=f"@semaphore {s.v.context.config.web_address}/semaphore/{post}"
        )
        assert status == 201
        (follow,) = FOLLOW.findall(told)
        await s.v.settle()
        look = s.v.context.look(MODERATION_BOX)
        cases = await look.scan(Case)
        assert {one.source for one in cases} == {"ARTICLE_16"}
        found = await s.v.context.look(reports.BOX).scan(reports.Report)
        assert sorted(one.messages[0][3] if one.messages else "" for one in found) == [
            "",
            "Send money.",
        ]
        assert "It waits to be decided." in (await s.get(follow))[1]
        async with s.v.context.change(MODERATION_BOX) as change:
            for case in cases:
                change.put(close_case(change, case, CaseState.NO_VIOLATION, 0))
        assert "no violation was found" in (await s.get(follow))[1]
        notice = (await look.scan(TakenNotice))[0]
        assert (notice.name, notice.why) == ("Ada", "It is <b>fraud</b>.")
        await s.v.wait(NOTICES_KEPT_S)
        assert (await s.get(follow))[0] == 410
        assert await look.scan(TakenNotice) == []


async def test_nothing_is_taken_of_what_a_link_shows_to_nobody() -> None:
    """No such name, no such post, what somebody wrote in private; and what was sent is still in the form."""
    async with site() as s:
        ada, claude = await s.v.people_named("Ada", "Claude")
        await ada(api.AccountUpdateUsername(username="telegraph"))
        number = await claude.say(ada, "hello")
        address = s.v.context.config.web_address
        for where in ("@nobody_here", f"{address}/telegraph/{number}", "@x"):
            status, told = await s.send(where=where)
            assert status == 422
            assert "No address of this server is in it" in told
            assert "It is &lt;b&gt;fraud&lt;/b&gt;." in told
        assert await s.v.context.look(reports.BOX).scan(reports.Report) == []
        assert (await s.send(where="@telegraph"))[0] == 201  # the account as such
        assert (await s.send(faith=""))[0] == 422


async def test_nobody_reads_of_a_notice_by_a_guess_nor_sends_without_end() -> None:
    """The link of another number or purpose is none."""
    async with site() as s:
        for purpose in (LinkPurpose.APPEAL, LinkPurpose.FOLLOW_APPEAL):
            assert (await s.get(f"/report/{token_of(s.v.context, purpose, 1)}"))[0] == 404
        assert (await s.get("/report/1-" + "0" * 32))[0] == 404
        s.v.context.give(LIMITER, Limiter())
        for _ in range(Rate.NOTICE.value.size):
            await s.send(faith="")
        assert (await s.send())[0] == 429
