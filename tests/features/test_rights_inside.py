"""The rights matrix inside messages: polls, topics and files of a chat, by everybody who may and may not.

As in test_rights.py: who may not is refused, by the numbers, hashes and references of those who may, and
changes nothing.
"""

from collections.abc import Callable
from typing import Any

import pytest

from chappe.features.polls.records import Poll, Vote
from chappe.features.topics.records import Topic
from chappe.tl import api, errors

from .rights import ADMINS, CREATOR, MEMBERS, REFUSALS, SEERS, SUPERGROUP
from .test_files_go import document, picture, upload
from .test_polls import ask, question, words
from .test_rights import Town
from .village import Person, village

OUTSIDE = ("banned", "former", "guesser", "stranger")
Asking = Callable[[Town, Person], Any]


def _answer(town: Town) -> Any:
    return api.InputPollAnswer(text=words(f"answer {town.village.number()}"))


POLLS: dict[str, tuple[frozenset[str], Asking]] = {
    "vote": (
        SEERS,
        lambda t, w: api.MessagesSendVote(peer=t.peer(w), msg_id=t.spam, options=[b"0"]),
    ),
    "results": (
        SEERS,
        lambda t, w: api.MessagesGetPollResults(peer=t.peer(w), msg_id=t.spam, poll_hash=0),
    ),
    "votes": (SEERS, lambda t, w: api.MessagesGetPollVotes(peer=t.peer(w), id=t.spam, limit=10)),
    "add": (
        SEERS,
        lambda t, w: api.MessagesAddPollAnswer(peer=t.peer(w), msg_id=t.spam, answer=_answer(t)),
    ),
    "delete": (
        SEERS,
        lambda t, w: api.MessagesDeletePollAnswer(peer=t.peer(w), msg_id=t.spam, option=b"0"),
    ),
    "unread": (
        SEERS,
        lambda t, w: api.MessagesGetUnreadPollVotes(
            peer=t.peer(w), offset_id=0, add_offset=0, limit=10, max_id=0, min_id=0
        ),
    ),
    "read": (SEERS, lambda t, w: api.MessagesReadPollVotes(peer=t.peer(w))),
    "close": (
        CREATOR,
        lambda t, w: api.MessagesEditMessage(
            peer=t.peer(w),
            id=t.spam,
            media=api.InputMediaPoll(
                poll=api.Poll(id=0, closed=True, question=words("?"), answers=[], hash=0)
            ),
        ),
    ),
}
TOPICS: dict[str, tuple[frozenset[str], Asking]] = {
    "list": (
        SEERS,
        lambda t, w: api.MessagesGetForumTopics(
            peer=t.peer(w), offset_date=0, offset_id=0, offset_topic=0, limit=10
        ),
    ),
    "named": (SEERS, lambda t, w: api.MessagesGetForumTopicsByID(peer=t.peer(w), topics=[t.spam])),
    "make": (
        MEMBERS,
        lambda t, w: api.MessagesCreateForumTopic(
            peer=t.peer(w), title="Mallory's", random_id=t.village.number()
        ),
    ),
    "edit": (
        ADMINS,
        lambda t, w: api.MessagesEditForumTopic(
            peer=t.peer(w), topic_id=t.spam, title=f"no. {t.village.number()}"
        ),
    ),
    "close": (
        ADMINS,
        lambda t, w: api.MessagesEditForumTopic(peer=t.peer(w), topic_id=t.spam, closed=True),
    ),
    "pin": (
        ADMINS,
        lambda t, w: api.MessagesUpdatePinnedForumTopic(
            peer=t.peer(w), topic_id=t.spam, pinned=True
        ),
    ),
    "order": (
        ADMINS,
        lambda t, w: api.MessagesReorderPinnedForumTopics(
            peer=t.peer(w), order=[t.spam], force=True
        ),
    ),
    "write": (
        ADMINS,
        lambda t, w: api.MessagesSendMessage(
            peer=t.peer(w),
            message="hello",
            random_id=t.village.number(),
            reply_to=api.InputReplyToMessage(reply_to_msg_id=t.spam, top_msg_id=t.spam),
        ),
    ),
    "read": (
        SEERS,
        lambda t, w: api.MessagesReadDiscussion(peer=t.peer(w), msg_id=t.spam, read_max_id=t.spam),
    ),
    "replies": (
        SEERS,
        lambda t, w: api.MessagesGetReplies(
            peer=t.peer(w),
            msg_id=t.spam,
            offset_id=0,
            offset_date=0,
            add_offset=0,
            limit=10,
            max_id=0,
            min_id=0,
            hash=0,
        ),
    ),
    "divide": (
        CREATOR,
        lambda t, w: api.ChannelsToggleForum(channel=t.channel(w), enabled=False, tabs=False),
    ),
    "delete": (
        ADMINS,
        lambda t, w: api.MessagesDeleteTopicHistory(peer=t.peer(w), top_msg_id=t.spam),
    ),
}


