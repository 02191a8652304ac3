"""What people set in the web client holds in every client: their own, and those of whom it is about."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from .browser import Browser
from .company import refused
from .conftest import Town
from .people import Device, RefusedError
from .server import RealServer

pytestmark = pytest.mark.journey


@pytest.fixture
async def browser(server: RealServer) -> AsyncIterator[Browser]:
    """A browser with the page open; afterwards nothing was said and nothing left the server."""
    async with Browser(server) as made:
        yield made
        assert made.said == []
        assert made.elsewhere == []


async def meet(town: Town, browser: Browser) -> tuple[Device, int]:
    """Let Ada sign up in the browser and Bob elsewhere write to her; return Bob and who Ada is."""
    bob = await town.person("telethon", "Bob")
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    ada: int = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
    await bob.do("send", to=ada, text="hello")
    await browser.open_chat("Bob Journey")
    await browser.sees("hello")
    return bob, ada


async def choose(browser: Browser, name: str) -> None:
    """Choose somebody, or a chat, among those a panel offers."""
    search = browser.page.get_by_role("search", name="People and chats")
    await search.get_by_role("searchbox").fill(name)
    await browser.page.get_by_role("checkbox", name=name).check()


async def sees(bob: Device, ada: int) -> str:
    """Return what Bob's client knows of when Ada was here."""
    status: str = (await bob.do("seen", to=ada))["status"]
    return status


async def test_who_sees_when_one_is_here(town: Town, browser: Browser) -> None:
    """Hidden from everybody, then shown to Bob alone."""
    bob, ada = await meet(town, browser)
    assert await sees(bob, ada) in ("UserStatusOnline", "UserStatusOffline")
    await browser.settings("Privacy", "Last seen")
    await browser.page.get_by_role("radio", name="Nobody").check()
    await browser.eventually(lambda: sees(bob, ada), "UserStatusRecently")

    await browser.page.get_by_role("button", name="Always allow").click()
    await choose(browser, "Bob Journey")
    await browser.press("Save")
    exception = browser.page.get_by_role("button", name="Always allow")
    await expect(exception).to_contain_text("Bob Journey")
    assert await sees(bob, ada) in ("UserStatusOnline", "UserStatusOffline")


async def test_whom_one_blocks_cannot_write(town: Town, browser: Browser) -> None:
    """Blocked by the list of blocked people and let go there."""
    bob, ada = await meet(town, browser)
    await browser.settings("Privacy", "Blocked people")
    await browser.press("Block somebody")
    picker = browser.page.get_by_role("dialog")
    await picker.get_by_role("button", name="Bob Journey").click()
    people = browser.page.get_by_role("region", name="Blocked people")
    await people.get_by_role("button", name="Unblock").wait_for()
    await bob.do("send", to=ada, text="blocked")  # whom one blocks is not told
    assert await sees(bob, ada) not in ("UserStatusOnline", "UserStatusOffline")

    await people.get_by_role("button", name="Unblock").click()
    await expect(browser.page.get_by_text("Nobody is blocked")).to_be_visible()
    await bob.do("send", to=ada, text="and again")
    await browser.sees("and again")
    await expect(browser.message("blocked")).to_have_count(0)


async def test_the_second_password_is_asked(town: Town, browser: Browser) -> None:
    """Set in the browser, asked of another client and of the browser; removed, asked no more."""
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    await browser.settings("Privacy", "Second password")
    await browser.page.get_by_label("New password").fill("correct horse")
    await browser.page.get_by_label("The same again").fill("correct house")
    await browser.press("Set the password")
    await expect(browser.page.get_by_text("The two are not the same.")).to_be_visible()
    await browser.page.get_by_label("The same again").fill("correct horse")
    await browser.page.get_by_label("Reminder").fill("a comic")
    await browser.press("Set the password")
    await browser.press("Without it")
    await expect(browser.page.get_by_text("The second password is on")).to_be_visible()

    telethon = await town.device("telethon", "Ada")
    await telethon.do("start")
    sent = await telethon.do("send_code", phone=phone)
    given = {"phone": phone, "hash": sent["hash"], "code": town.server.code(phone)}
    with pytest.raises(RefusedError):
        await telethon.do("sign_in", **given, password="battery staple")
    await telethon.do("check_password", password="correct horse")

    await browser.log_out()
    await browser.log_in(phone)
    await expect(browser.page.get_by_text("a comic")).to_be_visible()
    await browser.page.get_by_label("Password").fill("correct horse")
    await browser.press("Log in")
    await browser.chats.wait_for()

    await browser.settings("Privacy", "Second password")
    await browser.press("Remove the password")
    dialog = browser.page.get_by_role("dialog")
    await dialog.get_by_label("Password now").fill("wrong")
    await dialog.get_by_role("button", name="Remove the password").click()
    await expect(dialog.get_by_text("That is not the password.")).to_be_visible()
    await dialog.get_by_label("Password now").fill("correct horse")
    await dialog.get_by_role("button", name="Remove the password").click()
    await expect(browser.page.get_by_text("There is no second password")).to_be_visible()


