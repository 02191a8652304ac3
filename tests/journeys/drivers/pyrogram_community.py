"""What people do together in groups and channels, by Kurigram and Pyrogram."""

import time
from datetime import datetime
from typing import Any

from pyrogram import errors, types
from pyrogram_media import KURIGRAM


def moment(seconds: int) -> datetime | None:
    """Return the time of so many seconds from now as these libraries take it, none for 0."""
    return datetime.fromtimestamp(int(time.time()) + seconds) if seconds else None  # noqa: DTZ006  they take local time


class Community:
    """Acts of people who run a group, and of those who are in it."""

    client: Any

    def show(self, message: Any) -> dict[str, Any]:
        """Return a message as the harness reads it."""
        raise NotImplementedError

    # -- what a chat is ------------------------------------------------------------------------

    async def title(self, to: int, title: str) -> Any:
        return bool(await self.client.set_chat_title(to, title))

    async def chat(self, to: int) -> Any:
        return {"title": (await self.client.get_chat(to)).title}

    async def topic(self, to: int, title: str) -> Any:
        return {"id": (await self.client.create_forum_topic(to, title)).id}

    # -- who is in it, and what they may -----------------------------------------------------------

    async def promote(self, to: int, user: int) -> Any:
        kind = types.ChatAdministratorRights if KURIGRAM else types.ChatPrivileges
        rights = kind(
            can_change_info=True,
            can_pin_messages=True,
            can_invite_users=True,
            can_restrict_members=True,
        )
        return await self.client.promote_chat_member(to, user, rights)

    async def silence(self, to: int, user: int, seconds: int = 0) -> Any:
        more = {"until_date": until} if (until := moment(seconds)) else {}
        await self.client.restrict_chat_member(to, user, types.ChatPermissions(), **more)
        return True

    async def ban(self, to: int, user: int, seconds: int = 0) -> Any:
        more = {"until_date": until} if (until := moment(seconds)) else {}
        return bool(await self.client.ban_chat_member(to, user, **more))

    async def unban(self, to: int, user: int) -> Any:
        return bool(await self.client.unban_chat_member(to, user))

    async def hand_over(self, to: int, user: int, password: str) -> Any:
        return bool(await self.client.transfer_chat_ownership(to, user, password))

    # -- invite links --------------------------------------------------------------------------

    async def invite_link(
        self, to: int, limit: int = 0, seconds: int = 0, *, approval: bool = False
    ) -> Any:
        made = await self.client.create_chat_invite_link(
            to,
            expire_date=moment(seconds),
            member_limit=limit or None,
            creates_join_request=approval or None,
        )
        return {"link": made.invite_link}

    async def revoke_link(self, to: int, link: str) -> Any:
        await self.client.revoke_chat_invite_link(to, link)
        return True

    async def join_link(self, link: str) -> Any:
        try:
            joined = await self.client.join_chat(link)
        except errors.InviteRequestSent:
            return {"asked": True}
        chat = getattr(joined, "chat", None) or joined
        return {"id": chat.id} if hasattr(chat, "id") else {"asked": True}

    async def leave(self, to: int) -> Any:
        await self.client.leave_chat(to)
        return True

    async def approve(self, to: int, user: int, *, yes: bool = True) -> Any:
        act = "approve" if yes else "decline"
        return await getattr(self.client, f"{act}_chat_join_request")(to, user)

    # -- messages ------------------------------------------------------------------------------

    async def pin(self, to: int, id: int) -> Any:
        return bool(await self.client.pin_chat_message(to, id))

    async def vote(self, to: int, id: int, choice: int) -> Any:
        return bool(await self.client.vote_poll(to, id, choice))

    async def react(self, to: int, id: int, emoji: str) -> Any:
        return bool(await self.client.send_reaction(to, id, emoji))

    async def message(self, to: int, id: int) -> Any:
        found = await self.client.get_messages(to, id)
        given = found.reactions
        reactions = given.reactions if hasattr(given, "reactions") else given or []
        return {
            **self.show(found),
            "pinned": await self.is_pinned(to, found),
            "votes": found.poll.total_voter_count if found.poll else None,
            "reactions": {r.emoji: r.count for r in reactions},
        }

    async def is_pinned(self, to: int, message: Any) -> bool:
        if hasattr(message, "pinned"):
            return bool(message.pinned)
        newest = (await self.client.get_chat(to)).pinned_message  # all that Pyrogram knows of pins
        return newest is not None and bool(newest.id == message.id)

    # -- comments ------------------------------------------------------------------------------

    async def comment(self, to: int, id: int, text: str) -> Any:
        first = await self.client.get_discussion_message(to, id)
        return {"id": (await first.reply(text)).id}

    async def comments(self, to: int, id: int) -> Any:
        return [self.show(m) async for m in self.client.get_discussion_replies(to, id)]
