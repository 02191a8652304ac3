"""Proxy links: addresses with a secret, by which apps come through networks that block this server.

Each has a secret of its own, so that one that fell into wrong hands can be revoked alone.
"""

from .commands import COMMANDS
from .links import admit_links

HANDLERS = ()
EVENTS = ()

__all__ = ["COMMANDS", "EVENTS", "HANDLERS", "admit_links"]
