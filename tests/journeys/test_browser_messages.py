"""What is done with messages in a browser, each thing seen by somebody who uses another client."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from .browser import Browser
from .browser_people import acquainted, in_group
from .conftest import Town
from .server import RealServer

FRIENDS = ("telethon", pytest.param("tdlib", marks=pytest.mark.long))
DRAWN_MAX = 360  # messages on the page, however many came or were scrolled through

pytestmark = pytest.mark.journey


@pytest.fixture
async def browser(server: RealServer) -> AsyncIterator[Browser]:
    """A browser with the page open; afterwards nothing was said and nothing left the server."""
    async with Browser(server) as made:
        yield made
        assert made.said == []
        assert made.elsewhere == []


async def mark(message: Locator, words: str) -> None:
    """Mark words of a message as a mouse would."""
    await message.locator(".text").evaluate(
        """(text, words) => {
            const node = [...text.childNodes].find((one) => one.textContent.includes(words))
            const leaf = node.nodeType === 3 ? node : node.firstChild
            const from = leaf.textContent.indexOf(words)
            getSelection().setBaseAndExtent(leaf, from, leaf, from + words.length)
        }""",
        words,
    )


@pytest.mark.long
@pytest.mark.parametrize("library", FRIENDS)
async def test_a_part_of_a_message_is_quoted_and_gone_to(
    town: Town, browser: Browser, library: str
) -> None:
    """Ada marks words and answers them; a press on a quotation goes to what it quotes, and back."""
    bob, ada = await acquainted(town, browser, library)
    for number in range(60):
        await bob.do("send", to=ada, text=f"line {number}")
    await browser.sees("line 59")
    await mark(await browser.sees("line 59"), "59")
    await browser.choose("line 59", "Quote in a reply")
    await browser.write("that one")
    heard = await bob.hear_text("that one")
    (line,) = [m for m in await bob.do("history", to=ada, limit=5) if m["text"] == "line 59"]
    assert heard["reply_to"] == line["id"]

    first = (await bob.do("history", to=ada, limit=100))[-1]
    answer = await bob.do("send", to=ada, text="do you remember?", reply_to=first["id"])
    shown = await browser.sees("do you remember?")
    await shown.get_by_role("button", name=first["text"]).click()
    await expect(browser.message(first["text"])).to_be_in_viewport()
    await browser.press("To the newest message")
    await expect(browser.message("do you remember?")).to_be_in_viewport()
    assert answer["id"] > line["id"]


@pytest.mark.long
async def test_what_is_written_with_formatting_arrives_with_it(
    town: Town, browser: Browser
) -> None:
    """Keys and marks format; an edit keeps what was there; undo takes it back."""
    bob, _ = await acquainted(town, browser)
    field = browser.field
    await field.click()
    await browser.page.keyboard.type("plain and bold")
    await browser.page.keyboard.press("Control+Shift+ArrowLeft")
    await browser.page.keyboard.press("Control+b")
    await expect(field.locator("strong")).to_have_text("bold")
    await browser.page.keyboard.press("Control+z")
    await expect(field.locator("strong")).to_have_count(0)
    await browser.page.keyboard.press("Control+y")
    await browser.page.keyboard.press("End")
    await browser.page.keyboard.press("Shift+Enter")
    await browser.page.keyboard.type("and `code`")
    await browser.page.keyboard.press("Enter")
    await bob.hear_text("plain and bold\nand code")
    shown = browser.history.get_by_role("article").last
    await expect(shown.locator(".text strong")).to_have_text("bold")
    await expect(shown.locator(".text code")).to_have_text("code")

    await browser.page.keyboard.press("ArrowUp")
    await expect(field.locator("strong")).to_have_text("bold")
    await browser.page.keyboard.press("Control+End")
    await browser.page.keyboard.type(" too")
    await browser.page.keyboard.press("Enter")
    await bob.hear("edited", lambda e: e["text"] == "plain and bold\nand code too")
    await expect(shown.locator(".text strong")).to_have_text("bold")


@pytest.mark.long
async def test_people_and_emoji_are_completed(town: Town, browser: Browser) -> None:
    """After @ members are offered, after a colon emoji; the keys choose."""
    bob, group = await in_group(town, browser)
    await bob.do("set_username", username=f"bob_{group % 100_000_000}")
    await bob.do("send", to=group, text="here I am")
    await browser.sees("here I am")
    await browser.field.click()
    await browser.page.keyboard.type("thanks @bo")
    await browser.page.get_by_role("option", name="Bob").wait_for()
    await browser.page.keyboard.press("Enter")
    await browser.page.keyboard.type(":waving")
    await browser.page.get_by_role("option", name="waving hand").first.wait_for()
    await browser.page.keyboard.press("Enter")
    await browser.page.keyboard.press("Enter")
    heard = await bob.hear("message", lambda e: e["text"].startswith("thanks @bob_"))
    assert heard["text"].endswith("👋")
    assert (await bob.do("mentions", to=group)) != []


@pytest.mark.long
@pytest.mark.parametrize("library", FRIENDS)
async def test_reactions_are_given_told_and_listed(
    town: Town, browser: Browser, library: str
) -> None:
    """Either side reacts; the button to new reactions comes and goes; who reacted is listed."""
    bob, group = await in_group(town, browser, library)
    sent = await bob.do("send", to=group, text="what do you say?")
    await (await browser.sees("what do you say?")).click(button="right")
    await browser.page.locator(".reaction-bar").get_by_role("button").first.click()
    await bob.hear("reactions", lambda e: e["id"] == sent["id"] and sum(e["counts"].values()) == 1)
    await bob.do("put_reaction", to=group, id=sent["id"], emoji="🔥")
    shown = await browser.sees("what do you say?")
    await expect(shown.get_by_role("button", name="🔥: 1 person")).to_be_visible()
    await browser.choose("what do you say?", "Who reacted")
    panel = browser.page.get_by_role("complementary")
    await expect(panel.get_by_role("button", name="Bob Journey")).to_be_visible()
    await expect(panel.get_by_role("button", name="Ada")).to_be_visible()
    await panel.get_by_role("button", name="Back").click()
    await shown.get_by_role("button", name="🔥: 1 person").click()
    await expect(shown.get_by_role("button", name="🔥: 2 people")).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("library", FRIENDS)
async def test_messages_are_pinned_quietly_and_gone_to(
    town: Town, browser: Browser, library: str
) -> None:
    """What either pins stands over the messages; the bar goes to it, and the list unpins it."""
    bob, ada = await acquainted(town, browser, library)
    first = await bob.do("send", to=ada, text="pin me")
    for number in range(40):
        await bob.do("send", to=ada, text=f"line {number}")
    await browser.sees("line 39")
    await browser.choose("line 39", "Pin")
    await browser.page.get_by_role("dialog").get_by_role("button", name="Pin").click()
    await bob.hear("pinned", lambda e: e["pinned"])
    bar = browser.page.get_by_role("button", name=re.compile("^Pinned message"))
    await expect(bar).to_contain_text("line 39")
    await bob.do("set_pinned", to=ada, id=first["id"], pinned=True)
    await expect(bar).to_contain_text("of 2")
    await bar.click()
    await bar.click()
    await expect(browser.message("pin me")).to_be_in_viewport()
    await browser.press("All pinned messages")
    panel = browser.page.get_by_role("complementary")
    await panel.get_by_role("button", name="Unpin", exact=True).first.click()
    await browser.page.get_by_role("dialog").get_by_role("button", name="Unpin").click()
    await bob.hear("pinned", lambda e: not e["pinned"])
    await expect(bar).not_to_contain_text("of 2")


@pytest.mark.parametrize("library", FRIENDS)
async def test_several_are_chosen_forwarded_and_deleted(
    town: Town, browser: Browser, library: str
) -> None:
    """Two messages are forwarded without their sender, with a word on them; two are deleted for both."""
    bob, ada = await acquainted(town, browser, library)
    group = (await bob.do("create_group", title="Weavers", users=[ada]))["id"]
    for text in ("one", "two", "three"):
        await bob.do("send", to=ada, text=text)
    await browser.sees("three")
    await browser.choose("one", "Select")
    await browser.message("two").click()
    bar = browser.page.get_by_role("toolbar", name="Message actions")
    await expect(bar.get_by_role("status")).to_have_text("2 selected")
    await bar.get_by_role("button", name="Forward").click()
    dialog = browser.page.get_by_role("dialog")
    await dialog.get_by_label("Search").fill("Weav")
    await dialog.get_by_role("button", name="Weavers").click()
    await browser.press("Options of forwarding")
    await browser.page.get_by_role("menuitem", name="Hide sender").click()
    await browser.write("look at these")
    await bob.hear("message", lambda e: e["text"] == "look at these" and e["peer"] == group)
    await bob.hear("message", lambda e: e["text"] == "two" and e["peer"] == group)
    found = {m["text"]: m for m in await bob.do("history", to=group, limit=5)}
    assert {found[text]["sender"] for text in ("one", "two")} == {ada}
    await expect(browser.history.get_by_text("Forwarded from")).to_have_count(0)

    await browser.open_chat("Bob Journey")
    await browser.choose("one", "Select")
    await browser.message("three").click()
    await bar.get_by_role("button", name="Delete").click()
    dialog = browser.page.get_by_role("dialog")
    await dialog.get_by_role("switch", name="Also delete for Bob Journey").check()
    await dialog.get_by_role("button", name="Delete").click()
    await bob.hear("deleted", lambda e: len(e["ids"]) == 2)
    await browser.eventually(browser.texts, ["good morning, Ada", "two"])


@pytest.mark.parametrize("library", FRIENDS)
async def test_polls_are_made_answered_and_stopped(
    town: Town, browser: Browser, library: str
) -> None:
    """Ada asks, Bob votes; Bob asks, Ada votes, takes it back and votes again; Ada stops hers."""
    bob, group = await in_group(town, browser, library)
    await browser.press("Attach a file")
    await browser.page.get_by_role("menuitem", name="New poll").click()
    dialog = browser.page.get_by_role("dialog")
    await dialog.get_by_label("Question").fill("Tea or coffee?")
    await dialog.get_by_label("Answer 1", exact=True).fill("Tea")
    await dialog.get_by_label("Answer 2", exact=True).fill("Coffee")
    await dialog.get_by_role("switch", name="Anonymous voting").uncheck()
    await dialog.get_by_role("button", name="Send poll").click()
    heard = await bob.hear("message", lambda e: e["kind"] == "poll" and e["peer"] == group)
    poll = browser.history.get_by_role("article", name="Tea or coffee?")
    await bob.do("cast_vote", to=group, id=heard["id"], options=[1])
    await expect(poll.get_by_text("1 vote")).to_be_visible()
    await poll.get_by_role("radio", name="Tea").click()
    await expect(poll.get_by_role("listitem", name="Coffee: 50%")).to_be_visible()
    await poll.get_by_role("button", name="Who voted").click()
    panel = browser.page.get_by_role("complementary")
    await expect(panel.get_by_role("button", name="Bob Journey")).to_be_visible()
    await panel.get_by_role("button", name="Back").click()

    quiz = await bob.do(
        "make_poll", to=group, question="2 + 2?", options=["4", "5"], correct=0, public=True
    )
    asked = browser.history.get_by_role("article", name="2 + 2?")
    await asked.get_by_role("radio", name="5").click()
    await expect(asked.get_by_role("listitem", name="your answer, not right")).to_be_visible()
    found = await bob.do("poll_of", to=group, id=quiz["id"])
    assert (found["total"], sum(found["voters"])) == (1, 0)  # who has not voted is not told
    await bob.do("cast_vote", to=group, id=quiz["id"], options=[0])
    assert (await bob.do("poll_of", to=group, id=quiz["id"]))["voters"] == [1, 1]
    await expect(asked.get_by_text("2 votes")).to_be_visible()

    await poll.click(button="right", position={"x": 4, "y": 4})
    await browser.page.get_by_role("menuitem", name="Take vote back").click()
    await expect(poll.get_by_role("radio", name="Tea")).to_be_visible()
    await poll.click(button="right", position={"x": 4, "y": 4})
    await browser.page.get_by_role("menuitem", name="Stop poll").click()
    await browser.page.get_by_role("dialog").get_by_role("button", name="Stop poll").click()
    await expect(poll.get_by_text("Final results")).to_be_visible()
    assert (await bob.do("poll_of", to=group, id=heard["id"]))["closed"]


@pytest.mark.long
async def test_messages_wait_for_their_moment(town: Town, browser: Browser) -> None:
    """One is sent without sound; one waits, is changed, and is sent when Ada says so."""
    bob, ada = await acquainted(town, browser)

    async def send_by(item: str) -> None:
        await browser.page.get_by_role("button", name="Send", exact=True).click(button="right")
        await browser.page.get_by_role("menuitem", name=item).click()

    await browser.field.fill("hush")
    await send_by("Send without sound")
    await bob.hear_text("hush")
    await browser.field.fill("later")
    await send_by("Send later…")
    await browser.page.get_by_role("dialog").get_by_role("button", name="Schedule").click()
    await browser.press("Scheduled messages")
    panel = browser.page.get_by_role("complementary")
    waiting = panel.get_by_role("button", name=re.compile("later"))
    await waiting.click()
    await browser.page.get_by_role("menuitem", name="Edit", exact=True).click()
    await browser.page.keyboard.type(" today")
    await browser.page.keyboard.press("Enter")
    await panel.get_by_role("button", name=re.compile("later today")).click()
    await browser.page.get_by_role("menuitem", name="Send now").click()
    await bob.hear_text("later today")
    await expect(panel.get_by_text("Nothing waits here")).to_be_visible()
    texts = [m["text"] for m in await bob.do("history", to=ada, limit=3)]
    assert texts == ["later today", "hush", "good morning, Ada"]


@pytest.mark.long
async def test_what_was_begun_elsewhere_goes_on_here(town: Town, browser: Browser) -> None:
    """A draft of Ada's other device stands in the field; hers of the browser comes to that device."""
    bob, _ada = await acquainted(town, browser)
    tablet = await town.device("telethon", "Ada")
    await tablet.sign_up(browser.phone, "Ada")
    await tablet.do("draft", to=bob.user, text="from the tablet")
    await expect(browser.field).to_have_text("from the tablet")
    await browser.field.fill("from the browser")
    await tablet.hear("draft", lambda e: e["text"] == "from the browser")
    await browser.field.press("Enter")
    await bob.hear_text("from the browser")
    await tablet.hear("draft", lambda e: e["text"] == "")


