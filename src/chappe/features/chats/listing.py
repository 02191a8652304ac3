"""Index of public groups and channels by the beginnings of the words in their titles.

The server keeps a directory of them: under the blind index of the first letters of each word, which chats
have one that begins so. A chat tells the directory of its words by commands, and what is found there is asked
whether it still goes by that name.
"""

from typing import Final

from chappe.core import Kind, NameQuery, Owner, folded_words
from chappe.features import accounts
from chappe.ports import Record
from chappe.rpc import Call, Rate, each
from chappe.updates import Change, Command, Context

from . import rights
from .access import may_see_channel, membership_of
from .records import Chat, Joined

BEGINNINGS: Final = (2, 3)  # letters of a word that it is listed under
WORDS_MAX: Final = 16  # words of one chat's names that are listed
LISTED_MAX: Final = 1_000  # chats whose names begin alike that one search looks at
JOINED_MAX: Final = 10_000  # chats of one's own among which one search looks
CHATS_A_SLICE: Final = 50  # chats looked up in one turn
FOUND_MAX: Final = 50  # chats in one answer
QUERY_CHARACTERS_MAX: Final = 128  # characters of a query that are looked at
DOMAIN: Final = "public chat"


class Listed(Record, frozen=True):
    """In the directory: a chat that is public, and has a word that begins like this."""

    table = "listed_chat"
    key = ("blind", "channel")

    blind: str
    channel: int


class List(Command, frozen=True):
    """To the directory: a chat has, or no longer has, a word that begins like this."""

    name = "chats.list"

    blind: str
    channel: int
    there: bool

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if self.there:
            change.put(Listed(blind=self.blind, channel=self.channel))
        else:
            change.drop(Listed, self.blind, self.channel)


def _words(chat: Chat) -> list[str]:
    """Return the words a chat is found by; none if it is not public."""
    if chat.deleted or not chat.username:
        return []
    return list(
        dict.fromkeys((chat.username.lower(), *folded_words(f"{chat.username} {chat.title}")))
    )


def _beginnings(chat: Chat | None) -> set[str]:
    words = _words(chat)[:WORDS_MAX] if chat is not None else []
    return {word[:letters] for word in words for letters in BEGINNINGS if len(word) >= letters}


def relist(change: Change, context: Context, before: Chat | None, after: Chat) -> None:
    """Let the directory know by what a chat is found from now on."""
    old, new = _beginnings(before), _beginnings(after)
    for word in sorted(old ^ new):
        box, blind = accounts.name_location(context, DOMAIN, word)
        change.send_command(box, List(blind=blind, channel=after.id, there=word in new))


async def _public(call: Call, wanted: list[str]) -> list[Chat]:
    """Return the public chats that have words which begin like these, the largest first."""
    longest = max(wanted, key=len, default="")
    letters = min(len(longest), max(BEGINNINGS))
    if letters < min(BEGINNINGS):
        return []
    box, blind = accounts.name_location(call.context, DOMAIN, longest[:letters])
    found = []
    rows = call.look(box).pages(Listed, blind, limit=LISTED_MAX, size=CHATS_A_SLICE)
    async for row in each(call.reading(rows, Rate.SEARCH)):
        place = await membership_of(call.context, Owner.channel(row.channel), call.user)
        if place is None or not may_see_channel(place, call.now):
            continue
        words = _words(place.chat)
        if all(any(word.startswith(part) for word in words) for part in wanted):
            found.append(place.chat)
    return sorted(found, key=lambda chat: (-chat.members, chat.id))


async def find_chats(call: Call, query: str, limit: int) -> tuple[list[int], list[int]]:
    """Return the dialogs' numbers of chats by name: those the caller is in, then public ones."""
    query = query[:QUERY_CHARACTERS_MAX]
    wanted, name = folded_words(query), NameQuery(query)
    limit = max(1, min(limit, FOUND_MAX))
    mine = []
    every = call.look().pages(Joined, limit=JOINED_MAX, size=CHATS_A_SLICE)
    async for joined in each(call.reading(every, Rate.SEARCH)):
        place = await membership_of(call.context, accounts.owner_of(joined.peer), call.user)
        if place is None or place.chat.is_over or place.chat.migrated_to:
            continue
        if name.fits(place.chat.title, place.chat.username) and rights.is_in(
            place.member, call.now
        ):
            mine.append(joined.peer)
    others = [accounts.peer_id(Owner.channel(c.id)) for c in await _public(call, wanted)]
    return mine[:limit], [peer for peer in others if peer not in mine][:limit]


async def some_channels(call: Call, most: int) -> list[Owner]:
    """Return the boxes of channels: the caller's own first, then as many others as `most`."""
    joined = [accounts.owner_of(j.peer) for j in await call.look().scan(Joined)]
    mine = [o for o in joined if o.kind is Kind.CHANNEL]
    others = await call.context.some_boxes_of(Kind.CHANNEL, limit=most)
    return list(dict.fromkeys((*mine, *others)))


EVENTS: Final[tuple[type, ...]] = (List,)
