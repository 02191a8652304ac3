"""Decisions: by one person, or by two where they are grave; done once, and put back as it was."""

import json
from pathlib import Path
from typing import Any

import pytest

from chappe.core import HOUSE, Kind, Owner
from chappe.desks import staff
from chappe.desks.moderation import acting
from chappe.desks.moderation.deciding import PROPOSAL_S, ask_second
from chappe.desks.moderation.records import MODERATION_BOX, Decision, Signature
from chappe.features import accounts, conversations
from chappe.features.matching.banked import BankedHash
from chappe.ports import EngineError, StoreFull
from chappe.tl import api
from tests.features.authenticator import unb64
from tests.features.village import Person, Village, village
from tests.operating import operate

from .judging import moderators, queue, reported, send_picture
from .people import Colleague, answer_of, colleague
from .test_public_acts import DEAD, NAME, Place

SCAM = {
    "ground": "INCOMPATIBLE",
    "category": "SCAMS_AND_FRAUD",
    "keywords": "PHISHING",
    "facts": "content-reviewed",
}


def refused(words: str) -> Any:
    """Expect a refusal."""
    return pytest.raises(ValueError, match=words)


async def signing(who: Colleague, decision: int) -> dict[str, Any]:
    """Return what somebody's authenticator answers to a proposal."""
    visitor = await who.visitor()
    asked = await ask_second(who.village.context, decision, visitor.giver)
    return answer_of(who.key.sign(asked["options"]))


async def sign(who: Colleague, decision: int, answer: Any = None) -> Any:
    """Sign a proposal as somebody does on the page."""
    given = answer if answer is not None else await signing(who, decision)
    return await who.give("case-sign", decision=decision, signature=json.dumps(given))


def box(v: Village, who: Person) -> Any:
    """Return somebody's box."""
    return v.context.look(Owner(Kind.USER, who.id))


async def decisions(v: Village) -> list[Decision]:
    """Return every decision."""
    return await v.context.look(MODERATION_BOX).scan(Decision)


async def letters_of(v: Village, who: Person) -> list[str]:
    """Return what the service wrote to somebody about decisions."""
    await v.wait(1)
    found = await box(v, who).scan(conversations.Message)
    return [m.text for m in found if m.sender == accounts.SERVICE_USER and "decided" in m.text]


async def test_one_person_decides_what_is_not_grave_and_it_is_done_at_once() -> None:
    """The case is closed by it, and whoever it is about has one letter."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        preview = await grace.give("case-preview", case=1, acts="mark-scam", **SCAM)
        assert preview["is_grave"] is False
        assert await decisions(v) == []
        made = await grace.give("case-decide", case=1, acts="mark-scam", **SCAM)
        assert (made["state"], made["is_unwitnessed"]) == ("done", True)
        assert await queue(grace) == []
        await v.settle()
        (shown,) = await ada(api.UsersGetUsers(id=[ada.user(eve)]))
        assert shown.scam
        assert len(await letters_of(v, eve)) == 1
        with refused("nothing is to be decided"):
            await grace.give("case-decide", case=1, acts="mark-scam", **SCAM)


async def test_what_is_grave_is_done_by_a_second_persons_passkey_and_by_nothing_else() -> None:
    """Over the very proposal: not by its proposer, another's key, another proposal's signature, or twice."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        clerk, *_ = await moderators(v, "Clerk", role="order-clerk")
        for one in (grace, emmy):
            await one.log_in()
        await reported(ada, eve)
        await reported(ada, bob)
        first = await grace.give("case-decide", case=1, acts="ban", **SCAM)
        other = await grace.give("case-decide", case=2, acts="ban", **SCAM)
        assert first["state"] == other["state"] == "proposed"
        assert await box(v, eve).get(accounts.Suspension) is None
        number = first["decision"]
        with refused("proposed this yourself"):
            await signing(grace, number)
        with refused("proposed this yourself"):
            await sign(grace, number, {})
        with refused("not for your role"):
            await sign(clerk, number, {})
        with refused("Two persons|second signature is somebody's passkey"):
            await operate(v.server, "case-sign", decision=number, signature="{}")
        with refused("no signature over this proposal"):
            await sign(emmy, number, await signing(emmy, other["decision"]))
        answer = await signing(emmy, number)
        stranger = answer_of(grace.key.sign({"challenge": _challenge(answer)}))
        with refused("no signature over this proposal"):
            await sign(emmy, number, stranger)
        broken = json.loads(json.dumps(answer))
        broken["response"]["signature"] = answer_of(emmy.key.sign({"challenge": "AAAA"}))[
            "response"
        ]["signature"]
        with refused("passkey does not belong|no signature"):
            await sign(emmy, number, broken)
        with refused("no signature|no answer"):
            await sign(emmy, number, {})
        assert [one.state for one in await decisions(v)] == ["proposed", "proposed"]
        assert (await sign(emmy, number, answer))["state"] == "done"
        with refused("waits for no signature"):
            await sign(emmy, number, answer)
        kept = await v.context.look(MODERATION_BOX).get(Signature, number)
        assert kept is not None
        assert (kept.staff, len(kept.key_hash)) == (emmy.number, 64)
        held = await box(v, eve).get(accounts.Suspension)
        assert held is not None
        audit = await operate(v.server, "audit")
        signed = [one["outcome"] for one in audit if one["command"] == "case-sign"]
        assert signed.count("ok") == 1
        assert signed.count("refused") == 8


