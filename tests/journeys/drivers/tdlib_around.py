"""TDLib's part in what surrounds messages: reactions, polls, folders, drafts, pins and the like."""

import base64
from typing import Any

import wire

FOREVER = (1 << 31) - 1  # seconds a conversation is muted for good


def words(text: str) -> dict[str, Any]:
    """Return a text without entities."""
    return {"@type": "formattedText", "text": text, "entities": []}


def emoji_of(text: str) -> dict[str, Any]:
    """Return a reaction."""
    return {"@type": "reactionTypeEmoji", "emoji": text}


def counts_of(info: dict[str, Any] | None) -> dict[str, int]:
    """Return how often each reaction was put."""
    given = (info or {}).get("reactions") or {}
    return {one["type"]["emoji"]: one["total_count"] for one in given.get("reactions", ())}


def poll_of(poll: dict[str, Any]) -> dict[str, Any]:
    """Return what the library sees of a poll."""
    options = poll["options"]
    kind = poll["type"]
    return {
        "question": poll["question"]["text"],
        "options": [o["text"]["text"] for o in options],
        "voters": [o["voter_count"] for o in options],
        "chosen": [i for i, o in enumerate(options) if o["is_chosen"]],
        "correct": [i for i in kind.get("correct_option_ids", ()) if i >= 0],
        "closed": poll["is_closed"],
        "quiz": kind["@type"] == "pollTypeQuiz",
        "total": poll["total_voter_count"],
        "explanation": (kind.get("explanation") or {}).get("text", ""),
    }


def is_muted(settings: dict[str, Any]) -> bool:
    """Whether a conversation is silenced."""
    return not settings["use_default_mute_for"] and settings["mute_for"] > 0


def draft_of(given: dict[str, Any] | None) -> str:
    """Return what was begun to be written."""
    return str((((given or {}).get("content") or {}).get("text") or {}).get("text", ""))


