"""The web client in WebKit: the way in, a conversation, panels, and nothing left behind."""

from pathlib import Path

import pytest

from .conftest import Town
from .test_browser_login import LEFT, link_of
from .test_browser_views import AXE
from .things import image
from .webkit import ENTER, WebKit

pytestmark = pytest.mark.journey

# the blurred picture that came inside the message, as the browser reads it: its sides, 0 where it cannot
PREVIEW = "[...document.querySelectorAll('.tile-preview')].map((one) => one.naturalWidth)"
PICTURE = "document.querySelector('.tile-picture')?.naturalWidth ?? 0"
# what stands out of the list of chats at its end
OUTSIDE = """[...document.querySelectorAll('nav :is(button, div, input)')].filter((one) =>
  one.getBoundingClientRect().right > document.querySelector('nav').getBoundingClientRect().right)
  .map((one) => one.className)"""


async def test_a_person_in_webkit_talks(town: Town, tmp_path: Path) -> None:
    """Join by a link, talk with somebody on Telethon, send and see photos, look about, log out."""
    bob = await town.person("telethon", "Bob")
    name = f"bob_{bob.user}"
    await bob.do("set_username", username=name)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(image())
    async with WebKit(town.server, tmp_path / "webkit", link_of(town.server, "invite")) as webkit:
        await webkit.type("First name", "Ada")
        await webkit.press("button", "Start chatting")
        await webkit.sees("navigation", "Chats")
        assert await webkit.look(OUTSIDE) == []

        await webkit.type("Search", f"@{name}", role="searchbox")
        await webkit.press("button", f"@{name}")
        await webkit.type("Message to Bob", f"hello, **Bob**{ENTER}")
        heard = await bob.hear_text("hello, Bob")
        ada = heard["sender"]
        await bob.do("send", to=ada, text="hello, WebKit", reply_to=heard["id"])
        await webkit.sees("article", "Bob Journey: hello, WebKit")

        await bob.do("send_photo", to=ada, path=str(photo))
        await webkit.sees("article", "Bob Journey: Photo, a photo")
        await webkit.eventually(lambda: webkit.look(PICTURE), lambda width: width == 800)

        await webkit.attach(photo)
        await webkit.press("button", "Send")
        await bob.hear("message", lambda e: e["kind"] == "photo" and not e["out"])
        assert await webkit.look("document.querySelector('.keeping-bar')") is None

        await webkit.press("button", "Menu")
        await webkit.press("menuitem", "Settings")
        await webkit.press("button", "What this server protects")
        await webkit.sees("heading", "What this server protects")
        await webkit.press("button", "Emoji")
        await webkit.sees("heading", "Smileys")
        assert await webkit.violations(AXE.read_text("utf-8")) == []
        await webkit.press("button", "Emoji")
        await webkit.press("button", "Back")
        assert await webkit.look("document.querySelector('.newer-bar')") is None

        await webkit.press("button", "Log out")
        await webkit.press("button", "Log out")
        await webkit.sees("textbox", "Phone number or e-mail address")
        assert await webkit.look(f"({LEFT})()") == {"sessions": 0, "caches": 0}
        assert webkit.said == []
