"""Challenges that passkeys of the staff are to sign, each for one purpose and good for one answer.

Whoever reaches the page may have as many as they like, so none is kept: a challenge says until when it is
good, and a keyed hash shows that it was given out here and for what. Only those that were answered rightly
are remembered, for as long as they would be good.
"""

import hmac
from enum import Enum
from typing import Final

from chappe.core import Entropy
from chappe.updates import Context, PerServer

CHANCE_BYTES: Final = 16  # that make each another
UNTIL_BYTES: Final = 8  # milliseconds of the clock that no operator sets
PROOF_BYTES: Final = 16  # of the keyed hash
KEY_BYTES: Final = 32
CHALLENGE_S: Final = 300  # seconds a person has to find their finger


class KeyPurpose(Enum):
    """What an answer is for: one that was given for another does not count."""

    ENROL = "enrol"  # by a link
    ADD = "add"  # a further passkey, by who is logged in
    LOGIN = "login"


class StaffChallenges:
    """The challenges of one server. A restart voids them, since its key is another."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._key = entropy.token(KEY_BYTES)
        self._spent: dict[bytes, float] = {}  # and until when each would be good

    def give(self, purpose: KeyPurpose, staff: int, until: float) -> bytes:
        """Return a new challenge for somebody of the staff; 0 where nobody is known yet."""
        said = self._entropy.token(CHANCE_BYTES) + int(until * 1_000).to_bytes(UNTIL_BYTES, "big")
        return said + self._proof(said, purpose, staff)

    def until(self, challenge: bytes, purpose: KeyPurpose, staff: int) -> float:
        """Return until when a challenge may be answered; 0.0 if it is spent, or none for this."""
        said = challenge[: CHANCE_BYTES + UNTIL_BYTES]
        proof = challenge[CHANCE_BYTES + UNTIL_BYTES :]
        if challenge in self._spent or not hmac.compare_digest(
            proof, self._proof(said, purpose, staff)
        ):
            return 0.0
        return int.from_bytes(said[CHANCE_BYTES:], "big") / 1_000

    def spend(self, challenge: bytes, until: float, now: float) -> bool:
        """Use a challenge up; False if it was already."""
        self._spent = {one: end for one, end in self._spent.items() if end > now}
        if challenge in self._spent:
            return False
        self._spent[challenge] = until
        return True

    def _proof(self, said: bytes, purpose: KeyPurpose, staff: int) -> bytes:
        meant = f"{purpose.value} {staff} ".encode()
        return hmac.digest(self._key, meant + said, "sha256")[:PROOF_BYTES]


CHALLENGES: Final[PerServer[StaffChallenges]] = PerServer(lambda c: StaffChallenges(c.entropy))


def give_staff_challenge(context: Context, purpose: KeyPurpose, staff: int = 0) -> bytes:
    """Return a new challenge."""
    until = context.clock.monotonic() + CHALLENGE_S
    return context.own(CHALLENGES).give(purpose, staff, until)


def is_challenge(context: Context, value: bytes, purpose: KeyPurpose, staff: int = 0) -> bool:
    """Whether a challenge was given out for this, lately, and was not answered yet."""
    return context.own(CHALLENGES).until(value, purpose, staff) > context.clock.monotonic()


def spend_challenge(context: Context, value: bytes, purpose: KeyPurpose, staff: int = 0) -> bool:
    """Use up a challenge that was answered rightly; False where somebody else was faster, or it is over."""
    challenges, now = context.own(CHALLENGES), context.clock.monotonic()
    until = challenges.until(value, purpose, staff)
    return until > now and challenges.spend(value, until, now)
