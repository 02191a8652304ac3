"""Orders of authorities: received, logged and witnessed, decided; released only by custodians; told; closed.

This desk imports the slice `export`, and neither messages nor history: what an order takes is what its person
could export, of the classes and dates that it names.
"""

from . import commands, statements
from .keeping import OrderKeeper, keep_orders
from .outside import OUTSIDE, EntryGroup, OrderLog, Outside, VaultFiles
from .records import ORDERS_BOX

COMMANDS = (*commands.COMMANDS, *statements.COMMANDS)
EVENTS = ()

__all__ = [
    "COMMANDS",
    "EVENTS",
    "ORDERS_BOX",
    "OUTSIDE",
    "EntryGroup",
    "OrderKeeper",
    "OrderLog",
    "Outside",
    "VaultFiles",
    "keep_orders",
]
