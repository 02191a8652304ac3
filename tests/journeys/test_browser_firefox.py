"""The web client in Firefox: the way in, a conversation, and nothing left behind."""

from pathlib import Path

import pytest

from .conftest import Town
from .firefox import Firefox
from .test_browser_login import LEFT
from .things import image

pytestmark = pytest.mark.journey


async def test_a_person_in_firefox_talks(town: Town, tmp_path: Path) -> None:
    """Sign up, talk with somebody on Telethon, see a photo, come back after a reload, log out."""
    bob = await town.person("telethon", "Bob")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(image())
    async with Firefox(town.server, tmp_path / "profile") as firefox:
        phone = town.phone()
        await firefox.sign_up(phone, "Ada")
        ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
        await bob.do("send", to=ada, text="hello, Firefox")
        await firefox.press_words("Bob Journey")
        await firefox.hears("Bob Journey: hello, Firefox")
        await bob.hear("read", lambda e: e["peer"] == ada)

        await firefox.fill("Message to Bob Journey", "hello, **Bob**")
        heard = await bob.hear_text("hello, Bob")
        assert (heard["sender"], heard["out"]) == (ada, False)
        await bob.do("send", to=ada, text="and again", reply_to=heard["id"])
        await firefox.hears("Bob Journey: and again")
        await firefox.sees("button", "Answers Ada: hello, Bob")

        await bob.do("send_photo", to=ada, path=str(photo))
        await firefox.hears("Bob Journey: Photo, a photo")
        await firefox.press("button", "Photo")
        await firefox.eventually(lambda: firefox.look(WIDEST), lambda width: width == 800)

        before = await firefox.messages()
        await firefox.go()
        await firefox.press_words("Bob Journey")
        await firefox.eventually(firefox.messages, lambda shown: shown == before)

        await firefox.log_out()
        assert await firefox.look(f"({LEFT})()") == {"sessions": 0, "caches": 0}
        assert firefox.said == []
        assert firefox.elsewhere == []


WIDEST = "Math.max(0, ...[...document.images].map((one) => one.naturalWidth))"
