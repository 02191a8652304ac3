"""Pages of the order clerks: an order on its way by forms alone, and nobody's data on any of them."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest

from chappe.desks.orders.checking import Requirement
from chappe.rpc import Role
from chappe.tl import api
from chappe.trust import custody
from chappe.trust.ledger import verify
from tests.trust.custodians import House

from .browsing import Seen, Visitors, page
from .ordering import Fell, OrderDesk
from .people import Colleague, colleague

SECRET = "the semaphore at Lille stands still"
PLANTED = (SECRET, "Adalgisa", "planted", "33612")  # a message, a name, a title, a number
EPOC = {
    "channel": "EPOC",
    "country": "fr",
    "basis": "court-order",
    "class": ["content", "subscriber"],
    "since": "2026-11-01",
    "reference": "<b>7/2027</b>",
}
MET = {f"point-{one}": "met" for one in Requirement}
HOUR_S, DAY_S = 3_600, 86_400


class Clerks(NamedTuple):
    """A page with a desk behind it, its clerk, and somebody whose data is asked for."""

    visitors: Visitors
    desk: OrderDesk
    emil: Colleague
    ada: Any

    async def get(self, path: str) -> Seen:
        """Fetch a page as the clerk."""
        return await self.visitors.get(path, self.emil)

    async def post(self, path: str, form: Any = None) -> Seen:
        """Send a form as the clerk."""
        return await self.visitors.post(path, self.emil, form)

    async def done(self, path: str, form: Any = None) -> str:
        """Send a form that is taken; return where it leads."""
        answer = await self.post(path, form)
        assert answer.status == 303, re.findall(r"role=\"alert\">([^<]*)", answer.text)
        return str(answer.headers["Location"])

    async def enter(self, **other: Any) -> str:
        """Enter an order, and return where its page is."""
        form = {**EPOC, "accounts": str(self.ada.id), **other}
        return (await self.done("/orders", form)).partition("?")[0]

    async def agree(self, at: str, *places: int) -> None:
        """Have custodians ask their tool about the file that the page hands out, and paste its answer."""
        for place in places:
            path = await self.done(f"{at}/request", {"seen": ""})
            shown = (await self.get(path)).text
            (link,) = re.findall(r'href="([^"]*/requests/[0-9a-f]{16})"', shown)
            file = await self.get(link)
            assert "attachment" in file.headers["Content-Disposition"]
            request = custody.parse_request(file.content)
            assert request.fingerprint in shown
            ran = self.desk.answered(self.desk.tool_of(place), request)
            assert ran.code == 0, ran.err
            await self.done(f"{at}/answer", {"answer": ran.out})

    async def approved(self, at: str) -> None:
        """Bring an order as far as its custodians' yes."""
        await self.done(f"{at}/check", MET)
        await self.done(f"{at}/seal", {"authority": self.desk.key})
        await self.agree(at, 1, 3)


@pytest.fixture
async def clerks(tmp_path: Path) -> AsyncIterator[Clerks]:
    """A server with a log, witnesses, custodians and a clerk; it can hide orders."""
    async with page(sealed_weekly=84) as visitors:
        v = visitors.village
        desk = OrderDesk(v, House(tmp_path / "house"))
        ada, eve = await v.people_named("Adalgisa", "Eve")
        await ada.say(eve, SECRET)
        await ada.group("planted-group", eve)
        await desk.keep()
        yield Clerks(visitors, desk, await colleague(v, "Emil", Role.ORDER_CLERK.value), ada)


def opened_package(content: bytes, desk: OrderDesk) -> dict[str, bytes]:
    """What the authority reads in what was downloaded."""
    found: dict[str, bytes] = {}
    for name, pieces in custody.open_package(io.BytesIO(content), desk.authority):
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
            found |= {f"{name}/{one}": archive.read(one) for one in archive.namelist()}
    return found


