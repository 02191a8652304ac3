"""Rate rules for guessing and sending codes, as pure functions."""

from typing import Final

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
