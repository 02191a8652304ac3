"""Invites: leave for one number to sign up; anonymous numbers that an invite hands out."""

from typing import Final

from chappe.core import Entropy
from chappe.ports import Record

INVITE_LIFETIME_S: Final = 7 * 86_400
ANONYMOUS_PREFIX: Final = "888"  # of no country; reserved for numbers that are nobody's telephone
ANONYMOUS_DIGITS: Final = 8  # behind the prefix


class Invite(Record, frozen=True):
    """Leave to sign up with a number; kept in the house's box until used or expired."""

    table = "invite"
    key = ("phone",)

    phone: str
    created: int
    expires: int


def anonymous_number(entropy: Entropy) -> str:
    """Return a number at random that no telephone has."""
    digits = int.from_bytes(entropy.token(8), "big") % 10**ANONYMOUS_DIGITS
    return ANONYMOUS_PREFIX + str(digits).zfill(ANONYMOUS_DIGITS)
