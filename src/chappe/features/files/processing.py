"""Whose turn it is to have an image or a film looked at.

Only who has the turn reads the bytes, so that who waits costs next to nothing.
"""

from typing import Final

from chappe.rpc import FairQueue
from chappe.updates import PerServer

TURNS_MAX: Final = 2  # people whose bytes are read or looked at at the same time
IMAGES: Final[PerServer[FairQueue]] = PerServer(lambda _: FairQueue(TURNS_MAX))
FILMS: Final[PerServer[FairQueue]] = PerServer(lambda _: FairQueue(TURNS_MAX))
