"""How a server ends that has passed its key: whoever runs it says so at its start."""

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from chappe.updates import PerServer


class KeyPassing:
    """How a process that has passed its key ends, and what it holds until then."""

    def __init__(self) -> None:
        self.end: Callable[[], None] | None = None  # set by whoever runs the server
        self.giving: asyncio.Task[None] | None = None
        self.link: socket.socket | None = None  # to the process that has the key now


KEY_PASSING: Final[PerServer[KeyPassing]] = PerServer(lambda _context: KeyPassing())
