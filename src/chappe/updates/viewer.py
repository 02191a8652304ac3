"""A viewer: the person something is rendered for, and whom the rendering mentions."""

from typing import TYPE_CHECKING

from chappe.core import Owner

from .boxes import View

if TYPE_CHECKING:
    from .house import House


class Viewer:
    """Somebody who is shown something. Views mention people and chats here; they are added at the end."""

    __slots__ = ("_looks", "channels", "chats", "house", "user", "users")

    def __init__(self, house: "House", user: int) -> None:
        self.house = house
        self.user = user
        self.users: set[int] = set()
        self.chats: set[int] = set()
        self.channels: set[int] = set()
        self._looks: dict[Owner, View] = {}

    def look(self, owner: Owner) -> View:
        """Return a read-only view of somebody's box."""
        look = self._looks.get(owner)
        if look is None:
            look = self._looks[owner] = View(self.house.store, owner)
        return look

    def mention_user(self, user: int) -> None:
        """Say that what is rendered names this user, so that the answer must carry them."""
        self.users.add(user)

    def mention_chat(self, chat: int) -> None:
        """Say that what is rendered names this basic group."""
        self.chats.add(chat)

    def mention_channel(self, channel: int) -> None:
        """Say that what is rendered names this channel or supergroup."""
        self.channels.add(channel)
