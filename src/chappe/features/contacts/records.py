"""Records of the block lists."""

from chappe.ports import Record


class StoriesHidden(Record, frozen=True):
    """Somebody who shall see no stories of this person."""

    table = "stories_hidden"
    key = ("user",)

    user: int
    date: int


class Blocked(Record, frozen=True):
    """Somebody who is blocked."""

    table = "blocked"
    key = ("user",)

    user: int
    date: int