@pytest.mark.long
async def test_a_chat_is_searched(town: Town, browser: Browser) -> None:
    """Words are found however long ago they were said, by anybody or one person, and gone through."""
    bob, group = await in_group(town, browser)
    await bob.do("send", to=group, text="the needle in the hay")
    await bob.do("send_many", to=group, texts=[f"hay {number}" for number in range(70)])
    await browser.sees("hay 69")
    await browser.write("no needle here")
    await bob.hear_text("no needle here")
    await browser.page.keyboard.press("Control+f")
    panel = browser.page.get_by_role("complementary")
    await panel.get_by_role("searchbox").fill("needle")
    await expect(panel.get_by_role("status")).to_have_text("2 messages")
    await panel.get_by_role("searchbox").press("Enter")
    await panel.get_by_role("searchbox").press("Enter")
    await expect(panel.get_by_role("status")).to_have_text("2 of 2")
    await expect(browser.message("the needle in the hay")).to_be_in_viewport()
    await panel.get_by_role("button", name="Messages of one person").click()
    await browser.page.get_by_role("dialog").get_by_role("button", name="Bob Journey").click()
    await expect(panel.get_by_role("status")).to_have_text("1 message")


@pytest.mark.long
async def test_mentions_are_led_to_and_read(town: Town, browser: Browser) -> None:
    """A button leads to what addresses me and is unread; what is seen is not unread any more."""
    bob, group = await in_group(town, browser)
    await browser.write("I am here")
    mine = await bob.hear_text("I am here")
    await browser.open_chat("Bob Journey")
    await bob.do("send", to=group, text="welcome!", reply_to=mine["id"])
    await bob.do("send_many", to=group, texts=[f"line {number}" for number in range(60)])
    await expect(browser.chats.get_by_role("img", name="You were mentioned")).to_be_visible()
    await browser.open_chat("Weavers")
    await browser.sees("line 59")
    await browser.page.get_by_role("button", name="1 message mentions you").click()
    await expect(browser.message("welcome!")).to_be_in_viewport()
    await expect(browser.page.get_by_role("button", name="mentions you")).to_have_count(0)
    await expect(browser.chats.get_by_role("img", name="You were mentioned")).to_have_count(0)


