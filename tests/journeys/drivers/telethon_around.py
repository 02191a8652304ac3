"""Telethon's part in what surrounds messages: reactions, polls, folders, drafts, pins and the like."""

from datetime import UTC, datetime
from typing import Any

import wire
from telethon import functions, types, utils

FOREVER = (1 << 31) - 1  # until when a conversation is muted for good
CHANNELS = 10**12  # a channel's number is -(10¹² + id)


def words(text: str) -> Any:
    """Return a text without entities."""
    return types.TextWithEntities(text, [])


def counts_of(given: Any) -> dict[str, int]:
    """Return how often each reaction was put."""
    return {one.reaction.emoticon: one.count for one in (given.results if given else ())}


def poll_of(media: Any) -> dict[str, Any]:
    """Return what the library sees of a poll."""
    poll, results = media.poll, media.results
    voters = list(results.results or ())
    return {
        "question": poll.question.text,
        "options": [a.text.text for a in poll.answers],
        "voters": [v.voters for v in voters],
        "chosen": [i for i, v in enumerate(voters) if v.chosen],
        "correct": [i for i, v in enumerate(voters) if v.correct],
        "closed": bool(poll.closed),
        "quiz": bool(poll.quiz),
        "total": results.total_voters or 0,
        "explanation": results.solution or "",
    }


