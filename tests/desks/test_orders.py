"""Orders of authorities: their way through log, custodians and vault; and everybody who would go another."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.desks import orders
from chappe.desks.orders.records import AuthorityOrder, OrderAnswer, OrderRelease, OrderVault
from chappe.desks.orders.rules import (
    EPOC_EMERGENCY_S,
    EPOC_S,
    NEXT,
    OrderChannel,
    OrderState,
    due_at,
    may_become,
    time_left,
)
from chappe.rpc import Giver, Role
from chappe.tl import api
from chappe.trust import custody
from chappe.trust.custody import CustodyError, Share
from chappe.trust.ledger import verify
from chappe.trust.ledger.receipts import parse_receipt
from tests.desks.ordering import Fell, OrderDesk
from tests.features.village import village
from tests.trust import custodians
from tests.trust.custodians import House
from tests.trust.public_log import LOG

SECRET = "the semaphore at Lille stands still"
LATER = "and moves again"
DAY_S = 86_400


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[OrderDesk]:
    """A desk, whose custodians have the village's time."""
    async with village(twins=False) as v:
        yield OrderDesk(v, House(tmp_path / "house"))


async def two(desk: OrderDesk) -> tuple[Any, Any]:
    """Two people, of whom one has written to the other."""
    ada, claude = await desk.v.people_named("Ada", "Claude")
    await ada.say(claude, SECRET)
    await desk.v.settle()
    return ada, claude


async def from_service(person: Any) -> list[str]:
    """What the service has written to somebody."""
    request = api.MessagesGetHistory(
        peer=api.InputPeerUser(user_id=777000, access_hash=0),
        offset_id=0,
        offset_date=0,
        add_offset=0,
        limit=50,
        max_id=0,
        min_id=0,
        hash=0,
    )
    return [one.message for one in (await person(request)).messages]


async def test_a_release_goes_its_way_and_strangers_can_follow(desk: OrderDesk) -> None:
    """Only what was asked for, of whom, to whose key; the person is told, and anybody audits and counts."""
    ada, claude = await two(desk)
    number = await desk.receive(ada)
    found = await desk.released(number)
    assert {name.partition(".")[0] for name in found} == {"content", "subscriber"}
    assert all(name.partition("/")[0].endswith(f".{ada.id}") for name in found)
    assert any(SECRET.encode() in text for name, text in found.items() if "messages-" in name)
    assert not any("contacts.json" in name or "sessions.json" in name for name in found)
    (told,) = [text for text in await from_service(ada) if "released to an authority" in text]
    receipt = parse_receipt("".join(told.partition("c2sp.org")[1:]).encode())
    assert msgspec.json.decode(receipt.entry)["kind"] == "authority.released"
    assert not any("released" in text for text in await from_service(claude))
    await desk.do("order-close", order=number, ended="executed")
    assert desk.kinds() == ["received", "decided", "released", "told", "closed"]
    assert await desk.state(number) == "closed"
    assert desk.audit() == verify.HELD
    assert desk.audit(command="report") == verify.HELD
    assert len(desk.outside.noted) == 2  # a start goes on from what both saw
    assert desk.files.files == {}  # the package too: the authority has it


