"""Records of stickers: sets, in the box of whoever made them, and what somebody has of them."""

from enum import IntEnum
from typing import Final

import msgspec

from chappe.ports import Record

INSTALLED_MAX: Final = (
    200  # sets of one kind that are shown in somebody's panel; others are archived
)
ARCHIVED_MAX: Final = 1_000  # archived sets of one kind; the oldest goes
RECENT_MAX: Final = 200  # stickers somebody has used lately
FAVED_MAX: Final = 200  # favourite stickers


class SetSticker(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One sticker of a set. Stored: add fields at the end, with a default."""

    number: int  # of its `File` in the same box
    emoji: tuple[str, ...]  # it stands for
    words: tuple[str, ...] = ()  # it is found by


class StickerSet(Record, frozen=True):
    """A set, in the box of who made it. It is shown to everybody, and goes with that account."""

    table = "sticker_set"
    key = ("number",)

    number: int
    kind: int  # a `SetKind`
    title: str
    short_name: str
    created: int  # Unix seconds
    stickers: tuple[SetSticker, ...] = ()
    revision: int = 0  # grows with each change
    thumb: int = 0  # the `File` that is shown for the set; 0: its first sticker
    thumb_version: int = 0
    thumb_emoji: int = 0  # likewise, one of its custom emoji
    recoloured: bool = False  # its custom emoji take the colour of the text
    user: int = 0  # for whom a bot has made it


class InstalledSet(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One set somebody has installed. Stored: add fields at the end, with a default."""

    owner: int  # whose it is; 0: drawn by the server
    number: int
    date: int  # Unix seconds
    archived: bool = False  # known, and not shown in the panel


class InstalledSets(Record, frozen=True):
    """In a person's box: the sets of one kind in the order of their panel. None: those of the server."""

    table = "installed_sets"
    key = ("kind",)

    kind: int  # a `SetKind`
    sets: tuple[InstalledSet, ...] = ()


class KeptKind(IntEnum):
    """Which stickers somebody keeps at hand. Stored: never reuse a number."""

    RECENT = 0
    ATTACHED = 1  # put on photos lately
    FAVED = 2

    @property
    def most(self) -> int:
        """How many there are at most."""
        return FAVED_MAX if self is KeptKind.FAVED else RECENT_MAX


class KeptSticker(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One of them. Stored: add fields at the end, with a default."""

    owner: int
    number: int
    date: int  # Unix seconds


class KeptStickers(Record, frozen=True):
    """In a person's box: stickers they keep at hand, the newest first."""

    table = "kept_stickers"
    key = ("kind",)

    kind: int  # a `KeptKind`
    stickers: tuple[KeptSticker, ...] = ()
