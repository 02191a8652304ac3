"""One person with several devices, and what reaches each."""

import pytest

from .conftest import Town
from .people import LIBRARIES

pytestmark = pytest.mark.journey

SERVICE = 777000  # who tells people of codes and new devices
TWIN = 1  # everybody's sleeping twin is a device as well


@pytest.mark.parametrize("library", LIBRARIES)
async def test_a_second_device_sees_what_the_first_does(town: Town, library: str) -> None:
    """What one sends appears on the other at once; logged out, it is nobody's; signed in again, it hears."""
    ann = await town.person(library, "Ann")
    bob = await town.person("telethon", "Bob")
    tablet = await town.device(library, "tablet")
    await tablet.sign_up(ann.phone, "Ann")
    assert tablet.user == ann.user
    for device in (ann, tablet):
        await device.do("find_phone", phone=bob.phone, first="Bob")
    sent = await ann.do("send", to=bob.user, text="from the phone")
    seen = await tablet.hear_text("from the phone")
    assert (seen["id"], seen["out"]) == (sent["id"], True)
    await ann.hear("message", lambda e: e["peer"] == SERVICE and "New login" in e["text"])
    assert await ann.do("sessions") == 2 + TWIN
    await tablet.do("log_out")
    assert await ann.do("sessions") == 1 + TWIN
    assert (await tablet.do("start"))["authorized"] is False
    await ann.do("send", to=bob.user, text="still here")
    assert (await bob.hear_text("still here"))["sender"] == ann.user
    await tablet.sign_up(ann.phone, "Ann", started=True)
    await tablet.do("dialogs")
    await ann.do("send", to=bob.user, text="and you again")
    assert (await tablet.hear_text("and you again"))["out"] is True
