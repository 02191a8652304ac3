"""What people do in a browser with profiles, groups, channels and topics, by what stands on the page."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Locator, expect

from .browser import Browser
from .people import Device


class Groups:
    """The panels of groups and people in one browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.page = browser.page

    # -- panels --------------------------------------------------------------------------------

    @property
    def panel(self) -> Locator:
        """The panel that lies on top, on whichever side."""
        return self.page.locator(".pane-over:not([inert])").last

    async def menu(self, name: str) -> None:
        """Choose something of the main menu."""
        await self.browser.press("Menu")
        await self.page.get_by_role("menuitem", name=name, exact=True).click()
        await self.titled(name)

    async def titled(self, title: str | re.Pattern[str]) -> None:
        """Wait until the panel on top has a title."""
        heading = self.panel.get_by_role("heading", name=title, level=2)
        await expect(heading).to_be_visible()

    async def enter(self, label: str | re.Pattern[str], text: str) -> None:
        """Fill a field of the panel."""
        await self.panel.get_by_role("textbox", name=label).fill(text)

    async def press(self, name: str | re.Pattern[str], *, exact: bool = True) -> None:
        """Press a button of the panel."""
        await self.panel.get_by_role("button", name=name, exact=exact).click()

    async def row(self, name: str, leads: str | None = None) -> None:
        """Follow a row of the panel by how it begins."""
        begins = re.compile(f"^{re.escape(name)}")
        await self.panel.get_by_role("button", name=begins).last.click()
        await self.titled(leads or name)

    async def back(self) -> None:
        """Go back by the button for it, once."""
        title = await self.panel.get_by_role("heading", level=2).inner_text()
        before = await self.page.locator(".pane-over").count()
        await self.panel.get_by_role("button", name="Back", exact=True).click()
        await expect(self.page.locator(".pane-over"), title).to_have_count(before - 1)

    async def confirm(self, answer: str) -> None:
        """Answer the question of a dialog."""
        await self.page.get_by_role("dialog").get_by_role("button", name=answer, exact=True).click()
        await expect(self.page.get_by_role("dialog")).to_have_count(0)

    async def choose(self, name: str) -> None:
        """Choose from the menu that is open."""
        await self.page.get_by_role("menuitem", name=name, exact=True).click()

    # -- people --------------------------------------------------------------------------------

    async def add_contact(self, where: str, first: str = "") -> None:
        """Add somebody by their number or name; the chat with them is open afterwards."""
        await self.menu("Contacts")
        await self.panel.get_by_role("button", name="Add contact").first.click()
        await self.titled("Add contact")
        await self.enter("Phone number or @name", where)
        if first:
            await self.enter(re.compile("^First name"), first)
        await self.press("Add")
        await expect(self.page.locator(".pane-over")).to_have_count(0)

    async def profile(self) -> None:
        """Open the profile of the chat that is open."""
        await self.page.locator(".conversation-who").click()
        await expect(self.panel.locator(".profile-name")).to_be_visible()

    async def tick(self, *names: str) -> None:
        """Choose people of a list."""
        for name in names:
            await self.panel.get_by_role("checkbox", name=re.compile(re.escape(name))).check()

    def member(self, name: str) -> Locator:
        """A member in the list of the panel."""
        return self.panel.locator(".member", has_text=name)

    async def member_menu(self, name: str, item: str) -> None:
        """Do something to a member."""
        await self.member(name).get_by_role("button", name=re.compile("^What to do with")).click()
        await self.choose(item)

    # -- making --------------------------------------------------------------------------------

    async def make_group(self, title: str, *people: str, photo: str = "") -> None:
        """Make a group of people."""
        await self.menu_to("New group", "Add members")
        await self.tick(*people)
        await self.press("Next")
        await self.enter("Name", title)
        if photo:
            await self.panel.locator("input[type=file]").set_input_files(photo)
            await expect(self.panel.locator(".photo-field img")).to_be_visible()
        await self.press("Create")
        await self.opened(title)

    async def make_channel(
        self, title: str, *people: str, kind: str = "Channel", name: str = "", topics: bool = False
    ) -> None:
        """Make a channel, or a supergroup."""
        await self.menu("New channel")
        await self.enter("Name", title)
        await self.panel.get_by_role("radio", name=re.compile(f"^{kind}")).check()
        if topics:
            await self.panel.get_by_role("switch", name=re.compile("^Topics")).check()
        await self.press("Next")
        if name:
            await self.panel.get_by_role("radio", name=re.compile("^Public")).check()
            await self.enter("Public name", name)
            await expect(self.panel.get_by_text("This name is free.")).to_be_visible()
        await self.press("Next")
        await self.tick(*people)
        await self.press("Create")
        if not topics:
            await self.opened(title)

    async def menu_to(self, name: str, title: str) -> None:
        """Choose something of the main menu that leads to a panel of another title."""
        await self.browser.press("Menu")
        await self.page.get_by_role("menuitem", name=name, exact=True).click()
        await self.titled(title)

    async def opened(self, title: str) -> None:
        """Wait until a chat is open, without panels over the list."""
        await expect(self.page.locator(".conversation-name")).to_have_text(title)
        await expect(self.page.locator(".pane-left > .pane-over")).to_have_count(0)

    async def switch(self, label: str, *, on: bool) -> None:
        """Turn something on or off, and wait until the server took it."""
        switch = self.panel.get_by_role("switch", name=re.compile(f"^{re.escape(label)}"))
        await switch.set_checked(on)
        await expect(switch).to_be_enabled()
        await expect(switch).to_be_checked(checked=on)

    async def says(self, sentence: str) -> None:
        """Wait for a sentence that stands instead of the field."""
        await expect(self.page.locator(".compose-note", has_text=sentence)).to_be_visible()


async def becomes(read: Callable[[], Awaitable[Any]], wanted: Callable[[Any], bool]) -> Any:
    """Read something of the server until it is as wanted; return it."""
    found: Any = None
    for _ in range(100):
        found = await read()
        if wanted(found):
            return found
    raise AssertionError(f"it stays {found!r}")


async def place(person: Device, title: str) -> int:
    """Return the number of a chat that came into somebody's list."""
    found = await becomes(
        lambda: person.do("place", title=title), lambda one: one["id"] is not None
    )
    return int(found["id"])
