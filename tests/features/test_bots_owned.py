"""Whose a bot is: it goes with its owner, the operator counts bots, and moderators see who runs one."""

import pytest
from tests.operating import operate

from chappe.desks.moderation.records import Case
from chappe.desks.moderation.showing import shown_case
from chappe.features import auth, bots
from chappe.features.bots import making
from chappe.features.ledger import ErasedBy
from chappe.tl import errors

from .bots_there import bot_of
from .test_bots import let_in
from .village import START, village


async def test_a_bot_goes_with_its_owner() -> None:
    """Its sessions end and its token opens nothing; others' bots stay."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        hers, other = await bot_of(v, ada, "adas_bot"), await bot_of(v, eve, "eves_bot")
        for _ in range(2):
            await auth.delete_account(v.context, ada.id, ErasedBy.OWNER)
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await hers.say(eve, "still here")
        with pytest.raises(errors.AccessTokenInvalid):
            await let_in(v, hers.token)
        await let_in(v, other.token)
        assert (await operate(v.server, "status"))["bots"] == 1


async def test_the_operator_counts_bots() -> None:
    """How many there are, and how many hear everything; nothing where there are none."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        assert "bots" not in await operate(v.server, "status")
        await bot_of(v, ada, "deaf_bot")
        keen = await bot_of(v, None, "keen_bot", hears_all=True)

        async def counted() -> tuple[int, int]:
            said = await operate(v.server, "status")
            return said["bots"], said["bots_that_hear_all"]

        assert await counted() == (2, 1)
        await making.set_privacy(v.context, keen.id, on=True)
        assert await counted() == (2, 0)
        await making.delete_bot(v.context, 0, keen.id)
        assert await counted() == (1, 0)


async def test_a_case_about_a_bot_says_whose_it_is() -> None:
    """By the owner's name, or number where they have none; of people and groups nothing is said."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        hers, own = await bot_of(v, ada, "adas_bot"), await bot_of(v, None, "house_bot")

        async def about(subject: int) -> object:
            case = Case(number=1, lot=1, subject=subject, lane="x", opened=START, due=START + 9)
            return (await shown_case(v.context, case))["about"].get("owner")

        assert await about(hers.id) == str(ada.id)
        assert await about(own.id) == "the operator"
        assert await about(ada.id) == ""
        assert await bots.owner_of_bot(v.context, ada.id) == ""
