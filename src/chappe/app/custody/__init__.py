"""Custody at the server's side (L2): its custodians, what they are asked, and a start that waits for them."""

from .commands import CUSTODY_COMMANDS, custody_facts
from .sealed_start import CustodySealedStart

__all__ = ["CUSTODY_COMMANDS", "CustodySealedStart", "custody_facts"]
