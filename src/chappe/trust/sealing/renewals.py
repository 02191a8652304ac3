"""What is known of renewals: each gives every box a new key, and keeps the one from before a while.

It lies beside the keys of owners, sealed under a secret of the store, so that a renewal that is cut short
goes on at the next start.
"""

from typing import Final

import msgspec

from chappe.core import HOUSE, Kind, Owner
from chappe.ports import Cell

from .wrapping import SealBrokenError

CELL: Final = Cell(HOUSE, "key", b"renewals")
RENEWALS_KEPT_MAX: Final = 16  # renewals of which keys from before are still kept, all together


class Renewals(msgspec.Struct, frozen=True, array_like=True):
    """How far renewals are. Stored: add fields at the end, with a default."""

    round: int = 0  # the number of the latest; 0: there was none
    begun: int = 0  # when it was begun, or when this store was first looked at; seconds since 1970
    whole: int = 0  # when everything was sealed anew; 0: that is under way
    boxes: int = 0  # that are done
    after: tuple[int, int] | None = None  # the last of them, as it is stored: its kind and id
    is_wanted: bool = False  # the root key was replaced: the next one is due
    # those of which keys from before are kept, the oldest first: its number, and when it was whole
    kept: tuple[tuple[int, int], ...] = ()
    dropping: int = 0  # of renewals up to this one such keys are dropped, as keys are wrapped again

    @property
    def is_under_way(self) -> bool:
        """Whether there are boxes that may not be done."""
        return self.round > 0 and not self.whole

    @property
    def may_drop(self) -> int:
        """Up to which renewal keys from before may be dropped now; 0: of none.

        Of none while another renewal is due or under way: a restored store may have values under them.
        """
        return 0 if self.is_wanted or self.is_under_way else self.dropping

    @property
    def last_box(self) -> Owner | None:
        """The last box that is done, as it is stored."""
        return None if self.after is None else Owner(Kind(self.after[0]), self.after[1])

    def begun_anew(self, now: int) -> "Renewals":
        """Return what is known once another one is begun."""
        return Renewals(round=self.round + 1, begun=now, kept=self.kept, dropping=self.dropping)

    def reached(self, box: Owner, done: int) -> "Renewals":
        """Return what is known once so many boxes are done."""
        return msgspec.structs.replace(self, boxes=done, after=(int(box.kind), box.id))

    def ended(self, now: int, done: int) -> "Renewals":
        """Return what is known once everything is sealed anew."""
        kept = (*self.kept, (self.round, now))
        return msgspec.structs.replace(self, whole=now, boxes=done, after=None, kept=kept)

    def over(self, until: int) -> int:
        """Return the latest renewal that was whole by then, and of which keys are kept; 0: none."""
        return max((number for number, whole in self.kept if whole <= until), default=0)

    def dropped(self, number: int) -> "Renewals":
        """Return what is known once keys from before this renewal, and earlier ones, are to be dropped."""
        kept = tuple(one for one in self.kept if one[0] > number)
        return msgspec.structs.replace(self, kept=kept, dropping=number)


def unpack_renewals(plain: bytes) -> Renewals:
    """Return what was packed.

    Raises:
        SealBrokenError: it is something else.
    """
    try:
        return _decoder.decode(plain)
    except msgspec.MsgspecError:
        raise SealBrokenError from None


_decoder: Final = msgspec.msgpack.Decoder(Renewals)
