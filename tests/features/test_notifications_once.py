"""Who is away is told of something once, while it is news, and as long as they subscribe."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.contracts.push_service import Browser as Subscribed

from chappe.core import Kind, Owner
from chappe.features.notifications.notifier import (
    CHANGES_KEPT_MAX,
    HERE_HOLD_S,
    TOLD_S,
    Missed,
)
from chappe.features.notifications.rules import FAILURES_MAX, FIRST_WAIT_S, WAIT_S_MAX
from chappe.features.notifications.subscriptions import PushSubscription
from chappe.ports import PushOutcome, PushResult
from chappe.tl import api
from chappe.updates import PUSH_AUDIENCE

from .away import FOREVER, SECRET, TAKEN, away, of, set_loudness


async def test_many_messages_while_one_is_under_way_are_told_by_one() -> None:
    """And the next comes after a while."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        a.service.gate.clear()
        for number in range(5):
            await claude.say(ada, f"{number}")
        await a.service.began.wait()
        assert len(a.service.told) == 1
        a.service.gate.set()
        await a.settle()
        assert len(a.service.told) == 1
        assert await a.heard() == ["message"]
        assert await a.heard() == ["message"]
        assert await a.heard() == []


async def test_what_was_read_or_deleted_meanwhile_is_not_told() -> None:
    """It is looked at once more before it is sent."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        crowd = await claude.supergroup("Crowd", ada)
        await a.heard()
        await claude.say(ada, "first")
        await a.settle()
        await claude.say(ada, "read")
        await ada(api.MessagesReadHistory(peer=ada.peer(claude), max_id=FOREVER))
        assert await a.heard() == ["message"]
        assert await a.heard() == []
        await claude.say(ada, "first")
        await a.settle()
        number = await claude.say(ada, "deleted")
        await ada(api.MessagesReadHistory(peer=ada.peer(claude), max_id=FOREVER))
        await claude(api.MessagesDeleteMessages(id=[number], revoke=True))
        assert await a.heard() == ["message"]
        assert await a.heard() == []
        await claude.say(crowd, "first")
        await a.settle()
        await claude.say(crowd, "read")
        await ada(api.ChannelsReadHistory(channel=ada.channel(crowd), max_id=FOREVER))
        assert await a.heard() == ["message"]
        assert await a.heard() == []
        await claude.say(ada, "unread")
        await claude.say(crowd, "read")
        await ada(api.ChannelsReadHistory(channel=ada.channel(crowd), max_id=FOREVER))
        assert await a.heard() == ["message"]


async def test_who_is_here_on_another_device_may_see_it_there() -> None:
    """The browser is woken a little later, if it is still news."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        await ada(api.AccountUpdateStatus(offline=False))
        await claude.say(ada, "one")
        assert await a.heard() == []
        await a.later(HERE_HOLD_S)
        assert await a.heard() == ["message"]
        await ada(api.AccountUpdateStatus(offline=False))
        await claude.say(ada, "two")
        await ada(api.MessagesReadHistory(peer=ada.peer(claude), max_id=FOREVER))
        await a.later(HERE_HOLD_S)
        assert await a.heard() == []
        await ada(api.AccountUpdateStatus(offline=True))
        await claude.say(ada, "three")
        assert await a.heard() == ["message"]
        await ada(api.AccountUpdateStatus(offline=False))
        for device in ada.devices:  # nobody hears it there
            a.v.server.dispatcher.clients.rest(device.client, resting=True)
        await claude.say(ada, "four")
        assert await a.heard() == ["message"]


