"""Owners: who a box belongs to, and on which shard it lives."""

from enum import IntEnum
from typing import Final, NamedTuple

SHARD_COUNT: Final = 4096  # shards; fixed for ever, since ids carry their shard


class Kind(IntEnum):
    """What kind of owner a box has. The numbers are stored: never reuse one."""

    USER = 1
    CHAT = 2
    CHANNEL = 3
    HOUSE = 10  # the server's own settings and counters; id is a `House`
    NAMES = 11  # usernames, phones, invites, … by blind index; id is the shard of the index
    AUTH_KEYS = 12  # authorisation keys; id is the shard of the key's id
    RELAY = 13  # outbox commands still to be delivered; id is the shard they come from
    BLOBS = 14  # which files exist, for de-duplication and clean-up
    TIMERS = 15  # what is to be done later; id is the shard of the box that wants it done


class House(IntEnum):
    """The boxes of the house, one a subject. The numbers are stored: never reuse one."""

    GENERAL = 0
    REPORTS = 1
    PUSH_PLACES = 2
    SINGLE_SIGN_ON = 3
    STAFF = 4
    ORDERS = 5
    MODERATION = 6


class Owner(NamedTuple):
    """Whose box a record lives in: the unit of atomicity, of pts, of sealing and of sharding."""

    kind: Kind
    id: int

    @classmethod
    def user(cls, number: int) -> "Owner":
        """Return the owner of the box of a person or bot, by their id."""
        return cls(Kind.USER, number)

    @classmethod
    def channel(cls, number: int) -> "Owner":
        """Return the owner of the box of a supergroup or channel, by its id."""
        return cls(Kind.CHANNEL, number)

    @classmethod
    def house(cls, subject: House) -> "Owner":
        """Return the owner of what the server keeps of a subject for itself."""
        return cls(Kind.HOUSE, int(subject))

    @property
    def shard(self) -> int:
        """The shard (0 … 4095) that holds this box; only its lease holder may write it."""
        return self.id % SHARD_COUNT


HOUSE: Final = Owner.house(House.GENERAL)  # what is the server's own and of no subject with a box


def shard_of(digest: bytes) -> int:
    """Return the shard of something found by hash, such as a username's blind index."""
    return int.from_bytes(digest[:4], "big") % SHARD_COUNT
