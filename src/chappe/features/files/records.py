"""Records of files: uploads in progress, contents, and media made of them."""

from typing import Final

import msgspec

from chappe.ports import Record, SealedFile, in_order

UPLOADS_MAX: Final = 100  # unfinished uploads of one person; the oldest go first
EARLY_PARTS_MAX: Final = 8  # uploads of one person of which a part waits for its length to be known
UPLOAD_LIFETIME_S: Final = 86_400  # seconds an upload is remembered, finished or not
ONCE: Final = (1 << 31) - 1  # instead of seconds: to be looked at once
PROFILE_PHOTOS_MAX: Final = 1000  # photos one profile can have


class Upload(Record, frozen=True):
    """A file somebody is uploading, or has uploaded lately, by the number their client gave it."""

    table = "upload"
    key = ("id",)
    cache_recent_only = True  # asked for when it is new, and seldom later

    id: int
    started: int
    file: SealedFile | None = None  # None until the length of a part is known
    total: int = 0  # parts there will be; 0 while unknown
    marks: bytes = b""  # one bit for each part that came
    highest: int = -1  # the highest part that came
    short: int = -1  # the part that is shorter than the others: the last
    size: int = 0  # bytes that came
    early: tuple[int, bytes] | None = None  # not written any more: see `EarlyPart`
    sha256: bytes = b""  # of the whole, once it was used
    early_number: int = -1  # of a part that came before the length of parts was known
    early_size: int = 0  # bytes it has; 0 for none

    def has(self, number: int) -> bool:
        """Whether a part came."""
        byte, bit = divmod(number, 8)
        return byte < len(self.marks) and bool(self.marks[byte] & (1 << bit))


class EarlyPart(Record, frozen=True):
    """A part of an upload that came before the length of its parts was known."""

    table = "early_part"
    key = ("id",)
    cached = False

    id: int  # of the upload
    data: bytes


class Content(Record, frozen=True):
    """Bytes that are kept once, whatever they are sent as. Found by blind index."""

    table = "content"
    key = ("blind",)
    cache_recent_only = True  # asked for when it is new, and seldom later

    blind: str
    file: SealedFile
    size: int
    number: int = 0  # of the `File` made of it last
    sha256: bytes = b""
    files: int = 0  # how many `File`s have these bytes; 0 where nobody counted them


Piece = tuple[str, int, int, int, int]  # type, width, height, offset, size
# a film's width, height and bytes, and the second of it that is shown where nothing moves
Moving = tuple[int, int, int, float]


class File(Record, frozen=True):
    """A photo or a document, as messages name it."""

    table = "file"
    key = ("number",)
    cache_recent_only = True  # asked for when it is new, and seldom later

    number: int
    kind: str  # "photo" or "document"
    date: int
    file: SealedFile | None = None  # of a document, and of a photo that moves
    size: int = 0
    mime: str = ""
    attributes: tuple[bytes, ...] = ()  # DocumentAttributes in the newest layer's bytes
    pieces_file: SealedFile | None = None  # where the pieces are, one behind the other
    pieces: tuple[Piece, ...] = ()  # sizes of a photo, the thumbnail of a document
    stripped: bytes = b""
    sha256: bytes = b""
    alone: bool = False  # made for one message: its bytes go with it
    uses: int = -1  # messages that show it; -1 if that is not counted
    unused: int = 0  # since when nobody has shown it who did before
    moving: Moving | None = None  # of a photo that moves; its film is `file`


class ProfilePhoto(Record, frozen=True):
    """One photo of a profile; the one with the highest order is shown."""

    table = "profile_photo"
    key = (in_order("order"),)

    order: int
    number: int
    date: int


class SavedGif(Record, frozen=True):
    """One GIF somebody keeps at hand; the highest order is the newest."""

    table = "saved_gif"
    key = (in_order("order"),)

    order: int
    owner: int
    number: int


class SavedRingtones(Record, frozen=True):
    """In somebody's box: sounds of notifications they have brought along, the newest first."""

    table = "ringtones"
    key = ()

    files: tuple[tuple[int, int], ...] = ()  # owner and number of each


class Usage(Record, frozen=True):
    """How many bytes somebody's files take."""

    table = "usage"
    key = ()

    bytes: int = 0


class MediaRef(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What a message keeps of its media. Stored: add fields at the end, with a default."""

    kind: str  # "photo", "document", "plain", or what another slice takes and shows
    right: str = "send_plain"  # of chatBannedRights: what one must be allowed to send
    owner: int = 0  # whose file it is
    number: int = 0  # of the `File`
    spoiler: bool = False
    plain: bytes = b""  # a MessageMedia in the newest layer's bytes, or what another slice keeps
    ttl: int = 0  # seconds after which it vanishes once somebody opens it; `ONCE` for at once
    timestamp: int = 0  # seconds into a film at which it is begun
    cover: tuple[int, int] = (0, 0)  # owner and number of the photo shown before a film
    said: str = ""  # the words it is found by

    def pack(self) -> bytes:
        """Return it as bytes."""
        return msgspec.msgpack.encode(self)


_decoder = msgspec.msgpack.Decoder(MediaRef)


def unpack_media_ref(kept: bytes) -> MediaRef:
    """Return what `MediaRef.pack` made bytes of."""
    return _decoder.decode(kept)
