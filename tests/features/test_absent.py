"""What this server has none of: whoever asks gets an empty answer or a refusal, in every layer."""

import pytest

from chappe import tl
from chappe.features.help.absent import ABSENT
from chappe.features.help.refused import REFUSED
from chappe.rpc import Needs
from chappe.tl import errors
from chappe.tl.schema import LAYERS, schema

from .blank import blank
from .village import Person, village


async def answers_in(person: Person, layer: int, name: str) -> None:
    """Let somebody's device of a layer ask; whatever comes back must be readable in that layer."""
    person.device.layer = layer
    await person(blank(name))


async def test_who_asks_for_what_there_is_none_of_is_answered() -> None:
    """Every method of the table, in the newest layer and in the oldest that has it."""
    async with village() as v:
        ada = await v.person("Ada")
        for request in ABSENT:
            name = request.tl_name
            known = [x for x in LAYERS if schema().at(name, x)] or [schema().newest(name).last]
            for layer in {min(known), max(known)}:
                await answers_in(ada, layer, name)
        ada.device.layer = tl.LAYER


async def test_what_is_not_done_here_is_refused_as_declared() -> None:
    """A person hears why; what only bots may call, that they are none."""
    async with village() as v:
        ada = await v.person("Ada")
        for refusal in REFUSED:
            wanted = errors.UserBotRequired if refusal.needs is Needs.BOT else refusal.error
            for name in refusal.methods.split():
                ada.device.layer = schema().newest(name).last
                with pytest.raises(wanted):
                    await ada(blank(name))


async def test_a_stranger_learns_nothing_even_of_what_there_is_none_of() -> None:
    """Who is not logged in is told to log in first."""
    async with village() as v:
        nobody = await v.stranger()
        for name in (ABSENT.__iter__().__next__().tl_name, REFUSED[0].methods.split()[0]):
            with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
                await nobody(blank(name))
