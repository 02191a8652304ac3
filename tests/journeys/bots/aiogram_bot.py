"""An echo bot as aiogram's users write it: it greets, says back, and tells how long a file is."""

import asyncio
import sys

from aiogram import Bot, Dispatcher, F, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart

ADDRESS, TOKEN = sys.argv[1:3]
dispatcher = Dispatcher()


@dispatcher.message(CommandStart())
async def start(message: types.Message) -> None:
    """Greet somebody."""
    buttons = [[types.KeyboardButton(text="Tea"), types.KeyboardButton(text="Coffee")]]
    await message.answer(
        f"<b>Hello</b> {message.from_user.first_name}",
        parse_mode="HTML",
        reply_markup=types.ReplyKeyboardMarkup(keyboard=buttons, resize_keyboard=True),
    )


@dispatcher.message(F.text)
async def echo(message: types.Message) -> None:
    """Say back what was said, as an answer to it."""
    await message.reply(f"You said: {message.text}")


@dispatcher.message(F.document)
async def measure(message: types.Message, bot: Bot) -> None:
    """Fetch a file, and tell how long it is."""
    data = await bot.download(message.document)
    await message.answer(f"{message.document.file_name}: {len(data.read())} bytes")


async def main() -> None:
    """Poll until somebody ends it."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(ADDRESS))
    bot = Bot(TOKEN, session=session)
    me = await bot.get_me()
    await bot.set_my_commands([types.BotCommand(command="start", description="Begin")])
    print(f"ready {me.username}", flush=True)
    await dispatcher.start_polling(bot, handle_signals=False)


if __name__ == "__main__":
    asyncio.run(main())