async def test_an_order_goes_its_way_by_forms_alone_and_leaves_once(clerks: Clerks) -> None:
    """Entered, found whole, sealed, approved, released, downloaded by a clerk; its person is told."""
    desk = clerks.desk
    at = await clerks.enter()
    shown = (await clerks.get(at)).text
    assert "&lt;b&gt;7/2027" in shown
    assert "<b>7/2027" not in shown
    assert f"{at}/seal" not in shown  # nobody has looked whether it is one
    unread = await clerks.post(f"{at}/seal", {"authority": desk.key})
    assert (unread.status, "Nobody has looked yet" in unread.text) == (422, True)
    await clerks.done(f"{at}/check", MET)
    listed = (await clerks.get(at)).text
    assert ("This is what it would hold" in listed, f"{at}/seal" in listed) == (True, True)
    await clerks.done(f"{at}/seal", {"authority": desk.key})
    listed = (await clerks.get(at)).text
    assert "This is what lies in the vault" in listed
    assert (
        listed.count(f'<td class="num">{clerks.ada.id}</td>') == 3
    )  # messages, files, who they are
    assert f"{at}/release" not in listed
    assert (await clerks.post(f"{at}/release")).status == 422
    await clerks.agree(at, 1)
    assert "1 of 2 that are needed" in (await clerks.get(at)).text
    await clerks.agree(at, 3)
    await clerks.done(f"{at}/release")
    sent = await clerks.post(f"{at}/package")
    assert (sent.status, sent.headers["Content-Type"]) == (200, "application/octet-stream")
    found = opened_package(sent.content, desk)
    assert any(SECRET.encode() in text for text in found.values())
    again = await clerks.post(f"{at}/package")
    assert (again.status, "downloaded before, which is done once" in again.text) == (422, True)
    after = (await clerks.get(at)).text
    assert ("Told on" in after, "downloaded here" in after) == (True, True)
    await clerks.done(f"{at}/close", {"ended": "executed"})
    assert desk.kinds() == ["received", "decided", "released", "told", "closed"]
    assert desk.audit() == verify.HELD
    assert at in (await clerks.get("/orders?state=closed")).text
    assert at not in (await clerks.get("/orders")).text


async def test_no_page_has_anybodys_data(clerks: Clerks) -> None:
    """At no step, of no path; the clerk knows numbers of accounts and nothing of whoever has them."""
    await clerks.ada(api.AccountUpdateUsername(username="planted_name"))
    at = await clerks.enter(accounts="@planted_name", **{"class": ["content", "traffic"]})
    paths = ("/orders", "/orders/enter", at, f"{at}/letter", f"{at}/letter?of=objected", "/")

    async def look() -> None:
        for path in paths:
            text = (await clerks.get(path)).text
            assert not [one for one in PLANTED if one in text], path

    await look()
    await clerks.approved(at)
    await look()
    await clerks.done(f"{at}/release")
    sent = await clerks.post(f"{at}/package")
    assert not [one for one in PLANTED if one.encode() in sent.content]
    await look()
    for path in ("/people", f"/people/{clerks.ada.id}", "/cases", "/audit", "/files"):
        assert (await clerks.get(path)).status == 403


async def test_nothing_is_offered_before_the_log_has_it_and_others_saw_it(clerks: Clerks) -> None:
    """Not even an answer that gives nothing; and whoever sends the form all the same is refused."""
    clerks.desk.log.witnesses = 0
    at = await clerks.enter()
    shown = (await clerks.get(at)).text
    assert "Nothing can be done before enough witnesses have seen it there" in shown
    assert "waits for witnesses" in shown
    assert not re.search(rf'action="{at}/|href="{at}/letter\?of', shown)
    await clerks.post(f"{at}/check", MET)
    refused = await clerks.post(f"{at}/seal", {"authority": clerks.desk.key})
    assert (refused.status, "not witnessed in the public log yet" in refused.text) == (422, True)
    assert clerks.desk.files.files == {}
    clerks.desk.log.publish()
    assert f"{at}/seal" in (await clerks.get(at)).text


async def test_a_log_without_witnesses_answers_orders_and_gives_nothing(clerks: Clerks) -> None:
    """As below level L2: what is decided is marked as seen by nobody."""
    clerks.desk.log.is_witnessed = False
    at = await clerks.enter()
    await clerks.done(f"{at}/check", MET)
    shown = (await clerks.get(at)).text
    assert ("Nobody witnesses this log" in shown, f"{at}/seal" in shown) == (True, False)
    await clerks.done(f"{at}/decide", {"outcome": "no-data"})
    await clerks.done(f"{at}/close", {"ended": "executed"})
    assert clerks.desk.kinds() == ["received", "decided", "closed"]


