"""Single sign-on: people of an organisation come in by its provider of identities, and go when it says so.

`auth.importWebTokenAuthorization` takes the tickets, in `reentry`; the paths of the site are in the gateway.
"""

from chappe.features import auth

from .commands import COMMANDS
from .entering import Connect, TellConnected, connect_by_ticket, log_in_by_ticket
from .identities import NoteKnown, forget_identity, has_identity, shown_identity
from .observing import OBSERVER, SignInObserver
from .returning import Begun, TroubleError, come_back, set_out
from .rules import Trouble
from .telling import hear_logout
from .watching import SignInWatch, is_barred

HANDLERS = ()
EVENTS = (Connect, NoteKnown, TellConnected)
ANSWERS = (auth.hooks.is_barred.by(is_barred),)

__all__ = [
    "ANSWERS",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "OBSERVER",
    "Begun",
    "SignInObserver",
    "SignInWatch",
    "Trouble",
    "TroubleError",
    "come_back",
    "connect_by_ticket",
    "forget_identity",
    "has_identity",
    "hear_logout",
    "log_in_by_ticket",
    "set_out",
    "shown_identity",
]
