"""The talk with @BotFather, by which people make and change their bots. Pure: what is said and done.

The commands are Telegram's, since there are fifty thousand pages that explain them.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from .records import FatherTalk

COMMANDS_MAX: Final = 100  # commands of one bot in one scope and language
COMMAND_ABOUT_MAX: Final = 256  # characters of what a command does
DESCRIPTION_MAX: Final = 512  # characters shown in an empty conversation
HINT_MAX: Final = 64  # characters shown to who writes a bot's name and nothing yet
FEEDBACK: Final = ("Enabled", "Disabled")  # what is said to have it on, and off
EMPTY: Final = "/empty"  # what is said to have nothing
ABOUT_MAX: Final = 120  # characters of a bot's profile
_COMMAND: Final = re.compile(r"/?([a-z0-9_]{1,32})\s+-\s+(\S.*)")

HELP: Final = """I can help you create and manage the bots of this server.

/newbot - create a new bot
/mybots - list your bots

Edit bots
/setname - change a bot's name
/setdescription - change what an empty chat with it shows
/setabouttext - change its profile
/setcommands - change the list of commands
/setinline - let people ask your bot by writing its name
/setinlinefeedback - let your bot know which results they send
/deletebot - delete a bot

Bot settings
/token - show a bot's token
/revoke - end a bot's token, and get another
/setjoingroups - may your bot be added to groups?
/setprivacy - does your bot hear everything in groups?
/cancel - stop what we are doing"""


class Deed(Enum):
    """What the talk comes to. `Turn.value` is what was said, where that matters."""

    MAKE = "make"  # a bot named `FatherTalk.said`, under the username `value`
    SHOW = "token"  # its token
    REVOKE = "revoke"
    NAME = "name"
    DESCRIBE = "describe"
    ABOUT = "about"
    COMMANDS = "commands"  # a line each, `name - what it does`
    DELETE = "delete"
    PRIVACY = "privacy"  # `value` is one of `SWITCH`
    JOINS = "joins"
    INLINE = "inline"  # the hint shown to who asks; `/empty`: off
    FEEDBACK = "feedback"  # one of `FEEDBACK`


class Turn(NamedTuple):
    """What follows from what somebody said: where the talk is now, what is answered, what is done."""

    talk: FatherTalk
    reply: str
    deed: Deed | None = None
    value: str = ""


class _Ask(NamedTuple):
    """A command about one bot: what is asked when it is chosen, and what the answer comes to."""

    choose: str
    ask: str
    deed: Deed


_ASKS: Final[Mapping[str, _Ask]] = {
    "/token": _Ask("Choose a bot to show the token of.", "", Deed.SHOW),
    "/revoke": _Ask("Choose a bot to get a new token for. The old one ends.", "", Deed.REVOKE),
    "/setname": _Ask(
        "Choose a bot to change the name of.", "OK. Send me the new name for your bot.", Deed.NAME
    ),
    "/setdescription": _Ask(
        "Choose a bot to change the description of.",
        "OK. Send me the new description. People see it when they open a chat with your bot.",
        Deed.DESCRIBE,
    ),
    "/setabouttext": _Ask(
        "Choose a bot to change the about section of.",
        "OK. Send me the new text. People see it on your bot's profile.",
        Deed.ABOUT,
    ),
    "/setcommands": _Ask(
        "Choose a bot to change the list of commands of.",
        "OK. Send me a list of commands for your bot, a line each:\n\ncommand1 - Description\n"
        "command2 - Another description\n\nSend /empty to keep the list empty.",
        Deed.COMMANDS,
    ),
    "/setjoingroups": _Ask(
        "Choose a bot to change group membership settings.",
        "Send 'Enable' if people may add your bot to groups and channels, 'Disable' if nobody may.",
        Deed.JOINS,
    ),
    "/setprivacy": _Ask(
        "Choose a bot to change group messages settings.",
        "Send 'Enable' to let your bot hear in groups only commands, answers to it and mentions of it.\n"
        "Send 'Disable' to let it hear everything people write.\n\nGroups it is in stay as they are until"
        " it is removed and added again.",
        Deed.PRIVACY,
    ),
    "/setinline": _Ask(
        "Choose a bot to change inline queries status.",
        "This will enable inline queries for your bot. OK. Send me the placeholder message for queries to"
        " your bot. It is shown to users until they ask for something.\n\nSend /empty to disable it.",
        Deed.INLINE,
    ),
    "/setinlinefeedback": _Ask(
        "Choose a bot to change inline feedback of.",
        "Send 'Enabled' to let your bot know which of its results people send, 'Disabled' to let it not.",
        Deed.FEEDBACK,
    ),
    "/deletebot": _Ask(
        "Choose a bot to delete.",
        "OK, you selected that bot. Are you sure? Send 'Yes, I am totally sure.' to confirm.",
        Deed.DELETE,
    ),
}
SWITCH: Final = ("Enable", "Disable")  # what is said to have a thing on, and off
_SURE: Final = "Yes, I am totally sure."
_NO_BOTS: Final = "You have no bots yet. Send /newbot to make one."
_UNKNOWN: Final = "Unrecognized command. Send /help for what I know."


def read_commands(text: str) -> tuple[tuple[str, str], ...] | None:
    """Return the commands a list says, none for /empty; None if it is no such list."""
    if text.strip() == "/empty":
        return ()
    found = [_COMMAND.fullmatch(line.strip()) for line in text.strip().splitlines()]
    if not found or None in found or len(found) > COMMANDS_MAX:
        return None
    commands = tuple((match[1], match[2]) for match in found if match is not None)
    return None if any(len(about) > COMMAND_ABOUT_MAX for _, about in commands) else commands


def take_turn(talk: FatherTalk, text: str, bots: Sequence[tuple[int, str]]) -> Turn:
    """Return what follows from a text; `bots`: whoever says it owns these, by id and username."""
    said = text.strip()
    word = said.split(maxsplit=1)[0].partition("@")[0].lower() if said else ""
    fresh = FatherTalk(answered=talk.answered)
    if word in ("/start", "/help"):
        return Turn(fresh, HELP)
    if word == "/cancel":
        if not talk.step:
            return Turn(fresh, "No active command to cancel. I wasn't doing anything anyway.")
        return Turn(fresh, "The command has been cancelled. Anything else I can do for you?")
    if word == "/mybots":
        listed = "\n".join(f"@{name}" for _, name in bots)
        return Turn(fresh, f"Your bots:\n\n{listed}" if bots else _NO_BOTS)
    if word == "/newbot":
        ask = "Alright, a new bot. How are we going to call it? Please choose a name for your bot."
        return Turn(FatherTalk(step="name", answered=talk.answered), ask)
    if word in _ASKS:
        if not bots:
            return Turn(fresh, _NO_BOTS)
        listed = "\n".join(f"@{name}" for _, name in bots)
        step = FatherTalk(step=word, answered=talk.answered)
        return Turn(step, f"{_ASKS[word].choose}\n\n{listed}")
    if talk.step == "name" and not word.startswith("/") and said:
        ask = (
            "Good. Now let's choose a username for your bot. It must end in `bot`. Like this, for example:"
            " TetrisBot or tetris_bot."
        )
        return Turn(FatherTalk(step="username", said=said, answered=talk.answered), ask)
    if talk.step == "username" and not word.startswith("/") and said:
        return Turn(talk, "", Deed.MAKE, said)
    if talk.step in _ASKS:
        return _about_bot(talk, said, bots)
    return Turn(fresh, _UNKNOWN)


def _about_bot(talk: FatherTalk, said: str, bots: Sequence[tuple[int, str]]) -> Turn:
    """Return what follows where one bot is spoken of, or is being chosen."""
    asked = _ASKS[talk.step]
    fresh = FatherTalk(answered=talk.answered)
    if not talk.bot:
        name = said.removeprefix("@").lower()
        chosen = next((bot for bot, known in bots if known.lower() == name), 0)
        if not chosen:
            return Turn(talk, "Invalid bot selected. Choose one of yours, or send /cancel.")
        of = FatherTalk(step=talk.step, bot=chosen, answered=talk.answered)
        return Turn(of, asked.ask) if asked.ask else Turn(of, "", asked.deed)
    match asked.deed:
        case Deed.DELETE if said != _SURE:
            return Turn(fresh, "Deletion cancelled.")
        case Deed.COMMANDS if read_commands(said) is None:
            return Turn(
                talk,
                "Sorry, the list of commands is invalid. Please use this format:\n\ncommand1 - Description",
            )
        case Deed.DESCRIBE if len(said) > DESCRIPTION_MAX:
            return Turn(talk, f"Sorry, that is longer than {DESCRIPTION_MAX} characters.")
        case Deed.PRIVACY | Deed.JOINS if said not in SWITCH:
            return Turn(talk, f"Please send '{SWITCH[0]}' or '{SWITCH[1]}'.")
        case Deed.INLINE if len(said) > HINT_MAX:
            return Turn(talk, f"Sorry, that is longer than {HINT_MAX} characters.")
        case Deed.FEEDBACK if said not in FEEDBACK:
            return Turn(talk, f"Please send '{FEEDBACK[0]}' or '{FEEDBACK[1]}'.")
        case Deed.ABOUT if len(said) > ABOUT_MAX:
            return Turn(talk, f"Sorry, that is longer than {ABOUT_MAX} characters.")
    return Turn(talk, "", asked.deed, said)
