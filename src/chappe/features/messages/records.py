"""What sending keeps besides the messages themselves."""

from chappe.ports import Record

Ref = tuple[int, int]  # a message everywhere: who sent it, and its id in the sender's box


class Sent(Record, frozen=True):
    """What became of a random_id: sending it again gives the same message."""

    table = "sent"
    key = ("random_id",)
    at_hand = False

    random_id: int
    id: int
    peer: int


class Posted(Record, frozen=True):
    """In a channel's box: what became of a member's random_id."""

    table = "posted"
    key = ("user", "random_id")
    at_hand = False

    user: int
    random_id: int
    id: int


class Twin(Record, frozen=True):
    """Which message here is somebody else's message `origin`."""

    table = "twin"
    key = ("peer", "origin")
    at_hand = False

    peer: int  # who sent it
    origin: int
    id: int


class Mention(Record, frozen=True):
    """An unread message that is addressed to this person."""

    table = "mention"
    key = ("peer", "id")

    peer: int
    id: int
    topic: int = 0


class Counted(Record, frozen=True):
    """In a channel's box: how often a post was seen and forwarded."""

    table = "counted"
    key = ("id",)

    id: int
    views: int = 0
    forwards: int = 0
