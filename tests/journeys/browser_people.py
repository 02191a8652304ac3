"""Ada in a browser, and others who know her and use other clients."""

from .browser import Browser
from .conftest import Town
from .people import Device


async def acquainted(town: Town, browser: Browser, library: str = "telethon") -> tuple[Device, int]:
    """Sign Ada up in the browser; returns Bob, who knows her, and her number. Their chat is open."""
    bob = await town.person(library, "Bob")
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
    await bob.do("send", to=ada, text="good morning, Ada")
    await browser.open_chat("Bob Journey")
    await browser.sees("good morning, Ada")
    return bob, ada


async def in_group(town: Town, browser: Browser, library: str = "telethon") -> tuple[Device, int]:
    """A supergroup of Bob's with Ada in it, open in her browser; returns Bob and the group."""
    bob, ada = await acquainted(town, browser, library)
    group = (await bob.do("create_channel", title="Weavers", broadcast=False))["id"]
    await bob.do("invite", to=group, users=[ada])
    await browser.open_chat("Weavers")
    return bob, group
