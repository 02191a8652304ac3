"""Media: what a message shows, photos made of files, and pictures of people and chats."""

from chappe.features import accounts, chats

from . import gifs, handlers, hooks, photos, ringtones
from .access import NAME_ERRORS, named_file
from .input_media import TAKE_ERRORS, discarding, move, right_wanted, take_media
from .kinds import kind_of
from .live_location import is_live, moves_until
from .medium import MEDIUMS, Medium, Mediums
from .photos import (
    PHOTO_ERRORS,
    PhotoChanged,
    show_chat_photo,
    show_full_chat_photo,
    show_full_user_photos,
    show_invited_photo,
    show_user_photo,
    take_chat_photo,
)
from .rules import album_kind, list_hash, vanishes_at
from .search_words import joined, said_by
from .views import (
    DC,
    kept_photo,
    show_document,
    show_drawn,
    show_media,
    show_media_ref,
    show_photo_of,
    vanished,
)
from .webpages import (
    PAGE,
    URL_CHARACTERS_MAX,
    WebPage,
    made,
    page_address,
    page_id,
    pending,
    show_webpage,
    waiting_for,
)

HANDLERS = (handlers, photos, gifs, ringtones)
EVENTS = (PhotoChanged, gifs.GifsChanged, ringtones.RingtonesChanged)
ANSWERS = (
    accounts.hooks.show_full_user_photos.by(show_full_user_photos),
    accounts.hooks.show_user_photo.by(show_user_photo),
    chats.hooks.show_chat_photo.by(show_chat_photo),
)
MEDIA = (WebPage(),)

__all__ = [
    "ANSWERS",
    "DC",
    "EVENTS",
    "HANDLERS",
    "MEDIA",
    "MEDIUMS",
    "NAME_ERRORS",
    "PAGE",
    "PHOTO_ERRORS",
    "TAKE_ERRORS",
    "URL_CHARACTERS_MAX",
    "Medium",
    "Mediums",
    "album_kind",
    "discarding",
    "hooks",
    "is_live",
    "joined",
    "kept_photo",
    "kind_of",
    "list_hash",
    "made",
    "move",
    "moves_until",
    "named_file",
    "page_address",
    "page_id",
    "pending",
    "right_wanted",
    "said_by",
    "show_document",
    "show_drawn",
    "show_full_chat_photo",
    "show_invited_photo",
    "show_media",
    "show_media_ref",
    "show_photo_of",
    "show_webpage",
    "take_chat_photo",
    "take_media",
    "vanished",
    "vanishes_at",
    "waiting_for",
]
