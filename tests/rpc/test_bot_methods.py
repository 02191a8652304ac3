"""Bots and methods: what Telegram opens to bots is open, all else is refused, and nothing open leaks."""

from typing import Any

import pytest
from tests.features.blank import blank
from tests.features.bots_there import BotThere, bot_of
from tests.features.rights import CHANNEL, GROUP, SUPERGROUP, fill
from tests.features.test_bots_in_groups import ALL, invite, promote
from tests.features.test_rights import Town, rows_of
from tests.features.village import village

from chappe.app.slices import methods
from chappe.rpc import Method, Needs
from chappe.tl import LAYER, errors
from chappe.tl.schema import schema

from .bots_may import BOTS_MAY

WORD = "what no bot hears"


def refused(method: Method) -> bool:
    """Whether a method is served by a refusal alone."""
    return method.summary.startswith("Refuse")


def test_what_is_open_to_bots_is_what_telegram_opens() -> None:
    """A method that people and bots may call is one of the table; the rest is for either alone."""
    served = methods().values()
    open_ = {m.request.tl_name for m in served if m.needs is Needs.LOGIN and not refused(m)}
    assert open_ - BOTS_MAY == set(), "declare `Needs.USER`, or name it in the table"


def test_what_telegram_opens_is_open() -> None:
    """A method of the table that is served is served for bots, unless it is refused to everybody."""
    shut = {
        m.request.tl_name for m in methods().values() if m.needs is Needs.USER and not refused(m)
    }
    assert shut & BOTS_MAY == set(), "declare `Needs.LOGIN`"


async def test_a_bot_calls_nothing_that_is_for_people() -> None:
    """Every method that is for people alone is refused to a bot before it is looked at."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        bot = await bot_of(v, ada, "eager_bot")
        wrong = []
        for served in methods().values():
            name = served.request.tl_name
            if served.needs is not Needs.USER or schema().at(name, LAYER) is None:
                continue
            try:
                await bot(blank(name))
            except errors.RpcError as error:
                if error.token != "BOT_METHOD_INVALID":
                    wrong.append((name, error.token))
            else:
                wrong.append((name, "answered"))
        assert wrong == []


async def swept(town: Town, bot: BotThere, kind: str) -> tuple[str, list[str]]:
    """Return all that a bot is told by every method of a kind of chat, and which of them it may call."""
    said: list[Any] = []
    open_ = []
    for row in rows_of(kind):
        if row.ends:
            continue
        town.village.clock.time += 1
        try:
            said.append(await bot(fill(town, bot, row)))
        except errors.RpcError as error:
            if error.token == "BOT_METHOD_INVALID":
                continue
            said.append(error.token)
        open_.append(row.request.tl_name)
    await town.village.settle()
    return str([*said, *bot.device.heard]), open_


@pytest.mark.parametrize("kind", [GROUP, SUPERGROUP])
async def test_what_a_bot_did_not_hear_no_method_tells(kind: str) -> None:
    """A bot in privacy mode asks by every method for what people wrote, before it came and since."""
    async with village(twins=False) as v:
        town = await Town(v, kind).open()
        ada = town.people["creator"]
        bot = await bot_of(v, ada, "curious_bot")
        await invite(ada, town.chat, bot)
        number = await ada.say(town.chat, WORD)
        town._posts[bot.id] = number
        told, open_ = await swept(town, bot, kind)
        assert len(open_) >= 10
        assert WORD not in told
        assert "the secret word" not in told


@pytest.mark.parametrize("kind", [SUPERGROUP, CHANNEL])
async def test_an_admin_is_told_what_it_heard(kind: str) -> None:
    """The same methods tell an admin what was written while it was one, and nothing older."""
    async with village(twins=False) as v:
        town = await Town(v, kind).open()
        ada = town.people["creator"]
        bot = await bot_of(v, ada, "curious_bot")
        await promote(ada, town.chat, bot, ALL)
        town._posts[bot.id] = await ada.say(town.chat, WORD)
        told, _ = await swept(town, bot, kind)
        assert WORD in told
        assert "the secret word" not in told
