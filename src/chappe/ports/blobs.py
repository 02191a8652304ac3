"""The ports behind files: bytes too many for a box, and pictures made of them."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple, Protocol

from chappe.core import Kind, Owner


class Blobs(Protocol):
    """A store of blobs, each written in parts of one length and read in ranges.

    Consistency: what `put_part` returned from is read by `read`, finished or not; `commit` says that no
    part follows, and an unfinished blob may be swept. Durability: a part survives a crash of process
    and machine once `put_part` returned. Concurrency: parts of one blob may be put at the same time and
    in any order; the same part put again takes the place of the first. Trusted with: availability only;
    the bytes are sealed before they come here, and names say nothing.

    A name is 32 hexadecimal digits. All methods raise `EngineError` when the store fails.
    """

    async def put_part(
        self, blob: str, part_bytes: int, number: int, data: bytes | bytearray
    ) -> None:
        """Keep one part. Every part but the last has `part_bytes` bytes; the first is number 0."""
        ...

    async def commit(self, blob: str) -> None:
        """Finish a blob. Doing it twice is harmless."""
        ...

    async def read(self, blob: str, part_bytes: int, offset: int, size: int) -> bytes | bytearray:
        """Return up to `size` bytes from `offset`; fewer at the end, none where there is no blob."""
        ...

    async def delete(self, blob: str) -> None:
        """Remove a blob, finished or not. One that is not there is passed over."""
        ...

    async def sweep(self, older_s: float) -> int:
        """Remove unfinished blobs nobody wrote to for so long; return how many. A store may do none."""
        ...

    async def close(self) -> None:
        """Let go of files and connections. Calling it twice is harmless."""
        ...


class Space(Protocol):
    """The room on the disks that boxes and files lie on, some of which is left to messages."""

    async def has_room(self, size: int) -> bool:
        """Whether as much is free, with `size` bytes more kept, as messages are left.

        Raises:
            EngineError: the disk does not answer.
        """
        ...


class SealedFile(NamedTuple):
    """Where one sealed file is. Kept in records; opens only with the owner's key."""

    owner_kind: int
    owner_id: int
    blob: str
    wrapped: bytes  # the file's key under its owner's key
    part_bytes: int  # of a part, before sealing

    @property
    def owner(self) -> Owner:
        """Whose key it is."""
        return Owner(Kind(self.owner_kind), self.owner_id)


