"""Rules of logging in, as pure functions: pauses between guesses, and how somebody says who they are."""

from typing import Final, NamedTuple

CODE_TRIES_MAX: Final = 5  # wrong guesses of one code, and of one number's codes between two pauses
PAUSE_MAX_S: Final = 86_400  # seconds of the longest pause between wrong guesses
GUESSES_KEPT_S: Final = 7 * 86_400  # seconds after the last wrong guess until they are forgotten


def pause_s(wrong: int, first_s: int) -> int:
    """Return how many seconds nobody may guess after so many wrong guesses in all.

    None but after each fifth; then twice as many as before, beginning with `first_s`, to a day.
    """
    rounds, over = divmod(wrong, CODE_TRIES_MAX)
    if over or not rounds:
        return 0
    return min(first_s << min(rounds - 1, 32), PAUSE_MAX_S)


RESET_WAIT_S: Final = 7 * 86_400  # seconds the owner has to object before codes go elsewhere again

JOIN: Final = "join:"  # what stands before the token of an invite, in the place of a number
TOKEN_CHARACTERS_MAX: Final = 64  # characters of a token that is looked up


class Asked(NamedTuple):
    """What a client said in the place of a phone number."""

    login: (
        str  # a number, as it was written; empty: whoever has the invite comes by their name alone
    )
    token: str = ""  # of the invite they have


def read_asked(given: str) -> Asked:
    """Return what is meant by the `phone_number` of a client: `join:TOKEN`, `join:TOKEN:NUMBER`, or a number.

    An extension of the protocol; see docs/joining.md.
    """
    if given[: len(JOIN)].lower() != JOIN:
        return Asked(given)
    token, _, login = given[len(JOIN) :].strip().partition(":")
    return Asked(login, token.lower()[:TOKEN_CHARACTERS_MAX] or "-")
