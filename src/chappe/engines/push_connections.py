"""Connections to push services: to the addresses that were checked, and to no others.

Imported with the first message: an HTTP client takes time and memory that other servers need not spend.
"""

import asyncio
import contextlib
import socket
import threading
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from .public_addresses import NoSuchHostError, checked, is_public

SENDING_S_MAX: Final = 10  # seconds a push service may take, from its name to its answer
CONNECTIONS_MAX: Final = 64  # connections to push services, idle ones included
CONNECTIONS_A_HOST_MAX: Final = 16  # of them to one push service
IDLE_S: Final = 30  # seconds a connection is kept for the next message
NAMES_KNOWN_S: Final = 300  # seconds the addresses of a push service are known
NAMES_AT_ONCE_MAX: Final = 16  # names that are looked up at the same time
ALLOWED_PLACES_MAX: Final = 256  # addresses known to be those of places an operator added
AGENT: Final = "Chappe (web push)"


class NotReachedError(Exception):
    """A push service was not reached, or did not answer in time."""


class NameThreads:
    """Threads that look names up, each for one name, and none that anything else waits for.

    Whoever runs a name's zone decides how long that takes: the loop's own threads have mail and databases to
    find, and a stop does not wait for these.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(NAMES_AT_ONCE_MAX)

    async def look_up(self, host: str, port: int) -> list[Any]:
        """Return what `getaddrinfo` finds.

        Raises:
            NoSuchHostError: nothing.
        """
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[Any] | None] = loop.create_future()

        def finish(answer: list[Any] | None) -> None:
            self._free.release()
            if not found.done():  # nobody waits any more
                found.set_result(answer)

        def work() -> None:
            try:
                answer = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                answer = None
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(finish, answer)

        try:
            threading.Thread(target=work, name="push-name", daemon=True).start()
        except RuntimeError:  # the system has no thread left
            finish(None)
        answer = await found
        if answer is None:
            raise NoSuchHostError
        return answer


class PublicResolver(AbstractResolver):
    """Looks names up. One that has an address which is not public has none."""

    def __init__(self, also: frozenset[str]) -> None:
        self._also = also
        self._names = NameThreads()
        self._allowed: dict[tuple[str, int], None] = {}  # where `also` lead, the oldest first

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where to connect to; see `checked`.

        Raises:
            AddressRefusedError: to nothing, or some of it is not public.
        """
        found = checked(host, port, await self._names.look_up(host, port), self._also)
        if f"{host}:{port}" in self._also:
            self._allowed.update({(str(place[0]), port): None for *_, place in found})
            while len(self._allowed) > ALLOWED_PLACES_MAX:
                del self._allowed[next(iter(self._allowed))]
        return [
            ResolveResult(
                hostname=host,
                host=str(place[0]),
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, proto, _, place in found
        ]

    async def close(self) -> None:
        """See `AbstractResolver`."""

    def open_socket(self, found: Any) -> socket.socket:
        """Return a socket for what is connected to now: whatever led here, this is where it is decided.

        Raises:
            OSError: the address is not public, and is none an operator added.
        """
        family, kind, proto, _, place = found
        host, port = str(place[0]), int(place[1])
        allowed = (host, port) in self._allowed or f"{host}:{port}" in self._also
        if not allowed and not is_public(host):
            raise OSError("not public")
        return socket.socket(family, kind, proto)


class PushConnections:
    """An HTTP client that keeps no cookie, follows nothing, and reads no more of an answer than its head."""

    def __init__(self, also: frozenset[str]) -> None:
        resolver = PublicResolver(also)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=resolver,
                ttl_dns_cache=NAMES_KNOWN_S,  # of addresses that were checked
                socket_factory=resolver.open_socket,
                limit=CONNECTIONS_MAX,
                limit_per_host=CONNECTIONS_A_HOST_MAX,
                keepalive_timeout=IDLE_S,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
        )

    async def post(self, address: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """Return the status of the answer, and its header `Retry-After`.

        Raises:
            AddressRefusedError: nobody goes there.
            NotReachedError: there was no answer.
        """
        try:
            async with (
                asyncio.timeout(SENDING_S_MAX),
                self._session.post(
                    address, data=body, headers=headers, allow_redirects=False
                ) as answer,
            ):
                return answer.status, answer.headers.get("Retry-After", "")
        except (
            aiohttp.ClientError,
            OSError,
            RuntimeError,
            ValueError,
        ):  # uvloop raises these as well
            raise NotReachedError from None

    async def close(self) -> None:
        """Let go of them."""
        await self._session.close()