async def test_what_an_order_lacks_stands_in_the_objection_and_holds_it_up(clerks: Clerks) -> None:
    """The letter is read before; mended, it goes on. On the command line it is held up likewise."""
    at = await clerks.enter()
    lacking = {**MET, "point-language": "lacking", "point-sender": "lacking"}
    await clerks.done(f"{at}/check", lacking)
    refused = await clerks.post(f"{at}/seal", {"authority": clerks.desk.key})
    assert (refused.status, "The order lacks sender, language" in refused.text) == (422, True)
    letter = (await clerks.get(f"{at}/letter?of=objected")).text
    assert "It is in no language that we accept." in letter
    assert "It does not state the law" not in letter
    assert clerks.desk.kinds() == ["received"]
    await clerks.done(f"{at}/decide", {"outcome": "objected"})
    assert "We cannot carry it out as it is" in (await clerks.get(f"{at}/letter")).text
    await clerks.done(f"{at}/check", MET)
    await clerks.done(f"{at}/seal", {"authority": clerks.desk.key})
    late = await clerks.post(f"{at}/check", lacking)
    assert (late.status, "is not examined any more" in late.text) == (422, True)
    gone = await clerks.get(f"{at}/letter?of=executed")
    assert (gone.status, "was given" in gone.text) == (422, True)
    assert clerks.desk.kinds() == ["received", "decided"]


async def test_what_is_no_order_is_entered_answered_and_what_it_prompted_is_said(
    clerks: Clerks,
) -> None:
    """Nothing can be released by it; what was agreed, and done because of it, everybody counts."""
    form = (await clerks.get("/orders/enter?kind=informal")).text
    assert 'name="channel" value="informal"' in form
    at = await clerks.enter(channel="informal", basis="none", reference="a call")
    shown = (await clerks.get(at)).text
    assert ("Is it one?" in shown, f"{at}/seal" in shown) == (False, False)
    assert "What you ask is no order" in (await clerks.get(f"{at}/letter?of=refused")).text
    none = await clerks.post(f"{at}/acted", {})
    assert (none.status, "What was done?" in none.text) == (422, True)
    await clerks.done(f"{at}/acted", {"act": ["remove", "freeze"]})
    twice = await clerks.post(f"{at}/acted", {"act": ["remove"]})
    assert (twice.status, "said already" in twice.text) == (422, True)
    assert "messages removed" in (await clerks.get(at)).text
    await clerks.done(f"{at}/close", {"ended": "agreed"})
    said = dict(clerks.desk.logged())
    assert said["authority.acted"]["acts"] == ("freeze", "remove")
    assert said["authority.closed"]["ended"] == "agreed"
    assert (await clerks.post(f"{at}/acted", {"act": ["ban"]})).status == 422


async def test_whose_data_it_is_are_told_when_a_gag_ends(clerks: Clerks) -> None:
    """Until then the page says when that is, and the log has commitments alone."""
    desk = clerks.desk
    at = await clerks.enter(hide_until="2027-02-22")
    assert "waits for a commitment" in (await clerks.get(at)).text
    for step in ("seal", "release", "package"):
        desk.v.clock.time += 2 * HOUR_S
        await desk.keep()
        if step == "seal":
            await clerks.approved(at)
        else:
            assert (await clerks.post(f"{at}/{step}")).status in (200, 303)
    shown = (await clerks.get(at)).text
    assert ("Not told yet" in shown, "2027-02-22" in shown) == (True, True)
    assert (await clerks.post(f"{at}/close", {"ended": "executed"})).status == 422
    assert desk.kinds() == []
    desk.v.clock.time += 45 * DAY_S
    for _ in range(2):
        await desk.keep()
    await clerks.emil.log_in()
    assert "Told on" in (await clerks.get(at)).text
    assert desk.kinds() == ["received", "decided", "released", "told"]
    await clerks.done(f"{at}/close", {"ended": "executed"})


