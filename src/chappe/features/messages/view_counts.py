"""View and forward counters of channel posts.

A reader counts once for each post, as far as is remembered: who has seen what is kept in memory only, and is
forgotten when the server stops or when others have seen much since.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from chappe.core import Owner
from chappe.features import accounts, chats
from chappe.features.conversations import (
    Counted,
    PostEvent,
    alike_to_readers,
    is_discussion,
    seen_post,
    source_of,
    visible,
)
from chappe.rpc import Call, Home, method
from chappe.tl import api
from chappe.updates import Change, Context, Facts, Job, PerServer, Viewer

from .history import NAMED_MAX

SEEN_REMEMBERED_MAX: Final = 100_000  # times somebody saw a post that are remembered
TOLD_EVERY_S: Final = 5  # seconds between two times that the numbers of a post are told


class RecentViewers:
    """Who has seen which post lately, so that they are counted once."""

    def __init__(self) -> None:
        self._known: dict[int, None] = {}

    def fresh(self, user: int, channel: int, ids: Iterable[int]) -> list[int]:
        """Return those posts that somebody sees for the first time, and remember them."""
        found = []
        for number in ids:
            key = hash((user, channel, number))
            if key not in self._known:
                self._known[key] = None
                found.append(number)
        while len(self._known) > SEEN_REMEMBERED_MAX:
            del self._known[next(iter(self._known))]
        return found


RECENT_VIEWERS: Final[PerServer[RecentViewers]] = PerServer(lambda _: RecentViewers())


class CountEvent(PostEvent, frozen=True):
    """A number of a post has grown. Whispered, never kept."""

    name = ""

    id: int

    async def audience(self, context: Context) -> Facts | None:
        """See `Event`."""
        return await alike_to_readers(context, self.channel, self.id)

    async def _counted(self, viewer: Viewer) -> Counted | None:
        if await seen_post(viewer, self.channel, self.id) is None:
            return None
        viewer.mention_channel(self.channel)
        return await viewer.look(Owner.channel(self.channel)).get(Counted, self.id)


class PostViewed(CountEvent, frozen=True):
    """A post was seen by more people."""

    name = "posts.viewed"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChannelMessageViews | None:
        """See `Event`."""
        counted = await self._counted(viewer)
        if counted is None:
            return None
        return api.UpdateChannelMessageViews(
            channel_id=self.channel, id=self.id, views=counted.views
        )


class PostForwarded(CountEvent, frozen=True):
    """A post was forwarded once more."""

    name = "posts.forwarded"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChannelMessageForwards | None:
        """See `Event`."""
        counted = await self._counted(viewer)
        if counted is None:
            return None
        return api.UpdateChannelMessageForwards(
            channel_id=self.channel, id=self.id, forwards=counted.forwards
        )


class TellCounts(Job, frozen=True):
    """The numbers of a post have grown since they were told."""

    name = "posts.tell_counts"

    channel: int
    id: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner.channel(self.channel)) as change:
            counted = await change.get(Counted, self.id)
            if counted is None or not counted.due:
                return
            change.put(msgspec.structs.replace(counted, due=0, told_forwards=counted.forwards))
        context.delivery.push_transient(
            Owner.channel(self.channel), PostViewed(channel=self.channel, id=self.id)
        )
        if counted.forwards > counted.told_forwards:
            context.delivery.push_transient(
                Owner.channel(self.channel), PostForwarded(channel=self.channel, id=self.id)
            )


async def _count(change: Change, number: int, *, views: int = 0, forwards: int = 0) -> Counted:
    """Add to the numbers of a post, and see to it that they are told soon."""
    old = await change.get(Counted, number) or Counted(id=number, views=0 if views else 1)
    if not old.due:
        change.schedule(change.now + TOLD_EVERY_S, TellCounts(channel=change.owner.id, id=number))
    counted = msgspec.structs.replace(
        old,
        views=old.views + views,
        forwards=old.forwards + forwards,
        due=old.due or change.now + TOLD_EVERY_S,
    )
    change.put(counted)
    return counted


async def count_forwards(call: Call, peer: int, ids: Iterable[int]) -> None:
    """Count that posts of a channel were forwarded; what is said in groups is not counted."""
    if await is_discussion(call.context, peer):
        return
    async with call.context.change(accounts.owner_of(peer)) as change:
        chat = await change.get(chats.Chat)
        if chat is not None and chat.broadcast and not chat.is_over:
            for number in ids:
                await _count(change, number, forwards=1)


@method(api.MessagesGetMessagesViews, home=Home.PEER, raises=accounts.PEER_ERRORS)
async def get_messages_views(
    call: Call, request: api.MessagesGetMessagesViews
) -> api.MessagesMessageViews:
    """Return how often posts were seen, counting the caller with `increment`; others are not counted."""
    where = await source_of(call, request.peer)
    ids = request.id[:NAMED_MAX]
    if where.place is None or not where.place.chat.broadcast:
        return api.MessagesMessageViews(views=[api.MessageViews() for _ in ids], chats=[], users=[])
    there = [i for i in dict.fromkeys(ids) if await visible(where, i) is not None]
    fresh = []
    if request.increment:
        fresh = call.context.own(RECENT_VIEWERS).fresh(call.user, where.owner.id, there)
    found = {n: await where.look.get(Counted, n) or Counted(id=n, views=1) for n in there}
    if fresh:
        async with call.context.change(where.owner) as change:
            for number in fresh:
                found[number] = await _count(change, number, views=1)
    views = [
        api.MessageViews(views=found[i].views, forwards=found[i].forwards)
        if i in found
        else api.MessageViews()
        for i in ids
    ]
    return api.MessagesMessageViews(views=views, chats=[], users=[])


EVENTS: Final[tuple[Any, ...]] = (PostViewed, PostForwarded, TellCounts)
