"""Trusted flaggers: in by a passkey of their own, with a form and their own notices, and nothing else."""

import pytest

from chappe.desks.moderation.records import MODERATION_BOX, Case
from chappe.tl import api

from .browsing import page
from .people import colleague

FORM = {"where": "@semaphore", "category": "VIOLENCE", "why": "It calls for it. <b>Look</b>"}


async def test_a_flagger_says_what_is_illegal_and_sees_what_became_of_that_alone() -> None:
    """Its case waits in their lane, as theirs; another flagger sees nothing of it."""
    async with page() as visitors:
        v = visitors.village
        (eve,) = await v.people_named("Eve")
        await eve(api.AccountUpdateUsername(username="semaphore"))
        hotline, other = [await colleague(v, n, "trusted-flagger") for n in ("Hotline", "Other")]
        liaison = await colleague(v, "Liaison", "flagger-liaison")
        grace = await colleague(v, "Grace", "moderator")
        begun = await visitors.get("/", hotline)
        assert (begun.status, begun.headers["Location"]) == (303, "/flags")
        wrong = await visitors.post(
            "/flags", hotline, {**FORM, "where": "https://elsewhere.example/x"}
        )
        assert wrong.status == 422
        assert "no address of this server" in wrong.text
        assert "&lt;b&gt;Look&lt;/b&gt;" in wrong.text
        assert (await visitors.post("/flags", hotline, FORM)).status == 303
        await v.settle()
        (case,) = await v.context.look(MODERATION_BOX).scan(Case)
        assert (case.lane, case.source, case.subject) == ("flagger", "TRUSTED_FLAGGER", eve.id)
        mine = await visitors.get("/flags", hotline)
        assert "<td>open</td>" in mine.text
        assert "You have sent none" in (await visitors.get("/flags", other)).text
        shown = await visitors.get("/flaggers", liaison)
        assert "Hotline" in shown.text
        listed = await visitors.get("/notices", grace)
        assert "VIOLENCE" in listed.text
        read = await visitors.get("/notices/1", grace)
        assert "Hotline" in read.text
        assert "&lt;b&gt;Look&lt;/b&gt;" in read.text
        await grace.give("case-claim", cases=[case.number])
        await grace.give("case-close", cases=[case.number], outcome="no-violation")
        assert "<td>no-violation</td>" in (await visitors.get("/flags", hotline)).text
        for command in ("notices", "cases", "people", "status", "ledger"):
            with pytest.raises(ValueError, match="not for your role"):
                await hotline.give(command)


async def test_a_flagger_is_nothing_else_here() -> None:
    """The role stands alone, and nobody else may use their form."""
    async with page() as visitors:
        v = visitors.village
        admin = await colleague(v, "Admin", "staff-admin")
        with pytest.raises(ValueError, match="`trusted-flagger` stands alone"):
            await admin.give("staff-add", name="Both", roles="trusted-flagger,moderator")
        with pytest.raises(ValueError, match="not for your role"):
            await admin.give("notice-file", **FORM)
