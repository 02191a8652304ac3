"""Links in a text, and addresses of mailboxes, by code points.

A link is looked for around each dot: the domain to both sides of it, then a port and a path behind, and
somebody's name and a scheme before. Each part of a text is looked at a bounded number of times.
"""

import re
from collections.abc import Iterator
from typing import Final

from .domains import is_host, is_mailbox
from .tags import Span

APP_BYTES_MIN: Final = len("tg://x")  # bytes of the shortest link that an app opens itself
PORT_MAX: Final = 65_535  # the highest port there is

# neither spaces nor general punctuation, but for joiners and dashes
_WIDE: Final = r"\u00c0-\u167f\u1681-\u1fff\u200c\u200d\u2010-\u2015\u2070-\u2fff\u3001-\U0010ffff"
_HIGH: Final = r"\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf" + _WIDE
_DOMAIN: Final = re.compile(rf"[.A-Za-z0-9_~{_WIDE}-]*")
_DOMAIN_OR_AT: Final = re.compile(rf"[.A-Za-z0-9_~@{_WIDE}-]*")
_USER: Final = re.compile(rf"[\x00-\x09\x0b-\x1f!#-&*-.0-;=?A-Z\\\^_a-z|~\x7f{_HIGH}]*")
_PATH: Final = re.compile(rf"[\x00-\x09\x0b-\x1f!#-;=?-\x7f{_HIGH}]*")
# what is no scheme either is taken into it, but for spaces: then it is none that is known
_SCHEME: Final = re.compile(
    r"[A-Za-z0-9+\u0080-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e"
    r"\u2030-\u205e\u2060-\u2fff\u3001-\U0010ffff-]*"
)
_SCHEMES: Final = re.compile(r"(?:https?|ftp|tonsite)\Z", re.IGNORECASE | re.ASCII)
_OTHER_SCHEMES: Final = frozenset({"shttp", "tftp", "sftp"})
_TOLD: Final = re.compile(r"(?:https?|ftp|tonsite)://", re.IGNORECASE | re.ASCII)
_PORT: Final = re.compile(r":0*([1-9][0-9]{0,4})(?![0-9])")
_APP: Final = re.compile(r"://[A-Za-z0-9_-]{1,253}")
_APP_SCHEMES: Final = re.compile(r"(?:tonsite|ton|tg)\Z", re.IGNORECASE | re.ASCII)
_APP_SCHEME_SIZE: Final = len("tonsite")
_PATH_BEGINS: Final = frozenset("/?#")
_NEVER_LAST: Final = ".:;,('?!`"  # a sentence's, not the path's
_OPENING: Final = {")": "(", "]": "[", "}": "{"}
_FALSE_FRIEND: Final = "teiegram.org"  # looks like another; apps show no such link


class _Text:
    """A text in which is looked for ends of paths, and backwards, each stretch once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._reversed = text[::-1]
        self._path = (0, 0, 0)  # from where to where a path goes, and where it ends without marks

    def back(self, run: re.Pattern[str], at: int, begin: int) -> int:
        """Return where a run of characters that ends at a place begins."""
        size = len(self.text)
        match = run.match(self._reversed, size - at, size - begin)
        return size - match.end() if match else at

    def path(self, at: int) -> int:
        """Return where a path behind a domain ends, which may be at once."""
        if self.text[at : at + 1] not in _PATH_BEGINS:
            return at
        first, last, end = self._path
        if not first <= at < last:
            match = _PATH.match(self.text, at + 1)
            last = match.end() if match else at + 1
            end = last
            while end > at + 1 and self.text[end - 1] in _NEVER_LAST:
                end -= 1
            self._path = (at, last, end)
        end = max(end, at + 1)
        return end if self.text[at] == "/" or end > at + 1 else at

    def forward(self, run: re.Pattern[str], at: int) -> int:
        """Return where a run of characters that begins at a place ends."""
        match = run.match(self.text, at)
        return match.end() if match else at


def app_links(text: str) -> Iterator[Span]:
    """Yield links that an app opens itself, such as tg://resolve."""
    if "://" not in text:
        return
    looked, at = _Text(text), 0
    while match := _APP.search(text, at):
        if len(text[at : at + APP_BYTES_MIN].encode()) < APP_BYTES_MIN:
            return  # a scheme within the link before it, and hardly anything behind
        scheme = _APP_SCHEMES.search(text[max(0, match.start() - _APP_SCHEME_SIZE) : match.start()])
        if scheme is None:
            at = match.start() + 1
            continue
        at = looked.path(match.end())
        yield "MessageEntityUrl", match.start() - len(scheme[0]), at


