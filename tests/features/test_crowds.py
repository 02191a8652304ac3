"""A post told to many at once reads to each as if it had been rendered for them alone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats, contacts
from chappe.features.privacy.records import Rules
from chappe.rpc import Client
from chappe.tl import api
from chappe.updates import EventRow, Viewer, hub, shared_render
from chappe.updates.viewer import Hole

from .post import ADA, START, Post, document, open_post

HERE = Owner(Kind.CHANNEL, 5 * 4096)
PEER = accounts.peer_id(HERE)
CROWD = range(100 * 4096, 120 * 4096, 4096)
ADMIN, RESTRICTED, LATE, GONE, NAMED, FRIEND, UNLOVED, OLD, HIDDEN = list(CROWD)[4:13]


async def gather(*, broadcast: bool = False) -> tuple[Post, dict[int, list[bytes]]]:
    """Open a post with a channel where many are here, and note the bytes each is pushed."""
    post = await open_post()
    heard: dict[int, list[bytes]] = {user: [] for user in CROWD}
    async with post.context.change(HERE) as change:
        change.put(
            chats.Chat(id=HERE.id, title="Here", created=START, creator=ADA, broadcast=broadcast)
        )
        change.put(chats.Member(user=ADA, joined=START, creator=True))
        change.put(chats.Top(id=0, date=START))
        change.next("pts")
        for at, user in enumerate(CROWD):
            more: dict[str, Any] = {}
            if user == ADMIN:
                more = {"admin": chats.rights.ADMIN["pin_messages"]}
            if user == RESTRICTED:
                more = {"banned": chats.rights.BANNED["send_media"]}
            if user == LATE:
                more = {"first_visible": 1000}
            if user == GONE:
                more = {"left": True}
            change.put(chats.Member(user=user, joined=START + at // 2, **more))
    for user in CROWD:
        async with post.context.change(Owner(Kind.USER, user)) as change:
            change.put(accounts.User(id=user, first_name=f"Person {user}", created=START))
            if user == HIDDEN:
                change.put(Rules(what="status", base="nobody"))
            if user == FRIEND:
                change.put(accounts.Contact(user=ADA, first_name="Countess"))
        client = Client(user, user, heard[user].append)
        client.user, client.layer = user, 158 if user == OLD else tl.LAYER
        post.server.delivery.hub.subscribe(user, client)
        post.server.delivery.hub.watch(user, [HERE.id])
    async with post.context.change(Owner(Kind.USER, ADA)) as change:
        change.put(contacts.Blocked(user=UNLOVED, date=START))
        change.put(Rules(what="phone", base="nobody", allowed=(NAMED,)))
        change.put(accounts.LastSeen(until=START - 20))  # so lately that writing does not move it
    return post, heard


def place(post: Post) -> Any:
    """Return how Ada names the channel."""
    hashed = accounts.access_hash(post.context, ADA, Kind.CHANNEL, HERE.id)
    return api.InputPeerChannel(channel_id=HERE.id, access_hash=hashed)


async def write(post: Post, text: str) -> None:
    """Let Ada write to the channel; a greeting is addressed to somebody."""
    named = api.MessageEntityMentionName(offset=0, length=5, user_id=NAMED)
    await post.ask(
        ADA,
        api.MessagesSendMessage(
            peer=place(post),
            message=text,
            random_id=len(text) + 1,
            entities=[named] if text.startswith("Hello") else None,
        ),
    )


async def show_photo(post: Post, _text: str) -> None:
    """Let Ada send a file to the channel: it has an access hash and a reference for each viewer."""
    media = document(await post.put_up(ADA, b"not a picture" * 100))
    given = {"message": "Look", "random_id": 77}
    await post.ask(ADA, api.MessagesSendMedia(peer=place(post), media=media, **given))


async def settle(post: Post) -> None:
    """Wait until everybody was told."""
    await post.server.delivery.relay.settle()
    while post.server.delivery.hub.tasks:
        await asyncio.wait(tuple(post.server.delivery.hub.tasks))


@pytest.mark.parametrize("broadcast", [False, True])
@pytest.mark.parametrize("how", [write, show_photo])
@pytest.mark.parametrize("text", ["Good morning", "Hello you", "Ten\0bytes " * 9])
async def test_everybody_is_told_what_is_meant_for_them(
    monkeypatch: pytest.MonkeyPatch, broadcast: bool, how: Callable[..., Awaitable[None]], text: str
) -> None:
    """Admins, the restricted, those who came late or left, friends of the writer, whom she blocked."""
    post, heard = await gather(broadcast=broadcast)
    rendered = 0
    render = hub.render

    async def counted(*given: Any) -> Any:
        nonlocal rendered
        rendered += 1
        return await render(*given)

    monkeypatch.setattr(hub, "render", counted)
    await how(post, text)
    await settle(post)
    (row,) = await post.context.look(HERE).scan(EventRow)
    event = post.context.registry.open(row.name, row.body)
    for user in CROWD:
        layer = 158 if user == OLD else tl.LAYER
        expected = await render(
            Viewer(post.context, user), [(row.pts, event)], row.date, accounts.peers
        )
        wanted = [] if expected is None else [tl.encode(expected, layer)]
        assert heard[user] == wanted, user
    assert rendered < len(CROWD), "everybody was rendered for"


async def test_nobody_is_told_by_anothers_numbers() -> None:
    """The access hash in what each hears is theirs, and so is the day they joined."""
    post, heard = await gather()
    await write(post, "Good morning")
    await settle(post)
    hashes = set()
    for user in CROWD:
        for body in heard[user]:
            (shown,) = [c for c in tl.decode(body).chats if isinstance(c, api.Channel)]
            assert shown.access_hash == accounts.access_hash(
                post.context, user, Kind.CHANNEL, HERE.id
            )
            if user != GONE:
                assert shown.date == START + CROWD.index(user) // 2
            hashes.add(shown.access_hash)
    assert len(hashes) > 15


async def test_posts_arrive_in_order() -> None:
    """Also to those who are told by themselves."""
    post, heard = await gather()
    for number in range(5):
        await write(post, "." * (number + 1))
    await settle(post)
    for user in set(CROWD) - {GONE, LATE}:
        told = [u for body in heard[user] for u in tl.decode(body).updates]
        assert [u.message.message for u in told] == ["." * (n + 1) for n in range(5)]
        assert [u.pts for u in told] == [2, 3, 4, 5, 6]


def sample(user: int, shown: int, own: bytes) -> shared_render.Sample:
    """Return a sample with a number of its own in it."""
    updates = api.UpdateShortSentMessage(
        id=shown, pts=1, pts_count=1, date=int.from_bytes(own, "little")
    )
    made = [Hole(own, lambda _user, facts: bytes(facts))]
    return shared_render.Sample(user, own, updates, made, frozenset())


def test_a_template_has_holes_where_both_samples_have_their_own() -> None:
    """And is none where anything else differs; what both have alike, a third must have too."""
    one, two, three = b"abcd", b"efgh", b"ijkl"
    template = shared_render.cut(sample(1, 7, one), sample(2, 7, two), tl.LAYER)
    assert template is not None
    assert template.fill(3, three) == tl.encode(sample(3, 7, three).updates)
    assert shared_render.cut(sample(1, 7, one), sample(2, 8, two), tl.LAYER) is None
    same = shared_render.cut(sample(1, 7, one), sample(2, 7, one), tl.LAYER)
    assert same is not None
    assert same.fill(3, three) is None
    assert same.fill(3, one) == tl.encode(sample(3, 7, one).updates)
