"""Messages that wait: for a time, or until the other is here; sent once, or not at all."""

import asyncio
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features.messages.scheduled import WHEN_ONLINE
from chappe.tl import api, errors
from chappe.updates.scheduler import Scheduler

from .test_polls import question
from .village import START, Person, village

HOUR = 3_600


async def later(person: Person, to: Any, text: str, due: int, **more: Any) -> int:
    """Schedule a text; return its number among what is scheduled."""
    random_id = more.pop("random_id", 0) or person.village.number()
    answer = await person(
        api.MessagesSendMessage(
            peer=person.peer(to), message=text, random_id=random_id, schedule_date=due, **more
        )
    )
    await person.village.settle()
    (new,) = (u for u in answer.updates if isinstance(u, api.UpdateNewScheduledMessage))
    assert (new.message.message, new.message.date) == (text, due)
    return int(new.message.id)


async def waiting(person: Person, of: Any) -> list[Any]:
    """Return what somebody has scheduled, the latest first."""
    answer = await person(api.MessagesGetScheduledHistory(peer=person.peer(of), hash=0))
    return list(answer.messages)


async def come(person: Person) -> None:
    """Say that somebody is here."""
    await person(api.AccountUpdateStatus(offline=False))
    await person.village.wait(1)


# -- at a time --------------------------------------------------------------------------------------


async def test_a_message_is_sent_when_it_is_due_and_not_before() -> None:
    """To a person, a group, a supergroup, and to oneself as a reminder."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        chats = [claude, await ada.group("G", claude), await ada.supergroup("S", claude), ada]
        for chat in chats:
            number = await later(ada, chat, "good morning", START + HOUR)
            assert [m.id for m in await waiting(ada, chat)] == [number]
        await v.wait(HOUR - 1)
        assert await claude.texts(ada) == []
        await v.wait(1)
        for chat in chats:
            assert await ada.texts(chat) == ["good morning"]
            assert await waiting(ada, chat) == []
            (sent,) = [m for m in await ada.history(chat) if isinstance(m, api.Message)]
            assert (sent.from_scheduled, sent.date) == (True, START + HOUR)
        assert await claude.texts(ada) == ["good morning"]
        gone = ada.told(api.UpdateDeleteScheduledMessages)
        assert [len(u.sent_messages) for u in gone] == [1, 1, 1, 1]
        assert gone[0].sent_messages == [(await ada.history(claude))[0].id]


async def test_several_at_the_same_moment_keep_their_order() -> None:
    """A hundred, which is as many as may wait; one more is refused."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for number in range(100):
            await later(ada, claude, str(number), START + HOUR)
        with pytest.raises(errors.ScheduleTooMuch):
            await later(ada, claude, "one more", START + HOUR)
        await later(ada, ada, "elsewhere", START + HOUR)
        await v.wait(HOUR)
        assert await claude.texts(ada) == [str(n) for n in range(100)]


async def test_a_restart_neither_loses_nor_doubles_what_waits() -> None:
    """What came due meanwhile is sent as soon as the server is there again."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await later(ada, claude, "after the night", START + HOUR)
        v.server.delivery.scheduler = Scheduler(v.context, v.server.metrics)
        await v.server.delivery.scheduler.start()
        await v.wait(2 * HOUR)
        await v.wait(HOUR)
        assert await claude.texts(ada) == ["after the night"]


async def test_the_same_random_id_schedules_once() -> None:
    """However often it comes, before it is sent and after."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        first = await later(ada, claude, "once", START + HOUR, random_id=7)
        assert await later(ada, claude, "once", START + HOUR, random_id=7) == first
        await v.wait(HOUR)
        await later(ada, claude, "once", START + 2 * HOUR, random_id=7)
        await v.wait(HOUR)
        assert await claude.texts(ada) == ["once"]