def _challenge(answer: Any) -> str:
    return str(json.loads(unb64(answer["response"]["clientDataJSON"]))["challenge"])


async def test_nobody_signs_for_whoever_let_them_in_nor_with_a_new_key() -> None:
    """So that one person is not two; and without somebody who could sign nothing grave is proposed."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace = await colleague(v, "Grace", "moderator,staff-admin")
        made = await grace.give("staff-add", name="Emmy", roles="moderator")
        emmy = Colleague(v, made)
        await emmy.enrol()
        v.clock.time += staff.KEY_RESTS_S
        await grace.log_in()
        await emmy.log_in()
        await reported(ada, eve)
        with refused("nobody else of the staff could sign"):
            await grace.give("case-decide", case=1, acts="ban", **SCAM)
        late = await colleague(v, "Late", "moderator")
        with refused("nobody else of the staff could sign"):
            await grace.give("case-decide", case=1, acts="ban", **SCAM)
        await late.log_in()
        first = await emmy.give("case-decide", case=1, acts="ban", **SCAM)
        with refused("no second signature for 72 hours"):
            await sign(late, first["decision"])
        v.clock.time += staff.KEY_RESTS_S
        for one in (grace, emmy, late):
            await one.log_in()
        with refused("older than a day"):
            await sign(late, first["decision"])
        await emmy.give("case-withdraw", decision=first["decision"])
        mine = await grace.give("case-decide", case=1, acts="ban", **SCAM)
        with refused("let you in"):
            await sign(emmy, mine["decision"])
        assert (await sign(late, mine["decision"]))["state"] == "done"
        assert PROPOSAL_S < staff.KEY_RESTS_S


async def test_an_authority_takes_two_persons_whatever_it_wants() -> None:
    """Also for a mark that one person makes otherwise; saying no has the case wait again."""
    async with village(twins=False) as v:
        (eve,) = await v.people_named("Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await operate(v.server, "case-open", user=eve.id, authority=True)
        made = await grace.give("case-decide", case=1, acts="mark-scam", **SCAM)
        assert made["state"] == "proposed"
        with refused("is proposed in case 1"):
            await emmy.give("case-decide", case=1, acts="mark-scam", **SCAM)
        with refused("withdraw it first"):
            await emmy.give("case-close", cases=[1], outcome="no-violation")
        assert (await emmy.give("case-withdraw", decision=made["decision"]))["state"] == "withdrawn"
        (waits,) = await queue(grace)
        assert waits["state"] == "open"
        with refused("waits for no signature"):
            await sign(emmy, made["decision"], {})


async def test_a_part_in_a_case_keeps_from_deciding_and_from_signing() -> None:
    """Whichever of the two it is."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await reported(ada, eve)
        await operate(v.server, "staff-account", staff="Emmy", user=eve.id)
        with refused("about you"):
            await emmy.give("case-decide", case=1, acts="mark-scam", **SCAM)
        with refused("nobody else of the staff could sign"):
            await grace.give("case-decide", case=1, acts="ban", **SCAM)
        await operate(v.server, "staff-account", staff="Emmy")
        made = await grace.give("case-decide", case=1, acts="ban", **SCAM)
        await operate(v.server, "staff-account", staff="Emmy", user=ada.id)
        with refused("reported this yourself"):
            await sign(emmy, made["decision"], {})