async def test_messages_are_handled_by_keys_alone(town: Town, browser: Browser) -> None:
    """From the field to a message, to its menu, to an answer, and on to the next chat, without a mouse."""
    bob, ada = await acquainted(town, browser)
    await bob.do("send", to=ada, text="second")
    await browser.sees("second")
    keys = browser.page.keyboard
    await browser.history.focus()
    await keys.press("ArrowUp")
    await expect(browser.message("second")).to_be_focused()
    await keys.press("ArrowUp")
    await expect(browser.message("good morning, Ada")).to_be_focused()
    await keys.press("Enter")
    await expect(browser.page.get_by_role("menuitem", name="Reply", exact=True)).to_be_focused()
    await keys.press("Escape")
    await expect(browser.message("good morning, Ada")).to_be_focused()
    await keys.press("Enter")
    await keys.press("Enter")
    await expect(browser.field).to_be_focused()
    await keys.type("by keys")
    await keys.press("Enter")
    first = (await bob.do("history", to=ada, limit=9))[-1]
    assert (await bob.hear_text("by keys"))["reply_to"] == first["id"]
    await keys.press("Control+k")
    await keys.type("Bob")
    await browser.chats.get_by_role("button", name="Bob Journey").wait_for()
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(browser.field).to_be_focused()
    await keys.press("Control+k")
    await keys.type("nobody of this name")
    await keys.press("Escape")
    await expect(browser.field).to_be_focused()


