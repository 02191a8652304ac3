"""Handshakes under way, by server nonce, and the threads that do their arithmetic."""

import asyncio
import os
import sys
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from chappe.core import Clock, Entropy
from chappe.crypto.rsa import ServerKey
from chappe.mtproto import NewAuthKey, ServerHandshake, Work
from chappe.rpc import Limiter, Rate
from chappe.tl import errors

HANDSHAKES_MAX: Final = 10_000  # handshakes under way or lately done
HANDSHAKES_WORKING_MAX: Final = 500  # handshakes whose arithmetic waits for a thread
HANDSHAKE_THREADS: Final = 2  # threads that do the arithmetic
HANDSHAKE_NICE: Final = 10  # priority of those threads, below the event loop's 0


def _yield_to_the_loop() -> None:
    """Give this thread a lower priority than the event loop's. Only on Linux do threads have their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), HANDSHAKE_NICE)


class Handshakes:
    """Every handshake of a gateway that is under way."""

    def __init__(
        self, server_keys: list[ServerKey], limiter: Limiter, clock: Clock, entropy: Entropy
    ) -> None:
        self.working = 0  # handshakes whose arithmetic is waited for
        self._server_keys = {key.fingerprint: key for key in server_keys}
        self._limiter = limiter
        self._clock = clock
        self._entropy = entropy
        self._threads = ThreadPoolExecutor(HANDSHAKE_THREADS, "handshake", _yield_to_the_loop)
        self._of_nonce: OrderedDict[bytes, ServerHandshake] = OrderedDict()

    def resume(self, server_nonce: bytes, own: ServerHandshake | None) -> ServerHandshake:
        """Return the handshake a message belongs to: by nonce, else the connection's own, else a new one."""
        found = self._of_nonce.get(server_nonce, own)
        if found is None:
            found = ServerHandshake(self._server_keys, self._entropy.token)
        return found

    def remember(self, handshake: ServerHandshake) -> None:
        """Keep a handshake by its server nonce: a client may go on with it on another connection."""
        self._of_nonce[handshake.server_nonce] = handshake
        if len(self._of_nonce) > HANDSHAKES_MAX:
            self._of_nonce.popitem(last=False)

    def may_work(self, address: str) -> bool:
        """Whether another handshake's arithmetic may be done for an address; takes from its budget."""
        if self.working >= HANDSHAKES_WORKING_MAX:
            return False
        try:
            self._limiter.draw(Rate.HANDSHAKE, address, self._clock.monotonic())
        except errors.FloodWait:
            return False
        return True

    async def do(self, heavy: Work) -> bytes | NewAuthKey:
        """Do a handshake's arithmetic in a thread and return the outcome.

        Raises:
            ProtocolError: the client's numbers are wrong.
        """
        loop = asyncio.get_running_loop()
        self.working += 1
        try:
            result = await loop.run_in_executor(self._threads, heavy.run)
        finally:
            self.working -= 1
        return heavy.finish(result)

    def sweep(self, wall: float) -> None:
        """Forget handshakes that took too long."""
        for nonce in [n for n, h in self._of_nonce.items() if h.expired(wall)]:
            del self._of_nonce[nonce]

    def stop(self) -> None:
        """Begin no more arithmetic."""
        self._threads.shutdown(wait=False, cancel_futures=True)
