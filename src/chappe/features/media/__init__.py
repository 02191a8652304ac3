"""Media: files going up and down, photos made of them, and what messages keep of both."""

from chappe.features import accounts, auth

from . import drawn, gifs, handlers, holding, hooks, photos, references, uploads, webpages
from .commands import COMMANDS
from .deletion import forget_alone, forget_files
from .holding import count_replaced, count_shown
from .kinds import kind_of
from .live import is_live, moves_until
from .photos import PhotoChanged, show_chat_photo, show_full_chat_photo, show_invited_photo
from .records import UPLOAD_LIFETIME_S, Kept, unpack
from .references import Where
from .rules import album_kind, list_hash, vanishes_at
from .said import joined, said_by
from .taking import TAKE_ERRORS, move, right_wanted, take
from .views import kept_photo, show, show_media, show_photo_of, vanished

HANDLERS = (uploads, handlers, photos, gifs)
EVENTS = (PhotoChanged, gifs.GifsChanged, *holding.EVENTS)

ANSWERS = (
    accounts.hooks.show_full_user_photos.by(photos.show_full_user_photos),
    accounts.hooks.show_user_photo.by(photos.show_user_photo),
    auth.hooks.forget_files.by(forget_files),
)
SERVICES = {
    "show_webpage": webpages.show_webpage,
}

show_drawn = drawn.show_drawn
take_chat_photo = photos.take_chat_photo
PHOTO_ERRORS = photos.PHOTO_ERRORS
MESSAGE = references.MESSAGE
OWN = references.OWN

__all__ = [
    "ANSWERS",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "MESSAGE",
    "OWN",
    "PHOTO_ERRORS",
    "SERVICES",
    "TAKE_ERRORS",
    "UPLOAD_LIFETIME_S",
    "Kept",
    "Where",
    "album_kind",
    "count_replaced",
    "count_shown",
    "drawn",
    "forget_alone",
    "hooks",
    "is_live",
    "joined",
    "kept_photo",
    "kind_of",
    "list_hash",
    "move",
    "moves_until",
    "right_wanted",
    "said_by",
    "show",
    "show_chat_photo",
    "show_drawn",
    "show_full_chat_photo",
    "show_invited_photo",
    "show_media",
    "show_photo_of",
    "take",
    "take_chat_photo",
    "unpack",
    "vanished",
    "vanishes_at",
    "webpages",
]
