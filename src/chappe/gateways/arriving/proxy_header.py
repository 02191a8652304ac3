"""The PROXY protocol, versions 1 and 2: the header by which a proxy says whom a connection is from.

However its bytes are cut, the same is read, or `NoProxyHeaderError` and nothing else. Source:
https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt; each rule stands under the sentence it is from.
"""

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final, NamedTuple

# https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
#   "The binary header format starts with a constant 12 bytes block containing the protocol signature"
SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"
#   "otherwise, if the incoming byte count is 8 or above, and the 5 first characters match the US-ASCII
#   representation of "PROXY" then the protocol must be parsed as version 1"
LINE: Final = b"PROXY"
#   "If the CRLF sequence is not found in the first 107 characters, the receiver should declare the line
#   invalid."
LINE_BYTES_MAX: Final = 107  # bytes of a header of version 1, its end included
#   "Thus the length of the protocol header in bytes is always exactly 16 + this value."
HEAD_BYTES: Final = 16
HEADER_BYTES_MAX: Final = 4 * 1024  # bytes of a header of version 2, what is skipped included
#   "The highest four bits contains the version. As of this specification, it must always be sent as \x2 and
#   the receiver must only accept this value."
VERSION: Final = 2
#   "\x0 : LOCAL : the connection was established on purpose by the proxy without being relayed."
#   "\x1 : PROXY : the connection was established on behalf of another node"
LOCAL: Final = 0
RELAYED: Final = 1
#   "0x1 : AF_INET" "0x2 : AF_INET6" "0x3 : AF_UNIX"
IPV4: Final = 1
IPV6: Final = 2
FAMILY_MAX: Final = 3  # number of the last family there is
#   "0x1 : STREAM : the forwarded connection uses a SOCK_STREAM protocol"
STREAM: Final = 1
TRANSPORT_MAX: Final = 2  # number of the last transport there is
#   "Address length is 2*4 + 2*2 = 12 bytes." "Address length is 2*16 + 2*2 = 36 bytes." "Address length is
#   2*108 = 216 bytes."
ADDRESSES_BYTES: Final = {IPV4: 12, IPV6: 36, 3: 216}
#   "a string indicating the proxied INET protocol and family. As of version 1, only "TCP4" [...] and "TCP6"
#   [...] are allowed."
#   "Heading zeroes are not permitted in front of numbers"
_PORT: Final = rb"(?:0|[1-9]\d{0,4})"
#   "exactly 4 integers in the range [0..255] inclusive written in decimal representation separated by exactly
#   one dot between each other"
_OCTET: Final = rb"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4: Final = _OCTET + rb"(?:\." + _OCTET + rb"){3}"
#   proxies that listen by one socket for both families name the older as ::ffff:192.0.2.7
_IPV6: Final = rb"[\da-fA-F:.]{2,45}"
_NAMED: Final = re.compile(
    rb"PROXY (?:TCP4 (" + _IPV4 + rb") " + _IPV4 + rb"|TCP6 (" + _IPV6 + rb") (" + _IPV6 + rb"))"
    rb" (" + _PORT + rb") (" + _PORT + rb")\r\n"
)
#   "For "UNKNOWN", the rest of the line before the CRLF may be omitted by the sender, and the receiver must
#   ignore anything presented before the CRLF is found."
_UNKNOWN: Final = re.compile(rb"PROXY UNKNOWN(?: [^\r\n]*)?\r\n")
#   "the TCP source port represented as a decimal integer in the range [0..65535] inclusive"
PORT_MAX: Final = 65_535  # number of the last port there is


class NoProxyHeaderError(Exception):
    """A proxy that announces its clients did not, or not as the protocol has it."""


class ProxyHeader(NamedTuple):
    """What a header says."""

    address: str  # whom the connection is from; empty: from the proxy itself, or it does not know
    size_bytes: int  # of the header; what follows is the client's


def read_proxy_header(begun: bytes) -> ProxyHeader | None:
    """Return the header at the beginning of a connection; None while it is not whole.

    Raises:
        NoProxyHeaderError: there is none, or it is none that may be believed.
    """
    #   "The receiver MUST NOT start processing the connection before it receives a complete and valid PROXY
    #   protocol header."
    if begun[: len(SIGNATURE)] == SIGNATURE[: len(begun)]:
        return _read_binary(begun)
    if begun[: len(LINE)] == LINE[: len(begun)]:
        return _read_line(begun)
    #   "otherwise the protocol is not covered by this specification and the connection must be dropped."
    raise NoProxyHeaderError("it begins with something else")


