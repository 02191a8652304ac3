"""Records of joining: what people made invites of."""

from chappe.ports import Record


class Inviter(Record, frozen=True):
    """The invite somebody hands out, in the house's box. Its link is made of the seed whenever they ask."""

    table = "inviter"
    key = ("user",)

    user: int
    seed: bytes
    made: tuple[int, ...] = ()  # when they made invites lately, in seconds since 1970
