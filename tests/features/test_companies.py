"""A message of a basic group, told from each member's own box, reads as if rendered for each alone."""

import asyncio
import random
from typing import Any

import pytest

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats, contacts
from chappe.features.privacy.records import Rules
from chappe.rpc import Client
from chappe.tl import api
from chappe.updates import EventRow, Viewer, hub

from .post import ADA, START, Post, open_post

HERE = Owner(Kind.CHAT, 5 * 4096)
PEER = accounts.peer_id(HERE)
MEMBERS = range(100 * 4096, 120 * 4096, 4096)
ADMIN, RESTRICTED, GONE, NAMED, FRIEND, UNLOVED, OLD, HIDDEN = list(MEMBERS)[4:12]


async def gather() -> tuple[Post, dict[int, list[bytes]]]:
    """Open a post with a group all of whose members are here, and note the bytes each is pushed."""
    post = await open_post()
    heard: dict[int, list[bytes]] = {user: [] for user in MEMBERS}
    async with post.context.change(HERE) as change:
        change.put(
            chats.Chat(id=HERE.id, title="Us", created=START, creator=ADA, members=len(MEMBERS))
        )
        change.put(chats.Member(user=ADA, joined=START, creator=True))
        for user in MEMBERS:
            more: dict[str, Any] = {}
            if user == ADMIN:
                more = {"admin": chats.rights.ADMIN["pin_messages"]}
            if user == RESTRICTED:
                more = {"banned": chats.rights.BANNED["send_media"]}
            if user == GONE:
                more = {"left": True}
            change.put(chats.Member(user=user, joined=START, **more))
    for user in MEMBERS:
        async with post.context.change(Owner(Kind.USER, user)) as change:
            change.put(accounts.User(id=user, first_name=f"Person {user}", created=START))
            for _ in range(random.Random(user).randrange(1, 300)):  # their numbers differ
                change.next("pts")
            if user == HIDDEN:
                change.put(Rules(what="status", base="nobody"))
            if user == FRIEND:
                change.put(accounts.Contact(user=ADA, first_name="Countess"))
        client = Client(user, user, heard[user].append)
        client.user, client.layer = user, 158 if user == OLD else tl.LAYER
        post.server.delivery.hub.subscribe(user, client)
    async with post.context.change(Owner(Kind.USER, ADA)) as change:
        change.put(contacts.Blocked(user=UNLOVED, date=START))
        change.put(Rules(what="phone", base="nobody", allowed=(NAMED,)))
        change.put(accounts.LastSeen(until=START - 60))
    return post, heard


async def write(post: Post, text: str, reply_to: int = 0) -> int:
    """Let Ada write to the group; a greeting is addressed to somebody. Return the number she knows."""
    named = api.MessageEntityMentionName(offset=0, length=5, user_id=NAMED)
    sent = await post.ask(
        ADA,
        api.MessagesSendMessage(
            peer=api.InputPeerChat(chat_id=HERE.id),
            message=text,
            random_id=random.getrandbits(62) + 1,
            entities=[named] if text.startswith("Hello") else None,
            reply_to=api.InputReplyToMessage(reply_to_msg_id=reply_to) if reply_to else None,
        ),
    )
    await post.server.delivery.relay.settle()
    while post.server.delivery.hub.tasks:
        await asyncio.wait(tuple(post.server.delivery.hub.tasks))
    return int(sent.updates[0].id)


async def rendered_alone(post: Post, user: int) -> list[bytes]:
    """Return what somebody would be told of their messages if each were rendered for them."""
    told = []
    for row in await post.context.look(Owner(Kind.USER, user)).scan(EventRow):
        event = post.context.registry.open(row.name, row.body)
        updates = await hub.render(
            Viewer(post.context, user), [(row.pts, event)], row.date, accounts.peers
        )
        told.append(tl.encode(updates, 158 if user == OLD else tl.LAYER))
    return told


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For whom the hub has rendered."""
    users: list[int] = []
    render = hub.render

    async def noted(viewer: Viewer, *given: Any) -> Any:
        users.append(viewer.user)
        return await render(viewer, *given)

    monkeypatch.setattr(hub, "render", noted)
    return users


@pytest.mark.parametrize(
    "text", ["Good morning", "Hello you", "Ten\0bytes " * 9, "\1\0\0\0" * 50 + "x"]
)
async def test_every_member_is_told_what_is_meant_for_them(rendered: list[int], text: str) -> None:
    """Admins, the restricted, who left, friends of the writer, whom she blocked, whom she names."""
    post, heard = await gather()
    await write(post, text)
    once = len(rendered)
    assert 0 < once < len(MEMBERS), "everybody was rendered for"
    for user in MEMBERS:
        assert heard[user] == await rendered_alone(post, user), user


async def test_answers_name_the_message_each_has(rendered: list[int]) -> None:
    """An answer points at another number in every box; also where somebody lacks what is answered."""
    post, heard = await gather()
    first = await write(post, "A question")
    lacking = MEMBERS[15]
    shown = next(iter(tl.decode(heard[lacking][0]).updates)).message.id
    await post.ask(lacking, api.MessagesDeleteMessages(id=[shown], revoke=False))
    heard[lacking].clear()
    rendered.clear()
    await write(post, "An answer", reply_to=first)
    assert len(rendered) < len(MEMBERS), "everybody was rendered for"
    for user in set(MEMBERS) - {GONE}:
        assert heard[user][-1] == (await rendered_alone(post, user))[-1], user
        (told,) = tl.decode(heard[user][-1]).updates
        answered = told.message.reply_to
        assert (answered is None) == (user == lacking)
        if answered is not None:
            assert answered.reply_to_msg_id == tl.decode(heard[user][0]).updates[0].message.id


async def test_what_changed_in_between_is_told_as_it_is() -> None:
    """A new title, another name: whoever hears next hears the new one."""
    post, heard = await gather()
    await write(post, "Before")
    async with post.context.change(HERE) as change:
        chat = await change.get(chats.Chat)
        assert chat is not None
        change.put(chats.Chat(id=chat.id, title="We", created=START, creator=ADA, members=20))
    async with post.context.change(Owner(Kind.USER, ADA)) as change:
        change.put(accounts.User(id=ADA, first_name="Augusta", created=START))
    await write(post, "After")
    for user in set(MEMBERS) - {GONE, FRIEND}:
        updates = tl.decode(heard[user][-1])
        assert [c.title for c in updates.chats] == ["We"], user
        assert "Augusta" in [u.first_name for u in updates.users], user


async def test_a_small_group_is_rendered_for_each(rendered: list[int]) -> None:
    """Making a template would cost more than it saves."""
    post, heard = await gather()
    async with post.context.change(HERE) as change:
        change.put(chats.Chat(id=HERE.id, title="Us", created=START, creator=ADA, members=3))
    await write(post, "Few")
    assert set(rendered) == set(MEMBERS) - {GONE}
    for user in MEMBERS:
        assert heard[user] == await rendered_alone(post, user), user


async def test_among_friends_nobody_is_rendered_for_twice(rendered: list[int]) -> None:
    """All know the writer, so none can be a sample: that is found out before, not after."""
    post, heard = await gather()
    for user in MEMBERS:
        async with post.context.change(Owner(Kind.USER, user)) as change:
            change.put(accounts.Contact(user=ADA, first_name=f"{user}'s friend"))
    await write(post, "Good morning")
    told = {user: bodies for user, bodies in heard.items() if bodies}
    assert len(told) == len(MEMBERS) - 1
    assert sorted(rendered) == sorted(told)
    for user, bodies in told.items():
        assert bodies == await rendered_alone(post, user)
