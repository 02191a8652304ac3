"""The letters of a recovery code: easily told apart, in groups, the last of them a check. Pure functions."""

from typing import Final

LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ"  # without I, L and O; their number is prime
RECOVERY_CODE_LETTERS: Final = 30  # the check letter among them: 29 say 131 bits
GROUP_LETTERS: Final = 5
ENTROPY_BYTES: Final = 32  # so many that no letter is noticeably more frequent than another
WRITTEN_CHARACTERS_MAX: Final = 200  # characters of a code as somebody may type it

_WEIGHT: Final = 5  # a primitive root of the number of letters: see `_check`


def _check(letters: str) -> str:
    """Return the letter behind others: one mistyped, or two neighbours exchanged, need another.

    A polynomial over the field of 23: each place has a weight of its own that is not 0, and other than its
    neighbours'.
    """
    total = 0
    for letter in letters:
        total = (total + LETTERS.index(letter)) * _WEIGHT % len(LETTERS)
    return LETTERS[total]


def recovery_letters(entropy: bytes) -> str:
    """Return a new recovery code, made of 32 random bytes."""
    left, letters = int.from_bytes(entropy, "big"), ""
    for _ in range(RECOVERY_CODE_LETTERS - 1):
        left, letter = divmod(left, len(LETTERS))
        letters += LETTERS[letter]
    return letters + _check(letters)


def in_groups(letters: str) -> str:
    """Return a recovery code as people write it down: six groups of five letters."""
    groups = range(0, len(letters), GROUP_LETTERS)
    return "-".join(letters[first : first + GROUP_LETTERS] for first in groups)


def letters_of(written: str) -> str:
    """Return the letters of a recovery code as somebody typed it; empty if it can be none.

    Small letters and whatever stands between groups do not matter.
    """
    typed = written[:WRITTEN_CHARACTERS_MAX].upper()
    letters = "".join(c for c in typed if c.isalnum())
    if len(letters) != RECOVERY_CODE_LETTERS or not set(letters) <= set(LETTERS):
        return ""
    return letters if _check(letters[:-1]) == letters[-1] else ""
