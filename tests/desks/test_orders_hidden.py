"""What may not be said yet: hidden among padding, shown to custodians, opened in time; and statements."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chappe.desks.orders.hiding import FIRST_MONDAY, WEEK_S, slot_at, slot_begins
from chappe.trust import custody
from chappe.trust.ledger import verify
from tests.desks.ordering import OrderDesk
from tests.features.village import START, village
from tests.trust.custodians import House

WEEKLY = 2  # commitments a week
SLOT_S = WEEK_S // WEEKLY
MONDAY = slot_begins(slot_at(START, 1) + 1, 1)  # the first moment of a week, behind the village's


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[OrderDesk]:
    """A desk at the beginning of a week, which may hide orders."""
    async with village(twins=False, sealed_weekly=WEEKLY, statements=True) as v:
        made = OrderDesk(v, House(tmp_path / "house"))
        await made.keep()
        v.clock.time = MONDAY + 60.0
        await made.keep()
        yield made


async def later(desk: OrderDesk, seconds: int) -> None:
    """Time passes; the server looks after its orders all the while."""
    until = desk.v.clock.time + seconds
    while desk.v.clock.time < until:
        desk.v.clock.time = min(until, desk.v.clock.time + SLOT_S)
        await desk.keep()


def day(desk: OrderDesk) -> str:
    """What day it is."""
    return f"{dt.datetime.fromtimestamp(desk.v.clock.time, dt.UTC):%Y-%m-%d}"


async def test_a_hidden_order_looks_like_nothing_until_it_may_be_said(desk: OrderDesk) -> None:
    """So many commitments a week, whether there is one; released all the same; then opened, and told."""
    (ada,) = await desk.v.people_named("Ada")
    number = await desk.receive(ada, hide_until="2027-02-22", due="2027-02-20")
    with pytest.raises(ValueError, match="hidden, and waits for the next commitment"):
        await desk.do("order-seal", order=number, authority=desk.key)
    await later(desk, SLOT_S)
    await desk.do("order-seal", order=number, authority=desk.key)
    ran = await desk.ask(number, 1)
    assert "HIDDEN: the log has a commitment. It must be opened by 2028-W0" in ran.err
    await desk.do("order-answer", order=number, answer=ran.out)
    await desk.approve(number, 2)
    await later(desk, SLOT_S)
    await desk.do("order-release", order=number)
    await later(desk, SLOT_S)
    await desk.do("order-deliver", order=number)
    await later(desk, 2 * WEEK_S)
    assert desk.kinds() == []
    assert not (await desk.do("orders"))[0]["told"]
    kinds = [kind for kind, _ in desk.logged()]
    assert {*kinds} == {"sealed.weekly", "custodian.weekly", "sealed.commit"}
    with pytest.raises(ValueError, match="stays open until it is delivered, and"):
        await desk.do("order-close", order=number, ended="executed")
    assert only_silence(desk)
    await later(desk, 3 * WEEK_S)
    assert desk.kinds() == ["received", "decided", "released", "told"]
    assert [kind for kind, _ in desk.logged()].count("sealed.reveal") == 3
    await desk.do("order-close", order=number, ended="executed")
    assert only_silence(desk)


def only_silence(desk: OrderDesk) -> bool:
    """Whether an auditor finds nothing but that custodians have made no statements."""
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "FINDINGS_MAX", 1_000)
        patch.setattr(verify.Findings, "add", lambda self, what: found.append(what))
        desk.audit(day(desk))
    return all("made no statement in" in one for one in found) and bool(found)


async def test_a_custodian_is_shown_what_opens_the_commitment_and_nothing_else(
    desk: OrderDesk,
) -> None:
    """Another nonce, another order, or nothing: no share."""
    (ada,) = await desk.v.people_named("Ada")
    number = await desk.receive(ada, hide_until="2027-02-22")
    await later(desk, SLOT_S)
    await desk.do("order-seal", order=number, authority=desk.key)
    made = await desk.do("order-request", order=number)
    details: dict[str, Any] = dict(custody.parse_request(made["request"].encode()).details)
    opening = details["opening"]
    other = opening["entries"][0].replace('"country":"FR"', '"country":"DE"')
    for changed, said in (
        (None, "a commitment only, and the request does not open it"),
        ({**opening, "nonce": "00" * 32}, "FALSE OPENING"),
        ({**opening, "entries": [other]}, "FALSE OPENING"),
        ({**opening, "entries": []}, "of no form"),
    ):
        ran = await desk.ask(number, 1, details={**details, "opening": changed})
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


@pytest.mark.long
async def test_what_may_not_be_said_for_longer_is_extended_for_all_to_see(desk: OrderDesk) -> None:
    """Padding is opened a week before its last; the rest only once it may be, and is not forgotten."""
    (ada,) = await desk.v.people_named("Ada")
    await desk.receive(ada, hide_until="2028-06-01")
    await later(desk, SLOT_S)
    desk.v.clock.time += 50 * WEEK_S
    await desk.keep()
    await later(desk, 2 * WEEK_S)
    kinds = [kind for kind, _ in desk.logged()]
    assert kinds.count("sealed.extend") == 1
    assert kinds.count("sealed.reveal") >= WEEKLY
    assert desk.kinds() == []
    assert only_silence(desk)
    desk.v.clock.time += 30 * WEEK_S
    await desk.keep()
    await desk.keep()
    assert desk.kinds() == ["received"]


async def test_custodians_state_something_each_week(desk: OrderDesk) -> None:
    """By their own tool; forged, of another week, or about what they approved outside: refused."""
    await later(desk, SLOT_S)
    made = await desk.do("statement-request")
    request = custody.parse_request(made["request"].encode())
    answers = []
    for place in (1, 2, 3):
        ran = desk.answered(desk.tool_of(place), request)
        assert ran.code == 0, ran.err
        assert "I approved nothing outside the first" in ran.err
        answers.append(ran.out)
    read = custody.parse_answer(answers[0].strip())
    forged = read._replace(place=2)
    with pytest.raises(ValueError, match="forged"):
        await desk.do("statement-answer", answer=forged.text)
    with pytest.raises(ValueError, match="to no request for a statement"):
        await desk.do("statement-answer", answer=read._replace(tag=b"x" * 8).text)
    for one in answers:
        await desk.do("statement-answer", answer=one)
    stated = [said for kind, said in desk.logged() if kind == "custodian.statement"]
    assert len(stated) == 3
    assert desk.audit(day(desk)) == verify.HELD
    details = dict(request.details)
    for altered, said in (
        ({"week": "2026-W10"}, "neither this week nor the last one"),
        ({"entries": 10_000}, "The entries is not a number from 1"),
        ({"entries": 1}, "You approved what stands in entry"),
    ):
        again = request._replace(details={**details, **altered})
        ran = desk.answered(desk.tool_of(1), again)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def test_slots_are_spread_over_the_week_and_each_begins_in_its_own() -> None:
    """As many in each week as was said, whatever the number; the first with the week."""
    for weekly in (1, 7, 16, 168, 1_008):
        first = slot_at(START, weekly)
        begins = [slot_begins(slot, weekly) for slot in range(first, first + 3 * weekly)]
        assert begins == sorted({*begins})
        assert all(slot_at(one, weekly) == slot for slot, one in enumerate(begins, first))
        assert all(slot_at(one - 1, weekly) == slot - 1 for slot, one in enumerate(begins, first))
        whole = FIRST_MONDAY + (START - FIRST_MONDAY) // WEEK_S * WEEK_S + WEEK_S
        assert sum(whole <= one < whole + WEEK_S for one in begins) == weekly
