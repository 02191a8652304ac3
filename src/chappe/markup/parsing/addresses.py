"""The address behind a marked link: of a page, of a person, of a custom emoji, of a moment."""

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from ..moments import MOMENT_BITS

PORT_MAX: Final = 65_535  # the highest port there is

_APP: Final = re.compile(rb"(tg|ton|tonsite):(?://)?", re.IGNORECASE)
_APP_HOST: Final = re.compile(rb"[A-Za-z0-9_-]*")
_SITE_HOST: Final = re.compile(rb"[A-Za-z0-9_.-]*")
_SCHEME: Final = re.compile(rb"([^:/?#@\[\]]*)://")
_AUTHORITY: Final = re.compile(rb"[^/?#]*")
_PORT: Final = re.compile(rb"[1-9][0-9]{0,9}")
_NAME: Final = re.compile(rb"(?:[A-Za-z0-9.\-_!$,~*'();&+=\x80-\xff]|%[0-9A-Fa-f]{2})*")
_USER: Final = re.compile(rb"(?:[A-Za-z0-9.\-_!$,~*'();&+=:\x80-\xff]|%[0-9A-Fa-f]{2})*")
_IPV6: Final = re.compile(rb"\[[0-9a-f:.]*\]")
_SPACE: Final = b" \t\r\n\v\0"
_TRUE_NUMBER: Final = re.compile(rb"0|-?[1-9][0-9]*")  # as a number is written, and not otherwise
_USER_MAX: Final = (1 << 40) - 1  # highest id of a person (core.telegram.org/api/bots/ids)
_INT64: Final = 1 << 63
_DIGITS_MAX: Final = 20  # characters of a number: the longest of 64 bits
_INT32: Final = 1 << 31
_SHOWN_AS: Final = {  # letter of a format → bits of messageEntityFormattedDate's flags
    ord("t"): 1 << 1,
    ord("T"): 1 << 2,
    ord("d"): 1 << 3,
    ord("D"): 1 << 4,
    ord("w"): 1 << 5,
    ord("W"): 1 << 5,
}
_RELATIVE: Final = 1
_LONG_OF: Final = {1 << 1: 1 << 2, 1 << 3: 1 << 4}  # the long form gives way to the short one


class WrongAddress(ValueError):
    """An address is not what it has to be; `str` of it is what the Bot API says."""


def number(word: bytes, bound: int = _INT64) -> int | None:
    """Return what a number says that is written as one, without zeros before it; None otherwise."""
    if not _TRUE_NUMBER.fullmatch(word):
        return None
    value = int(word) if len(word) <= _DIGITS_MAX else bound
    return value if -bound <= value < bound else None


def loose_int32(word: bytes) -> int:
    """Return the number that a word begins with, in 32 bits; 0 if it begins with none."""
    match = re.match(rb"(-?)([0-9]*)", word)
    digits = match[2] if match else b""
    value = 0
    for digit in digits:
        value = (value * 10 + digit - ord("0")) % (1 << 32)
    value = value - (1 << 32) if value >= _INT32 else value
    return -value if match and match[1] else value


def checked_link(link: bytes) -> bytes:
    """Return an address as it is kept: with its scheme, host in small letters; empty if it leads nowhere."""
    app = _APP.match(link)
    if app is None:
        return _page(link)
    scheme, rest = app[1].lower(), link[app.end() :]
    told = _SCHEME.match(rest)
    if told and told[1].lower() in (b"http", b"https"):
        return b""
    parts = _parts(rest)
    if parts is None:
        return b""
    _, user, host, port, query = parts
    known = _SITE_HOST if scheme == b"tonsite" else _APP_HOST
    if user or port or not known.fullmatch(host):
        return b""
    return scheme + b"://" + host + (query[1:] if query.startswith(b"/?") else query)


def _page(link: bytes) -> bytes:
    parts = _parts(link)
    if parts is None:
        return b""
    scheme, user, host, port, query = parts
    if b"." not in host and not host.startswith(b"["):
        return b""
    return b"".join(
        (
            scheme,
            b"://",
            user + b"@" if user else b"",
            host,
            b":%d" % port if port else b"",
            query,
        )
    )