async def test_at_l2_nothing_is_decided_that_nobody_witnesses() -> None:
    """Below it is done, and marked."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        v.context.level = "L2"
        with refused("Nobody witnesses the public log"):
            await grace.give("case-decide", case=1, acts="mark-scam", **SCAM)
        assert await decisions(v) == []
        v.context.level = "L1"
        made = await grace.give("case-decide", case=1, acts="mark-scam", **SCAM)
        assert made["is_unwitnessed"] is True


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", ["_logged", "_freeze", "_act", "known_decision"])
async def test_whatever_ends_the_server_a_decision_is_done_once_and_one_letter_goes_out(
    step: str, monkeypatch: Any
) -> None:
    """Between the log, the act and the letter: a job takes up where it ended."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        real = getattr(acting, step)

        async def killed(*_: Any) -> Any:
            raise Killed

        monkeypatch.setattr(acting, step, killed)
        with pytest.raises(Killed):
            await grace.give("case-decide", case=1, acts="mark-scam,freeze", days=3, **SCAM)
        monkeypatch.setattr(acting, step, real)
        await v.wait(60)
        (made,) = await decisions(v)
        assert made.state == "done"
        held = await box(v, eve).get(accounts.Suspension)
        assert held is not None
        await v.wait(60)
        assert await box(v, eve).get(accounts.Suspension) == held
        assert len(await letters_of(v, eve)) == 1


async def test_a_reversal_puts_back_what_was_there_and_is_not_the_deciders() -> None:
    """The suspension that was there before; what was changed since stays as it is."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        rita, *_ = await moderators(v, "Rita", role="reviewer,moderator")
        await grace.log_in()
        await operate(v.server, "suspend", user=eve.id, reason="taken-over", days=30)
        before = await box(v, eve).get(accounts.Suspension)
        user = await box(v, eve).get(accounts.User)
        await operate(v.server, "case-open", user=eve.id)
        made = await grace.give(
            "case-decide", case=1, acts="freeze,mark-fake,restrict", days=90, **SCAM
        )
        await v.settle()
        assert await box(v, eve).get(accounts.Suspension) != before
        assert await box(v, eve).get(accounts.User) != user
        with refused("not for your role"):
            await grace.give("case-reverse", decision=made["decision"])
        back = await rita.give("case-reverse", decision=made["decision"])
        await v.settle()
        assert back["state"] == "reversed"
        after = await box(v, eve).get(accounts.Suspension)
        assert after is not None
        assert before is not None
        assert (after.number, after.until, after.ground) == (
            before.number,
            before.until,
            before.ground,
        )
        assert await box(v, eve).get(accounts.User) == user
        with refused("it is reversed"):
            await rita.give("case-reverse", decision=made["decision"])
        await operate(v.server, "case-open", user=ada.id)
        own = await rita.give("case-decide", case=2, acts="mark-fake", **SCAM)
        with refused("You decided this yourself"):
            await rita.give("case-reverse", decision=own["decision"])


async def test_removed_posts_come_back_as_they_were() -> None:
    """Of a channel, with the same numbers and texts; only those of whom the case is about."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        rita, *_ = await moderators(v, "Rita", role="reviewer")
        await grace.log_in()
        group = await eve.supergroup("Semaphores", ada)
        await eve.say(group, "buy gold")
        await ada.say(group, "no, thank you")
        before = await ada.history(group)
        ids = [m.id for m in before if getattr(m, "message", "") == "buy gold"]
        ask = api.MessagesReport(peer=ada.peer(group), id=ids, option=b"scam/spam", message="")
        await ada(ask)
        await v.settle()
        made = await grace.give("case-decide", case=1, acts="remove", **SCAM)
        await v.settle()
        assert "buy gold" not in await ada.texts(group)
        assert "no, thank you" in await ada.texts(group)
        await rita.give("case-reverse", decision=made["decision"])
        await v.settle()
        assert await ada.history(group) == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"acts": "close", "days": 3}, "groups and channels"),
        ({"acts": "freeze"}, "How many days"),
        ({"acts": "mark-scam", "category": "KINGS"}, "KINGS"),
        ({"acts": "mark-scam", "facts": "he is bad"}, "he is bad"),
        ({"acts": "mark-scam", "territory": "XX"}, "XX"),
    ],
)
async def test_what_is_not_of_the_lists_is_decided_nowhere(given: Any, words: str) -> None:
    """By a sentence that names it; so nothing that somebody wrote comes into the log."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        with refused(words):
            await grace.give("case-decide", case=1, **{**SCAM, **given})
        assert len(await queue(grace)) == 1
        assert await decisions(v) == []


async def test_nothing_is_done_before_the_log_that_is_served_has_it(tmp_path: Path) -> None:
    """While no witness answers it waits, and says so; then it is done, once, and the receipt holds."""
    folder = tmp_path / "log"
    async with village(public_log=NAME, twins=False, desk_url="http://localhost:8444") as v:
        place = Place(v, folder)
        ada, eve = await v.people_named("Ada", "Eve")
        async with place.start():
            grace, emmy = await moderators(v, "Grace", "Emmy")
            await reported(ada, eve)
            made = await grace.give("case-decide", case=1, acts="ban", **SCAM)
        async with place.start(DEAD):
            assert (await sign(emmy, made["decision"]))["state"] == "in-force"
            assert [one.state for one in await decisions(v)] == ["in-force"]
            assert await box(v, eve).get(accounts.Suspension) is None
            assert await letters_of(v, eve) == []
        async with place.start() as log:
            await v.wait(120)
            await log.run()
            assert [one.state for one in await decisions(v)] == ["done"]
            assert await box(v, eve).get(accounts.Suspension) is not None
            said = [one for one in place.served() if one["kind"].startswith("moderation")]
        assert [one["kind"].partition(".")[2] for one in said] == [
            "received",
            "closed",
            "decision",
        ]
        assert said[2]["acts"] == ["ban"]
        assert len(said[2]["staff"]) == 2
        assert "Eve" not in json.dumps(said)


async def test_on_a_full_disk_nothing_is_decided_and_the_sentence_says_why(
    monkeypatch: Any,
) -> None:
    """Neither by one person nor by the signature of a second."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await reported(ada, eve)
        await reported(ada, bob)
        made = await grace.give("case-decide", case=1, acts="ban", **SCAM)
        answer = await signing(emmy, made["decision"])
        real = v.context.store.engine.commit

        async def full(*_: Any, **__: Any) -> Any:
            raise StoreFull("The disk is full: make room.")

        monkeypatch.setattr(v.context.store.engine, "commit", full)
        with pytest.raises(EngineError, match="disk is full"):
            await grace.give("case-decide", case=2, acts="mark-scam", **SCAM)
        with pytest.raises(EngineError, match="disk is full"):
            await sign(emmy, made["decision"], answer)
        monkeypatch.setattr(v.context.store.engine, "commit", real)
        assert [one.state for one in await decisions(v)] == ["proposed"]
        assert (await sign(emmy, made["decision"], answer))["state"] == "done"


