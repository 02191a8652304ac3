"""What bots name files by: a file_id of its own for each bot and place, and one unique id for all.

A file may be had where it was seen: so a file_id says which message shows it, and from there its reference is
asked again whenever it is used. Zeros are run-length coded, as in Telegram's own; to bots it is opaque.
"""

import base64
import binascii
import struct
from enum import IntEnum
from typing import Final, NamedTuple

VERSION: Final = 1  # of the layout
MARK: Final = 4  # the last byte of Telegram's own: programs that look at it find what they know
FILE_ID_CHARACTERS_MAX: Final = 200  # characters of a text that is looked at as a file_id
_LAYOUT: Final = struct.Struct("<BqqqIB")
_UNIQUE: Final = struct.Struct("<BqB")
_RUN_MAX: Final = 255  # zeros that one count says


class FileKind(IntEnum):
    """What a file was sent as."""

    PHOTO = 1
    DOCUMENT = 2
    VIDEO = 3
    ANIMATION = 4
    AUDIO = 5
    VOICE = 6
    VIDEO_NOTE = 7
    STICKER = 8
    PROFILE_PHOTO = 9
    CHAT_PHOTO = 10

    @property
    def word(self) -> str:
        """How refusals call it."""
        return self.name.capitalize().replace("_", "")


class FileId(NamedTuple):
    """What a file_id says."""

    kind: FileKind
    number: int  # the id of the photo or document
    access_hash: int
    chat: int  # the conversation that shows it, as bots number it
    message: int  # the number of the message; 0 for a photo of a profile or chat
    size: str  # the letter of a photo's size, or of a thumbnail; empty for the file itself


def write_file_id(said: FileId) -> str:
    """Return a file_id."""
    letter = ord(said.size) if said.size else 0
    packed = _LAYOUT.pack(said.kind, said.number, said.access_hash, said.chat, said.message, letter)
    return _letters(_squeezed(packed) + bytes((VERSION, MARK)))


def unique_id(said: FileId) -> str:
    """Return a file_unique_id: the same for every bot, good for comparing and nothing else."""
    photo = said.kind in (FileKind.PHOTO, FileKind.PROFILE_PHOTO, FileKind.CHAT_PHOTO)
    letter = ord(said.size) if said.size else 0
    return _letters(_squeezed(_UNIQUE.pack(1 if photo else 2, said.number, letter)))


def read_file_id(text: str) -> FileId | None:
    """Return what a file_id says; None if it is none."""
    if not text or len(text) > FILE_ID_CHARACTERS_MAX:
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if data[-2:] != bytes((VERSION, MARK)):
        return None
    packed = _spread(data[:-2])
    if packed is None or len(packed) != _LAYOUT.size:
        return None
    kind, number, access_hash, chat, message, letter = _LAYOUT.unpack(packed)
    if kind not in FileKind.__members__.values():
        return None
    size = chr(letter) if letter else ""
    return FileId(FileKind(kind), number, access_hash, chat, message, size)


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _squeezed(data: bytes) -> bytes:
    """Return bytes in which each run of zeros is one zero and how many they were."""
    out = bytearray()
    run = 0
    for byte in (*data, None):
        if byte == 0 and run < _RUN_MAX:
            run += 1
            continue
        if run:
            out += bytes((0, run))
        run = 0
        if byte == 0:
            run = 1
        elif byte is not None:
            out.append(byte)
    return bytes(out)


def _spread(data: bytes) -> bytes | None:
    """Turn `_squeezed` back; None where that is no such text."""
    out, at = bytearray(), 0
    while at < len(data):
        if data[at]:
            out.append(data[at])
            at += 1
            continue
        if at + 1 >= len(data) or len(out) > _LAYOUT.size:
            return None
        out += bytes(data[at + 1])
        at += 2
    return bytes(out)
