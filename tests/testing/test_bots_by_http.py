"""A bot in a test world that speaks HTTP: people start it, tap its keys and press its buttons."""

import json
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from chappe.testing.bots import Bot
from chappe.testing.talks import NoButton
from chappe.testing.telegram import Telegram

MENU = {
    "inline_keyboard": [
        [{"text": "Tea", "callback_data": "tea"}],
        [{"text": "Shop", "url": "https://example.org/"}],
    ]
}
KEYS = {"keyboard": [[{"text": "Menu"}]]}


def called(bot: Bot, method: str, **fields: Any) -> Any:
    """Call a method of the Bot API, as curl would; return its result."""
    request = urllib.request.Request(
        f"{bot.base_url}{bot.token}/{method}",
        json.dumps(fields).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["result"]


def shop(bot: Bot) -> tuple[Callable[[], None], threading.Event]:
    """Return a program of a bot that sells tea, and what ends it."""
    ended = threading.Event()

    def run() -> None:
        offset = 0
        while not ended.is_set():
            for update in called(bot, "getUpdates", offset=offset, timeout=1):
                offset = update["update_id"] + 1
                if query := update.get("callback_query"):
                    at = {"chat_id": query["message"]["chat"]["id"]}
                    at["message_id"] = query["message"]["message_id"]
                    called(
                        bot,
                        "answerCallbackQuery",
                        callback_query_id=query["id"],
                        text="Good choice",
                        show_alert=True,
                    )
                    called(bot, "editMessageText", text="Tea is coming.", **at)
                elif message := update.get("message"):
                    chat = message["chat"]["id"]
                    if message["text"] == "/start":
                        called(bot, "sendMessage", chat_id=chat, text="Welcome", reply_markup=KEYS)
                    else:
                        called(bot, "sendMessage", chat_id=chat, text="What?", reply_markup=MENU)

    return run, ended


def test_a_person_orders_tea(telegram: Telegram) -> None:
    """From the start to the pressed button and the edited message."""
    bot = telegram.bot("tea_shop_bot", commands={"start": "Begin"})
    program, ended = shop(bot)
    with telegram.runs(program):
        talk = telegram.person("Ada").chat(bot)
        welcome = talk.start().reply().now()
        assert (welcome.text, welcome.buttons) == ("Welcome", [["Menu"]])
        menu = talk.tap("Menu").reply().now()
        assert menu.buttons == [["Tea"], ["Shop"]]
        receipt = menu.press("Tea").now()
        assert (receipt.alert, receipt.toast) == ("Good choice", None)
        assert receipt.message.text == "Tea is coming."
        assert menu.press("Shop").now().url == "https://example.org/"
        with pytest.raises(NoButton, match="no button 'Coffee'"):
            menu.press("Coffee").now()
        with pytest.raises(NoButton, match="no key 'Coffee'"):
            talk.tap("Coffee").now()
        ended.set()
