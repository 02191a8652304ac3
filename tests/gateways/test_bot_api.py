"""The HTTP Bot API: tokens, forms of requests and refusals, polls, texts; as a program sees it."""

import asyncio
import json

from chappe.tl import api
from tests.features.village import Person
from tests.gateways.bots_by_http import (
    HttpBot,
    bot_village,
    http_bot,
    peer_of,
    write,
)
from tests.gateways.browsing import Here, ask

RIVAL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


async def told(at: Here, path: str) -> tuple[int, str]:
    """Return code and description of what is refused at a path."""
    answer = await ask(at.port, path)
    body = json.loads(answer.body)
    assert (body["ok"], body["error_code"]) == (False, answer.status)
    assert answer.headers["content-type"].startswith("application/json")
    return answer.status, body["description"]


async def greeted(at: Here, ada: Person, text: str = "hello") -> HttpBot:
    """Return a bot to which somebody has written."""
    bot = await http_bot(at, ada)
    await write(ada, await peer_of(ada, bot), text)
    return bot


async def test_tokens_and_paths_are_refused_to_the_letter() -> None:
    """What is no token, whose token is none, no method, no such method, and what comes in every form."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        number, _, secret = bot.token.partition(":")
        wrong = (401, "Unauthorized: invalid token specified")
        assert await told(at, "/bot123/getMe") == wrong
        assert await told(at, "/bot0123:abc/getMe") == wrong
        assert await told(at, f"/bot{number}:{'x' * 100}/getMe") == wrong
        other = "y" if secret.endswith("x") else "x"
        assert await told(at, f"/bot{number}:{secret[:-1]}{other}/getMe") == (401, "Unauthorized")
        assert await told(at, f"/bot{bot.token}") == (404, "Not Found")
        missing = (404, "Not Found: method not found")
        assert await told(at, f"/bot{bot.token}/getNothing") == missing
        assert await told(at, f"/bot{bot.token}/") == missing
        answer = await ask(at.port, f"/bot{number}%3A{secret}/GETME?x=1")
        assert json.loads(answer.body)["result"]["username"] == "shop_bot"
        for path in (f"/bot{bot.token}/test/getMe", f"/bot{bot.token}/?method=getMe"):
            answer = await ask(at.port, path)
            assert json.loads(answer.body)["ok"] is True
        me = await bot("getMe")
        assert (me["id"], me["is_bot"], me["supports_inline_queries"]) == (bot.id, True, False)
        form = await bot.by_form("sendMessage", chat_id=ada.id, text="x")
        assert form.refusal == (400, "Bad Request: chat not found")
        answer = await ask(
            at.port, f"/bot{bot.token}/getMe", "POST", b"{", Content_Type="application/json"
        )
        assert answer.status == 400


async def test_a_bot_hears_answers_edits_and_deletes() -> None:
    """The echo of a person's message, by form and by JSON, with marks, as an answer, and gone again."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await greeted(at, ada, "/start now")
        (update,) = await bot("getUpdates")
        said = update["message"]
        assert said["text"] == "/start now"
        assert said["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
        assert said["from"] == {"id": ada.id, "is_bot": False, "first_name": "Ada"}
        assert said["chat"] == {"id": ada.id, "first_name": "Ada", "type": "private"}
        assert await bot("getUpdates", offset=update["update_id"] + 1) == []
        sent = await bot.by_form(
            "sendMessage",
            chat_id=ada.id,
            text="<b>Tea</b> & more",
            parse_mode="HTML",
            reply_parameters={"message_id": said["message_id"]},
        )
        assert sent.result["text"] == "Tea & more"
        answer = await bot(
            "sendMessage",
            chat_id=str(ada.id),
            text="*Tea*",
            parse_mode="MarkdownV2",
            reply_to_message_id=said["message_id"],
        )
        assert answer["text"] == "Tea"
        assert answer["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
        assert answer["from"]["id"] == bot.id
        assert answer["reply_to_message"]["text"] == "/start now"
        assert "reply_to_message" not in answer["reply_to_message"]
        place = {"chat_id": ada.id, "message_id": answer["message_id"]}
        after = await bot("editMessageText", text="Coffee", **place)
        assert (after["text"], after["message_id"]) == ("Coffee", answer["message_id"])
        same = await bot.refused("editMessageText", text="Coffee", **place)
        assert same[1].startswith("Bad Request: message is not modified: specified new message")
        assert await bot("deleteMessage", **place) is True
        gone = (400, "Bad Request: message to delete not found")
        assert await bot.refused("deleteMessage", **place) == gone
        gone = (400, "Bad Request: message to edit not found")
        assert await bot.refused("editMessageText", text="x", **place) == gone
        gone = (400, "Bad Request: message to be replied not found")
        wrong = {"chat_id": ada.id, "text": "x", "reply_parameters": {"message_id": 9_999}}
        assert await bot.refused("sendMessage", **wrong) == gone
        wrong["reply_parameters"] = {"message_id": 9_999, "allow_sending_without_reply": True}
        assert (await bot("sendMessage", **wrong))["text"] == "x"
        await v.settle()
        assert any("Coffee" in str(one) for one in ada.listener.heard)


async def test_refusals_of_texts() -> None:
    """To the letter, since programs look at them."""
    async with bot_village() as (v, at):
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await greeted(at, ada)
        for fields, said in (
            ({}, "Bad Request: message text is empty"),
            ({"text": "x"}, "Bad Request: chat_id is empty"),
            ({"text": "x", "chat_id": "none"}, "Bad Request: chat not found"),
            ({"text": "x", "chat_id": eve.id}, "Bad Request: chat not found"),
            ({"text": "x", "chat_id": "@nobody_here"}, "Bad Request: chat not found"),
            ({"text": "x", "chat_id": -1001234567890}, "Bad Request: chat not found"),
            ({"text": " ", "chat_id": ada.id}, "Bad Request: message text is empty"),
            ({"text": "x" * 5_000, "chat_id": ada.id}, "Bad Request: message is too long"),
            (
                {"text": "x", "parse_mode": "bbcode", "chat_id": ada.id},
                "Bad Request: unsupported parse_mode",
            ),
            (
                {"text": "*x", "parse_mode": "Markdown", "chat_id": ada.id},
                (
                    "Bad Request: can't parse entities: Can't find end of the entity "
                    "starting at byte offset 0"
                ),
            ),
        ):
            assert await bot.refused("sendMessage", **fields) == (400, said)
        assert await bot("sendChatAction", chat_id=ada.id, action="typing") is True
        wrong = (400, "Bad Request: wrong parameter action in request")
        assert await bot.refused("sendChatAction", chat_id=ada.id, action="dance") == wrong
        old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        assert await bot.refused("answerCallbackQuery", callback_query_id="abc") == (400, old)


async def test_polls_wait_are_woken_and_end_each_other() -> None:
    """A poll waits for what comes, a second one ends it, and what is confirmed comes no more."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        peer = await peer_of(ada, bot)
        waiting = asyncio.create_task(bot.told("getUpdates", timeout=30))
        await asyncio.sleep(0.2)
        await write(ada, peer, "first")
        (first,) = (await waiting).result
        assert first["message"]["text"] == "first"
        after = first["update_id"] + 1
        one = asyncio.create_task(bot.told("getUpdates", timeout=30, offset=after))
        await asyncio.sleep(0.2)
        two = asyncio.create_task(bot.told("getUpdates", timeout=30, offset=after))
        assert (await one).refusal == (409, RIVAL)
        await ada(api.MessagesSendMessage(peer=peer, message="second", random_id=v.number()))
        await v.settle()
        (second,) = (await two).result
        assert (second["message"]["text"], second["update_id"]) == ("second", after)
        assert await bot("getUpdates", offset=-1) == [second]
        info = await bot("getWebhookInfo")
        assert (info["url"], info["pending_update_count"]) == ("", 1)
        gone = await bot.told("deleteWebhook", drop_pending_updates=True)
        assert gone.body["description"] == "Webhook is already deleted"
        assert (await bot("getWebhookInfo"))["pending_update_count"] == 0


async def test_updates_are_those_that_were_asked_for() -> None:
    """What a bot wants is kept until it says otherwise."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        peer = await peer_of(ada, bot)
        asked = {"allowed_updates": ["edited_message"], "timeout": 0}
        assert await bot("getUpdates", **asked) == []
        await write(ada, peer, "no")
        assert await bot("getUpdates", timeout=0) == []
        assert (await bot("getWebhookInfo"))["allowed_updates"] == ["edited_message"]


async def test_copies_forwards_and_what_a_chat_is() -> None:
    """A message goes on with and without who wrote it; places, cards, dice and polls; getChat."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await greeted(at, ada)
        number = (await bot("getUpdates"))[0]["message"]["message_id"]
        place = {"chat_id": ada.id, "from_chat_id": ada.id, "message_id": number}
        forwarded = await bot("forwardMessage", **place)
        assert forwarded["forward_origin"]["sender_user"]["id"] == ada.id
        copied = await bot("copyMessage", **place)
        assert set(copied) == {"message_id"}
        there = {"chat_id": ada.id, "from_chat_id": ada.id, "message_ids": [number, 99_999]}
        assert len(await bot("copyMessages", **there)) == 1
        gone = (400, "Bad Request: message to forward not found")
        assert await bot.refused("forwardMessage", **{**place, "message_id": 77_777}) == gone
        gone = (400, "Bad Request: message to copy not found")
        assert await bot.refused("copyMessage", **{**place, "message_id": 77_777}) == gone
        spot = await bot("sendLocation", chat_id=ada.id, latitude=52.5, longitude="13.4")
        assert round(spot["location"]["latitude"], 3) == 52.5
        card = await bot("sendContact", chat_id=ada.id, phone_number="+4930123", first_name="Desk")
        assert card["contact"]["first_name"] == "Desk"
        die = await bot("sendDice", chat_id=ada.id)
        assert 1 <= die["dice"]["value"] <= 6
        poll = await bot("sendPoll", chat_id=ada.id, question="Tea?", options=["Yes", "No"])
        assert [one["text"] for one in poll["poll"]["options"]] == ["Yes", "No"]
        closed = await bot("stopPoll", chat_id=ada.id, message_id=poll["message_id"])
        assert closed["is_closed"] is True
        venue = await bot(
            "sendVenue", chat_id=ada.id, latitude=1, longitude=2, title="Shop", address="Here 1"
        )
        assert venue["venue"]["title"] == "Shop"
        chat = await bot("getChat", chat_id=ada.id)
        assert (chat["type"], chat["first_name"]) == ("private", "Ada")
        assert chat["accepted_gift_types"]["unlimited_gifts"] is False
        assert await bot("getChatMemberCount", chat_id=ada.id) == 2
        member = await bot("getChatMember", chat_id=ada.id, user_id=ada.id)
        assert member["status"] == "member"
        photos = await bot("getUserProfilePhotos", user_id=ada.id)
        assert photos == {"total_count": 0, "photos": []}


async def test_commands_of_a_bot() -> None:
    """Set, read and dropped by scope; what cannot be a command is refused."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        commands = [{"command": "start", "description": "Begin"}]
        assert await bot("setMyCommands", commands=commands) is True
        assert await bot("getMyCommands") == commands
        private = {"scope": {"type": "all_private_chats"}, "language_code": "de"}
        assert await bot("getMyCommands", **private) == []
        assert await bot("deleteMyCommands") is True
        assert await bot("getMyCommands") == []
        wrong = [{"command": "no way", "description": "x"}]
        refusal = (400, "Bad Request: BOT_COMMAND_INVALID")
        assert await bot.refused("setMyCommands", commands=wrong) == refusal
        assert await bot("logOut") is True
        assert await bot("close") is True


async def test_what_a_bot_says_of_itself() -> None:
    """Name, description and profile, as they were set, and as people are shown them."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        assert await bot("setMyName", name="Tea house") is True
        assert await bot("setMyDescription", description="Sells tea") is True
        assert await bot("setMyShortDescription", short_description="Tea") is True
        assert await bot("getMyName") == {"name": "Tea house"}
        assert await bot("getMyDescription") == {"description": "Sells tea"}
        assert await bot("getMyShortDescription") == {"short_description": "Tea"}
        assert (await bot("getMe"))["first_name"] == "Tea house"
        rights = {"can_invite_users": True}
        assert await bot("setMyDefaultAdministratorRights", rights=rights) is True
        kept = await bot("getMyDefaultAdministratorRights")
        assert (kept["can_invite_users"], kept["can_change_info"]) == (True, False)
