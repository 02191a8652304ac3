"""Names that are unique on the server: usernames and phone numbers, found by blind index.

A name is claimed before its owner's record says so, and released after. What a crash leaves between the
two is a claim its owner does not confirm, and such a claim counts for nothing.
"""

from chappe.core import Kind, Owner, shard_of
from chappe.ports import Record
from chappe.updates import House


class Name(Record, frozen=True):
    """A claim on a name."""

    table = "name"
    key = ("blind",)

    blind: str
    kind: int
    id: int


def place(house: House, domain: str, value: str) -> tuple[Owner, str]:
    """Return the box a name is kept in, and its key there."""
    blind = house.secrets.blind(domain, value.lower().encode())
    return Owner(Kind.NAMES, shard_of(blind)), blind.hex()


async def find(house: House, domain: str, value: str) -> Owner | None:
    """Return who claims a name; ask the owner's record whether it is still theirs."""
    box, key = place(house, domain, value)
    name = await house.look(box).get(Name, key)
    return None if name is None else Owner(Kind(name.kind), name.id)


async def claim(house: House, domain: str, value: str, owner: Owner, free: Owner | None) -> bool:
    """Claim a name unless somebody else has it; `free` is a claimant known to have given it up."""
    box, key = place(house, domain, value)
    async with house.change(box) as change:
        name = await change.get(Name, key)
        if name is not None and (name.kind, name.id) not in (owner, free):
            return False
        change.put(Name(blind=key, kind=owner.kind, id=owner.id))
    return True


async def release(house: House, domain: str, value: str, owner: Owner) -> None:
    """Give up a name, if it is this owner's."""
    box, key = place(house, domain, value)
    async with house.change(box) as change:
        name = await change.get(Name, key)
        if name is not None and (name.kind, name.id) == owner:
            change.drop(Name, key)
