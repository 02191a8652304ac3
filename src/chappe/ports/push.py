"""The port of Web Push: a browser that is not connected is told that something came, and not what."""

from enum import Enum
from typing import NamedTuple, Protocol


class PushAddress(NamedTuple):
    """Where a browser is told something, and the keys by which nobody else can read it (RFC 8291)."""

    endpoint: (
        str  # at its push service; whoever knows it and has the server's key may tell it something
    )
    p256dh: bytes  # the browser's public key, an uncompressed point of P-256
    auth: bytes  # the secret it shares with whoever tells it something


class PushPart(Enum):
    """A part of a token of Web Push."""

    ENDPOINT = "endpoint"
    KEY = "key"
    SECRET = "secret"  # noqa: S105  which part it is, not what it holds


class PushTokenRefusedError(Exception):
    """A token names no place that is pushed to; `part` is what is wrong with it."""

    def __init__(self, part: PushPart) -> None:
        self.part = part
        super().__init__(part.value)


class PushOutcome(Enum):
    """What came of a push message."""

    TAKEN = "taken"  # the push service will deliver it
    GONE = "gone"  # the browser subscribes there no longer, and never will again
    LATER = "later"  # the push service was not reached, or has too much to do
    REFUSED = "refused"  # it is not taken, and would not be taken again


class PushResult(NamedTuple):
    """What came of a push message, and how long the push service wants to be left alone."""

    outcome: PushOutcome
    after_s: float = 0.0  # seconds; 0 where it does not say


class Push(Protocol):
    """Sends push messages to the push services of browsers: addresses that clients choose.

    Goes to public addresses only, and keeps nothing: who is to be told, and how often it is tried, is the
    caller's. What a push service learns is in docs/trust.md.
    """

    @property
    def public_key(self) -> str:
        """The key by which push services know this server, as browsers want it to subscribe: base64url."""
        ...

    def read_token(self, token: str) -> PushAddress:
        """Return where a token of Web Push leads: JSON, as `PushSubscription.toJSON` of a browser makes it.

        Raises:
            PushTokenRefusedError: it is none, or leads where nobody is pushed to.
        """
        ...

    async def send(self, to: PushAddress, payload: bytes, topic: str) -> PushResult:
        """Try once to have a browser told something; a message of the same topic that waits is replaced.

        `payload` is short, and is padded: every message has the same length. `topic` has at most 32 letters
        of base64url, and tells nothing.
        """
        ...
