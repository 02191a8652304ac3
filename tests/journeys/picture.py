"""What one device knows of a person's conversations, brought up to date by updates as apps do it.

One of three oracles, which share no code on purpose. This one sees only bytes from a socket and keeps
what apps keep: it finds what real libraries would get wrong, whatever the server's own objects say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from chappe.tl import api

CHANNELS = 10**12  # libraries write a channel's number as -(10¹² + id)
# what may differ between two looks at the same message: counters nobody is told of, and references
# that are made anew each time
PASSING = frozenset({"views", "forwards", "replies", "file_reference"})
# what everybody in a group or channel must know of it
PROPERTIES = (
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
    "forum",
)
NEW = (api.UpdateNewMessage, api.UpdateNewChannelMessage)
EDITED = (api.UpdateEditMessage, api.UpdateEditChannelMessage)
OPENED = (api.UpdateReadMessagesContents, api.UpdateChannelReadMessagesContents)
PINNED = (api.UpdatePinnedMessages, api.UpdatePinnedChannelMessages)


def number_of(peer: Any) -> int:
    """Return a peer as client libraries number it."""
    if isinstance(peer, api.PeerUser):
        return int(peer.user_id)
    if isinstance(peer, api.PeerChat):
        return -int(peer.chat_id)
    return -(CHANNELS + int(peer.channel_id))


def plain(value: Any) -> Any:
    """Return a TL value as something that can be compared and read, without what passes."""
    if isinstance(value, msgspec.Struct):
        shown = {
            name: plain(one)
            for name in value.__struct_fields__
            if name not in PASSING and (one := getattr(value, name)) not in (None, False)
        }
        return {"_": type(value).__name__, **shown}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def is_own(message: Any) -> bool:
    """Whether a message is the reader's own: what they saved goes nowhere, so it is not `out`."""
    return bool(message.out) or getattr(message, "saved_peer_id", None) is not None


@dataclass(frozen=True)
class Dialog:
    """A conversation, but for its messages."""

    read_inbox: int = 0
    read_outbox: int = 0
    unread: int = 0
    pinned: bool = False
    marked: bool = False
    draft: str = ""
    folder: int = 0
    mentions: int = 0  # unread messages addressed to oneself
    muted_until: int = 0
    ttl: int = 0  # seconds new messages live; a channel says it with its chat


def is_mention(message: Any) -> bool:
    """Whether somebody is addressed by a message and has not said that they saw it."""
    return bool(message.mentioned and message.media_unread)


