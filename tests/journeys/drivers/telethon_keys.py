"""Telethon as a bot with buttons and results, and as who presses and chooses."""

from typing import Any

import wire
from telethon import Button, events, functions


def kind_of(button: Any) -> list[str]:
    """Return what a button says, and what it does."""
    kind = getattr(button, "type", button)  # before layer 229 a kind was a constructor
    data = getattr(kind, "data", None)
    return [button.text, data.decode() if data else getattr(kind, "url", None) or ""]


class ButtonActs:
    """What a device does with keyboards and inline mode."""

    client: Any

    async def send_buttons(self, to: int, text: str, data: str, url: str) -> Any:
        rows = [[Button.inline("Tea", data.encode()), Button.url("Site", url)]]
        return {"id": (await self.client.send_message(to, text, buttons=rows)).id}

    async def take_buttons(self, to: int, id: int, text: str) -> Any:
        await self.client.edit_message(to, id, text, buttons=None)
        return True

    async def answer_presses(self, text: str) -> Any:
        async def on_press(event: Any) -> None:
            wire.say(event="pressed", user=event.sender_id, data=event.data.decode())
            await event.answer(text, alert=True)

        self.client.add_event_handler(on_press, events.CallbackQuery())
        return True

    async def answer_inline(self, text: str) -> Any:
        async def on_query(event: Any) -> None:
            wire.say(event="asked", user=event.sender_id, text=event.text)
            keys = Button.inline("More", b"more")
            await event.answer([event.builder.article("Tea", text=text, buttons=keys)])

        self.client.add_event_handler(on_query, events.InlineQuery())
        return True

    async def buttons(self, to: int, id: int) -> Any:
        message = await self.client.get_messages(to, ids=id)
        return [[kind_of(b.button) for b in row] for row in message.buttons or ()]

    async def press(self, to: int, id: int, data: str) -> Any:
        peer = await self.client.get_input_entity(to)
        asked = functions.messages.GetBotCallbackAnswerRequest(peer, id, data=data.encode())
        answer = await self.client(asked)
        return {"text": answer.message, "alert": answer.alert}

    async def choose(self, bot: str, text: str, to: int) -> Any:
        results = await self.client.inline_query(bot, text)
        sent = await results[0].click(to)
        return {"id": sent.id, "text": sent.message, "via": sent.via_bot_id}
