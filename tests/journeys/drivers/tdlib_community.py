"""What people do together in groups and channels: the part of TDLib's driver that runs a community."""

import time
from typing import Any

FOR_MESSAGE = 20  # bits a server's number of a message is shifted to the left
COMMENTS_MAX = 100  # comments read of one post
PRIVILEGES = (
    "can_manage_chat",
    "can_change_info",
    "can_pin_messages",
    "can_invite_users",
    "can_restrict_members",
)


def member(user: int) -> dict[str, Any]:
    """Return how to name a person as a member."""
    return {"@type": "messageSenderUser", "user_id": user}


def later(seconds: int) -> int:
    """Return the Unix date so many seconds from now, 0 for 0: for ever."""
    return int(time.time()) + seconds if seconds else 0


class Community:
    """Acts of people who run a group, and of those who are in it."""

    async def call(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Ask TDLib for something."""
        raise NotImplementedError

    async def deliver(self, act: str, **fields: Any) -> list[dict[str, Any]]:
        """Send something and wait until the server has it."""
        raise NotImplementedError

    def show(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return a message as the harness reads it."""
        raise NotImplementedError

    # -- what a chat is ------------------------------------------------------------------------

    async def title(self, to: int, title: str) -> Any:
        await self.call("setChatTitle", chat_id=to, title=title)
        return True

    async def chat(self, to: int) -> Any:
        return {"title": (await self.call("getChat", chat_id=to))["title"]}

    async def describe(self, to: int, text: str) -> Any:
        await self.call("setChatDescription", chat_id=to, description=text)
        return True

    async def set_bio(self, text: str) -> Any:
        await self.call("setBio", bio=text)
        return True

    async def profile(self, to: int) -> Any:
        kind = (await self.call("getChat", chat_id=to))["type"]
        if kind["@type"] == "chatTypePrivate":
            about = await self.call("getUserFullInfo", user_id=kind["user_id"])
            return {"about": (about.get("bio") or {}).get("text", "")}
        whole = await self.call("getSupergroupFullInfo", supergroup_id=kind["supergroup_id"])
        return {"about": whole["description"], "members": whole["member_count"]}

    async def topic(self, to: int, title: str) -> Any:
        icon = {"@type": "forumTopicIcon", "color": 0x6FB9F0, "custom_emoji_id": 0}
        made = await self.call("createForumTopic", chat_id=to, name=title, icon=icon)
        return {"id": made["forum_topic_id"] << FOR_MESSAGE}

    # -- who is in it, and what they may -----------------------------------------------------------

    async def status(self, to: int, user: int, kind: str, **fields: Any) -> Any:
        status = {"@type": f"chatMemberStatus{kind}", **fields}
        await self.call("setChatMemberStatus", chat_id=to, member_id=member(user), status=status)
        return True

    async def promote(self, to: int, user: int) -> Any:
        rights = {"@type": "chatAdministratorRights", **dict.fromkeys(PRIVILEGES, True)}
        return await self.status(to, user, "Administrator", rights=rights)

    async def silence(self, to: int, user: int, seconds: int = 0) -> Any:
        return await self.status(
            to,
            user,
            "Restricted",
            is_member=True,
            restricted_until_date=later(seconds),
            permissions={"@type": "chatPermissions"},
        )

    async def ban(self, to: int, user: int, seconds: int = 0) -> Any:
        return await self.status(to, user, "Banned", banned_until_date=later(seconds))

    async def unban(self, to: int, user: int) -> Any:
        return await self.status(to, user, "Left")

    async def hand_over(self, to: int, user: int, password: str) -> Any:
        await self.call("transferChatOwnership", chat_id=to, user_id=user, password=password)
        return True

    # -- invite links --------------------------------------------------------------------------

    async def invite_link(
        self, to: int, limit: int = 0, seconds: int = 0, *, approval: bool = False
    ) -> Any:
        made = await self.call(
            "createChatInviteLink",
            chat_id=to,
            name="",
            expiration_date=later(seconds),
            member_limit=limit,
            creates_join_request=approval,
        )
        return {"link": made["invite_link"]}

    async def revoke_link(self, to: int, link: str) -> Any:
        await self.call("revokeChatInviteLink", chat_id=to, invite_link=link)
        return True

    async def join_link(self, link: str) -> Any:
        try:
            joined = await self.call("joinChatByInviteLink", invite_link=link)
        except RuntimeError as error:
            if "INVITE_REQUEST_SENT" not in str(error):
                raise
            return {"asked": True}
        if joined["@type"] == "chatJoinResultRequestSent":
            return {"asked": True}
        return {"id": joined["chat_id"] if "chat_id" in joined else joined["id"]}

    async def leave(self, to: int) -> Any:
        await self.call("leaveChat", chat_id=to)
        return True

    async def approve(self, to: int, user: int, *, yes: bool = True) -> Any:
        await self.call("processChatJoinRequest", chat_id=to, user_id=user, approve=yes)
        return True

    # -- messages ------------------------------------------------------------------------------

    async def pin(self, to: int, id: int) -> Any:
        await self.call(
            "pinChatMessage",
            chat_id=to,
            message_id=id,
            disable_notification=False,
            only_for_self=False,
        )
        return True

    async def vote(self, to: int, id: int, choice: int) -> Any:
        await self.call("setPollAnswer", chat_id=to, message_id=id, option_ids=[choice])
        return True

    async def react(self, to: int, id: int, emoji: str) -> Any:
        kind = {"@type": "reactionTypeEmoji", "emoji": emoji}
        await self.call("addMessageReaction", chat_id=to, message_id=id, reaction_type=kind)
        return True

    async def message(self, to: int, id: int) -> Any:
        found = await self.call("getMessage", chat_id=to, message_id=id)
        poll = found["content"].get("poll")
        told = (found.get("interaction_info") or {}).get("reactions") or {}
        return {
            **self.show(found),
            "pinned": found["is_pinned"],
            "votes": poll["total_voter_count"] if poll else None,
            "reactions": {r["type"]["emoji"]: r["total_count"] for r in told.get("reactions", [])},
        }

    # -- comments ------------------------------------------------------------------------------

    async def comment(self, to: int, id: int, text: str) -> Any:
        thread = await self.call("getMessageThread", chat_id=to, message_id=id)
        content = {
            "@type": "inputMessageText",
            "text": {"@type": "formattedText", "text": text, "entities": []},
        }
        topic = {"@type": "messageTopicThread", "message_thread_id": thread["message_thread_id"]}
        (sent,) = await self.deliver(
            "sendMessage", chat_id=thread["chat_id"], topic_id=topic, input_message_content=content
        )
        return {"id": sent["id"]}

    async def comments(self, to: int, id: int) -> Any:
        found = await self.call(
            "getMessageThreadHistory",
            chat_id=to,
            message_id=id,
            from_message_id=0,
            offset=0,
            limit=COMMENTS_MAX,
        )
        return [self.show(m) for m in found["messages"]]
