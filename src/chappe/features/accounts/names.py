"""Names that are unique on the server: usernames and phone numbers, found by blind index.

A name is claimed before its owner's record says so, and released after. What a crash leaves between the
two is a claim its owner does not confirm, and such a claim counts for nothing.

A username that was given up rests for a while: whoever knew it would take its next owner for the last.
Until then only who gave it up may have it.
"""

from typing import Final

import msgspec

from chappe.core import Kind, Owner, shard_of
from chappe.ports import Record
from chappe.updates import Change, Context

NAME_REST_S: Final = 30 * 86_400  # seconds a username rests that was given up
NAMES_RESTING_MAX: Final = 10  # names somebody gave up that rest; others are free at once
USERNAME: Final = "username"


class NameClaim(Record, frozen=True):
    """A claim on a name, or a username that rests."""

    table = "name"
    key = ("blind",)

    blind: str
    kind: int
    id: int
    until: int = 0  # until when it rests, given up or in doubt
    by: int = 0  # who gave it up; 0 while it is claimed


class GivenUp(Record, frozen=True):
    """In somebody's own box: until when names rest that they gave up."""

    table = "given_up"
    key = ()

    until: tuple[int, ...] = ()


def name_location(context: Context, domain: str, value: str) -> tuple[Owner, str]:
    """Return the box a name is kept in, and its key there."""
    blind = context.secrets.blind(domain, value.lower().encode())
    return Owner(Kind.NAMES, shard_of(blind)), blind.hex()


async def find_owner(context: Context, domain: str, value: str) -> Owner | None:
    """Return who claims a name; ask the owner's record whether it is still theirs."""
    box, key = name_location(context, domain, value)
    name = await context.look(box).get(NameClaim, key)
    return None if name is None or name.by else Owner(Kind(name.kind), name.id)


async def claim(
    context: Context, domain: str, value: str, owner: Owner, free: Owner | None
) -> bool:
    """Claim a name unless somebody else has it; `free` is a claimant known to have given it up."""
    box, key = name_location(context, domain, value)
    async with context.change(box) as change:
        name = await change.get(NameClaim, key)
        if name is not None and (name.kind, name.id) not in (owner, free):
            return False
        change.put(NameClaim(blind=key, kind=owner.kind, id=owner.id))
    return True


async def release(context: Context, domain: str, value: str, owner: Owner) -> None:
    """Give up a name, if it is this owner's."""
    await release_blind(context, name_location(context, domain, value)[1], owner)


async def release_blind(context: Context, blind: str, owner: Owner) -> None:
    """Give up a name of which only the blind index is known, if it is this owner's."""
    box = Owner(Kind.NAMES, shard_of(bytes.fromhex(blind)))
    async with context.change(box) as change:
        name = await change.get(NameClaim, blind)
        if name is not None and (name.kind, name.id) == owner:
            change.drop(NameClaim, blind)


# -- usernames --------------------------------------------------------------------------------------


def _is_open(
    name: NameClaim | None, owner: Owner | None, by: int, now: int, *, confirmed: bool
) -> bool:
    """Whether a username may be taken for `owner` by a person; `confirmed`: who claims it stands by it."""
    if name is None or (name.kind, name.id) == owner or (name.by and name.by == by):
        return True
    return (bool(name.by) or not confirmed) and 0 < name.until <= now


async def may_take(
    context: Context, username: str, owner: Owner | None, by: int, *, confirmed: bool
) -> bool:
    """Whether a username could be taken now; see `claim_username`."""
    box, key = name_location(context, USERNAME, username)
    name = await context.look(box).get(NameClaim, key)
    return _is_open(name, owner, by, int(context.clock.now()), confirmed=confirmed)


async def claim_username(
    context: Context, username: str, owner: Owner, by: int, *, confirmed: bool
) -> bool:
    """Claim a username for `owner`, whom person `by` acts for; False if it is somebody's, or rests.

    What its claimant does not stand by may be on its way to them or from them: it rests from now on.
    """
    box, key = name_location(context, USERNAME, username)
    async with context.change(box) as change:
        name = await change.get(NameClaim, key)
        if _is_open(name, owner, by, change.now, confirmed=confirmed):
            change.put(NameClaim(blind=key, kind=owner.kind, id=owner.id))
            return True
        if name is not None and not confirmed and not name.until:
            change.put(msgspec.structs.replace(name, until=change.now + NAME_REST_S))
    return False


async def give_up(
    context: Context, username: str, owner: Owner, by: int, *, rest: bool = True
) -> None:
    """Give up a username, if it is this owner's; it rests, for all but whom `by` says."""
    if not rest:
        await release(context, USERNAME, username, owner)
        return
    box, key = name_location(context, USERNAME, username)
    async with context.change(box) as change:
        name = await change.get(NameClaim, key)
        if name is not None and (name.kind, name.id) == owner and not name.by:
            change.put(msgspec.structs.replace(name, until=change.now + NAME_REST_S, by=by))


async def may_rest(change: Change) -> bool:
    """Whether one more name rests that the owner of a box gives up; if so it is counted.

    Otherwise one person could keep any number of names from everybody by taking and leaving them.
    """
    given = await change.get(GivenUp) or GivenUp()
    resting = tuple(until for until in given.until if until > change.now)
    if len(resting) >= NAMES_RESTING_MAX:
        return False
    change.put(GivenUp(until=(*resting, change.now + NAME_REST_S)))
    return True
