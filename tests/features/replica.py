"""What a client knows: built from pushes, from the difference, or read afresh; the three must agree."""

from typing import TYPE_CHECKING, Any

from chappe.tl import api, errors

if TYPE_CHECKING:
    from .village import Person

PAGE = 100  # messages a fresh device reads of each conversation
OWN = 0  # the box of the person themselves; a channel's box goes by its id
Place = tuple[int, int]  # box, message


def peer_key(peer: Any) -> tuple[str, int]:
    """Return a peer as a key."""
    for field in ("user_id", "chat_id", "channel_id"):
        if hasattr(peer, field):
            return field, getattr(peer, field)
    raise TypeError(peer)


def box_of(peer: Any) -> int:
    """Return in which box a dialog's messages are numbered."""
    return peer.channel_id if isinstance(peer, api.PeerChannel) else OWN


def fact_of(message: Any) -> dict[str, Any]:
    """Return what everybody who knows a message must agree on."""
    fact = {"peer": peer_key(message.peer_id), "out": message.out, "date": message.date}
    fact["reply"] = getattr(message.reply_to, "reply_to_msg_id", None)
    fact["reactions"] = _reactions(message.reactions)
    if isinstance(message, api.MessageService):
        return {**fact, "action": type(message.action).__name__}
    media = message.media and type(message.media).__name__
    return {
        **fact, "text": message.message, "edited": message.edit_date, "pinned": message.pinned,
        "media": media, "entities": [(type(e).__name__, e.offset) for e in message.entities or ()],
    }  # fmt: skip


def _reactions(given: Any) -> list[Any]:
    counts = given.results if given else ()
    return sorted((getattr(c.reaction, "emoticon", ""), c.count) for c in counts)


class Replica:
    """A client's idea of a person's conversations."""

    def __init__(self, user: int, pts: int) -> None:
        self.user = user
        self.pts = pts
        self.messages: dict[Place, dict[str, Any]] = {}
        self.read: dict[tuple[str, Any], int] = {}
        self.channel_pts: dict[int, int] = {}
        self.channels: set[int] = set()
        self.gone: set[Place] = set()
        self.read_from: dict[
            Any, int
        ] = {}  # the oldest message read of a conversation, by its peer

    def hear(self, updates: list[Any]) -> None:
        """Take in updates as they were pushed; none may be missing."""
        for update in updates:
            self._count(update)
            self.take(update)

    def _count(self, update: Any) -> None:
        pts, count = getattr(update, "pts", None), getattr(update, "pts_count", None)
        if pts is None or count is None:
            return
        channel = self._channel(update)
        if not channel:
            assert pts - count == self.pts, f"a hole before {update}; known {self.pts}"
            self.pts = pts
            return
        self.channels.add(channel)
        known = self.channel_pts.get(channel, pts - count)
        assert pts - count == known, f"a hole before {update}; known {known}"
        self.channel_pts[channel] = pts

    @staticmethod
    def _channel(update: Any) -> int:
        if hasattr(update, "channel_id"):
            return int(update.channel_id)
        peer = getattr(getattr(update, "message", None), "peer_id", None)
        return box_of(peer) if peer is not None else OWN

    def take(self, update: Any) -> None:
        """Take in one update."""
        match update:
            case api.UpdateNewMessage() | api.UpdateNewChannelMessage():
                self.keep(update.message)
            case api.UpdateEditMessage() | api.UpdateEditChannelMessage():
                self.keep(update.message)
            case api.UpdateDeleteMessages():
                self._drop(OWN, update.messages)
            case api.UpdateDeleteChannelMessages():
                self._drop(update.channel_id, update.messages)
            case api.UpdatePinnedMessages():
                self._pin(OWN, update)
            case api.UpdatePinnedChannelMessages():
                self._pin(update.channel_id, update)
            case api.UpdateReadHistoryInbox():
                self._read("in", peer_key(update.peer), update.max_id)
            case api.UpdateReadHistoryOutbox():
                self._read("out", peer_key(update.peer), update.max_id)
            case api.UpdateReadChannelInbox():
                self._read("in", ("channel_id", update.channel_id), update.max_id)
            case api.UpdateReadChannelOutbox():
                self._read("out", ("channel_id", update.channel_id), update.max_id)
            case api.UpdateMessageReactions():
                place = (box_of(update.peer), update.msg_id)
                if place in self.messages:
                    self.messages[place]["reactions"] = _reactions(update.reactions)
            case api.UpdateChannelTooLong():
                self.channels.add(update.channel_id)

    def keep(self, message: Any) -> None:
        """Remember a message."""
        if not isinstance(message, api.MessageEmpty):
            self.messages[(box_of(message.peer_id), message.id)] = fact_of(message)

    def _drop(self, box: int, ids: list[int]) -> None:
        for number in ids:
            self.messages.pop((box, number), None)
            self.gone.add((box, number))

    def _pin(self, box: int, update: Any) -> None:
        for number in update.messages:
            if "pinned" in self.messages.get((box, number), {}):
                self.messages[(box, number)]["pinned"] = update.pinned

    def _read(self, way: str, peer: Any, max_id: int) -> None:
        self.read[way, peer] = max(max_id, self.read.get((way, peer), 0))

    def facts(self, now: "Replica", before: "Replica") -> dict[Any, Any]:
        """Return what is known of those things that a fresh device sees now and did not see before.

        What was written in a channel before one heard of it is taken from the fresh device.
        """
        peers = {m["peer"] for m in now.messages.values()}
        found: dict[Any, Any] = {
            place: fact
            for place, fact in self.messages.items()
            if fact["peer"] in peers and place[1] >= now.read_from.get(fact["peer"], 0)
        }
        heard: dict[int, int] = {}
        for box, number in (*self.messages, *self.gone):
            heard[box] = min(number, heard.get(box, number))
        found |= {
            place: fact
            for place, fact in now.messages.items()
            if place[0] != OWN and place[1] < heard.get(place[0], place[1] + 1)
        }
        for place in before.messages:
            found.pop(place, None)
        for key in now.read:
            if key[1][0] != "channel_id" and key not in before.read:
                found[key] = self.read.get(key, 0)
        return found