@pytest.mark.parametrize(
    ("due", "more", "refusal"),
    [
        (START - 1, {}, errors.ScheduleDateInvalid),
        (0, {}, errors.ScheduleDateInvalid),
        (START + 366 * 86_400, {}, errors.ScheduleDateTooLate),
        (START + HOUR, {"schedule_repeat_period": 86_400}, errors.ScheduleDateInvalid),
        (START + HOUR, {"effect": 5}, errors.EffectIdInvalid),
    ],
)
async def test_a_message_cannot_wait_for_any_time(
    due: int, more: dict[str, Any], refusal: type[Exception]
) -> None:
    """Nor with what is not served; nothing is kept of it."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        with pytest.raises(refusal):
            await later(ada, claude, "x", due, **more)
        assert await waiting(ada, claude) == []


async def test_albums_polls_and_forwards_can_wait() -> None:
    """A poll begins when it is sent; a forwarded message says whose it was."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        due = START + HOUR
        theirs = await claude.say(ada, "original")
        first = (await ada.history(claude))[0].id
        assert theirs
        await ada(
            api.MessagesForwardMessages(
                from_peer=ada.peer(claude),
                id=[first],
                random_id=[v.number()],
                to_peer=ada.peer(ada),
                schedule_date=due,
            )
        )
        await ada(
            api.MessagesSendMedia(
                peer=ada.peer(claude),
                media=question(close_period=60),
                message="",
                random_id=v.number(),
                schedule_date=due,
            )
        )
        (poll,) = await waiting(ada, claude)
        assert poll.media.results.total_voters == 0
        await v.wait(HOUR)
        assert not (await claude.history(ada))[0].media.poll.closed
        await v.wait(60)
        assert (await claude.history(ada))[0].media.poll.closed
        (kept,) = await ada.history(ada)
        assert (kept.message, kept.fwd_from.from_id.user_id) == ("original", claude.id)


# -- when the other is here -------------------------------------------------------------------------


async def test_a_message_waits_until_the_other_is_here() -> None:
    """It is sent as soon as they say so; if they are here already, at once."""
    async with village() as v:
        ada, claude, eve = await v.people_named("Ada", "Claude", "Eve")
        await later(ada, claude, "there you are", WHEN_ONLINE)
        await v.wait(10 * HOUR)
        await come(eve)
        assert await claude.texts(ada) == []
        await come(claude)
        assert await claude.texts(ada) == ["there you are"]
        await later(ada, claude, "still there", WHEN_ONLINE)
        await v.wait(1)
        assert await claude.texts(ada) == ["there you are", "still there"]


async def test_nobody_waits_for_who_hides_when_they_are_here() -> None:
    """Nor for a group, nor for oneself."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await claude(
            api.AccountSetPrivacy(
                key=api.InputPrivacyKeyStatusTimestamp(), rules=[api.InputPrivacyValueDisallowAll()]
            )
        )
        with pytest.raises(errors.ScheduleStatusPrivate):
            await later(ada, claude, "x", WHEN_ONLINE)
        for to in (ada, await ada.group("G", claude)):
            with pytest.raises(errors.ScheduleDateInvalid):
                await later(ada, to, "x", WHEN_ONLINE)


# -- before it is time ------------------------------------------------------------------------------


async def test_what_waits_can_be_altered_put_off_and_deleted() -> None:
    """Nobody else has seen it; the old time does not count any more."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        one = await later(ada, claude, "one", START + HOUR)
        two = await later(ada, claude, "two", START + HOUR)
        edit = {"peer": ada.peer(claude), "id": one}
        await ada(api.MessagesEditMessage(**edit, message="won", schedule_date=START + 2 * HOUR))
        with pytest.raises(errors.MessageNotModified):
            await ada(
                api.MessagesEditMessage(**edit, message="won", schedule_date=START + 2 * HOUR)
            )
        with pytest.raises(errors.ScheduleDateInvalid):
            await ada(api.MessagesEditMessage(**edit, message="now", schedule_date=START))
        with pytest.raises(errors.MessageIdInvalid):
            await ada(
                api.MessagesEditMessage(
                    peer=ada.peer(claude), id=99, message="x", schedule_date=START + HOUR
                )
            )
        answer = await ada(api.MessagesDeleteScheduledMessages(peer=ada.peer(claude), id=[two, 99]))
        assert answer.updates[0].messages == [two]
        await v.wait(HOUR)
        assert await claude.texts(ada) == []
        await v.wait(HOUR)
        assert await claude.texts(ada) == ["won"]
        assert claude.told(api.UpdateNewScheduledMessage) == []


