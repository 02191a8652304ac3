"""House rules: what everybody may do, whom more is granted, and how everybody else is refused."""

from typing import Any

import msgspec
import pytest
from tests.operating import operate

from chappe.tl import api, errors

from .village import Person, village


def group(who: Person) -> Any:
    """Return the call that makes a basic group."""
    return api.MessagesCreateChat(users=[], title="Club")


def supergroup(who: Person) -> Any:
    """Return the call that makes a supergroup."""
    return api.ChannelsCreateChannel(title="Club", about="", megagroup=True)


def forum(who: Person) -> Any:
    """Return the call that makes a forum."""
    return api.ChannelsCreateChannel(title="Club", about="", forum=True)


def channel(who: Person) -> Any:
    """Return the call that makes a channel."""
    return api.ChannelsCreateChannel(title="News", about="", broadcast=True)


def name(who: Person) -> Any:
    """Return the call by which one takes a public name."""
    return api.AccountUpdateUsername(username="ada_1815")


CALLS = [
    (group, "groups"),
    (supergroup, "groups"),
    (forum, "groups"),
    (channel, "channels"),
    (name, "names"),
]


@pytest.mark.parametrize(("call", "right"), CALLS)
async def test_who_is_granted_it_may_and_nobody_else(call: Any, right: str) -> None:
    """And it can be taken back."""
    others = tuple(r for r in ("groups", "channels", "names") if r != right)
    async with village(people_may=others) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for who in (ada, claude):
            with pytest.raises(errors.UserRestricted):
                await who(call(who))
        assert await operate(v.server, "grant", user=ada.id, rights=right) == {
            "id": ada.id,
            "rights": right,
        }
        assert await ada(call(ada))
        with pytest.raises(errors.UserRestricted):
            await claude(call(claude))
        (listed,) = await operate(v.server, "granted")
        assert (listed["id"], listed["rights"]) == (ada.id, right)
        await operate(v.server, "grant", user=ada.id, rights="none")
        assert await operate(v.server, "granted") == []
        with pytest.raises(errors.UserRestricted):
            await ada(
                api.AccountUpdateUsername(username="other_1") if right == "names" else call(ada)
            )


@pytest.mark.parametrize(("call", "right"), CALLS)
async def test_everybody_may_what_the_setting_says(call: Any, right: str) -> None:
    """Which is everything, unless told otherwise."""
    async with village(people_may=(right,)) as v:
        assert await (ada := await v.person("Ada"))(call(ada))
    async with village() as v:
        assert await (ada := await v.person("Ada"))(call(ada))


async def test_a_public_name_of_a_channel_is_a_name() -> None:
    """What one runs has none either; giving one up is free."""
    async with village(people_may=("channels",)) as v:
        ada = await v.person("Ada")
        news = await ada.supergroup("News", broadcast=True)
        take = api.ChannelsUpdateUsername(channel=ada.channel(news), username="news_1")
        with pytest.raises(errors.UserRestricted):
            await ada(take)
        await operate(v.server, "grant", user=ada.id, rights="names")
        assert await ada(take)
        await operate(v.server, "grant", user=ada.id, rights="none")
        assert await ada(api.ChannelsUpdateUsername(channel=ada.channel(news), username=""))


async def test_a_group_that_is_there_goes_on_and_may_grow() -> None:
    """Only the making of one is ruled."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        club = await ada.group("Club", claude)
        v.context.config = msgspec.structs.replace(v.context.config, people_may=())
        assert await claude.say(club, "hello")
        assert await ada(api.MessagesMigrateChat(chat_id=club.id))


@pytest.mark.parametrize("given", ["everything", "groups,kings", "groups;names"])
async def test_what_is_no_right_is_refused(given: str) -> None:
    """The list is fixed."""
    async with village() as v:
        ada = await v.person("Ada")
        with pytest.raises(ValueError, match="is no right: give some of groups, channels, names"):
            await operate(v.server, "grant", user=ada.id, rights=given)
