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


@pytest.mark.parametrize("library", ["telethon", "tdlib", "kurigram", "mtcute"])
async def test_a_bot_in_groups_hears_what_is_for_it(town: Town, library: str) -> None:
    """In a basic group and a supergroup: commands and mentions, nothing else; an admin hears all."""
    username = f"tea_{town.phone()[-7:]}_bot"
    bot = await town.device(library, "Tea")
    await bot.do("start")
    user = (await bot.do("sign_in_bot", token=token_of(town, username)))["user"]
    ann, bob = await town.person("telethon", "Ann"), await town.person("kurigram", "Bob")
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    await ann.do("find_username", username=username)
    group = (await ann.do("create_group", title="Trio", users=[bob.user, user]))["id"]
    club = (await ann.do("create_channel", title="Club", broadcast=False))["id"]
    await ann.do("invite", to=club, users=[bob.user, user])
    for peer in (group, club):
        await bob.do("dialogs")
        await bob.do("send", to=peer, text="among ourselves")
        await bob.do("send", to=peer, text=f"/tea@{username} {peer}")
        heard = await bot.hear_text(f"/tea@{username} {peer}")
        assert heard["peer"] == peer
        await bot.do("send", to=peer, text=f"one tea for {peer}")
        await bob.hear_text(f"one tea for {peer}")
        assert not [e for e in bot.events if e.get("text") == "among ourselves"]
    await ann.do("promote", to=club, user=user)
    await bob.do("send", to=club, text="and now all")
    await bot.hear_text("and now all")
