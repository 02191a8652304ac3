"""Searchable words of a medium, kept in its reference so that a search opens no file.

TDLib searches the names of files, performers and titles of music, questions and answers of polls, and titles
of link previews where it has to do without a server; so does Chappe, and names of contacts and places too.
"""

from typing import Any, Final

from chappe import tl
from chappe.features.files import File, MediaRef, unpack_media_ref
from chappe.tl import api

SAID_CHARACTERS_MAX: Final = 1_000  # characters by which one medium is found


def joined(*words: str | None) -> str:
    """Return the words a medium is found by, as it keeps them."""
    return "\n".join(word for word in words if word)[:SAID_CHARACTERS_MAX]


def said_by_file(file: File) -> str:
    """Return the words a file is found by: its name, and the performer and title of music."""
    said: list[str | None] = []
    for attribute in map(tl.decode, file.attributes):
        match attribute:
            case api.DocumentAttributeFilename():
                said.append(attribute.file_name)
            case api.DocumentAttributeAudio():
                said += [attribute.performer, attribute.title]
    return joined(*said)


def said_by_plain(media: Any) -> str:
    """Return the words by which a medium is found that has no file: a contact, a place, a page."""
    match media:
        case api.MessageMediaContact():
            return joined(media.first_name, media.last_name, media.phone_number)
        case api.MessageMediaVenue():
            return joined(media.title, media.address)
        case api.MessageMediaWebPage(webpage=api.WebPage() as page):
            return joined(page.site_name, page.title)
    return ""


def said_by(kept: bytes) -> str:
    """Return the words by which the medium of a message is found."""
    return unpack_media_ref(kept).said if kept else ""


def plain(media: Any) -> MediaRef:
    """Return what a message keeps of a medium without a file."""
    return MediaRef(kind="plain", plain=tl.encode(media, tl.LAYER), said=said_by_plain(media))
