"""Groups and channels of a test world."""

from collections.abc import Sequence
from typing import Any, Final

from chappe.tl import api

from .bots import Bot
from .doing import Doing
from .people import Person
from .talks import Chat, Message

MEMBERS_SEEN: Final = 200  # of whom a test is told
ADMIN: Final = {
    "change_info": True,
    "delete_messages": True,
    "ban_users": True,
    "invite_users": True,
    "pin_messages": True,
    "manage_call": True,
    "other": True,
    "manage_topics": True,
}
POSTING: Final = {"post_messages": True, "edit_messages": True}


class Group:
    """A supergroup, or a channel. `person in group` says whether somebody is in it now."""

    is_somebody = False

    def __init__(self, owner: Person, name: str, *, broadcast: bool) -> None:
        self.owner = owner
        self.world = owner.world
        self.name = name
        self.id = 0
        self.is_channel = broadcast
        self._link = ""

    def __repr__(self) -> str:
        return f"<{self.name}>"

    async def make(self) -> "Group":
        """Make it, on the world's loop."""
        made = await self.owner.app(
            api.ChannelsCreateChannel(
                title=self.name,
                about="",
                broadcast=self.is_channel,
                megagroup=not self.is_channel,
            )
        )
        self.id = made.chats[0].id
        return self

    @property
    def chat_id(self) -> int:
        """Its number as the Bot API has it."""
        return -1_000_000_000_000 - self.id

    def add(self, *members: Person | Bot) -> Doing[None]:
        """Have the owner add people or bots."""
        return Doing(self.world, self.take_in(members))

    async def take_in(self, members: Sequence[Person | Bot]) -> None:
        """Add people or bots, on the world's loop."""
        users = [self.owner.user(m) for m in members]
        request = api.ChannelsInviteToChannel(channel=self.owner.channel(self), users=users)
        await self.owner.app(request)
        await self.world.settle()

    def promote(self, who: Person | Bot, **rights: bool) -> Doing[None]:
        """Make somebody an admin, with every right or with those named."""
        return Doing(self.world, self.raise_up(who, rights))

    async def raise_up(self, who: Person | Bot, rights: dict[str, bool]) -> None:
        """Make somebody an admin, on the world's loop."""
        given = rights or ({**ADMIN, **POSTING} if self.is_channel else ADMIN)
        await self.owner.app(
            api.ChannelsEditAdmin(
                channel=self.owner.channel(self),
                user_id=self.owner.user(who),
                admin_rights=api.ChatAdminRights(**given),
                rank="",
            )
        )
        await self.world.settle()

    def join(self, who: Person | str) -> Doing[Person]:
        """Have somebody join by the group's link; a name is somebody new."""
        return Doing(self.world, self._join(who))

    async def _join(self, who: Person | str) -> Person:
        person = await Person(self.world, who).sign_up() if isinstance(who, str) else who
        if not self._link:
            exported = await self.owner.app(
                api.MessagesExportChatInvite(peer=self.owner.peer(self))
            )
            self._link = exported.link.rsplit("/", 1)[-1].rsplit("+", 1)[-1]
        await person.app(api.MessagesImportChatInvite(hash=self._link))
        await self.world.settle()
        return person

    def leave(self, who: Person) -> Doing[Any]:
        """Have somebody leave."""
        return who(api.ChannelsLeaveChannel(channel=who.channel(self)))

    async def _members(self) -> list[int]:
        await self.world.settle()
        answer = await self.owner.app(
            api.ChannelsGetParticipants(
                channel=self.owner.channel(self),
                filter=api.ChannelParticipantsRecent(),
                offset=0,
                limit=MEMBERS_SEEN,
                hash=0,
            )
        )
        return [getattr(p, "user_id", 0) for p in answer.participants]

    @property
    def member_ids(self) -> list[int]:
        """Who is in it, by their numbers."""
        return self.world.do(self._members())

    def __contains__(self, who: object) -> bool:
        return isinstance(who, Person | Bot) and who.id in self.member_ids

    @property
    def messages(self) -> list[Message]:
        """What its owner sees, oldest first."""
        return Chat(self.owner, self).messages

    @property
    def last(self) -> Message:
        """The newest message that its owner sees."""
        return self.messages[-1]
