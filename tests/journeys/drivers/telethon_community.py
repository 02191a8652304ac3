"""What people do together in groups and channels: the part of Telethon's driver that runs a community."""

import time
from datetime import UTC, datetime
from typing import Any

from telethon import errors, functions, types, utils

COMMENTS_MAX = 100  # comments read of one post


def moment(seconds: int) -> datetime | None:
    """Return the time of a Unix date, none for 0."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def later(seconds: int) -> datetime | None:
    """Return the time so many seconds from now, none for 0."""
    return moment(int(time.time()) + seconds) if seconds else None


def new_message(answer: Any) -> int:
    """Return the number of the message an answer tells of."""
    kinds = (types.UpdateNewMessage, types.UpdateNewChannelMessage)
    return int(next(u.message.id for u in answer.updates if isinstance(u, kinds)))


class Community:
    """Acts of people who run a group, and of those who are in it."""

    client: Any

    def show(self, message: Any) -> dict[str, Any]:
        """Return a message as the harness reads it."""
        raise NotImplementedError

    # -- what a chat is ------------------------------------------------------------------------

    async def title(self, to: int, title: str) -> Any:
        if to > -(10**12):
            await self.client(functions.messages.EditChatTitleRequest(-to, title))
        else:
            await self.client(functions.channels.EditTitleRequest(to, title))
        return True

    async def chat(self, to: int) -> Any:
        return {"title": utils.get_display_name(await self.client.get_entity(to))}

    async def migrate(self, to: int) -> Any:
        made = await self.client(functions.messages.MigrateChatRequest(-to))
        channel = next(c for c in made.chats if isinstance(c, types.Channel))
        return {"id": utils.get_peer_id(channel)}

    async def forum(self, to: int) -> Any:
        await self.client(functions.channels.ToggleForumRequest(to, enabled=True, tabs=False))
        return True

    async def topic(self, to: int, title: str) -> Any:
        made = await self.client(functions.messages.CreateForumTopicRequest(to, title))
        return {"id": new_message(made)}

    async def discuss(self, channel: int, group: int) -> Any:
        return await self.client(functions.channels.SetDiscussionGroupRequest(channel, group))

    async def end(self, to: int) -> Any:
        await self.client(functions.channels.DeleteChannelRequest(to))
        return True

    # -- who is in it, and what they may -----------------------------------------------------------

    async def promote(self, to: int, user: int) -> Any:
        await self.client.edit_admin(
            to, user, change_info=True, pin_messages=True, invite_users=True, ban_users=True
        )
        return True

    async def demote(self, to: int, user: int) -> Any:
        await self.client.edit_admin(to, user, is_admin=False)
        return True

    async def silence(self, to: int, user: int, seconds: int = 0) -> Any:
        await self.client.edit_permissions(to, user, later(seconds), send_messages=False)
        return True

    async def silence_all(self, to: int, *, silent: bool) -> Any:
        await self.client.edit_permissions(to, send_messages=not silent)
        return True

    async def ban(self, to: int, user: int, seconds: int = 0) -> Any:
        await self.client.edit_permissions(to, user, later(seconds), view_messages=False)
        return True

    async def unban(self, to: int, user: int) -> Any:
        await self.client.edit_permissions(to, user)
        return True

    async def add(self, to: int, user: int) -> Any:
        await self.client(functions.messages.AddChatUserRequest(-to, user, fwd_limit=0))
        return True

    # -- invite links --------------------------------------------------------------------------

    async def invite_link(
        self, to: int, limit: int = 0, seconds: int = 0, *, approval: bool = False
    ) -> Any:
        expires = later(seconds)
        made = await self.client(
            functions.messages.ExportChatInviteRequest(
                to, request_needed=approval, expire_date=expires, usage_limit=limit or None
            )
        )
        return {"link": made.link}

    async def revoke_link(self, to: int, link: str) -> Any:
        await self.client(functions.messages.EditExportedChatInviteRequest(to, link, revoked=True))
        return True

    async def join_link(self, link: str) -> Any:
        try:
            joined = await self.client(
                functions.messages.ImportChatInviteRequest(link.rpartition("+")[2])
            )
        except errors.InviteRequestSentError:
            return {"asked": True}
        told = joined if hasattr(joined, "chats") else joined.updates
        return {"id": utils.get_peer_id(told.chats[0])}

    async def leave(self, to: int) -> Any:
        await self.client(functions.channels.LeaveChannelRequest(to))
        return True

    async def approve(self, to: int, user: int, *, yes: bool = True) -> Any:
        await self.client(
            functions.messages.HideChatJoinRequestRequest(to, user, approved=yes or None)
        )
        return True

    # -- messages ------------------------------------------------------------------------------

    async def pin(self, to: int, id: int) -> Any:
        await self.client.pin_message(to, id, notify=True)
        return True

    async def send_many(self, to: int, texts: list[str]) -> Any:
        for text in texts:
            await self.client.send_message(to, text)
        return True

    async def poll(self, to: int, question: str, answers: list[str]) -> Any:
        options = [types.InputPollAnswer(types.TextWithEntities(text, [])) for text in answers]
        asked = types.Poll(0, types.TextWithEntities(question, []), options, 0)
        sent = await self.client.send_message(to, file=types.InputMediaPoll(asked))
        return {"id": sent.id}

    async def vote(self, to: int, id: int, choice: int) -> Any:
        message = await self.client.get_messages(to, ids=id)
        option = message.media.poll.answers[choice].option
        await self.client(functions.messages.SendVoteRequest(to, id, [option]))
        return True

    async def react(self, to: int, id: int, emoji: str) -> Any:
        await self.client(
            functions.messages.SendReactionRequest(to, id, reaction=[types.ReactionEmoji(emoji)])
        )
        return True

    async def message(self, to: int, id: int) -> Any:
        found = await self.client.get_messages(to, ids=id)
        reactions = found.reactions.results if found.reactions else []
        return {
            **self.show(found),
            "pinned": bool(found.pinned),
            "votes": found.poll.results.total_voters if found.poll else None,
            "reactions": {r.reaction.emoticon: r.count for r in reactions},
        }

    # -- comments ------------------------------------------------------------------------------

    async def comment(self, to: int, id: int, text: str) -> Any:
        return {"id": (await self.client.send_message(to, text, comment_to=id)).id}

    async def comments(self, to: int, id: int) -> Any:
        found = self.client.iter_messages(to, reply_to=id, limit=COMMENTS_MAX)
        return [self.show(m) async for m in found]
