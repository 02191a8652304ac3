"""Bots: accounts of programs, which log in by a token, and @BotFather, who makes them.

What a bot may call is said by each method (`Needs.LOGIN`, `Needs.BOT`). What it hears in a group is decided
when it is written: `features/conversations/hearing.py`.
"""

from chappe.features import accounts, auth, chats, contacts, conversations

from . import callbacks, commands_menu, describing, entering, starting, stopping
from .asking import Answers, asked_at, first_query, is_kept, new_query, tell_bot
from .callbacks import AnswerCallback, CallbackAsked, PressButton
from .commands import COMMANDS
from .fathering import AnswerFather, heard_by_father
from .inline_ids import InlineMessage, name_inline, named_inline
from .making import (
    BotListed,
    NoteBot,
    bot_census,
    by_token,
    delete_bots,
    make_bot,
    owner_of_bot,
)
from .records import Bot, BotCommands
from .settling import settle
from .showing import show_bots, show_full_bot
from .starting import is_start_parameter

HANDLERS = (entering, commands_menu, describing, starting, callbacks)
EVENTS = (
    AnswerFather,
    BotListed,
    NoteBot,
    CallbackAsked,
    PressButton,
    AnswerCallback,
    *stopping.EVENTS,
    *describing.EVENTS,
)
ANSWERS = (
    accounts.hooks.show_full_bot.by(show_full_bot),
    auth.hooks.delete_bots.by(delete_bots),
    contacts.hooks.blocked.by(stopping.blocked),
    chats.hooks.show_bots.by(show_bots),
    conversations.hooks.said_to_father.by(heard_by_father),
)

__all__ = [
    "ANSWERS",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "Answers",
    "Bot",
    "BotCommands",
    "InlineMessage",
    "asked_at",
    "bot_census",
    "by_token",
    "first_query",
    "is_kept",
    "is_start_parameter",
    "make_bot",
    "name_inline",
    "named_inline",
    "new_query",
    "owner_of_bot",
    "settle",
    "tell_bot",
]
