"""Bots with buttons and results, in each library, and people who press and choose in each."""

import pytest

from .conftest import Town
from .people import LIBRARIES, Device, RefusedError
from .test_bots import token_of

pytestmark = pytest.mark.journey
SITE = "https://tea.example/menu"
BOTS = [name for name in LIBRARIES if not name.startswith("gramjs")]
CHOOSERS = ("telethon", "telethon140", "kurigram", "tdlib", "tdlib-newest")
PRESSERS = (*CHOOSERS, "mtcute")


async def bot_in(town: Town, library: str) -> tuple[Device, str]:
    """Return a bot that is logged in, and its username."""
    username = f"tea_{town.phone()[-7:]}_bot"
    bot = await town.device(library, "Tea")
    await bot.do("start")
    bot.user = (await bot.do("sign_in_bot", token=token_of(town, username)))["user"]
    return bot, username


async def press_and_see(town: Town, bot: Device, username: str, ann: Device) -> None:
    """Ann is sent buttons, presses one, is answered, and sees the bot take them away."""
    assert (await ann.do("find_username", username=username))["id"] == bot.user
    await ann.do("send", to=bot.user, text="hello")
    await bot.hear_text("hello")
    await bot.do("answer_presses", text="Coming")
    sent = await bot.do("send_buttons", to=ann.user, text="What?", data="tea", url=SITE)
    there = await ann.hear_text("What?")
    seen = await ann.do("buttons", to=bot.user, id=there["id"])
    assert [words for row in seen for words in row] == [["Tea", "tea"], ["Site", SITE]]
    with pytest.raises(RefusedError):
        await ann.do("press", to=bot.user, id=there["id"], data="coffee")
    answer = await ann.do("press", to=bot.user, id=there["id"], data="tea")
    assert answer == {"text": "Coming", "alert": True}
    pressed = await bot.hear("pressed", lambda e: e["data"] == "tea")
    assert pressed["user"] == ann.user
    await bot.do("take_buttons", to=ann.user, id=sent["id"], text="Coming.")
    await ann.hear("edited", lambda e: e["text"] == "Coming.")
    assert await ann.do("buttons", to=bot.user, id=there["id"]) == []


@pytest.mark.parametrize("library", BOTS)
async def test_a_bot_is_pressed_and_answers(town: Town, library: str) -> None:
    """It hears who pressed what, and what it says is shown to them."""
    bot, username = await bot_in(town, library)
    await press_and_see(town, bot, username, await town.person("telethon", "Ann"))


@pytest.mark.parametrize("library", PRESSERS)
async def test_somebody_presses(town: Town, library: str) -> None:
    """Whatever app they have, they see the buttons and are answered."""
    bot, username = await bot_in(town, "telethon")
    await press_and_see(town, bot, username, await town.person(library, "Ann"))


async def owned_bot(town: Town, library: str, ann: Device) -> tuple[Device, str]:
    """Return a bot of Ann's that offers results; she makes it in a talk with @BotFather."""
    username = f"tea_{town.phone()[-7:]}_bot"
    father = (await ann.do("find_username", username="BotFather"))["id"]
    token = ""
    for said, answer in (
        ("/newbot", "Alright"),
        ("Tea", "Good."),
        (username, "Done!"),
        ("/setinline", "Choose"),
        (f"@{username}", "This will"),
        ("Search tea", "Success"),
    ):
        await ann.do("send", to=father, text=said)
        heard = await ann.hear("message", lambda e, a=answer: e["text"].startswith(a))
        token = next((x for x in heard["text"].splitlines() if x[:1].isdigit()), token)
    bot = await town.device(library, "Tea")
    await bot.do("start")
    bot.user = (await bot.do("sign_in_bot", token=token))["user"]
    return bot, username


async def choose_and_see(town: Town, library: str, ann: Device) -> None:
    """Ann asks her bot, and sends Bob what it offers."""
    bot, username = await owned_bot(town, library, ann)
    await bot.do("answer_inline", text="Green tea")
    bob = await town.person("telethon", "Bob")
    where = (await ann.do("find_phone", phone=bob.phone, first="Bob"))["id"]
    chosen = await ann.do("choose", bot=username, text="green", to=where)
    assert (chosen["text"], chosen["via"]) == ("Green tea", bot.user)
    asked = await bot.hear("asked", lambda e: e["text"] == "green")
    assert asked["user"] == ann.user
    await bob.hear_text("Green tea")


@pytest.mark.parametrize("library", BOTS)
async def test_a_bot_offers_results(town: Town, library: str) -> None:
    """Its owner asks it by name in another chat, and sends what it offers."""
    await choose_and_see(town, library, await town.person("telethon", "Ann"))


@pytest.mark.parametrize("library", CHOOSERS)
async def test_somebody_chooses(town: Town, library: str) -> None:
    """Whatever app they have, what they send says which bot it is from."""
    await choose_and_see(town, "telethon", await town.person(library, "Ann"))
