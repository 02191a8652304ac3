"""The push audience: who has browsers that are told something while they are away, and of which channels.

It is in memory, so that whoever has none costs nothing. It may know too many, never too few: whether a
browser still subscribes is looked up when it is told.
"""

from collections.abc import Collection
from typing import Final

from chappe.core import Kind, Owner

from .context import PerServer


class PushAudience:
    """People by the sessions that subscribe to push messages, and by the channels they are in."""

    def __init__(self) -> None:
        self._keys: dict[int, frozenset[int]] = {}  # user → the keys of their sessions
        self._channels: dict[int, set[int]] = {}  # user → channels
        self._members: dict[int, set[int]] = {}  # channel → users

    def concerns(self, owner: Owner) -> bool:
        """Whether anybody of the audience may be told what happens in a box."""
        if owner.kind is Kind.USER:
            return owner.id in self._keys
        return owner.kind is Kind.CHANNEL and owner.id in self._members

    def keys(self, user: int) -> frozenset[int]:
        """Return the keys of the sessions that may subscribe."""
        return self._keys.get(user, frozenset())

    def members(self, channel: int) -> tuple[int, ...]:
        """Return who of the audience is in a channel."""
        return tuple(self._members.get(channel, ()))

    def add(self, user: int, key_id: int, channels: Collection[int]) -> None:
        """Take in a session of somebody who is in these channels."""
        self._keys[user] = self.keys(user) | {key_id}
        self.watch(user, channels)

    def discard(self, user: int, key_id: int) -> None:
        """Leave out a session; its person with the last one."""
        left = self.keys(user) - {key_id}
        if left:
            self._keys[user] = left
        elif self._keys.pop(user, None) is not None:
            for channel in self._channels.pop(user, ()):
                self._part(user, channel)

    def watch(self, user: int, channels: Collection[int]) -> None:
        """Know that somebody is in these channels, if they are in the audience."""
        if user in self._keys:
            for channel in channels:
                self._members.setdefault(channel, set()).add(user)
                self._channels.setdefault(user, set()).add(channel)

    def unwatch(self, user: int, channel: int) -> None:
        """Know that somebody is in a channel no more."""
        self._channels.get(user, set()).discard(channel)
        self._part(user, channel)

    def _part(self, user: int, channel: int) -> None:
        found = self._members.get(channel)
        if found is not None:
            found.discard(user)
            if not found:
                del self._members[channel]


PUSH_AUDIENCE: Final[PerServer[PushAudience]] = PerServer(lambda _: PushAudience())
