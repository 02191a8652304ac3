"""An echo bot as python-telegram-bot's users write it: it greets, says back, and tells how long a file is."""

import sys

from telegram import ReplyKeyboardMarkup, Update
from telegram.ext import Application, CommandHandler, ContextTypes, MessageHandler, filters

ADDRESS, TOKEN = sys.argv[1:3]


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Greet somebody."""
    keyboard = ReplyKeyboardMarkup([["Tea", "Coffee"]], resize_keyboard=True)
    await update.message.reply_html(
        f"<b>Hello</b> {update.effective_user.first_name}", reply_markup=keyboard
    )


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say back what was said, as an answer to it."""
    await update.message.reply_text(f"You said: {update.message.text}", do_quote=True)


async def measure(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Fetch a file, and tell how long it is."""
    file = await update.message.document.get_file()
    data = await file.download_as_bytearray()
    await update.message.reply_text(f"{update.message.document.file_name}: {len(data)} bytes")


async def ready(application: Application) -> None:
    """Say that it is there."""
    me = await application.bot.get_me()
    await application.bot.set_my_commands([("start", "Begin")])
    print(f"ready {me.username}", flush=True)


def main() -> None:
    """Poll until somebody ends it."""
    builder = Application.builder().token(TOKEN).post_init(ready)
    builder = builder.base_url(f"{ADDRESS}/bot").base_file_url(f"{ADDRESS}/file/bot")
    application = builder.build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.add_handler(MessageHandler(filters.Document.ALL, measure))
    application.run_polling(stop_signals=None)


if __name__ == "__main__":
    main()
