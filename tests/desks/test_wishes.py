"""What the operator wants done to an account where there are moderators: a proposal, a letter, an appeal."""

import json
from pathlib import Path
from typing import Any

from chappe.desks import staff
from chappe.desks.moderation.records import (
    MODERATION_BOX,
    Case,
)
from chappe.features import accounts
from chappe.tl import api
from tests.features.village import Village, village
from tests.operating import operate

from .judging import moderators, queue, reported
from .people import Colleague, colleague
from .test_deciding import box, letters_of, refused, sign
from .test_public_acts import NAME, Place


async def let_in_by(who: Colleague, name: str, roles: str) -> Colleague:
    """Have somebody of the staff add somebody, who enrols."""
    added = Colleague(who.village, await who.give("staff-add", name=name, roles=roles))
    await added.enrol()
    await added.log_in()
    return added


async def a_desk(v: Village) -> tuple[Colleague, Colleague, Colleague]:
    """Return a moderator whom the machine did not let in, an administrator, and who lets people in."""
    boss = await colleague(v, "Boss", "staff-admin")
    grace = await let_in_by(boss, "Grace", "moderator")
    helper = await colleague(v, "Helper", "administrator")
    v.clock.time += staff.KEY_RESTS_S
    for one in (boss, grace, helper):
        await one.log_in()
    return grace, helper, boss


def erased(found: Any) -> bool:
    """Whether an account is gone."""
    return bool(found is None or found.deleted)


async def test_where_nobody_decides_the_command_does_it_at_once() -> None:
    """Also while a moderator is added and has made no passkey."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await operate(v.server, "staff-add", name="Grace", roles="moderator")
        made = await operate(v.server, "suspend", user=ada.id, reason="spam", days=1)
        assert made["reason"] == "spam"
        assert (await operate(v.server, "erase", user=eve.id))["state"] == "erased"
        assert erased(await box(v, eve).get(accounts.User))


async def test_what_the_operator_wants_is_signed_second_by_staff() -> None:
    """With a letter and a way to appeal; nothing happens before, and the proposer signs nothing."""
    async with village(twins=False) as v:
        ada, eve, bob = await v.people_named("Ada", "Eve", "Bob")
        grace, helper, _ = await a_desk(v)
        made = await operate(v.server, "suspend", user=eve.id, reason="fraud", days=7)
        assert made == {"id": eve.id, "state": "proposed", "case": 1, "decision": 1}
        assert await box(v, eve).get(accounts.Suspension) is None
        with refused("is proposed in case 1"):
            await operate(v.server, "suspend", user=eve.id, reason="spam", days=1)
        theirs = await helper.give("suspend", user=bob.id, reason="spam", days=2)
        with refused("not for your role"):
            await sign(helper, theirs["decision"], {})
        for decision in (made["decision"], theirs["decision"]):
            shown = await grace.give("decision", decision=decision)
            assert (shown["acts"], shown["is_grave"], shown["why_not"]) == ("freeze", True, "")
            assert (await sign(grace, decision))["state"] == "done"
        for one in (eve, bob):
            held = await box(v, one).get(accounts.Suspension)
            assert held is not None
            assert held.appeal
            assert len(await letters_of(v, one)) == 1
        with refused("reversing that"):
            await operate(v.server, "suspend-end", user=eve.id)
        await operate(v.server, "case-reverse", decision=made["decision"])
        assert await box(v, eve).get(accounts.Suspension) is None
        (shown,) = await ada(api.UsersGetUsers(id=[ada.user(eve)]))
        assert not shown.restricted


async def test_an_erasure_is_decided_unless_its_person_asks_for_it() -> None:
    """By reasons that judge somebody; `left` is none of them."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, helper, _ = await a_desk(v)
        for give in (helper.give, lambda name, **given: operate(v.server, name, **given)):
            with refused("own-request"):
                await give("erase", user=eve.id)
            with refused("judges nobody"):
                await give("erase", user=eve.id, reason="left")
            with refused("is no reason"):
                await give("erase", user=eve.id, reason="taste")
            with refused("What kind of wrong"):
                await give("erase", user=eve.id, reason="illegal-content")
            with refused("no category"):
                await give("erase", user=eve.id, reason="illegal-content", category="TASTE")
        assert await queue(grace) == []
        made = await helper.give(
            "erase", user=eve.id, reason="illegal-content", category="PROTECTION_OF_MINORS"
        )
        assert made["state"] == "proposed"
        assert not erased(await box(v, eve).get(accounts.User))
        assert (await sign(grace, made["decision"]))["acts"] == "erase"
        assert (await box(v, eve).get(accounts.Suspension)).appeal
        gone = await operate(v.server, "erase", user=ada.id, own_request=True)
        assert gone == {"id": ada.id, "state": "erased"}
        assert erased(await box(v, ada).get(accounts.User))


