"""The real clock and the real source of chance."""

import os
import time


class SystemClock:
    """See `Clock`."""

    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)


class SystemEntropy:
    """See `Entropy`. Reads in blocks: a call for 12 bytes costs as much as one for 4,096."""

    BLOCK_BYTES = 4096

    def __init__(self) -> None:
        self._block = b""
        self._at = 0

    def token(self, size: int) -> bytes:
        """See `Entropy`."""
        if size > self.BLOCK_BYTES // 4:
            return os.urandom(size)
        at = self._at
        if at + size > len(self._block):
            self._block = os.urandom(self.BLOCK_BYTES)
            at = 0
        self._at = at + size
        return self._block[at : at + size]