async def test_what_waits_can_be_sent_now() -> None:
    """Once: its time comes and nothing happens."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await later(ada, claude, "now then", START + HOUR)
        given = api.MessagesSendScheduledMessages(peer=ada.peer(claude), id=[number])
        answer = await ada(given)
        await v.settle()
        (gone,) = (u for u in answer.updates if isinstance(u, api.UpdateDeleteScheduledMessages))
        assert gone.sent_messages == [(await ada.history(claude))[0].id]
        with pytest.raises(errors.MessageIdInvalid):
            await ada(given)
        await v.wait(2 * HOUR)
        assert await claude.texts(ada) == ["now then"]


async def test_others_can_neither_see_nor_send_what_somebody_scheduled() -> None:
    """Not the other in the chat, not an admin of the group."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat = await ada.supergroup("S", bob)
        for where in (chat, bob):
            number = await later(ada, where, "secret", START + HOUR)
            theirs = ada if where is bob else chat
            assert await waiting(bob, theirs) == []
            given = {"peer": bob.peer(theirs), "id": [number]}
            assert (await bob(api.MessagesGetScheduledMessages(**given))).messages == []
            with pytest.raises(errors.MessageIdInvalid):
                await bob(api.MessagesSendScheduledMessages(**given))
            assert (await bob(api.MessagesDeleteScheduledMessages(**given))).updates == []
            mine = {"peer": ada.peer(where), "id": [number]}
            assert len((await ada(api.MessagesGetScheduledMessages(**mine))).messages) == 1


async def test_a_page_says_that_something_waits() -> None:
    """Of a person, a group and a supergroup."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group, chat = await ada.group("G", bob), await ada.supergroup("S", bob)
        for where, ask in (
            (bob, api.UsersGetFullUser(id=ada.user(bob))),
            (group, api.MessagesGetFullChat(chat_id=group.id)),
            (chat, api.ChannelsGetFullChannel(channel=ada.channel(chat))),
        ):
            for expected in (False, True):
                answer = await ada(ask)
                full = getattr(answer, "full_user", None) or answer.full_chat
                assert full.has_scheduled is expected
                if not expected:
                    await later(ada, where, "x", START + HOUR)


# -- rights -----------------------------------------------------------------------------------------


async def test_who_may_not_write_any_more_sends_nothing() -> None:
    """Banned, blocked, or gone meanwhile: it is dropped."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        chat, group = await ada.supergroup("S", bob), await ada.group("G", bob)
        for where in (chat, group, cid):
            await later(bob, where, "too late", START + HOUR)
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(chat),
                participant=ada.peer(bob),
                banned_rights=api.ChatBannedRights(send_messages=True, until_date=0),
            )
        )
        await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=ada.user(bob)))
        await bob(api.ContactsBlock(id=bob.peer(cid)))
        await v.wait(HOUR)
        assert (await ada.texts(chat), await ada.texts(group), await cid.texts(bob)) == ([], [], [])
        assert await waiting(bob, chat) == await waiting(bob, cid) == []
        with pytest.raises(errors.UserBannedInChannel):
            await later(bob, chat, "never", START + 2 * HOUR)