async def test_the_first_use_of_a_rule_takes_two_persons_and_the_second_one() -> None:
    """Of a ground and a kind of wrong, whatever is done by it."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await reported(ada, eve)
        await reported(ada, bob)
        violence = {**SCAM, "category": "VIOLENCE", "keywords": ""}
        made = await grace.give("case-decide", case=1, acts="mark-fake", **violence)
        assert made["state"] == "proposed"
        assert (await sign(emmy, made["decision"]))["state"] == "done"
        again = await grace.give("case-decide", case=2, acts="mark-fake", **violence)
        assert again["state"] == "done"


async def test_a_reported_picture_is_known_again_until_that_is_reversed() -> None:
    """By a hash of it and of how it looks; of a text there is none."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        rita, *_ = await moderators(v, "Rita", role="reviewer")
        await grace.log_in()
        await operate(v.server, "case-open", user=ada.id)
        with refused("no hash of it"):
            await grace.give("case-decide", case=1, acts="bank-hash,mark-fake", **SCAM)
        await send_picture(eve, ada)
        number = (await ada.history(eve))[0].id
        peer = ada.peer(eve)
        await ada(api.MessagesReport(peer=peer, id=[number], option=b"scam/spam", message=""))
        await v.settle()
        made = await grace.give("case-decide", case=2, acts="bank-hash", **SCAM)
        await v.wait(1)
        (known,) = await v.context.look(HOUSE).scan(BankedHash)
        assert known.why == "scam/spam"
        assert known.sha256 or known.pdq
        await rita.give("case-reverse", decision=made["decision"])
        await v.wait(1)
        assert await v.context.look(HOUSE).scan(BankedHash) == []