async def motion(browser: Browser) -> Any:
    """Begin to watch a message in the middle of the view: how far it moved in each frame."""
    return await browser.history.evaluate(
        """(box) => {
            const after = new MessageChannel()
            let row = null
            let last = 0
            window.moves = []
            const pick = () => {
                const { left, top, width, height } = box.getBoundingClientRect()
                const there = document.elementFromPoint(left + width / 2, top + height / 2)
                row = there?.closest('[data-id]') ?? null
                last = row?.getBoundingClientRect().top ?? 0
            }
            after.port1.onmessage = () => {
                if (row === null || !row.isConnected) pick()
                else {
                    const now = row.getBoundingClientRect()
                    window.moves.push(now.top - last)
                    last = now.top
                    const view = box.getBoundingClientRect()
                    if (now.top > view.bottom || now.bottom < view.top) pick()
                }
                requestAnimationFrame(() => after.port2.postMessage(0))
            }
            after.port2.postMessage(0)
        }"""
    )


async def test_what_is_looked_at_stays_while_older_ones_come(town: Town, browser: Browser) -> None:
    """Scrolling up through many pages, nothing ever moves against the wheel; new ones below move nothing."""
    bob, ada = await acquainted(town, browser)
    texts = [f"line {number} " + "and more words " * (number * 7 % 11) for number in range(400)]
    await bob.do("send_many", to=ada, texts=[text.strip() for text in texts])
    await browser.sees("line 399 " + ("and more words " * (399 * 7 % 11)).strip())
    rows = browser.history.get_by_role("article")
    assert await rows.count() <= DRAWN_MAX
    await browser.history.hover()
    await motion(browser)
    while not await browser.message("good morning, Ada").count():
        await browser.page.mouse.wheel(0, -500)
        await browser.page.evaluate("new Promise(requestAnimationFrame)")
    moves = await browser.page.evaluate("window.moves")
    assert sum(moves) > 5_000
    assert min(moves) > -2
    await browser.page.evaluate("window.moves = []")
    await bob.do("send_many", to=ada, texts=["new below"] * 5)
    await expect(browser.page.locator(".jump .badge")).to_have_text("5")
    assert max(map(abs, await browser.page.evaluate("window.moves"))) < 2
    await browser.press("To the newest message")
    await expect(browser.message("new below").last).to_be_in_viewport()
    assert await rows.count() <= DRAWN_MAX
