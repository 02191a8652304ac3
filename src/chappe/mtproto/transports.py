"""Transports: how packets are cut out of a stream of bytes, in every framing clients use.

However the stream is cut, the same packets come out, or `ProtocolError` and nothing else. Source:
core.telegram.org/mtproto/mtproto-transports; each rule stands under the sentence it comes from.
"""

import struct
import zlib
from enum import Enum
from typing import Final, NamedTuple

from chappe.crypto.ctr import Decipher, Stream

from .errors import ProtocolError
from .proxy_secrets import IV, KEY, ProxySecret

PACKET_BYTES_EARLY_MAX: Final = 4 * 1024  # bytes of a packet before a key is known
PACKET_BYTES_MAX: Final = 1024 * 1024 + 1024  # bytes of a packet after
SMALL_BYTES_MAX: Final = 4 * 1024  # bytes that are added to the piece before them, not kept apart
PACKET_BYTES_MIN: Final = 4  # an error code is the least
KEY_ID_BYTES: Final = 8
# https://core.telegram.org/mtproto/mtproto-transports#intermediate
#   "To request a quick ACK from the server for an encrypted MTProto payload, add 0x80000000 to the len field"
QUICK_ACK: Final = 0x8000_0000
# https://core.telegram.org/mtproto/mtproto-transports#abridged
#   "Before sending anything into the underlying socket (see transports), the client must first send 0xef as
#   the first byte"
_ABRIDGED_TAG: Final = b"\xef"
#   "If the packet length divided by four is bigger than or equal to 127, the following envelope must be used,
#   instead:" "Header: A single byte of value 0x7f (127)"
_SHORT: Final = 0x7F
#   "(length >> 2) | (1 << 7)); i.e. the most significant bit must be set"
_ABRIDGED_QUICK_ACK: Final = 0x80
# https://core.telegram.org/mtproto/mtproto-transports#full
#   "Minimum envelope length: 12 bytes (length+seqno+crc)"
_FULL_HEAD_BYTES: Final = 8
_FULL_BYTES: Final = 12
# https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
#   "The final initialization payload must then be sent in the socket as first 64 bytes after the TCP
#   handshake."
OBFUSCATED_HEADER_BYTES: Final = 64
#   "The protocol identifier, if present, must be inserted in the initialization payload at byte offset 56"
_KIND_AT: Final = 56
# https://www.rfc-editor.org/rfc/rfc8446#section-5.1
#   "handshake(22)" "legacy_record_version"
_HANDSHAKE: Final = 22
_TLS: Final = 3
# https://www.rfc-editor.org/rfc/rfc8446#section-4
#   "client_hello(1)"
_CLIENT_HELLO: Final = 1
_HTTP: Final = (b"GET ", b"POST", b"HEAD", b"OPTI", b"PUT ", b"DELE", b"PATC", b"TRAC", b"CONN")
_u32 = struct.Struct("<I")


class Kind(Enum):
    """The framings there are, by the header they begin with; FULL has none."""

    # https://core.telegram.org/mtproto/mtproto-transports
    #   "The server recognizes these different protocols (and distinguishes them from HTTP, too) by the
    #   header."

    ABRIDGED = 0xEFEFEFEF
    INTERMEDIATE = 0xEEEEEEEE
    PADDED = 0xDDDDDDDD
    FULL = 0


_ABRIDGED: Final = Kind.ABRIDGED  # each packet asks: to find a member by its class takes longer
_INTERMEDIATE: Final = Kind.INTERMEDIATE
_PADDED: Final = Kind.PADDED
_FULL: Final = Kind.FULL


class Packet(NamedTuple):
    """One packet; `quick_ack` is set when the client asks for an acknowledgement at once."""

    payload: bytes | memoryview  # a view of what was read where copying it would show
    quick_ack: bool


