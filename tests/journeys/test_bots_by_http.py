"""Bots as users of three frameworks write them, pointed by address and token alone, with a person."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from .conftest import Town
from .people import ENVIRONMENTS

pytestmark = pytest.mark.journey
PROGRAMS = Path(__file__).with_name("bots")
FRAMEWORKS = ("ptb", "aiogram", "telebot")
READY_S_MAX = 60


@asynccontextmanager
async def running(town: Town, framework: str, token: str) -> AsyncIterator[str]:
    """Run a bot's program; yield the username it says it has."""
    python = ENVIRONMENTS / "bots" / "bin" / "python"
    address = f"http://127.0.0.1:{town.server.port}"
    process = await asyncio.create_subprocess_exec(
        python,
        PROGRAMS / f"{framework}_bot.py",
        address,
        token,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(READY_S_MAX):
            said = (await process.stdout.readline()).decode().split()
        assert said[:1] == ["ready"]
        yield said[1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize("framework", FRAMEWORKS)
async def test_a_bot_of_a_framework_answers(town: Town, framework: str) -> None:
    """It greets who starts it, says back what it is told, and goes on where it was when it runs again."""
    username = f"{framework}_{town.phone()[-7:]}_bot"
    made = town.server.ask("bot", "create", username, "--name", "Echo", "--json")
    token = str(json.loads(made)["token"])
    ann = await town.person("telethon", "Ann")
    async with running(town, framework, token) as name:
        assert name == username
        bot = (await ann.do("find_username", username=username))["id"]
        await ann.do("send", to=bot, text="/start")
        await ann.hear_text("Hello Ann")
        await ann.do("send", to=bot, text="good morning")
        await ann.hear_text("You said: good morning")
    await ann.do("send", to=bot, text="while you were away")
    async with running(town, framework, token):
        await ann.hear_text("You said: while you were away")
