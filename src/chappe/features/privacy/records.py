"""What is kept of somebody's privacy, and what is announced when it changes."""

from typing import Any

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.ports import Record
from chappe.tl import api
from chappe.updates import Event, Viewer


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


class PrivacyChanged(Event, frozen=True):
    """Somebody's privacy changed, for their other devices."""

    name = "privacy.changed"

    what: str

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        from .views import KEYS, named, show  # noqa: PLC0415  views need this module's records

        rules = await viewer.look(Owner(Kind.USER, viewer.user)).get(Rules, self.what)
        for peer in named(rules) if rules else ():
            accounts.show_peer(viewer, peer)
        return api.UpdatePrivacy(key=KEYS[self.what][1](), rules=show(self.what, rules))
