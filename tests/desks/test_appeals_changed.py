"""Appeals that change a part of a decision, and appeals that are decided late."""

from pathlib import Path
from typing import Any

from chappe.desks.moderation import appeals
from chappe.desks.moderation.records import (
    APPEAL_WINDOW_S,
    DAY_S,
    MODERATION_BOX,
    Case,
    CaseEvidence,
    Decision,
)
from chappe.features import accounts, conversations
from chappe.features.restrictions import TakenDown
from chappe.tl import api
from tests.features.village import Village, village
from tests.operating import operate

from .judging import moderators, reported
from .test_deciding import SCAM, box, refused
from .test_public_acts import NAME, Place


async def appealed(v: Village, decision: int = 1) -> None:
    """Have whoever a decision is about appeal against it."""
    await v.wait(1)
    assert await appeals.file_appeal(v.context, decision, "app", "It was not me.")
    await v.settle()


async def messages_of(v: Village, who: Any) -> list[str]:
    """Return the newest things the service wrote to somebody."""
    await v.wait(1)
    found = await box(v, who).scan(conversations.Message)
    return [m.text for m in found if m.sender == accounts.SERVICE_USER]


async def test_an_appeal_changes_only_what_its_decider_chose() -> None:
    """The rest stands, both sides are told what, and what stands can be appealed no more but reversed."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        (grace,) = await moderators(v, "Grace")
        (judge,) = await moderators(v, "Judge", role="reviewer")
        await grace.log_in()
        number = await reported(ada, eve)
        made = await grace.give(
            "case-decide", case=1, acts="remove,freeze,mark-scam", **SCAM, days=3
        )
        assert made["state"] == "done"
        await v.settle()
        assert number not in [m.id for m in await ada.history(eve)]
        await appealed(v)
        with refused("You made this decision"):
            await appeals.decide_appeal(v.context, 1, "changed", grace.number, "freeze")
        for undo, why in (
            ("", "What is to be done"),
            ("ban", "no `ban` that stands"),
            ("remove,freeze,mark-scam", "all it did"),
        ):
            with refused(why):
                await judge.give("appeal-decide", decision=1, outcome="changed", undo=undo)
        with refused("alone"):
            await judge.give("appeal-decide", decision=1, outcome="upheld", undo="freeze")
        await judge.give("appeal-decide", decision=1, outcome="changed", undo="freeze,remove")
        await v.wait(1)
        assert await box(v, eve).get(accounts.Suspension) is None
        assert number in [m.id for m in await ada.history(eve)]
        (shown,) = await ada(api.UsersGetUsers(id=[ada.user(eve)]))
        assert shown.scam
        kept = await v.context.look(MODERATION_BOX).get(Decision, 1)
        assert kept is not None
        assert (kept.state, kept.undone, kept.standing) == (
            "done",
            ("remove", "freeze"),
            ("mark-scam",),
        )
        assert any("This stands: It is marked as a scam." in m for m in await messages_of(v, eve))
        assert any("This stands: It is marked as a scam." in m for m in await messages_of(v, ada))
        await appeals.AppealDecided(decision=1).run(v.context)
        await judge.give("case-reverse", decision=1)
        await v.settle()
        (shown,) = await ada(api.UsersGetUsers(id=[ada.user(eve)]))
        assert not shown.scam


async def test_each_partial_reversal_is_in_the_public_log(tmp_path: Path) -> None:
    """With the acts it put back, and no others."""
    async with village(public_log=NAME, twins=False, desk_url="http://localhost:8444") as v:
        place = Place(v, tmp_path / "log")
        ada, eve = await v.people_named("Ada", "Eve")
        (grace,) = await moderators(v, "Grace")
        (judge,) = await moderators(v, "Judge", role="reviewer")
        await grace.log_in()
        async with place.start() as log:
            await reported(ada, eve)
            await grace.give("case-decide", case=1, acts="freeze,mark-scam", **SCAM, days=3)
            await v.settle()
            await log.run()
            await appealed(v)
            await judge.give("appeal-decide", decision=1, outcome="changed", undo="freeze")
            await v.wait(1)
            await log.run()
            await v.wait(61)
            await judge.give("case-reverse", decision=1)
            await log.run()
            said = [one for one in place.served() if one["kind"] == "moderation.reversal"]
            assert [one["acts"] for one in said] == [["freeze"], ["mark-scam"]]
            ended = [one for one in place.served() if one["kind"] == "moderation.appeal"]
            assert [one["outcome"] for one in ended] == ["changed"]


async def test_an_appeal_that_is_weeks_late_still_brings_back_what_was_removed() -> None:
    """What was taken down is kept as long as the appeal waits, and goes once it is decided otherwise."""
    async with village(twins=False) as v:
        ada, eve, bob = await v.people_named("Ada", "Eve", "Bob")
        (grace,) = await moderators(v, "Grace")
        numbers = {one.id: await reported(ada, one, f"gold of {one.id}") for one in (eve, bob)}
        for case in (1, 2):
            await grace.give("case-decide", case=case, acts="remove", **SCAM)
        await v.wait(1)
        v.clock.time += APPEAL_WINDOW_S - DAY_S
        await appealed(v, 1)
        for _ in range(60):
            await v.wait(DAY_S)
        look = v.context.look(MODERATION_BOX)
        assert await look.get(Case, 1) is not None
        assert await look.get(Case, 2) is None
        assert await look.scan(CaseEvidence, 1) != []
        await operate(v.server, "case-reverse", decision=1)
        await v.settle()
        assert numbers[eve.id] in [m.id for m in await ada.history(eve)]
        assert await box(v, bob).scan(TakenDown) == []
