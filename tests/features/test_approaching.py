"""New accounts address few strangers, and more as they grow older; who is known is not counted."""

from typing import Any

import pytest
from tests.operating import operate

from chappe.core.configuration import Configuration
from chappe.features import accounts
from chappe.features.dialogs.approaching import DAY_S, GROWN, LINK_COSTS, price
from chappe.rpc import LIMITER
from chappe.tl import api, errors

from .village import Person, Village, village

A_DAY = 6  # strangers of the first day, in these tests


async def crowd(v: Village, count: int) -> list[Person]:
    """Sign people up whom nobody knows."""
    return [await v.person(f"Stranger{number}") for number in range(count)]


def few(**more: Any) -> Any:
    """Open a village whose newcomers may address few."""
    return village(twins=False, strangers_a_day=A_DAY, rate_scale=1.0, **more)


def test_the_price_falls_with_age_and_a_day_pays_for_what_was_promised() -> None:
    """Never to nothing."""
    ages = (0, DAY_S - 1, DAY_S, 7 * DAY_S, 30 * DAY_S, 10**9)
    prices = [price(age, 10) for age in ages]
    assert prices == sorted(prices, reverse=True)
    assert [DAY_S // one for one in prices] == [10, 10, 20, 50, 10 * GROWN, 10 * GROWN]
    assert price(10**9, 10**9) == 1


def test_who_lets_in_whom_they_know_needs_no_bound() -> None:
    """By itself there is one only where anybody may sign up from elsewhere."""
    assert Configuration().strangers_bound == 0
    assert Configuration(host="0.0.0.0").strangers_bound == 50
    assert Configuration(host="0.0.0.0", sign_up="invite").strangers_bound == 0
    assert Configuration(host="0.0.0.0", strangers_a_day=0).strangers_bound == 0
    assert Configuration(strangers_a_day=7).strangers_bound == 7


async def test_a_new_account_addresses_so_many_strangers_and_waits_for_the_rest() -> None:
    """Whom it has begun to talk with is not counted again; a day later there are more."""
    async with few() as v:
        eve = await v.person("Eve")
        others = await crowd(v, A_DAY + 1)
        for other in others[:A_DAY]:
            await eve.say(other, "hello")
            await eve.say(other, "are you there?")
        with pytest.raises(errors.PeerFlood):
            await eve.say(others[-1], "hello")
        await others[-1].say(eve, "hello, Eve")  # who was addressed may answer
        await v.wait(0)
        await eve.say(others[-1], "hello")
        (late,) = await crowd(v, 1)
        await v.wait(DAY_S)
        await eve.say(late, "hello")


async def test_a_link_to_who_has_not_answered_costs_more() -> None:
    """Each time; and nothing once they have."""
    async with few() as v:
        eve = await v.person("Eve")
        first, second = await crowd(v, 2)
        await eve.say(first, "look at https://gold.example")
        await eve.say(second, "hello")
        assert LINK_COSTS == A_DAY - 1
        with pytest.raises(errors.PeerFlood):
            await eve.say(second, "look at https://gold.example")
        await second.say(eve, "yes?")
        await v.settle()
        await eve.say(second, "look at https://gold.example")


async def test_who_is_known_is_not_counted_nor_who_may_by_name() -> None:
    """Contacts, people of one's closed groups, and whom the operator grants `strangers`."""
    async with few() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        others = await crowd(v, A_DAY + 1)
        await ada.supergroup("Class", eve, *others[:5])
        for other in others[:5]:
            await eve.say(other, "hello")
        await operate(v.server, "grant", user=ada.id, rights="strangers")
        late = await crowd(v, 3)
        for other in (*others, *late):
            await ada.say(other, "hello")


async def test_strangers_beyond_that_are_listed_as_not_added_to_a_group() -> None:
    """As those are who do not let themselves be added."""
    async with few() as v:
        eve = await v.person("Eve")
        others = await crowd(v, A_DAY + 1)
        made = await eve(
            api.MessagesCreateChat(users=[eve.user(other) for other in others], title="Gold")
        )
        assert [one.user_id for one in made.missing_invitees] == [others[-1].id]


async def spend_a_day(v: Village, eve: Person) -> None:
    """Have somebody address as many strangers as they may."""
    for other in await crowd(v, A_DAY):
        await eve.say(other, "hello")
    (late,) = await crowd(v, 1)
    with pytest.raises(errors.PeerFlood):
        await eve.say(late, "hello")


def forget_in_memory(v: Village) -> None:
    """Forget what is counted in memory, as a restart does."""
    limiter: Any = v.context.own(LIMITER)
    limiter._empty_at.clear()


async def test_what_was_spent_outlasts_a_restart() -> None:
    """By messages, and by bringing people into groups; and no longer than a day."""
    async with few() as v:
        eve = await v.person("Eve")
        await spend_a_day(v, eve)
        forget_in_memory(v)
        (late,) = await crowd(v, 1)
        with pytest.raises(errors.PeerFlood):
            await eve.say(late, "hello")
        await v.wait(DAY_S)
        await eve.say(late, "hello")
        bob = await v.person("Bob")
        brought = await crowd(v, A_DAY)
        await bob(api.MessagesCreateChat(users=[bob.user(one) for one in brought], title="Gold"))
        await v.settle()
        forget_in_memory(v)
        (last,) = await crowd(v, 1)
        with pytest.raises(errors.PeerFlood):
            await bob.say(last, "hello")


async def test_a_scheduled_message_to_one_stranger_too_many_waits_and_its_author_is_told() -> None:
    """It is not dropped: apps show the new time, and it goes then. Sent by hand it is refused, and stays."""
    async with few() as v:
        eve = await v.person("Eve")
        (late,) = await crowd(v, 1)
        due = int(v.clock.time) + 60
        ask = api.MessagesSendMessage(
            peer=eve.peer(late), message="hello later", random_id=5, schedule_date=due
        )
        await eve(ask)
        await spend_a_day(v, eve)
        (waiting,) = (
            await eve(api.MessagesGetScheduledHistory(peer=eve.peer(late), hash=0))
        ).messages
        with pytest.raises(errors.PeerFlood):
            await eve(api.MessagesSendScheduledMessages(peer=eve.peer(late), id=[waiting.id]))
        await v.wait(61)
        await v.wait(1)
        assert await late.history(eve) == []
        (still,) = (
            await eve(api.MessagesGetScheduledHistory(peer=eve.peer(late), hash=0))
        ).messages
        assert (still.id, still.message) == (waiting.id, "hello later")
        assert still.date > due
        said = await eve.history(api.PeerUser(user_id=accounts.SERVICE_USER))
        assert [m.message for m in said if "scheduled was not sent yet" in m.message] != []
        await v.wait(DAY_S)
        await v.wait(1)
        assert [m.message for m in await late.history(eve)] == ["hello later"]
        assert (
            await eve(api.MessagesGetScheduledHistory(peer=eve.peer(late), hash=0))
        ).messages == []
