"""Other ways in: with a second secret, by a picture another device looks at, with a code sent again."""

import pytest

from .conftest import Town
from .people import Device, RefusedError

pytestmark = pytest.mark.journey

SERVICE = 777000  # who tells people of codes and new devices
PROVING = ["telethon", "kurigram", "tdlib", "mtcute", "mtcute-pfs"]
SCANNED = ["telethon", "tdlib", "mtcute"]  # those that show a QR code by themselves


async def is_told(device: Device, words: str) -> None:
    """Wait for a notice of the server."""
    await device.hear("message", lambda e: e["peer"] == SERVICE and words in e["text"])


@pytest.mark.parametrize("library", PROVING)
async def test_a_second_secret_is_asked_for(town: Town, library: str) -> None:
    """Ann sets a password (SRP): a new device needs the code and the password, and a wrong one fails."""
    ann = await town.person(library, "Ann")
    await ann.do("set_password", new="correct horse", hint="battery")
    tablet = await town.device(library, "tablet")
    await tablet.do("start")
    sent = await tablet.do("send_code", phone=ann.phone)
    code = town.server.code(ann.phone)
    with pytest.raises(RefusedError, match=r"(?i)password"):
        await tablet.do(
            "sign_in", phone=ann.phone, hash=sent["hash"], code=code, password="wrong horse"
        )
    entered = await tablet.do("check_password", password="correct horse")
    assert entered["user"] == ann.user
    await is_told(ann, "New login")


@pytest.mark.parametrize("library", SCANNED)
async def test_a_picture_lets_in(town: Town, library: str) -> None:
    """A tablet shows a QR code, Ann's phone looks at it: the tablet is hers, and hears what she sends."""
    ann = await town.person(library, "Ann")
    bob = await town.person("telethon", "Bob")
    tablet = await town.device(library, "tablet")
    await tablet.do("start")
    link = await tablet.do("qr_link")
    await ann.do("accept_qr", url=link["url"])
    assert (await tablet.do("qr_wait"))["user"] == ann.user
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    await ann.do("send", to=bob.user, text="from the phone")
    assert (await tablet.hear_text("from the phone"))["out"] is True


@pytest.mark.parametrize("library", ["telethon", "tdlib", "mtcute"])
async def test_a_code_is_sent_again(town: Town, library: str) -> None:
    """The code that was asked for again lets in, and the other device hears of both."""
    ann = await town.person(library, "Ann")
    tablet = await town.device(library, "tablet")
    await tablet.do("start")
    sent = await tablet.do("send_code", phone=ann.phone)
    await is_told(ann, "Login code")
    again = await tablet.do("resend_code", phone=ann.phone, hash=sent["hash"])
    code = town.server.code(ann.phone)
    entered = await tablet.do("sign_in", phone=ann.phone, hash=again["hash"], code=code)
    assert entered["user"] == ann.user
    await is_told(ann, "New login")
