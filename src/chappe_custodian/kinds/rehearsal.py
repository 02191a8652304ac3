"""`rehearse`: custodians show that their shares are at hand. No share is given."""

from typing import Final

from .kind import ACTIVATED, CUSTODIANS, Examined, Gives, RequestKind, require_table_entry


def _look(examined: Examined) -> list[str]:
    require_table_entry(examined, ACTIVATED)
    return ["You show that your share is at hand. The share itself is not in the answer."]


REHEARSAL: Final = RequestKind(
    "rehearse", "REHEARSE: is your share at hand?", frozenset({CUSTODIANS}), Gives.POSSESSION, _look
)
