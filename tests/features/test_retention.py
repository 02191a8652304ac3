"""Messages go once they are older than the server keeps any: for everybody, and not before it was said."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from tests.operating import operate

from chappe.core import Owner
from chappe.features import retention
from chappe.features.chats import DAY_S, KeepingRule
from chappe.features.retention import rules, sweeping
from chappe.ports import Record
from chappe.tl import api

from .forums import forum, topic
from .test_files_go import blobs, document, send, upload
from .village import START, Person, Village, village

GRACE = rules.GRACE_DAYS
SERVICE = api.PeerUser(user_id=777_000)


async def keep(v: Village, days: int) -> KeepingRule:
    """Start the server again with another setting."""
    v.context.config = msgspec.structs.replace(v.context.config, keep_messages_days=days)
    return await retention.take_up(v.context)


async def pass_days(v: Village, days: float) -> int:
    """Let days pass, and the server make its round; return how many messages went."""
    await v.wait(int(days * DAY_S))
    await sweeping.tell_people(v.context)
    gone = await sweeping.sweep(v.context)
    await v.settle()
    return gone


@asynccontextmanager
async def keeping(days: int) -> AsyncIterator[Village]:
    """Open a server whose rule holds before anybody comes: what apps show does not change on the way."""
    async with village(keep_messages_days=days) as v:
        await retention.take_up(v.context)
        await pass_days(v, GRACE)
        yield v


async def everywhere(v: Village) -> tuple[Person, Person, list[Any]]:
    """Return two people, and the conversations they have of each kind."""
    ada, bob = await v.people_named("Ada", "Bob")
    places = [
        await ada.group("G", bob),
        await ada.supergroup("S", bob),
        await ada.supergroup("N", bob, broadcast=True),
    ]
    return ada, bob, places


async def test_old_messages_go_for_everybody() -> None:
    """In a private chat, a group, a supergroup and a channel; pins and pictures with them.

    The village holds a device that slept through it to what one that listened was told.
    """
    async with keeping(30) as v:
        ada, bob, places = await everywhere(v)
        for place in (bob, *places):
            number = await ada.say(place, "old")
            await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(place), id=number))
        file = await upload(ada, bytes(2_000))
        await send(ada, bob, document(file))
        await pass_days(v, 20)
        for place in (bob, *places):
            await ada.say(place, "young")
        await pass_days(v, 9.9)
        assert await bob.texts(ada) == ["old", "", "young"]
        assert await pass_days(v, 0.2) > 8  # with word of the pins, and of who came
        await pass_days(v, 0.1)
        assert blobs(v) == {}
        for place in (bob, *places):
            assert await ada.texts(place) == ["young"]
            assert await bob.texts(ada if place is bob else place) == ["young"]
        assert bob.told(api.UpdateDeleteMessages)
        assert {u.channel_id for u in bob.told(api.UpdateDeleteChannelMessages)} == {
            place.id for place in places[1:]
        }
        assert await pass_days(v, 30) == 6  # copies count each
        assert await ada.texts(bob) == await bob.texts(places[2]) == []


async def test_nothing_goes_before_it_was_said() -> None:
    """A number mistyped and corrected has deleted nothing, and nobody was told of it."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await ada.say(bob, "old")
        await pass_days(v, 100)
        await keep(v, 3)
        assert await pass_days(v, 1 / 48) == 0
        await keep(v, 0)
        assert await pass_days(v, 2 * GRACE) == 0
        assert await bob.texts(ada) == ["old"]
        assert "Saved Messages" not in "".join(await bob.texts(SERVICE))
        await keep(v, 30)
        assert await pass_days(v, GRACE - 0.01) == 0
        assert (await bob.dialog(ada)).ttl_period is None
        assert await pass_days(v, 0.02) == 2
        assert await bob.texts(ada) == []


async def test_everybody_is_told_once_of_each_rule() -> None:
    """By the service, with the day; also that messages are kept for ever again."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        before = len(await ada.texts(SERVICE))
        await keep(v, 30)
        for _ in range(3):
            await pass_days(v, 0.1)
        for person in (ada, bob):
            (*_, last) = await person.texts(SERVICE)
            assert f"From {rules.shown_day(START + GRACE * DAY_S)} on" in last
            assert "for 30 days" in last
        await keep(v, 0)
        for _ in range(2):
            await pass_days(v, 0.1)
        assert (await ada.texts(SERVICE))[-1].startswith("From now on this server deletes no")
        assert len(await ada.texts(SERVICE)) == before + 2


async def test_what_is_spared_stays() -> None:
    """What somebody saved, what the service told them, and the message a topic begins with."""
    async with keeping(1) as v:
        (ada,) = await v.people_named("Ada")
        place = await forum(v, ada)
        begun = await topic(ada, place, "plans")
        await ada.say(ada, "mine")
        await ada.say(place, "old")
        told = await ada.texts(SERVICE)
        assert told
        await pass_days(v, 30)
        assert await ada.texts(ada) == ["mine"]
        assert await ada.texts(SERVICE) == told
        assert await ada.texts(place) == []
        assert begun in [m.id for m in await ada.history(place)]
        assert await pass_days(v, 30) == 0
        assert (await ada.dialog(ada)).ttl_period is None


async def test_stock_apps_show_the_shorter_of_both() -> None:
    """The chat's own timer, or what the server keeps; in lists, profiles and on each message."""
    async with keeping(30) as v:
        ada, bob, (group, mega, channel) = await everywhere(v)
        long, short = 60 * DAY_S, 2 * DAY_S
        for period, shown in ((0, 30 * DAY_S), (long, 30 * DAY_S), (short, short)):
            for place in (bob, group, mega, channel):
                if period:
                    await ada(api.MessagesSetHistoryTTL(peer=ada.peer(place), period=period))
                    await v.settle()
                await ada.say(place, "x")
                assert (await ada.dialog(place)).ttl_period == shown
                assert (await ada.history(place))[0].ttl_period == shown
            assert bob.told(api.UpdatePeerHistoryTTL) == [] or (
                bob.told(api.UpdatePeerHistoryTTL)[-1].ttl_period == shown
            )
            full = await ada(api.UsersGetFullUser(id=ada.user(bob)))
            assert full.full_user.ttl_period == shown
            full = await ada(api.MessagesGetFullChat(chat_id=group.id))
            assert full.full_chat.ttl_period == shown
            full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(mega)))
            assert full.full_chat.ttl_period == shown
        said = await ada(
            api.MessagesSendMessage(peer=ada.peer(bob), message="y", random_id=v.number())
        )
        assert said.ttl_period == short


