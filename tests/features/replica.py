"""What a client knows: built from pushes, from the difference, or read afresh; the three must agree.

One of three oracles, which share no code on purpose. This one sees every field of every object in one
process, after each test of features: it finds what push and difference tell differently, but believes
the codec.
"""

import copy
from typing import TYPE_CHECKING, Any

from chappe.tl import api, errors

if TYPE_CHECKING:
    from .village import Device, Person

PAGE = 100  # messages a fresh device reads of each conversation
FILTERS = -1  # where the order of folders is remembered
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


def channel_of(update: Any) -> int:
    """Return whose pts an update counts: a channel's id, or OWN."""
    if hasattr(update, "channel_id"):
        return int(update.channel_id)
    peer = getattr(getattr(update, "message", None), "peer_id", None)
    return box_of(peer) if peer is not None else OWN


def hold_whole(counted: list[tuple[int, int, int]], since: int) -> None:
    """Check that a device that calls was told of every pts, by answers or by pushes, in any order."""
    reached = {OWN: since}
    for box, pts, count in sorted(set(counted)):
        known = reached.setdefault(box, pts - count)
        assert pts - count <= known, f"a hole in {box} before {pts}: known {known}"
        reached[box] = max(known, pts)


def is_own(message: Any) -> bool:
    """Whether a message is the reader's own: what they saved goes nowhere, so it is not `out`."""
    return message.out or message.saved_peer_id is not None


def fact_of(message: Any) -> dict[str, Any]:
    """Return what everybody who knows a message must agree on."""
    fact = {"peer": peer_key(message.peer_id), "out": message.out, "date": message.date}
    fact["own"] = is_own(message)
    fact["reply"] = getattr(message.reply_to, "reply_to_msg_id", None)
    fact["reactions"] = _reactions(message.reactions)
    fact["fresh"] = _has_news(message.reactions)
    fact["mentioned"] = message.mentioned
    fact["ttl"] = message.ttl_period
    fact["unheard"] = message.media_unread
    if isinstance(message, api.MessageService):
        return {**fact, "action": type(message.action).__name__}
    media = message.media and type(message.media).__name__
    fact["poll"] = _poll(message.media) if media == "MessageMediaPoll" else None
    return {
        **fact,
        "text": message.message,
        "edited": message.edit_date,
        "keyboard": message.reply_markup,
        "via": message.via_bot_id,
        "pinned": message.pinned,
        "media": media,
        "entities": [(type(e).__name__, e.offset) for e in message.entities or ()],
    }


def _loudness(given: Any) -> Any:
    return given.mute_until or 0, bool(given.silent), given.show_previews


def _poll(given: Any) -> Any:
    """Return what a client knows of a poll: from a message, or from news of it."""
    results = [(v.option, v.chosen, v.correct, v.voters) for v in given.results.results or ()]
    poll = given.poll
    return poll.id, poll.closed, poll.hash, results, given.results.total_voters


