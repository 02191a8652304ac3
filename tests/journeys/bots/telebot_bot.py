"""An echo bot as pyTelegramBotAPI's users write it: it greets, says back, and tells how long a file is."""

import sys

import telebot
from telebot import apihelper, types

ADDRESS, TOKEN = sys.argv[1:3]
apihelper.API_URL = ADDRESS + "/bot{0}/{1}"
apihelper.FILE_URL = ADDRESS + "/file/bot{0}/{1}"
bot = telebot.TeleBot(TOKEN)


@bot.message_handler(commands=["start"])
def start(message: types.Message) -> None:
    """Greet somebody."""
    keyboard = types.ReplyKeyboardMarkup(resize_keyboard=True)
    keyboard.add("Tea", "Coffee")
    text = f"<b>Hello</b> {message.from_user.first_name}"
    bot.send_message(message.chat.id, text, parse_mode="HTML", reply_markup=keyboard)


@bot.message_handler(content_types=["text"])
def echo(message: types.Message) -> None:
    """Say back what was said, as an answer to it."""
    bot.reply_to(message, f"You said: {message.text}")


@bot.message_handler(content_types=["document"])
def measure(message: types.Message) -> None:
    """Fetch a file, and tell how long it is."""
    info = bot.get_file(message.document.file_id)
    data = bot.download_file(info.file_path)
    bot.send_message(message.chat.id, f"{message.document.file_name}: {len(data)} bytes")


if __name__ == "__main__":
    bot.set_my_commands([types.BotCommand("start", "Begin")])
    print(f"ready {bot.get_me().username}", flush=True)
    bot.infinity_polling()
