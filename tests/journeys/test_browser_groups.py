"""Groups, channels and people in the web client, with others who use Telethon in the same chats."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Locator, expect

from .browser import Browser
from .browser_groups import Groups, becomes, place
from .company import refused
from .conftest import Town
from .people import Device
from .server import RealServer

pytestmark = pytest.mark.journey

DAY_S = 86_400


@pytest.fixture
async def browser(server: RealServer) -> AsyncIterator[Browser]:
    """A browser with the page open; afterwards nothing was said and nothing left the server."""
    async with Browser(server) as made:
        yield made
        assert made.said == []
        assert made.elsewhere == []


async def ada_and(town: Town, browser: Browser, *names: str) -> tuple[Groups, list[Device]]:
    """Let Ada sign up in the browser, and know some people who use Telethon, by their numbers."""
    people = [await town.person("telethon", name) for name in names]
    await browser.sign_up(town.phone(), "Ada")
    groups = Groups(browser)
    for name, person in zip(names, people, strict=True):
        await groups.add_contact(person.phone, name)
        await groups.opened(name)
    return groups, people


@pytest.mark.long
async def test_a_group_is_made_and_run(town: Town, browser: Browser, tmp_path: Path) -> None:
    """Of two people, with a photo; it is renamed, one becomes an administrator, the other goes."""
    groups, (bob, carol) = await ada_and(town, browser, "Bob", "Carol")
    photo = tmp_path / "photo.png"
    Image.new("RGB", (300, 500), "seagreen").save(photo)
    await groups.make_group("Walks", "Bob", "Carol", photo=str(photo))
    walks = await place(bob, "Walks")
    await becomes(lambda: bob.do("rules", to=walks), lambda r: r["photo"])
    me = next(iter(set(await bob.do("people", to=walks)) - {bob.user, carol.user}))

    await groups.profile()
    await groups.press("Edit")
    await groups.enter("Name", "Long walks")
    await groups.enter("Description", "On Sundays.")
    await groups.press("Save")
    await becomes(
        lambda: bob.do("rules", to=walks),
        lambda r: (r["title"], r["about"]) == ("Long walks", "On Sundays."),
    )

    await groups.member_menu("Bob", "Make administrator")
    await groups.titled("Administrator")
    await groups.press("Make administrator")
    await becomes(lambda: bob.do("admins", to=walks), lambda a: a == sorted([me, bob.user]))
    await groups.member_menu("Carol", "Remove")
    await groups.confirm("Remove")
    await becomes(lambda: bob.do("people", to=walks), lambda p: p == sorted([me, bob.user]))
    await refused(carol, "send", to=walks, text="let me in")

    # what Bob does is seen at once
    await bob.do("title", to=walks, title="Short walks")
    await expect(browser.page.locator(".conversation-name")).to_have_text("Short walks")
    await bob.do("add", to=walks, user=carol.user)
    await expect(groups.member("Carol")).to_be_visible()
    await expect(groups.panel.get_by_text("3 members").first).to_be_visible()


async def test_a_supergroup_has_exact_rules(town: Town, browser: Browser) -> None:
    """Rights one by one, restrictions with an end, permissions of all, slow mode, switches."""
    groups, (bob, carol) = await ada_and(town, browser, "Bob", "Carol")
    await groups.make_channel("Club", "Bob", "Carol", kind="Group")
    club = await place(bob, "Club")
    await groups.profile()

    await groups.member_menu("Bob", "Make administrator")
    await groups.panel.get_by_label("Delete messages of others").uncheck()
    await groups.enter("Title", "librarian")
    await groups.press("Make administrator")
    await expect(groups.member("Bob").get_by_text("librarian")).to_be_visible()
    found = await bob.do("standing", to=club, user=bob.user)
    assert (found["kind"], found["rank"]) == ("Admin", "librarian")
    assert found["rights"] == ["ban_users", "change_info", "invite_users", "other", "pin_messages"]

    await groups.member_menu("Carol", "Restrict")
    for right in ("Send photos", "Send polls"):
        await groups.panel.get_by_label(right).uncheck()
    await groups.panel.get_by_label("For 1 day").check()
    await groups.press("Save")
    await expect(groups.member("Carol").get_by_text("Restricted by")).to_be_visible()
    found = await bob.do("standing", to=club, user=carol.user)
    assert (found["kind"], found["banned"]) == ("Banned", ["send_photos", "send_polls"])
    assert found["until"] > DAY_S

    await groups.row("Permissions")
    await groups.panel.get_by_label("Add members").uncheck()
    await groups.panel.get_by_role("slider").fill("2")
    await groups.press("Save")
    await groups.titled("Group")
    await groups.press("Edit", exact=True)
    await groups.titled("Edit")
    await groups.switch("Hide the past from newcomers", on=True)
    await groups.switch("Hide the members", on=True)
    await groups.switch("Forbid forwarding and copying", on=True)
    rules = await bob.do("rules", to=club)
    assert (rules["banned"], rules["slow_mode"]) == (["invite_users"], 10)
    assert all(rules[name] for name in ("hidden_history", "members_hidden", "noforwards"))


@pytest.mark.long
async def test_what_was_taken_from_somebody_is_given_back(town: Town, browser: Browser) -> None:
    """Rights, what was forbidden, a place among the members; the log has all of it."""
    groups, (bob, carol) = await ada_and(town, browser, "Bob", "Carol")
    await groups.make_channel("Club", "Bob", "Carol", kind="Group")
    club = await place(bob, "Club")
    await groups.profile()
    await groups.member_menu("Bob", "Make administrator")
    await groups.enter("Title", "librarian")
    await groups.press("Make administrator")
    await groups.member_menu("Carol", "Restrict")
    await groups.panel.get_by_label("Write messages").uncheck()
    await groups.press("Save")
    await expect(groups.member("Carol").get_by_text("Restricted by")).to_be_visible()
    await refused(carol, "send", to=club, text="hello")
    await groups.member_menu("Carol", "Lift the restriction")
    await expect(groups.member("Carol").get_by_text("Restricted")).to_have_count(0)
    await carol.do("send", to=club, text="hello again")
    await browser.sees("hello again")
    await groups.member_menu("Bob", "Rights as administrator")
    await groups.press("Dismiss administrator")
    await groups.confirm("Dismiss administrator")
    await expect(groups.member("Bob").get_by_text("librarian")).to_have_count(0)
    await groups.member_menu("Carol", "Remove")
    await groups.confirm("Remove")
    await expect(groups.member("Carol")).to_have_count(0)
    await refused(carol, "send", to=club, text="let me in")
    await groups.row("Removed people")
    await expect(groups.member("Carol").get_by_text("Removed by")).to_be_visible()
    await groups.member_menu("Carol", "Add again")
    await expect(groups.member("Carol")).to_have_count(0)
    await becomes(lambda: carol.do("place", title="Club"), lambda p: p["id"] == club)
    await groups.back()
    await groups.row("Recent actions")
    for text in ("removed", "made", "restricted", "dismissed", "lifted the restriction"):
        await expect(groups.panel.locator(".log-entry", has_text=text).first).to_be_visible()


@pytest.mark.long
async def test_links_let_people_in(town: Town, browser: Browser) -> None:
    """With a name and a limit, with approval; they are revoked, and say who came."""
    groups, (bob, carol) = await ada_and(town, browser, "Bob", "Carol")
    await groups.make_channel("Gate", kind="Group")
    await groups.profile()
    await groups.row("Invite links")
    await groups.press("Make an invite link")
    await groups.press("Copy")
    lasting = await browser.page.evaluate("navigator.clipboard.readText()")
    await groups.row("New link")
    await groups.enter("Name of the link (optional)", "Friends")
    await groups.panel.get_by_label("1 person").check()
    await groups.press("Make the link")
    await groups.row("Friends")
    await groups.press("Copy")
    friends = await browser.page.evaluate("navigator.clipboard.readText()")
    assert friends != lasting
    gate = (await bob.do("join_link", link=friends))["id"]
    await refused(carol, "join_link", link=friends)
    await groups.back()
    await groups.row("Friends")
    await expect(groups.panel.get_by_role("button", name=re.compile("^Bob"))).to_be_visible()
    await groups.press("Revoke")
    await groups.confirm("Revoke")
    await groups.titled("Invite links")
    await refused(carol, "join_link", link=friends)

    await groups.row("New link")
    await groups.switch("Approve new members", on=True)
    await groups.press("Make the link")
    await groups.titled("Invite links")
    await groups.panel.get_by_text("with approval").click()
    await groups.press("Copy")
    asking = await browser.page.evaluate("navigator.clipboard.readText()")
    assert (await carol.do("join_link", link=asking)) == {"asked": True}
    await groups.back()
    await groups.back()
    await groups.row("Requests to join")
    await (
        groups.panel.locator(".request", has_text="Carol")
        .get_by_role("button", name="Accept")
        .click()
    )
    await expect(groups.panel.get_by_text("Nobody asks to join")).to_be_visible()
    await becomes(lambda: carol.do("place", title="Gate"), lambda p: p["id"] == gate)
    await bob.do("send", to=gate, text="welcome, Carol")
    await browser.sees("welcome, Carol")


@pytest.mark.long
async def test_the_page_follows_links(town: Town, server: RealServer, tmp_path: Path) -> None:
    """Opened at the address of a link it shows what that leads to, once somebody is logged in."""
    bob = await town.person("telethon", "Bob")
    hall = (await bob.do("create_channel", title="Hall", broadcast=False))["id"]
    news = (await bob.do("create_channel", title="News", broadcast=True))["id"]
    name = f"news_{bob.user}"
    await bob.do("set_public", to=news, username=name)
    first = (await bob.do("send", to=news, text="the first post"))["id"]
    open_link = (await bob.do("invite_link", to=hall, limit=5))["link"]
    cellar = (await bob.do("create_channel", title="Cellar", broadcast=False))["id"]
    gone = (await bob.do("invite_link", to=cellar, limit=6))["link"]
    await bob.do("revoke_link", to=cellar, link=gone)
    folder = (await bob.do("share_folder", title="Both", chats=[hall, news]))["link"]

    def path(link: str) -> str:
        return link.split("/", 3)[3]

    async with Browser(server) as browser:
        dialog = browser.page.get_by_role("dialog")
        await browser.page.goto(browser.url + path(open_link))
        await expect(
            browser.page.get_by_text("You are invited to a group or channel.")
        ).to_be_visible()
        href = await browser.page.get_by_role("link", name="Open in an app").get_attribute("href")
        assert href is not None
        assert href.startswith("tg://join?invite=")
        await browser.sign_up(town.phone(), "Ada")
        assert browser.page.url == browser.url
        await expect(dialog.get_by_role("heading", name="Hall")).to_be_visible()
        await dialog.get_by_role("button", name="Join").click()
        await expect(browser.page.locator(".conversation-name")).to_have_text("Hall")
        await browser.write("hello, Hall")
        await bob.hear_text("hello, Hall")

        browser.page = await browser.new_page(path(gone))
        await expect(
            browser.page.get_by_text("expired, was used up or was revoked")
        ).to_be_visible()
        browser.page = await browser.new_page(f"{name}/{first}")
        await browser.sees("the first post")
        browser.page = await browser.new_page(name)
        dialog = browser.page.get_by_role("dialog")
        await expect(dialog.get_by_role("heading", name="News")).to_be_visible()
        await dialog.get_by_role("button", name="Open chat").click()
        await browser.press("Join")
        await expect(browser.page.get_by_role("button", name="Mute")).to_be_visible()
        browser.page = await browser.new_page(path(folder))
        await expect(browser.page.get_by_text("You are in already").first).to_be_visible()

        # and links of the same shapes in messages
        await bob.do("send", to=hall, text=f"see https://t.me/{name}/{first} and {gone}")
        browser.page = await browser.new_page()
        await browser.open_chat("Hall")
        await browser.page.get_by_role("link", name=f"https://t.me/{name}/{first}").click()
        await expect(browser.page.locator(".conversation-name")).to_have_text("News")
        assert browser.said == []
        assert browser.elsewhere == []


@pytest.mark.long
async def test_a_forum_has_topics(town: Town, browser: Browser) -> None:
    """They are made, written in, pinned and closed; what others write in one is unread there."""
    groups, (bob,) = await ada_and(town, browser, "Bob")
    await groups.make_channel("Workshop", "Bob", kind="Group", topics=True)
    await groups.titled("Workshop")
    shop = await place(bob, "Workshop")
    await groups.press("New topic")
    await groups.enter("Name of the topic", "Tools")
    await groups.press("Create")
    await expect(browser.page.locator(".conversation-name")).to_have_text("Tools")
    await browser.write("who has a ladder?")
    await bob.hear_text("who has a ladder?")
    (tools,) = [t for t in await bob.do("topics", to=shop) if t["title"] == "Tools"]
    await bob.do("write_in", to=shop, topic=tools["id"], text="I have one")
    await browser.sees("I have one")

    def row(title: str) -> Locator:
        return groups.panel.locator(".topic-row", has_text=title)

    await row("General").click()
    await expect(browser.page.locator(".conversation-name")).to_have_text("General")
    await bob.do("write_in", to=shop, topic=tools["id"], text="a long one")
    await bob.do("send", to=shop, text="good morning")
    await browser.sees("good morning")
    await expect(row("Tools").get_by_role("img", name="1 unread message")).to_be_visible()
    await row("Tools").click()
    await browser.sees("a long one")
    await expect(row("Tools").get_by_role("img", name="1 unread message")).to_have_count(0)
    whole = browser.chats.locator(".chat-row", has_text="Workshop")
    await expect(whole.get_by_role("img", name=re.compile("unread"))).to_have_count(0)

    await row("Tools").click(button="right")
    await groups.choose("Pin")
    await row("Tools").click(button="right")
    await groups.choose("Close topic")
    await becomes(
        lambda: bob.do("topics", to=shop),
        lambda t: t[0]["title"] == "Tools" and t[0]["pinned"] and t[0]["closed"],
    )
    await refused(bob, "write_in", to=shop, topic=tools["id"], text="anyone?")
    await bob.do("topic", to=shop, title="Garden")
    await expect(row("Garden")).to_be_visible()


@pytest.mark.long
async def test_posts_are_commented_on(town: Town, browser: Browser) -> None:
    """The head counts the comments, and leads back to the post."""
    groups, (bob,) = await ada_and(town, browser, "Bob")
    news = (await bob.do("create_channel", title="News", broadcast=True))["id"]
    talk = (await bob.do("create_channel", title="Talk", broadcast=False))["id"]
    await bob.do("discuss", channel=news, group=talk)
    link = (await bob.do("invite_link", to=news))["link"]
    await browser.page.goto(browser.url + link.split("/", 3)[3])
    await browser.page.get_by_role("dialog").get_by_role("button", name="Join").click()
    post = (await bob.do("send", to=news, text="the bridge is open"))["id"]
    await browser.sees("the bridge is open")
    await browser.press("Leave a comment")
    head = browser.page.locator(".conversation-head h1")
    await expect(head).to_have_text("0 comments")
    await browser.sees("the bridge is open")
    await browser.write("at last")
    await expect(head).to_have_text("1 comment")
    assert [m["text"] for m in await bob.do("comments", to=news, id=post)] == ["at last"]
    await bob.do("comment", to=news, id=post, text="indeed")
    await browser.sees("indeed")
    await expect(head).to_have_text("2 comments")
    await browser.press("Back")
    await expect(browser.page.locator(".conversation-name")).to_have_text("News")
    await expect(browser.page.get_by_role("button", name="2 comments")).to_be_visible()
    await expect(browser.chats.get_by_role("button", name="Talk")).to_have_count(0)
    assert groups.browser is browser


@pytest.mark.long
async def test_who_may_not_write_is_told_why(town: Town, browser: Browser) -> None:
    """Silenced until a moment, all silenced, waiting in slow mode, thrown out, and let back in."""
    _, (bob,) = await ada_and(town, browser, "Bob")
    groups = Groups(browser)
    hall = (await bob.do("create_channel", title="Hall", broadcast=False))["id"]
    link = (await bob.do("invite_link", to=hall))["link"]
    await browser.page.goto(browser.url + link.split("/", 3)[3])
    await browser.page.get_by_role("dialog").get_by_role("button", name="Join").click()
    await browser.write("here I am")
    ada = (await bob.hear_text("here I am"))["sender"]

    await bob.do("silence", to=hall, user=ada, seconds=DAY_S)
    await groups.says("You may not write here until")
    await bob.do("unban", to=hall, user=ada)
    await expect(browser.field).to_be_visible()
    await bob.do("silence_all", to=hall, silent=True)
    await groups.says("Only administrators may write here.")
    await bob.do("silence_all", to=hall, silent=False)
    await bob.do("slow", to=hall, seconds=300)
    await browser.write("the last for now")
    await expect(browser.page.get_by_role("img", name=re.compile("^Slow mode"))).to_be_visible()
    await bob.hear_text("the last for now")
    await browser.write("too soon")
    await bob.do("ban", to=hall, user=ada)
    await groups.says("You are not in this group any more.")
    await expect(browser.chats.get_by_role("button", name="Hall")).to_have_count(0)


@pytest.mark.long
async def test_a_profile_says_who_somebody_is(town: Town, browser: Browser, tmp_path: Path) -> None:
    """What they tell, the groups we share, what was sent; they are blocked, and may write again."""
    groups, (bob,) = await ada_and(town, browser, "Bob")
    await bob.do("set_username", username=f"bob_{bob.user}")
    await bob.do("introduce", about="I build bridges.")
    await browser.write("hello, Bob")
    ada = (await bob.hear_text("hello, Bob"))["sender"]
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (320, 240), "tomato").save(photo)
    await bob.do("send_photo", to=ada, path=str(photo))
    await bob.do("send", to=ada, text="see https://example.org/bridges")
    await groups.make_group("Builders", "Bob")
    await place(bob, "Builders")
    await browser.open_chat("Bob")
    await groups.profile()
    await expect(groups.panel.get_by_text("I build bridges.")).to_be_visible()
    await expect(groups.panel.get_by_text(f"@bob_{bob.user}")).to_be_visible()
    await groups.row("Groups in common")
    await expect(groups.panel.get_by_role("button", name=re.compile("^Builders"))).to_be_visible()
    await groups.back()
    await expect(groups.panel.locator(".tile")).to_have_count(1)
    await groups.panel.get_by_role("tab", name="Links").click()
    await expect(
        groups.panel.get_by_role("link", name="https://example.org/bridges")
    ).to_be_visible()

    await groups.press("More")
    await groups.choose("Block")
    await groups.confirm("Block")
    await groups.press("More")
    await expect(browser.page.get_by_role("menuitem", name="Unblock")).to_be_visible()
    await browser.page.keyboard.press("Escape")
    await bob.do("send", to=ada, text="are you there?")
    await browser.press("Unblock")
    await expect(browser.field).to_be_visible()
    await bob.do("send", to=ada, text="thank you")
    await browser.sees("thank you")
    assert "are you there?" not in await browser.texts()

    await groups.press("Edit contact")
    await groups.enter("First name", "Robert")
    await groups.enter("Note", "met at the bridge")
    await groups.press("Save")
    await expect(browser.page.locator(".conversation-name")).to_have_text("Robert")
    await expect(groups.panel.get_by_text("met at the bridge")).to_be_visible()


@pytest.mark.long
async def test_messages_and_people_are_reported(
    town: Town, browser: Browser, server: RealServer
) -> None:
    """By the menu that the server asks with; whoever runs it is told how many wait."""
    groups, (bob,) = await ada_and(town, browser, "Bob")
    await browser.write("hello, Bob")
    ada = (await bob.hear_text("hello, Bob"))["sender"]
    await bob.do("send", to=ada, text="buy gold")
    await browser.choose("buy gold", "Report")
    dialog = browser.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Scam or spam").click()
    await dialog.get_by_role("button", name="Phishing").click()
    await expect(browser.page.get_by_text("Your report was sent.")).to_be_visible()
    await groups.profile()
    await groups.press("More")
    await groups.choose("Report")
    await dialog.get_by_role("button", name="Copyright").click()
    await dialog.get_by_role("textbox").fill("my pictures")
    await dialog.get_by_role("button", name="Send report").click()
    await expect(dialog).to_have_count(0)
    said = await asyncio.to_thread(server.ask, "reports")
    assert "messages: scam/phishing" in said
    assert "peer: copyright" in said
