"""Custody at the server's side (L2): its custodians, what they are asked, and a start that waits for them."""

from .commands import CUSTODY_COMMANDS, custody_facts

__all__ = ["CUSTODY_COMMANDS", "custody_facts"]