async def test_a_gag_is_prolonged_while_it_lasts_and_never_without_an_end(clerks: Clerks) -> None:
    """Not shortened, not for years, and not once it was said."""
    desk = clerks.desk
    at = await clerks.enter(hide_until="2027-02-22")
    desk.v.clock.time += 2 * HOUR_S
    await desk.keep()
    assert f"{at}/gag" in (await clerks.get(at)).text
    for day, said in (
        ("2027-02-20", "give a later day"),
        ("2029-01-01", "within 366 days"),
        ("never", "is no day"),
    ):
        refused = await clerks.post(f"{at}/gag", {"until": day})
        assert (refused.status, said in refused.text) == (422, True), day
    await clerks.done(f"{at}/gag", {"until": "2027-03-22"})
    desk.v.clock.time += 45 * DAY_S
    await desk.keep()
    assert desk.kinds() == []
    desk.v.clock.time += 30 * DAY_S
    for _ in range(2):
        await desk.keep()
    assert "received" in desk.kinds()
    await clerks.emil.log_in()
    late = await clerks.post(f"{at}/gag", {"until": "2027-06-01"})
    assert (late.status, "cannot be hidden again" in late.text) == (422, True)


async def test_what_is_preserved_is_kept_by_the_page_and_taken_by_another_order(
    clerks: Clerks,
) -> None:
    """For so many days, and longer where that is asked; the list says until when."""
    kept = await clerks.enter(channel="EPOC-PR")
    assert "at once" in (await clerks.get("/orders")).text
    await clerks.done(f"{kept}/preserve", {"days": "60"})
    assert "2027-03-16" in (await clerks.get("/orders")).text
    wrong = await clerks.post(f"{kept}/preserve", {"days": "soon"})
    assert (wrong.status, "give a whole number" in wrong.text) == (422, True)
    at = await clerks.enter()
    await clerks.done(f"{at}/check", MET)
    taken = {"authority": clerks.desk.key, "preserved": kept.rpartition("/")[2]}
    await clerks.done(f"{at}/seal", taken)
    assert clerks.desk.kinds() == ["received", "preserved", "received"]


