"""The hosts an app asks by itself, and names in their stead that nobody can own."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from .program import Program

# Each with all names below it. Asked for other addresses of the servers, or for the time:
FALLBACKS: Final = (
    "dns.google",
    "google.com",
    "google.ru",
    "googleapis.com",
    "cloudflare-dns.com",
    "firebaseio.com",
    "azureedge.net",
    "software-download.microsoft.com",
    "appspot.com",
    "stel.com",
    "web.telegram.org",
)
# Asked for a newer version, told of a crash, given a card's number or a place on a map:
SERVICES: Final = (
    "td.telegram.org",
    "updates.tdesktop.com",
    "tdesktop.com",
    "smart-glocal.com",
    "api.stripe.com",
    "api.mapbox.com",
    "4sqi.net",
)
# Opened in a browser, when a person clicks on them:
LINKS: Final = ("maps.google.com", "play.google.com")
NOWHERE: Final = ".invalid"  # a top-level domain nobody can have (RFC 6761)
LABEL: Final = 32  # characters between dots; a part of a name has 63 at most
OF_NAMES: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")
WIDTHS: Final = {"ascii": 1, "utf-16-le": 2}  # how programs keep text, and its bytes a character


def nowhere(host: str) -> str:
    """Return a name as long that nobody can own; nor can anybody own an end of it that an app uses alone."""
    room = len(host) - len(NOWHERE)
    if room < 0:
        raise ValueError(f"{host} is too short to be replaced by a name that nobody can own")
    name = "".join("." if at > 1 and (room - at) % LABEL == 0 else "x" for at in range(room))
    if host.startswith("."):  # what is put in front of it must stay a name of its own
        name = "." + name[1:]
    return name + NOWHERE


def _hosts(program: Program, domain: str, encoding: str) -> Iterator[tuple[int, str]]:
    """Return where a domain or a name below it stands, and the whole name."""
    width = WIDTHS[encoding]

    def character(at: int) -> str:
        raw = bytes(program.content[at : at + width]) if at >= 0 else b""
        return raw.decode(encoding, "replace") if len(raw) == width else ""

    for found in program.finds(domain.encode(encoding)):
        after = found + width * len(domain)
        following = character(after)
        if following == "." and character(after + width).isalnum():
            continue  # a longer name, of another domain
        if following in OF_NAMES - {"."} and following:
            continue
        start = found
        while character(start - width) in OF_NAMES and character(start - width):
            start -= width
        name = bytes(program.content[start:after]).decode(encoding)
        foreign = len(name) > len(domain) and name[-len(domain) - 1] != "."
        if character(start - width) != "@" and not foreign and name not in LINKS:
            yield start, name


def hosts(program: Program) -> list[tuple[int, str, str]]:
    """Return the outside hosts an app may ask by itself: where each stands, its name, its encoding."""
    found = {
        (at, name, encoding)
        for domain in (*FALLBACKS, *SERVICES)
        for encoding in WIDTHS
        for at, name in _hosts(program, domain, encoding)
    }
    return sorted(found)


def blank(program: Program) -> Counter[tuple[str, str]]:
    """Replace these hosts; return what was replaced by what, and how often."""
    done: Counter[tuple[str, str]] = Counter()
    for at, name, encoding in hosts(program):
        new = nowhere(name)
        program.write(at, new.encode(encoding))
        done[name, new] += 1
    return done
