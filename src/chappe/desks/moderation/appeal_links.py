"""Links that need no account: the number of what one leads to, with a keyed hash that nobody can guess."""

import hmac
import re
from enum import Enum
from typing import Final

from chappe.updates import Context

_HEX: Final = 32  # characters of the hash: 128 bits
_TOKEN: Final = re.compile(r"([1-9][0-9]{0,15})-([0-9a-f]{32})")


class LinkPurpose(Enum):
    """What a link is for: it leads nowhere else."""

    APPEAL = "appeal"  # makes the one appeal against a decision
    FOLLOW_APPEAL = "follow-appeal"  # reads what became of it, and answers
    NOTICE = "notice"  # reads what became of a notice


def token_of(context: Context, purpose: LinkPurpose, number: int) -> str:
    """Return what stands in a link. The same each time, so nothing of it is kept."""
    secret = context.secrets.blind(f"moderation {purpose.value}", str(number).encode())
    return f"{number}-{secret.hex()[:_HEX]}"


def number_in(context: Context, purpose: LinkPurpose, token: str) -> int:
    """Return the number of what a link leads to; 0: it was not made here, or for something else."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return 0
    right = token_of(context, purpose, int(found[1]))
    return int(found[1]) if hmac.compare_digest(right, token) else 0


def link_of(context: Context, purpose: LinkPurpose, number: int) -> str:
    """Return a link under the server's own address."""
    place = "report" if purpose is LinkPurpose.NOTICE else "appeal"
    return f"{context.config.web_address}/{place}/{token_of(context, purpose, number)}"
