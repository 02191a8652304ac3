"""Telegram Desktop, re-pointed by the command an operator is given: its person signs up, hears, and talks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Town
from .desktop import MUTED, UNREAD, Desktop
from .server import RealServer
from .system import debian

pytestmark = pytest.mark.journey


RENAMED = ("channels.editTitle", "ok")


@pytest.fixture
def desktop(server: RealServer, tmp_path: Path) -> Iterator[Desktop]:
    """The app, started anew."""
    for program in ("telegram-desktop", "Xvfb", "xdotool"):
        debian(program)
    made = Desktop(server, tmp_path / "desktop")
    made.start()
    try:
        yield made
    finally:
        made.close()


async def test_a_person_at_telegram_desktop_talks(town: Town, desktop: Desktop) -> None:
    """Sign up by code, be told of a message, open it, which the other sees, answer, save a channel."""
    phone = town.phone()
    bob = await town.person("telethon", "Bob")
    await desktop.sign_up(phone, "Ada", "Desk")
    desktop.look("chats")
    ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]

    first = await bob.do("send", to=ada, text="hello, Desktop")
    await desktop.until(lambda: None, desktop.is_told, "a notification")
    desktop.look("told")
    assert desktop.badge(UNREAD)
    assert not desktop.badge(MUTED)
    await desktop.called(desktop.open_first, "messages.readHistory")
    assert (await bob.hear("read", lambda e: e["peer"] == ada))["max_id"] >= first["id"]
    desktop.look("read")

    desktop.write("hello, Bob")
    desktop.keys("Return")
    heard = await bob.hear_text("hello, Bob")
    assert (heard["sender"], heard["out"]) == (ada, False)

    answer = await bob.do("send", to=ada, text="and again", reply_to=heard["id"])
    await bob.hear("read", lambda e: e["peer"] == ada and e["max_id"] >= answer["id"])
    desktop.look("answered")
    phone_of_hers = await town.device("telethon", "Ada")
    await phone_of_hers.sign_up(phone, "Ada")
    assert any(app.startswith("Telegram Desktop ") for app in await phone_of_hers.do("apps"))

    await phone_of_hers.do("create_channel", title="News", broadcast=True)
    renamed = desktop.server.counted().get(RENAMED, 0)  # by other people of this town
    await desktop.rename_first("Newer")
    assert desktop.server.counted()[RENAMED] == renamed + 1
    desktop.settle()
    desktop.look("saved")
    assert desktop.complaints() == []