class Frames:
    """Cuts packets out of one direction of a stream, once its kind is known."""

    __slots__ = (
        "_at",
        "_missing",
        "_number",
        "_pieces",
        "buffer",
        "claimed",
        "kind",
        "packet_bytes_max",
    )

    def __init__(self, kind: Kind, packet_bytes_max: int) -> None:
        self.kind = kind
        self.packet_bytes_max = packet_bytes_max
        self.claimed = (
            0  # the key that a packet names which is larger than one without a key may be
        )
        self.buffer: bytes | bytearray = b""  # empty when everything was cut
        self._at = 0  # where in the buffer the next packet begins
        self._pieces: list[bytes | bytearray] = []  # what came behind the buffer
        self._missing = 0  # bytes without which no packet is whole
        self._number = 0  # of the next packet, for FULL

    def feed(self, data: bytes | bytearray) -> None:
        """Take bytes, which nobody else changes from now on; `next` cuts them.

        The pieces of a large packet are joined when it is whole. To add each to those before it took a third
        of a millisecond for a MiB.
        """
        if not self.buffer:
            self.buffer, self._missing = data, 0
            return
        self._missing -= len(data)
        if len(data) > SMALL_BYTES_MAX:
            self._pieces.append(data)
            return
        last = self._pieces[-1] if self._pieces else b""
        if isinstance(last, bytearray) and len(last) <= SMALL_BYTES_MAX:
            last += data
        else:
            self._pieces.append(bytearray(data))

    def next(self) -> Packet | None:
        """Return the next packet if it is whole.

        Raises:
            ProtocolError: a length, number or checksum is wrong.
        """
        if self._missing > 0:
            return None
        if self._pieces:
            self.buffer = b"".join((memoryview(self.buffer)[self._at :], *self._pieces))
            self._pieces, self._at = [], 0
        found = self._cut(self.buffer, self._at)
        if found is None:
            return None
        packet, at = found
        if at == len(self.buffer):  # who is silent holds no memory
            self.buffer, at = b"", 0
        self._at = at
        return packet

    def receive(self, data: bytes) -> list[Packet]:
        """Take bytes and return the packets that are whole now.

        Raises:
            ProtocolError: as `next`.
        """
        self.feed(data)
        return list(iter(self.next, None))

    def _lacks(self, b: bytes | bytearray, end: int) -> bool:
        """Whether bytes before `end` have not come yet; remembers how many."""
        self._missing = max(0, end - len(b))
        return self._missing > 0

    def _cut(self, b: bytes | bytearray, at: int) -> tuple[Packet, int] | None:
        if self.kind is _ABRIDGED:
            return self._cut_abridged(b, at)
        if self._lacks(b, at + 4):  # the length itself
            return None
        size: int = _u32.unpack_from(b, at)[0]
        if self.kind is _FULL:
            return self._cut_full(b, at, size)
        quick = bool(size & QUICK_ACK)
        size &= ~QUICK_ACK
        end = at + 4 + size
        if not self._fits(b, at + 4, size) or self._lacks(b, end):
            return None
        return Packet(_payload(b, at + 4, end), quick), end

    def _cut_abridged(self, b: bytes | bytearray, at: int) -> tuple[Packet, int] | None:
        if self._lacks(b, at + 1):
            return None
        first = b[at]
        start = at + 1
        words = first & _SHORT
        if words == _SHORT:
            start = at + 4
            if self._lacks(b, start):
                return None
            words = int.from_bytes(b[at + 1 : start], "little")
        size = words * 4
        if not self._fits(b, start, size) or self._lacks(b, start + size):
            return None
        return Packet(_payload(b, start, start + size), first > _SHORT), start + size

    def _cut_full(self, b: bytes | bytearray, at: int, size: int) -> tuple[Packet, int] | None:
        # https://core.telegram.org/mtproto/mtproto-transports#full
        #   "Length: length+seqno+payload+crc length encoded as 4 length bytes (little endian, the length of
        #   the length field must be included, too)"
        start, end = at + _FULL_HEAD_BYTES, at + size
        if not self._fits(b, start, size - _FULL_BYTES) or self._lacks(b, end):
            return None
        number, checksum = _u32.unpack_from(b, at + 4)[0], _u32.unpack_from(b, end - 4)[0]
        #   "the first packet sent is numbered 0, the next one 1, etc."
        if number != self._number:
            raise ProtocolError("a packet out of its order")
        #   "crc: 4 CRC32 bytes computed using length, sequence number, and payload together."
        if checksum != zlib.crc32(b[at : end - 4]):
            raise ProtocolError("a packet with a wrong checksum")
        self._number += 1
        return Packet(_payload(b, start, end - 4), quick_ack=False), end

    def _fits(self, b: bytes | bytearray, start: int, size: int) -> bool:
        """Whether a packet may be as large as it says; if its key must be known first, sets `claimed`.

        Raises:
            ProtocolError: it may not, whoever sends it.
        """
        if PACKET_BYTES_MIN <= size <= self.packet_bytes_max:
            return True
        if not PACKET_BYTES_MIN <= size <= PACKET_BYTES_MAX:
            raise ProtocolError("a packet of impossible size")
        if self._lacks(b, start + KEY_ID_BYTES):
            return False
        self.claimed = int.from_bytes(b[start : start + KEY_ID_BYTES], "little", signed=True)
        if self.claimed == 0:
            raise ProtocolError("a packet of impossible size")
        return False


