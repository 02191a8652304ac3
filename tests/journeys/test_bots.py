"""A bot made by the operator logs in by its token, in each library, and talks with people."""

import json

import pytest

from .conftest import Town
from .people import LIBRARIES, RefusedError

pytestmark = pytest.mark.journey


def token_of(town: Town, username: str) -> str:
    """Have the operator make a bot, and return its token."""
    made = town.server.ask("bot", "create", username, "--name", "Tea", "--json")
    return str(json.loads(made)["token"])


@pytest.mark.parametrize("library", LIBRARIES)
async def test_a_bot_comes_by_its_token_and_answers(town: Town, library: str) -> None:
    """A false token is refused; it hears who speaks to it, and answers."""
    username = f"tea_{town.phone()[-7:]}_bot"
    token = token_of(town, username)
    bot = await town.device(library, "Tea")
    await bot.do("start")
    with pytest.raises(RefusedError):
        await bot.do("sign_in_bot", token=token[:-2] + "xx")
    user = (await bot.do("sign_in_bot", token=token))["user"]
    ann = await town.person("telethon", "Ann")
    found = await ann.do("find_username", username=username)
    assert found["id"] == user
    await ann.do("send", to=user, text="one tea")
    heard = await bot.hear_text("one tea")
    await bot.do("send", to=ann.user, text="coming")
    await ann.hear_text("coming")
    assert heard["id"]
    await ann.do("send", to=user, text="two teas")
    await bot.hear_text("two teas")
