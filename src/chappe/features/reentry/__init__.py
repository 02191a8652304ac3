"""Re-entry: coming back in by something that stands in no list of devices."""

from chappe.features import auth, passkeys

from . import handlers

HANDLERS = (handlers,)
EVENTS = ()
ANSWERS = (auth.hooks.forget_ways_in.by(passkeys.forget_passkeys),)

__all__ = ["ANSWERS", "EVENTS", "HANDLERS"]
