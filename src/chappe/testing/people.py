"""People of a test world."""

from .speaking import Peer, Speaker
from .talks import Chat


class Person(Speaker):
    """Somebody with an account. `await person(request)` calls any method of the API in their name."""

    def chat(self, other: Peer) -> Chat:
        """Return this person's conversation with somebody, with a bot, or in a group or channel."""
        return Chat(self, other)
