"""The watch that tests keep over homes: a change elsewhere is seen, whoever begins it."""

import dataclasses
from typing import Any

import pytest
from tests import homes
from tests.features.village import Village, village

from chappe.core import Kind, Owner
from chappe.rpc import Call, Home
from chappe.tl import api, errors


def serve_by(village: Village, request: Any, home: Home, serve: Any) -> None:
    """Have a method served otherwise, under the same watch."""
    dispatcher = village.server.dispatcher
    method = dataclasses.replace(dispatcher.methods[request], home=home, serve=serve)
    dispatcher.methods = {**dispatcher.methods, request: method}
    homes.watch(dispatcher)


async def answer(call: Call, request: Any) -> bool:
    """Change the caller's own box."""
    async with call.change():
        return True


async def reach(call: Call, request: Any) -> bool:
    """Change the box of somebody else."""
    async with call.context.change(Owner(Kind.USER, call.user + 1)):
        return True


@pytest.mark.parametrize(
    ("home", "serve", "seen"),
    [
        (Home.CALLER, answer, False),
        (Home.NONE, answer, True),
        (Home.PEER, answer, True),
        (Home.CALLER, reach, True),
        (Home.HOUSE, reach, True),
    ],
)
async def test_a_change_elsewhere_fails_the_test_it_is_seen_in(
    home: Home, serve: Any, seen: bool
) -> None:
    """It is a bug of the method, which says that it has another home."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        serve_by(v, api.AccountUpdateStatus, home, serve)
        if not seen:
            assert await ada(api.AccountUpdateStatus(offline=False))
            return
        with pytest.raises(errors.RpcError, match="INTERNAL_SERVER_ERROR"):
            await ada(api.AccountUpdateStatus(offline=False))
        (bug,) = v.bugs
        assert isinstance(bug, AssertionError)
        assert f"(home: {home.value})" in str(bug)
        v.bugs.clear()


async def test_what_is_sent_there_as_a_command_is_no_change_elsewhere() -> None:
    """A message to somebody is kept in the sender's box, and comes to the other by the outbox."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        assert v.server.dispatcher.methods[api.MessagesSendMessage].home is Home.LOG
        await ada.say(claude, "hello")
        assert await claude.texts(ada) == ["hello"]
