"""What sending keeps besides the messages themselves."""

from chappe.ports import Record


class Sent(Record, frozen=True):
    """What became of a random_id: sending it again gives the same message."""

    table = "sent"
    key = ("random_id",)

    random_id: int
    id: int
    peer: int


class Twin(Record, frozen=True):
    """Which message here is the other person's message `origin`."""

    table = "twin"
    key = ("peer", "origin")

    peer: int
    origin: int
    id: int