def news_of(update: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the harness is told of an update; None for nothing."""
    peer = update.get("chat_id")
    match update["@type"]:
        case "updateMessageInteractionInfo":
            counts = counts_of(update.get("interaction_info"))
            return {
                "event": "reactions",
                "peer": peer,
                "id": update["message_id"],
                "counts": counts,
            }
        case "updateMessageContent" if "poll" in update["new_content"]:
            poll = update["new_content"]["poll"]
            total, closed = poll["total_voter_count"], poll["is_closed"]
            return {"event": "poll", "total": total, "closed": closed}
        case "updateChatDraftMessage":
            return {"event": "draft", "peer": peer, "text": draft_of(update.get("draft_message"))}
        case "updateMessageIsPinned":
            ids, pinned = [update["message_id"]], update["is_pinned"]
            return {"event": "pinned", "peer": peer, "ids": ids, "pinned": pinned}
        case "updateChatNotificationSettings":
            muted = is_muted(update["notification_settings"])
            return {"event": "muted", "peer": peer, "muted": muted}
        case "updateChatMessageAutoDeleteTime":
            return {"event": "ttl", "peer": peer, "seconds": update["message_auto_delete_time"]}
        case "updateChatFolders":
            return {"event": "folders"}
    return None


class AroundActs:
    """What a device is asked to do around messages."""

    call: Any
    deliver: Any
    folders_told: list[dict[str, Any]]

    def on_around(self, update: dict[str, Any]) -> None:
        """Tell the harness of what happens around messages."""
        if update["@type"] == "updateChatFolders":
            self.folders_told = update["chat_folders"]
        news = news_of(update)
        if news is not None:
            wire.say(**news)

    async def _message(self, to: int, id: int) -> dict[str, Any]:
        message: dict[str, Any] = await self.call("getMessage", chat_id=to, message_id=id)
        return message

    async def _text(self, to: int, text: str, **options: Any) -> Any:
        content = {"@type": "inputMessageText", "text": words(text)}
        options = {"@type": "messageSendOptions", **options}
        (sent,) = await self.deliver(
            "sendMessage", chat_id=to, input_message_content=content, options=options
        )
        return {"id": sent["id"]}

    # -- reactions and polls -------------------------------------------------------------------

    async def put_reaction(self, to: int, id: int, emoji: str) -> Any:
        """React to a message, or take one's reaction back."""
        where = {"chat_id": to, "message_id": id}
        if emoji:
            await self.call("addMessageReaction", **where, reaction_type=emoji_of(emoji))
            return True
        info = (await self._message(to, id))["interaction_info"]
        for one in info["reactions"]["reactions"]:
            if one["is_chosen"]:
                await self.call("removeMessageReaction", **where, reaction_type=one["type"])
        return True

    async def reactions(self, to: int, id: int) -> Any:
        """Return how often each reaction was put to a message."""
        return counts_of((await self._message(to, id)).get("interaction_info"))

    async def reactors(self, to: int, id: int) -> Any:
        """Return who reacted to a message, and how."""
        found = await self.call(
            "getMessageAddedReactions", chat_id=to, message_id=id, offset="", limit=50
        )
        return sorted([r["sender_id"]["user_id"], r["type"]["emoji"]] for r in found["reactions"])

    async def read_reactions(self, to: int) -> Any:
        """Say that all reactions to one's messages were seen."""
        await self.call("readAllChatReactions", chat_id=to)
        return True

    async def voters(self, to: int, id: int, option: int) -> Any:
        """Return who voted for an answer."""
        found = await self.call(
            "getPollVoters", chat_id=to, message_id=id, option_id=option, offset=0, limit=50
        )
        return sorted(v["voter_id"]["user_id"] for v in found["voters"])

    async def tags(self) -> Any:
        """Return the tags of Saved Messages and how often each is used."""
        found = await self.call("getSavedMessagesTags", saved_messages_topic_id=0)
        return {tag["tag"]["emoji"]: tag["count"] for tag in found["tags"]}

    async def make_poll(
        self, to: int, question: str, options: list[str], correct: int | None, public: bool
    ) -> Any:
        """Ask something; return the message's number."""
        kind: dict[str, Any] = {"@type": "inputPollTypeRegular"}
        if correct is not None:
            kind = {"@type": "inputPollTypeQuiz", "correct_option_ids": [correct]}
            kind["explanation"] = words("because")
        content = {
            "@type": "inputMessagePoll",
            "question": words(question),
            "type": kind,
            "options": [{"@type": "inputPollOption", "text": words(o)} for o in options],
            "is_anonymous": not public,
            "allows_revoting": correct is None,
        }
        (sent,) = await self.deliver("sendMessage", chat_id=to, input_message_content=content)
        return {"id": sent["id"]}

    async def poll_of(self, to: int, id: int) -> Any:
        """Return what is seen of a poll."""
        return poll_of((await self._message(to, id))["content"]["poll"])

    async def cast_vote(self, to: int, id: int, options: list[int]) -> Any:
        """Vote, or take one's vote back."""
        await self.call("setPollAnswer", chat_id=to, message_id=id, option_ids=options)
        return True

    async def close_poll(self, to: int, id: int) -> Any:
        """Close a poll."""
        await self.call("stopPoll", chat_id=to, message_id=id)
        return True

    # -- later -----------------------------------------------------------------------------------

    async def schedule(self, to: int, text: str, at: int) -> Any:
        """Write something that is sent later."""
        when = {"@type": "messageSchedulingStateSendAtDate", "send_date": at}
        return await self._text(to, text, scheduling_state=when)

    async def scheduled(self, to: int) -> Any:
        """Return what is to be sent later."""
        found = await self.call("getChatScheduledMessages", chat_id=to)
        return [{"id": m["id"], "text": m["content"]["text"]["text"]} for m in found["messages"]]

    async def send_scheduled(self, to: int, ids: list[int]) -> Any:
        """Send now what was to be sent later."""
        for number in ids:
            await self.call("editMessageSchedulingState", chat_id=to, message_id=number)
        return True

    async def send_silent(self, to: int, text: str) -> Any:
        """Write without a sound."""
        return await self._text(to, text, disable_notification=True)

    # -- folders ---------------------------------------------------------------------------------

    async def folders(self) -> Any:
        """Return the folders in their order."""
        found = []
        for one in list(self.folders_told):
            try:
                folder = await self.call("getChatFolder", chat_folder_id=one["id"])
            except RuntimeError as refusal:
                if "404" in str(refusal):
                    continue  # it went just now: word of that is on its way
                raise
            title, chats = folder["name"]["text"]["text"], folder["included_chat_ids"]
            found.append({"id": one["id"], "title": title, "chats": chats})
        return found

    async def make_folder(self, title: str, chats: list[int]) -> Any:
        """Make a folder of some conversations."""
        name = {"@type": "chatFolderName", "text": words(title), "animate_custom_emoji": False}
        folder = {
            "@type": "chatFolder",
            "name": name,
            "included_chat_ids": chats,
            "pinned_chat_ids": [],
            "excluded_chat_ids": [],
            "color_id": -1,
        }
        return {"id": (await self.call("createChatFolder", folder=folder))["id"]}

    async def order_folders(self, ids: list[int]) -> Any:
        """Put folders into another order."""
        await self.call("reorderChatFolders", chat_folder_ids=ids, main_chat_list_position=0)
        return True

    async def delete_folder(self, id: int) -> Any:
        """Remove a folder."""
        await self.call("deleteChatFolder", chat_folder_id=id, leave_chat_ids=[])
        return True

    # -- found and marked ------------------------------------------------------------------------

    async def search_public(self, query: str) -> Any:
        """Return the public chats and people that are found."""
        public = await self.call("searchPublicChats", query=query)  # those it is not in
        own = await self.call("searchChatsOnServer", query=query, limit=20)
        return [*own["chat_ids"], *public["chat_ids"]]

    async def search_all(self, query: str) -> Any:
        """Return the messages that are found in all conversations."""
        found = await self.call("searchMessages", query=query, offset="", limit=50)
        texts = (m["content"].get("text") or m["content"].get("caption") for m in found["messages"])
        peers = (m["chat_id"] for m in found["messages"])
        return [{"peer": p, "text": t["text"]} for p, t in zip(peers, texts, strict=True) if t]

    async def draft(self, to: int, text: str) -> Any:
        """Begin to write something."""
        content = {
            "@type": "draftMessageContentText",
            "text": words(text),
            "link_preview_options": None,
        }
        given = {"@type": "draftMessage", "content": content} if text else None
        await self.call("setChatDraftMessage", chat_id=to, draft_message=given)
        return True

    async def set_pinned(self, to: int, id: int, pinned: bool) -> Any:
        """Pin a message, or no longer."""
        await self.call(
            "pinChatMessage" if pinned else "unpinChatMessage", chat_id=to, message_id=id
        )
        return True

    async def _found(self, to: int, kind: str) -> list[int]:
        found = await self.call(
            "searchChatMessages",
            chat_id=to,
            query="",
            from_message_id=0,
            offset=0,
            limit=50,
            filter={"@type": kind},
        )
        return [m["id"] for m in found["messages"]]

    async def pinned(self, to: int) -> Any:
        """Return the numbers of the pinned messages."""
        return await self._found(to, "searchMessagesFilterPinned")

    async def link_to(self, to: int, id: int) -> Any:
        """Return a link to a message."""
        return {"link": (await self.call("getMessageLink", chat_id=to, message_id=id))["link"]}

    async def follow(self, link: str) -> Any:
        """Return which message a link leads to."""
        found = await self.call("getMessageLinkInfo", url=link)
        return {"peer": found["chat_id"], "id": (found.get("message") or {}).get("id")}

    async def mute(self, to: int, muted: bool) -> Any:
        """Silence a conversation, or no longer."""
        settings = {
            "@type": "chatNotificationSettings",
            "use_default_mute_for": False,
            "mute_for": FOREVER if muted else 0,
            "use_default_sound": True,
            "use_default_show_preview": True,
        }
        await self.call("setChatNotificationSettings", chat_id=to, notification_settings=settings)
        return True

    async def set_ttl(self, to: int, seconds: int) -> Any:
        """Have new messages vanish after a while."""
        await self.call(
            "setChatMessageAutoDeleteTime", chat_id=to, message_auto_delete_time=seconds
        )
        return True

    async def mentions(self, to: int) -> Any:
        """Return the numbers of the unread messages addressed to oneself."""
        return await self._found(to, "searchMessagesFilterUnreadMention")

    async def read_mentions(self, to: int) -> Any:
        """Mark all messages addressed to oneself as read."""
        await self.call("readAllChatMentions", chat_id=to)
        return True

    async def archive(self, to: int, archived: bool) -> Any:
        """Put a conversation into the archive, or back."""
        place = {"@type": "chatListArchive" if archived else "chatListMain"}
        await self.call("addChatToList", chat_id=to, chat_list=place)
        return True

    async def pin_chat(self, to: int, pinned: bool) -> Any:
        """Pin a conversation, or no longer."""
        place = {"@type": "chatListMain"}
        await self.call("toggleChatIsPinned", chat_list=place, chat_id=to, is_pinned=pinned)
        return True

    async def mark_unread(self, to: int, unread: bool) -> Any:
        """Mark a conversation as unread, or no longer."""
        await self.call("toggleChatIsMarkedAsUnread", chat_id=to, is_marked_as_unread=unread)
        return True

    async def marks(self, of: int) -> Any:
        """Return what staff have put on a person or channel: why it is restricted, and its marks."""
        if of > 0:
            one = await self.call("getUser", user_id=of)
        else:
            kind = (await self.call("getChat", chat_id=of))["type"]
            one = await self.call("getSupergroup", supergroup_id=kind["supergroup_id"])
        marks = one.get("verification_status") or {}
        return {
            "restricted": (one.get("restriction_info") or {}).get("restriction_reason", ""),
            "scam": bool(marks.get("is_scam")),
            "fake": bool(marks.get("is_fake")),
        }

    async def report(self, to: int, id: int, option: str) -> Any:
        """Report a message, by an option of the menu."""
        chosen = base64.b64encode(option.encode()).decode()
        answer = await self.call(
            "reportChat", chat_id=to, option_id=chosen, message_ids=[id], text=""
        )
        return answer["@type"]

    async def mark_of(self, to: int) -> Any:
        """Return what a conversation is marked with."""
        chat = await self.call("getChat", chat_id=to)
        return {
            "archived": any(p["list"]["@type"] == "chatListArchive" for p in chat["positions"]),
            "pinned": any(p["is_pinned"] for p in chat["positions"]),
            "unread": chat["is_marked_as_unread"],
            "news": chat["unread_reaction_count"],
            "mentions": chat["unread_mention_count"],
            "muted": is_muted(chat["notification_settings"]),
            "ttl": chat["message_auto_delete_time"],
            "draft": draft_of(chat.get("draft_message")),
        }
