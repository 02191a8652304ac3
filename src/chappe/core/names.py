"""What is to be seen in a text, and names and lines without what is not.

Kept are joiners, variation selectors and the tags of flags: words of many scripts and emoji are made with
them. Left out are controls, and marks that turn the direction of what stands beside a name.
"""

import re
from typing import Final

# what has no shape: blanks, and what Unicode calls Default_Ignorable_Code_Point
_BLANKS: Final = r"\s\u115f\u1160\u2800\u3164\uffa0\ufffc\U0001d159\U00016fe4"
_JOINERS: Final = r"\u034f\u17b4\u17b5\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TURNING: Final = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NOTHING: Final = (
    r"\x00-\x1f\x7f-\x9f\xad\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
_TAGS: Final = r"\U000e0000-\U000e007f"

_SEEN: Final = re.compile(rf"[^{_BLANKS}{_JOINERS}{_TURNING}{_NOTHING}{_TAGS}]")
# blanks that stand alone as a letter would; Hangul's fillers do their work between letters
_SPACES: Final = re.compile(r"[\s\u2800\u3164\uffa0\ufffc]")
_DROPPED: Final = re.compile(rf"[{_TURNING}{_NOTHING}\ud800-\udfff]")
_FLAG_OR_TAG: Final = re.compile(
    rf"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{{1,6}}\U000e007f)|[{_TAGS}]"
)
_LAST: Final = re.compile(r"[\s\u200c\u200d]+\Z")
_LINES: Final = re.compile(r"\r\n?|[\u2028\u2029\x85]")


def is_seen(text: str) -> bool:
    """Whether there is anything to see in a text."""
    return _SEEN.search(text) is not None


def _kept(text: str) -> str:
    """Return a text without what is never shown, and tags only as they make flags."""
    kept = _DROPPED.sub("", text)
    return kept if kept.isascii() else _FLAG_OR_TAG.sub(r"\1", kept)


def _cut(text: str, characters_max: int) -> str:
    """Return the first characters of a text, with no half of a flag or of what is joined at its end."""
    if len(text) <= characters_max:
        return text
    return _LAST.sub("", _FLAG_OR_TAG.sub(r"\1", text[:characters_max]))


def clean_line(text: str, characters_max: int) -> str:
    """Return one line cut to its bound, without outer space, every other a plain one; '' if none is seen."""
    if text.isascii() and text.isprintable():
        return text.strip()[:characters_max].rstrip()
    line = _kept(_SPACES.sub(" ", text)).strip()
    return _cut(line, characters_max).rstrip() if is_seen(line) else ""


def clean_name(text: str, characters_max: int) -> str:
    """Return a name cut to its bound, its words one space apart; '' if nothing is to be seen."""
    words = _kept(_SPACES.sub(" ", text)).split()
    return clean_line(" ".join(words), characters_max)


def clean_lines(text: str) -> str:
    """Return a text of several lines without outer space; empty if there is nothing to see."""
    lines = _LINES.sub("\n", text).split("\n")
    cleaned = "\n".join(_kept(_SPACES.sub(" ", line)) for line in lines).strip()
    return cleaned if is_seen(cleaned) else ""
