"""Cases: what reports become, who opens them, and what they hold whatever becomes of those they are about."""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.desks.moderation.cases import CASES_SHOWN_MAX, close_case, open_case, take_up
from chappe.desks.moderation.claims import CLAIM_S
from chappe.desks.moderation.lanes import CLOCK_S, Lane
from chappe.desks.moderation.records import (
    MODERATION_BOX,
    UNDOABLE_S,
    Case,
    CaseDue,
    CaseEvidence,
    CaseOfSubject,
    CaseReporter,
    CaseState,
    Exposure,
)
from chappe.features import auth, conversations
from chappe.features.ledger import ErasedBy
from chappe.features.reports import BOX, Report
from chappe.tl import api
from chappe.updates import View
from tests.features.village import village
from tests.operating import operate

from .judging import CHILD, TERROR, moderators, queue, reported
from .people import colleague


def refused(words: str) -> Any:
    """Expect a refusal."""
    return pytest.raises(ValueError, match=words)


async def test_reports_of_one_subject_are_one_case_and_of_who_reported_a_number() -> None:
    """By two people, of two messages; the same again by the same person counts once."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve, "buy gold")
        await reported(ada, eve, "buy silver")
        await reported(bob, eve, "buy gold, Bob")
        (one,) = await queue(grace)
        assert (one["reporters"], one["reports"], one["about"], one["lane"]) == (
            2,
            3,
            "Eve",
            "ordinary",
        )
        case = await grace.give("case", case=one["case"])
        texts = [message["text"] for e in case["evidence"] for message in e["messages"]]
        assert texts == ["buy gold", "buy silver", "buy gold, Bob"]
        said = repr(case)
        assert "Ada" not in said
        assert "Bob" not in said.replace("buy gold, Bob", "")
        assert all(f"'reporter{end}" not in said for end in ("'", "_id"))
        await reported(ada, bob, "you owe me")
        assert len(await queue(grace)) == 2


async def test_the_queue_is_sorted_by_the_time_that_is_left_and_a_graver_report_raises_its_case() -> (
    None
):
    """Not by age: terrorist content is due within the hour."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        await v.wait(60)
        await reported(ada, bob, "hello", TERROR)
        first, second = await queue(grace)
        assert (first["about"], first["lane"]) == ("Bob", "terrorism")
        assert first["due"] == int(v.clock.now()) + CLOCK_S[Lane.TERRORISM]
        await reported(bob, eve, "and more", TERROR)
        raised = {one["about"]: one for one in await queue(grace)}["Eve"]
        assert raised["lane"] == "terrorism"
        assert raised["due"] < second["due"]
        assert await grace.give("case-counts") == {
            "terrorism": 2,
            "emergency": 0,
            "flagger": 0,
            "ordinary": 0,
        }
        assert await grace.give("cases", lane="ordinary") == []
        await v.wait(CLOCK_S[Lane.TERRORISM])
        assert all(one["is_late"] for one in await queue(grace))


async def test_child_abuse_is_opened_by_its_role_alone() -> None:
    """Whatever else was reported of the same person before."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, *_ = await moderators(v, "Grace")
        emmy, *_ = await moderators(v, "Emmy", role="child-safety")
        await grace.log_in()
        await reported(ada, eve)
        (one,) = await queue(grace)
        assert await queue(emmy) == []
        await reported(bob, eve, "come here", CHILD)
        assert await queue(grace) == []
        for name, more in (
            ("case", {}),
            ("case-note", {"text": "look"}),
            ("case-unveil", {"evidence": 1, "place": 0}),
            ("reporter-mute", {"evidence": 1, "days": 1, "reason": "flood"}),
        ):
            with refused("not for your role"):
                await grace.give(name, case=one["case"], **more)
        for name, more in (("case-claim", {}), ("case-close", {"outcome": "no-violation"})):
            with refused("not for your role"):
                await grace.give(name, cases=[one["case"]], **more)
        assert (await emmy.give("case", case=one["case"]))["lane"] == "child-safety"


async def test_who_has_a_part_in_a_case_does_not_open_it() -> None:
    """Whom it is about, whose group it is, and who reported; once it is known which account is theirs."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        (one,) = await queue(grace)
        await grace.give("case", case=one["case"])
        for account, words in ((eve, "about you"), (ada, "reported this yourself")):
            await operate(v.server, "staff-account", staff="Grace", user=account.id)
            with refused(words):
                await grace.give("case", case=one["case"])
            with refused(words):
                await grace.give("case-close", cases=[one["case"]], outcome="no-violation")
        await operate(v.server, "staff-account", staff="Grace", user=bob.id)
        await grace.give("case", case=one["case"])


