"""What is kept of whom somebody does not want to hear from."""

from chappe.ports import Record


class Blocked(Record, frozen=True):
    """Somebody who is blocked."""

    table = "blocked"
    key = ("user",)

    user: int
    date: int
