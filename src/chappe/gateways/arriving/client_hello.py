"""The first message of TLS, as far as it decides who goes on with a connection.

However its bytes are cut, the same is read, or `NoClientHelloError` and nothing else. Source:
https://www.rfc-editor.org/rfc/rfc8446; each rule stands under the sentence it is from.
"""

from typing import Final, NamedTuple

# https://www.rfc-editor.org/rfc/rfc8446#section-5.1
#   "handshake(22)"
RECORD: Final = 22
#   "The length MUST NOT exceed 2^14 bytes."
RECORD_BYTES_MAX: Final = 2**14  # bytes inside one record
RECORD_HEAD_BYTES: Final = 5
RECORDS_MAX: Final = 8  # records of a first message; nobody needs more than two
# https://www.rfc-editor.org/rfc/rfc8446#section-4
#   "client_hello(1)" "uint24 length;"
CLIENT_HELLO: Final = 1
MESSAGE_HEAD_BYTES: Final = 4
HELLO_BYTES_MAX: Final = (
    16 * 1024
)  # bytes of a first message, which may be cut into several records
RANDOM_BYTES: Final = 32
#   "opaque legacy_session_id<0..32>;"
SESSION_ID_BYTES_MAX: Final = 32  # bytes of the number of a session
# https://www.rfc-editor.org/rfc/rfc8446#section-4.2
#   "server_name(0)" "application_layer_protocol_negotiation(16)"
SERVER_NAME: Final = 0
PROTOCOLS: Final = 16
# https://www.rfc-editor.org/rfc/rfc6066#section-3
#   "host_name(0)"
HOST_NAME: Final = 0
# https://www.rfc-editor.org/rfc/rfc8737#section-6.2
#   "Protocol: ACME-TLS/1" "Identification Sequence: 0x61 0x63 0x6d 0x65 0x2d 0x74 0x6c 0x73 0x2f 0x31"
ACME: Final = b"acme-tls/1"


class NoClientHelloError(Exception):
    """It is not TLS, or not as the protocol has it."""


class ClientHello(NamedTuple):
    """What a client says first."""

    server_name: str  # which server it wants, in small letters; empty: it does not say
    protocols: tuple[bytes, ...]  # what it would speak inside, what it likes best first
    random: bytes
    session_id: bytes
    size_bytes: int = 0  # of it with the heads of its records, as it stands at the beginning

    @property
    def proves_a_name(self) -> bool:
        """Whether an authority wants to see that the name is ours (RFC 8737)."""
        #   "the ACME server MUST provide an ALPN extension with the single protocol name "acme-tls/1""
        return self.protocols == (ACME,)


def read_client_hello(begun: bytes) -> ClientHello | None:
    """Return what stands at the beginning of a connection; None while it is not whole.

    Raises:
        NoClientHelloError: something else stands there.
    """
    message = bytearray()
    at, wanted = 0, MESSAGE_HEAD_BYTES
    for _ in range(RECORDS_MAX):
        head = begun[at : at + RECORD_HEAD_BYTES]
        #   "uint16 legacy_record_version" is 3.1 in a first message, and 3.3 after
        if head[:1] not in (b"", b"\x16") or head[1:2] not in (b"", b"\x03"):
            raise NoClientHelloError("no record of a handshake")
        if len(head) < RECORD_HEAD_BYTES:
            return None
        size = int.from_bytes(head[3:], "big")
        #   "Implementations MUST NOT send zero-length fragments of Handshake types"
        if not 0 < size <= RECORD_BYTES_MAX:
            raise NoClientHelloError("a record of impossible size")
        message += begun[at + RECORD_HEAD_BYTES : at + RECORD_HEAD_BYTES + size]
        if message and message[0] != CLIENT_HELLO:
            raise NoClientHelloError("another message")
        if len(message) >= MESSAGE_HEAD_BYTES:
            wanted = MESSAGE_HEAD_BYTES + int.from_bytes(message[1:4], "big")
            if wanted > HELLO_BYTES_MAX:
                raise NoClientHelloError("a message of impossible size")
        if len(message) >= wanted:
            found = _read(bytes(message[MESSAGE_HEAD_BYTES:wanted]))
            return found._replace(size_bytes=at + RECORD_HEAD_BYTES + size)
        at += RECORD_HEAD_BYTES + size
        if at > len(begun):
            return None
    raise NoClientHelloError("in too many pieces")


class _Reader:
    """Reads vectors of TLS one after the other."""

    __slots__ = ("_at", "_bytes")

    def __init__(self, given: bytes) -> None:
        self._bytes = given
        self._at = 0

    @property
    def more(self) -> bool:
        return self._at < len(self._bytes)

    def take(self, size: int) -> bytes:
        taken = self._bytes[self._at : self._at + size]
        if len(taken) < size:
            raise NoClientHelloError("shorter than it says")
        self._at += size
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size_bytes: int) -> bytes:
        return self.take(self.number(size_bytes))


def _read(body: bytes) -> ClientHello:
    # https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2
    #   "struct { ProtocolVersion legacy_version = 0x0303; Random random; opaque legacy_session_id<0..32>;
    #   CipherSuite cipher_suites<2..2^16-2>; opaque legacy_compression_methods<1..2^8-1>; Extension
    #   extensions<8..2^16-1>; } ClientHello;"
    hello = _Reader(body)
    hello.take(2)
    random = hello.take(RANDOM_BYTES)
    session_id = hello.vector(1)
    if len(session_id) > SESSION_ID_BYTES_MAX:
        raise NoClientHelloError("a session of impossible size")
    hello.vector(2)
    hello.vector(1)
    name = ""
    protocols: tuple[bytes, ...] = ()
    if hello.more:  # "TLS 1.2 [...] clients may send no extensions"
        extensions = _Reader(hello.vector(2))
        seen: set[int] = set()
        while extensions.more:
            kind, value = extensions.number(2), extensions.vector(2)
            #   "There MUST NOT be more than one extension of the same type in a given extension block."
            if kind in seen:
                raise NoClientHelloError("an extension twice")
            seen.add(kind)
            if kind == SERVER_NAME:
                name = _server_name(value)
            elif kind == PROTOCOLS:
                protocols = _protocols(value)
    if hello.more:
        raise NoClientHelloError("longer than it says")
    return ClientHello(name, protocols, random, session_id)


def _server_name(value: bytes) -> str:
    # https://www.rfc-editor.org/rfc/rfc6066#section-3
    #   "struct { NameType name_type; select (name_type) { case host_name: HostName; } name; } ServerName;"
    #   "struct { ServerName server_name_list<1..2^16-1> } ServerNameList;"
    names = _Reader(_Reader(value).vector(2))
    while names.more:
        kind, name = names.number(1), names.vector(2)
        if kind == HOST_NAME:
            #   "The hostname is represented as a byte string using ASCII encoding without a trailing dot."
            if not name.isascii():
                raise NoClientHelloError("a name that is none")
            return name.decode("ascii").lower()
    return ""


def _protocols(value: bytes) -> tuple[bytes, ...]:
    # https://www.rfc-editor.org/rfc/rfc7301#section-3.1
    #   "opaque ProtocolName<1..2^8-1>; struct { ProtocolName protocol_name_list<2..2^16-1> }"
    listed, found = _Reader(_Reader(value).vector(2)), []
    while listed.more:
        found.append(listed.vector(1))
    if not found or b"" in found:
        raise NoClientHelloError("a protocol without a name")
    return tuple(found)