def _read_line(begun: bytes) -> ProxyHeader | None:
    #   "The receiver must wait for the CRLF sequence before starting to decode the addresses in order to
    #   ensure they are complete and properly parsed."
    end = begun.find(b"\r\n", 0, LINE_BYTES_MAX)
    if end < 0:
        #   "The receiver must not tolerate a single CR or LF character to end the line"
        if len(begun) >= LINE_BYTES_MAX or b"\n" in begun or b"\r" in begun[:-1]:
            raise NoProxyHeaderError("a line without its end")
        return None
    size = end + 2
    if _UNKNOWN.fullmatch(begun, 0, size):
        #   "SHOULD accept the connection and use the real connection's parameters as if there were no PROXY
        #   protocol header on the wire"
        return ProxyHeader("", size)
    found = _NAMED.fullmatch(begun, 0, size)
    #   "Any sequence which does not exactly match the protocol must be discarded and cause the receiver to
    #   abort the connection."
    if found is None or int(found[4]) > PORT_MAX or int(found[5]) > PORT_MAX:
        raise NoProxyHeaderError("a line that is none")
    if found[1]:
        return ProxyHeader(found[1].decode("ascii"), size)
    try:
        IPv6Address(found[3].decode("ascii"))
        return ProxyHeader(_written(IPv6Address(found[2].decode("ascii"))), size)
    except AddressValueError:
        raise NoProxyHeaderError("a line without addresses") from None


def _read_binary(begun: bytes) -> ProxyHeader | None:
    if len(begun) < HEAD_BYTES:
        return None
    kind, named = begun[12], begun[13]
    family, transport = named >> 4, named & 15
    #   "Receivers must drop connections presenting unexpected values here."
    if kind >> 4 != VERSION or kind & 15 not in (LOCAL, RELAYED):
        raise NoProxyHeaderError("of another version")
    size = HEAD_BYTES + int.from_bytes(begun[14:16], "big")
    if size > HEADER_BYTES_MAX:
        raise NoProxyHeaderError("too long")
    if kind & 15 == LOCAL:
        #   "The receiver must accept this connection as valid and must use the real connection endpoints and
        #   discard the protocol block including the family which is ignored."
        return ProxyHeader("", size) if len(begun) >= size else None
    #   "other values are unspecified and must not be emitted in version 2 of this protocol and must be
    #   rejected as invalid by receivers."
    if family > FAMILY_MAX or transport > TRANSPORT_MAX:
        raise NoProxyHeaderError("of an unknown family")
    if family and transport and size - HEAD_BYTES < ADDRESSES_BYTES[family]:
        raise NoProxyHeaderError("too short for its addresses")
    #   "The receiver must not start to parse an address before the whole address block is received."
    if len(begun) < size:
        return None
    #   "starting from the 17th byte, addresses are presented in network byte order", source first
    if transport == STREAM and family == IPV4:
        return ProxyHeader(".".join(map(str, begun[16:20])), size)
    if transport == STREAM and family == IPV6:
        return ProxyHeader(_written(IPv6Address(begun[16:32])), size)
    #   "automatically falls back to the UNSPEC mode for the valid combinations above that it does not
    #   support" "The receiver is free to accept the connection anyway and use the real endpoint addresses"
    return ProxyHeader("", size)


def _written(address: IPv6Address) -> str:
    """Return an address as sockets of its own family write it."""
    return str(address.ipv4_mapped or address)


def announcement(source: tuple[str, int], to: tuple[str, int]) -> bytes:
    """Return a header of version 1 that says whom a connection is from, and where it came in.

    Each is an address in digits and a port; where the two are of different families nobody is named.
    """
    (host, port), (own, own_port) = source, to
    if (":" in host) != (":" in own):
        return b"PROXY UNKNOWN\r\n"
    family = "TCP6" if ":" in host else "TCP4"
    return f"PROXY {family} {host} {own} {port} {own_port}\r\n".encode("ascii")
