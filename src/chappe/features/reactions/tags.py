"""messages.*SavedReactionTag*: reactions to Saved Messages sort them, and can have names.

Elsewhere this is for those who pay; here it is for everybody.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from chappe.core import clean_name
from chappe.features import accounts, media, messages
from chappe.features.conversations import Message, Reacted
from chappe.ports import Record
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, Viewer

from .records import USUAL
from .views import reaction_of, reactions_hash, tag_hash, text_hash, word_of

TAGS_MAX: Final = 100  # tags with a name
TAG_TITLE_CHARACTERS_MAX: Final = 12  # characters of a tag's name
TAGGED_MAX: Final = 10_000  # tagged messages that are counted
OFFERED: Final = 16  # tags offered to who has none


class TagTitles(Record, frozen=True):
    """How somebody calls their tags."""

    table = "tag_titles"
    key = ()

    titles: tuple[tuple[str, str], ...] = ()  # the reaction, and its name


class TagsChanged(Event, frozen=True):
    """A tag has another name."""

    name = "reactions.tags"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateSavedReactionTags:
        """See `Event`."""
        return api.UpdateSavedReactionTags()


async def _counts(call: Call, source: int | None) -> Counter[str]:
    """Return how often each tag is used, in all Saved Messages or those that came from one source."""
    look = call.look()
    found: Counter[str] = Counter()
    for tagged in await look.scan(Reacted, call.user, limit=TAGGED_MAX):
        if source is not None:
            message = await look.get(Message, call.user, tagged.id)
            if message is None or messages.source_of_saved(message, call.user) != source:
                continue
        found.update(tagged.words)
    return found


@method(api.MessagesGetSavedReactionTags, raises=accounts.PEER_ERRORS)
async def get_saved_reaction_tags(
    call: Call, request: api.MessagesGetSavedReactionTags
) -> api.TypeMessagesSavedReactionTags:
    """Return the tags of the caller's Saved Messages, the most used first."""
    source = None
    if request.peer is not None:
        source = accounts.peer_id(await accounts.peer_of(call, request.peer))
    kept = await call.look().get(TagTitles) if source is None else None
    titles = dict(kept.titles) if kept is not None else {}
    counts = await _counts(call, source)
    words = sorted(counts, key=lambda word: (counts[word], tag_hash(word)), reverse=True)
    hashed = tags_hash([(word, titles.get(word, ""), counts[word]) for word in words])
    if hashed and hashed == request.hash:
        return api.MessagesSavedReactionTagsNotModified()
    tags = [
        api.SavedReactionTag(reaction=reaction_of(w), title=titles.get(w), count=counts[w])
        for w in words
    ]
    return api.MessagesSavedReactionTags(tags=tags, hash=hashed)


def tags_hash(tags: Iterable[tuple[str, str, int]]) -> int:
    """Return the hash by which clients say which tags they have, and check ours: word, name, count."""
    numbers: list[int] = []
    for word, title, count in tags:
        numbers += (tag_hash(word), text_hash(title), count) if title else (tag_hash(word), count)
    return media.list_hash(numbers)


@method(
    api.MessagesUpdateSavedReactionTag,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.ReactionInvalid,),
)
async def update_saved_reaction_tag(
    call: Call, request: api.MessagesUpdateSavedReactionTag
) -> bool:
    """Give a tag that is in use a name, or take it away."""
    word = word_of(request.reaction)
    title = clean_name(request.title or "", TAG_TITLE_CHARACTERS_MAX)
    if word not in await _counts(call, None):
        raise errors.ReactionInvalid
    async with call.change() as change:
        titles = dict((await change.get(TagTitles) or TagTitles()).titles)
        titles.pop(word, None)
        if title:
            titles[word] = title
        change.put(TagTitles(titles=tuple(titles.items())[-TAGS_MAX:]))
        change.announce_without_pts(TagsChanged())
    return True


@method(api.MessagesGetDefaultTagReactions)
async def get_default_tag_reactions(
    call: Call, request: api.MessagesGetDefaultTagReactions
) -> api.TypeMessagesReactions:
    """Return which tags to offer first."""
    words = USUAL[:OFFERED]
    hashed = reactions_hash(words)
    if request.hash == hashed:
        return api.MessagesReactionsNotModified()
    return api.MessagesReactions(hash=hashed, reactions=[reaction_of(word) for word in words])
