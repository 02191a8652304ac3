"""Levels of trust, by who holds the root key (docs/trust.md), and what follows from them."""

from typing import Final

CODE_ALONE_LEVELS: Final = ("L0", "L1")  # where one operator holds the key, and reads all the same


def code_is_enough(setting: bool, level: str) -> bool:  # noqa: FBT001  as it stands in the configuration
    """Whether a right login code alone opens an account that has no two-step password."""
    return setting and level in CODE_ALONE_LEVELS