async def test_slow_mode_makes_what_is_due_wait_its_turn() -> None:
    """Two at the same moment come one after the other."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat = await ada.supergroup("S", bob)
        for text in ("one", "two"):
            await later(bob, chat, text, START + HOUR)
        await ada(api.ChannelsToggleSlowMode(channel=ada.channel(chat), seconds=60))
        await v.wait(HOUR)
        assert await ada.texts(chat) == ["one"]
        await v.wait(60)
        assert await ada.texts(chat) == ["one", "two"]


async def test_what_is_deleted_while_it_is_put_off_stays_deleted() -> None:
    """Slow mode found it too early; its author has thought better of it meanwhile."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat = await ada.supergroup("S", bob)
        number = await later(bob, chat, "hasty", START + HOUR)
        await ada(api.ChannelsToggleSlowMode(channel=ada.channel(chat), seconds=60))
        v.clock.time += HOUR
        await bob.say(chat, "first")
        async with v.context.change(
            Owner(Kind.USER, bob.id)
        ):  # both wait for Bob's box, in this order
            gone = asyncio.create_task(
                bob(api.MessagesDeleteScheduledMessages(peer=bob.peer(chat), id=[number]))
            )
            await asyncio.sleep(0)
            due = asyncio.create_task(v.server.delivery.scheduler.tick())
            for _ in range(20):
                await asyncio.sleep(0)
        await asyncio.gather(gone, due)
        assert await waiting(bob, chat) == []
        await v.wait(HOUR)
        assert await ada.texts(chat) == ["first"]


# -- almost now -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [1, 9])
async def test_what_is_scheduled_for_less_than_ten_seconds_ahead_is_sent_at_once(
    ahead: int,
) -> None:
    """A text, a medium, a forward; ten seconds ahead it waits."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        soon = START + ahead
        contact = api.InputMediaContact(phone_number="1", first_name="C", last_name="", vcard="")
        answers = [
            await ada(
                api.MessagesSendMessage(
                    peer=ada.peer(claude), message="text", random_id=1, schedule_date=soon
                )
            ),
            await ada(
                api.MessagesSendMedia(
                    peer=ada.peer(claude),
                    media=contact,
                    message="",
                    random_id=2,
                    schedule_date=soon,
                )
            ),
        ]
        first = (await ada.history(claude))[-1].id
        answers.append(
            await ada(
                api.MessagesForwardMessages(
                    from_peer=ada.peer(claude),
                    to_peer=ada.peer(ada),
                    id=[first],
                    random_id=[3],
                    schedule_date=soon,
                )
            )
        )
        for answer in answers[1:]:
            assert any(isinstance(u, api.UpdateNewMessage) for u in answer.updates)
        assert await waiting(ada, claude) == [] == await waiting(ada, ada)
        await v.settle()
        assert await claude.texts(ada) == ["text", ""]
        assert (await ada.history(ada))[0].message == "text"
        await later(ada, claude, "waits", START + 10)
        assert len(await waiting(ada, claude)) == 1


async def test_a_scheduled_message_put_to_almost_now_is_sent_at_once() -> None:
    """With its new text; it waits no more, and does not come twice."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await later(ada, claude, "draft", START + HOUR)
        answer = await ada(
            api.MessagesEditMessage(
                peer=ada.peer(claude), id=number, message="final", schedule_date=START + 5
            )
        )
        (new,) = (u for u in answer.updates if isinstance(u, api.UpdateNewMessage))
        (gone,) = (u for u in answer.updates if isinstance(u, api.UpdateDeleteScheduledMessages))
        assert (new.message.message, new.message.from_scheduled) == ("final", True)
        assert (gone.messages, gone.sent_messages) == ([number], [new.message.id])
        assert await waiting(ada, claude) == []
        await v.wait(2 * HOUR)
        assert await claude.texts(ada) == ["final"]


async def test_who_may_no_longer_write_does_not_by_putting_a_message_to_almost_now() -> None:
    """It stays scheduled for when it was."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        group = await ada.supergroup("S", claude)
        number = await later(claude, group, "hello", START + HOUR)
        await ada(
            api.MessagesEditChatDefaultBannedRights(
                peer=ada.peer(group),
                banned_rights=api.ChatBannedRights(
                    until_date=0, send_messages=True, send_plain=True
                ),
            )
        )
        await v.settle()
        with pytest.raises(errors.ChatWriteForbidden):
            await claude(
                api.MessagesEditMessage(peer=claude.peer(group), id=number, schedule_date=START + 5)
            )
        assert [m.date for m in await waiting(claude, group)] == [START + HOUR]
