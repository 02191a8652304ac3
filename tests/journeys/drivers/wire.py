"""The loop every Python driver runs: JSON lines in, JSON lines out, one task for each request."""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit


class UnsupportedError(Exception):
    """The library has no such thing; the harness passes the step over and says so."""


def arguments() -> argparse.Namespace:
    """Return where the server is, by which key, and where the session lies."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pem", required=True)
    parser.add_argument("--session", required=True)
    parser.add_argument("--lib", default="")
    parser.add_argument("--transport", default="")
    parser.add_argument("--pfs", action="store_true")
    parser.add_argument("--proxy", default="")
    return parser.parse_args()


def proxy_of(link: str) -> tuple[str, int, str]:
    """Return server, port and secret of a proxy link, as apps take it."""
    asked = parse_qs(urlsplit(link).query)
    return asked["server"][0], int(asked["port"][0]), asked["secret"][0]


def say(**message: Any) -> None:
    """Write one line for the harness."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def log_warnings() -> None:
    """Send what the library warns of to standard error, a line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


async def serve(do: Callable[[str, dict[str, Any]], Awaitable[Any]]) -> None:
    """Answer requests until `quit` or the end of the input."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        request = json.loads(line)
        name = request.pop("do")
        number = request.pop("n")
        if name == "quit":
            say(n=number, ok=True)
            return
        try:
            say(n=number, ok=await do(name, request))
        except UnsupportedError:
            say(n=number, error="unsupported")
        except Exception as error:  # noqa: BLE001  the harness decides what an error means
            say(n=number, error=f"{type(error).__name__}: {error}")
