"""What there is of a person: the classes of data an export consists of, and who asks for which. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Category(Enum):
    """The categories in which the law thinks of data (Regulation (EU) 2023/1543, article 3)."""

    SUBSCRIBER = "subscriber"  # who somebody is
    ACCESS = "access"  # by which devices, and when
    TRAFFIC = "traffic"  # with whom, and when
    CONTENT = "content"


class Reader(Enum):
    """For whom exports are written."""

    PERSON = "person"  # themselves: by an app's takeout, or by the web client
    RELEASE = "release"  # an authority, once an order was decided and recorded: not built yet


class DataClass(Enum):
    """One class of data. The values stand in exports and in requests for them: never change one."""

    ACCOUNT = "account"
    SESSIONS = "sessions"
    CONTACTS = "contacts"
    CHATS = "chats"
    MESSAGES = "messages"
    MEDIA = "media"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Description:
    """What a class of data is."""

    about: str
    category: Category
    files: str  # of an export, in which it stands
    dated: bool = False  # whether it can be bounded by dates
    readers: frozenset[Reader] = frozenset(Reader)


PERSON_ONLY: Final = frozenset({Reader.PERSON})

CLASSES: Final[dict[DataClass, Description]] = {
    DataClass.ACCOUNT: Description(
        "names, number, address for login codes, birthday, profile photos, and when the account was made",
        Category.SUBSCRIBER,
        "account.json, photos/",
    ),
    DataClass.SESSIONS: Description(
        "devices that are logged in: app, system, when they came and when they were last here;"
        " network addresses are not kept, so there are none",
        Category.ACCESS,
        "sessions.json",
    ),
    DataClass.CONTACTS: Description(
        "whom somebody has saved, under which name and number, and whom they have blocked",
        Category.TRAFFIC,
        "contacts.json",
    ),
    DataClass.CHATS: Description(
        "conversations, groups and channels somebody is in: with whom, and what they may do there",
        Category.TRAFFIC,
        "chats.json",
    ),
    DataClass.MESSAGES: Description(
        "messages of those conversations, as they read them in the app; deleted ones are gone",
        Category.CONTENT,
        "chats/…/messages-YYYY-MM.json",
        dated=True,
    ),
    DataClass.MEDIA: Description(
        "photos and files of those messages",
        Category.CONTENT,
        "chats/…/files/",
        dated=True,
    ),
    DataClass.SETTINGS: Description(
        "privacy, folders, drafts, messages that wait for their time, and other settings",
        Category.CONTENT,
        "settings.json",
        readers=PERSON_ONLY,
    ),
}


class Conversation(Enum):
    """A kind of conversation, as `account.initTakeoutSession` tells them apart."""

    USERS = "users"
    GROUPS = "groups"  # basic ones
    SUPERGROUPS = "supergroups"
    CHANNELS = "channels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an export is to hold: of one person, by class and date. It says nothing of who may have it."""

    classes: frozenset[DataClass] = frozenset(DataClass)
    conversations: frozenset[Conversation] = frozenset(Conversation)
    since: int = 0  # seconds since 1970; messages from then on
    until: int = 1 << 31  # likewise; messages before then
    file_bytes_max: int = 1 << 42  # larger files are named and left out