@pytest.mark.parametrize(
    ("given", "after", "said"),
    [
        ({"channel": "TCO", "class": []}, HOUR_S, "Removal"),
        ({"emergency": "yes"}, 8 * HOUR_S, "Emergency"),
        ({}, 10 * DAY_S, "Production"),
    ],
)
async def test_a_clock_that_runs_out_is_red_here_and_for_every_auditor(
    clerks: Clerks,
    given: dict[str, Any],
    after: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An hour, eight hours, ten days: the log says it once, until the order is answered."""
    desk = clerks.desk
    at = await clerks.enter(**given)
    desk.v.clock.time += after - 60
    await desk.keep()
    await clerks.emil.log_in()
    shown = (await clerks.get("/orders")).text
    assert ("too late" in shown, "late by" in shown) == (False, False)
    assert re.search(rf"{said}[^<]*<span class=\"num\">1<", shown)
    desk.v.clock.time += 120
    for _ in range(2):
        await desk.keep()
    await clerks.emil.log_in()
    shown = (await clerks.get("/orders")).text
    assert ("1 order is too late" in shown, 'class="left bad"' in shown) == (True, True)
    assert "1 too late" in (await clerks.get("/")).text
    assert desk.kinds() == ["received", "late"]
    day = f"{dt.datetime.fromtimestamp(desk.v.clock.time, dt.UTC):%Y-%m-%d}"
    red = "the clock of this order ran out, and nobody answered it"
    assert desk.audit(day) == verify.WRONG
    assert red in capsys.readouterr().out
    await clerks.done(f"{at}/decide", {"outcome": "refused"})
    desk.audit(day)
    assert red not in capsys.readouterr().out


async def test_an_auditor_reads_the_list_and_nothing_behind_it(clerks: Clerks) -> None:
    """How many there are and how they stand, as the log has it; a moderator and a helper not even that."""
    at = await clerks.enter()
    v = clerks.desk.v
    rita = await colleague(v, "Rita", Role.AUDITOR.value)
    shown = (await clerks.visitors.get("/orders", rita)).text
    assert ("EPOC from FR" in shown, f'href="{at}"' in shown) == (True, False)
    for path in (at, f"{at}/letter", "/orders/enter"):
        assert (await clerks.visitors.get(path, rita)).status == 403
    for role in (Role.MODERATOR, Role.HELPDESK, Role.ADMINISTRATOR, Role.STAFF_ADMIN):
        somebody = await colleague(v, f"Of {role.value}", role.value)
        for path in ("/orders", at):
            assert (await clerks.visitors.get(path, somebody)).status == 403
        for step in ("package", "release", "seal", "decide"):
            answer = await clerks.visitors.post(f"{at}/{step}", somebody, {"outcome": "refused"})
            assert answer.status == 403
    assert clerks.desk.kinds() == ["received"]


async def test_whoever_looks_at_an_order_or_takes_its_package_is_in_the_audit_log(
    clerks: Clerks,
) -> None:
    """By an alias, with the order's number; the refusal too."""
    at = await clerks.enter()
    await clerks.get(at)
    assert (await clerks.post(f"{at}/package")).status == 422
    number = int(at.rpartition("/")[2])
    found = await clerks.desk.do("audit")
    seen = [(one["command"], one["outcome"]) for one in found if one["order"] == number]
    assert seen[-1] == ("order", "ok")
    assert ("order-package", "refused") in seen
    assert {one["by"] for one in found if one["order"]} == {clerks.emil.alias}
    rita = await colleague(clerks.desk.v, "Rita", Role.AUDITOR.value)
    assert f"order {number}" in (await clerks.visitors.get("/audit", rita)).text


async def test_a_package_is_for_a_browser_of_a_clerk_and_for_nobody_on_the_machine(
    clerks: Clerks,
) -> None:
    """There it is written as a file, as before, and is not downloaded any more."""
    at = await clerks.enter()
    await clerks.approved(at)
    await clerks.done(f"{at}/release")
    number = int(at.rpartition("/")[2])
    with pytest.raises(ValueError, match="written to a file"):
        await clerks.desk.do("order-package", order=number)
    await clerks.desk.do("order-deliver", order=number)
    assert "written on the machine" in (await clerks.get(at)).text
    assert (await clerks.post(f"{at}/package")).status == 422


async def test_a_request_that_was_answered_is_handed_out_no_more(clerks: Clerks) -> None:
    """Nor one that nobody made, nor that of another order."""
    at, other = await clerks.enter(), await clerks.enter()
    await clerks.done(f"{at}/check", MET)
    await clerks.done(f"{at}/seal", {"authority": clerks.desk.key})
    path = await clerks.done(f"{at}/request", {"seen": ""})
    tag = path.partition("asked=")[2]
    assert (await clerks.get(f"{at}/requests/{tag}")).status == 200
    assert (await clerks.get(f"{other}/requests/{tag}")).status == 404
    forged = await clerks.post(f"{at}/answer", {"answer": "yes"})
    assert (forged.status, "no custodian" in forged.text) == (422, True)
    await clerks.agree(at, 1, 2)
    await clerks.done(f"{at}/release")
    assert (await clerks.get(f"{at}/requests/{tag}")).status == 404


async def test_a_form_that_is_wrong_is_shown_again_with_what_was_given(clerks: Clerks) -> None:
    """And nothing is entered."""
    form = {**EPOC, "accounts": "@nobody_here", "country": "France"}
    wrong = await clerks.post("/orders", form)
    assert wrong.status == 422
    for kept in ("@nobody_here", 'value="France"', 'value="EPOC" selected', "2026-11-01"):
        assert kept in wrong.text
    assert "`sealed_weekly`" not in wrong.text
    assert clerks.desk.kinds() == []


STEPS = ("enter", "seal", "answer", "release", "package", "close")


async def way(clerks: Clerks, step: str) -> None:
    """Take one step of a release, by the page's forms."""
    at = "/orders/1"
    match step:
        case "enter":
            await clerks.enter()
        case "seal":
            await clerks.done(f"{at}/check", MET)
            await clerks.done(f"{at}/seal", {"authority": clerks.desk.key})
        case "answer":
            await clerks.agree(at, 1, 2)
        case "release":
            await clerks.done(f"{at}/release")
        case "package":
            sent = await clerks.post(f"{at}/package")
            assert "released" in clerks.desk.kinds() or sent.status == 422
        case _:
            await clerks.done(f"{at}/close", {"ended": "executed"})


@pytest.mark.parametrize("when", ["before", "behind"])
async def test_whatever_ends_the_server_at_the_page_nothing_leaves_unlogged(
    clerks: Clerks, when: str
) -> None:
    """Killed before each entry is in the log, and behind it, as a form comes: each is there once."""
    for step in STEPS:
        clerks.desk.log.killed = when
        try:
            await way(clerks, step)
        except (Fell, aiohttp.ClientError, AssertionError):
            pass
        clerks.desk.log.killed = ""
        await clerks.desk.keep()
    assert clerks.desk.kinds() == ["received", "decided", "released", "told", "closed"]
    assert clerks.desk.audit() == verify.HELD
