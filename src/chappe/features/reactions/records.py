"""What is kept of reactions, beside the message they are to."""

from typing import Final

from chappe.ports import Record

OWN_MAX: Final = 3  # reactions of one person to one message
KINDS_MAX: Final = 11  # different reactions to one message
RECENT_MAX: Final = 50  # reactions remembered as recently used
# what every app can draw by itself, in the order it is offered
USUAL: Final = (
    "👍", "👎", "❤", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮", "💩",
    "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔",
    "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👀", "🎃", "🙈", "😇", "😨",
    "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘", "💊",
    "🙊", "😎", "👾", "🤷", "😡",
)  # fmt: skip


class Reacted(Record, frozen=True):
    """One person's reactions to one message, in the box that keeps the message."""

    table = "reacted"
    key = ("peer", "id", "user")

    peer: int
    id: int
    user: int
    words: tuple[str, ...]
    date: int
    big: bool = False


class UnreadReaction(Record, frozen=True):
    """In an author's own box: somebody reacted to a message, and they have not looked."""

    table = "unread_reaction"
    key = ("peer", "id")

    peer: int
    id: int


class Recent(Record, frozen=True):
    """What somebody likes to react with."""

    table = "recent_reactions"
    key = ()

    words: tuple[str, ...] = ()
    default: str = "👍"
