"""Terms of use: what an operator's terms say, whom they are shown, and who has accepted them."""

from chappe.features import auth

from . import handlers
from .acceptance import TERMS, accept_at_sign_up, shown_at_sign_up
from .commands import COMMANDS
from .rules import TermsOfUse, read_terms

HANDLERS = (handlers,)
EVENTS = ()
ANSWERS = (auth.hooks.shown_at_sign_up.by(shown_at_sign_up),)

__all__ = [
    "ANSWERS",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "TERMS",
    "TermsOfUse",
    "accept_at_sign_up",
    "read_terms",
]
