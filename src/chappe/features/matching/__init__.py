"""Matching: pictures and files that everybody sees are held against an operator's list of hashes.

Looked at is what is posted in channels and groups with a public name, their own photos, photos of profiles,
and stickers of sets; never what stands in a private chat or a private group. A match opens a case as a report
does, and does no more.
"""

from chappe.features import chats, media, messages, stickers

from . import banked, published
from .banked import bank, unbank
from .hash_list import HASH_LIST, HashList, read_hash_list
from .published import note_chat_photo, note_posted, note_profile_photo, note_sticker

HANDLERS = ()
EVENTS = (*banked.EVENTS, *published.EVENTS)
ANSWERS = (
    chats.hooks.public_photo_put.by(note_chat_photo),
    messages.hooks.published.by(note_posted),
    media.hooks.profile_photo_put.by(note_profile_photo),
    stickers.hooks.sticker_put.by(note_sticker),
)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "HASH_LIST",
    "HashList",
    "bank",
    "read_hash_list",
    "unbank",
]