def _payload(b: bytes | bytearray, start: int, end: int) -> bytes | memoryview:
    return bytes(b[start:end]) if end - start <= SMALL_BYTES_MAX else memoryview(b)[start:end]


class Framer:
    """Frames packets in the other direction."""

    __slots__ = ("_number", "kind")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._number = 0

    def send(self, *payload: bytes, padding: bytes = b"", quick_ack: bool = False) -> list[bytes]:
        """Return the pieces that carry one packet, whose payload comes in pieces.

        `padding` (0 … 15 bytes) is for PADDED only.
        """
        kind = self.kind
        mark = QUICK_ACK if quick_ack else 0
        size = 0
        for piece in payload:
            size += len(piece)
        if kind is _PADDED:
            return [_u32.pack(size + len(padding) | mark), *payload, padding]
        if kind is _ABRIDGED:
            words = size >> 2
            high = _ABRIDGED_QUICK_ACK if quick_ack else 0
            if words < _SHORT:
                return [bytes((words | high,)), *payload]
            return [bytes((_SHORT | high,)) + words.to_bytes(3, "little"), *payload]
        if kind is _INTERMEDIATE:
            return [_u32.pack(size | mark), *payload]
        pieces = [struct.pack("<II", size + _FULL_BYTES, self._number), *payload]
        self._number += 1
        checksum = 0
        for piece in pieces:
            checksum = zlib.crc32(piece, checksum)
        return [*pieces, _u32.pack(checksum)]


