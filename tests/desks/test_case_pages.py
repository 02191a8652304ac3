"""Pages of the moderators: what was reported and nothing beside it, decided without a script."""

import json
from typing import Any

import pytest

from chappe.desks.moderation.kept_pictures import EvidencePicture
from chappe.desks.moderation.records import MODERATION_BOX, UNDOABLE_S, Decision
from chappe.features import accounts, auth
from chappe.features.ledger import ErasedBy
from chappe.tl import api
from tests.operating import operate

from .browsing import page
from .judging import CHILD, moderators, reported, send_picture
from .people import answer_of

FORM = {
    "act": "mark-scam",
    "ground": "INCOMPATIBLE",
    "category": "SCAMS_AND_FRAUD",
    "keyword": "PHISHING",
    "fact": "content-reviewed",
    "days": "",
    "territory": "",
}
PATHS = ("/cases", "/cases/1", "/cases/1/decide", "/cases?lane=ordinary")


async def test_pages_hold_what_was_reported_and_nothing_beside_it() -> None:
    """No neighbour, no other chat, no reporter; what was written is text, and keeps its direction."""
    async with page() as visitors:
        v = visitors.village
        ada, bob, eve = await v.people_named("Adalgisa", "Bob", "Eve")
        grace, *_ = await moderators(v, "Grace")
        for text in ("planted-before", "planted-after"):
            await eve.say(ada, text)
        await ada.say(eve, "planted-answer")
        await eve.say(bob, "planted-elsewhere")
        group = await eve.group("planted-group", ada, bob)
        await eve.say(group, "planted-in-group")
        evil = "<script>alert(1)</script> \u202eevil https://evil.example"
        await reported(ada, eve, evil, b"illegal", "it is <b>wrong</b>")
        await eve.say(ada, "planted-later")
        pages = [await visitors.get(path, grace) for path in PATHS]
        for seen in pages:
            assert seen.status == 200
            assert "planted" not in seen.text
            assert "Adalgisa" not in seen.text
            assert "<script>alert" not in seen.text
        case = pages[1].text
        assert (
            "<bdi>&lt;script&gt;alert(1)&lt;/script&gt; \u202eevil https://evil.example</bdi>"
            in case
        )
        assert "<bdi>it is &lt;b&gt;wrong&lt;/b&gt;</bdi>" in case
        assert 'href="https://evil' not in case
        assert "1 person" in pages[0].text


async def test_a_case_is_claimed_read_decided_and_closed_by_forms_alone() -> None:
    """The letter is read before; what is wrong in the form is said, and what was chosen stays."""
    async with page() as visitors:
        v = visitors.village
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        claimed = await visitors.post("/cases/1/claim", grace, {})
        assert claimed.headers["Location"] == "/cases/1?done=claimed"
        assert "Give it back" in (await visitors.get("/cases/1", grace)).text
        wrong = await visitors.post("/cases/1/preview", grace, {**FORM, "act": "close"})
        assert (wrong.status, "How many days" in wrong.text or "groups" in wrong.text) == (
            422,
            True,
        )
        assert 'value="PHISHING" selected' in wrong.text
        read = await visitors.post("/cases/1/preview", grace, FORM)
        assert (read.status, "Decide it" in read.text, "second person" in read.text) == (
            200,
            True,
            False,
        )
        assert await v.context.look(MODERATION_BOX).scan(Decision) == []
        decided = await visitors.post("/cases/1/decide", grace, FORM)
        assert decided.headers["Location"] == "/decisions/1?done=decided"
        shown = await visitors.get("/decisions/1?done=decided", grace)
        assert (shown.status, "mark-scam" in shown.text) == (200, True)
        assert "No case waits" in (await visitors.get("/cases", grace)).text
        await reported(ada, eve, "again")
        await reported(eve, ada, "and you")
        closed = await visitors.post(
            "/cases/close", grace, {"case": ["2", "3"], "outcome": "already-judged"}
        )
        assert closed.headers["Location"] == "/cases?done=closed"
        assert "No case waits" in (await visitors.get("/cases", grace)).text


