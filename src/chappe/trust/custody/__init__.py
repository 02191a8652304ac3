"""Custody: a root key in the hands of several people, of whom some together open it and fewer learn nothing.

So far it is the ground: a secret is split, and each share sealed to its custodian. Nothing starts a server
by it yet. Like the public log it imports the standard library and `cryptography`, and nothing of Chappe.
"""

from .errors import CustodyError
from .sealed_shares import (
    Custodian,
    CustodianKey,
    ShareTable,
    deal,
    new_custodian_key,
    open_share,
    restore,
)
from .shamir import SHARES_MAX, Share, join, split

__all__ = [
    "SHARES_MAX",
    "Custodian",
    "CustodianKey",
    "CustodyError",
    "Share",
    "ShareTable",
    "deal",
    "join",
    "new_custodian_key",
    "open_share",
    "restore",
    "split",
]
