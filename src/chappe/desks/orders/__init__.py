"""Orders of authorities: received, logged and witnessed, decided; released only by custodians; told; closed.

This desk imports the slice `export`, and neither messages nor history: what an order takes is what its person
could export, of the classes and dates that it names.
"""

from . import commands, desk_commands, statements
from .commands import PRESERVED_DAYS_MAX, REFERENCE_CHARACTERS_MAX
from .desk_commands import request_of
from .handing import package_pieces
from .keeping import OrderKeeper, keep_orders
from .outside import OUTSIDE, EntryGroup, OrderLog, Outside, VaultFiles
from .records import ORDERS_BOX
from .rules import PRESERVED_DAYS
from .wording import order_words

COMMANDS = (*commands.COMMANDS, *desk_commands.COMMANDS, *statements.COMMANDS)
EVENTS = ()

__all__ = [
    "COMMANDS",
    "EVENTS",
    "ORDERS_BOX",
    "OUTSIDE",
    "PRESERVED_DAYS",
    "PRESERVED_DAYS_MAX",
    "REFERENCE_CHARACTERS_MAX",
    "EntryGroup",
    "OrderKeeper",
    "OrderLog",
    "Outside",
    "VaultFiles",
    "keep_orders",
    "order_words",
    "package_pieces",
    "request_of",
]
