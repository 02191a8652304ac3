"""Records of basic groups, supergroups and channels, and of their members."""

from typing import Final

from chappe.ports import PassingRecord, Record, in_order

BASIC_MEMBERS_MAX: Final = 200  # people in a basic group
TITLE_CHARACTERS_MAX: Final = 128  # characters of a title
BOTS_HERE_MAX: Final = 20  # bots in one group or channel
ABOUT_CHARACTERS_MAX: Final = 255  # characters of a description


class Chat(Record, frozen=True):
    """A basic group (box of kind CHAT) or a supergroup or channel (box of kind CHANNEL)."""

    table = "chat"
    key = ()

    id: int
    title: str
    created: int
    creator: int
    about: str = ""
    username: str = ""
    broadcast: bool = False  # a channel: only admins post
    default_banned: int = 0  # bits of chatBannedRights, for everybody who is no admin
    members: int = 0
    version: int = 1  # of the members of a basic group
    migrated_to: int = 0  # the supergroup this basic group became
    migrated_from: int = 0  # the basic group this supergroup was
    migrated_max_id: int = 0
    deleted: bool = False
    slow_mode: int = 0  # seconds between two messages of one member
    signatures: bool = False
    profiles: bool = False  # signatures show who it was
    noforwards: bool = False
    join_to_send: bool = False
    join_request: bool = False
    hidden_history: bool = False  # what was before one joined
    linked: int = 0  # the discussion group of a channel, the channel of a discussion group
    photo: int = 0
    ttl: int = 0  # seconds a message lives; 0 for ever
    reactions: bytes = b""  # a ChatReactions in the newest layer's bytes; empty: all
    forum: bool = False
    members_hidden: bool = False
    forum_tabs: bool = False  # topics are shown as tabs, not as a list
    restrictions: tuple[str, ...] = ()  # values of `accounts.Restriction`
    mark: str = ""  # a value of `accounts.NameMark`
    closed: bool = False  # by the operator's staff: nobody reads or writes, and all stay members
    antispam: bool = False  # its admins want it rid of spam: `antispam.rules`
    bots: tuple[int, ...] = ()  # those who are in

    @property
    def is_over(self) -> bool:
        """Whether nobody reads or writes here, since it ended or is closed."""
        return self.deleted or self.closed


class Member(Record, frozen=True):
    """Somebody who is, or was, in a chat."""

    table = "member"
    key = ("user",)

    user: int
    joined: int
    inviter: int = 0
    admin: int = 0  # bits of chatAdminRights
    creator: bool = False
    rank: str = ""
    promoted_by: int = 0
    banned: int = 0  # bits of chatBannedRights
    banned_until: int = 0  # seconds since 1970; 0 for ever
    banned_by: int = 0
    left: bool = False
    link: str = ""  # the invite link they came by
    approved_by: int = 0
    posted: int = 0  # when they last posted, for slow mode
    first_visible: int = 0  # the oldest message they may see
    title: str = ""  # of the chat when they went: what it is called now is no longer theirs to know
    bot: bool = False
    hears_all: bool = False  # a bot whose privacy mode was off when it came in


class Commenter(Record, frozen=True):
    """When somebody wrote here last who never was a member, for slow mode."""

    table = "commenter"
    key = ("user",)

    user: int
    posted: int


class Marked(Record, frozen=True):
    """A member who is an admin, restricted or kicked: found without looking at all members.

    A ban that has expired leaves its mark until the member changes: look at the member as well.
    """

    table = "marked_member"
    key = ("mark", "user")

    mark: str  # "admin", "kicked", "banned"
    user: int


class BannedChannel(Record, frozen=True):
    """A channel in whose name nobody may write here."""

    table = "banned_channel"
    key = ("channel",)

    channel: int
    date: int
    by: int
    banned: int  # bits of chatBannedRights


class Top(Record, frozen=True):
    """The newest message of a channel's log, and the newest post anybody but the reader counts."""

    table = "top"
    key = ()

    id: int
    date: int


class Joined(Record, frozen=True):
    """In somebody's own box: a chat they are in, by its dialog's number."""

    table = "joined"
    key = ("peer",)

    peer: int
    date: int


class Link(Record, frozen=True):
    """An invite link, in its chat's box, under the blind index of its code: keys of cells are not sealed."""

    table = "invite_link"
    key = ("blind",)

    blind: str
    code: str
    admin: int
    created: int
    expires: int = 0
    usage_max: int = 0
    usage: int = 0
    requested: int = 0
    approval: bool = False
    title: str = ""
    revoked: bool = False
    permanent: bool = False


class Importer(Record, frozen=True):
    """Somebody who came by a link; whether they are in still is with the member."""

    table = "importer"
    key = ("blind", "user")

    blind: str
    user: int


class Request(Record, frozen=True):
    """Somebody who asks to be let in."""

    table = "join_request"
    key = ("user",)

    user: int
    date: int
    link: str = ""


class MayWriteTo(Record, frozen=True):
    """In a bot's box: somebody who asked to be let into a chat that it runs, to whom it may write first."""

    table = "may_write_to"
    key = ("user",)

    user: int
    until: int  # Unix seconds; later only if they wrote to it


class LogEntry(PassingRecord, frozen=True):
    """What somebody did in a supergroup or channel, kept for two days."""

    table = "admin_log"
    key = (in_order("id"),)
    month_by = ("", "date")

    id: int
    date: int
    user: int
    action: bytes  # a ChannelAdminLogEventAction in the newest layer's bytes
    about: str = ""  # what was done to messages, where the action is made of them when it is shown
    messages: tuple[bytes, ...] = ()  # those messages as they were
