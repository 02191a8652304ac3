"""When somebody was last here, as others see it: who writes was here, whether or not their app says so."""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features.accounts.presence import SEEN_STEP_S
from chappe.features.accounts.records import LastSeen
from chappe.tl import api

from .village import Person, Village, village

STATUS = api.InputPrivacyKeyStatusTimestamp()


async def seen(who: Person, other: Person) -> Any:
    """Return the status one person sees of another."""
    (shown,) = await who(api.UsersGetUsers(id=[who.user(other)]))
    return shown.status


async def left(v: Village, *people: Person) -> float:
    """Let people say that they leave, and time pass; return when they left."""
    for person in people:
        await person(api.AccountUpdateStatus(offline=True))
    at = v.clock.time
    await v.wait(3600)
    return at


@pytest.mark.parametrize("where", ["private", "group", "supergroup", "channel"])
async def test_who_writes_was_here(where: str) -> None:
    """In every kind of chat; who only reads it is seen where they were."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat: Any = {
            "private": lambda: ada,
            "group": lambda: bob.group("G", ada),
            "supergroup": lambda: bob.supergroup("S", ada),
            "channel": lambda: bob.supergroup("C", ada, broadcast=True),
        }[where]()
        chat = chat if where == "private" else await chat
        before = await left(v, ada, bob)
        assert (await seen(ada, bob)).was_online == before
        await bob.say(chat, "I am here")
        assert (await seen(ada, bob)).was_online == v.clock.time == before + 3600
        of = bob if where == "private" else chat
        assert "I am here" in await ada.texts(of)
        assert (await seen(bob, ada)).was_online == before


async def test_last_seen_is_kept_now_and_then_and_never_goes_back() -> None:
    """Not with every message; who said that they are here stays so, and who is here says nothing new."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        start = await left(v, ada, bob) + 3600
        await bob.say(ada, "one")
        v.clock.time += SEEN_STEP_S - 1
        await bob.say(ada, "two")
        assert (await seen(ada, bob)).was_online == start
        v.clock.time += 1
        await bob.say(ada, "three")
        assert (await seen(ada, bob)).was_online == start + SEEN_STEP_S
        await bob(api.AccountUpdateStatus(offline=False))
        online = await seen(ada, bob)
        await bob.say(ada, "four")
        assert await seen(ada, bob) == online
        assert isinstance(online, api.UserStatusOnline)


async def test_what_was_to_be_sent_later_does_not_say_that_its_author_is_here() -> None:
    """They may be asleep."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        news = await bob.supergroup("News", ada, broadcast=True)
        for to in (ada, news):
            await bob(
                api.MessagesSendMessage(
                    peer=bob.peer(to),
                    message="later",
                    random_id=v.number(),
                    schedule_date=int(v.clock.time) + 600,
                )
            )
        before = await left(v, bob)
        assert "later" in await ada.texts(bob)
        assert "later" in await ada.texts(news)
        assert (await seen(ada, bob)).was_online == before


async def test_who_hides_when_they_are_here_may_write() -> None:
    """Nobody reads more of it than before; it is kept for those who may."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        allowed = [
            api.InputPrivacyValueAllowUsers(users=[bob.user(eve)]),
            api.InputPrivacyValueDisallowAll(),
        ]
        await bob(api.AccountSetPrivacy(key=STATUS, rules=allowed))
        await left(v, bob)
        await bob.say(ada, "psst")
        assert (await seen(eve, bob)).was_online == v.clock.time
        assert isinstance(await seen(ada, bob), api.UserStatusRecently)
        kept = await v.context.look(Owner(Kind.USER, bob.id)).get(LastSeen)
        assert kept == LastSeen(until=int(v.clock.time))
