"""Tokens of bots, which are derived and never stored.

A token is `<id>:<35 characters>`, as Telegram's are, so that libraries take it. What follows the colon is a
keyed hash of id and generation: whoever has the store has no tokens, and @BotFather can show one again.
"""

import base64
import hmac
from typing import Final, NamedTuple

from chappe.updates import Context

SECRET_CHARACTERS: Final = 35
TOKEN_CHARACTERS_MAX: Final = 80  # characters of what is looked at as a token
_SECRET_BYTES: Final = 27  # of which the characters are made
_ID_DIGITS_MAX: Final = 13  # digits of the highest id


class ReadToken(NamedTuple):
    """A token as it was given: whose it says it is, and what is to prove it."""

    bot: int
    secret: str


def read_token(token: str) -> ReadToken | None:
    """Return what a token says, None if it is none."""
    number, colon, secret = token.partition(":")
    if not colon or len(token) > TOKEN_CHARACTERS_MAX or len(number) > _ID_DIGITS_MAX:
        return None
    if not (number.isascii() and number.isdigit()) or number.startswith("0"):
        return None
    return ReadToken(int(number), secret)


def bot_token(context: Context, bot: int, generation: int) -> str:
    """Return the token of a bot in one generation."""
    word = context.secrets.blind("bot token", f"{bot}:{generation}".encode())[:_SECRET_BYTES]
    return f"{bot}:{base64.urlsafe_b64encode(word).decode()[:SECRET_CHARACTERS]}"


def is_token(context: Context, token: str, bot: int, generation: int) -> bool:
    """Whether a token is a bot's in its generation."""
    return hmac.compare_digest(token.encode(), bot_token(context, bot, generation).encode())