async def test_over_a_live_claim_nobody_else_does_anything_and_a_dead_one_holds_nobody() -> None:
    """Looking is everybody's."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await reported(ada, eve)
        (one,) = await queue(grace)
        number = one["case"]
        await grace.give("case-claim", cases=[number])
        assert (await emmy.give("case", case=number))["claimed_by"] == "Grace"
        with refused("Grace works on case 1, for 30 more minutes"):
            await emmy.give("case-claim", cases=[number])
        with refused("Grace works on case"):
            await emmy.give("case-close", cases=[number], outcome="no-violation")
        assert await emmy.give("case-release", case=number) is False
        await v.wait(CLAIM_S)
        await emmy.give("case-claim", cases=[number])
        with refused("Emmy works on case"):
            await grace.give("case-close", cases=[number], outcome="no-violation")
        assert await emmy.give("case-release", case=number) is True
        await grace.give("case-close", cases=[number], outcome="no-violation")
        assert await queue(grace) == []
        with refused("is no-violation"):
            await emmy.give("case-claim", cases=[number])
        with refused("is no outcome"):
            await emmy.give("case-close", cases=[number], outcome="decided")
        await reported(ada, eve, "once more")
        (again,) = await queue(grace)
        assert again["case"] != number


async def test_many_are_closed_at_once_or_none() -> None:
    """One that somebody else has stops all."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await reported(ada, eve)
        await reported(ada, bob)
        numbers = [one["case"] for one in await queue(grace)]
        await emmy.give("case-claim", cases=numbers[1:])
        with refused("Emmy works on"):
            await grace.give("case-close", cases=numbers, outcome="already-judged")
        assert len(await queue(grace)) == 2
        closed = await emmy.give("case-close", cases=numbers, outcome="already-judged")
        assert closed == {"closed": 2}
        assert await queue(grace) == []


@pytest.mark.parametrize("leaves", ["deletes", "blocks", "is erased"])
async def test_a_case_opens_whatever_becomes_of_whom_it_is_about(leaves: str) -> None:
    """What was reported was copied."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve, "buy gold")
        (one,) = await queue(grace)
        if leaves == "deletes":
            ids = [message.id for message in await eve.history(ada)]
            await eve(api.MessagesDeleteMessages(id=ids, revoke=True))
            assert await ada.history(eve) == []
        elif leaves == "blocks":
            await eve(api.ContactsBlock(id=eve.peer(ada)))
        else:
            await auth.delete_account(v.context, eve.id, ErasedBy.OWNER)
        case = await grace.give("case", case=one["case"])
        assert case["evidence"][0]["messages"][0]["text"] == "buy gold"
        assert case["about"]["name"] == ("Deleted account" if leaves == "is erased" else "Eve")


async def test_a_muted_reporter_opens_nothing_and_is_never_named() -> None:
    """Until the time is over; their reports are forgotten."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        (one,) = await queue(grace)
        with refused("is no reason"):
            await grace.give("reporter-mute", case=one["case"], evidence=1, days=2, reason="king")
        with refused("no such report"):
            await grace.give("reporter-mute", case=one["case"], evidence=9, days=2, reason="flood")
        made = await grace.give(
            "reporter-mute", case=one["case"], evidence=1, days=2, reason="flood"
        )
        assert made["number"] != ada.id
        (listed,) = await grace.give("reporters-muted")
        assert (listed["reason"], listed["by"]) == ("flood", "Grace")
        await reported(ada, bob, "not this")
        assert len(await queue(grace)) == 1
        assert len(await v.context.look(BOX).scan(Report)) == 1
        await v.wait(2 * 86_400)
        await grace.log_in()
        assert await grace.give("reporters-muted") == []
        await reported(ada, bob, "but this")
        assert len(await queue(grace)) == 2
        assert await grace.give("reporter-unmute", number=made["number"]) is True
        assert await grace.give("reporter-unmute", number=made["number"]) is False


async def test_whoever_is_there_for_an_urgent_case_is_told_at_once_and_of_no_other() -> None:
    """By the service's chat, without a word of what was reported; never whom it is about."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        await moderators(v, "Grace")
        await operate(v.server, "staff-account", staff="Grace", user=bob.id)

        async def told() -> list[str]:
            await v.wait(1)
            found = await v.context.look(Owner(Kind.USER, bob.id)).scan(kind_of_messages())
            return [m.text for m in found if "moderators' desk" in m.text]

        await reported(ada, eve)
        assert await told() == []
        await reported(ada, eve, "worse", TERROR)
        (text,) = await told()
        assert "within an hour" in text
        assert "worse" not in text
        await reported(ada, bob, "you too", TERROR)
        assert len(await told()) == 1


async def test_an_address_is_told_of_what_cannot_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the operator names one; without a word of what was reported, or about whom."""
    async with village(twins=False, moderation_mail="mailto:desk@example.org") as v:
        ada, eve = await v.people_named("Ada", "Eve")
        mails: list[tuple[str, ...]] = []

        async def noted(*mail: str) -> None:
            mails.append(mail)

        monkeypatch.setattr(v.context.ports.codes, "tell_mail", noted)
        await reported(ada, eve)
        await v.wait(1)
        assert mails == []
        await reported(ada, eve, "worse", TERROR)
        await v.wait(1)
        ((address, _, text),) = mails
        assert (address, "worse" in text, "Eve" in text) == ("desk@example.org", False, False)


