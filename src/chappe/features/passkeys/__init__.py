"""Passkeys: logging in by a key that an authenticator keeps, without a code."""

from chappe.features import auth

from . import login, registration
from .registration import forget_passkeys

HANDLERS = (registration, login)
EVENTS = ()
ANSWERS = (auth.hooks.forget_ways_in.by(forget_passkeys),)

__all__ = ["ANSWERS", "EVENTS", "HANDLERS"]