async def sleeper(person: "Person") -> Replica:
    """Return what a twin knows that slept since the person signed up, once it has caught up."""
    replica = Replica(person.id, person.since.pts)
    pts, date = person.since.pts, person.since.date
    while True:
        got = await person(api.UpdatesGetDifference(pts=pts, date=date, qts=person.since.qts))
        if isinstance(got, api.UpdatesDifferenceEmpty):
            break
        assert not isinstance(got, api.UpdatesDifferenceTooLong)
        for message in got.new_messages:
            replica.keep(message)
        for update in got.other_updates:
            replica.take(update)
        if isinstance(got, api.UpdatesDifference):
            break
        pts = got.intermediate_state.pts
    for channel in sorted(replica.channels):
        await _sleep_through(person, replica, channel)
    return replica


async def _sleep_through(person: "Person", replica: Replica, channel: int) -> None:
    """Catch up with a channel from its beginning."""
    given = person.channel(api.Channel(id=channel, title="", photo=None, date=0))
    pts = 1
    while True:
        try:
            got = await person(api.UpdatesGetChannelDifference(
                channel=given, filter=api.ChannelMessagesFilterEmpty(), pts=pts, limit=100))  # fmt: skip
        except (errors.ChannelPrivate, errors.ChannelInvalid):
            return
        if isinstance(got, api.UpdatesChannelDifference):
            for message in got.new_messages:
                replica.keep(message)
            for update in got.other_updates:
                replica.take(update)
        if got.final:
            return
        pts = got.pts


async def fresh(person: "Person") -> Replica:
    """Return what a device knows that reads everything now."""
    replica = Replica(person.id, 0)
    listed = await person(api.MessagesGetDialogs(
        offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=100, hash=0))  # fmt: skip
    for dialog in listed.dialogs:
        peer = dialog.peer
        replica.read["in", peer_key(peer)] = dialog.read_inbox_max_id
        replica.read["out", peer_key(peer)] = dialog.read_outbox_max_id
        page = await person.history(peer)
        for message in page:
            replica.keep(message)
        if len(page) == PAGE:
            replica.read_from[peer_key(peer)] = page[-1].id
    return replica
