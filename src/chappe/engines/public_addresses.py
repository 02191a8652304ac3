"""Which addresses the server goes to at a client's wish: those of the public internet, and no others.

The address that was checked is the one to connect to: a name may lead elsewhere when it is asked again.
"""

import ipaddress
import socket
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

URL_CHARACTERS_MAX: Final = 2048  # characters of an address
ADDRESSES_MAX: Final = 8  # addresses of one name that are looked at
PORTS: Final = {"http": 80, "https": 443}
TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address inside an IPv6 one
TRANSLATED_HERE: Final = ipaddress.ip_network(
    "64:ff9b:1::/48"
)  # likewise, by a network's own rule: RFC 8215


class AddressRefusedError(Exception):
    """Nobody goes there, or there is nothing."""


class NoSuchHostError(AddressRefusedError):
    """The name has no address, at least just now."""


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        wraps = ip.sixtofour is not None or ip.teredo is not None or ip in TRANSLATED_HERE
        if wraps or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def checked(host: str, port: int, found: Sequence[Any], also: frozenset[str]) -> Sequence[Any]:
    """Return what `getaddrinfo` found for a name, as much as is looked at; all of it must be public.

    Raises:
        AddressRefusedError: it is nothing, or some of it is not public.
    """
    found = found[:ADDRESSES_MAX]
    allowed = f"{host}:{port}" in also
    if not allowed and not all(is_public(str(place[0])) for *_, place in found):
        raise AddressRefusedError("not public")
    if not found:
        raise NoSuchHostError
    return found


def address_of(host: str, port: int, also: frozenset[str]) -> tuple[int, Any]:
    """Return the family and address to connect to for a name; all it has must be public.

    Raises:
        AddressRefusedError: it has none, or one that is not.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoSuchHostError from None
    family, _, _, _, place = checked(host, port, found, also)[0]
    return family, place


def target_of(url: str, also: frozenset[str]) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of an address.

    Raises:
        AddressRefusedError: it is not one that is fetched.
    """
    if len(url) > URL_CHARACTERS_MAX:
        raise AddressRefusedError("too long")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
        host = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise AddressRefusedError("no address") from None
    if parts.scheme not in PORTS or not host or parts.username is not None:
        raise AddressRefusedError("no address")
    if port != PORTS[parts.scheme] and f"{host}:{port}" not in also:
        raise AddressRefusedError("port")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?") if parts.query else ""
    return parts.scheme, host, port, path + query
