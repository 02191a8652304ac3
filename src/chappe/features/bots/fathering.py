"""@BotFather answers: what was said to it is read in a job, done, and answered in the person's box, once."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations
from chappe.updates import Change, Context, Job

from .father import EMPTY, FEEDBACK, SWITCH, Deed, Turn, read_commands, take_turn
from .making import (
    CannotMake,
    bots_of,
    delete_bot,
    make_bot,
    own_bot,
    revoke_token,
    says_other_things,
    set_joins,
    set_privacy,
)
from .records import Bot, BotCommands, FatherTalk
from .tokens import bot_token

USE: Final = (
    "Use this token to access the HTTP API and MTProto:\n{token}\nKeep your token secure and store it safely,"
    " it can be used by anyone to control your bot."
)
MADE: Final = "Done! Congratulations on your new bot. You will find it at @{name}.\n\n" + USE
CLOSED: Final = "The operator of this server makes its bots: ask them for one."
TEXT_MAX: Final = 4_096  # characters of what is listened to


class AnswerFather(Job, frozen=True):
    """Answer what somebody said to @BotFather. What was answered already is not answered again."""

    name = "bots.answer_father"

    person: int
    number: int  # of the message in their box
    text: str

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner(Kind.USER, self.person)
        look = context.look(owner)
        talk = await look.get(FatherTalk) or FatherTalk()
        if self.number <= talk.answered:
            return
        turn = await answer(context, self.person, talk, self.text)
        async with context.change(owner) as change:
            if await change.get(accounts.User) is None:
                return
            change.put(msgspec.structs.replace(turn.talk, answered=self.number))
            await conversations.say_in_own_box(change, accounts.FATHER_USER, turn.reply)


def heard_by_father(change: Change, number: int, text: str) -> None:
    """See `conversations.hooks.said_to_father`."""
    change.schedule(
        change.now, AnswerFather(person=change.owner.id, number=number, text=text[:TEXT_MAX])
    )


async def answer(context: Context, person: int, talk: FatherTalk, text: str) -> Turn:
    """Return where the talk is after a text, and what is answered; what it comes to is done."""
    if context.config.bots != "open":
        return Turn(FatherTalk(), CLOSED)
    owned = [(bot, await own_bot(context, person, bot)) for bot in await bots_of(context, person)]
    bots = [(bot, known[0].username) for bot, known in owned if known is not None]
    turn = take_turn(talk, text, bots)
    if turn.deed is None:
        return turn
    try:
        reply = await _do(context, person, turn)
    except CannotMake as why:
        return turn._replace(reply=str(why))
    return Turn(FatherTalk(), reply)


async def _do(context: Context, person: int, turn: Turn) -> str:
    """Do what the talk came to, and return what is said of it.

    Raises:
        CannotMake: it cannot be done.
    """
    talk, value = turn.talk, turn.value
    if turn.deed is Deed.MAKE:
        token = await make_bot(context, person, talk.said, value)
        return MADE.format(name=value.removeprefix("@"), token=token)
    known = await own_bot(context, person, talk.bot)
    if known is None:
        raise CannotMake("That bot is gone.")
    match turn.deed:
        case Deed.SHOW:
            return USE.format(token=bot_token(context, talk.bot, known[1].generation))
        case Deed.REVOKE:
            token = await revoke_token(context, talk.bot)
            return f"Your token was replaced with a new one. {USE.format(token=token)}"
        case Deed.DELETE:
            await delete_bot(context, person, talk.bot)
            return "Done! The bot is gone."
        case Deed.JOINS:
            await set_joins(context, talk.bot, on=value == SWITCH[0])
            return "Success! Groups it is in already stay as they are."
        case Deed.PRIVACY:
            await set_privacy(context, talk.bot, on=value == SWITCH[0])
            return "Success! Groups it comes into from now on are heard so."
        case _:
            await _alter(context, turn)
            return "Success! It may take a moment until everybody sees it."


async def _alter(context: Context, turn: Turn) -> None:
    """Change what a bot's owner says of it.

    Raises:
        CannotMake: nothing is left of its name.
    """
    async with context.change(Owner(Kind.USER, turn.talk.bot)) as change:
        user, bot = await change.get(accounts.User), await change.get(Bot)
        if user is None or bot is None:
            raise CannotMake("That bot is gone.")
        match turn.deed:
            case Deed.NAME:
                name = accounts.clean_person_name(turn.value)
                if not name:
                    raise CannotMake("Sorry, this name is empty. Please send another.")
                change.put(msgspec.structs.replace(user, first_name=name))
                change.announce_without_pts(accounts.NameChanged(user=user.id))
            case Deed.ABOUT:
                change.put(msgspec.structs.replace(user, about=turn.value))
            case Deed.INLINE:
                inline = turn.value != EMPTY
                hint = turn.value if inline else ""
                change.put(msgspec.structs.replace(user, inline=inline, inline_hint=hint))
            case Deed.FEEDBACK:
                feedback = turn.value == FEEDBACK[0]
                change.put(msgspec.structs.replace(bot, feedback=feedback))
            case Deed.DESCRIBE:
                change.put(msgspec.structs.replace(bot, description=turn.value))
                await says_other_things(change)
            case Deed.COMMANDS:
                commands = read_commands(turn.value) or ()
                change.put(BotCommands(scope=0, peer=0, user=0, language="", commands=commands))
                await says_other_things(change)
