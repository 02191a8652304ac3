"""A directory of people, where the operator wants one: everybody is found by name who does not mind."""

from typing import Any

import msgspec
import pytest
from tests.operating import operate

from chappe.core import HOUSE
from chappe.features import accounts
from chappe.features.accounts.directory import DirectoryFilled, ListedPerson
from chappe.tl import api, errors

from .village import Person, Village, village


async def found(who: Person, q: str) -> list[int]:
    """Return which others somebody finds by a name, who are none of their contacts."""
    answer = await who(api.ContactsSearch(q=q, limit=50))
    assert {peer.user_id for peer in answer.results} <= {user.id for user in answer.users}
    return [peer.user_id for peer in answer.results]


async def test_people_are_found_by_the_beginnings_of_their_names() -> None:
    """In any order, of any case, with accents or without; by the name they have now."""
    async with village(directory=True) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await claude(api.AccountUpdateProfile(last_name="Élouard Chappe"))
        await v.settle()
        for q in ("claude", "CLA", "elou", "chappe claude", "cl"):
            assert await found(ada, q) == [claude.id], q
        assert await found(ada, "claude x") == []
        assert await found(ada, "c") == []
        assert await found(ada, "ada") == []  # oneself
        await claude(api.AccountUpdateProfile(first_name="Ignace", last_name=""))
        await claude(api.AccountUpdateUsername(username="telegraph_1"))
        await v.settle()
        assert await found(ada, "claude") == []
        assert await found(ada, "ign") == await found(ada, "telegr") == [claude.id]
        await operate(v.server, "erase", user=claude.id)
        await v.settle()
        assert await found(ada, "ign") == []


async def test_who_does_not_want_to_be_found_is_not() -> None:
    """By those whom their own setting keeps out, and by whom they have blocked."""
    async with village(directory=True) as v:
        ada, claude, emmy = await v.people_named("Ada", "Claude", "Emmy")
        await claude(
            api.AccountSetPrivacy(
                key=api.InputPrivacyKeyAddedByPhone(),
                rules=[api.InputPrivacyValueAllowContacts()],
            )
        )
        await emmy(api.ContactsBlock(id=emmy.peer(ada)))
        assert await found(ada, "claude") == []
        assert await found(ada, "emmy") == []
        given = claude.user(ada)
        await claude(api.ContactsAddContact(id=given, first_name="A", last_name="", phone=""))
        assert await found(ada, "claude") == [claude.id]
        assert await found(claude, "emmy") == [emmy.id]


async def test_without_one_nobody_is_found_and_nothing_is_kept() -> None:
    """Unless by their whole username, which costs what it did."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await claude(api.AccountUpdateUsername(username="claude_1763"))
        assert await found(ada, "claude") == []
        assert await found(ada, "claude_1763") == [claude.id]
        box, blind = accounts.name_location(v.context, "person", "cla")
        assert await v.context.look(box).scan(ListedPerson, blind) == []


async def turned(v: Village, *, on: bool) -> None:
    """Have the setting say this, and start again."""
    v.context.config = msgspec.structs.replace(v.context.config, directory=on)
    await accounts.fill_directory(v.context)
    await v.settle()


async def test_turned_on_later_it_has_everybody() -> None:
    """Once; turned off it has nobody, and what changed meanwhile is there when it is turned on again."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await turned(v, on=True)
        assert await found(ada, "claude") == [claude.id]
        look = v.context.look(HOUSE)
        filled: Any = await look.get(DirectoryFilled)
        v.clock.time += 60
        await turned(v, on=True)
        assert await look.get(DirectoryFilled) == filled
        await turned(v, on=False)
        assert await found(ada, "claude") == []
        await claude(api.AccountUpdateProfile(first_name="Ignace"))
        await turned(v, on=True)
        assert await found(ada, "claude") == []
        assert await found(ada, "ignace") == [claude.id]


async def test_searching_is_bounded() -> None:
    """Nobody copies the directory in a minute."""
    async with village(directory=True, rate_scale=1.0) as v:
        ada = await v.person("Ada")

        async def searches() -> None:
            for _ in range(150):
                await found(ada, "claude")

        with pytest.raises(errors.FloodWait):
            await searches()
