"""Pages that messages link to are shown when the operator wants it, to everybody who has the message."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.features.post import (
    ADA,
    CLAUDE,
    EVE,
    Post,
    group_of,
    in_group,
    inner,
    open_post,
    picture,
)

from chappe.core import Kind
from chappe.features import accounts
from chappe.features.messages import previews
from chappe.ports import Preview
from chappe.texts import take_entities
from chappe.tl import api, errors

PAGE = "https://example.org/lines"


class Web:
    """A web of a few pages; `gate` holds what is fetched back."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[str] = []

    async def fetch(self, url: str) -> Preview | None:
        """See `ports.Previews`."""
        self.asked.append(url)
        await self.gate.wait()
        if "nothing" in url:
            return None
        image = picture(80, 60) if "lines" in url else b"no image"
        return Preview(url, "article", "Tower", "Lin\nes", "x" * 5_000, image, large=False)


@pytest.fixture
async def web() -> Web:
    """A web of a few pages."""
    return Web()


@pytest.fixture
async def post(web: Web) -> AsyncIterator[Post]:
    """A server that shows previews."""
    made = await open_post()
    made.context.ports = replace(made.context.ports, previews=web)
    yield made
    web.gate.set()
    await previews.settle_previews(made.context)
    await made.server.stop()


async def write(post: Post, text: str, peer: Any = None, **other: Any) -> Any:
    """Let Ada write; return what she is told."""
    given = {"random_id": len(text) + 1, **other}
    answer = await post.ask(
        ADA, api.MessagesSendMessage(peer=peer or post.peer(ADA, CLAUDE), message=text, **given)
    )
    await post.server.delivery.relay.settle()
    return answer


async def arrive(post: Post) -> None:
    """Let every page come, and everybody be told."""
    await previews.settle_previews(post.context)
    await post.server.delivery.relay.settle()


async def page_of(post: Post, user: int, other: int) -> Any:
    """Return the page of somebody's newest message, None for none."""
    message = (await post.inbox(user, other))[0]
    return message.media.webpage if message.media is not None else None


async def test_a_page_is_awaited_and_then_shown_to_both(post: Post, web: Web) -> None:
    """First pending, then with its picture; the difference tells of it too."""
    web.gate.clear()
    before = await post.ask(CLAUDE, api.UpdatesGetState())
    answer = await write(post, f"See {PAGE}, please.")
    assert isinstance(answer.updates[-1].message.media.webpage, api.WebPagePending)
    assert isinstance(await page_of(post, CLAUDE, ADA), api.WebPagePending)
    web.gate.set()
    await arrive(post)
    assert web.asked == [PAGE]
    for user, other in ((ADA, CLAUDE), (CLAUDE, ADA)):
        page = await page_of(post, user, other)
        assert (page.url, page.display_url) == (PAGE, "example.org/lines")
        assert (page.site_name, page.title, len(page.description)) == ("Tower", "Lin es", 1024)
        assert await post.fetch(user, page.photo, "s")
    asked = api.UpdatesGetDifference(pts=before.pts, date=before.date, qts=0)
    difference = await post.ask(CLAUDE, asked)
    told = [u for u in difference.other_updates if isinstance(u, api.UpdateWebPage)]
    assert [u.webpage.title for u in told] == ["Lin es"]


async def test_who_does_not_have_the_message_fetches_no_picture(post: Post) -> None:
    """Nor does somebody who has deleted it."""
    await write(post, PAGE)
    await arrive(post)
    photo = (await page_of(post, CLAUDE, ADA)).photo
    with pytest.raises(errors.FileIdInvalid):
        await post.fetch(EVE, photo, "s")
    message = (await post.inbox(CLAUDE, ADA))[0]
    await post.ask(CLAUDE, api.MessagesDeleteMessages(id=[message.id], revoke=False))
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, photo, "s")