class AroundActs:
    """What a device is asked to do around messages."""

    client: Any

    async def on_raw(self, update: Any) -> None:
        """Tell the harness of what the library has no event for."""
        match update:
            case types.UpdateMessageReactions():
                counts = counts_of(update.reactions)
                peer = utils.get_peer_id(update.peer)
                wire.say(event="reactions", peer=peer, id=update.msg_id, counts=counts)
            case types.UpdateMessagePoll():
                closed = bool(update.poll and update.poll.closed)
                wire.say(event="poll", total=update.results.total_voters or 0, closed=closed)
            case types.UpdateDraftMessage():
                text = getattr(update.draft, "message", "")
                wire.say(event="draft", peer=utils.get_peer_id(update.peer), text=text)
            case types.UpdatePinnedMessages() | types.UpdatePinnedChannelMessages():
                channel = getattr(update, "channel_id", None)
                peer = -(CHANNELS + channel) if channel else utils.get_peer_id(update.peer)
                ids, pinned = list(update.messages), bool(update.pinned)
                wire.say(event="pinned", peer=peer, ids=ids, pinned=pinned)
            case types.UpdateNotifySettings(peer=types.NotifyPeer()):
                muted = _is_muted(update.notify_settings)
                wire.say(event="muted", peer=utils.get_peer_id(update.peer.peer), muted=muted)
            case types.UpdatePeerHistoryTTL():
                seconds = update.ttl_period or 0
                wire.say(event="ttl", peer=utils.get_peer_id(update.peer), seconds=seconds)
            case types.UpdateDialogFilter() | types.UpdateDialogFilterOrder():
                wire.say(event="folders")

    # -- reactions and polls -------------------------------------------------------------------

    async def put_reaction(self, to: int, id: int, emoji: str) -> Any:
        """React to a message, or take one's reaction back."""
        reaction = [types.ReactionEmoji(emoji)] if emoji else []
        await self.client(functions.messages.SendReactionRequest(to, id, reaction=reaction))
        return True

    async def reactions(self, to: int, id: int) -> Any:
        """Return how often each reaction was put to a message."""
        return counts_of((await self.client.get_messages(to, ids=id)).reactions)

    async def reactors(self, to: int, id: int) -> Any:
        """Return who reacted to a message, and how."""
        request = functions.messages.GetMessageReactionsListRequest(to, id, limit=50)
        found = (await self.client(request)).reactions
        return sorted([utils.get_peer_id(r.peer_id), r.reaction.emoticon] for r in found)

    async def read_reactions(self, to: int) -> Any:
        """Say that all reactions to one's messages were seen."""
        await self.client(functions.messages.ReadReactionsRequest(to))
        return True

    async def voters(self, to: int, id: int, option: int) -> Any:
        """Return who voted for an answer."""
        chosen = (await self.client.get_messages(to, ids=id)).media.poll.answers[option].option
        request = functions.messages.GetPollVotesRequest(to, id, limit=50, option=chosen)
        return sorted(utils.get_peer_id(v.peer) for v in (await self.client(request)).votes)

    async def tags(self) -> Any:
        """Return the tags of Saved Messages and how often each is used."""
        found = await self.client(functions.messages.GetSavedReactionTagsRequest(hash=0))
        return {tag.reaction.emoticon: tag.count for tag in found.tags}

    async def make_poll(
        self, to: int, question: str, options: list[str], correct: int | None, public: bool
    ) -> Any:
        """Ask something; return the message's number."""
        answers = [types.PollAnswer(words(o), bytes([i])) for i, o in enumerate(options)]
        quiz = correct is not None
        poll = types.Poll(0, words(question), answers, hash=0, quiz=quiz, public_voters=public)
        media = types.InputMediaPoll(
            poll,
            correct_answers=[correct] if quiz else None,
            solution="because" if quiz else None,
            solution_entities=[] if quiz else None,
        )
        return {"id": (await self.client.send_file(to, media)).id}

    async def poll_of(self, to: int, id: int) -> Any:
        """Return what is seen of a poll."""
        return poll_of((await self.client.get_messages(to, ids=id)).media)

    async def cast_vote(self, to: int, id: int, options: list[int]) -> Any:
        """Vote, or take one's vote back."""
        media = (await self.client.get_messages(to, ids=id)).media
        chosen = [media.poll.answers[i].option for i in options]
        await self.client(functions.messages.SendVoteRequest(to, id, chosen))
        return True

    async def close_poll(self, to: int, id: int) -> Any:
        """Close a poll."""
        poll = (await self.client.get_messages(to, ids=id)).media.poll
        poll.closed = True
        await self.client.edit_message(to, id, file=types.InputMediaPoll(poll))
        return True

    # -- later -----------------------------------------------------------------------------------

    async def schedule(self, to: int, text: str, at: int) -> Any:
        """Write something that is sent later."""
        sent = await self.client.send_message(to, text, schedule=datetime.fromtimestamp(at, UTC))
        return {"id": sent.id}

    async def scheduled(self, to: int) -> Any:
        """Return what is to be sent later."""
        found = await self.client.get_messages(to, limit=50, scheduled=True)
        return [{"id": m.id, "text": m.message} for m in found]

    async def send_scheduled(self, to: int, ids: list[int]) -> Any:
        """Send now what was to be sent later."""
        await self.client(functions.messages.SendScheduledMessagesRequest(to, ids))
        return True

    async def send_silent(self, to: int, text: str) -> Any:
        """Write without a sound."""
        return {"id": (await self.client.send_message(to, text, silent=True)).id}

    async def send_link(self, to: int, text: str, url: str) -> Any:
        """Write words that lead to an address."""
        link = types.MessageEntityTextUrl(0, len(text), url)
        return {"id": (await self.client.send_message(to, text, formatting_entities=[link])).id}

    async def page_of(self, to: int, id: int) -> Any:
        """Return what is shown of the page a message links to; None for nothing."""
        media = (await self.client.get_messages(to, ids=id)).media
        page = getattr(media, "webpage", None)
        if not isinstance(page, types.WebPage):
            return None
        return {"title": page.title, "site": page.site_name, "photo": page.photo is not None}

    async def seen(self, to: int) -> Any:
        """Return what the server says of when somebody was here."""
        person = await self.client.get_input_entity(to)
        (user,) = await self.client(functions.users.GetUsersRequest([person]))
        return {"status": type(user.status).__name__}

    # -- folders ---------------------------------------------------------------------------------

    async def folders(self) -> Any:
        """Return the folders in their order."""
        found = await self.client(functions.messages.GetDialogFiltersRequest())
        return [
            {
                "id": f.id,
                "title": f.title.text,
                "chats": [utils.get_peer_id(p) for p in f.include_peers],
            }
            for f in found.filters
            if isinstance(f, types.DialogFilter)
        ]

    async def make_folder(self, title: str, chats: list[int]) -> Any:
        """Make a folder of some conversations."""
        number = max([1, *(f["id"] for f in await self.folders())]) + 1
        peers = [await self.client.get_input_entity(c) for c in chats]
        made = types.DialogFilter(number, words(title), [], peers, [])
        await self.client(functions.messages.UpdateDialogFilterRequest(number, made))
        return {"id": number}

    async def order_folders(self, ids: list[int]) -> Any:
        """Put folders into another order."""
        await self.client(functions.messages.UpdateDialogFiltersOrderRequest(ids))
        return True

    async def delete_folder(self, id: int) -> Any:
        """Remove a folder."""
        await self.client(functions.messages.UpdateDialogFilterRequest(id))
        return True

    # -- found and marked ------------------------------------------------------------------------

    async def search_public(self, query: str) -> Any:
        """Return the public chats and people that are found."""
        found = await self.client(functions.contacts.SearchRequest(query, 20))
        return [utils.get_peer_id(p) for p in (*found.my_results, *found.results)]

    async def search_all(self, query: str) -> Any:
        """Return the messages that are found in all conversations."""
        found = self.client.iter_messages(None, search=query, limit=50)
        return [{"peer": m.chat_id, "text": m.message} async for m in found]

    async def draft(self, to: int, text: str) -> Any:
        """Begin to write something."""
        await self.client(functions.messages.SaveDraftRequest(to, text))
        return True

    async def set_pinned(self, to: int, id: int, pinned: bool) -> Any:
        """Pin a message, or no longer."""
        await (self.client.pin_message if pinned else self.client.unpin_message)(to, id)
        return True

    async def pinned(self, to: int) -> Any:
        """Return the numbers of the pinned messages."""
        kind = types.InputMessagesFilterPinned
        return [m.id async for m in self.client.iter_messages(to, filter=kind)]

    async def link_to(self, to: int, id: int) -> Any:
        """Return a link to a message."""
        request = functions.channels.ExportMessageLinkRequest(to, id)
        return {"link": (await self.client(request)).link}

    async def mute(self, to: int, muted: bool) -> Any:
        """Silence a conversation, or no longer."""
        peer = types.InputNotifyPeer(await self.client.get_input_entity(to))
        settings = types.InputPeerNotifySettings(mute_until=FOREVER if muted else 0)
        await self.client(functions.account.UpdateNotifySettingsRequest(peer, settings))
        return True

    async def set_ttl(self, to: int, seconds: int) -> Any:
        """Have new messages vanish after a while."""
        await self.client(functions.messages.SetHistoryTTLRequest(to, seconds))
        return True

    async def mentions(self, to: int) -> Any:
        """Return the numbers of the unread messages addressed to oneself."""
        request = functions.messages.GetUnreadMentionsRequest(
            to, offset_id=0, add_offset=0, limit=50, max_id=0, min_id=0
        )
        return [m.id for m in (await self.client(request)).messages]

    async def read_mentions(self, to: int) -> Any:
        """Mark all messages addressed to oneself as read."""
        await self.client(functions.messages.ReadMentionsRequest(to))
        return True

    async def archive(self, to: int, archived: bool) -> Any:
        """Put a conversation into the archive, or back."""
        await self.client.edit_folder(to, 1 if archived else 0)
        return True

    async def pin_chat(self, to: int, pinned: bool) -> Any:
        """Pin a conversation, or no longer."""
        peer = types.InputDialogPeer(await self.client.get_input_entity(to))
        await self.client(functions.messages.ToggleDialogPinRequest(peer, pinned=pinned))
        return True

    async def mark_unread(self, to: int, unread: bool) -> Any:
        """Mark a conversation as unread, or no longer."""
        peer = types.InputDialogPeer(await self.client.get_input_entity(to))
        await self.client(functions.messages.MarkDialogUnreadRequest(peer, unread=unread))
        return True

    async def mark_of(self, to: int) -> Any:
        """Return what a conversation is marked with."""
        async for dialog in self.client.iter_dialogs():
            if dialog.id == to:
                return {
                    "archived": dialog.dialog.folder_id == 1,
                    "pinned": dialog.pinned,
                    "unread": bool(dialog.dialog.unread_mark),
                    "news": dialog.dialog.unread_reactions_count,
                    "mentions": dialog.unread_mentions_count,
                    "muted": _is_muted(dialog.dialog.notify_settings),
                    "ttl": dialog.dialog.ttl_period or 0,
                    "draft": getattr(dialog.dialog.draft, "message", ""),
                }
        return None

    async def marks(self, of: int) -> Any:
        """Return what staff have put on a person or channel: why it is restricted, and its marks."""
        one = await self.client.get_entity(of)
        reasons = one.restriction_reason or ()
        return {
            "restricted": "".join(reason.text for reason in reasons),
            "scam": bool(one.scam),
            "fake": bool(one.fake),
        }

    async def report(self, to: int, id: int, option: str) -> Any:
        """Report a message, by an option of the menu."""
        peer = await self.client.get_input_entity(to)
        ask = functions.messages.ReportRequest(peer, [id], option.encode(), "")
        return type(await self.client(ask)).__name__

    # -- exports -----------------------------------------------------------------------------------------

    async def export(self, to: Any) -> Any:
        """Export a conversation by the library's own takeout; return its texts, oldest first."""
        async with self.client.takeout(users=True, chats=True) as takeout:
            found = [m.text async for m in takeout.iter_messages(to, reverse=True) if m.text]
        return {"texts": found}

    async def confirm_devices(self) -> Any:
        """Confirm every log-in that nobody has confirmed; return what they are called."""
        listed = await self.client(functions.account.GetAuthorizationsRequest())
        found = [one for one in listed.authorizations if one.unconfirmed]
        for one in found:
            confirm = functions.account.ChangeAuthorizationSettingsRequest(one.hash, confirmed=True)
            await self.client(confirm)
        return {"devices": [one.device_model for one in found]}


def _is_muted(settings: Any) -> bool:
    until = settings.mute_until
    return until is not None and until.timestamp() > 0