async def hold(town: Town, table: dict[str, tuple[frozenset[str], Asking]], *kinds: Any) -> None:
    """Hold everybody to a table: first those who may not, who change nothing, then those who may."""
    look = town.village.context.look(town.owner)

    async def kept() -> list[Any]:
        return [*await town.everything(), *[await look.scan(kind) for kind in kinds]]

    before, wrong = await kept(), []
    for what, (who_may, make) in table.items():
        for role in sorted(town.people.keys() - who_may):
            who = town.people[role]
            try:
                wrong.append((what, role, repr(await who(make(town, who)))[:80]))
            except (*REFUSALS, errors.TopicClosed):
                continue
            except errors.RpcError as error:
                wrong.append((what, role, error.token))
    assert wrong == []
    await town.village.settle()
    assert await kept() == before
    for what, (who_may, make) in table.items():
        for role in sorted(who_may):
            who = town.people[role]
            try:
                await who(make(town, who))
            except REFUSALS as error:
                wrong.append((what, role, error.token))
            except errors.RpcError:
                pass  # nothing to do with rights: it is so already
    assert wrong == []


@pytest.mark.usefixtures("every_engine")
async def test_polls() -> None:
    """Who sees the chat votes and reads; who asked closes."""
    async with village(twins=False) as v:
        town = await Town(v, SUPERGROUP).open()
        ada = town.people["creator"]
        town.spam = await ask(ada, town.chat, question(public_voters=True, open_answers=True))
        await hold(town, POLLS, Poll, Vote)


@pytest.mark.usefixtures("every_engine")
async def test_topics() -> None:
    """Who sees the group reads them, members make them, admins run them."""
    async with village(twins=False) as v:
        town = await Town(v, SUPERGROUP).open()
        ada = town.people["creator"]
        await ada(api.ChannelsToggleForum(channel=ada.channel(town.chat), enabled=True, tabs=False))
        made = await ada(
            api.MessagesCreateForumTopic(
                peer=ada.peer(town.chat), title="Cats", random_id=v.number()
            )
        )
        town.spam = next(u.id for u in made.updates if isinstance(u, api.UpdateMessageID))
        await ada(
            api.MessagesEditForumTopic(peer=ada.peer(town.chat), topic_id=town.spam, closed=True)
        )
        await v.settle()
        await hold(town, TOPICS, Topic)


@pytest.mark.usefixtures("every_engine")
@pytest.mark.parametrize("form", ["document", "photo", "face"])
async def test_files(form: str) -> None:
    """By no name another was given, and by one's own only as long as one sees where it was."""
    async with village(twins=False) as v:
        town = await Town(v, SUPERGROUP).open()
        ada, member, channel = town.people["creator"], town.people["member"], town.chat
        file = await upload(ada, picture())
        if form == "face":
            photo = api.InputChatUploadedPhoto(file=file)
            await ada(api.ChannelsEditPhoto(channel=ada.channel(channel), photo=photo))
        else:
            media = api.InputMediaUploadedPhoto(file=file) if form == "photo" else document(file)
            await ada(
                api.MessagesSendMedia(
                    peer=ada.peer(channel), media=media, message="", random_id=v.number()
                )
            )
        await v.settle()
        mine = await _place(member, channel, form)
        assert (await member(mine)).bytes
        for role in (*OUTSIDE, "restricted"):
            with pytest.raises((errors.FileIdInvalid, errors.FileReferenceInvalid)):
                await town.people[role](mine)
        restricted = await _place(town.people["restricted"], channel, form)
        assert (await town.people["restricted"](restricted)).bytes
        await member(api.ChannelsLeaveChannel(channel=member.channel(channel)))
        with pytest.raises(errors.FileReferenceExpired):
            await member(mine)


async def _place(who: Person, channel: Any, form: str) -> Any:
    """Return how somebody asks for the first bytes of what they are shown."""
    if form == "face":
        full = await who(api.ChannelsGetFullChannel(channel=who.channel(channel)))
        shown = full.full_chat.chat_photo
    else:
        medium = next(m.media for m in await who.history(channel) if getattr(m, "media", None))
        shown = medium.photo if form == "photo" else medium.document
    photo = isinstance(shown, api.Photo)
    kind = api.InputPhotoFileLocation if photo else api.InputDocumentFileLocation
    where = kind(
        id=shown.id,
        access_hash=shown.access_hash,
        file_reference=shown.file_reference,
        thumb_size=shown.sizes[-1].type if photo else "",
    )
    return api.UploadGetFile(location=where, offset=0, limit=4096)