async def test_a_page_that_does_not_come_is_not_awaited_for_ever(post: Post) -> None:
    """The message has none then, and everybody is told."""
    await write(post, "https://example.org/nothing")
    await arrive(post)
    for user, other in ((ADA, CLAUDE), (CLAUDE, ADA)):
        assert await page_of(post, user, other) is None


async def test_there_is_no_preview_where_none_is_wanted(post: Post, web: Web) -> None:
    """Not asked for, not linked to, not allowed."""
    await write(post, PAGE, no_webpage=True)
    await write(post, "no link here")
    await write(post, "ftp://example.org/x")
    group = await group_of(post)
    banned = api.ChatBannedRights(embed_links=True, until_date=0)
    await post.ask(
        ADA,
        api.MessagesEditChatDefaultBannedRights(
            peer=inner(post, ADA, group, api.InputPeerChannel), banned_rights=banned
        ),
    )
    there = inner(post, CLAUDE, group, api.InputPeerChannel)
    await post.ask(
        CLAUDE, api.MessagesSendMessage(peer=there, message=f"{PAGE} again", random_id=1)
    )
    await arrive(post)
    assert web.asked == []
    assert (await in_group(post, ADA, group)).media is None


async def test_without_the_operator_s_leave_nothing_is_fetched() -> None:
    """That is how a server starts."""
    post = await open_post()
    try:
        assert post.context.ports.previews is None
        await write(post, PAGE)
        assert await page_of(post, CLAUDE, ADA) is None
        shown = await post.ask(ADA, api.MessagesGetWebPagePreview(message=PAGE))
        assert isinstance(shown.media, api.MessageMediaEmpty)
        page = (await post.ask(ADA, api.MessagesGetWebPage(url=PAGE, hash=0))).webpage
        assert isinstance(page, api.WebPageEmpty)
        with pytest.raises(errors.WebpageMediaEmpty):
            await post.send(ADA, CLAUDE, api.InputMediaWebPage(url=PAGE), message="see")
        message = await post.send(
            ADA, CLAUDE, api.InputMediaWebPage(url=PAGE, optional=True), message="see"
        )
        assert message.media is None
    finally:
        await post.server.stop()


async def test_in_a_group_everybody_sees_the_page(post: Post) -> None:
    """Told once, in the group's own log."""
    group = await group_of(post)
    await write(post, PAGE, inner(post, ADA, group, api.InputPeerChannel))
    await arrive(post)
    for user in (ADA, CLAUDE):
        page = (await in_group(post, user, group)).media.webpage
        assert page.title == "Lin es"
        assert await post.fetch(user, page.photo, "s")
    difference = await post.ask(
        CLAUDE,
        api.UpdatesGetChannelDifference(
            channel=inner(post, CLAUDE, group),
            filter=api.ChannelMessagesFilterEmpty(),
            pts=1,
            limit=100,
        ),
    )
    told = [u for u in difference.other_updates if isinstance(u, api.UpdateChannelWebPage)]
    assert [u.webpage.title for u in told] == ["Lin es"]


async def test_editing_a_text_changes_its_page(post: Post, web: Web) -> None:
    """Another link brings another page, the same one stays, none takes it away."""
    await write(post, PAGE)
    await arrive(post)
    number = (await post.inbox(ADA, CLAUDE))[0].id
    peer = post.peer(ADA, CLAUDE)

    async def edit(text: str, **other: Any) -> Any:
        await post.ask(ADA, api.MessagesEditMessage(peer=peer, id=number, message=text, **other))
        await arrive(post)
        return await page_of(post, CLAUDE, ADA)

    assert (await edit(f"look: {PAGE}")).title == "Lin es"
    assert web.asked == [PAGE]
    assert (await edit("https://example.org/other")).photo is None
    assert await edit("words only") is None
    assert (await edit(f"{PAGE} again")).url == PAGE
    assert await edit(f"{PAGE} still", no_webpage=True) is None
    with pytest.raises(errors.MessageEmpty):
        await edit("")