async def test_a_stolen_session_decides_nothing_grave() -> None:
    """A proposal waits for another person's passkey: the page asks it to sign the hash that it shows."""
    async with page() as visitors:
        v = visitors.village
        ada, eve = await v.people_named("Ada", "Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await reported(ada, eve)
        read = await visitors.post("/cases/1/preview", grace, {**FORM, "act": "ban"})
        assert "Propose it" in read.text
        made = await visitors.post("/cases/1/decide", grace, {**FORM, "act": "ban"})
        assert made.headers["Location"] == "/decisions/1?done=proposed"
        assert "You proposed this yourself" in (await visitors.get("/decisions/1", grace)).text
        assert (await visitors.post("/decisions/1/sign/begin", grace, said={})).status == 403
        for said in ({}, {"credential": None}, {"credential": {"id": "AA", "response": {}}}):
            answer = await visitors.post("/decisions/1/sign/finish", emmy, said=said)
            assert answer.status == 403, answer.text
        assert await v.context.look(accounts.owner_of(eve.id)).get(accounts.Suspension) is None
        asked = await visitors.post("/decisions/1/sign/begin", emmy, said={})
        assert asked.status == 200
        options = json.loads(asked.text)["options"]
        signed = {"credential": answer_of(emmy.key.sign(options))}
        done = await visitors.post("/decisions/1/sign/finish", emmy, said=signed)
        assert (done.status, json.loads(done.text)) == (200, {"go": "/decisions/1?done=decided"})
        again = await visitors.post("/decisions/1/sign/finish", emmy, said=signed)
        assert (again.status, "waits for no signature" in again.text) == (403, True)
        assert await v.context.look(accounts.owner_of(eve.id)).get(accounts.Suspension) is not None


async def test_a_picture_is_shown_to_whoever_asked_for_it_and_is_not_sent_before() -> None:
    """For some minutes, and to nobody else; whatever is in it does nothing."""
    async with page() as visitors:
        v = visitors.village
        ada, eve = await v.people_named("Ada", "Eve")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        await send_picture(eve, ada)
        number = (await ada.history(eve))[0].id
        await ada(
            api.MessagesReport(peer=ada.peer(eve), id=[number], option=b"scam/spam", message="")
        )
        await v.settle()
        case = (await visitors.get("/cases/1", grace)).text
        assert "Show the picture" in case
        assert '<img src="/cases' not in case
        path = "/cases/1/pictures/1/0"
        assert (await visitors.get(path, grace)).status == 403
        shown = await visitors.post("/cases/1/unveil", grace, {"evidence": "1", "place": "0"})
        assert shown.headers["Location"] == "/cases/1?show=1-0#e1-0"
        assert path in (await visitors.get("/cases/1?show=1-0", grace)).text
        seen = await visitors.get(path, grace)
        assert (seen.status, seen.headers["Content-Type"]) == (200, "image/jpeg")
        assert "sandbox" in seen.headers["Content-Security-Policy"]
        assert (await visitors.get(path, emmy)).status == 403
        v.clock.time += 301
        assert (await visitors.get(path, grace)).status == 403
        audit = await operate(v.server, "audit")
        assert [one["case"] for one in audit if one["command"] == "case-unveil"] == [1]


async def test_a_picture_opens_though_its_senders_key_is_destroyed() -> None:
    """It was copied when it was reported; and it goes with the case."""
    async with page() as visitors:
        v = visitors.village
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await send_picture(eve, ada)
        number = (await ada.history(eve))[0].id
        ask = api.MessagesReport(peer=ada.peer(eve), id=[number], option=b"scam/spam", message="")
        await ada(ask)
        await v.wait(1)
        await auth.delete_account(v.context, eve.id, ErasedBy.OWNER)
        assert "Show the picture" in (await visitors.get("/cases/1", grace)).text
        await visitors.post("/cases/1/unveil", grace, {"evidence": "1", "place": "0"})
        seen = await visitors.get("/cases/1/pictures/1/0", grace)
        assert (seen.status, seen.headers["Content-Type"]) == (200, "image/jpeg")
        await grace.give("case-close", cases=[1], outcome="no-violation")
        await v.wait(UNDOABLE_S)
        assert await v.context.look(MODERATION_BOX).scan(EvidencePicture) == []


@pytest.mark.parametrize("path", ["/cases/1", "/cases/1/decide"])
async def test_of_child_abuse_a_moderator_sees_no_page(path: str) -> None:
    """Not even that there is one; whose role it is does."""
    async with page() as visitors:
        v = visitors.village
        ada, eve = await v.people_named("Ada", "Eve")
        grace, *_ = await moderators(v, "Grace")
        emmy, *_ = await moderators(v, "Emmy", role="child-safety")
        await grace.log_in()
        await reported(ada, eve, "come here", CHILD)
        seen = await visitors.get(path, grace)
        assert (seen.status, "come here" in seen.text) == (403, False)
        assert "Eve" not in (await visitors.get("/cases", grace)).text
        assert (await visitors.get(path, emmy)).status == 200


async def test_a_reporter_is_muted_and_heard_again_by_forms() -> None:
    """By a number that is nobody's."""
    async with page() as visitors:
        v = visitors.village
        ada, eve = await v.people_named("Adalgisa", "Eve")
        grace, *_ = await moderators(v, "Grace")
        await reported(ada, eve)
        form = {"evidence": "1", "days": "30", "reason": "flood"}
        assert (await visitors.post("/cases/1/mute", grace, form)).status == 303
        listed = (await visitors.get("/reporters", grace)).text
        assert ("reports everything" in listed, "Adalgisa" in listed) == (True, False)
        (one,) = await grace.give("reporters-muted")
        number = {"number": str(one["number"])}
        assert (await visitors.post("/reporters/unmute", grace, number)).status == 303
        gone: Any = await visitors.post("/reporters/unmute", grace, number)
        assert (gone.status, "not muted any more" in gone.text) == (422, True)


async def test_a_raid_is_tried_proposed_signed_and_undone_on_its_pages() -> None:
    """What the rule found is shown before; the form holds on to it."""
    async with page() as visitors:
        v = visitors.village
        ada, eve, eva = await v.people_named("Ada", "Eve", "Eva")
        grace, emmy = await moderators(v, "Grace", "Emmy")
        rita, *_ = await moderators(v, "Rita", role="reviewer")
        for one in (grace, emmy):
            await one.log_in()
        for one in (eve, eva):
            await reported(ada, one)
        rule = {"lane": "ordinary", "hours": "24", "reporters": "1", "newer_days": "0"}
        tried = await visitors.get("/raids?lane=ordinary&hours=24", grace)
        assert (tried.status, "2 cases found" in tried.text) == (200, True)
        wrong = await visitors.get("/raids?hours=soon", grace)
        assert (wrong.status, "give a whole number" in wrong.text) == (422, True)
        form = {**FORM, **rule, "count": "3"}
        again = await visitors.post("/raids", grace, form)
        assert (again.status, "look again" in again.text) == (422, True)
        made = await visitors.post("/raids", grace, {**form, "count": "2"})
        assert made.headers["Location"] == "/raids/1?done=proposed"
        assert "Say no" in (await visitors.get("/raids/1", emmy)).text
        asked = await visitors.post("/raids/1/sign/begin", emmy, said={})
        signed = {"credential": answer_of(emmy.key.sign(json.loads(asked.text)["options"]))}
        done = await visitors.post("/raids/1/sign/finish", emmy, said=signed)
        assert (done.status, json.loads(done.text)["go"]) == (200, "/raids/1?done=decided")
        await v.wait(1)
        assert "No case waits" in (await visitors.get("/cases", grace)).text
        undone = await visitors.post("/raids/1/undo", rita, {})
        assert undone.headers["Location"] == "/raids/1?done=reversed"
        assert "Raid 1" in (await visitors.get("/raids", rita)).text
