"""`chappe serve --take-over`: a new process gets the root key from the running one, and goes on for it."""

import socket
from pathlib import Path
from typing import Final

from chappe.trust.sealing import KEY_BYTES, RootInHand

from .control import ask, socket_path
from .ports import OperatorError

KEY_S_MAX: Final = 20.0  # seconds the running server may take to give its key
ENDED_S_MAX: Final = 120.0  # seconds it may take to end, once it has given it


def key_of_running(data: Path, build: str) -> RootInHand:
    """Return the root key that the running server of a directory passes, once that one has ended.

    `build` is the hash of the manifest of this program.

    Raises:
        OperatorError: no server runs there, or it does not pass its key, or does not end.
    """
    found = ask(data, "pass-key", to=build)
    key = bytearray(KEY_BYTES)
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(KEY_S_MAX)
        try:
            link.connect(str(socket_path(data, Path(found["socket"]).name)))
            had = _received(link, key)
        except OSError:
            had = 0
        if had != KEY_BYTES:
            raise OperatorError("The running server did not pass its key: it runs on as it was.")
        link.settimeout(ENDED_S_MAX)
        try:
            link.recv(1)  # the system closes it when the other process has ended
        except TimeoutError:
            raise OperatorError(
                f"The server that ran on {data} passed its key and did not end: end it, and start again."
            ) from None
        except ConnectionError:
            pass  # that is an end too
    return RootInHand(key)


def _received(link: socket.socket, key: bytearray) -> int:
    """Fill a key with what comes; return how many bytes came."""
    had = 0
    while had < len(key):
        got = link.recv_into(memoryview(key)[had:])
        if not got:
            break
        had += got
    return had
