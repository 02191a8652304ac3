"""Which bots of a group hear a message, decided when it is written (core.telegram.org/bots/features).

With privacy mode a bot hears what is addressed to it and no more: what it did not hear at the time is nowhere
for it to be read. What it heard, it may read later.
"""

import re
from collections.abc import Collection
from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.updates import Change, Context, View

from .records import Message
from .threads import begins_topic

# a command as apps find it, with the bot it is for, if it says so
_COMMAND: Final = re.compile(r"(?<![\w/])/(\w{1,64})(?:@(\w{3,32}))?(?![\w/@])")


def commands_in(text: str) -> list[tuple[int, str]]:
    """Return the commands in a text: where each stands, and in small letters whom it names, if anybody."""
    return [(m.start(), (m[2] or "").lower()) for m in _COMMAND.finditer(text)]


def is_command_for(text: str, username: str) -> bool:
    """Whether a text has a command for a bot: one that names it, or begins with one that names nobody."""
    mine = username.lower()
    return any(to == mine if to else at == 0 for at, to in commands_in(text))


async def hearers(
    context: Context,
    members: View,
    chat: chats.Chat,
    message: Message,
    answered: Message | None = None,
) -> tuple[int, ...]:
    """Return which bots of a group hear a message. `members`: the group's box; `answered`: what it answers.

    All hear what happened (service messages). None hears another bot; what it writes itself it may read.
    """
    if not chat.bots or message.action:
        return chat.bots
    writer = message.author or message.sender
    if writer in chat.bots:
        return (writer,)
    heard = [
        bot
        for bot in chat.bots
        if message.via == bot
        or (answered is not None and bot in (answered.sender, answered.author))
        or await _hears(context, members, message, bot)
    ]
    return tuple(heard)


async def heard_by_bots(context: Context, change: Change, message: Message) -> Message:
    """Return a message of a channel's log with the bots that hear it; where none is, this costs nothing."""
    chat = await change.get(chats.Chat)
    if chat is None or not chat.bots:
        return message
    answered = None
    if message.reply_to:
        answered = await change.get(Message, message.peer, message.reply_to)
    if answered is not None and begins_topic(answered):
        answered = None  # in a forum everything answers what its topic began with
    hearing = await hearers(context, change, chat, message, answered)
    return msgspec.structs.replace(message, heard_by=hearing)


async def _hears(context: Context, members: View, message: Message, bot: int) -> bool:
    """Whether a bot hears what a person wrote that answers nothing of the bot's."""
    member = await members.get(chats.Member, bot)
    if member is None or not chats.is_in(member, int(context.clock.now())):
        return False
    if chats.hears_everything(member) or bot in message.mentions:
        return True
    if "/" not in message.text:
        return False
    record = await context.look(Owner(Kind.USER, bot)).get(accounts.User)
    return record is not None and is_command_for(message.text, record.username)


def heard(message: Message, bot: int) -> bool:
    """Whether a bot may read a message of a channel's log: it heard it, or wrote it."""
    return bot in message.heard_by or bot in (message.sender, message.author)


def shows_what_it_answers(answer: Message, bot: int) -> bool:
    """Whether a bot that heard a message is shown what it answers: `/ban` answers what it is about.

    What a bot answers by itself shows it nothing, and neither does what was pinned.
    """
    return not answer.action and bot not in (answer.sender, answer.author)


def but_deaf(
    copies: Collection[int], bots: Collection[int], hearing: Collection[int]
) -> tuple[int, ...]:
    """Return those who get a copy of a message: of the bots among them, only who hears it."""
    return tuple(one for one in copies if one not in bots or one in hearing)
