"""TDLib as a bot with buttons and results, and as who presses and chooses."""

import base64
from typing import Any

import wire


def coded(data: str) -> str:
    """Return bytes as TDLib's JSON has them."""
    return base64.b64encode(data.encode()).decode()


def callback(text: str, data: str) -> dict[str, Any]:
    """Return a button that gives something back."""
    kind = {"@type": "inlineKeyboardButtonTypeCallback", "data": coded(data)}
    return {"@type": "inlineKeyboardButton", "text": text, "type": kind}


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    """Return a keyboard of one row."""
    return {"@type": "replyMarkupInlineKeyboard", "rows": [list(buttons)]}


def words(said: str) -> dict[str, Any]:
    """Return a text."""
    plain = {"@type": "formattedText", "text": said, "entities": []}
    return {"@type": "inputMessageText", "text": plain}


def kind_of(button: dict[str, Any]) -> list[str]:
    """Return what a button says, and what it does."""
    kind = button["type"]
    data = base64.b64decode(kind["data"]).decode() if "data" in kind else kind.get("url", "")
    return [button["text"], data]


class ButtonActs:
    """What a device does with keyboards and inline mode."""

    call: Any
    deliver: Any
    loop: Any
    pressed_text = ""
    inline_text = ""

    async def send_buttons(self, to: int, text: str, data: str, url: str) -> Any:
        link = {"@type": "inlineKeyboardButtonTypeUrl", "url": url}
        site = {"@type": "inlineKeyboardButton", "text": "Site", "type": link}
        keys = keyboard(callback("Tea", data), site)
        (sent,) = await self.deliver(
            "sendMessage", chat_id=to, input_message_content=words(text), reply_markup=keys
        )
        return {"id": sent["id"]}

    async def take_buttons(self, to: int, id: int, text: str) -> Any:
        content = words(text)
        await self.call("editMessageText", chat_id=to, message_id=id, input_message_content=content)
        return True

    async def answer_presses(self, text: str) -> Any:
        self.pressed_text = text
        return True

    async def answer_inline(self, text: str) -> Any:
        self.inline_text = text
        return True

    def on_buttons(self, update: dict[str, Any]) -> None:
        """Hear of presses and queries, and answer them."""
        kind = update["@type"]
        if kind == "updateNewCallbackQuery":
            data = base64.b64decode(update["payload"]["data"]).decode()
            wire.say(event="pressed", user=update["sender_user_id"], data=data)
            answer = self.call(
                "answerCallbackQuery",
                callback_query_id=update["id"],
                text=self.pressed_text,
                show_alert=True,
                url="",
                cache_time=0,
            )
        elif kind == "updateNewInlineQuery":
            wire.say(event="asked", user=update["sender_user_id"], text=update["query"])
            result = {
                "@type": "inputInlineQueryResultArticle",
                "id": "1",
                "title": "Tea",
                "input_message_content": words(self.inline_text),
                "reply_markup": keyboard(callback("More", "more")),
            }
            answer = self.call(
                "answerInlineQuery",
                inline_query_id=update["id"],
                is_personal=False,
                results=[result],
                cache_time=0,
                next_offset="",
            )
        else:
            return
        self.answering = self.loop.create_task(answer)

    async def buttons(self, to: int, id: int) -> Any:
        message = await self.call("getMessage", chat_id=to, message_id=id)
        rows = (message.get("reply_markup") or {}).get("rows", ())
        return [[kind_of(button) for button in row] for row in rows]

    async def press(self, to: int, id: int, data: str) -> Any:
        payload = {"@type": "callbackQueryPayloadData", "data": coded(data)}
        answer = await self.call(
            "getCallbackQueryAnswer", chat_id=to, message_id=id, payload=payload
        )
        return {"text": answer["text"], "alert": answer["show_alert"]}

    async def choose(self, bot: str, text: str, to: int) -> Any:
        who = (await self.call("searchPublicChat", username=bot))["id"]
        found = await self.call(
            "getInlineQueryResults", bot_user_id=who, chat_id=to, query=text, offset=""
        )
        (done,) = await self.deliver(
            "sendInlineQueryResultMessage",
            chat_id=to,
            query_id=found["inline_query_id"],
            result_id=found["results"][0]["id"],
        )
        return {
            "id": done["id"],
            "text": done["content"]["text"]["text"],
            "via": done["via_bot_user_id"],
        }
