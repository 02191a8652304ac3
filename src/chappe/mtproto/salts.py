"""Server salts: 64-bit numbers that change every half hour and die with the run of the server.

Sources: core.telegram.org/mtproto/description and …/service_messages.
"""

import struct
from hashlib import sha256
from typing import Final

# https://core.telegram.org/mtproto/description#server-salt
#   "A (random) 64-bit number changed every 30 minutes (separately for each session) at the request of the
#   server. All subsequent messages must contain the new salt (although, messages with the old salt are still
#   accepted for a further 1800 seconds)."
SALT_LIFETIME_S: Final = 1800  # seconds a salt is handed out; it is accepted for as long again
# https://core.telegram.org/mtproto/service_messages#request-for-several-future-salts
#   "The client may at any time request from the server several (between 1 and 64) future server salts"
FUTURE_SALTS_MAX: Final = 64  # salts in one answer
PRESENT_SALTS_MAX: Final = 50_000  # keys whose present salt is remembered
FIRST_SALTS_MAX: Final = 20_000  # keys made in this run whose first salt is remembered


class Salts:
    """The salts of every key in this run, derived from one secret, so that none is stored.

    They belong to keys: "a server salt is attached to the authorization key rather than being
    session-specific" (core.telegram.org/mtproto/service_messages).
    """

    def __init__(self, run_secret: bytes) -> None:
        """`run_secret` is made anew at every start: frames recorded earlier are void."""
        self._secret = run_secret
        self._first: dict[int, int] = {}
        self._period = 0
        self._present: dict[int, int] = {}  # salts of this period that were asked for

    def begin(self, key_id: int, first_salt: int) -> None:
        """Accept the salt that the handshake itself agreed on."""
        self._first[key_id] = first_salt
        if len(self._first) > FIRST_SALTS_MAX:
            del self._first[next(iter(self._first))]

    def _of(self, key_id: int, period: int) -> int:
        digest = sha256(self._secret + struct.pack("<qq", key_id, period)).digest()
        return int.from_bytes(digest[:8], "little", signed=True)

    def current(self, key_id: int, now: float) -> int:
        """Return the salt a client should use now."""
        period = int(now) // SALT_LIFETIME_S
        if period != self._period or len(self._present) > PRESENT_SALTS_MAX:
            self._period = period
            self._present.clear()
        salt = self._present.get(key_id)
        if salt is None:
            salt = self._present[key_id] = self._of(key_id, period)
        return salt

    def is_valid(self, key_id: int, salt: int, now: float) -> bool:
        """Whether a client may use this salt now: it is the present one or a neighbour in time."""
        if salt == self._first.get(key_id) or salt == self.current(key_id, now):
            return True
        period = int(now) // SALT_LIFETIME_S
        return any(salt == self._of(key_id, period + d) for d in (-1, 1))

    def future(self, key_id: int, now: float, count: int) -> list[tuple[int, int, int]]:
        """Return (valid_since, valid_until, salt) of the present and coming salts."""
        period = int(now) // SALT_LIFETIME_S
        return [
            (p * SALT_LIFETIME_S, (p + 2) * SALT_LIFETIME_S, self._of(key_id, p))
            for p in range(period, period + min(max(count, 1), FUTURE_SALTS_MAX))
        ]