@dataclass
class Picture:
    """Conversations and their messages."""

    dialogs: dict[int, Dialog] = field(default_factory=dict)
    messages: dict[int, dict[int, Any]] = field(default_factory=dict)  # by peer, by id
    channels: dict[int, int] = field(default_factory=dict)  # pts by channel's id
    hashes: dict[int, int] = field(default_factory=dict)  # by channel's id
    pts: int = 0
    qts: int = 0
    date: int = 0
    unknown: set[int] = field(default_factory=set)  # channels it must read anew
    closed: set[int] = field(default_factory=set)  # groups that became supergroups
    chats: dict[int, Any] = field(default_factory=dict)  # what is known of them, by peer

    # -- from what the server shows --------------------------------------------------------------

    def show(self, dialog: Any) -> int:
        """Take over a dialog as the server lists it; return its peer's number."""
        peer = number_of(dialog.peer)
        self.dialogs[peer] = Dialog(
            dialog.read_inbox_max_id,
            dialog.read_outbox_max_id,
            dialog.unread_count,
            bool(dialog.pinned),
            bool(dialog.unread_mark),
            getattr(dialog.draft, "message", "") or "",
            dialog.folder_id or 0,
            dialog.unread_mentions_count,
            dialog.notify_settings.mute_until or 0,
            0 if peer < -CHANNELS else dialog.ttl_period or 0,
        )
        if dialog.pts is not None:
            self.channels[dialog.peer.channel_id] = dialog.pts
        return peer

    def keep(self, message: Any) -> None:
        """Take over a message."""
        self.messages.setdefault(number_of(message.peer_id), {})[message.id] = message

    def meet(self, chats: Iterable[Any]) -> None:
        """Remember how to name channels, what groups and channels are, and which groups are no more."""
        for chat in chats:
            is_channel = isinstance(chat, api.Channel | api.ChannelForbidden)
            peer = -(CHANNELS + chat.id) if is_channel else -chat.id
            shown = {name: plain(getattr(chat, name, None)) for name in PROPERTIES}
            self.chats[peer] = {"_": type(chat).__name__, **shown}
            if is_channel and chat.access_hash:
                self.hashes[chat.id] = chat.access_hash
            if isinstance(chat, api.Chat) and chat.migrated_to:
                self.closed.add(peer)

    # -- from what it is told --------------------------------------------------------------------

    def hear(self, update: Any) -> None:
        """Bring the picture up to date."""
        if isinstance(update, NEW):
            self.come(update.message)
        elif isinstance(update, EDITED):
            if update.message.id in self._of(number_of(update.message.peer_id)):
                self.keep(update.message)
        elif isinstance(update, api.UpdateDeleteMessages):
            for peer in self._boxless():
                self._lose(peer, update.messages)
        elif isinstance(update, api.UpdateDeleteChannelMessages):
            self._lose(-(CHANNELS + update.channel_id), update.messages)
        elif isinstance(update, PINNED):
            channel = getattr(update, "channel_id", None)
            peer = -(CHANNELS + channel) if channel else number_of(update.peer)
            for number in update.messages:
                if (message := self._of(peer).get(number)) is not None:
                    message.pinned = bool(update.pinned)
        elif isinstance(update, api.UpdateMessageReactions):
            message = self._of(number_of(update.peer)).get(update.msg_id)
            if message is not None:
                message.reactions = update.reactions if update.reactions.results else None
        elif isinstance(update, OPENED):
            channel = getattr(update, "channel_id", None)
            for peer in [-(CHANNELS + channel)] if channel else self._boxless():
                self._open(peer, update.messages)
        elif isinstance(update, api.UpdateMessagePoll):
            self._count_votes(update)
        else:
            self._hear_of_dialog(update)

    def _boxless(self) -> list[int]:
        """Return the conversations that share the numbers of one mailbox."""
        return [p for p in self.messages if p > -CHANNELS]

    def _open(self, peer: int, ids: Iterable[int]) -> None:
        """Note that messages were looked at: what lasts only so long after that begins to vanish."""
        for number in ids:
            message = self._of(peer).get(number)
            if message is None:
                continue
            self._miss(peer, -is_mention(message))
            message.media_unread = False
            for one in (message.reactions and message.reactions.recent_reactions) or ():
                one.unread = False
            if getattr(message.media, "ttl_seconds", None):
                for name in {"photo", "document"} & set(message.media.__struct_fields__):
                    setattr(message.media, name, None)

    def _miss(self, peer: int, more: int) -> None:
        """Count another unread message addressed to oneself, or one less."""
        if more:
            dialog = self.dialogs.get(peer, Dialog())
            self._alter(peer, mentions=max(0, dialog.mentions + more))

    def _count_votes(self, update: Any) -> None:
        for messages in self.messages.values():
            for message in messages.values():
                media = getattr(message, "media", None)
                if isinstance(media, api.MessageMediaPoll) and media.poll.id == update.poll_id:
                    media.poll = update.poll or media.poll
                    media.results = update.results

    def _hear_of_dialog(self, update: Any) -> None:
        match update:
            case api.UpdateReadHistoryInbox():
                self._mark(number_of(update.peer), update.max_id, update.still_unread_count)
            case api.UpdateReadChannelInbox():
                peer = -(CHANNELS + update.channel_id)
                self._mark(peer, update.max_id, update.still_unread_count)
            case api.UpdateReadHistoryOutbox():
                self._alter(number_of(update.peer), read_outbox=update.max_id)
            case api.UpdateReadChannelOutbox():
                self._alter(-(CHANNELS + update.channel_id), read_outbox=update.max_id)
            case api.UpdateDialogPinned():
                self._alter(number_of(update.peer.peer), pinned=bool(update.pinned))
            case api.UpdatePinnedDialogs():
                order = {number_of(d.peer) for d in update.order or ()}
                for peer, dialog in self.dialogs.items():
                    if dialog.folder == (update.folder_id or 0):
                        self._alter(peer, pinned=peer in order)
            case api.UpdateDialogUnreadMark():
                self._alter(number_of(update.peer.peer), marked=bool(update.unread))
            case api.UpdateDraftMessage():
                text = getattr(update.draft, "message", "") or ""
                self._alter(number_of(update.peer), draft=text)
            case api.UpdateNotifySettings(peer=api.NotifyPeer()):
                until = update.notify_settings.mute_until or 0
                self._alter(number_of(update.peer.peer), muted_until=until)
            case api.UpdatePeerHistoryTTL() if not isinstance(update.peer, api.PeerChannel):
                self._alter(number_of(update.peer), ttl=update.ttl_period or 0)
            case api.UpdateFolderPeers():
                for one in update.folder_peers:
                    self._alter(number_of(one.peer), folder=one.folder_id, pinned=False)
            case api.UpdateChannel() if update.channel_id not in self.channels:
                self.unknown.add(update.channel_id)

    def come(self, message: Any) -> None:
        """Let a message come in."""
        peer = number_of(message.peer_id)
        if message.id in self._of(peer):
            raise AssertionError(f"{peer} was told twice of {message.id}")
        self.keep(message)
        self._miss(peer, +is_mention(message))
        dialog = self.dialogs.get(peer, Dialog())
        if message.id > dialog.read_inbox and not is_own(message):
            dialog = replace(dialog, unread=dialog.unread + 1)
        self.dialogs[peer] = dialog

    def _of(self, peer: int) -> dict[int, Any]:
        return self.messages.get(peer, {})

    def _alter(self, peer: int, **fields: Any) -> None:
        self.dialogs[peer] = replace(self.dialogs.get(peer, Dialog()), **fields)

    def _mark(self, peer: int, read: int, unread: int) -> None:
        if read >= self.dialogs.get(peer, Dialog()).read_inbox:
            self._alter(peer, read_inbox=read, unread=unread, marked=False)

    def _lose(self, peer: int, ids: Iterable[int]) -> None:
        dialog = self.dialogs.get(peer, Dialog())
        for number in ids:
            message = self._of(peer).pop(number, None)
            if message is None:
                continue
            if number > dialog.read_inbox and not is_own(message):
                dialog = replace(dialog, unread=max(0, dialog.unread - 1))
            dialog = replace(dialog, mentions=max(0, dialog.mentions - is_mention(message)))
        if peer in self.dialogs:
            self.dialogs[peer] = dialog

    # -- compared ------------------------------------------------------------------------------

    def facts(self) -> dict[int, dict[str, Any]]:
        """Return all of it, to be compared."""
        return {
            peer: {
                "dialog": replace(dialog, read_inbox=self._read(peer, dialog.read_inbox)),
                "chat": self.chats.get(peer),
                **{str(n): plain(m) for n, m in self.history(peer)},
            }
            for peer, dialog in self.dialogs.items()
            if self._of(peer)
        }

    def _read(self, peer: int, mark: int) -> int:
        """Return the last message that is read.

        A mark on a message that is gone is one on that before it, and one's own messages need none.
        """
        read = 0
        for number, message in sorted(self._of(peer).items()):
            if number > mark and not is_own(message):
                break
            read = number
        return read

    def history(self, peer: int) -> Iterator[tuple[int, Any]]:
        """Return a conversation's messages, the newest first."""
        return iter(sorted(self._of(peer).items(), reverse=True))