async def test_what_judges_nobody_is_done_at_once_and_nobody_writes_into_a_letter() -> None:
    """A taken-over account is kept from harm by the command, as before."""
    async with village(twins=False) as v:
        (eve,) = await v.people_named("Eve")
        _, helper, _ = await a_desk(v)
        with refused("Leave `--note` out"):
            await helper.give("suspend", user=eve.id, reason="spam", days=1, note="You know why.")
        await helper.give("suspend", user=eve.id, reason="taken-over", days=1, note="Call us.")
        assert await box(v, eve).get(accounts.Suspension) is not None
        assert await operate(v.server, "suspend-end", user=eve.id)
        assert (await helper.give("case-open", user=eve.id))["case"] == 1


async def test_where_all_staff_was_let_in_by_the_proposer_a_case_waits() -> None:
    """The second person might be the first one."""
    async with village(twins=False) as v:
        (eve,) = await v.people_named("Eve")
        grace, *_ = await moderators(v, "Grace", "Emmy")
        with refused("Case 1 is open, and moderators decide in it"):
            await operate(v.server, "suspend", user=eve.id, reason="spam", days=1)
        assert [one["case"] for one in await queue(grace)] == [1]
        assert await box(v, eve).get(accounts.Suspension) is None


async def test_a_wish_joins_the_case_that_waits_unless_somebody_works_on_it() -> None:
    """It rests on none of its reports, which whoever wishes it has not read. An order takes two anyhow."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, helper, _ = await a_desk(v)
        await reported(ada, eve)
        await grace.give("case-claim", cases=[1])
        with refused("Grace works on it"):
            await helper.give("suspend", user=eve.id, reason="spam", days=1)
        await grace.give("case-release", case=1)
        made = await helper.give(
            "suspend", user=eve.id, reason="order", days=1, category="VIOLENCE"
        )
        assert made["case"] == 1
        found = await v.context.look(MODERATION_BOX).get(Case, 1)
        assert found is not None
        assert found.from_authority
        await sign(grace, made["decision"])
        assert "I bought gold" not in json.dumps(await grace.give("decision", decision=1))


async def test_the_log_tells_apart_who_had_an_account_erased(tmp_path: Path) -> None:
    """Its person in the app, the operator for them, a decision; a proposal is no act of the operator's."""
    async with village(public_log=NAME, twins=False, desk_url="http://localhost:8444") as v:
        place = Place(v, tmp_path / "log")
        ada, eve, bob, claude = await v.people_named("Ada", "Eve", "Bob", "Claude")
        grace, helper, _ = await a_desk(v)
        async with place.start() as log:
            await ada(api.AccountDeleteAccount(reason=""))
            await operate(v.server, "erase", user=eve.id, own_request=True)
            made = await helper.give("erase", user=bob.id, reason="spam")
            await log.run()
            assert place.acts() == [("act", "erase")]
            await sign(grace, made["decision"])
            await v.settle()
            await log.run()
            await helper.give("suspend", user=claude.id, reason="spam", days=1)
            await log.run()
            kinds = [one for one in place.served() if one["kind"] == "account.erased"]
            assert [one["by"] for one in kinds] == ["owner", "owner"]
            assert len({one["subject"] for one in kinds}) == 2
            assert place.acts() == [("act", "erase")]
            decided = [one for one in place.served() if one["kind"] == "moderation.decision"]
            assert [one["acts"] for one in decided] == [["erase"]]
