"""What stands in groups, channels and the address book: the part of Telethon's driver that reads it anew."""

import random
from typing import Any

from telethon import functions, types, utils
from telethon_community import new_message

ALL = 100  # of what is listed


def flags(rights: Any) -> list[str]:
    """Return the names of the rights, or prohibitions, that are set."""
    return sorted(name for name, value in rights.to_dict().items() if value is True)


class Places:
    """Reads what somebody else changed, as the server has it for this person."""

    client: Any

    async def place(self, title: str) -> Any:
        """Find a chat of one's list by its title; None if there is none."""
        found = [d for d in await self.client.get_dialogs() if d.title == title and not d.archived]
        return {"id": found[0].id if found else None}

    async def rules(self, to: int) -> Any:
        """Return what holds in a chat."""
        entity = await self.client.get_entity(to)
        if isinstance(entity, types.Chat):
            full = (await self.client(functions.messages.GetFullChatRequest(-to))).full_chat
        else:
            full = (await self.client(functions.channels.GetFullChannelRequest(entity))).full_chat
        asked = (
            "username", "signatures", "noforwards", "forum", "join_request", "join_to_send", "creator",
        )  # fmt: skip
        return {
            "title": entity.title,
            "photo": not isinstance(entity.photo, types.ChatPhotoEmpty),
            "about": full.about,
            "slow_mode": getattr(full, "slowmode_seconds", None) or 0,
            "hidden_history": bool(getattr(full, "hidden_prehistory", False)),
            "members_hidden": bool(getattr(full, "participants_hidden", False)),
            "linked": getattr(full, "linked_chat_id", None),
            "banned": flags(entity.default_banned_rights) if entity.default_banned_rights else [],
            **{name: getattr(entity, name, None) or False for name in asked},
        }

    async def standing(self, to: int, user: int) -> Any:
        """Return what somebody is in a supergroup or channel."""
        asked = functions.channels.GetParticipantRequest(to, user)
        one = (await self.client(asked)).participant
        until = getattr(getattr(one, "banned_rights", None), "until_date", None)
        return {
            "kind": type(one).__name__.removeprefix("ChannelParticipant") or "Member",
            "rank": getattr(one, "rank", None) or "",
            "rights": flags(one.admin_rights) if hasattr(one, "admin_rights") else [],
            "banned": flags(one.banned_rights) if hasattr(one, "banned_rights") else [],
            "until": int(until.timestamp()) if until else 0,
        }

    async def people(self, to: int, kind: str = "Recent") -> Any:
        """Return the numbers of a chat's members of a kind."""
        entity = await self.client.get_entity(to)
        if isinstance(entity, types.Chat):
            full = await self.client(functions.messages.GetFullChatRequest(-to))
            return sorted(p.user_id for p in full.full_chat.participants.participants)
        wanted = getattr(types, f"ChannelParticipants{kind}")
        chosen = wanted() if kind in ("Recent", "Admins") else wanted(q="")
        found = await self.client(
            functions.channels.GetParticipantsRequest(entity, chosen, 0, ALL, 0)
        )
        return sorted(
            utils.get_peer_id(getattr(p, "peer", None) or p.user_id) for p in found.participants
        )

    async def admins(self, to: int) -> Any:
        """Return who runs a basic group."""
        full = await self.client(functions.messages.GetFullChatRequest(-to))
        running = (types.ChatParticipantAdmin, types.ChatParticipantCreator)
        people = full.full_chat.participants.participants
        return sorted(p.user_id for p in people if isinstance(p, running))

    async def links(self, to: int, *, revoked: bool = False) -> Any:
        """Return one's own invite links to a chat."""
        asked = functions.messages.GetExportedChatInvitesRequest(
            to, types.InputUserSelf(), ALL, revoked=revoked or None
        )
        return [
            {
                "link": one.link,
                "title": one.title or "",
                "limit": one.usage_limit or 0,
                "ends": one.expire_date is not None,
                "approval": bool(one.request_needed),
                "used": one.usage or 0,
            }
            for one in (await self.client(asked)).invites
        ]

    async def asking(self, to: int) -> Any:
        """Return who asks to be let in."""
        found = await self.client(
            functions.messages.GetChatInviteImportersRequest(
                to, None, types.InputUserEmpty(), ALL, requested=True
            )
        )
        return [one.user_id for one in found.importers]

    async def slow(self, to: int, seconds: int) -> Any:
        await self.client(functions.channels.ToggleSlowModeRequest(to, seconds))
        return True

    async def join_public(self, to: int) -> Any:
        await self.client(functions.channels.JoinChannelRequest(to))
        return True

    async def topics(self, to: int) -> Any:
        """Return the topics of a forum in their order."""
        found = await self.client(functions.messages.GetForumTopicsRequest(to, None, 0, 0, ALL))
        return [
            {
                "id": one.id,
                "title": one.title,
                "closed": bool(one.closed),
                "pinned": bool(one.pinned),
                "unread": one.unread_count,
                "read": one.read_outbox_max_id,
            }
            for one in found.topics
            if isinstance(one, types.ForumTopic)
        ]

    async def write_in(self, to: int, topic: int, text: str) -> Any:
        """Write in a topic."""
        reply = types.InputReplyToMessage(topic, top_msg_id=topic)
        number = random.getrandbits(62)
        made = await self.client(
            functions.messages.SendMessageRequest(to, text, reply_to=reply, random_id=number)
        )
        return {"id": new_message(made)}

    async def read_topic(self, to: int, topic: int, id: int) -> Any:
        await self.client(functions.messages.ReadDiscussionRequest(to, topic, id))
        return True

    async def contacts(self) -> Any:
        """Return the names one has given to the people one knows."""
        found = await self.client(functions.contacts.GetContactsRequest(0))
        return {one.id: utils.get_display_name(one) for one in found.users}

    async def introduce(self, about: str) -> Any:
        await self.client(functions.account.UpdateProfileRequest(about=about))
        return True

    async def share_folder(self, title: str, chats: list[int]) -> Any:
        """Make a folder of chats and a link by which it is shared."""
        peers = [await self.client.get_input_entity(chat) for chat in chats]
        named = types.TextWithEntities(title, [])
        folder = types.DialogFilter(7, named, [], peers, [])
        await self.client(functions.messages.UpdateDialogFilterRequest(7, folder))
        made = await self.client(
            functions.chatlists.ExportChatlistInviteRequest(
                types.InputChatlistDialogFilter(7), title, peers
            )
        )
        return {"link": made.invite.url}