class Files(Protocol):
    """Files as slices see them: in the clear here, sealed in the store."""

    async def has_room(self, size: int) -> bool:
        """Whether `size` bytes more may be kept. See `Space.has_room`."""
        ...

    async def create(self, owner: Owner, part_bytes: int) -> SealedFile:
        """Return a new, empty file, with a key of its own. Nothing is written yet."""
        ...

    async def wrap_anew(self, file: SealedFile) -> SealedFile:
        """Return a file whose key is under the newest key of its owner; the same if it is so already."""
        ...

    async def put_part(self, file: SealedFile, number: int, data: bytes) -> None:
        """Keep one part, durably. See `Blobs.put_part`."""
        ...

    async def commit(self, file: SealedFile) -> None:
        """Finish a file."""
        ...

    async def read(self, file: SealedFile, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset`; none once the owner's key is gone."""
        ...

    async def delete(self, file: SealedFile) -> None:
        """Remove a file."""
        ...


class Size(NamedTuple):
    """One size of a picture, as JPEG."""

    type: str
    width: int
    height: int
    jpeg: bytes


class Picture(NamedTuple):
    """What became of an image."""

    width: int
    height: int
    sizes: tuple[Size, ...]  # from small to large
    stripped: bytes  # a JPEG of 40 pixels without its header


QUALITY_MIN: Final = 50  # of a picture that is compared, as the authors of PDQ advise


class Perceived(NamedTuple):
    """What a picture looks like: by which it is found again after it was changed a little."""

    pdq: int  # 256 bits; see `engines.perceptual`
    quality: int  # 0 to 100: how much there is in it

    @property
    def is_telling(self) -> bool:
        """Whether there is enough in it: pictures with less are like too many others."""
        return self.quality >= QUALITY_MIN


class Animation(NamedTuple):
    """What an animated sticker is found to be."""

    width: int
    height: int
    seconds: float


class ImageRefused(Exception):
    """The bytes are no image that is taken, or too large a one. `reason` is one of the constants."""

    NOT_AN_IMAGE = "not an image"
    DIMENSIONS = "dimensions"
    FAILED = "failed"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Imaging(Protocol):
    """Makes pictures of images, somewhere hostile bytes can do no harm."""

    async def make(self, data: bytes, form: str) -> Picture:
        """Return the sizes of an image; `form` is "photo", "profile" (square as well) or "thumb".

        Raises:
            ImageRefused: there is nothing to make of it.
        """
        ...

    async def perceive(self, data: bytes) -> Perceived:
        """Return what an image looks like.

        Raises:
            ImageRefused: it is none that can be looked at.
        """
        ...

    async def sticker(self, data: bytes, side: int) -> bytes:
        """Return a still sticker as WebP; its longer side has `side` pixels.

        A WebP is checked and returned as it is, any other image is written anew.

        Raises:
            ImageRefused: it is no image, or of another size.
        """
        ...

    async def animation(self, data: bytes) -> Animation:
        """Return what an animated sticker is found to be: Lottie, compressed.

        Raises:
            ImageRefused: it is none, or has something in it that apps do not play.
        """
        ...


THUMB_SIDE: Final = 320  # pixels of a thumbnail's longer side
Read = Callable[[int, int], Awaitable[bytes]]  # offset and size → bytes, fewer at the end


class Film(NamedTuple):
    """What a film or a sound is found to be."""

    duration: float  # seconds; 0 where the file does not say
    width: int  # as it is seen, turned; 0 for a sound
    height: int
    sound: bool
    streaming: bool  # its index comes first, so that it plays while it comes
    codec: str
    waveform: bytes  # of a voice message: 100 bars of five bits
    title: str
    performer: str
    picture: Picture | None  # a frame, or the cover of a piece of music
    exact: bool = True  # the duration is told by the file or measured, not guessed from a bit rate


class FilmRefused(Exception):
    """The bytes are neither film nor sound, or could not be looked at. `reason` is one of the constants."""

    NOT_A_FILM = "not a film"
    FAILED = (
        "failed"  # too large, too slow, or nothing here can decode it: it may be one all the same
    )

    def __init__(self, reason: str = NOT_A_FILM) -> None:
        self.reason = reason
        super().__init__(reason)


class Filming(Protocol):
    """Looks at films and sounds, somewhere hostile bytes can do no harm."""

    async def look(
        self,
        read: Read,
        size: int,
        at_s: float,
        *,
        voice: bool,
        side: int = THUMB_SIDE,
        said_s: float = 0.0,
    ) -> Film:
        """Return what a file of `size` bytes is; `at_s` is the moment its picture shows.

        Reads what it needs, within a bound. With `voice`, a sound is listened to for its waveform.
        No side of the picture has more than `side` pixels. `said_s` is how long its sender says it plays;
        0 if they say nothing.

        Raises:
            FilmRefused: there is nothing to see or hear.
        """
        ...


class Preview(NamedTuple):
    """What a page says of itself, as it says it: not to be believed, and to be bounded."""

    url: str  # where redirections led
    kind: str  # "article", or "photo" for an image
    site: str
    title: str
    description: str
    image: bytes  # as it came; none for most
    large: bool  # the page would have its image shown large


class Previews(Protocol):
    """Fetches what people link to, somewhere the rest of the server is not."""

    async def fetch(self, url: str) -> Preview | None:
        """Return what a page says of itself; None if there is none, or nobody may go there."""
        ...
