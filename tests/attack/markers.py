"""Markers: words that nobody else writes, one for each place where a person can write something."""

import base64
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

FORM_BYTES_MIN: Final = 5  # bytes of a form that is looked for: shorter ones are found by chance


class Place(Enum):
    """Where somebody wrote a marker."""

    TEXT = "text of a message"
    EDITED = "text that was edited away"
    CAPTION = "caption of a file"
    FILE_NAME = "name of a file"
    FILE = "bytes of a file"
    SCHEDULED = "message to be sent later"
    DRAFT = "draft"
    SAVED = "message to oneself"
    POLL = "question of a poll"
    POLL_ANSWER = "answer of a poll"
    LOCATION = "address of a location"
    CARD = "contact card in a message"
    CARD_PHONE = "phone number in a contact card"
    PHONE = "phone number"
    FIRST_NAME = "first name"
    ABOUT = "about text"
    USERNAME = "username of a private chat's peer"
    CONTACT = "name given to a contact"
    MAIL = "e-mail address"
    PASSWORD = "two-step password"
    HINT = "hint of the two-step password"
    CODE = "login code"
    DEVICE = "name of a device"
    GROUP = "title of a group"
    GROUP_ABOUT = "description of a group"
    RANK = "title of an admin"
    INVITE = "name of an invite link"
    POST = "post of a channel"
    TOPIC = "title of a topic"
    FOLDER = "name of a folder"
    REPORT = "words of a report"
    KEY = "a client's authorisation key"
    PASSPHRASE = "the operator's passphrase"


# what no server ever gets: it is looked for all the same, and cannot be found in the control
NEVER_THERE: Final = frozenset({Place.PASSWORD, Place.PASSPHRASE})


class Marker(NamedTuple):
    """What was written, and where."""

    place: Place
    written: bytes

    def forms(self) -> Iterator[bytes]:
        """Return every form in which it would betray itself, without any that is found by chance."""
        found = {self.written, *_hex(self.written), *_base64(self.written)}
        if self.written.isascii():
            text = self.written.decode()
            found |= {text.encode("utf-16-le"), text.encode("utf-16-be")}
        return (form for form in found if len(form) >= FORM_BYTES_MIN)


def _hex(written: bytes) -> tuple[bytes, bytes]:
    return written.hex().encode(), written.hex().upper().encode()


def _base64(written: bytes) -> Iterator[bytes]:
    """Return what is the same in base64 whatever stands before and behind, for each of three positions."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + written)
        first = -(-before * 4 // 3)  # characters that what stands before has part in
        last = (before + len(written)) * 8 // 6
        core = coded[first:last]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))
