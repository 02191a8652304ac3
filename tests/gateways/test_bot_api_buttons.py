"""Buttons and inline queries by HTTP: set, pressed, answered, edited; asked, offered, chosen."""

import asyncio
from typing import Any

from chappe.tl import api
from tests.features.test_bots import talk
from tests.gateways.bots_by_http import bot_village, http_bot, peer_of, write

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Tea", "callback_data": "tea"}, {"text": "Site", "url": "https://example.org/"}]
    ]
}


async def test_a_button_is_pressed_and_answered() -> None:
    """The press waits for the program; its answer is what the person sees; an edit removes the keyboard."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        peer = await peer_of(ada, bot)
        await write(ada, peer, "/start")
        menu = await bot("sendMessage", chat_id=ada.id, text="Menu", reply_markup=KEYBOARD)
        assert menu["reply_markup"] == KEYBOARD
        shown = await ada(
            api.MessagesGetHistory(
                peer=peer,
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=1,
                max_id=0,
                min_id=0,
                hash=0,
            )
        )
        press = api.MessagesGetBotCallbackAnswer(
            peer=peer, msg_id=shown.messages[0].id, data=b"tea"
        )
        pressing = asyncio.create_task(ada(press))
        query: dict[str, Any] = {}
        while not query:
            for update in await bot("getUpdates", timeout=5):
                query = update.get("callback_query", query)
        assert (query["data"], query["from"]["id"]) == ("tea", ada.id)
        assert query["message"]["text"] == "Menu"
        answer = {"callback_query_id": query["id"], "text": "Good choice", "show_alert": True}
        assert await bot("answerCallbackQuery", **answer) is True
        told = await pressing
        assert (told.message, told.alert) == ("Good choice", True)
        place = {"chat_id": ada.id, "message_id": menu["message_id"]}
        after = await bot("editMessageText", text="Tea is coming", **place)
        assert "reply_markup" not in after
        again = await bot("editMessageReplyMarkup", reply_markup=KEYBOARD, **place)
        assert again["reply_markup"] == KEYBOARD
        long = {"inline_keyboard": [[{"text": "x", "callback_data": "y" * 65}]]}
        fields = {"chat_id": ada.id, "text": "x", "reply_markup": long}
        assert await bot.refused("sendMessage", **fields) == (
            400,
            "Bad Request: BUTTON_DATA_INVALID",
        )
        bare = {"inline_keyboard": [[{"text": "x"}]]}
        fields = {"chat_id": ada.id, "text": "x", "reply_markup": bare}
        assert await bot.refused("sendMessage", **fields) == (
            400,
            "Bad Request: text buttons are unallowed in the inline keyboard",
        )


async def test_an_inline_query_is_answered() -> None:
    """Somebody asks for a word, is offered an article, and sends it."""
    async with bot_village() as (v, at):
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await http_bot(at, ada)
        assert "Success" in await talk(ada, "/setinline", "@shop_bot", "Search tea")
        found = (await ada(api.ContactsResolveUsername(username="shop_bot"))).users[0]
        named = api.InputUser(user_id=found.id, access_hash=found.access_hash)
        to = ada.peer(eve)
        request = api.MessagesGetInlineBotResults(bot=named, peer=to, query="green", offset="")
        asking = asyncio.create_task(ada(request))
        query: dict[str, Any] = {}
        while not query:
            for update in await bot("getUpdates", timeout=5):
                query = update.get("inline_query", query)
        assert (query["query"], query["from"]["id"]) == ("green", ada.id)
        article = {
            "type": "article",
            "id": "1",
            "title": "Green tea",
            "input_message_content": {"message_text": "<b>Green</b>", "parse_mode": "HTML"},
        }
        answer = {"inline_query_id": query["id"], "results": [article]}
        assert await bot("answerInlineQuery", **answer) is True
        offered = await asking
        assert [one.title for one in offered.results] == ["Green tea"]
        old = (
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        )
        assert await bot.refused("answerInlineQuery", inline_query_id="1", results=[]) == old