def _parts(link: bytes) -> tuple[bytes, bytes, bytes, int, bytes] | None:
    """Return scheme, user, host, port (0: none is named) and the rest of an address; None if it is none."""
    told = _SCHEME.match(link)
    scheme = told[1].lower() if told else b"http"
    if scheme not in (b"http", b"https"):
        return None
    rest = link[told.end() :] if told else link
    authority = _AUTHORITY.match(rest)
    place, query = (authority[0], rest[authority.end() :]) if authority else (b"", rest)
    found = _port(place)
    if found is None:
        return None
    place, port = found
    user, _, host = place.rpartition(b"@")
    host = host.lower()
    if not host or host == b"." or not _is_host(host, user):
        return None
    query = query.rstrip(_SPACE)
    if not query.startswith(b"/"):
        query = b"/" + query
    return scheme, user, host, port, re.sub(rb"[\x00-\x20]", lambda m: b"%%%02X" % m[0][0], query)


def _port(place: bytes) -> tuple[bytes, int] | None:
    """Return an authority without its port, and the port; None if what stands there is none."""
    last = max(place.rfind(mark) for mark in (b":", b"]", b"@"))
    if last <= 0 or place[last : last + 1] != b":":
        return place, 0
    word = place[last + 1 :]
    word = word.lstrip(b"0") or word[-1:]
    if not _PORT.fullmatch(word) or int(word) > PORT_MAX:
        return None
    return place[:last], int(word)


def _is_host(host: bytes, user: bytes) -> bool:
    if host.startswith(b"[") and host.endswith(b"]"):
        try:
            IPv6Address(host[1:-1].decode("ascii", "replace"))
        except AddressValueError:
            return False
        return bool(_IPV6.fullmatch(host))
    return bool(_NAME.fullmatch(host) and _USER.fullmatch(user))


def mentioned_user(link: bytes) -> int:
    """Return whom tg://user?id=… means; 0 if an address is none of a person."""
    try:
        query = _asked(link.lower(), b"user")
    except WrongAddress:
        return 0
    for key, value in query:
        if key == b"id":
            user = number(value)
            return user if user is not None and 0 < user <= _USER_MAX else 0
    return 0


def custom_emoji(link: bytes) -> int:
    """Return which document tg://emoji?id=… means.

    Raises:
        WrongAddress: it means none.
    """
    for key, value in _asked(link, b"emoji"):
        if key == b"id":
            found = number(value)
            if not found:
                break
            return found
    raise WrongAddress("Invalid custom emoji identifier specified")


def moment(link: bytes) -> int:
    """Return what tg://time?unix=…&format=… says, see `shown_moment`.

    Raises:
        WrongAddress: it says no moment.
    """
    seconds, form = 0, b""
    for key, value in _asked(link, b"time"):
        if key == b"unix":
            told = number(value, _INT32)
            if told is None or told <= 0:
                raise WrongAddress("Invalid Unix time specified")
            seconds = told
        elif key == b"format":
            form = value
    if not seconds:
        raise WrongAddress("URL must have the corresponding Unix time")
    return shown_moment(seconds, form)


def shown_moment(seconds: int, form: bytes) -> int:
    """Return a moment and how it is shown as one number: Unix seconds, and above them the protocol's flags.

    Raises:
        WrongAddress: the format has a letter that says nothing.
    """
    flags = 0
    if form in (b"r", b"R"):
        flags = _RELATIVE
    else:
        for letter in form:
            if letter not in _SHOWN_AS:
                raise WrongAddress("Invalid date format used")
            flags |= _SHOWN_AS[letter]
        for short, long in _LONG_OF.items():
            if flags & short:
                flags &= ~long
    return seconds | flags << MOMENT_BITS


def _asked(link: bytes, host: bytes) -> list[tuple[bytes, bytes]]:
    """Return what is asked of an address that an app opens itself, as keys and values.

    Raises:
        WrongAddress: it has another host, or asks nothing.
    """
    match = re.match(rb"tg:(?://)?" + host + rb"(?=[/?#])/?\?([^#]*)", link, re.IGNORECASE)
    if match is None:
        raise WrongAddress("URL must have parameters")
    pairs = (pair.partition(b"=") for pair in match[1].split(b"&"))
    return [(key, value) for key, _, value in pairs]
