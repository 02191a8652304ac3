"""Joining by a link over real sockets: who has one is in, and who has not is told why."""

import asyncio
from typing import Any

import pytest
from bench.client import Client, Refused

from chappe.features import auth
from chappe.tl import api
from tests.operating import operate

from .wired import Wired, wired

WRONG = "a" * 32


async def ask(client: Client, token: str) -> Any:
    """Ask after a link."""
    return await client.call(
        api.AuthSendCode(
            phone_number=f"join:{token}", api_id=1, api_hash="x", settings=api.CodeSettings()
        )
    )


async def name(client: Client, token: str, hash_: str) -> Any:
    """Say one's name."""
    return await client.call(
        api.AuthSignUp(
            phone_number=f"join:{token}", phone_code_hash=hash_, first_name="Ada", last_name=""
        )
    )


async def link_of(here: Wired, **more: Any) -> str:
    """Let the operator make an invite; return the token in its link."""
    return str((await operate(here.server, "invite", **more))["link"].partition("=")[2])


async def refusal(asked: Any) -> str:
    """Return the name of the error something ends with."""
    with pytest.raises(Refused) as refused:
        await asked
    return refused.value.name


async def test_who_has_a_link_is_in_and_who_has_not_is_told_why() -> None:
    """Whoever is refused stays nobody, on that very connection."""
    async with wired(sign_up="invite") as here:
        token = await link_of(here)
        ada, eve = await here.client(), await here.client()
        sent = await ask(ada, token)
        overheard = (await ask(eve, token)).phone_code_hash
        joined = await name(ada, token, sent.phone_code_hash)
        (me,) = await ada.call(api.UsersGetUsers(id=[api.InputUserSelf()]))
        assert me.id == joined.user.id
        assert await refusal(ask(eve, WRONG)) == "JOIN_LINK_INVALID"
        assert await refusal(ask(eve, token)) == "JOIN_LINK_USED"
        assert await refusal(name(eve, token, overheard)) == "JOIN_LINK_USED"
        assert await refusal(name(eve, token, sent.phone_code_hash)) == "PHONE_CODE_EXPIRED"
        withdrawn = await link_of(here)
        (listed,) = await operate(here.server, "invites")
        await operate(here.server, "revoke", invite=listed["id"])
        assert await refusal(ask(eve, withdrawn)) == "JOIN_LINK_REVOKED"
        asked = eve.call(api.UsersGetUsers(id=[api.InputUserSelf()]))
        assert await refusal(asked) == "AUTH_KEY_UNREGISTERED"


async def test_one_use_lets_in_one_of_many_connections() -> None:
    """Though all of them were told that the link is good."""
    async with wired(sign_up="invite") as here:
        for token in (await auth.offer_first_link(here.server.context), await link_of(here)):
            crowd = [await here.client() for _ in range(6)]
            sent = [await ask(client, token) for client in crowd]
            came = await asyncio.gather(
                *(name(c, token, s.phone_code_hash) for c, s in zip(crowd, sent, strict=True)),
                return_exceptions=True,
            )
            refused = [one.name for one in came if isinstance(one, Refused)]
            assert refused == ["JOIN_LINK_USED"] * 5


async def test_whoever_tries_links_from_an_address_waits() -> None:
    """On a connection of their own, or on others from there."""
    async with wired(sign_up="invite", rate_scale=1.0) as here:
        said = [
            await refusal(ask(await here.client(), letter * 32))
            for letter in "abcdefghijklmnopqrstuv"
        ]
        assert said[:20] == ["JOIN_LINK_INVALID"] * 20
        assert {one.rpartition("_")[0] for one in said[20:]} == {"FLOOD_WAIT"}
