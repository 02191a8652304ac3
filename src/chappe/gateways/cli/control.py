"""The control socket: carries operator commands to a running server. Only its owner may open it."""

import asyncio
import contextlib
import json
import os
import socket
from pathlib import Path
from typing import Any, Final

from chappe.ports import EngineError
from chappe.rpc import MACHINE

from .ports import Commanded, OperatorError, explain

SOCKET: Final = "control.sock"
REQUEST_BYTES_MAX: Final = 64 * 1024  # bytes of one command, as asked
CONNECT_S_MAX: Final = 2.0  # seconds a server may take to accept a command
ANSWER_S_MAX: Final = 3600.0  # seconds a long command, such as a backup, may take
PATH_BYTES_MAX: Final = 100  # bytes of a socket's path the system takes


def socket_path(data: Path, name: str = SOCKET) -> Path:
    """Return where the socket lies; a short link if the directory's name is too long for one."""
    path = data / name
    if len(os.fsencode(path)) <= PATH_BYTES_MAX:
        return path
    return Path(os.path.relpath(path))


def refuse_second(data: Path) -> None:
    """Find out whether a server runs on a data directory, before another does anything there.

    Raises:
        OperatorError: one does.
    """
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(CONNECT_S_MAX)
        try:
            link.connect(str(socket_path(data)))
        except TimeoutError:
            pass  # somebody is there, if slow
        except OSError:
            return
    raise OperatorError(f"{data} is in use by another Chappe: stop that one first.")


class Control:
    """The server's end."""

    def __init__(self, running: Commanded, data: Path) -> None:
        self._running = running
        self._path = socket_path(data)
        self._server: asyncio.Server | None = None
        self._made = 0  # the inode of the socket this one made

    async def start(self) -> None:
        """Begin to take commands."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(
                self._serve, self._path, limit=REQUEST_BYTES_MAX
            )
            self._made = self._path.stat().st_ino
        finally:
            os.umask(mask)

    async def stop(self) -> None:
        """Take no more commands. What another server has put in place of the socket stays."""
        if self._server is None:
            return
        self._server.close()
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._made:
                self._path.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await reader.readuntil(b"\n")
            try:
                answer = {"ok": await self._running.command(*_read(asked), MACHINE)}
            except OSError as error:
                answer = {"error": explain(error)}
            except (EngineError, ValueError) as error:
                answer = {"error": str(error)}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()


def _read(asked: bytes) -> tuple[str, dict[str, Any]]:
    """Return the name of the command that is asked for, and its parameters.

    Raises:
        ValueError: neither can be read.
    """
    try:
        given = json.loads(asked)
        name = given.pop("act")
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError):
        name = None
    if not isinstance(name, str):
        text = 'That is no command: send {"act": "status"} and a newline.'
        raise ValueError(text)  # noqa: TRY004  as every refusal of a command
    return name, given


class NoServerError(OperatorError):
    """No server runs on the data directory."""


def ask(data: Path, name: str, /, **given: Any) -> Any:
    """Ask the running server of a data directory to do something.

    Raises:
        NoServerError: no server runs there.
        OperatorError: it refused.
    """
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(ANSWER_S_MAX)
        try:
            link.connect(str(socket_path(data)))
        except OSError:
            raise NoServerError(
                f"No server runs on {data}: start it with `chappe serve --data {data}`."
            ) from None
        link.sendall(json.dumps({"act": name, **given}).encode() + b"\n")
        with link.makefile("rb") as answers:
            line = answers.readline()
    if not line:
        raise OperatorError("The server ended before it answered: look at its log.")
    answer = json.loads(line)
    if "error" in answer:
        raise OperatorError(answer["error"])
    return answer["ok"]