async def test_folders_are_the_same_everywhere(town: Town, browser: Browser) -> None:
    """Made, renamed, put in order and deleted in the browser; one made elsewhere comes to it."""
    bob, _ = await meet(town, browser)
    ada = await town.device("telethon", "Ada")
    await ada.sign_up(browser.phone, "Ada")
    await browser.settings("Folders")
    await browser.page.get_by_role("button", name="New folder").last.click()
    await browser.page.get_by_label("Name", exact=True).fill("Friends")
    await browser.page.get_by_role("button", name="Choose chats", exact=True).click()
    await choose(browser, "Bob Journey")
    await browser.press("Done")
    await browser.press("Save")
    row = browser.page.get_by_role("button", name=re.compile("^Friends"))
    await expect(row).to_contain_text("1 chat")
    (made,) = await ada.do("folders")
    assert (made["title"], made["chats"]) == ("Friends", [bob.user])

    await row.click()
    await browser.page.get_by_label("Name", exact=True).fill("Old friends")
    await browser.press("Save")
    await browser.page.get_by_role("button", name=re.compile("^Old friends")).wait_for()
    await ada.do("make_folder", title="Work", chats=[bob.user])
    await browser.page.get_by_role("button", name=re.compile("^Work")).wait_for()
    await browser.press("Options for Work")
    await browser.page.get_by_role("menuitem", name="Move up").click()

    async def titles() -> list[str]:
        return [folder["title"] for folder in await ada.do("folders")]

    await browser.eventually(titles, ["Work", "Old friends"])
    await browser.press("Options for Old friends")
    await browser.page.get_by_role("menuitem", name="Delete the folder").click()
    await browser.page.get_by_role("dialog").get_by_role("button", name="Delete the folder").click()
    await browser.eventually(titles, ["Work"])
    for panel in ("Folders", "Settings"):
        region = browser.page.get_by_role("region", name=panel, exact=True)
        await region.get_by_role("button", name="Back", exact=True).click()
        await expect(region).to_have_count(0)
    tabs = browser.page.get_by_role("tablist", name="Folders")
    await tabs.get_by_role("tab", name="Work").click()
    await expect(browser.chats.get_by_role("button", name="Bob Journey")).to_be_visible()
    await ada.do("delete_folder", id=(await ada.do("folders"))[0]["id"])
    await expect(tabs).to_have_count(0)


async def test_who_wants_something_is_asked_for_and_admitted_or_not(
    town: Town, browser: Browser
) -> None:
    """Another device logs in, and wants to export everything: the browser says no, and then yes."""
    bob, _ = await meet(town, browser)
    laptop = await town.device("telethon", "laptop")
    await laptop.sign_up(browser.phone, "Ada")
    await laptop.do("dialogs")
    question = browser.page.get_by_role("group", name="Is this you?")
    await question.get_by_role("button", name="Yes, it is me").click()
    await expect(question).to_have_count(0)
    for answer in ("No", "Yes, it is me"):
        assert "86400 seconds" in await refused(laptop, "export", to=bob.user)
        await expect(question).to_contain_text("Export of all your data")
        await question.get_by_role("button", name=answer, exact=True).click()
        await expect(question).to_have_count(0)
    assert (await laptop.do("export", to=bob.user))["texts"]
