"""Records of reactions."""

from typing import Final

from chappe.ports import Record

OWN_MAX: Final = 3  # reactions of one person to one message
KINDS_MAX: Final = 11  # different reactions to one message
RECENT_MAX: Final = 50  # reactions remembered as recently used
# what every app can draw by itself, in the order it is offered
USUAL: Final = (
    "👍",
    "👎",
    "❤",
    "🔥",
    "🥰",
    "👏",
    "😁",
    "🤔",
    "🤯",
    "😱",
    "🤬",
    "😢",
    "🎉",
    "🤩",
    "🤮",
    "💩",
    "🙏",
    "👌",
    "🕊",
    "🤡",
    "🥱",
    "🥴",
    "😍",
    "🐳",
    "🌚",
    "🌭",
    "💯",
    "🤣",
    "⚡",
    "🍌",
    "🏆",
    "💔",
    "🤨",
    "😐",
    "🍓",
    "🍾",
    "💋",
    "🖕",
    "😈",
    "😴",
    "😭",
    "🤓",
    "👻",
    "👀",
    "🎃",
    "🙈",
    "😇",
    "😨",
    "🤝",
    "✍",
    "🤗",
    "🫡",
    "🎅",
    "🎄",
    "☃",
    "💅",
    "🤪",
    "🗿",
    "🆒",
    "💘",
    "🙉",
    "🦄",
    "😘",
    "💊",
    "🙊",
    "😎",
    "👾",
    "🤷",
    "😡",
)


class Recent(Record, frozen=True):
    """What somebody likes to react with."""

    table = "recent_reactions"
    key = ()

    words: tuple[str, ...] = ()
    default: str = "👍"
