"""Events of topics."""

from typing import Final

from chappe.core import Owner
from chappe.features import accounts, chats
from chappe.tl import api
from chappe.updates import Event, Viewer

from .records import TopicPins


async def _may_hear(viewer: Viewer, channel: int) -> bool:
    place = await chats.membership_of(viewer.context, Owner.channel(channel), viewer.user)
    return place is not None and chats.may_see_channel(place, int(viewer.context.clock.now()))


class TopicPinned(Event, frozen=True):
    """In a forum's box: a topic was pinned or unpinned."""

    name = "topics.pinned"

    channel: int
    topic: int
    pinned: bool

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePinnedForumTopic | None:
        """See `Event`."""
        if not await _may_hear(viewer, self.channel):
            return None
        peer = accounts.show_peer(viewer, accounts.peer_id(Owner.channel(self.channel)))
        return api.UpdatePinnedForumTopic(pinned=self.pinned, peer=peer, topic_id=self.topic)


class TopicsOrdered(Event, frozen=True):
    """In a forum's box: the pinned topics stand in another order."""

    name = "topics.ordered"

    channel: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePinnedForumTopics | None:
        """See `Event`."""
        if not await _may_hear(viewer, self.channel):
            return None
        owner = Owner.channel(self.channel)
        pins = await viewer.look(owner).get(TopicPins) or TopicPins()
        peer = accounts.show_peer(viewer, accounts.peer_id(owner))
        return api.UpdatePinnedForumTopics(peer=peer, order=list(pins.order))


class ShownAsMessages(Event, frozen=True):
    """In a reader's own box: they want to see a forum as one conversation, or as topics again."""

    name = "topics.as_messages"

    channel: int
    enabled: bool

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChannelViewForumAsMessages:
        """See `Event`."""
        viewer.mention_channel(self.channel)
        return api.UpdateChannelViewForumAsMessages(channel_id=self.channel, enabled=self.enabled)


EVENTS: Final = (TopicPinned, TopicsOrdered, ShownAsMessages)
