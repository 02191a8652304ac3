"""Kurigram's and Pyrogram's part in what surrounds messages: reactions, polls, folders and the like."""

from datetime import UTC, datetime
from typing import Any

import wire
from pyrogram import enums, raw, utils

CHANNELS = 10**12  # a channel's number is -(10¹² + id)


def number_of(peer: Any) -> int:
    """Return a peer as the library numbers it."""
    return int(utils.get_peer_id(peer))


def counts_of(given: Any) -> dict[str, int]:
    """Return how often each reaction was put, from what the protocol says."""
    return {one.reaction.emoticon: one.count for one in (given.results if given else ())}


class AroundActs:
    """What a device is asked to do around messages."""

    client: Any

    def on_around(self, update: Any) -> None:
        """Tell the harness of what the library has no event for."""
        news = raw.types
        if isinstance(update, news.UpdateMessageReactions):
            counts = counts_of(update.reactions)
            peer = number_of(update.peer)
            wire.say(event="reactions", peer=peer, id=update.msg_id, counts=counts)
        elif isinstance(update, news.UpdateMessagePoll):
            closed = bool(update.poll and update.poll.closed)
            wire.say(event="poll", total=update.results.total_voters or 0, closed=closed)
        elif isinstance(update, news.UpdateDraftMessage):
            text = getattr(update.draft, "message", "")
            wire.say(event="draft", peer=number_of(update.peer), text=text)
        elif isinstance(update, news.UpdatePinnedMessages):
            ids, pinned = list(update.messages), bool(update.pinned)
            wire.say(event="pinned", peer=number_of(update.peer), ids=ids, pinned=pinned)
        elif isinstance(update, news.UpdatePinnedChannelMessages):
            peer = -(CHANNELS + update.channel_id)
            ids, pinned = list(update.messages), bool(update.pinned)
            wire.say(event="pinned", peer=peer, ids=ids, pinned=pinned)
        elif isinstance(update, news.UpdatePeerHistoryTTL):
            seconds = update.ttl_period or 0
            wire.say(event="ttl", peer=number_of(update.peer), seconds=seconds)
        elif isinstance(update, news.UpdateDialogFilter | news.UpdateDialogFilterOrder):
            wire.say(event="folders")
        elif isinstance(update, news.UpdateNotifySettings) and isinstance(
            update.peer, news.NotifyPeer
        ):
            muted = (update.notify_settings.mute_until or 0) > 0
            wire.say(event="muted", peer=number_of(update.peer.peer), muted=muted)

    # -- reactions and polls -------------------------------------------------------------------

    async def put_reaction(self, to: int, id: int, emoji: str) -> Any:
        """React to a message, or take one's reaction back."""
        await self.client.send_reaction(to, id, emoji or None)
        return True

    async def reactions(self, to: int, id: int) -> Any:
        """Return how often each reaction was put to a message."""
        given = (await self.client.get_messages(to, id)).reactions
        return {one.emoji: one.count for one in (given.reactions if given else ())}

    async def make_poll(
        self, to: int, question: str, options: list[str], correct: int | None, public: bool
    ) -> Any:
        """Ask something; return the message's number."""
        more: dict[str, Any] = {}
        if correct is not None:
            more = {"type": enums.PollType.QUIZ, "correct_option_ids": [correct]}
            more["explanation"] = "**because**"  # without an entity the library writes it wrongly
        sent = await self.client.send_poll(to, question, options, is_anonymous=not public, **more)
        return {"id": sent.id}

    async def poll_of(self, to: int, id: int) -> Any:
        """Return what is seen of a poll."""
        poll = (await self.client.get_messages(to, id)).poll
        chosen = [i for i, o in enumerate(poll.options) if getattr(o, "is_chosen", False)]
        return {
            "question": str(getattr(poll.question, "text", poll.question)),
            "options": [str(getattr(o.text, "text", o.text)) for o in poll.options],
            "voters": [o.voter_count for o in poll.options],
            "chosen": chosen,
            "closed": bool(poll.is_closed),
            "quiz": poll.type == enums.PollType.QUIZ,
            "total": poll.total_voter_count,
        }

    async def cast_vote(self, to: int, id: int, options: list[int]) -> Any:
        """Vote, or take one's vote back."""
        if options:
            await self.client.vote_poll(to, id, options)
        else:
            await self.client.retract_vote(to, id)
        return True

    async def close_poll(self, to: int, id: int) -> Any:
        """Close a poll."""
        await self.client.stop_poll(to, id)
        return True

    # -- later -----------------------------------------------------------------------------------

    async def schedule(self, to: int, text: str, at: int) -> Any:
        """Write something that is sent later."""
        when = datetime.fromtimestamp(at, UTC)
        return {"id": (await self.client.send_message(to, text, schedule_date=when)).id}

    async def scheduled(self, to: int) -> Any:
        """Return what is to be sent later."""
        found = await self.client.get_scheduled_messages(to)
        return [{"id": m.id, "text": m.text} for m in found]

    async def send_scheduled(self, to: int, ids: list[int]) -> Any:
        """Send now what was to be sent later."""
        peer = await self.client.resolve_peer(to)
        await self.client.invoke(raw.functions.messages.SendScheduledMessages(peer=peer, id=ids))
        return True

    async def send_silent(self, to: int, text: str) -> Any:
        """Write without a sound."""
        return {"id": (await self.client.send_message(to, text, disable_notification=True)).id}

    # -- folders ---------------------------------------------------------------------------------

    async def folders(self) -> Any:
        """Return the folders in their order."""
        found = await self.client.get_folders()
        return [
            {
                "id": f.id,
                "title": str(getattr(f.name, "text", f.name)),
                "chats": [c.id for c in f.included_chats or ()],
            }
            for f in found
        ]

    async def make_folder(self, title: str, chats: list[int]) -> Any:
        """Make a folder of some conversations."""
        return {"id": await self.client.create_folder(title, included_chats=chats)}

    async def order_folders(self, ids: list[int]) -> Any:
        """Put folders into another order."""
        return await self.client.reorder_folders(ids)

    async def delete_folder(self, id: int) -> Any:
        """Remove a folder."""
        return await self.client.delete_folder(id)

    # -- found and marked ------------------------------------------------------------------------

    async def search_public(self, query: str) -> Any:
        """Return the public chats and people that are found."""
        found = await self.client.invoke(raw.functions.contacts.Search(q=query, limit=20))
        return [number_of(p) for p in (*found.my_results, *found.results)]

    async def search_all(self, query: str) -> Any:
        """Return the messages that are found in all conversations."""
        found = self.client.search_global(query, limit=50)
        return [{"peer": m.chat.id, "text": m.text or m.caption or ""} async for m in found]

    async def draft(self, to: int, text: str) -> Any:
        """Begin to write something."""
        peer = await self.client.resolve_peer(to)
        await self.client.invoke(raw.functions.messages.SaveDraft(peer=peer, message=text))
        return True

    async def set_pinned(self, to: int, id: int, pinned: bool) -> Any:
        """Pin a message, or no longer."""
        if pinned:
            await self.client.pin_chat_message(to, id)
        else:
            await self.client.unpin_chat_message(to, id)
        return True

    async def pinned(self, to: int) -> Any:
        """Return the numbers of the pinned messages."""
        found = self.client.search_messages(to, filter=enums.MessagesFilter.PINNED)
        return [m.id async for m in found]

    async def mute(self, to: int, muted: bool) -> Any:
        """Silence a conversation, or no longer."""
        return bool(await self.client.update_chat_notifications(to, mute=muted))

    async def set_ttl(self, to: int, seconds: int) -> Any:
        """Have new messages vanish after a while."""
        await self.client.set_chat_ttl(to, seconds)
        return True

    async def archive(self, to: int, archived: bool) -> Any:
        """Put a conversation into the archive, or back."""
        act = self.client.archive_chats if archived else self.client.unarchive_chats
        return bool(await act(to))

    async def _dialog(self, to: int) -> Any:
        return raw.types.InputDialogPeer(peer=await self.client.resolve_peer(to))

    async def pin_chat(self, to: int, pinned: bool) -> Any:
        """Pin a conversation, or no longer."""
        peer = await self._dialog(to)
        await self.client.invoke(raw.functions.messages.ToggleDialogPin(peer=peer, pinned=pinned))
        return True

    async def mark_unread(self, to: int, unread: bool) -> Any:
        """Mark a conversation as unread, or no longer."""
        peer = await self._dialog(to)
        await self.client.invoke(raw.functions.messages.MarkDialogUnread(peer=peer, unread=unread))
        return True

    async def read_mentions(self, to: int) -> Any:
        """Mark all messages addressed to oneself as read."""
        return bool(await self.client.read_mentions(to))