class HttpDetectedError(Exception):
    """The stream begins like HTTP; `data` is what came of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__("this is HTTP")
        self.data = data


class UnknownHeaderError(ProtocolError):
    """No transport begins with these 64 bytes, unless they were made with the secret of a link."""

    def __init__(self, data: bytes) -> None:
        super().__init__("no transport we know")
        self.data = data


class TlsDetectedError(Exception):
    """TLS begins here; `data` are the bytes so far."""

    def __init__(self, data: bytes) -> None:
        super().__init__("this is TLS")
        self.data = data


class ServerTransport:
    """The server's end of one connection: finds out the transport, then frames both ways."""

    __slots__ = (
        "_decrypt",
        "_encrypt",
        "_framer",
        "_frames",
        "_header",
        "_http",
        "_limit",
        "_linked",
        "_only",
        "_secret",
        "_tls",
    )

    def __init__(
        self,
        *,
        obfuscated_only: bool = False,
        secret: ProxySecret | None = None,
        tls: bool = False,
        http: bool = True,
        linked_only: bool = False,
    ) -> None:
        """`obfuscated_only` is for WebSocket, where nothing else is spoken.

        With a `secret` the stream was made with it, and its packets are padded. With `tls` it is told where
        TLS begins, without `http` not where HTTP does. With `linked_only` every stream is unknown, as if it
        might be of a link; with `http` besides, whatever comes is HTTP: so it is inside TLS.
        """
        self._http = http
        self._linked = linked_only
        self._secret = secret
        self._tls = tls
        self._header = b""
        self._limit = PACKET_BYTES_EARLY_MAX
        self._frames: Frames | None = None
        self._framer: Framer | None = None
        self._decrypt: Stream | None = None
        self._encrypt: Stream | None = None
        self._only = obfuscated_only

    @property
    def kind(self) -> Kind | None:
        """The framing, once it is known."""
        return self._framer.kind if self._framer else None

    @property
    def claimed(self) -> int:
        """The id of the key that a large packet at hand names; 0 if there is no such packet.

        Reading stops there until `allow_large` says that the key is known; then `next` goes on.
        """
        frames = self._frames
        large = frames is not None and frames.packet_bytes_max >= PACKET_BYTES_MAX
        return 0 if frames is None or large else frames.claimed

    def allow_large(self) -> None:
        """Accept packets of full size: the peer has shown that it holds a key."""
        self._limit = PACKET_BYTES_MAX
        if self._frames is not None:
            self._frames.packet_bytes_max = PACKET_BYTES_MAX

    def feed(self, data: bytes | bytearray) -> None:
        """Take bytes; `next` cuts them.

        Raises:
            ProtocolError: this is no transport we know.
            HttpDetectedError, TlsDetectedError: it is HTTP, or TLS.
        """
        if self._frames is None:
            self._header += data
            rest = self._detect(self._header)
            if rest is None:
                return
            data, self._header = rest, b""
        elif self._decrypt is not None:
            data = self._decrypt.update(data)
        if self._frames is not None:
            self._frames.feed(bytes(data))

    @property
    def decipher(self) -> Decipher | None:
        """What deciphers the stream from one place to another, once it is known; for `feed_piece`."""
        return None if self._frames is None or self._decrypt is None else self._decrypt.update_into

    def feed_piece(self, data: bytes | bytearray, decipher: Decipher | None) -> None:
        """Take the bytes that come next; with `decipher`, what it made of them. `next` cuts them.

        Raises:
            ProtocolError, HttpDetectedError, TlsDetectedError: as `feed` says.
        """
        if decipher is None or self._frames is None:
            self.feed(data)
        else:
            self._frames.feed(data)

    @property
    def has_more(self) -> bool:
        """Whether there are bytes left, of a packet that is whole or is not yet."""
        frames = self._frames
        return frames is not None and len(frames.buffer) > 0

    def next(self) -> Packet | None:
        """Return the next packet if it is whole.

        Raises:
            ProtocolError: it is broken.
        """
        return None if self._frames is None else self._frames.next()

    def receive(self, data: bytes) -> list[Packet]:
        """Take bytes and return the packets that are whole now.

        Raises:
            ProtocolError, HttpDetectedError, TlsDetectedError: as `feed` and `next`.
        """
        self.feed(data)
        return list(iter(self.next, None))

    def _start(self, kind: Kind) -> None:
        self._frames = Frames(kind, self._limit)
        self._framer = Framer(kind)

    def _detect(self, b: bytes) -> bytes | None:
        """Return what follows the transport's header, or None while it is not whole."""
        if not self._only and self._secret is None:
            if self._linked and self._http:
                raise HttpDetectedError(b)
            if not self._linked and b.startswith(_ABRIDGED_TAG):
                self._start(Kind.ABRIDGED)
                return b[1:]
            if len(b) < 8:  # noqa: PLR2004  the longest tag: a length and the number 0
                if self._http and b[:4] in _HTTP:
                    raise HttpDetectedError(b)
                return None
            if self._http and b[:4] in _HTTP:
                raise HttpDetectedError(b)
            if self._tls and b[0] == _HANDSHAKE and b[1] == _TLS and b[5] == _CLIENT_HELLO:
                raise TlsDetectedError(b)
            if self._linked:
                if len(b) < OBFUSCATED_HEADER_BYTES:
                    return None
                raise UnknownHeaderError(b)
            tag = _u32.unpack_from(b)[0]
            if tag in (Kind.INTERMEDIATE.value, Kind.PADDED.value):
                self._start(Kind(tag))
                return b[4:]
            # https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
            #   "Bytes 4-8 must also not be equal to 0x00000000, since that would indicate use of the full
            #   transport with the initial TCP sequence number (0)."
            if b[4:8] == b"\0\0\0\0":
                self._start(Kind.FULL)
                return b
        if len(b) < OBFUSCATED_HEADER_BYTES:
            return None
        return self._detect_obfuscated(b)

    def _detect_obfuscated(self, b: bytes) -> bytes:
        """Take up a stream behind the 64-byte header of obfuscation. Its dc is never looked at."""
        # https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
        #   "Next, a secondary initialization payload is generated by reversing the primary initialization
        #   payload."
        reverse = b[:OBFUSCATED_HEADER_BYTES][::-1]
        secret = self._secret
        key, reverse_key = b[KEY], reverse[KEY]
        if secret is not None:
            key, reverse_key = secret.stream_key(key), secret.stream_key(reverse_key)
        self._decrypt = Stream(key, b[IV])
        self._encrypt = Stream(reverse_key, reverse[IV])
        #   "The first thing that must be encrypted using the encryption key is the initialization payload
        #   itself."
        plain = self._decrypt.update(b)
        try:
            kind = Kind(_u32.unpack_from(plain, _KIND_AT)[0])
        except ValueError:
            raise UnknownHeaderError(b) from None
        if kind is _FULL:
            raise UnknownHeaderError(b)
        if secret is not None and kind is not _PADDED:
            raise ProtocolError("packets without padding")
        self._start(kind)
        return plain[OBFUSCATED_HEADER_BYTES:]

    def send(self, *payload: bytes, padding: bytes = b"") -> bytes | bytearray:
        """Return the bytes that carry one packet, whose payload comes in pieces, to the client."""
        if self._framer is None:
            raise RuntimeError("nothing can be sent before the client has spoken")
        pieces = self._framer.send(*payload, padding=padding)
        if self._encrypt is None:
            return b"".join(pieces)
        if len(payload[-1]) > SMALL_BYTES_MAX:
            return self._encrypt.join(pieces)
        return self._encrypt.update(b"".join(pieces))

    def quick_ack(self, token: bytes) -> bytes:
        """Return the bytes of a quick acknowledgement: 4 bytes, reversed for abridged."""
        # https://core.telegram.org/mtproto/mtproto-transports#abridged
        #   "The server will send quick ACK tokens by bswapping them (i.e. inverting the order of the 4 bytes
        #   of the ACK token) and sending them as a standalone 4-byte packet without a length header."
        if self.kind is _ABRIDGED:
            token = token[::-1]
        return token if self._encrypt is None else self._encrypt.update(token)

    def error(self, code: int) -> bytes | bytearray:
        """Return the bytes of a transport error such as -404."""
        # https://core.telegram.org/mtproto/mtproto-transports#transport-errors
        #   "the server may send a packet (framed as an MTProto payload by the chosen MTProto transport) with
        #   a signed little-endian number of 4 bytes, whose absolute value contains the error code"
        return self.send(code.to_bytes(4, "little", signed=True))


