"""Renders the reactions of a message for one viewer."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations, media
from chappe.features.conversations import Message, Reacted, UnreadReaction
from chappe.tl import api
from chappe.updates import View, Viewer

SHOWN_RECENT: Final = 3  # people named beside a message
REACTORS_KEPT_MAX: Final = 10  # people who reacted last, of whom a message keeps who they are
LISTED_MAX: Final = 10_000  # people who reacted that are looked through
RECENT_READ_MAX: Final = 200  # of them, those among whom the last are sought for an older message


def word_of(reaction: api.TypeReaction) -> str:
    """Return how a reaction is kept; empty for one that cannot be.

    Some keyboards write U+FE0F behind an emoji, which asks for its colours: it is the same emoji.
    """
    if isinstance(reaction, api.ReactionEmoji):
        return reaction.emoticon.replace("\ufe0f", "")[:16]
    if isinstance(reaction, api.ReactionCustomEmoji):
        return f"={reaction.document_id}"
    return ""


def is_custom(word: str) -> bool:
    """Whether a kept word is a custom emoji."""
    return word.startswith("=")


def reaction_of(word: str) -> api.ReactionCustomEmoji | api.ReactionEmoji:
    """Return the Reaction of a kept word."""
    if word.startswith("="):
        return api.ReactionCustomEmoji(document_id=int(word[1:]))
    return api.ReactionEmoji(emoticon=word)


def reactions_hash(words: Iterable[str]) -> int:
    """Return the hash by which clients say which list of reactions they have, and check ours."""
    numbers: list[int] = []
    for word in words:
        if word.startswith("="):
            numbers += divmod(int(word[1:]), 1 << 32)
        else:
            plain = word.replace("\ufe0f", "").encode()
            digest = hashlib.md5(plain, usedforsecurity=False).digest()
            numbers += (0, int.from_bytes(digest[:4], "big", signed=True))
    return media.list_hash(numbers)


def text_hash(text: str) -> int:
    """Return the number that stands for a text in the hash of a list: its MD5's first eight bytes."""
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big")


def tag_hash(word: str) -> int:
    """Return the number that stands for a tag in the hash of a list of tags."""
    return int(word[1:]) if word.startswith("=") else text_hash(word.replace("\ufe0f", ""))


async def reactions_box(viewer: Viewer, message: Message) -> Any:
    """Return the box that keeps a message and its reactions."""
    return viewer.look(conversations.log_for(viewer.user, message.peer).box)


async def is_list_open(viewer: Viewer, peer: int) -> bool:
    """Whether readers may see who reacted: everywhere but in channels."""
    return await conversations.is_discussion(viewer.context, peer)


def are_tags(viewer: Viewer, message: Message) -> bool:
    """Whether the reactions to a message are tags: in one's own Saved Messages."""
    owner = accounts.owner_of(message.peer)
    return owner == Owner(Kind.USER, viewer.user)


async def show_reactions(viewer: Viewer, message: Message) -> api.MessageReactions | None:
    """Return the reactions of a message, None where there are none."""
    if not message.reactions:
        return None
    look = await reactions_box(viewer, message)
    mine = await look.get(Reacted, message.peer, message.id, viewer.user)
    listed = await is_list_open(viewer, message.peer)
    if listed or mine is not None:
        viewer.unshareable = (
            True  # by what they reacted with, and whose reactions they have not seen
        )
    own = mine.words if mine else ()
    results = [
        api.ReactionCount(
            chosen_order=own.index(word) if word in own else None,
            reaction=reaction_of(word),
            count=count,
        )
        for word, count in sorted(message.reactions, key=lambda r: -r[1])
    ]
    if are_tags(viewer, message):
        return api.MessageReactions(reactions_as_tags=True, results=results)
    recent = None
    if listed:
        unread = await viewer.look(Owner(Kind.USER, viewer.user)).get(
            UnreadReaction, message.peer, message.id
        )
        last = message.reactors or await _reactors(look, message)
        wanted = [(Reacted, message.peer, message.id, user) for user in last[:SHOWN_RECENT]]
        recent = [
            show_one(viewer, person, word, unread=unread is not None)
            for person in await look.get_each(*wanted)
            if person is not None
            for word in person.words
        ]
    return api.MessageReactions(can_see_list=listed, results=results, recent_reactions=recent)


async def newest_reactors(look: View, message: Message, limit: int = LISTED_MAX) -> tuple[int, ...]:
    """Return who reacted to a message last, newest first, by looking at all who did."""
    people = await look.scan(Reacted, message.peer, message.id, limit=limit)
    people.sort(key=lambda r: -r.date)
    return tuple(person.user for person in people[:REACTORS_KEPT_MAX])


async def _reactors(look: View, message: Message) -> tuple[int, ...]:
    """Return who reacted last to a message that does not say it: it is older than that."""
    name = ("reactors", message.peer, message.id)
    return await look.derived(name, lambda: newest_reactors(look, message, RECENT_READ_MAX))


def show_one(
    viewer: Viewer, person: Reacted, word: str, *, unread: bool = False
) -> api.MessagePeerReaction:
    """Return one reaction of one person."""
    mine = person.user == viewer.user
    return api.MessagePeerReaction(
        big=person.big,
        unread=unread and not mine,
        my=mine,
        peer_id=accounts.show_peer(viewer, person.face or person.user),
        date=person.date,
        reaction=reaction_of(word),
    )
