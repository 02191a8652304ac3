"""The viewer of a rendering: for whom it is made, and which users and chats it mentions."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple

from chappe.core import Kind, Owner

from .boxes import View
from .context import Context

Facts = Callable[[int], Awaitable[Any]]  # what a viewer's holes are filled from; None: cannot share


class Hole(NamedTuple):
    """Bytes in what is rendered that are this viewer's alone, and how those of another are made.

    `made` takes another viewer and what their event says is known of them (`Event.audience`).
    """

    raw: bytes
    made: Callable[[int, Any], bytes]


class Viewer:
    """The user something is rendered for. Views note here whom they mention; answers carry those too."""

    __slots__ = (
        "_as_sample",
        "_looks",
        "channels",
        "chats",
        "context",
        "holes",
        "unshareable",
        "user",
        "users",
    )

    def __init__(self, context: Context, user: int, *, as_sample: bool = False) -> None:
        """`as_sample`: what is rendered shall serve others too, so it is noted which bytes are personal."""
        self.context = context
        self.user = user
        self.users: set[int] = set()
        self.chats: set[int] = set()
        self.channels: set[int] = set()
        self.holes: list[Hole] = []
        self._as_sample = as_sample
        self.unshareable = (
            False  # what was rendered is this viewer's in more than the personal bytes
        )
        self._looks: dict[Owner, View] = {}

    def look(self, owner: Owner) -> View:
        """Return a read-only view of somebody's box."""
        look = self._looks.get(owner)
        if look is None:
            look = self._looks[owner] = View(self.context.store, owner)
        return look

    def keyed(self, name: str, *parts: int, order: Literal["little", "big"] = "little") -> int:
        """Return this viewer's own number for something; `order` is that of its bytes where it is shown."""
        keyed = self.context.keyed
        number = keyed(name, self.user, *parts)
        if self._as_sample:

            def made(user: int, _facts: object) -> bytes:
                return keyed(name, user, *parts).to_bytes(8, order)

            self.holes.append(Hole(number.to_bytes(8, order), made))
        return number

    def own(self, made: Callable[[Any], bytes], facts: Any) -> None:
        """Say which bytes of what is rendered come of what is known of this viewer alone."""
        if self._as_sample:
            self.holes.append(Hole(made(facts), lambda _user, facts: made(facts)))

    @property
    def places(self) -> set[Owner]:
        """The groups and channels that what is rendered names."""
        chats = {Owner(Kind.CHAT, chat) for chat in self.chats}
        return chats | {Owner(Kind.CHANNEL, channel) for channel in self.channels}

    def mention_user(self, user: int) -> None:
        """Say that what is rendered names this user, so that the answer must carry them."""
        self.users.add(user)

    def mention_chat(self, chat: int) -> None:
        """Say that what is rendered names this basic group."""
        self.chats.add(chat)

    def mention_channel(self, channel: int) -> None:
        """Say that what is rendered names this channel or supergroup."""
        self.channels.add(channel)
