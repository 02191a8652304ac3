"""Every panel of the web client, and what opens over a conversation, as people of all kinds see it.

Which panels there are is read from the client's own list, so that one which is not looked at fails here.
"""

import json
import os
import re
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from .browser import Browser
from .conftest import Town
from .people import ROOT
from .test_browser_views import LOOKS, Look, in_any_language, violations

pytestmark = pytest.mark.journey

SOURCE: Final = ROOT / "web" / "source"
PICTURES: Final = os.environ.get("CHAPPE_PICTURES", "")  # a folder; empty: none are kept
NAMED: Final = re.compile(r"^ {2}'?([a-z.]+)'?: \(\) =>", re.MULTILINE)

# Makes what panels are about: a forum with a topic, a link, a poll, a pin, a channel with a discussion,
# and what is sent later.
MAKE: Final = """async (bob) => {
  const take = (name) => globalThis.chappe[`source/${name}`]
  const call = take('api.ts#call'), channel = take('api.ts#inputChannel'), peer = take('api.ts#inputPeer')
  const made = async (shape) => {
    const { chats } = await call({ _: 'channels.createChannel', about: 'About it', ...shape })
    return -1e12 - Number(chats[0].id)
  }
  let last = Date.now()
  const randomId = () => BigInt(++last)
  const group = await made({ title: 'A group of us', megagroup: true, forum: true })
  const posts = await made({ title: 'Our news', broadcast: true })
  const talk = await made({ title: 'Talk of our news', megagroup: true })
  const users = [take('api.ts#inputUser')(bob)]
  await call({ _: 'channels.inviteToChannel', channel: channel(group), users })
  await call({ _: 'channels.setDiscussionGroup', broadcast: channel(posts), group: channel(talk) })
  await call({ _: 'messages.createForumTopic', peer: peer(group), title: 'Plans', randomId: randomId() })
  const friends = { title: 'For friends', requestNeeded: true }
  const invite = await call({ _: 'messages.exportChatInvite', peer: peer(group), ...friends })
  const text = (words) => ({ _: 'textWithEntities', text: words, entities: [] })
  const answer = (words, at) => ({ _: 'pollAnswer', text: text(words), option: new Uint8Array([at]) })
  const answers = ['Tea', 'Coffee'].map(answer)
  const question = text('What shall we drink?')
  const poll = { _: 'poll', id: 0n, hash: 0n, question, publicVoters: true, answers }
  const sent = await call({
    _: 'messages.sendMedia', peer: peer(bob), media: { _: 'inputMediaPoll', poll },
    message: '', randomId: randomId(),
  })
  const id = sent.updates.find((one) => one._ === 'updateNewMessage').message.id
  await call({ _: 'messages.sendVote', peer: peer(bob), msgId: id, options: [new Uint8Array([0])] })
  const reaction = [{ _: 'reactionEmoji', emoticon: '👍' }]
  await call({ _: 'messages.sendReaction', peer: peer(bob), msgId: id, reaction })
  await call({ _: 'messages.updatePinnedMessage', peer: peer(bob), id, silent: true })
  const scheduleDate = Math.floor(Date.now() / 1000) + 86400
  const later = { message: 'later', scheduleDate, randomId: randomId() }
  await call({ _: 'messages.sendMessage', peer: peer(bob), ...later })
  return { group, posts, talk, link: invite.link, id }
}"""
OPEN: Final = "([side, panel]) => globalThis.chappe['source/nav.ts#openPanel'](side, panel)"
CLOSE: Final = "(side) => globalThis.chappe['source/nav.ts#closePanels'](side)"
TALK: Final = "(chat) => globalThis.chappe['source/nav.ts#openChat'](chat, { whole: true })"
LEFT: Final = ("archive", "contact", "invite", "new", "settings", "topic", "trust")


def words_of(locale: str) -> dict[str, Any]:
    """Return what a language's views say, by the names of the sentences."""
    language = locale.partition("-")[0]
    found: dict[str, Any] = {}
    for path in SOURCE.glob(f"*/words/{language}.json"):
        said = json.loads(path.read_text("utf-8"))
        found |= {f"{path.parent.parent.name}.{key}": text for key, text in said.items()}
    return found