def kind_of_messages() -> Any:
    """Return the record of messages, which the desk itself never reads."""
    return conversations.Message


async def test_opening_and_looking_is_logged_with_the_case_and_counted() -> None:
    """For whoever reads what was done, and for whoever had to see it."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        await grace.give("case", case=1)
        await grace.give("case", case=1)
        await grace.give("case-note", case=1, text="seen before")
        with refused("Write something"):
            await grace.give("case-note", case=1, text=" ")
        with refused("no such picture"):
            await grace.give("case-unveil", case=1, evidence=1, place=0)
        audit = await operate(v.server, "audit")
        opened = [(one["command"], one["case"], one["outcome"]) for one in audit]
        assert opened.count(("case", 1, "ok")) == 2
        assert ("case-unveil", 1, "refused") in opened
        (day,) = await v.context.look(MODERATION_BOX).scan(Exposure, grace.number)
        assert (day.opened, day.unveiled) == (2, 0)
        assert (await grace.give("case", case=1))["notes"][0]["text"] == "seen before"
        with refused("There is no case 9"):
            await grace.give("case", case=9)


async def test_a_case_is_purged_once_nobody_can_appeal() -> None:
    """With what was reported; one that waits is not."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        await reported(ada, bob)
        await grace.give("case-close", cases=[1], outcome="no-violation")
        await v.wait(UNDOABLE_S - 1)
        look = v.context.look(MODERATION_BOX)
        assert await look.get(Case, 1) is not None
        await v.wait(2)
        assert [case.number for case in await look.scan(Case)] == [2]
        assert [one.case for one in await look.scan(CaseEvidence)] == [2]
        assert [one.case for one in await look.scan(CaseReporter)] == [2]
        assert [one.id for one in await v.context.look(BOX).scan(Report)] == [2]


async def test_a_case_about_an_account_is_opened_without_a_report() -> None:
    """By whoever helps people, too; who may not is refused, and it joins what waits."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        clerk = await colleague(v, "Clerk", "order-clerk")
        with refused("not for your role"):
            await clerk.give("case-open", user=eve.id)
        made = await operate(v.server, "case-open", user=eve.id, authority=True)
        await reported(ada, eve)
        (one,) = await queue(grace)
        assert one["case"] == made["case"]
        assert (await grace.give("case", case=1))["from_authority"] is True
        with refused("no account"):
            await grace.give("case-open", user=1)


async def test_pages_of_the_queue_hold_every_case_once() -> None:
    """Also those that are due in the same second, in several lanes."""
    async with village(twins=False) as v:
        grace, *_ = await moderators(v, "Grace")
        count = 2 * CASES_SHOWN_MAX + 7
        async with v.context.change(MODERATION_BOX) as change:
            for subject in range(1, count + 1):
                lane = Lane.EMERGENCY if subject % 3 else Lane.ORDINARY
                at = change.now - CLOCK_S[lane] + (subject % 2)
                await open_case(change, v.context, subject, lane, at)
        seen: list[int] = []
        page = await queue(grace)
        while page:
            seen += [one["case"] for one in page]
            last = page[-1]
            page = await grace.give("cases", due=last["due"], after=last["case"])
        assert len(seen) == count
        assert sorted(seen) == list(range(1, count + 1))


async def test_the_index_of_the_queue_says_what_the_cases_say() -> None:
    """After every step: a case that waits is found by it once, and one that does not, never."""
    async with village(twins=False) as v:
        async with v.context.change(MODERATION_BOX) as change:
            one = await open_case(change, v.context, 7, Lane.ORDINARY, change.now)
            two = await open_case(change, v.context, 7, Lane.TERRORISM, change.now)
            assert one.number == two.number
            three = await open_case(change, v.context, 8, Lane.ORDINARY, change.now)
            close_case(change, three, CaseState.NO_VIOLATION, 0)
        found = await v.context.look(MODERATION_BOX).scan(CaseDue)
        assert [(row.lane, row.number) for row in found] == [("terrorism", one.number)]


async def test_reports_from_before_there_were_cases_become_cases_at_a_start() -> None:
    """Once: the next start finds them there."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        async with v.context.change(MODERATION_BOX) as change:
            for kind in (Case, CaseDue, CaseEvidence, CaseOfSubject, CaseReporter):
                for one in await change.scan(kind):
                    change.drop(kind, *(getattr(one, part) for part in kind.key))
        assert await queue(grace) == []
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(View, "counter", _none_yet)
            await take_up(v.context)
        await v.settle()
        (one,) = await queue(grace)
        assert (one["about"], one["reporters"]) == ("Eve", 1)
        await take_up(v.context)
        await v.settle()
        assert (await queue(grace))[0]["reports"] == 1


async def _none_yet(*_: Any) -> int:
    return 0
