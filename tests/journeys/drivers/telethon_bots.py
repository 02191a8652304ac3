"""What a bot of Telethon's does beside talking: buttons, answers to presses, a list of commands."""

from typing import Any

import wire
from telethon import Button, events, functions, types


def key_of(given: dict[str, Any]) -> Any:
    """Return a button as it is written in a journey: its text, and what it is."""
    text = given["text"]
    if "data" in given:
        return Button.inline(text, given["data"].encode())
    if "url" in given:
        return Button.url(text, given["url"])
    if "query" in given:
        return Button.switch_inline(text, given["query"], same_peer=True)
    if given.get("phone"):
        return Button.request_phone(text, single_use=bool(given.get("once")))
    return Button.text(text, single_use=bool(given.get("once")), resize=True)


class BotActs:
    """The part of the driver that only bots need."""

    client: Any
    answers: dict[bytes, tuple[str, bool]]

    async def send_keys(self, to: int, text: str, rows: list[list[dict[str, Any]]]) -> Any:
        """Send a message with buttons."""
        buttons = [[key_of(one) for one in row] for row in rows]
        return {"id": (await self.client.send_message(to, text, buttons=buttons)).id}

    async def ask(self, to: int, text: str, hint: str) -> Any:
        """Send a message that wants to be answered."""
        markup = types.ReplyKeyboardForceReply(single_use=True, placeholder=hint)
        return {"id": (await self.client.send_message(to, text, buttons=markup)).id}

    async def clear_keys(self, to: int, text: str) -> Any:
        """Send a message that takes the keys away."""
        return {"id": (await self.client.send_message(to, text, buttons=Button.clear())).id}

    async def answers_presses(self, answers: dict[str, list[Any]]) -> Any:
        """Answer presses from now on: by their data, with a text, as an alert or not."""
        self.answers = {data.encode(): (text, alert) for data, (text, alert) in answers.items()}

        async def pressed(event: Any) -> None:
            wire.say(event="pressed", data=event.data.decode(), user=event.sender_id)
            text, alert = self.answers[event.data]
            await event.answer(text, alert=alert)

        self.client.add_event_handler(pressed, events.CallbackQuery())
        return True

    async def understands(self, commands: dict[str, str]) -> Any:
        """Say what commands there are."""
        made = [types.BotCommand(name, note) for name, note in commands.items()]
        request = functions.bots.SetBotCommandsRequest(types.BotCommandScopeDefault(), "", made)
        return await self.client(request)

    async def contact_in(self, to: int, id: int) -> Any:
        """Return the number of a contact that was sent."""
        message = await self.client.get_messages(to, ids=id)
        return {"phone": message.media.phone_number, "user": message.media.user_id}