async def test_a_sender_chooses_the_page_and_how_it_is_shown(post: Post) -> None:
    """Another than the text's, large, and above the text."""
    media = api.InputMediaWebPage(url=PAGE, force_large_media=True)
    message = await post.send(ADA, CLAUDE, media, message="see this", invert_media=True)
    assert message.invert_media
    await arrive(post)
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    assert (theirs.media.webpage.url, theirs.media.force_large_media) == (PAGE, True)
    assert (theirs.media.manual, theirs.invert_media) == (True, True)


async def test_a_forwarded_message_takes_its_page_along(post: Post, web: Web) -> None:
    """One that has not come is not taken along."""
    await write(post, PAGE)
    await arrive(post)
    message = (await post.inbox(CLAUDE, ADA))[0]
    forward = api.MessagesForwardMessages(
        from_peer=post.peer(CLAUDE, ADA),
        to_peer=post.peer(CLAUDE, EVE),
        id=[message.id],
        random_id=[3],
    )
    await post.ask(CLAUDE, forward)
    await post.server.delivery.relay.settle()
    page = await page_of(post, EVE, CLAUDE)
    assert await post.fetch(EVE, page.photo, "s")
    web.gate.clear()
    await write(post, "https://example.org/late")
    message = (await post.inbox(CLAUDE, ADA))[0]
    forward.id, forward.random_id = [message.id], [4]
    await post.ask(CLAUDE, forward)
    await post.server.delivery.relay.settle()
    assert await page_of(post, EVE, CLAUDE) is None


async def test_a_preview_can_be_looked_at_before_sending(post: Post) -> None:
    """By whoever asks."""
    shown = await post.ask(ADA, api.MessagesGetWebPagePreview(message=f"look: {PAGE}"))
    assert shown.media.webpage.title == "Lin es"
    assert await post.fetch(ADA, shown.media.webpage.photo, "s")
    page = await post.ask(ADA, api.MessagesGetWebPage(url=PAGE, hash=0))
    assert page.webpage.title == "Lin es"


async def test_a_page_does_not_come_to_who_left_the_group_meanwhile(post: Post, web: Web) -> None:
    """It is not in what they have of the group; who is in sees it."""
    people = [
        api.InputUser(
            user_id=user, access_hash=accounts.access_hash(post.context, ADA, Kind.USER, user)
        )
        for user in (CLAUDE, EVE)
    ]
    made = await post.ask(ADA, api.MessagesCreateChat(users=people, title="Tours"))
    await post.server.delivery.relay.settle()
    group = api.InputPeerChat(chat_id=made.updates.chats[0].id)
    web.gate.clear()
    await write(post, PAGE, group)
    await post.ask(
        EVE, api.MessagesDeleteChatUser(chat_id=group.chat_id, user_id=api.InputUserSelf())
    )
    web.gate.set()
    await arrive(post)
    pages = {}
    for user in (ADA, CLAUDE, EVE):
        history = await post.ask(
            user,
            api.MessagesGetHistory(
                peer=group,
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=100,
                max_id=0,
                min_id=0,
                hash=0,
            ),
        )
        (pages[user],) = [m.media.webpage for m in history.messages if getattr(m, "media", None)]
    assert [pages[user].title for user in (ADA, CLAUDE)] == ["Lin es", "Lin es"]
    assert isinstance(pages[EVE], api.WebPagePending)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (
            "see https://en.wikipedia.org/wiki/Python_(language) now",
            "https://en.wikipedia.org/wiki/Python_(language)",
        ),
        ("(see HTTPS://Example.com/A)", "https://Example.com/A"),
        ("tg://resolve?domain=x then example.com/x", "http://example.com/x"),
        ("only example.com is mentioned", ""),
        ("me@example.com", ""),
    ],
)
def test_the_page_shown_is_the_one_a_tap_would_open(text: str, link: str) -> None:
    """The first link of the text, whole; neither apps' own links nor names of servers."""
    assert previews.link_of(*take_entities(None, text)) == link