class ClientTransport:
    """The client's end, for tests and the load generator."""

    def __init__(self, kind: Kind, nonce: bytes = b"", secret: ProxySecret | None = None) -> None:
        """With a `nonce` of 64 random bytes the stream is obfuscated, and with a `secret` made with that."""
        self._secret = secret
        self._frames = Frames(kind, PACKET_BYTES_MAX * 16)
        self._framer = Framer(kind)
        self._decrypt: Stream | None = None
        self._encrypt: Stream | None = None
        self.header = b""
        if nonce:
            self.header = self._obfuscate(kind, bytearray(nonce))
        elif kind is _ABRIDGED:
            self.header = _ABRIDGED_TAG
        elif kind is not _FULL:
            self.header = _u32.pack(kind.value)

    def _obfuscate(self, kind: Kind, header: bytearray) -> bytes:
        header[0] = 0x77  # neither a plain tag nor the beginning of HTTP
        header[4] |= 1  # nor a full transport's first number
        header[_KIND_AT : _KIND_AT + 4] = _u32.pack(kind.value)
        plain = bytes(header)
        reverse = plain[::-1]
        key, reverse_key = plain[KEY], reverse[KEY]
        if self._secret is not None:
            key, reverse_key = (
                self._secret.stream_key(key),
                self._secret.stream_key(reverse_key),
            )
        self._encrypt = Stream(key, plain[IV])
        self._decrypt = Stream(reverse_key, reverse[IV])
        #   "Then bytes 56-64 of the encrypted initialization payload are substituted in the original
        #   initialization payload"
        encrypted = self._encrypt.update(plain)
        return plain[:_KIND_AT] + encrypted[_KIND_AT:]

    def send(self, payload: bytes, *, quick_ack: bool = False) -> bytes:
        """Return the bytes of one packet, behind the header where it is the first."""
        data = b"".join(self._framer.send(payload, quick_ack=quick_ack))
        if self._encrypt is not None:
            data = self._encrypt.update(data)
        head, self.header = self.header, b""
        return head + data

    def receive(self, data: bytes) -> list[Packet]:
        """Return the packets that are whole now."""
        return self._frames.receive(data if self._decrypt is None else self._decrypt.update(data))
