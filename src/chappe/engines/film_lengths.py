"""How long a film or a sound plays: as it says itself, as it is measured, or as it can be guessed."""

import time
from contextlib import suppress
from fractions import Fraction
from typing import Any, Final, NamedTuple

import av
from av.container import InputContainer

from .film_source import FilmSource

MEASURED_BYTES_MAX: Final = 64 * 1024 * 1024  # bytes read of one file to find out how long it plays
MEASURED_S_MAX: Final = 6.0  # seconds it may take
AGREED_S: Final = 1.5  # seconds by which a guess may differ from what a sender says, and agree
GUESSED: Final = frozenset({"mp3", "aac", "amr"})  # formats whose bit rate decoders guess from
COUNTS: Final = (
    b"Xing",
    b"Info",
    b"VBRI",
)  # what an MP3 has in its first frame if that counts them
FRAME_BYTES: Final = 1024  # bytes of a first frame in which they are looked for
ID3_HEAD_BYTES: Final = 10
FRAMES_UNKNOWN: Final = 1 << 30  # frames an AVI claims whose writer could not go back


class Length(NamedTuple):
    """How long something plays."""

    seconds: float  # 0 where nobody knows
    exact: bool  # told or measured, not guessed
    measured: bool = False  # for this, packets were read: whoever wants frames opens it anew


def length_of(source: FilmSource, container: InputContainer, stream: Any, said_s: float) -> Length:
    """Return how long a file plays of which a stream is the main one.

    A guess that agrees with what its sender says is left one: to measure, all of it would have to be read.
    """
    told = _told(container, stream)
    if source.spent:  # it was opened without having been seen to its end
        return Length(told, exact=False)
    if told and not _is_guess(source, container, stream):
        return Length(told, exact=True)
    if told and said_s and abs(told - said_s) <= AGREED_S:
        return Length(told, exact=False)
    found = _measured(source, container)
    if found.exact or not told:
        return found
    return Length(told, exact=False, measured=True)


def _told(container: InputContainer, stream: Any) -> float:
    if container.duration:
        return max(0.0, container.duration / av.time_base)
    if stream.duration and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    return 0.0


def _is_guess(source: FilmSource, container: InputContainer, stream: Any) -> bool:
    """Whether a decoder guesses how long a file plays, from its size and the bit rate of its beginning."""
    form = container.format.name
    if form == "avi":
        return bool(stream.frames >= FRAMES_UNKNOWN)
    return form in GUESSED and not (form == "mp3" and counts_its_frames(source))


def counts_its_frames(source: FilmSource) -> bool:
    """Whether an MP3 says in its first frame how many there are."""
    place = source.tell()
    source.seek(0)
    head = source.read(ID3_HEAD_BYTES)
    begin = 0
    if head[:3] == b"ID3" and len(head) == ID3_HEAD_BYTES:  # id3.org/id3v2.4.0-structure, 3.1
        size = 0
        for byte in head[6:]:
            size = size << 7 | byte & 0x7F
        begin = ID3_HEAD_BYTES + size
    source.seek(begin)
    frame = source.read(FRAME_BYTES)
    source.seek(place)
    return any(mark in frame for mark in COUNTS)


def _measured(source: FilmSource, container: InputContainer) -> Length:
    """Return how long a file plays by its packets; of one too large, what those that were read let guess."""
    source.allow(MEASURED_BYTES_MAX)
    first, last = Fraction(1 << 62), Fraction(0)
    streams = [*container.streams.video, *container.streams.audio]
    until, ended = time.monotonic() + MEASURED_S_MAX, True
    with suppress(av.FFmpegError):  # what is broken from here on would not be played either
        for packet in container.demux(streams):
            if packet.pts is not None and packet.time_base is not None:
                first = min(first, packet.pts * packet.time_base)
                last = max(last, (packet.pts + (packet.duration or 0)) * packet.time_base)
            if source.spent or time.monotonic() > until:
                ended = False
                break
    seconds = float(max(Fraction(0), last - max(first, Fraction(0))))
    ended = ended and not source.spent
    if not ended and source.furthest:
        seconds *= max(1.0, source.size / source.furthest)
    return Length(seconds, exact=ended and seconds > 0, measured=True)
