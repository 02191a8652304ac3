"""channels.searchPosts and its kin: search in public channels."""

import asyncio
from typing import Final

from chappe.core import Owner, fold
from chappe.features import accounts, chats
from chappe.features.conversations import Message
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors

from .handlers import global_page
from .rules import has_tag, matches, words_of

CHANNELS_READ_MAX: Final = 1_000  # channels of others that one search looks at
CHANNELS_AT_ONCE: Final = 50  # channels looked up in one turn
POSTS_READ_MAX: Final = 200  # newest posts of each public channel that are looked at
ALL_READ_MAX: Final = 50_000  # posts of all channels that one search looks at
SEARCHES_A_DAY: Final = 10  # what clients are told; nothing is counted and nothing costs


async def _public(call: Call) -> list[Owner]:
    """Return public channels: the caller's, and of the others as many as one call looks at."""
    every = await chats.some_channels(call, CHANNELS_READ_MAX)
    found = []
    for first in range(0, len(every), CHANNELS_AT_ONCE):
        async with call.slice():
            some = every[first : first + CHANNELS_AT_ONCE]
            call.read(len(some), Rate.SEARCH)
            found += [owner for owner in some if await _is_open(call, owner)]
        await asyncio.sleep(0)
    return found


async def _is_open(call: Call, owner: Owner) -> bool:
    """Whether anybody may find what a channel posts, and this caller may see it."""
    place = await chats.membership_of(call.context, owner, call.user)
    if place is None or not place.chat.broadcast or not place.chat.username:
        return False
    return chats.may_see_channel(place, call.now) and not place.chat.noforwards


@method(
    api.ChannelsSearchPosts,
    rate=Rate.LOOKUP,
    raises=(errors.SearchQueryEmpty,),
)
async def search_posts(call: Call, request: api.ChannelsSearchPosts) -> api.TypeMessagesMessages:
    """Find posts of public channels by a hashtag or by words, newest first."""
    tag = "#" + fold((request.hashtag or "").strip().lstrip("#"))
    words = words_of(request.query or "")
    if tag == "#" and not words:
        raise errors.SearchQueryEmpty
    wanted = api.InputMessagesFilterEmpty()
    found: list[Message] = []
    read = 0
    call.begin_reading(Rate.SEARCH)
    for owner in await _public(call):
        peer = accounts.peer_id(owner)
        async with call.slice():
            posts = await call.look(owner).scan(Message, peer, reverse=True, limit=POSTS_READ_MAX)
            call.read(len(posts), Rate.SEARCH)
            read += len(posts)
            found += [
                m
                for m in posts
                if not m.action
                and (tag == "#" or has_tag(m, tag))
                and matches(m, words, wanted, call.user)
            ]
        await asyncio.sleep(0)  # others have their turn
        if read >= ALL_READ_MAX:
            break
    found.sort(key=lambda m: (m.date, m.id, m.peer), reverse=True)
    return await global_page(call, found, request)


@method(api.ChannelsCheckSearchPostsFlood)
async def check_flood(
    call: Call, request: api.ChannelsCheckSearchPostsFlood
) -> api.SearchPostsFlood:
    """Return that searching is free, and that as many searches are left as there were."""
    return api.SearchPostsFlood(
        query_is_free=True, total_daily=SEARCHES_A_DAY, remains=SEARCHES_A_DAY, stars_amount=0
    )