def links(text: str) -> Iterator[Span]:
    """Yield links and mailboxes."""
    looked = _Text(text)
    begin = 0
    while True:
        dot = text.find(".", begin)
        if dot < 0 or dot + 1 == len(text):
            return
        if text[dot + 1] == " ":
            begin = dot + 2
            continue
        first, stop, found = _around(looked, begin, dot)
        if found:
            if stop > dot + 1 and (span := _named(text, first, stop)) is not None:
                yield span
            while text[stop : stop + 1] == ".":
                stop += 1
        else:
            stop = text.rfind(".", begin, stop) + 1
        begin = max(stop, dot + 1)


def _around(looked: _Text, begin: int, dot: int) -> tuple[int, int, bool]:
    """Return from where to where what might be a link around a dot goes, and whether it may begin there."""
    text = looked.text
    first = looked.back(_DOMAIN, dot, begin)
    stop = looked.forward(_DOMAIN_OR_AT, dot)
    at_inside = text.find("@", dot, stop) >= 0
    if at_inside:
        first = looked.back(_USER, first, begin)
    port = _PORT.match(text, stop)
    if port is not None and int(port[1]) <= PORT_MAX:
        stop = port.end()
    stop = looked.path(stop)
    while stop > dot + 1 and text[stop - 1] == ".":
        stop -= 1
    may = True
    if first > begin and text[first - 1] == "@":
        user = looked.back(_USER, first - 1, begin)
        may = not at_inside and user < first - 1
        first = user
    if first > begin:
        scheme = _scheme(looked, first, begin)
        may = may and scheme is not None
        first -= scheme or 0
    return first, stop, may


def _scheme(looked: _Text, first: int, begin: int) -> int | None:
    """Return how long the scheme before a domain is, 0 if there is none; None if no link can follow."""
    text = looked.text
    if not text.endswith("://", begin, first):
        before = text[first - 1]
        return None if before.isalnum() or before in "_/#@" else 0
    word = text[looked.back(_SCHEME, first - 3, begin) : first - 3]
    known = _SCHEMES.search(word)
    if known is None or word.lower() in _OTHER_SCHEMES:
        return None
    return len(known[0]) + 3


def _named(text: str, first: int, stop: int) -> Span | None:
    """Return a mailbox or a link without what does not belong to it; None if it leads nowhere."""
    word = text[first:stop]
    if is_mailbox(word):
        return "MessageEntityEmail", first, stop
    if word.startswith("mailto:") and is_mailbox(word.removeprefix("mailto:")):
        return "MessageEntityEmail", first + len("mailto:"), stop
    told = _TOLD.match(word)
    host = told.end() if told else 0
    path = next((i for i in range(host, len(word)) if word[i] in _PATH_BEGINS), len(word))
    domain = word[host:path]
    if "@" in domain:
        domain = domain.partition("@")[2]
    if ":" in domain:
        domain = domain.rpartition(":")[0]
    if domain.lower() == _FALSE_FRIEND or not is_host(domain, told=told is not None):
        return None
    return "MessageEntityUrl", first, first + path + _belonging(word[path:])


def _belonging(path: str) -> int:
    """Return how much of a path is the link's: up to a bracket not opened in it, without a last mark."""
    size, open_ = len(path), dict.fromkeys("([{", 0)
    for place, character in enumerate(path):
        if character in open_:
            open_[character] += 1
        elif character in _OPENING:
            open_[_OPENING[character]] -= 1
            if open_[_OPENING[character]] < 0:
                size = place
                break
    while size and path[size - 1] in _NEVER_LAST:
        size -= 1
    return size
