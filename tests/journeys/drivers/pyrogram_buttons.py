"""Kurigram and Pyrogram as a bot with buttons and results, and as who presses and chooses."""

from typing import Any

import wire
from pyrogram import handlers, types

GROUP = 1  # of handlers: in the first one what hears all ends it


class ButtonActs:
    """What a device does with keyboards and inline mode."""

    client: Any

    async def send_buttons(self, to: int, text: str, data: str, url: str) -> Any:
        row = [
            types.InlineKeyboardButton("Tea", callback_data=data),
            types.InlineKeyboardButton("Site", url=url),
        ]
        keys = types.InlineKeyboardMarkup([row])
        return {"id": (await self.client.send_message(to, text, reply_markup=keys)).id}

    async def take_buttons(self, to: int, id: int, text: str) -> Any:
        await self.client.edit_message_text(to, id, text)
        return True

    async def answer_presses(self, text: str) -> Any:
        async def on_press(_client: Any, query: Any) -> None:
            data = query.data if isinstance(query.data, str) else query.data.decode()
            wire.say(event="pressed", user=query.from_user.id, data=data)
            await query.answer(text, show_alert=True)

        self.client.add_handler(handlers.CallbackQueryHandler(on_press), GROUP)
        return True

    async def answer_inline(self, text: str) -> Any:
        async def on_query(_client: Any, query: Any) -> None:
            wire.say(event="asked", user=query.from_user.id, text=query.query)
            keys = types.InlineKeyboardMarkup(
                [[types.InlineKeyboardButton("More", callback_data="more")]]
            )
            said = types.InputTextMessageContent(text)
            await query.answer(
                [types.InlineQueryResultArticle("Tea", said, id="1", reply_markup=keys)]
            )

        self.client.add_handler(handlers.InlineQueryHandler(on_query), GROUP)
        return True

    async def buttons(self, to: int, id: int) -> Any:
        message = await self.client.get_messages(to, id)
        rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
        return [[[b.text, b.callback_data or b.url or ""] for b in row] for row in rows]

    async def press(self, to: int, id: int, data: str) -> Any:
        answer = await self.client.request_callback_answer(to, id, data)
        return {"text": answer.message, "alert": bool(answer.alert)}

    async def choose(self, bot: str, text: str, to: int) -> Any:
        found = await self.client.get_inline_bot_results(bot, text)
        sent = await self.client.send_inline_bot_result(to, found.query_id, found.results[0].id)
        message = getattr(sent, "text", None)
        if message is None:
            found = self.client.get_chat_history(to, limit=1)
            newest = await anext(aiter(found))
            sent, message = newest, newest.text
        return {"id": sent.id, "text": message, "via": sent.via_bot.id}
