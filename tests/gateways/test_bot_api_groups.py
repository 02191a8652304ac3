"""Bots that speak HTTP in groups and channels: what they hear there, and how they run them."""

from typing import Any

from chappe.tl import api
from tests.features.bots_there import BotThere, bot_of
from tests.features.test_bots_in_groups import make_groups, promote
from tests.features.village import Person, Village
from tests.gateways.bots_by_http import HttpBot, bot_village, write
from tests.gateways.browsing import Here

RIGHTS = api.ChatAdminRights(
    change_info=True,
    delete_messages=True,
    ban_users=True,
    invite_users=True,
    pin_messages=True,
    add_admins=True,
    other=True,
)


def by_number(chat: Any) -> int:
    """Return the number by which bots name a chat."""
    return -chat.id if isinstance(chat, api.Chat) else -1_000_000_000_000 - int(chat.id)


async def groups_by_http(
    v: Village, at: Here
) -> tuple[Person, Person, BotThere, HttpBot, Any, Any]:
    """Return people, their bot as both see it, a group and a supergroup."""
    ada, eve, bot, group, club = await make_groups(v)
    return ada, eve, bot, HttpBot(at, bot.token), group, club


async def test_what_is_addressed_to_a_bot_in_groups_waits_for_it() -> None:
    """Commands in a group and a supergroup come, small talk does not; an edit of what came does."""
    async with bot_village() as (v, at):
        _, eve, _, bot, group, club = await groups_by_http(v, at)
        offset = 0
        for update in await bot("getUpdates"):
            offset = update["update_id"] + 1
            assert set(update) & {"my_chat_member", "message"}
        for chat in (group, club):
            await write(eve, eve.peer(chat), "nothing for bots")
            await write(eve, eve.peer(chat), "/help me")
        heard = await bot("getUpdates", offset=offset)
        assert [one["message"]["text"] for one in heard] == ["/help me"] * 2
        chats = [one["message"]["chat"] for one in heard]
        assert [chat["type"] for chat in chats] == ["group", "supergroup"]
        assert [chat["id"] for chat in chats] == [by_number(group), by_number(club)]
        said = heard[1]["message"]
        fields = {"chat_id": by_number(club), "reply_to_message_id": said["message_id"]}
        answer = await bot("sendMessage", text="At your service", **fields)
        assert answer["reply_to_message"]["from"]["id"] == eve.id
        request = api.MessagesEditMessage(
            peer=eve.peer(club), id=said["message_id"], message="/help us"
        )
        await eve(request)
        await v.settle()
        (edit,) = await bot("getUpdates", offset=heard[1]["update_id"] + 1)
        assert edit["edited_message"]["text"] == "/help us"
        assert (await bot("sendMessage", chat_id=by_number(group), text="Here"))["chat"]["title"]


async def test_a_bot_runs_a_supergroup() -> None:
    """It looks at members, restricts, promotes, bans and lets back; links, title, description, pins."""
    async with bot_village() as (v, at):
        ada, eve, there, bot, _, club = await groups_by_http(v, at)
        chat = {"chat_id": by_number(club)}
        hers = {**chat, "user_id": eve.id}
        assert (await bot("getChatMember", **hers))["status"] == "member"
        no = (400, "Bad Request: not enough rights to restrict/unrestrict chat member")
        assert await bot.refused("banChatMember", **hers) == no
        await promote(ada, club, there, RIGHTS)
        assert (await bot("getChat", **chat))["title"] == "Club"
        assert await bot("getChatMemberCount", **chat) == 3
        admins = await bot("getChatAdministrators", **chat)
        assert {one["status"] for one in admins} == {"creator", "administrator"}
        quiet = {"can_send_messages": False}
        assert await bot("restrictChatMember", permissions=quiet, **hers) is True
        member = await bot("getChatMember", **hers)
        assert (member["status"], member["can_send_messages"]) == ("restricted", False)
        assert await bot("banChatMember", **hers) is True
        assert (await bot("getChatMember", **hers))["status"] == "kicked"
        assert await bot("unbanChatMember", only_if_banned=True, **hers) is True
        assert (await bot("getChatMember", **hers))["status"] == "left"
        link = await bot("createChatInviteLink", name="Desk", member_limit=2, **chat)
        assert (link["name"], link["member_limit"]) == ("Desk", 2)
        gone = await bot("revokeChatInviteLink", invite_link=link["invite_link"], **chat)
        assert gone["is_revoked"] is True
        assert await bot("setChatTitle", title="Tea", **chat) is True
        assert await bot("setChatDescription", description="About tea", **chat) is True
        same = (400, "Bad Request: chat description is not modified")
        assert await bot.refused("setChatDescription", description="About tea", **chat) == same
        said = await bot("sendMessage", text="Rules", **chat)
        pin = {**chat, "message_id": said["message_id"]}
        assert await bot("pinChatMessage", **pin) is True
        assert (await bot("getChat", **chat))["pinned_message"]["text"] == "Rules"
        assert await bot("unpinAllChatMessages", **chat) is True
        assert await bot("setChatPermissions", permissions={"can_send_messages": True}, **chat)
        assert (await bot("getChat", **chat))["permissions"]["can_send_photos"] is False
        assert await bot("leaveChat", **chat) is True
        out = await bot.refused("sendMessage", text="x", **chat)
        assert out[0] in (400, 403)


async def test_a_bot_reaches_no_chat_it_is_not_in() -> None:
    """Neither by number, though that is all it takes where it is, nor a person it never met."""
    async with bot_village() as (v, at):
        ada, eve = await v.people_named("Ada", "Eve")
        there = await bot_of(v, ada, "helper_bot")
        bot = HttpBot(at, there.token)
        club, group = await eve.supergroup("Club"), await eve.group("Sailors")
        for chat in (club, group):
            number = by_number(chat)
            for method, fields in (
                ("sendMessage", {"text": "x"}),
                ("getChat", {}),
                ("getChatMemberCount", {}),
                ("getChatMember", {"user_id": eve.id}),
                ("leaveChat", {}),
            ):
                code, said = await bot.refused(method, chat_id=number, **fields)
                assert (code, said) in (
                    (400, "Bad Request: chat not found"),
                    (403, "Forbidden: bot is not a member of the channel chat"),
                )
        unmet = (400, "Bad Request: user not found")
        assert await bot.refused("getUserProfilePhotos", user_id=eve.id) == unmet
        assert (await bot.refused("getChat", chat_id=eve.id))[1] == "Bad Request: chat not found"
