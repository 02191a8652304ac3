"""Kinds of updates, with how long each waits to be fetched (core.telegram.org/bots/api#update)."""

from enum import IntEnum
from typing import Final

DAY_S: Final = 86_400  # seconds most updates wait
QUERY_S: Final = 30  # seconds an inline query waits
PRESS_S: Final = 150  # seconds what somebody waits for at a button waits
CHOICE_S: Final = 600  # seconds it waits that an inline result was chosen


class UpdateKind(IntEnum):
    """What an update is of. The numbers are stored, as bits of what a bot wants: never reuse one."""

    MESSAGE = 0
    EDITED_MESSAGE = 1
    CHANNEL_POST = 2
    EDITED_CHANNEL_POST = 3
    INLINE_QUERY = 4
    CHOSEN_INLINE_RESULT = 5
    CALLBACK_QUERY = 6
    SHIPPING_QUERY = 7
    PRE_CHECKOUT_QUERY = 8
    POLL = 9
    POLL_ANSWER = 10
    MY_CHAT_MEMBER = 11
    CHAT_MEMBER = 12
    CHAT_JOIN_REQUEST = 13
    MESSAGE_REACTION = 14
    MESSAGE_REACTION_COUNT = 15

    @property
    def word(self) -> str:
        """The Bot API's name of it."""
        return self.name.lower()

    @property
    def bit(self) -> int:
        """Its place among the kinds that a bot wants."""
        return 1 << self.value


_LIFETIMES: Final = {
    UpdateKind.INLINE_QUERY: QUERY_S,
    UpdateKind.CHOSEN_INLINE_RESULT: CHOICE_S,
    UpdateKind.CALLBACK_QUERY: PRESS_S,
    UpdateKind.SHIPPING_QUERY: PRESS_S,
    UpdateKind.PRE_CHECKOUT_QUERY: PRESS_S,
}
_ASKED_FOR: Final = (
    UpdateKind.CHAT_MEMBER,
    UpdateKind.MESSAGE_REACTION,
    UpdateKind.MESSAGE_REACTION_COUNT,
)
_BY_WORD: Final = {kind.word: kind for kind in UpdateKind}
USUAL: Final = sum(kind.bit for kind in UpdateKind if kind not in _ASKED_FOR)


def lifetime_of(kind: UpdateKind) -> int:
    """Return how many seconds an update of a kind waits."""
    return _LIFETIMES.get(kind, DAY_S)


def allowed_by(words: list[str]) -> int:
    """Return the bits of the kinds a bot names; those it did not name go unqueued. 0: the usual ones."""
    return sum(kind.bit for word, kind in _BY_WORD.items() if word in words)


def kinds_named(allowed: int) -> list[str]:
    """Return the names of kinds by their bits."""
    return [kind.word for kind in UpdateKind if allowed & kind.bit]