async def test_a_browser_that_was_told_and_then_was_gone_is_told_again() -> None:
    """A phone that sleeps lets go of its connection without a word; what was read meanwhile is no news."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        device = await a.browser(ada)
        for read, seconds, told in (
            (False, TOLD_S - 1, ["message"]),
            (True, 0, []),
            (False, TOLD_S + 1, []),
        ):
            device.reconnect()
            await device(api.UpdatesGetState())
            for number in range(CHANGES_KEPT_MAX + 2):
                await claude.say(ada, f"{number}")
            if read:
                await ada(api.MessagesReadHistory(peer=ada.peer(claude), max_id=FOREVER))
            await a.settle()
            before = len(a.service.told)
            a.v.clock.time += seconds
            await a.v.server.notifier.run()
            await a.settle()
            assert len(a.service.told) == before
            device.disconnect()
            await a.v.server.notifier.run()
            assert await a.heard() == told
            assert await a.heard() == []
            await ada(api.MessagesReadHistory(peer=ada.peer(claude), max_id=FOREVER))


# -- what push services say ---------------------------------------------------------------------------


async def test_a_subscription_that_is_gone_is_forgotten() -> None:
    """One that was renewed meanwhile stays."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        device = await a.browser(ada)
        box = a.v.context.look(Owner(Kind.USER, ada.id))
        a.service.answer = PushResult(PushOutcome.GONE)
        a.service.gate.clear()
        await claude.say(ada, "one")
        await a.service.began.wait()
        device.reconnect()
        renewed = Subscribed("https://push.example/renewed").token()
        request = api.AccountRegisterDevice(
            token_type=10, token=renewed, app_sandbox=False, secret=SECRET, other_uids=[]
        )
        await device(request)
        device.disconnect()
        a.service.gate.set()
        assert await a.heard() == ["message"]
        kept = await box.get(PushSubscription, device.key_id)
        assert kept is not None
        assert kept.endpoint.endswith("renewed")
        await claude.say(ada, "two")
        assert await a.heard() == ["message"]
        assert await box.scan(PushSubscription) == []
        assert not a.v.context.own(PUSH_AUDIENCE).keys(ada.id)
        await claude.say(ada, "three")
        assert await a.heard() == []


async def test_a_push_service_that_is_busy_is_left_alone() -> None:
    """For longer each time, or as long as it asks; then the message is given up, and the next one tried."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        a.service.answer = PushResult(PushOutcome.LATER)
        await claude.say(ada, "one")
        wait = FIRST_WAIT_S
        for tries in range(1, FAILURES_MAX + 1):
            await a.later(0)
            assert len(a.service.told) == tries
            await claude.say(ada, "more")
            await a.later(wait - 1)
            assert len(a.service.told) == tries
            await a.later(1)
            wait = min(wait * 3, WAIT_S_MAX)
        assert len(a.service.told) == FAILURES_MAX + 1
        for _ in range(2):
            await a.later(WAIT_S_MAX + 1)
        assert len(a.service.told) == FAILURES_MAX + 1
        assert "given up" in a.v.server.metrics.page().decode()
        a.service.answer = PushResult(PushOutcome.LATER, 600)
        await claude.say(ada, "again")
        await a.later(599)
        assert len(a.service.told) == FAILURES_MAX + 2
        a.service.answer = TAKEN
        await a.later(1)
        assert len(a.service.told) == FAILURES_MAX + 3


async def test_what_a_push_service_refuses_is_not_tried_again() -> None:
    """The subscription stays: it may be the server's clock that is wrong."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        a.service.answer = PushResult(PushOutcome.REFUSED)
        await claude.say(ada, "one")
        await a.later(WAIT_S_MAX + 1)
        assert len(a.service.told) == 1
        a.service.answer = TAKEN
        await claude.say(ada, "two")
        await a.later(0)
        assert len(a.service.told) == 2


# -- whoever is not to be told any more ---------------------------------------------------------------


