"""The update queue of bots: put where the event is made, handed over in order, once, until it is too old."""

from typing import Any

from chappe.core import Kind, Owner
from chappe.features import botqueue, bots
from chappe.features.botqueue import UpdateKind, UpdateQueue
from chappe.features.botqueue.kinds import DAY_S
from chappe.features.botqueue.queueing import FIRST_FROM, UNUSED_MAX
from chappe.features.botqueue.records import QueuedUpdate, UpdateDelivery
from chappe.tl import api

from .test_bots import let_in, made
from .village import Device, Person, village


async def bot_of(person: Person, name: str = "shop_bot") -> tuple[int, Device, Any]:
    """Return a bot's id, its device, and the peer by which this person writes to it."""
    await bots.settle(person.village.context)
    token = await made(person, name)
    device = await let_in(person.village, token)
    found = (await person(api.ContactsResolveUsername(username=name))).users[0]
    return found.id, device, api.InputPeerUser(user_id=found.id, access_hash=found.access_hash)


async def say(person: Person, peer: Any, *texts: str) -> list[int]:
    """Write to somebody; return the numbers of the messages in the writer's box."""
    numbers = []
    for text in texts:
        request = api.MessagesSendMessage(
            peer=peer, message=text, random_id=person.village.number()
        )
        sent = await person(request)
        numbers.append(sent.id if hasattr(sent, "id") else sent.updates[0].id)
    await person.village.settle()
    return numbers


def texts(page: botqueue.HandedPage) -> list[str]:
    """Return what the messages of a page say."""
    return [one.update.message.message for one in page.updates]


async def test_what_is_said_to_a_bot_waits_in_order_until_it_is_confirmed() -> None:
    """Numbers rise by one from a first by chance; an offset confirms all before it."""
    async with village() as v:
        ada = await v.person("Ada")
        bot, _, peer = await bot_of(ada)
        queue = UpdateQueue(v.context)
        assert (await queue.take(bot, 0, 100)).updates == []
        await say(ada, peer, "one", "two", "three")
        page = await queue.take(bot, 0, 100)
        numbers = [one.number for one in page.updates]
        assert texts(page) == ["one", "two", "three"]
        assert [one.kind for one in page.updates] == [UpdateKind.MESSAGE] * 3
        assert {user.id for user in page.users} >= {ada.id}
        assert numbers == list(range(numbers[0], numbers[0] + 3))
        assert numbers[0] > FIRST_FROM
        assert texts(await queue.take(bot, 0, 2)) == ["one", "two"]
        assert texts(await queue.take(bot, numbers[1], 100)) == ["two", "three"]
        await v.settle()
        assert texts(await queue.take(bot, 0, 100)) == ["two", "three"]
        assert texts(await queue.take(bot, -1, 100)) == ["three"]
        await v.settle()
        assert await queue.pending(bot) == 1
        assert texts(await queue.take(bot, numbers[2] + 1_000, 100)) == ["three"]
        assert texts(await queue.take(bot, numbers[2] + 1, 100)) == []
        await v.settle()
        assert await queue.pending(bot) == 0


async def test_an_update_says_what_is_so_when_it_is_fetched() -> None:
    """Deleted before that it is gone, edited it comes as it stands; what the bot says itself is no update."""
    async with village() as v:
        ada = await v.person("Ada")
        bot, device, peer = await bot_of(ada)
        queue = UpdateQueue(v.context)
        one, two = await say(ada, peer, "one", "two")
        await ada(api.MessagesDeleteMessages(id=[one], revoke=True))
        await ada(api.MessagesEditMessage(peer=peer, id=two, message="zwei"))
        back = api.InputPeerUser(user_id=ada.id, access_hash=0)
        await device(api.MessagesSendMessage(peer=back, message="own", random_id=v.number()))
        await v.settle()
        page = await queue.take(bot, 0, 100)
        assert texts(page) == ["zwei", "zwei"]
        assert [one.kind for one in page.updates] == [
            UpdateKind.MESSAGE,
            UpdateKind.EDITED_MESSAGE,
        ]
        (left,) = await say(ada, peer, "three")
        await queue.take(bot, page.updates[-1].number + 1, 1)
        await ada(api.MessagesDeleteMessages(id=[left], revoke=True))
        await v.settle()
        assert (await queue.take(bot, 0, 100)).updates == []
        await v.settle()
        assert await queue.pending(bot) == 0


async def test_what_waits_a_day_goes_and_people_have_no_queue() -> None:
    """A day later nothing is handed over, and the rows are gone; nobody but a bot has any."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot, _, peer = await bot_of(ada)
        queue = UpdateQueue(v.context)
        await say(ada, peer, "old")
        await say(ada, ada.peer(eve), "hello")
        assert await v.context.look(Owner(Kind.USER, eve.id)).get(UpdateDelivery) is None
        v.clock.time += DAY_S + 1
        assert (await queue.take(bot, 0, 100)).updates == []
        await say(ada, peer, "new")
        await v.wait(2)
        assert texts(await queue.take(bot, 0, 100)) == ["new"]
        v.clock.time += DAY_S + 1
        await v.wait(2)
        assert await queue.pending(bot) == 0
        known = await v.context.look(Owner(Kind.USER, bot)).get(UpdateDelivery)
        assert known is not None
        assert known.expiring == 0


async def test_only_kinds_that_are_wanted_are_queued() -> None:
    """What a bot asks for holds from when it asks; nothing known means all that need not be asked for."""
    async with village() as v:
        ada = await v.person("Ada")
        bot, _, peer = await bot_of(ada)
        queue = UpdateQueue(v.context)
        await queue.note_use(bot, botqueue.allowed_by(["edited_message", "no_such_kind"]))
        await say(ada, peer, "unheard")
        assert botqueue.kinds_named(await queue.allowed(bot)) == ["edited_message"]
        assert (await queue.take(bot, 0, 100)).updates == []
        await queue.note_use(bot, None)
        await say(ada, peer, "unheard too")
        assert (await queue.take(bot, 0, 100)).updates == []
        await queue.note_use(bot, botqueue.allowed_by([]))
        await say(ada, peer, "heard")
        assert texts(await queue.take(bot, 0, 100)) == ["heard"]
        await queue.forget(bot)
        assert await queue.pending(bot) == 0


async def test_of_a_bot_that_never_asked_only_the_newest_wait() -> None:
    """A bot that speaks MTProto alone fills no box."""
    async with village() as v:
        ada = await v.person("Ada")
        bot, _, peer = await bot_of(ada)
        await say(ada, peer, "one")
        owner = Owner(Kind.USER, bot)
        (row,) = await v.context.look(owner).scan(QueuedUpdate)
        async with v.context.change(owner) as change:
            change.next("update", UNUSED_MAX - 1)
        await say(ada, peer, "two")
        rows = await v.context.look(owner).scan(QueuedUpdate)
        assert [one.update for one in rows] == [row.update + UNUSED_MAX]


async def test_who_waits_is_woken_once_it_is_kept() -> None:
    """The event of a program that waits is set, that of another bot's is not."""
    async with village() as v:
        ada = await v.person("Ada")
        bot, _, peer = await bot_of(ada)
        other, _, _ = await bot_of(ada, "tea_bot")
        waiting = v.context.own(botqueue.WAITING)
        with (
            waiting.listen(Owner(Kind.USER, bot)) as told,
            waiting.listen(Owner(Kind.USER, other)) as untold,
        ):
            await say(ada, peer, "hello")
            assert (told.is_set(), untold.is_set()) == (True, False)
        assert not waiting.is_waited_for(Owner(Kind.USER, bot))
