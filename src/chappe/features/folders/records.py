"""Records of folders and of their shared links."""

from typing import Final

import msgspec

from chappe.ports import Record

FOLDERS_MAX: Final = 30  # folders of one person
FOLDER_PEERS_MAX: Final = 100  # dialogs included in one folder, pinned ones among them; or excluded
TITLE_CHARACTERS_MAX: Final = 64  # characters of a folder's name; apps offer twelve
INVITES_MAX: Final = 20  # links by which one folder is shared
JOINED_MAX: Final = 20  # shared folders one person has taken over
INVITE_TITLE_CHARACTERS_MAX: Final = 32  # characters of a link's name


class Folder(Record, frozen=True):
    """One folder, as its owner's client described it."""

    table = "folder"
    key = ("id",)

    id: int
    body: bytes  # a DialogFilter in the newest layer's bytes
    joined: str = ""  # the link by which it was taken over from somebody
    hidden: tuple[int, ...] = ()  # chats of that link its owner does not want to hear of
    came: tuple[int, ...] = ()  # chats its owner came into by it


class Order(Record, frozen=True):
    """In which order folders are shown."""

    table = "folder_order"
    key = ()

    ids: tuple[int, ...]


class Tags(Record, frozen=True):
    """Whether dialogs show the names of their folders."""

    table = "folder_tags"
    key = ()

    enabled: bool = False


class Shared(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A chat that is shared with a folder. Stored: add fields at the end, with a default."""

    peer: int
    code: str = ""  # of an invite link of the sharer's; '' for a public chat


class FolderLink(Record, frozen=True):
    """A link by which a folder is shared, under the blind index of its code: keys are not sealed."""

    table = "folder_link"
    key = ("blind",)

    blind: str
    code: str
    folder: int
    title: str = ""
    chats: tuple[Shared, ...] = ()
