"""Records of bots: what a bot is, whose it is, and how far somebody's talk with @BotFather is."""

from chappe.ports import Record


class Bot(Record, frozen=True):
    """In a bot's own box: whose it is, and what its owner says of it."""

    table = "bot"
    key = ()

    owner: int  # the person who may change it; 0: the operator's
    generation: int = 1  # of its token; each revocation begins the next
    created: int = 0  # Unix seconds
    description: str = ""  # shown in an empty conversation with it
    feedback: bool = False  # told which of its results people send
    group_rights: int = 0  # bits of chatAdminRights that apps offer to give it in groups
    channel_rights: int = 0


class OwnedBot(Record, frozen=True):
    """In a person's box: a bot of theirs. Of the operator's, in the box of the house."""

    table = "owned_bot"
    key = ("bot",)

    bot: int


class KnownBot(Record, frozen=True):
    """In the box of the house: a bot of somebody's, or of the operator's."""

    table = "known_bot"
    key = ("bot",)

    bot: int
    reads_all: bool = False  # its privacy mode is off


class BotCommands(Record, frozen=True):
    """In a bot's box: the commands that apps offer in one scope and language."""

    table = "bot_commands"
    key = ("scope", "peer", "user", "language")

    scope: int  # a `Scope`
    peer: int  # the conversation it is for; 0 for none
    user: int  # the person it is for; 0 for none
    language: str  # two letters; empty: for every language without commands of its own
    commands: tuple[tuple[str, str], ...] = ()  # name and what it does


class BotWords(Record, frozen=True):
    """In a bot's box: what it says of itself in one language, where that is not as in all."""

    table = "bot_words"
    key = ("language",)

    language: str  # two letters
    name: str = ""
    about: str = ""
    description: str = ""


class BotMenu(Record, frozen=True):
    """In a bot's box: its menu button in the conversation with somebody."""

    table = "bot_menu"
    key = ("user",)

    user: int  # 0: with all who have none of their own
    button: bytes  # a BotMenuButton in the newest layer's bytes


class FatherTalk(Record, frozen=True):
    """In a person's box: where their talk with @BotFather is."""

    table = "father_talk"
    key = ()

    step: str = ""
    bot: int = 0  # which is spoken of
    said: str = ""  # what was said in the step before
    answered: int = 0  # the number of the last message that was answered
