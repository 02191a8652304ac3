"""Records of joining: what people made invites of, where newcomers are let in, and who is on their way."""

from chappe.ports import Record


class Inviter(Record, frozen=True):
    """The invite somebody hands out, in the house's box. Its link is made of the seed whenever they ask."""

    table = "inviter"
    key = ("user",)

    user: int
    seed: bytes
    made: tuple[int, ...] = ()  # when they made invites lately, in seconds since 1970


class KnownPlace(Record, frozen=True):
    """A group or channel into which the operator lets newcomers, in the house's box."""

    table = "place"
    key = ("blind",)

    blind: str  # the blind index of its name
    name: str  # by which the operator means it
    way: str  # how one comes in: the code of an invite link to it, or its @username
    everybody: bool = False  # whether all who sign up come in


class Newcomer(Record, frozen=True):
    """Somebody has just signed up, and is to come into groups and channels, in their own box."""

    table = "newcomer"
    key = ()

    ways: tuple[str, ...]
