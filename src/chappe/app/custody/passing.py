"""Passing the root key to another process on this machine, so that an upgrade needs no ceremony.

The log has it first. The key travels over a socket in the data directory that only its owner opens, to one
process of the same user, once; then this process ends.
"""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from chappe.gateways.cli.control import socket_path

from .ending import KEY_PASSING, KeyPassing
from .own_build import build_of_this

SOCKET: Final = "passing.sock"
TAKEN_S_MAX: Final = 30.0  # seconds the other process may take to come for the key
KEY_PASSED: Final = "server.key-passed"
_CREDENTIALS: Final = struct.Struct("3i")  # pid, uid, gid, as Linux gives them

Uid = Callable[[socket.socket], int]


def uid_of_peer(link: socket.socket) -> int:
    """Return the user whose process is at the other end.

    Raises:
        ValueError: this system does not say.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        raise ValueError("This system does not say whose process asks: the key is not passed.")
    found = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(found)[1])


async def passed(server: Any, to: str) -> dict[str, Any]:
    """Have the log say it, and wait for the other process; return where it finds the key."""
    ending: KeyPassing = server.context.own(KEY_PASSING)
    if server.data is None or ending.end is None:
        raise ValueError("This server was not started by `chappe serve`: it cannot pass its key.")
    if server.public_log is not None:
        mine = await asyncio.to_thread(build_of_this)
        day = f"{datetime.fromtimestamp(server.context.clock.now(), UTC):%Y-%m-%d}"
        await server.public_log.declare(KEY_PASSED, {"day": day, "from": mine, "to": to})
    place = socket_path(server.data, SOCKET)
    listening = _listening(place)
    root = server.context.store.engine.keys.root
    ending.giving = asyncio.get_running_loop().create_task(
        _give(ending, ending.end, listening, place, root)
    )
    return {"socket": SOCKET}


async def _give(
    ending: KeyPassing, end: Callable[[], None], listening: socket.socket, place: Path, root: bytes
) -> None:
    ending.link = await give_once(listening, place, root, uid_of_peer)
    if ending.link is not None:
        end()


def _listening(place: Path) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        place.unlink()
    made = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        made.bind(str(place))
    finally:
        os.umask(mask)
    made.listen(1)
    made.settimeout(0)
    return made


async def give_once(
    listening: socket.socket, place: Path, root: bytes, uid: Uid
) -> socket.socket | None:
    """Give a key to the first process of this user that comes; whoever else comes gets nothing.

    Returns the connection, which the system closes when this process has ended and not before: by that the
    other one knows. None: nobody came.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(TAKEN_S_MAX):
            while True:
                link, _ = await loop.sock_accept(listening)
                if uid(link) == os.getuid():
                    await loop.sock_sendall(link, root)
                    return link
                link.close()
    except TimeoutError:
        return None
    finally:
        listening.close()
        await asyncio.to_thread(place.unlink, missing_ok=True)
