"""Pictures the server itself has drawn, as documents everybody may fetch: reactions, dice, stickers.

They are files of this package, made by `tools/draw.py`. Their owner is nobody: 0.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple
from zlib import crc32

from chappe import tl
from chappe.tl import api
from chappe.updates import Context

from . import references
from .records import File
from .references import Where

OWNER: Final = 0
SIDE: Final = 512  # pixels
DRAWN_AT: Final = 1_763_856_000  # when they were first drawn, in seconds since 1970
ANIMATION: Final = "application/x-tgsticker"
PICTURE: Final = "image/webp"

# name of the files, emoji, title; the order is that in which they are offered. Add at the end only.
REACTIONS: Final = (
    ("thumbs_up", "👍", "Thumbs up"),
    ("thumbs_down", "👎", "Thumbs down"),
    ("heart", "❤", "Heart"),
    ("fire", "🔥", "Fire"),
    ("party", "🎉", "Party"),
    ("clap", "👏", "Applause"),
    ("grin", "😁", "Grin"),
    ("tear", "😢", "Tear"),
    ("scream", "😱", "Scream"),
    ("prayer", "🙏", "Thanks"),
)
# stickers and custom emoji, likewise: name, emoji, and words they are found by
STICKERS_DRAWN: Final = (
    ("hello", "👋", "hello, hi, wave"),
    ("yes", "👍", "yes, okay, good, agreed"),
    ("no", "👎", "no, never, stop"),
    ("love", "😍", "love, adore"),
    ("heart", "❤", "heart, dear, love"),
    ("laugh", "😂", "laugh, funny, lol"),
    ("cry", "😭", "cry, sad, tears"),
    ("think", "🤔", "think, hm, question"),
    ("party", "🥳", "party, hooray, congratulations"),
    ("sleep", "😴", "sleep, tired, zzz"),
    ("angry", "😡", "angry, mad"),
    ("wow", "😮", "wow, surprised"),
    ("wink", "😉", "wink, joke"),
    ("cool", "😎", "cool, sunglasses"),
    ("kiss", "😘", "kiss"),
    ("thanks", "🙏", "thanks, please"),
    ("bravo", "👏", "bravo, applause, clap"),
    ("fire", "🔥", "fire, hot"),
    ("coffee", "☕", "coffee, tea, break, morning"),
    ("cake", "🎂", "birthday, cake"),
    ("music", "🎵", "music, dance, song"),
    ("work", "💻", "work, computer, busy"),
    ("idea", "💡", "idea, light"),
    ("rain", "☔", "rain, weather, umbrella"),
    ("star", "🌟", "star, great, best"),
    ("late", "⏰", "late, hurry, time, clock"),
    ("letter", "💌", "letter, mail, message"),
    ("night", "🌙", "night, moon, good night"),
    ("shy", "😊", "shy, smile"),
    ("sign", "🗼", "signal, telegraph, tower"),
)
EMOJI_DRAWN: Final = (
    ("tower", "🗼", "tower, telegraph"),
    ("heart", "❤", "heart, love"),
    ("star", "⭐", "star"),
    ("tick", "✅", "yes, done, tick"),
    ("cross", "❌", "no, cross"),
    ("bulb", "💡", "idea, light"),
    ("sun", "☀", "sun, day"),
    ("moon", "🌙", "moon, night"),
    ("note", "🎵", "music, note"),
    ("cup", "☕", "coffee, tea"),
    ("letter", "💌", "letter, mail"),
    ("flag", "🚩", "flag"),
    ("fire", "🔥", "fire, hot"),
    ("happy", "😄", "happy, laugh"),
    ("sad", "🙁", "sad"),
    ("cool", "😎", "cool"),
)
PARTS: Final = ("icon", "appear", "select", "activate", "effect", "around", "center")
PARTS_STEP: Final = 16  # numbers set apart for each reaction
SET_BASE: Final = 4096  # numbers from here on are in sets, by set and place
SET_STEP: Final = 256
FACES: Final = 6  # of a die

MOVING, CLICKED, GENERIC, DICE = 1, 2, 3, 4  # sets with something in them
STICKERS, EMOJI = 20, 21  # the sets everybody can send from, drawn in `tools/drawn_stickers.py`
EMOJI_SETS: Final = frozenset({10, 11, 12, EMOJI})  # sets whose stickers go into texts
SET_IDS: Final = {MOVING: 1258816259751983}  # TDLib asks for the moving emoji by this id, built in


class Drawing(NamedTuple):
    """One drawn document."""

    number: int
    name: str  # of its file
    emoji: str
    set: int = 0  # in which set it is; 0 for none
    words: tuple[str, ...] = ()  # it is found by

    @property
    def mime(self) -> str:
        """Return its type."""
        return PICTURE if self.name.endswith(".webp") else ANIMATION


def _all() -> list[Drawing]:
    drawings = []
    for index, (name, emoji, _) in enumerate(REACTIONS):
        for part, what in enumerate(PARTS):
            file = f"{name}.webp" if what == "icon" else f"{name}.{what}.tgs"
            drawings.append(Drawing(PARTS_STEP * index + part + 1, file, emoji))
        for number, what in ((MOVING, "select"), (CLICKED, "around"), (GENERIC, "effect")):
            place = SET_BASE + SET_STEP * number + index
            drawings.append(Drawing(place, f"{name}.{what}.tgs", emoji, number))
    for face in range(FACES + 1):
        emoji = f"{face}\ufe0f\u20e3" if face else "#\ufe0f\u20e3"
        place = SET_BASE + SET_STEP * DICE + face
        drawings.append(Drawing(place, f"dice.{face}.tgs", emoji, DICE))
    for number, kind, drawn in (
        (STICKERS, "sticker", STICKERS_DRAWN),
        (EMOJI, "emoji", EMOJI_DRAWN),
    ):
        for index, (name, emoji, words) in enumerate(drawn):
            place = SET_BASE + SET_STEP * number + index
            said = tuple(words.split(", "))
            drawings.append(Drawing(place, f"{kind}.{name}.tgs", emoji, number, said))
    return drawings


DRAWINGS: Final = {drawing.number: drawing for drawing in _all()}


@cache
def data_of(name: str) -> bytes:
    """Return the bytes of a drawn file."""
    return files(__package__).joinpath("drawn_files", name).read_bytes()


@cache
def drawings_hash(numbers: tuple[int, ...]) -> int:
    """Return a number that changes when any of these drawings does."""
    found = 0
    for number in numbers:
        drawing = DRAWINGS[number]
        found = crc32(b"%d %b" % (number, data_of(drawing.name)), found)
    return found >> 1 or 1


def set_id(number: int) -> int:
    """Return the id clients know a set by."""
    return SET_IDS.get(number, number)


def set_hash(context: Context, number: int) -> int:
    """Return the access hash of a set: there for the form, as sets are for everybody."""
    return context.keyed("drawn_set", number)


def file_of(context: Context, number: int) -> File | None:
    """Return a drawing as a file, None if there is none of this number."""
    drawing = DRAWINGS.get(number)
    if drawing is None:
        return None
    in_set: Any = api.InputStickerSetEmpty()
    if drawing.set:
        in_set = api.InputStickerSetID(
            id=set_id(drawing.set), access_hash=set_hash(context, drawing.set)
        )
    ending = "webp" if drawing.mime == PICTURE else "tgs"
    said: Any = api.DocumentAttributeSticker(alt=drawing.emoji, stickerset=in_set)
    if drawing.set in EMOJI_SETS:  # free: nobody here has to have premium
        said = api.DocumentAttributeCustomEmoji(free=True, alt=drawing.emoji, stickerset=in_set)
    attributes: tuple[Any, ...] = (
        api.DocumentAttributeImageSize(w=SIDE, h=SIDE),
        said,
        api.DocumentAttributeFilename(file_name=f"sticker.{ending}"),
    )
    return File(
        number=number,
        kind="document",
        date=DRAWN_AT,
        size=len(data_of(drawing.name)),
        mime=drawing.mime,
        attributes=tuple(tl.encode(a, tl.LAYER) for a in attributes),
    )


def where_seen() -> Where:
    """Return where drawings are seen: everywhere."""
    return Where(references.DRAWN, 0)


def reaction_parts(index: int) -> dict[str, int]:
    """Return the numbers of a reaction's drawings, by what they are for."""
    return {part: PARTS_STEP * index + place + 1 for place, part in enumerate(PARTS)}
