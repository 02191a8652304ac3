"""Events, which are told, and lines, which are carried from one box to another: what is kept of them."""

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from chappe.ports import Record

if TYPE_CHECKING:
    from .boxes import Change
    from .house import House
    from .viewer import Viewer


class Event(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Something that happened to a box. Stored small; it becomes TL when it is told.

    A subclass sets `name` (stored: never reuse one) and renders itself for one viewer. Push and
    difference both call `render`, so they cannot disagree.
    """

    name: ClassVar[str]

    @property
    def pts_count(self) -> int:
        """How much pts grows by it: the number of messages it touches, 1 unless overridden."""
        return 1

    async def render(self, viewer: "Viewer", pts: int) -> Any:
        """Return the `api.Update…` this viewer is told, or None when there is nothing left to tell.

        Mention every user and chat the update names with `viewer.mention_…`.
        """
        raise NotImplementedError


class Line(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Something one box asks of another. A subclass sets `name` and applies itself to the other box."""

    name: ClassVar[str]

    async def apply(self, change: "Change", house: "House") -> None:
        """Change the receiving box; runs once for each line, in the order they were posted."""
        raise NotImplementedError


class EventRow(Record, frozen=True):
    """An event with its pts, as the box keeps it for `updates.getDifference`."""

    table = "event"
    key = ("pts",)
    at_hand = False

    pts: int
    name: str
    body: bytes
    date: int


class NoticeRow(Record, frozen=True):
    """An event without pts, found by its date."""

    table = "notice"
    key = ("seq",)
    at_hand = False

    seq: int
    name: str
    body: bytes
    date: int


class OutboxRow(Record, frozen=True):
    """A line still to be delivered. It is removed in the commit that applies it."""

    table = "outbox"
    key = ("number",)
    at_hand = False

    number: int
    to_kind: int
    to_id: int
    name: str
    body: bytes


class Book:
    """Every event and line the slices declare, by the name that is stored."""

    def __init__(self, kinds: list[type[Event] | type[Line]]) -> None:
        self._kinds: dict[str, msgspec.msgpack.Decoder[Any]] = {}
        for kind in kinds:
            if kind.name in self._kinds:
                raise TypeError(f"two events or lines are named {kind.name}")
            self._kinds[kind.name] = msgspec.msgpack.Decoder(kind)

    def open(self, name: str, body: bytes) -> Any:
        """Return the event or line that was stored under this name."""
        return self._kinds[name].decode(body)