async def test_a_long_backlog_goes_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some messages a change; what was looked through is not looked at again."""
    monkeypatch.setattr(sweeping, "MESSAGES_A_CHANGE", 4)
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        mega = await ada.supergroup("S", bob)
        for number in range(10):
            await ada.say(bob, f"{number}")
            await ada.say(mega, f"{number}")
        await ada.say(ada, "mine")
        await keep(v, 1)
        assert await pass_days(v, GRACE) > 30
        deleted = [len(u.messages) for u in bob.told(api.UpdateDeleteChannelMessages)]
        assert sum(deleted) > 9
        assert max(deleted) == 4
        look = v.context.look(Owner.user(ada.id))
        assert await sweeping.due_rows(look, int(v.clock.now()) - DAY_S, 100) == []


async def test_threads_and_reactions_go_with_their_messages() -> None:
    """Counts fall with what is counted; nothing of a message stays in its box."""
    async with keeping(1) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        mega = await ada.supergroup("S", bob)
        first = await ada.say(mega, "old")
        await bob.say(mega, "answer", reply_to=api.InputReplyToMessage(reply_to_msg_id=first))
        await bob(
            api.MessagesSendReaction(
                peer=bob.peer(mega), msg_id=first, reaction=[api.ReactionEmoji(emoticon="👍")]
            )
        )
        await pass_days(v, 1.1)
        assert await ada.history(mega) == []
        box = v.context.look(Owner.channel(mega.id))
        left = [kind.table for kind in kinds() if kind.table in GONE and await box.scan(kind)]
        assert left == []


GONE = {"message", "counted", "reacted", "pin", "in_thread"}


def kinds() -> list[type[Record]]:
    """Every kind of record there is."""
    every = [kind for kind in Record.__subclasses__() if "table" in vars(kind)]
    return [kind for kind in every if kind.__module__.startswith("chappe.")]


async def test_the_operator_is_shown_what_holds() -> None:
    """What is kept, from when, who was told, and how much is due."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")

        async def shown() -> Any:
            return await operate(v.server, "retention")

        assert (await shown())["keeps"] == "for ever"
        assert v.server.kept_for() == ""
        await ada.say(bob, "old")
        await keep(v, 30)
        day = rules.shown_day(START + GRACE * DAY_S)
        assert (await shown())["keeps"].startswith(f"for ever; from {day} on 30 days")
        assert v.server.kept_for() == (await shown())["keeps"]
        assert (await shown())["to_go"] == 0
        await v.wait(40 * DAY_S)
        codes = 4  # of the log-ins: they are counted until they were looked at, and stay
        told = await shown()
        assert (told["keeps"], told["to_go"]) == ("30 days, older ones are deleted", 2 + codes)
        await pass_days(v, 0)
        assert ((await shown())["to_go"], (await shown())["told"]) == (0, "everybody")
        assert (v.server.about().keep_messages_days, v.server.about().keep_messages_from) == (
            30,
            START + GRACE * DAY_S,
        )


@pytest.mark.parametrize(
    ("held", "days", "waits"),
    [(0, 30, True), (30, 0, False), (30, 60, False), (30, 29, True), (30, 30, False)],
)
def test_who_keeps_less_waits(held: int, days: int, waits: bool) -> None:
    """And who keeps more does not; until then what held before holds."""
    known = KeepingRule(days=held, starts=0, since=0, told=rules.ALL_TOLD)
    rule = rules.next_rule(known, days, START)
    assert rule.days_at(START) == (held if waits else days)
    assert rule.days_at(START + GRACE * DAY_S) == days
    assert rules.next_rule(rule, days, START + 5) == rule


def test_a_rule_that_is_corrected_keeps_what_holds() -> None:
    """From a year to three days by mistake and back, or to forty: a year holds all the time it should."""
    year = KeepingRule(days=365, told=rules.ALL_TOLD)
    wrong = rules.next_rule(year, 3, START)
    back = rules.next_rule(wrong, 365, START + 60)
    assert (back.days_at(START + 60), back.told) == (365, rules.ALL_TOLD)
    other = rules.next_rule(wrong, 40, START + 60)
    assert other.days_at(START + 7 * DAY_S) == 365
    assert other.days_at(START + 8 * DAY_S) == 40