def _has_news(given: Any) -> bool:
    return any(one.unread for one in (given.recent_reactions if given else None) or ())


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
        self.drafts: dict[Any, Any] = {}
        self.marked: set[Any] = set()
        self.folder: dict[Any, int] = {}
        self.pins: dict[int, list[Any]] = {}
        self.loudness: dict[Any, Any] = {}
        self.filters: dict[int, Any] = {}
        self.ttl: dict[Any, int] = {}  # how long new messages live; apps take it from actions, too
        self.scheduled: dict[tuple[Any, int], Any] = {}
        self.chats: dict[Any, dict[str, Any]] = {}
        self.unread: dict[Any, int] = {}  # as the server counts; a fresh device knows no other
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
        channel = channel_of(update)
        if not channel:
            assert pts - count == self.pts, f"a hole before {update}; known {self.pts}"
            self.pts = pts
            return
        self.channels.add(channel)
        known = self.channel_pts.get(channel, pts - count)
        assert pts - count == known, f"a hole before {update}; known {known}"
        self.channel_pts[channel] = pts

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
                    self.messages[place]["fresh"] = _has_news(update.reactions)
            case api.UpdateMessagePoll():
                for fact in self.messages.values():
                    if fact.get("poll") and fact["poll"][0] == update.poll_id:
                        fact["poll"] = _poll(update)
            case api.UpdateChannelTooLong():
                self.channels.add(update.channel_id)
            case api.UpdateReadMessagesContents():
                self._hear_out(OWN, update.messages)
            case api.UpdateChannelReadMessagesContents():
                self._hear_out(update.channel_id, update.messages)
            case api.UpdateChannelAvailableMessages():
                self._read("in", ("channel_id", update.channel_id), update.available_min_id)
                self._drop(
                    update.channel_id,
                    [
                        n
                        for box, n in list(self.messages)
                        if box == update.channel_id and n <= update.available_min_id
                    ],
                )
            case _:
                self._take_of_dialogs(update)

    def _take_of_dialogs(self, update: Any) -> None:
        match update:
            case api.UpdateDraftMessage():
                self.draft(update.peer, update.draft)
            case api.UpdateDialogUnreadMark():
                key = peer_key(update.peer.peer)
                (self.marked.add if update.unread else self.marked.discard)(key)
            case api.UpdateFolderPeers():
                for moved in update.folder_peers:
                    self.folder[peer_key(moved.peer)] = moved.folder_id
            case api.UpdatePinnedDialogs():
                self.pins[update.folder_id or 0] = [peer_key(p.peer) for p in update.order]
            case api.UpdateNotifySettings(peer=api.NotifyPeer()):
                self.loudness[peer_key(update.peer.peer)] = _loudness(update.notify_settings)
            case api.UpdateDialogFilter():
                order = self.pins.setdefault(FILTERS, [])
                self.filters.pop(update.id, None)
                order = self.pins.setdefault(FILTERS, [])
                if update.filter is None or update.id not in order:
                    self.pins[FILTERS] = [i for i in order if i != update.id]
                if update.filter is not None:
                    self.pins[FILTERS] += [update.id] if update.id not in order else []
                    self.filters[update.id] = repr(update.filter)
                    if update.id not in order:
                        order.append(update.id)
                elif update.id in order:
                    order.remove(update.id)
            case api.UpdateNewScheduledMessage(message=message):
                self.scheduled[peer_key(message.peer_id), message.id] = fact_of(message)
            case api.UpdateDeleteScheduledMessages():
                for number in update.messages:
                    self.scheduled.pop((peer_key(update.peer), number), None)
            case api.UpdatePeerHistoryTTL():
                self.ttl[peer_key(update.peer)] = update.ttl_period or 0
            case api.UpdateDialogFilterOrder():
                self.pins[FILTERS] = [i for i in update.order if i]

    def draft(self, peer: Any, draft: Any) -> None:
        """Remember what was begun to be written."""
        self.drafts.pop(peer_key(peer), None)
        if isinstance(draft, api.DraftMessage):
            self.drafts[peer_key(peer)] = repr(draft)

    def know(self, chats: list[Any]) -> None:
        """Remember chats as they were shown."""
        for chat in chats:
            kind = "channel_id" if hasattr(chat, "access_hash") else "chat_id"
            fields = (
                "title",
                "username",
                "left",
                "creator",
                "deactivated",
                "admin_rights",
                "banned_rights",
                "default_banned_rights",
                "slowmode_enabled",
                "noforwards",
                "has_link",
                "join_request",
                "signatures",
                "restriction_reason",
                "scam",
                "fake",
            )
            fact = {f: repr(getattr(chat, f, None)) for f in fields}
            self.chats[kind, chat.id] = {"kind": type(chat).__name__, **fact}

    def _hear_out(self, box: int, ids: list[int]) -> None:
        for number in ids:
            if (box, number) in self.messages:
                self.messages[box, number]["unheard"] = False
                self.messages[box, number]["fresh"] = False

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

    def grown(self, pts: int) -> "Replica":
        """Return a copy to which events are added."""
        other = copy.deepcopy(self)
        other.pts = pts
        other.unread = {}
        return other

    def facts(self, now: "Replica") -> dict[Any, Any]:
        """Return what is known of those things that a fresh device sees now.

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
        for key in now.read:
            if key[1][0] != "channel_id":
                found[key] = self.read.get(key, 0)
        listed = {key for _, key in now.read}
        for peer in listed:
            found["unread", peer] = self.unread.get(peer, self._count_unread(peer, now))
            found["loudness", peer] = self.loudness.get(peer, (0, False, None))
            found["folder", peer] = self.folder.get(peer, 0)
            if peer[0] != "channel_id":
                found["ttl", peer] = self.ttl.get(peer, 0)
        found["drafts"] = dict(self.drafts)
        found["marked"] = set(self.marked)
        for folder in (0, 1, FILTERS):
            found["pins", folder] = self.pins.get(folder, [])
        found["filters"] = dict(self.filters)
        found["scheduled"] = {k: s for k, s in self.scheduled.items() if k[0] in listed}
        for key in now.chats:
            found["chat", key] = self.chats.get(key)
        return found

    def _count_unread(self, peer: Any, now: "Replica") -> int:
        """Count unread messages as clients do; those a client cannot know are taken as counted."""
        if peer[0] == "channel_id" or now.read_from.get(peer):
            return now.unread[peer]
        read = self.read.get(("in", peer), 0)
        return sum(
            m["peer"] == peer and not m["own"] and n > read for (_, n), m in self.messages.items()
        )


async def catch_up(device: "Device", qts: int, limit: int | None = None) -> list[tuple[int, Any]]:
    """Return what a device finds in its second log behind a qts, with the qts it has then."""
    found: list[tuple[int, Any]] = []
    state = await device(api.UpdatesGetState())
    while True:
        got = await device(
            api.UpdatesGetDifference(pts=state.pts, date=state.date, qts=qts, qts_limit=limit)
        )
        if isinstance(got, api.UpdatesDifferenceEmpty):
            return found
        whole = isinstance(got, api.UpdatesDifference)
        qts = (got.state if whole else got.intermediate_state).qts
        news = [u for u in got.other_updates if getattr(u, "qts", 0)]
        found += [(qts, one) for one in (*got.new_encrypted_messages, *news)]
        if whole:
            return found


async def hold_addressed(device: "Device") -> None:
    """Check that a device was pushed its second log without a hole, and that its twin finds the same."""
    known = device.acknowledged
    state = await device(api.UpdatesGetState())
    if not state.qts:
        assert device.heard_qts() == []
        return
    slept = [update for _, update in await catch_up(device, known)]
    if not device.was_away:
        pushed = device.heard_qts()
        assert [u.qts for u in pushed] == list(range(1, state.qts + 1))
        fresh = [u for u in pushed if u.qts > known]
        secret = [u.message for u in fresh if isinstance(u, api.UpdateNewEncryptedMessage)]
        others = [u for u in fresh if not isinstance(u, api.UpdateNewEncryptedMessage)]
        assert slept == secret + others, f"the twin of a device of {device.client.user}"


async def sleeper(person: "Person") -> Replica:
    """Return what a twin knows that slept since the person signed up, once it has caught up."""
    replica = person.before.grown(person.since.pts)
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
        replica.know(got.chats)
        if isinstance(got, api.UpdatesDifference):
            break
        assert (pts, date) != (got.intermediate_state.pts, got.intermediate_state.date)
        pts, date = got.intermediate_state.pts, got.intermediate_state.date
    for channel in sorted(replica.channels):
        await _sleep_through(person, replica, channel)
    return replica


async def _sleep_through(person: "Person", replica: Replica, channel: int) -> None:
    """Catch up with a channel from its beginning."""
    given = person.channel(api.Channel(id=channel, title="", photo=None, date=0))
    pts = 1
    while True:
        try:
            got = await person(
                api.UpdatesGetChannelDifference(
                    channel=given, filter=api.ChannelMessagesFilterEmpty(), pts=pts, limit=100
                )
            )
        except (errors.ChannelPrivate, errors.ChannelInvalid):
            return
        if isinstance(got, api.UpdatesChannelDifference):
            for message in got.new_messages:
                replica.keep(message)
            for update in got.other_updates:
                replica.take(update)
            replica.know(got.chats)
        if got.final:
            return
        pts = got.pts


async def fresh(person: "Person") -> Replica:
    """Return what a device knows that reads everything now."""
    replica = Replica(person.id, 0)
    listed = await person(
        api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=100, hash=0
        )
    )
    replica.know(listed.chats)
    closed = {("channel_id", c.id) for c in listed.chats if isinstance(c, api.ChannelForbidden)}
    for dialog in listed.dialogs:
        peer = dialog.peer
        key = peer_key(peer)
        replica.unread[key] = dialog.unread_count
        replica.folder[key] = dialog.folder_id or 0
        replica.ttl[key] = dialog.ttl_period or 0
        replica.loudness[key] = _loudness(dialog.notify_settings)
        replica.read["in", peer_key(peer)] = dialog.read_inbox_max_id
        replica.read["out", peer_key(peer)] = dialog.read_outbox_max_id
        page = await person.history(peer) if key not in closed else []
        for message in page:
            replica.keep(message)
        if key not in closed:
            waiting = await person(api.MessagesGetScheduledHistory(peer=person.peer(peer), hash=0))
            for message in waiting.messages:
                replica.scheduled[key, message.id] = fact_of(message)
        if len(page) == PAGE:
            replica.read_from[peer_key(peer)] = page[-1].id
        else:
            _agrees_with_itself(dialog, page)
    await _read_lists(person, replica)
    return replica


def _agrees_with_itself(dialog: Any, page: list[Any]) -> None:
    """Hold a dialog's counts to its messages."""
    unread = [m for m in page if m.id > dialog.read_inbox_max_id and not is_own(m)]
    assert dialog.unread_count == len(unread), dialog
    mentions = [m for m in page if m.mentioned and m.media_unread]
    assert dialog.unread_mentions_count == len(mentions), dialog
    news = [m for m in page if _has_news(m.reactions)]
    assert dialog.unread_reactions_count == len(news), dialog


async def _read_lists(person: "Person", replica: Replica) -> None:
    """Read what is listed beside the conversations."""
    for update in (await person(api.MessagesGetAllDrafts())).updates:
        replica.take(update)
    replica.marked = {peer_key(p.peer) for p in await person(api.MessagesGetDialogUnreadMarks())}
    for folder in (0, 1):
        pinned = await person(api.MessagesGetPinnedDialogs(folder_id=folder))
        replica.pins[folder] = [peer_key(d.peer) for d in pinned.dialogs]
    answer = await person(api.MessagesGetDialogFilters())
    every = getattr(answer, "filters", answer)  # a plain list for old apps
    filters = [f for f in every if not isinstance(f, api.DialogFilterDefault)]
    replica.filters = {f.id: repr(f) for f in filters}
    replica.pins[FILTERS] = [f.id for f in filters]


def differences(known: dict[Any, Any], right: dict[Any, Any]) -> dict[Any, tuple[Any, Any]]:
    """Return where two ideas of the same conversations disagree."""
    keys = [*right, *(k for k in known if k not in right)]
    return {k: (known.get(k), right.get(k)) for k in keys if known.get(k) != right.get(k)}
