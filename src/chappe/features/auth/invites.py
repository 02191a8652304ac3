"""Server invites: permission to sign up with one phone number, or with an anonymous number they hand out."""

from typing import Final

from chappe.core import Entropy
from chappe.features import accounts
from chappe.ports import Record
from chappe.updates import Context

INVITE_LIFETIME_S: Final = 7 * 86_400
ANONYMOUS_PREFIX: Final = "888"  # of no country; reserved for numbers that are nobody's telephone
ANONYMOUS_DIGITS: Final = 8  # behind the prefix


class Invite(Record, frozen=True):
    """Leave to sign up with a number; kept in the house's box until used or expired.

    Found by the number's blind index: keys of cells are not sealed.
    """

    table = "invite"
    key = ("blind",)

    blind: str
    phone: str
    created: int
    expires: int


def invite_index(context: Context, phone: str) -> str:
    """Return what an invite to a number is kept under."""
    return accounts.name_location(context, "invite", phone)[1]


def anonymous_number(entropy: Entropy) -> str:
    """Return a number at random that no telephone has."""
    digits = int.from_bytes(entropy.token(8), "big") % 10**ANONYMOUS_DIGITS
    return ANONYMOUS_PREFIX + str(digits).zfill(ANONYMOUS_DIGITS)