def panels(bob: int, made: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the panels with what they are about."""
    group, posts, poll = made["group"], made["posts"], made["id"]
    about: dict[str, list[dict[str, Any]]] = {
        "contact.edit": [{"user": bob}],
        "common": [{"user": bob}],
        "settings.rule": [{"what": "phone"}],
        "settings.exceptions": [{"what": "phone", "side": "allowed"}],
        "settings.folder": [{"folder": 0}],
        "settings.folder.chats": [{"side": "included"}],
        "profile": [{"chat": bob}, {"chat": group}, {"chat": posts}],
        "members": [
            {"chat": group, "kind": kind} for kind in ("all", "admins", "restricted", "out")
        ],
        "admin": [{"chat": group, "user": bob}],
        "restrict": [{"chat": group, "user": bob}],
        "edit": [{"chat": group}, {"chat": posts}],
        "discussion": [{"chat": posts}],
        "link": [{"chat": group, "link": made["link"]}],
        "link.edit": [{"chat": group, "link": ""}],
        "topic.edit": [{"chat": group, "topic": 0}],
        "search": [{"chat": bob, "query": "a"}],
        "pinned": [{"chat": bob}],
        "scheduled": [{"chat": bob}],
        "reactions": [{"chat": bob, "id": poll}],
        "poll": [{"chat": bob, "id": poll}],
    }
    of_a_group = ("rights", "access", "links", "requests", "log", "topics", "members.add")
    found = []
    for name in NAMED.findall((SOURCE / "shell" / "panels.tsx").read_text("utf-8")):
        others = [{"chat": group}] if name in of_a_group else [{}]
        found += [{"name": name, **more} for more in about.get(name, others)]
    return found


def side_of(panel: dict[str, Any]) -> str:
    """Return on which side a panel opens."""
    return "left" if panel["name"].partition(".")[0] in LEFT else "right"


def view_of(panel: dict[str, Any], made: dict[str, Any]) -> str:
    """Return what a panel's picture is called."""
    about = {made["group"]: "group", made["posts"]: "channel"}.get(panel.get("chat", 0), "")
    told_apart = about if panel["name"] in ("profile", "edit") else panel.get("kind", "")
    return "-".join(filter(None, (panel["name"], told_apart)))


class Looking:
    """One browser whose views are looked at."""

    def __init__(self, browser: Browser, look: Look) -> None:
        self.browser = browser
        self.page: Page = browser.page
        self.look = look
        self.words = words_of(look.locale)
        self.wrong: dict[str, list[str]] = {}

    async def seen(self, view: str) -> None:
        """Look at what is on the page."""
        found = await violations(self.browser)
        inside = "document.documentElement"
        if await self.page.evaluate(f"{inside}.scrollWidth - {inside}.clientWidth") > 0:
            found.append("it is wider than the page")
        if found:
            self.wrong[view] = found
        if PICTURES:
            await self.browser.picture(Path(PICTURES) / f"{self.look.name}-{view}.png")

    async def panel(self, panel: dict[str, Any], view: str) -> None:
        """Open a panel, look at it, and close it."""
        side = side_of(panel)
        await self.page.evaluate(OPEN, [side, panel])
        over = self.page.locator(f".pane-{side} > .pane-over").last
        await expect(over.get_by_role("heading", level=2)).not_to_be_empty()
        await expect(over.locator(".centred .spinner")).to_have_count(0)
        await self.seen(view)
        await self.page.evaluate(CLOSE, side)
        await expect(self.page.locator(f".pane-{side} > .pane-over")).to_have_count(0)

    def button(self, word: str) -> Any:
        """The button that is called so in this language."""
        return self.page.get_by_role("button", name=self.words[word], exact=True)

    async def item(self, word: str) -> None:
        """Choose from the menu that is open."""
        await self.page.get_by_role("menuitem", name=self.words[word], exact=True).click()

    async def away(self) -> None:
        """Close what is open over the page."""
        await self.page.keyboard.press("Escape")
        await expect(self.page.locator("dialog[open], .menu")).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_nobody_is_kept_out_of_a_panel(town: Town, look: Look, tmp_path: Path) -> None:
    """Axe finds nothing on any panel, and nothing is wider than the page."""
    bob = await town.person("telethon", "Bob")
    async with Browser(
        town.server, locale=look.locale, scheme=look.scheme, size=look.size
    ) as browser:
        looking = Looking(browser, look)
        phone = town.phone()
        await in_any_language(browser, phone)
        ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
        await bob.do("send", to=ada, text="hello")
        picture = tmp_path / "hills.jpg"
        Image.linear_gradient("L").resize((1200, 800)).save(picture)
        await bob.do("send_photo", to=ada, path=str(picture))
        await browser.page.locator(".chat-row", has_text="Bob").first.wait_for()
        made = await browser.page.evaluate(MAKE, bob.user)
        every = sorted(
            panels(bob.user, made), key=side_of
        )  # on a phone a chat lies over the left ones
        for at, panel in enumerate(every):
            if side_of(panel) == "right" and (at == 0 or side_of(every[at - 1]) == "left"):
                await browser.page.evaluate(TALK, bob.user)
            await looking.panel(panel, view_of(panel, made))
        await over_a_conversation(looking, made)
        assert browser.said == []
        assert browser.elsewhere == []
    assert looking.wrong == {}


async def over_a_conversation(looking: Looking, made: dict[str, Any]) -> None:
    """Look at menus and dialogs."""
    page = looking.page
    await looking.button("ui.more").last.click()
    await page.get_by_role("menu").wait_for()
    await looking.seen("head-menu")
    await looking.item("groups.report")
    await page.get_by_role("dialog").wait_for()
    await looking.seen("report")
    await looking.away()
    await page.locator(".history [data-id]").first.click(button="right")
    await page.get_by_role("menu").wait_for()
    await looking.seen("message-menu")
    await looking.item("history.forward")
    await page.get_by_role("dialog").wait_for()
    await looking.seen("forward")
    await looking.away()
    await looking.button("ui.more").last.click()
    await looking.item("head.select")
    await looking.seen("selecting")
    await page.keyboard.press("Escape")
    await looking.button("compose.attach").click()
    await page.get_by_role("menu").wait_for()
    await looking.seen("attach-menu")
    await looking.away()
    await looking.button("compose.emoji").click()
    await looking.seen("emoji")
    await page.keyboard.press("Escape")
    await page.locator(".history .tile-open").first.click()
    await page.locator(".viewer img").first.wait_for()
    await looking.seen("viewer")
    await looking.away()
    await page.evaluate(TALK, made["talk"])
    await looking.button("ui.more").last.click()
    await page.get_by_role("menu").wait_for()
    await looking.seen("head-menu-group")
    await looking.away()
    await looking.button("compose.attach").click()
    await looking.item("compose.poll")
    await page.get_by_role("dialog").wait_for()
    await looking.seen("new-poll")
    await looking.away()
