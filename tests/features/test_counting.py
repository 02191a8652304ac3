"""How often posts were seen and forwarded: once for each reader, told to who is here and to nobody else."""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features import messages
from chappe.features.conversations.annotations import Counted
from chappe.tl import api, errors

from .village import Person, Village, village


async def look(who: Person, chat: Any, *ids: int, increment: bool = True) -> list[Any]:
    """Return how often posts were seen and forwarded, perhaps by looking at them."""
    asked = api.MessagesGetMessagesViews(peer=who.peer(chat), id=list(ids), increment=increment)
    found = (await who(asked)).views
    return [(one.views, one.forwards) for one in found]


async def forward(who: Person, of: Any, number: int, to: Any, random_id: int = 0) -> None:
    """Forward a message."""
    await who(
        api.MessagesForwardMessages(
            from_peer=who.peer(of),
            id=[number],
            random_id=[random_id or who.village.number()],
            to_peer=who.peer(to),
        )
    )
    await who.village.settle()


async def channel_of(v: Village) -> tuple[list[Person], Any, int]:
    """Return Ada, her readers, her channel and a post in it."""
    people = await v.people_named("Ada", "Bob", "Cid")
    ada, *readers = people
    news = await ada.supergroup("News", *readers, broadcast=True)
    return people, news, await ada.say(news, "extra")


async def test_each_reader_counts_once() -> None:
    """However often they look, and from however many devices."""
    async with village() as v:
        (ada, bob, cid), news, post = await channel_of(v)
        assert await look(bob, news, post, increment=False) == [(1, 0)]
        for _ in range(3):
            assert await look(bob, news, post) == [(1, 0)]
        assert await look(cid, news, post, post, 99) == [(2, 0), (2, 0), (None, None)]
        assert (await ada.history(news))[0].views == 2
        await v.wait(5)


async def test_numbers_are_told_now_and_then_to_whoever_is_here() -> None:
    """Some seconds after the first of those who came together; then it is quiet again."""
    async with village() as v:
        (ada, bob, cid), news, post = await channel_of(v)
        readers = await v.people_named(*(f"Reader {n}" for n in range(10)))
        users = [ada.user(r) for r in readers]
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(news), users=users))
        for reader in (bob, cid, *readers):
            await look(reader, news, post)
        await v.settle()
        assert ada.told(api.UpdateChannelMessageViews) == []
        await v.wait(5)
        for one in (ada, bob, *readers):
            (told,) = one.told(api.UpdateChannelMessageViews)
            assert (told.channel_id, told.id, told.views) == (news.id, post, 12)
            assert one.told(api.UpdateChannelMessageForwards) == []
        await v.wait(60)
        assert len(ada.told(api.UpdateChannelMessageViews)) == 1


async def test_a_forward_is_counted_once_and_told() -> None:
    """Sending it again with its random_id is no other forward; what is said in groups is not counted."""
    async with village() as v:
        (ada, bob, cid), news, post = await channel_of(v)
        for _ in range(2):
            await forward(bob, news, post, cid, random_id=4711)
        await forward(cid, news, post, news_room := await cid.supergroup("Room", bob))
        assert await look(ada, news, post, increment=False) == [(1, 2)]
        await v.wait(5)
        assert [u.forwards for u in cid.told(api.UpdateChannelMessageForwards)] == [2]
        said = await cid.say(news_room, "by the way")
        await forward(bob, news_room, said, bob)
        owner = Owner(Kind.CHANNEL, news_room.id)
        assert await v.context.look(owner).get(Counted, said) is None


async def test_who_may_not_look_counts_nothing_and_hears_nothing() -> None:
    """A stranger, somebody who was thrown out, somebody who left; and a post that is gone."""
    async with village() as v:
        (ada, bob, cid), news, post = await channel_of(v)
        eve = await v.person("Eve")
        ban = api.ChatBannedRights(view_messages=True, until_date=0)
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(news), participant=ada.peer(bob), banned_rights=ban
            )
        )
        await cid(api.ChannelsLeaveChannel(channel=cid.channel(news)))
        await v.settle()
        for one in (bob, cid, eve):
            with pytest.raises(errors.ChannelPrivate):
                await look(one, news, post)
        await look(ada, news, post)
        await v.wait(5)
        for one in (bob, cid, eve):
            assert one.told(api.UpdateChannelMessageViews) == []
        await ada(api.ChannelsDeleteMessages(channel=ada.channel(news), id=[post]))
        assert await look(ada, news, post) == [(None, None)]
        assert await v.context.look(Owner(Kind.CHANNEL, news.id)).get(Counted, post) is None


def test_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks again after many others have is counted again; memory is bounded."""
    monkeypatch.setattr("chappe.features.messages.view_counts.SEEN_REMEMBERED_MAX", 10)
    seen = messages.view_counts.RecentViewers()
    assert seen.fresh(1, 5, [1, 2, 3]) == [1, 2, 3]
    assert seen.fresh(1, 5, [2, 3, 4]) == [4]
    assert seen.fresh(2, 5, range(7)) == list(range(7))
    assert seen.fresh(1, 5, [1]) == [1]
    assert len(seen._known) == 10