async def test_the_running_server_cannot_read_its_vault(
    desk: OrderDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is nowhere in what it keeps, and what it has of it opens by no key of its own."""
    ada, _ = await two(desk)
    made: list[bytes] = []
    token = desk.v.context.entropy.token

    def noted(size: int) -> bytes:
        made.append(token(size))
        return made[-1]

    monkeypatch.setattr(desk.v.context.entropy, "token", noted, raising=False)
    number = await desk.receive(ada)
    begun = len(made)
    await desk.do("order-seal", order=number, authority=desk.key)
    key = made[begun]
    assert len(key) == custody.vault.CASE_KEY_BYTES
    look = desk.v.context.look(orders.ORDERS_BOX)
    vault = await look.get(OrderVault, number)
    release = await look.get(OrderRelease, number)
    kept = [msgspec.msgpack.encode(one) for one in (vault, release)]
    assert not any(key in one for one in [*kept, *desk.files.files.values()])
    own = custody.CustodianKey(release.seed, release.scalar)
    people = tuple(card.custodian for card in desk.house.cards)
    table = custody.ShareTable(vault.number, 2, people, vault.marks)
    for place, sealed in enumerate(vault.shares, 1):
        with pytest.raises(CustodyError):
            custody.open_share(table, place, sealed, own)
    first = custody.open_share(table, 1, vault.shares[0], desk.house.secrets[0].receiving)
    with pytest.raises(CustodyError, match="2 shares are needed, 1 are here"):
        custody.restore(table, [first])
    second = custody.open_share(table, 2, vault.shares[1], desk.house.secrets[1].receiving)
    assert custody.restore(table, [first, second]) == key  # who has enough shares can


async def sealed(desk: OrderDesk, **other: Any) -> tuple[Any, int]:
    """An order that waits for custodians."""
    ada, _ = await two(desk)
    number = await desk.receive(ada, **other)
    await desk.do("order-seal", order=number, authority=desk.key)
    return ada, number


async def test_without_enough_approvals_nothing_is_released(desk: OrderDesk) -> None:
    """None, k - 1, the same one twice; and nothing is delivered that was not released."""
    _, number = await sealed(desk)
    for place in (0, 1, 1):
        if place:
            await desk.approve(number, place)
        for step in ("order-release", "order-deliver"):
            with pytest.raises(ValueError, match="cannot become"):
                await desk.do(step, order=number)
    assert desk.kinds() == ["received"]
    assert not any(name.startswith("released") for name in desk.files.files)


async def test_an_answer_that_is_forged_or_for_another_case_is_refused(desk: OrderDesk) -> None:
    """Changed, signed by somebody else, of another order, or no answer at all."""
    ada, number = await sealed(desk)
    other = await desk.receive(ada)
    await desk.do("order-seal", order=other, authority=desk.key)
    good = (await desk.ask(number, 1)).out.strip()
    read = custody.parse_answer(good)
    forged = (
        read._replace(signature=read.signature[:-1] + bytes([read.signature[-1] ^ 1])),
        read._replace(place=2),
        read._replace(sealed=bytes(len(read.sealed))),
        read._replace(signature=desk.house.secrets[1].approve(b"x" * 32)),
    )
    for one in forged:
        with pytest.raises(ValueError, match=r"forged|does not open"):
            await desk.do("order-answer", order=number, answer=one.text)
    with pytest.raises(ValueError, match="to no request of this order"):
        await desk.do("order-answer", order=other, answer=good)
    with pytest.raises(ValueError, match="no custodian's answer"):
        await desk.do("order-answer", order=number, answer="yes")
    assert not await desk.v.context.look(orders.ORDERS_BOX).scan(OrderAnswer, number)
    await desk.do("order-answer", order=number, answer=good)


async def test_what_is_not_witnessed_in_the_log_goes_no_further(desk: OrderDesk) -> None:
    """Not received, not approved, not released: each step waits for the witnesses of the one before."""
    ada, _ = await two(desk)
    desk.log.witnesses = 0
    number = await desk.receive(ada)
    assert desk.kinds() == ["received"]
    with pytest.raises(ValueError, match="not witnessed"):
        await desk.do("order-seal", order=number, authority=desk.key)
    keeping = await desk.receive(ada, channel="EPOC-PR")
    with pytest.raises(ValueError, match="not witnessed"):
        await desk.do("order-preserve", order=keeping)
    assert not desk.files.files
    desk.log.publish()
    await desk.do("order-seal", order=number, authority=desk.key)
    await desk.approve(number, 1, 2)
    with pytest.raises(ValueError, match="not witnessed"):
        await desk.do("order-release", order=number)
    desk.log.publish()
    await desk.do("order-release", order=number)
    with pytest.raises(ValueError, match="not witnessed"):
        await desk.do("order-deliver", order=number)
    assert not any(name.startswith("released") for name in desk.files.files)
    desk.log.publish()
    await desk.do("order-deliver", order=number)


async def test_a_log_that_nobody_witnesses_releases_nothing(desk: OrderDesk) -> None:
    """Orders are entered all the same; without a log at all they are not even that."""
    ada, _ = await two(desk)
    desk.log.is_witnessed = False
    number = await desk.receive(ada)
    with pytest.raises(ValueError, match="Nobody witnesses the public log"):
        await desk.do("order-seal", order=number, authority=desk.key)
    desk.v.context.give(orders.OUTSIDE, None)
    with pytest.raises(ValueError, match="once there is a public log"):
        await desk.receive(ada)


async def test_a_custodians_tool_gives_no_share_without_the_log(desk: OrderDesk) -> None:
    """Not for an entry about another order, one that too few saw, or by a policy that asks nobody."""
    ada, number = await sealed(desk)
    other = await desk.receive(ada)
    entry, proof = desk.house.proof((await received(desk, other)).position)
    ran = await desk.ask(number, 1, entry=entry, proof=proof)
    assert (ran.code, ran.out) == (2, "")
    assert "The log says another order than the one you are shown" in ran.err
    lone = custody.parse_request((await desk.do("order-request", order=number))["request"].encode())
    signed = lone.proof.partition(b"\n\n")
    head, _, lines = signed[2].partition(b"\n\n")
    own = b"".join(one + b"\n" for one in lines.splitlines() if b"witness" not in one)
    ran = await desk.ask(number, 1, proof=signed[0] + b"\n\n" + head + b"\n\n" + own)
    assert (ran.code, ran.out) == (2, "")
    assert "The public log does not show it" in ran.err
    policy = "".join(f"log {key.verifier.text}\n" for key in LOG) + "quorum none\n"
    for path in desk.tool_of(1).glob("servers/*/policy"):
        path.write_text(policy)
    ran = await desk.ask(number, 1)
    assert (ran.code, ran.out) == (2, "")
    assert "No witness saw this" in ran.err


async def received(desk: OrderDesk, number: int) -> Any:
    """The entry of an order that says it was received."""
    look = desk.v.context.look(orders.ORDERS_BOX)
    order = await look.get(AuthorityOrder, number)
    return await look.get(orders.records.OrderEntry, number, order.received)


def widened(details: dict[str, Any], how: str, account: int) -> dict[str, Any]:
    """What a request brings, with more in it than the order."""
    record = custody.parse_order(details["record"].encode())
    decision = custody.parse_decision(details["decision"].encode())
    match how:
        case "record":
            record = record._replace(classes=("content", "subscriber", "traffic"))
        case "class":
            decision = decision._replace(given=("content", "subscriber", "traffic"))
        case "since":
            decision = decision._replace(since=record.since - 1)
        case "until":
            decision = decision._replace(until=record.until + 1)
        case "account":
            part = decision.parts[0]._replace(name=f"content.messages.{account}")
            decision = decision._replace(parts=(*decision.parts, part))
        case "part":
            part = decision.parts[0]._replace(name=f"traffic.chats.{record.accounts[0]}")
            decision = decision._replace(parts=(*decision.parts, part))
        case _:
            decision = decision._replace(record=b"o" * 32)
    return {
        **details,
        "record": record.content.decode(),
        "decision": decision.content.decode(),
    }


async def test_a_custodians_tool_gives_no_share_for_more_than_was_logged(desk: OrderDesk) -> None:
    """Another record, class, day, account or part; or a decision about another order."""
    ada, claude = await two(desk)
    number = await desk.receive(ada, since="2026-11-01", until="2027-02-01")
    await desk.do("order-seal", order=number, authority=desk.key)
    made = await desk.do("order-request", order=number)
    details = dict(custody.parse_request(made["request"].encode()).details)
    said = {
        "record": "The log says another order",
        "class": "WIDER than the order: a class",
        "since": "WIDER than the order: dates",
        "until": "WIDER than the order: dates",
        "account": "WIDER than the order: an account",
        "part": "WIDER than the order: a part",
        "order": "What is to be released is for another order",
    }
    for how, why in said.items():
        ran = await desk.ask(number, 1, details=widened(details, how, claude.id))
        assert (ran.code, ran.out) == (2, ""), how
        assert why in ran.err, how
    assert (await desk.ask(number, 1, details=details)).code == 0


async def test_an_export_that_changed_after_the_approval_is_not_released(desk: OrderDesk) -> None:
    """In the vault before the release, or before it is delivered; or gone."""
    _, number = await sealed(desk)
    await desk.approve(number, 1, 2)
    (first, *_) = sorted(desk.files.files)
    whole = desk.files.files[first]
    for changed in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:-1], b"", None):
        if changed is None:
            del desk.files.files[first]
        else:
            desk.files.files[first] = changed
        with pytest.raises(ValueError, match="not what custodians approved"):
            await desk.do("order-release", order=number)
    desk.files.files[first] = whole
    await desk.do("order-release", order=number)
    desk.files.files[first] = whole[:-1]
    with pytest.raises(ValueError, match="not what custodians approved"):
        await desk.do("order-deliver", order=number)
    assert not any(name.startswith("released") for name in desk.files.files)


STEPS = ("receive", "seal", "answer", "release", "deliver", "close")


async def way(desk: OrderDesk, ada: Any, step: str, number: int) -> int:
    """Take one step of a release."""
    match step:
        case "receive":
            return await desk.receive(ada)
        case "seal":
            await desk.do("order-seal", order=number, authority=desk.key)
        case "answer":
            await desk.approve(number, 1, 2)
        case "release":
            await desk.do("order-release", order=number)
        case "deliver":
            await desk.do("order-deliver", order=number)
        case _:
            await desk.do("order-close", order=number, ended="executed")
    return number


@pytest.mark.parametrize("when", ["before", "behind"])
async def test_whatever_ends_the_server_nothing_is_released_and_unlogged(
    desk: OrderDesk, when: str
) -> None:
    """Killed before each entry is in the log, and behind it: each is there once, and before what follows."""
    ada, _ = await two(desk)
    number = 1
    for step in STEPS:
        desk.log.killed = when
        try:
            number = await way(desk, ada, step, number)
        except Fell:
            pass
        if any(name.startswith("released") for name in desk.files.files):
            assert "released" in desk.kinds()
        desk.log.killed = ""
        await desk.keep()
    assert desk.kinds() == ["received", "decided", "released", "told", "closed"]
    assert desk.audit() == verify.HELD


async def test_what_is_preserved_outlives_its_deletion_and_not_its_time(desk: OrderDesk) -> None:
    """A snapshot goes into the vault at once; another order releases it; a later one finds it shredded."""
    ada, claude = await two(desk)
    kept = await desk.receive(ada, channel="EPOC-PR")
    with pytest.raises(ValueError, match="Nothing can be released by EPOC-PR"):
        await desk.do("order-seal", order=kept, authority=desk.key)
    await desk.do("order-preserve", order=kept, days=60)
    ids = [one.id for one in await ada.history(claude)]
    await ada(api.MessagesDeleteMessages(id=ids, revoke=True))
    await desk.v.settle()
    number = await desk.receive(ada, classes=["content"])
    await desk.do("order-seal", order=number, authority=desk.key, preserved=kept)
    await desk.approve(number, 2, 3)
    await desk.do("order-release", order=number)
    found = desk.opened((await desk.do("order-deliver", order=number))["package"])
    assert {name.partition(".")[0] for name in found} == {"content"}  # of what was preserved, this
    assert any(SECRET.encode() in text for text in found.values())
    assert desk.kinds()[:2] == ["received", "preserved"]
    await desk.do("order-preserve", order=kept, days=30)
    desk.v.clock.time += 30 * DAY_S
    await desk.keep()
    assert await desk.state(kept) == "closed"
    assert desk.logged()[-1][1]["ended"] == "lapsed"
    assert not any(not name.startswith("released") for name in desk.files.files)
    again = await desk.receive(ada, classes=["content"])
    with pytest.raises(ValueError, match="has preserved nothing"):
        await desk.do("order-seal", order=again, authority=desk.key, preserved=kept)


async def test_a_snapshot_of_wider_dates_is_not_released_by_a_narrower_order(
    desk: OrderDesk,
) -> None:
    """Nor anything of somebody the snapshot has nothing of."""
    ada, claude = await two(desk)
    kept = await desk.receive(ada, channel="EPOC-PR")
    await desk.do("order-preserve", order=kept)
    narrow = await desk.receive(ada, since="2027-01-01")
    with pytest.raises(ValueError, match="wider dates than this order"):
        await desk.do("order-seal", order=narrow, authority=desk.key, preserved=kept)
    other = await desk.receive(claude)
    with pytest.raises(ValueError, match="nothing that this order names"):
        await desk.do("order-seal", order=other, authority=desk.key, preserved=kept)


async def test_nobody_is_said_to_be_told_who_is_not_there_any_more(desk: OrderDesk) -> None:
    """Erased between export and delivery: the log does not claim a telling, and the order can be closed."""
    ada, number = await sealed(desk)
    await desk.approve(number, 1, 3)
    await desk.do("order-release", order=number)
    await desk.do("erase", user=str(ada.id))
    await desk.v.settle()
    line = await desk.do("order-deliver", order=number)
    assert (line["told"], line["erased"]) == (False, 1)
    await desk.do("order-close", order=number, ended="executed")
    assert desk.kinds() == ["received", "decided", "released", "closed"]
    assert desk.audit() == verify.HELD


@pytest.mark.parametrize("outcome", ["objected", "refused", "no-data"])
async def test_an_order_can_be_answered_without_anything_given(
    desk: OrderDesk, outcome: str
) -> None:
    """It is in the log, what was sealed for it is gone, and it can be released no more."""
    _, number = await sealed(desk)
    await desk.approve(number, 1)
    answer = (await desk.ask(number, 2)).out
    await desk.do("order-decide", order=number, outcome=outcome)
    assert desk.logged()[-1][1]["outcome"] == outcome
    with pytest.raises(ValueError, match="waits for custodians"):
        await desk.approve(number, 2)
    with pytest.raises(ValueError, match="to no request of this order"):
        await desk.do("order-answer", order=number, answer=answer)
    if outcome == "objected":  # sealed again, what was said before counts for nothing
        await desk.do("order-seal", order=number, authority=desk.key)
        await desk.approve(number, 3)
        assert await desk.state(number) == "sealed"
    else:
        assert not desk.files.files
        with pytest.raises(ValueError, match="cannot become"):
            await desk.do("order-seal", order=number, authority=desk.key)
    ended = "objection-upheld" if outcome == "objected" else "executed"
    await desk.do("order-close", order=number, ended=ended)
    with pytest.raises(ValueError, match="is closed"):
        await desk.do("order-close", order=number, ended=ended)
    assert desk.audit() == verify.HELD


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("order-receive", {"channel": "fax"}, "`fax` is no channel"),
        ("order-receive", {"country": "France"}, "`France` is no country"),
        ("order-receive", {"basis": "a feeling"}, "`a feeling` is no basis"),
        ("order-receive", {"classes": ["everything"]}, "`everything` is no class of data"),
        ("order-receive", {"accounts": ["@nobody"]}, "nobody|no account|No account"),
        ("order-receive", {"since": "yesterday"}, "`yesterday` is no day"),
        ("order-receive", {"hide_until": "2027-06-01"}, "Nothing can be hidden here"),
        ("order-decide", {"order": 9, "outcome": "refused"}, "There is no order 9"),
        ("order-decide", {"order": 1, "outcome": "lost"}, "`lost` is no outcome"),
        ("order-close", {"order": 1, "ended": "well"}, "`well` is no end"),
        ("order-preserve", {"order": 1}, "An order by informal preserves nothing"),
        ("order-seal", {"order": 1, "authority": "x"}, "Nothing can be released by informal"),
        ("order-request", {"order": 1, "seen": ["all"]}, "Sizes of a log are numbers"),
        ("order-request", {"order": 1}, "Nothing of order 1 waits for custodians"),
    ],
)
async def test_what_is_no_order_is_refused_in_a_sentence(
    desk: OrderDesk, name: str, given: dict[str, Any], said: str
) -> None:
    """A word of no list, nobody's account, no day; a release by what is no order: a meeting, a threat."""
    (ada,) = await desk.v.people_named("Ada")
    await desk.receive(ada, channel="informal", basis="none")
    fields = {"channel": "EPOC", "country": "FR", "basis": "court-order"}
    with pytest.raises(ValueError, match=said):
        await desk.do(name, **({**fields, **given} if name == "order-receive" else given))
    assert desk.kinds() == ["received"]


async def test_only_order_clerks_and_the_machine_give_these_commands(desk: OrderDesk) -> None:
    """Nobody else of the staff; and the package is written on the machine alone."""
    (ada,) = await desk.v.people_named("Ada")
    number = await desk.receive(ada)
    names = [one.name for one in orders.COMMANDS if one.name != "orders"]
    for role in Role:
        if role in (Role.OPERATOR, Role.ORDER_CLERK):
            continue
        for name in names:
            with pytest.raises(ValueError, match="is not for your role"):
                await desk.v.server.command(name, {}, Giver(frozenset({role}), 0))
    clerk = Giver(frozenset({Role.ORDER_CLERK}), 0)
    with pytest.raises(ValueError, match="is not for your role"):
        await desk.v.server.command("order-deliver", {"order": number}, clerk)
    answer = await desk.v.server.command(
        "order-decide", {"order": number, "outcome": "refused"}, clerk
    )
    assert answer["state"] == "refused"


def test_an_order_goes_from_state_to_state_by_the_table_alone() -> None:
    """What is released was approved, what is approved was sealed; from closed nothing leads anywhere."""
    allowed = {(one, two) for one, every in NEXT.items() for two in every}
    assert NEXT.keys() == {*OrderState}
    for one, two in itertools.product(OrderState, OrderState):
        if (one, two) in allowed:
            may_become(one, two)
        else:
            with pytest.raises(ValueError, match="cannot become"):
                may_become(one, two)
    before = {two: {one for one, other in allowed if other is two} for two in OrderState}
    assert before[OrderState.DELIVERED] == {OrderState.RELEASED}
    assert before[OrderState.RELEASED] == {OrderState.APPROVED}
    assert before[OrderState.APPROVED] == {OrderState.SEALED}


def test_clocks_run_as_the_law_has_them_until_the_order_is_answered() -> None:
    """Ten days, eight hours, one hour; late is said so."""
    channel, state = OrderChannel, OrderState
    assert due_at(channel.EPOC, 0, emergency=False) == EPOC_S == 10 * DAY_S
    assert due_at(channel.EPOC, 0, emergency=True) == EPOC_EMERGENCY_S == 8 * 3_600
    assert due_at(channel.TCO, 0, emergency=False) == 3_600
    assert due_at(channel.DSA10, 0, emergency=True) == 0
    assert time_left(state.RECEIVED, 3_600, 60) == "0 h 59 min"
    assert time_left(state.SEALED, 2 * DAY_S, 0) == "2 d 0 h"
    assert time_left(state.RECEIVED, 3_600, 7_260) == "LATE by 1 h 1 min"
    assert time_left(state.REFUSED, 3_600, 7_260) == time_left(state.RECEIVED, 0, 9) == ""


async def test_a_late_order_is_shown_as_late(desk: OrderDesk) -> None:
    """One of an hour, after two."""
    (ada,) = await desk.v.people_named("Ada")
    await desk.receive(ada, channel="TCO")
    desk.v.clock.time += 7_200
    (found,) = await desk.do("orders")
    assert found["clock"] == "LATE by 1 h 0 min"


def test_a_share_of_one_case_opens_none_of_another() -> None:
    """Shares of two divisions do not mix."""
    cards = [custody.CustodianSecret(bytes([n]) * 32).card(f"C{n}") for n in (1, 2)]
    people = [card.custodian for card in cards]
    one, _ = custody.deal(b"k" * 32, 2, people, custodians.counted())
    with pytest.raises(CustodyError, match="not the one of this table"):
        custody.restore(one, [Share(1, b"x" * 32), Share(2, b"y" * 32)])
