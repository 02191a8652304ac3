"""A channel with comments: written by one library, read by every other."""

import pytest

from .company import all_hear, gathered, numbered
from .conftest import Town

pytestmark = pytest.mark.journey

IN_TALK = ("kurigram", "tdlib", "gramjs")
STRANGERS = ("mtcute", "telethon140", "pyrogram")


async def test_comments_are_read_by_every_library(town: Town) -> None:
    """Who reads the channel comments on its posts, in its group or not; all see all comments."""
    ann, *people = await gathered(town, "telethon", (*IN_TALK, *STRANGERS))
    news = (await ann.do("create_channel", title="News", broadcast=True))["id"]
    talk = (await ann.do("create_channel", title="Talk", broadcast=False))["id"]
    await ann.do("discuss", channel=news, group=talk)
    await ann.do("invite", to=news, users=[person.user for person in people])
    in_talk, strangers = people[: len(IN_TALK)], people[len(IN_TALK) :]
    await ann.do("invite", to=talk, users=[person.user for person in in_talk])
    for person in people:
        await person.do("dialogs")
    post = await all_hear(people, ann, news, "what do you think?")
    said = []
    for writer in (ann, *people):
        text = f"{writer.library.name} thinks so"
        await writer.do("comment", to=news, id=numbered(writer, post), text=text)
        for hearer in in_talk:
            if hearer is not writer:
                assert (await hearer.hear_text(text))["peer"] == talk
        said.append(text)
    for reader in (ann, *people):
        found = await reader.do("comments", to=news, id=numbered(reader, post))
        assert sorted(m["text"] for m in found if m["text"] in said) == sorted(said), (
            reader.library.name
        )
    for stranger in strangers:
        assert not [e for e in stranger.events if e.get("text") in said], stranger.library.name
