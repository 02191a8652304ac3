"""The HTTP server of a witness: two addresses, and nothing else. Source: https://c2sp.org/tlog-witness."""

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from aiohttp import web

from chappe.trust.ledger.storage import LogDamagedError
from chappe.trust.ledger.witness import REQUEST_BYTES_MAX, Witness, WitnessAnswer

BODY_S_MAX: Final = 20  # seconds a request may take to arrive
WAITING_MAX: Final = 64  # requests that are being read, or wait for their turn


class WitnessSite:
    """Serves a witness. `tell` is told what the operator must look at."""

    def __init__(self, witness: Witness, tell: Callable[[str], None]) -> None:
        self._witness = witness
        self._tell = tell
        self._turn = asyncio.Lock()  # heads are compared and kept one after the other
        self._waiting = asyncio.Semaphore(WAITING_MAX)

    def application(self) -> web.Application:
        """Return the site."""
        site = web.Application(client_max_size=REQUEST_BYTES_MAX)
        site.router.add_post("/add-checkpoint", self._add_checkpoint)
        site.router.add_get("/{origin:[0-9a-f]{64}}/checkpoint", self._checkpoint)
        return site

    async def _add_checkpoint(self, request: web.Request) -> web.Response:
        if self._waiting.locked():
            return _sentence(HTTPStatus.SERVICE_UNAVAILABLE, "This witness is busy: ask again.")
        async with self._waiting:
            try:
                async with asyncio.timeout(BODY_S_MAX):
                    body = await request.read()
            except TimeoutError:
                return _sentence(HTTPStatus.REQUEST_TIMEOUT, "The request did not arrive in time.")
            async with self._turn:
                now = int(time.time())
                return await self._answer(lambda: self._witness.add_checkpoint(body, now))

    async def _checkpoint(self, request: web.Request) -> web.Response:
        return await self._answer(lambda: self._witness.checkpoint(request.match_info["origin"]))

    async def _answer(self, act: Callable[[], WitnessAnswer]) -> web.Response:
        """Have the witness answer, in a thread: it waits for the disk."""
        try:
            answer = await asyncio.to_thread(act)
        except (LogDamagedError, OSError) as error:
            self._tell(str(error))
            why = "This witness cannot keep what it would sign."
            return _sentence(HTTPStatus.INTERNAL_SERVER_ERROR, why)
        head = {"Content-Type": answer.type}
        return web.Response(status=answer.status, body=answer.body, headers=head)


def _sentence(status: HTTPStatus, why: str) -> web.Response:
    return web.Response(status=status, text=f"{why}\n")


async def serve_witness(
    witness: Witness, host: str, port: int, tell: Callable[[str], None]
) -> None:
    """Serve a witness until this is cancelled; `tell` is told where, once it listens."""
    runner = web.AppRunner(WitnessSite(witness, tell).application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        at = runner.addresses[0]
        tell(f"The witness listens on http://{at[0]}:{at[1]}/")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
