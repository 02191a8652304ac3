"""Appeals at the site: the link of a letter takes one, without an account and without any script."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiohttp

from chappe.desks.moderation import LinkPurpose, appeals, link_of
from chappe.desks.moderation.appeal_links import token_of
from chappe.desks.moderation.appeal_records import Appeal
from chappe.desks.moderation.records import APPEAL_WINDOW_S, MODERATION_BOX
from chappe.gateways.own_names import OwnNames
from chappe.gateways.web.appealing import appeal_places
from chappe.rpc import LIMITER, Limiter, Rate
from tests.desks.test_moderation_letters import decision_about, made
from tests.features.village import Village, village
from tests.gateways.browsing import here

FOLLOW = re.compile(r'href="(/appeal/1-[0-9a-f]{32})"')


class Answered(NamedTuple):
    """What came back."""

    status: int
    text: str
    headers: dict[str, str]


class Site:
    """The places, and a decision about Ada."""

    def __init__(self, v: Village, port: int, http: aiohttp.ClientSession) -> None:
        self.v, self.at, self._http = v, f"http://127.0.0.1:{port}", http

    @property
    def link(self) -> str:
        """The path of the link in the letter."""
        return f"/appeal/{token_of(self.v.context, LinkPurpose.APPEAL, 1)}"

    async def get(self, path: str, language: str = "en") -> Answered:
        """Open a page."""
        headers = {"Accept-Language": language}
        async with self._http.get(self.at + path, headers=headers) as answer:
            return Answered(answer.status, await answer.text(), dict(answer.headers))

    async def post(self, path: str, text: str, origin: str = "") -> Answered:
        """Send the form of a page."""
        headers = {"Origin": origin} if origin else {}
        async with self._http.post(
            self.at + path, data={"text": text}, headers=headers, allow_redirects=False
        ) as answer:
            return Answered(answer.status, await answer.text(), dict(answer.headers))


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """A decision about Ada was told to her."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        await made(v, decision_about(ada.id))
        async with (
            here(places=appeal_places(v.server.context), names=OwnNames(["127.0.0.1"])) as at,
            aiohttp.ClientSession() as http,
        ):
            yield Site(v, at.port, http)
            assert at.bugs == []


async def test_the_link_of_a_letter_takes_one_appeal_and_leads_to_what_became_of_it() -> None:
    """It is talked over there; what somebody wrote is text and nothing else."""
    async with site() as s:
        shown = await s.get(s.link)
        assert shown.status == 200
        assert '<form method="post">' in shown.text
        assert "<script" not in shown.text
        assert "script-src" not in shown.headers["Content-Security-Policy"]
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert (await s.post(s.link, "  ")).status == 422
        taken = await s.post(s.link, "<b>It was not me.</b>")
        assert taken.status == 201
        (follow,) = FOLLOW.findall(taken.text)
        for again in (await s.get(s.link), await s.post(s.link, "Once more.")):
            assert again.status == 410
            assert "This address was used" in again.text
        read = await s.get(follow)
        assert "&lt;b&gt;It was not me.&lt;/b&gt;" in read.text
        assert "It waits to be decided" in read.text
        await appeals.ask_about(s.v.context, 1, 6, "When?")
        assert "When?" in (await s.get(follow)).text
        assert (await s.post(follow, "On Monday.")).status == 303
        assert "On Monday." in (await s.get(follow)).text
        await appeals.decide_appeal(s.v.context, 1, appeals.UPHELD, 6)
        read = await s.get(follow)
        assert "the decision stands" in read.text
        assert "<form" not in read.text
        assert (await s.post(follow, "But no.")).status == 409


async def test_a_page_is_in_the_language_of_the_browser() -> None:
    """And in its direction."""
    async with site() as s:
        assert '<html lang="ar" dir="rtl">' in (await s.get(s.link, "ar")).text
        assert "Réclamation contre une décision" in (await s.get(s.link, "fr-CH, en")).text


async def test_nobody_gets_in_by_a_link_that_was_not_made_for_it() -> None:
    """Guessed, for another decision, after six months; nor by another site's page, nor by trying often."""
    async with site() as s:
        wrong = s.link[:-1] + ("0" if s.link[-1] != "0" else "1")
        assert (await s.get(wrong)).status == 404
        assert (await s.post(wrong, "It was not me.")).status == 404
        assert (await s.get(s.link.replace("/1-", "/2-"))).status == 404
        follow = f"/appeal/{token_of(s.v.context, LinkPurpose.FOLLOW_APPEAL, 1)}"
        assert (await s.get(follow)).status == 410  # there is none yet
        assert link_of(s.v.context, LinkPurpose.APPEAL, 1).endswith(s.link)
        s.v.clock.time += APPEAL_WINDOW_S
        assert (await s.get(s.link)).status == 410
        assert (await s.post(s.link, "It was not me.")).status == 410
        assert await s.v.context.look(MODERATION_BOX).get(Appeal, 1) is None
        s.v.context.give(LIMITER, Limiter())
        for _ in range(Rate.NOTICE.value.size):
            await s.get(wrong)
        assert (await s.get(wrong)).status == 429


async def test_a_form_on_a_foreign_page_makes_no_appeal() -> None:
    """Though it knows the link; our own page's does."""
    async with site() as s:
        for origin in ("https://evil.example", "null"):
            assert (await s.post(s.link, "It was not me.", origin)).status == 403
        assert await s.v.context.look(MODERATION_BOX).get(Appeal, 1) is None
        assert (await s.post(s.link, "It was not me.", s.at)).status == 201
