"""Challenges that authenticators are to sign: in memory, each for one key and one ceremony, served once."""

from collections import OrderedDict
from enum import Enum
from typing import Final, NamedTuple

from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import PerServer

CHALLENGE_BYTES: Final = 32
CHALLENGE_LIFETIME_S: Final = 300  # seconds a person has to find their finger
CHALLENGES_MAX: Final = 10_000  # challenges given out; the oldest are void first


class Ceremony(Enum):
    """What an answer is for, in WebAuthn's word: one that was given for another does not count."""

    REGISTRATION = "registration"
    LOGIN = "login"


class PasskeyChallenge(NamedTuple):
    """A challenge that was given out."""

    value: bytes
    user: int  # who is to register a passkey; 0 where somebody logs in
    until: float  # seconds of the clock that no operator sets


class PasskeyChallenges:
    """The challenges of one server. A newer one of a key and ceremony takes the place of the older."""

    def __init__(self) -> None:
        self._given: OrderedDict[tuple[int, Ceremony], PasskeyChallenge] = OrderedDict()

    def give(self, key_id: int, ceremony: Ceremony, challenge: PasskeyChallenge) -> None:
        """Note what was given to whoever speaks under a key."""
        self._given.pop((key_id, ceremony), None)
        self._given[key_id, ceremony] = challenge
        if len(self._given) > CHALLENGES_MAX:
            self._given.popitem(last=False)

    def take(self, key_id: int, ceremony: Ceremony) -> PasskeyChallenge | None:
        """Return what was given to a key, once."""
        return self._given.pop((key_id, ceremony), None)


CHALLENGES: Final[PerServer[PasskeyChallenges]] = PerServer(lambda _: PasskeyChallenges())


def give_challenge(call: Call, ceremony: Ceremony) -> bytes:
    """Return a new challenge for the caller."""
    value = call.context.entropy.token(CHALLENGE_BYTES)
    until = call.context.clock.monotonic() + CHALLENGE_LIFETIME_S
    given = PasskeyChallenge(value, _whose(call, ceremony), until)
    call.context.own(CHALLENGES).give(call.client.key_id, ceremony, given)
    return value


def take_challenge(call: Call, key_id: int, ceremony: Ceremony) -> bytes:
    """Return the challenge that a key is to answer; it serves once.

    Raises:
        errors.AuthTokenExpired: there is none, or not any more, or it was another person's.
    """
    given = call.context.own(CHALLENGES).take(key_id, ceremony)
    now = call.context.clock.monotonic()
    if given is None or given.until <= now or given.user != _whose(call, ceremony):
        raise errors.AuthTokenExpired
    return given.value


def _whose(call: Call, ceremony: Ceremony) -> int:
    return call.user if ceremony is Ceremony.REGISTRATION else 0