async def test_nobody_is_told_after_logging_out() -> None:
    """Nor of what waited then."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        device = await a.browser(ada)
        await claude.say(ada, "one")
        await a.settle()
        await claude.say(ada, "two")
        device.reconnect()
        await device(api.AuthLogOut())
        device.disconnect()
        assert await a.heard() == ["message"]
        assert await a.heard() == []
        await claude.say(ada, "three")
        assert await a.heard() == []
        assert not a.v.context.own(PUSH_AUDIENCE).keys(ada.id)


async def test_subscriptions_are_found_again_at_a_start() -> None:
    """With the channels somebody is in; where pushes are off, nobody is told."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        device = await a.browser(ada)
        news = await claude.supergroup("News", ada, broadcast=True)
        await a.heard()
        audience = a.v.context.own(PUSH_AUDIENCE)
        audience.discard(ada.id, device.key_id)
        await claude.say(ada, "one")
        assert await a.heard() == []
        await a.v.server.notifier.load()
        await claude.say(ada, "two")
        assert await a.heard() == ["message"]
        await claude.say(news, "three")
        assert await a.heard() == ["message"]
        a.v.context.ports = replace(a.v.context.ports, push=None)
        await claude.say(ada, "four")
        assert await a.heard() == []
        assert not audience.keys(ada.id)


async def test_a_crowd_is_looked_at_by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reader once for all that was written meanwhile, and the newest of it that they want to hear."""
    monkeypatch.setattr("chappe.features.notifications.notifier.TURN_PAUSE_S", 0)
    async with away() as a:
        claude, *crowd = await a.v.people_named("Claude", *(f"Reader {n}" for n in range(5)))
        for person in crowd:
            await a.browser(person)
        place = await claude.supergroup("Crowd", *crowd)
        await a.drain()
        notifier, looked = a.v.server.notifier, []
        look_for = notifier._look_for

        async def counted(user: int, missed: Sequence[Missed]) -> None:
            looked.append((user, len(missed)))
            await look_for(user, missed)

        monkeypatch.setattr(notifier, "_look_for", counted)
        monkeypatch.setattr("chappe.features.notifications.notifier.READERS_A_TURN", 2)
        peer, text = claude.peer(place), "hear"
        calls = [
            claude(api.MessagesSendMessage(peer=peer, message=text, random_id=a.v.number()))
            for _ in range(CHANGES_KEPT_MAX + 4)
        ]
        await asyncio.gather(*calls)
        assert await a.heard() == ["message"] * len(crowd)
        assert sorted({user for user, _ in looked}) == sorted(person.id for person in crowd)
        assert max(count for _, count in looked) <= CHANGES_KEPT_MAX
        assert len(looked) < len(calls) * len(crowd)
        await a.drain()
        await set_loudness(crowd[0], of(crowd[0], place), mute_until=FOREVER)
        mine = await crowd[0].say(place, "ask me")
        await a.drain()
        reply = api.InputReplyToMessage(reply_to_msg_id=mine)
        await claude(
            api.MessagesSendMessage(
                peer=peer, message="answer", random_id=a.v.number(), reply_to=reply
            )
        )
        await claude(api.MessagesSendMessage(peer=peer, message=text, random_id=a.v.number()))
        assert sorted(await a.heard()) == ["mention", *["message"] * (len(crowd) - 1)]


async def test_too_many_channels_that_wait_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what cannot be decided in time."""
    monkeypatch.setattr("chappe.features.notifications.notifier.CHANNELS_WAITING_MAX", 2)
    async with away() as a:
        for channel in (1, 2, 3, 2):
            a.v.server.notifier.missed(Owner.channel(channel), (), 0)
        await a.settle()
        assert 'chappe_pushes_total{outcome="dropped"} 1.0' in a.v.server.metrics.page().decode()


async def test_a_bug_of_one_event_silences_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told, and the next reader looked at."""
    async with away() as a:
        claude, ada, eve = await a.v.people_named("Claude", "Ada", "Eve")
        await a.browser(ada)
        await a.browser(eve)
        place = await claude.supergroup("Crowd", ada, eve)
        await a.drain()
        notifier = a.v.server.notifier
        look_for = notifier._look_for

        async def failing(user: int, missed: Sequence[Missed]) -> None:
            if user == ada.id:
                raise RuntimeError("ours")
            await look_for(user, missed)

        monkeypatch.setattr(notifier, "_look_for", failing)
        await claude.say(place, "hear")
        assert await a.heard() == ["message"]
        await claude.say(ada, "hear")
        await a.settle()
        assert [str(bug) for bug in a.v.bugs] == ["ours", "ours"]
        a.v.bugs.clear()
