"""Challenges that passkeys of the staff are to sign: in memory, each for one purpose, served once."""

from collections import OrderedDict
from enum import Enum
from typing import Final, NamedTuple

from chappe.updates import Context, PerServer

CHALLENGE_BYTES: Final = 32
CHALLENGE_S: Final = 300  # seconds a person has to find their finger
CHALLENGES_MAX: Final = 10_000  # challenges given out; the oldest are void first


class KeyPurpose(Enum):
    """What an answer is for: one that was given for another does not count."""

    ENROL = "enrol"  # by a link
    ADD = "add"  # a further passkey, by who is logged in
    LOGIN = "login"


class _Given(NamedTuple):
    purpose: KeyPurpose
    staff: int  # for whom; 0 where nobody is known yet
    until: float  # seconds of the clock that no operator sets


class StaffChallenges:
    """The challenges of one server."""

    def __init__(self) -> None:
        self._given: OrderedDict[bytes, _Given] = OrderedDict()

    def give(self, challenge: bytes, given: _Given) -> None:
        """Note a challenge that is given out."""
        self._given[challenge] = given
        if len(self._given) > CHALLENGES_MAX:
            self._given.popitem(last=False)

    def take(self, challenge: bytes) -> _Given | None:
        """Return what a challenge was given out for, once."""
        return self._given.pop(challenge, None)


CHALLENGES: Final[PerServer[StaffChallenges]] = PerServer(lambda _: StaffChallenges())


def give_staff_challenge(context: Context, purpose: KeyPurpose, staff: int = 0) -> bytes:
    """Return a new challenge."""
    value = context.entropy.token(CHALLENGE_BYTES)
    until = context.clock.monotonic() + CHALLENGE_S
    context.own(CHALLENGES).give(value, _Given(purpose, staff, until))
    return value


def is_challenge(context: Context, value: bytes, purpose: KeyPurpose, staff: int = 0) -> bool:
    """Whether a challenge was given out for this, lately; it serves once, whatever it is used for."""
    given = context.own(CHALLENGES).take(value)
    return (
        given is not None
        and given.until > context.clock.monotonic()
        and (given.purpose, given.staff) == (purpose, staff)
    )
