"""Places newcomers are let into: by an invite, or everybody; and how an operator names them."""

from typing import Any

import pytest
from tests.operating import operate

from chappe.features.joining import places
from chappe.ports import EngineError
from chappe.tl import api

from .test_joining import come, link_of
from .village import Person, Village, village


async def link_to(who: Person, chat: Any, **more: Any) -> str:
    """Make an invite link to a chat, as one of its admins."""
    made = await who(api.MessagesExportChatInvite(peer=who.peer(chat), **more))
    return str(made.link)


async def arrive(v: Village, **invite: Any) -> Person:
    """Have Ada join by an invite, and be told of it."""
    device = await come(v, await link_of(v, **invite))
    (user,) = await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
    await v.wait(1)
    return Person(v, user.id, user.phone, device)


async def chats_of(who: Person) -> dict[str, str]:
    """Return the chats somebody has in their list, by title, with what the newest message of each says."""
    shown = await who(
        api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=50, hash=0
        )
    )
    newest = {}
    for message in shown.messages:
        peer = message.peer_id
        newest[getattr(peer, "chat_id", getattr(peer, "channel_id", 0))] = message
    return {
        chat.title: type(getattr(newest[chat.id], "action", None)).__name__ for chat in shown.chats
    }


async def test_who_comes_by_an_invite_is_in_its_groups_and_in_those_of_everybody() -> None:
    """In each as if they had followed its link: the others are told, and the device that joined is."""
    async with village(sign_up="open") as v:
        marie, claude = await v.people_named("Marie", "Claude")
        basic = await marie.group("7b", claude)
        choir = await marie.supergroup("Choir", claude)
        news = await marie.supergroup("News", broadcast=True)
        await marie(api.ChannelsUpdateUsername(channel=marie.channel(news), username="school_news"))
        await operate(v.server, "place", place="7b", link=await link_to(marie, basic))
        await operate(v.server, "place", place="news", link="@school_news", everybody=True)
        assert [p["name"] for p in await operate(v.server, "places")] == ["7b", "news"]
        given = ["7B", await link_to(marie, choir)]
        ada = await arrive(v, group=given, uses=2)
        assert await chats_of(ada) == {
            "7b": "MessageActionChatJoinedByLink",
            "Choir": "MessageActionChatJoinedByLink",
            "News": "MessageActionChannelCreate",
        }
        assert ada.device.told(api.UpdateNewMessage)
        assert ada.device.told(api.UpdateChannel)
        assert (await claude.history(basic))[0].from_id.user_id == ada.id
        await ada.say(choir, "I am here.")
        assert await claude.texts(choir) == ["I am here."]
        (listed,) = await operate(v.server, "invites")
        assert listed["groups"] == "7b, by link"
        by_number = await v.person("Emmy")
        await v.wait(1)
        assert await chats_of(by_number) == {"News": "MessageActionChannelCreate"}


async def test_what_cannot_be_entered_any_more_keeps_nobody_from_the_rest() -> None:
    """A link its admin withdrew opens nothing; one that asks for approval asks; a failure is made good."""
    async with village(sign_up="open") as v:
        marie = await v.person("Marie")
        groups = [await marie.supergroup(title) for title in ("Gone", "Asks", "Open")]
        gone, asks, opens = [
            await link_to(marie, chat, request_needed=chat.title == "Asks") for chat in groups
        ]
        token = await link_of(v, group=[gone, asks, opens])
        await marie(
            api.MessagesEditExportedChatInvite(peer=marie.peer(groups[0]), link=gone, revoked=True)
        )
        device = await come(v, token)
        (user,) = await device(api.UsersGetUsers(id=[api.InputUserSelf()]))
        ada, enter = Person(v, user.id, user.phone, device), places.enter_place
        failed: list[str] = []

        async def fails_once(context: Any, user: int, way: str) -> bool:
            if not failed and way in opens:
                failed.append(way)
                raise EngineError("the store is full")
            return await enter(context, user, way)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(places, "enter_place", fails_once)
            await v.wait(1)
            assert failed
            assert await chats_of(ada) == {}
            await v.wait(3600)
        assert await chats_of(ada) == {"Open": "MessageActionChatJoinedByLink"}
        asking = await marie(
            api.MessagesGetChatInviteImporters(
                peer=marie.peer(groups[1]),
                requested=True,
                offset_date=0,
                offset_user=api.InputUserEmpty(),
                limit=10,
            )
        )
        assert [one.user_id for one in asking.importers] == [ada.id]
        v.bugs.clear()  # the store that was full


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [
        (
            "place",
            {"place": "7b", "link": "https://x.example/+never"},
            "give an invite link that is good",
        ),
        ("place", {"place": "7b", "link": "@nobody_1"}, "give an invite link that is good"),
        ("place", {"place": "7b", "link": "@ada_1815"}, "give an invite link that is good"),
        ("place", {"place": "7b,8c", "link": "@news_1"}, "A place is called by letters"),
        ("invite", {"group": ["7b"]}, "No place is called 7b"),
        ("invite", {"group": ["@news_1"] * 21}, "give a list of texts"),
        ("invite", {"group": "@news_1"}, "give a list of texts"),
    ],
)
async def test_what_is_no_place_is_refused_in_a_sentence(
    command: str, given: dict[str, Any], said: str
) -> None:
    """And nothing is made."""
    async with village() as v:
        ada = await v.person("Ada")
        await ada(api.AccountUpdateUsername(username="ada_1815"))
        news = await ada.supergroup("News", broadcast=True)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(news), username="news_1"))
        with pytest.raises(ValueError, match=said):
            await operate(v.server, command, **given)
        assert await operate(v.server, "places") == []
        assert await operate(v.server, "invites") == []


async def test_a_place_can_be_altered_and_forgotten() -> None:
    """Who comes later is let in there no more."""
    async with village(sign_up="open") as v:
        marie = await v.person("Marie")
        news = await marie.supergroup("News", broadcast=True)
        link = await link_to(marie, news)
        await operate(v.server, "place", place="News", link=link, everybody=True)
        await operate(v.server, "place", place="news", link="news", everybody=False)
        (place,) = await operate(v.server, "places")
        assert place == {"name": "news", "everybody": False, "by": "link", "opens": True}
        assert await operate(v.server, "place-remove", place="NEWS") is True
        assert await operate(v.server, "place-remove", place="NEWS") is False
