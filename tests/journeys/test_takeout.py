"""Somebody exports their data with a library's own takeout, once another device has confirmed it."""

import pytest

from .company import refused
from .conftest import Town

pytestmark = pytest.mark.journey


async def test_a_device_exports_what_another_lets_it(town: Town) -> None:
    """Refused at first, with the seconds to wait; the first device confirms, and then everything is read."""
    ann, bob = await town.person("telethon", "Ann"), await town.person("mtcute", "Bob")
    for number in range(3):
        await bob.do("find_phone", phone=ann.phone, first="Ann")
        await bob.do("send", to=ann.user, text=f"number {number}")
    await ann.hear_text("number 2")
    laptop = await town.device("telethon", "laptop")
    await laptop.sign_up(ann.phone, "Ann")
    await laptop.do("dialogs")
    assert "86400 seconds" in await refused(laptop, "export", to=bob.user)
    confirmed = (await ann.do("confirm_devices"))["devices"]
    assert any(device.startswith("Export of all your data") for device in confirmed)
    told = await laptop.do("export", to=bob.user)
    assert told["texts"] == ["number 0", "number 1", "number 2"]
    assert "86400 seconds" in await refused(laptop, "export", to=bob.user)
