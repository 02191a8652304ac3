"""The interface of a kind of media that a slice makes of its own: taken, kept, shown and edited by it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Final

from chappe import tl
from chappe.features.files import MediaRef, Where, unpack_media_ref
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change, PerServer, Viewer


class Medium(ABC):
    """A kind of media that is neither a file nor told by what the message keeps alone, such as a poll.

    A slice offers it among its `MEDIA`.
    """

    kind: ClassVar[str]  # under which messages keep it; stored
    sent_as: ClassVar[type[tl.TlObject] | None] = (
        None  # the InputMedia that asks for it, if one does
    )

    async def take(self, call: Call, given: tl.TlObject) -> MediaRef:
        """Return what a message keeps of the InputMedia, before it is sent.

        Raises:
            errors.MediaInvalid: it cannot be sent, and whatever else the slice declares.
        """
        raise errors.MediaInvalid

    async def place(
        self, change: Change, kept: MediaRef, *, peer: int, number: int, date: int
    ) -> MediaRef:
        """Keep beside a message that is being sent what counts for itself, in the same change.

        Returns what the message keeps from then on.
        """
        return kept

    @abstractmethod
    async def show(self, viewer: Viewer, kept: MediaRef, where: Where) -> api.TypeMessageMedia:
        """Return the `api.MessageMedia…` this viewer sees."""

    async def edit(self, call: Call, request: api.MessagesEditMessage) -> api.TypeUpdates:
        """Alter a message that shows it, as asked for by an InputMedia of this kind.

        Raises:
            errors.MediaInvalid: nothing of it can be altered, and whatever else the slice declares.
        """
        raise errors.MediaInvalid


class Mediums:
    """All kinds of media that slices make of their own."""

    def __init__(self, offered: Iterable[Medium]) -> None:
        """Raises RuntimeError if two are kept, or sent, alike: a mistake of ours."""
        self._by_kind: dict[str, Medium] = {}
        self._by_input: dict[type, Medium] = {}
        for medium in offered:
            if self._by_kind.setdefault(medium.kind, medium) is not medium:
                raise RuntimeError(f"Two kinds of media are kept as {medium.kind}.")
            sent_as = medium.sent_as
            if sent_as and self._by_input.setdefault(sent_as, medium) is not medium:
                raise RuntimeError(f"Two kinds of media are sent as {sent_as.tl_name}.")

    def kept(self, kept: MediaRef) -> Medium | None:
        """Return the medium a message keeps; None for files and for what is plain."""
        return self._by_kind.get(kept.kind)

    def sent(self, given: object) -> Medium | None:
        """Return the medium an InputMedia asks for; None for files and for what is plain, or nothing."""
        return self._by_input.get(type(given))

    async def place(
        self, change: Change, kept: bytes, *, peer: int, number: int, date: int
    ) -> bytes:
        """Keep beside a message that is being sent what counts for itself; see `Medium.place`."""
        unpacked = unpack_media_ref(kept)
        medium = self.kept(unpacked)
        if medium is None:
            return kept
        placed = await medium.place(change, unpacked, peer=peer, number=number, date=date)
        return placed.pack()


MEDIUMS: Final[PerServer[Mediums]] = PerServer()
