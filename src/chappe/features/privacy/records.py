"""Records of privacy rules."""

from chappe.ports import Record


class Rules(Record, frozen=True):
    """Who may do one thing: "all", "contacts" or "nobody", but for those named."""

    table = "privacy"
    key = ("what",)

    what: str
    base: str
    allowed: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    allowed_chats: tuple[int, ...] = ()  # dialogs whose members may
    refused_chats: tuple[int, ...] = ()
    close_friends: bool = False  # they may, whatever the base
    bots: str = ""  # "allowed" or "refused", whatever the base


class Global(Record, frozen=True):
    """Settings that are not about one thing only."""

    table = "privacy_global"
    key = ()

    archive_strangers: bool = False  # not used any more
    hide_read_dates: bool = False
    keep_archived_unmuted: bool = False
    keep_archived_folders: bool = False
