"""Raids: what a rule finds is decided at once, by two persons the first time, and undone as one."""

import json
from typing import Any

import pytest

from chappe.desks.moderation import ask_second_for_raid
from chappe.desks.moderation.records import MODERATION_BOX, Decision
from chappe.features import accounts
from tests.features.village import Person, Village, village
from tests.operating import operate

from .judging import TERROR, moderators, queue, reported
from .people import Colleague, answer_of

SCAM = {"ground": "INCOMPATIBLE", "category": "SCAMS_AND_FRAUD", "facts": "done-together"}


def refused(words: str) -> Any:
    """Expect a refusal."""
    return pytest.raises(ValueError, match=words)


async def sign(who: Colleague, raid: int) -> Any:
    """Sign a raid as somebody does on the page."""
    visitor = await who.visitor()
    asked = await ask_second_for_raid(who.village.context, raid, visitor.giver)
    answer = json.dumps(answer_of(who.key.sign(asked["options"])))
    return await who.give("raid-sign", raid=raid, signature=answer)


async def marks(v: Village, people: list[Person]) -> list[str]:
    """Return what is said beside the names of people."""
    await v.wait(1)
    found = []
    for one in people:
        user = await v.context.look(accounts.owner_of(one.id)).get(accounts.User)
        assert user is not None
        found.append(user.mark)
    return found


async def test_a_rule_is_tried_decided_by_two_and_undone_as_one() -> None:
    """Each case has a decision of its own; what one person can do alone, one does the second time."""
    async with village(twins=False) as v:
        ada, *others = await v.people_named("Ada", "Eve", "Eva", "Evi")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        rita, *_ = await moderators(v, "Rita", role="reviewer")
        for one in (grace, emmy):
            await one.log_in()
        for one in others:
            await reported(ada, one)
        await reported(others[0], ada, "elsewhere", TERROR)
        tried = await grace.give("raid-preview", lane="ordinary")
        assert (tried["count"], [one["about"] for one in tried["cases"]]) == (
            3,
            ["Eve", "Eva", "Evi"],
        )
        assert await grace.give("raid-preview", reporters=2) == {"count": 0, "cases": []}
        with refused("finds no case"):
            await grace.give("raid-decide", count=3, acts="mark-scam", reporters=2, **SCAM)
        with refused("finds 3 cases by now, and not 2"):
            await grace.give("raid-decide", count=2, acts="mark-scam", lane="ordinary", **SCAM)
        made = await grace.give("raid-decide", count=3, acts="mark-scam", lane="ordinary", **SCAM)
        assert made["state"] == "proposed"
        assert await marks(v, others) == ["", "", ""]
        with refused("proposed this yourself"):
            await sign(grace, made["raid"])
        with refused("no answer of a passkey"):
            await emmy.give("raid-sign", raid=made["raid"], signature="{}")
        await emmy.give("case-close", cases=[3], outcome="no-violation")
        done = await sign(emmy, made["raid"])
        assert (done["state"], done["decided"], done["left_out"]) == ("done", 2, 1)
        assert await marks(v, others) == ["scam", "scam", ""]
        decisions = await v.context.look(MODERATION_BOX).scan(Decision)
        assert [(one.raid, one.state, one.second) for one in decisions] == [
            (1, "done", emmy.number)
        ] * 2
        assert len(await queue(grace)) == 1
        with refused("not for your role"):
            await grace.give("raid-undo", raid=1)
        assert (await rita.give("raid-undo", raid=1))["state"] == "reversed"
        assert await marks(v, others) == ["", "", ""]
        with refused("it is reversed"):
            await rita.give("raid-undo", raid=1)
        await reported(ada, others[0], "again")
        again = await grace.give("raid-decide", count=1, acts="mark-fake", lane="ordinary", **SCAM)
        assert again["state"] == "proposed"  # what was undone was no good use of the rule
        await sign(emmy, again["raid"])
        await reported(ada, others[1], "again")
        alone = await grace.give("raid-decide", count=1, acts="mark-fake", lane="ordinary", **SCAM)
        assert alone["state"] == "done"
        await reported(ada, others[2], "again")
        grave = await grace.give("raid-decide", count=1, acts="ban", lane="ordinary", **SCAM)
        assert grave["state"] == "proposed"
        assert (await emmy.give("raid-withdraw", raid=grave["raid"]))["state"] == "withdrawn"
        with refused("waits for no signature"):
            await sign(emmy, grave["raid"])


async def test_a_raid_reaches_no_case_that_somebody_has_a_part_in_or_works_on() -> None:
    """Nor one of another role; of new accounts it finds those alone."""
    async with village(twins=False) as v:
        ada, eve, eva = await v.people_named("Ada", "Eve", "Eva")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await reported(ada, eve)
        await reported(ada, eva)
        await emmy.give("case-claim", cases=[2])
        with refused("Emmy works on case 2"):
            await grace.give("raid-decide", count=2, acts="mark-scam", **SCAM)
        await emmy.give("case-release", case=2)
        await operate(v.server, "staff-account", staff="Grace", user=eve.id)
        with refused("about you"):
            await grace.give("raid-decide", count=2, acts="mark-scam", **SCAM)
        assert (await emmy.give("raid-preview", newer_days=1))["count"] == 0
        assert (await emmy.give("raid-preview", newer_days=30))["count"] == 2
        assert (await emmy.give("raid-preview", lane="terrorism"))["count"] == 0
