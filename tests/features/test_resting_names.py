"""A username that was given up rests: nobody passes for whom it meant yesterday."""

from typing import Any

import msgspec
import pytest

from chappe.features import accounts
from chappe.features.accounts.names import NAME_REST_S, NAMES_RESTING_MAX, NameClaim, name_location
from chappe.tl import api, errors

from .village import Person, Village, village

NAME = "countess"


async def take(who: Person, name: str = NAME) -> Any:
    """Take a username for oneself."""
    return await who(api.AccountUpdateUsername(username=name))


async def give(who: Person, chat: Any, name: str = NAME) -> Any:
    """Give a channel of one's own a username."""
    return await who(api.ChannelsUpdateUsername(channel=who.channel(chat), username=name))


async def resolves(who: Person, name: str = NAME) -> bool:
    """Whether a username means anybody."""
    try:
        await who(api.ContactsResolveUsername(username=name))
    except errors.UsernameNotOccupied:
        return False
    return True


async def leave(v: Village, how: str, ada: Person) -> Any:
    """Have Ada take a username and leave it; return her channel, if it was that."""
    if how in ("change", "removal", "deletion"):
        await take(ada)
        match how:
            case "change":
                await take(ada, "duchess")
            case "removal":
                await take(ada, "")
            case "deletion":
                await ada(api.AccountDeleteAccount(reason="enough"))
        await v.settle()
        return None
    club = await ada.supergroup("Club", broadcast=True)
    await give(ada, club)
    if how == "channel renamed":
        await give(ada, club, "the_other_club")
    else:
        await ada(api.ChannelsDeleteChannel(channel=ada.channel(club)))
    await v.settle()
    return club


WAYS = ["change", "removal", "deletion", "channel renamed", "channel deleted"]


@pytest.mark.parametrize("how", WAYS)
async def test_a_name_that_was_left_is_nobody_elses_for_a_while(how: str) -> None:
    """Neither a person's nor a channel's, nor offered; it means nobody; then whoever comes may have it."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        own = await eve.supergroup("Eve's")
        await leave(v, how, ada)
        for _ in range(2):
            assert not await resolves(eve)
            assert not await eve(api.AccountCheckUsername(username=NAME))
            assert not await eve(
                api.ChannelsCheckUsername(channel=eve.channel(own), username=NAME.upper())
            )
            with pytest.raises(errors.UsernameOccupied):
                await take(eve)
            with pytest.raises(errors.UsernameOccupied):
                await give(eve, own, NAME.upper())
            await v.wait(NAME_REST_S // 2 - 10)
        await v.wait(20)
        assert await eve(api.AccountCheckUsername(username=NAME))
        assert await give(eve, own)
        assert await resolves(eve)


@pytest.mark.parametrize("how", [way for way in WAYS if way != "deletion"])
async def test_who_left_a_name_may_take_it_back_for_what_is_theirs(how: str) -> None:
    """For themselves, and then for a channel they made; it means them at once."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await leave(v, how, ada)
        club = await ada.supergroup("Another")
        assert await ada(api.AccountCheckUsername(username=NAME))
        assert (await take(ada)).username == NAME
        assert await resolves(eve)
        await take(ada, "")
        assert await give(ada, club)
        assert await resolves(eve)
        with pytest.raises(errors.UsernameOccupied):
            await take(eve)


async def test_nobody_keeps_names_from_others_by_taking_and_leaving_many() -> None:
    """Ten rest; what is left behind them is free at once, until the first have rested."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        for number in range(NAMES_RESTING_MAX + 2):
            await take(ada, f"countess_{number}")
        with pytest.raises(errors.UsernameOccupied):
            await take(eve, f"countess_{NAMES_RESTING_MAX - 1}")
        assert await take(eve, f"countess_{NAMES_RESTING_MAX}")
        await v.wait(NAME_REST_S)
        await take(ada, "last_of_all")
        with pytest.raises(errors.UsernameOccupied):
            await take(eve, f"countess_{NAMES_RESTING_MAX + 1}")


async def test_a_claim_nobody_stands_by_is_not_taken_over_at_once() -> None:
    """It may be on its way, as while somebody is deleted; it is free once it has been doubted so long."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        assert await accounts.claim(v.context, "username", NAME, accounts.owner_of(ada.id), None)
        for _ in range(2):
            with pytest.raises(errors.UsernameOccupied):
                await take(eve)
        assert (await take(ada)).username == NAME
        assert await resolves(eve)
        await v.wait(NAME_REST_S + 1)
        with pytest.raises(errors.UsernameOccupied):
            await take(eve)
        other = "baroness"
        assert await accounts.claim(v.context, "username", other, accounts.owner_of(ada.id), None)
        with pytest.raises(errors.UsernameOccupied):
            await take(eve, other)
        await v.wait(NAME_REST_S)
        assert (await take(eve, other)).username == other


async def test_names_an_older_server_kept_still_mean_whom_they_meant() -> None:
    """A claim kept without the newer fields is a claim."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await take(ada)
        box, key = name_location(v.context, "username", NAME)
        kept = await v.context.look(box).get(NameClaim, key)
        assert kept is not None
        older = msgspec.json.encode(list(msgspec.structs.astuple(kept)[:3]))
        assert msgspec.json.decode(older, type=NameClaim) == kept
        assert await resolves(eve)
