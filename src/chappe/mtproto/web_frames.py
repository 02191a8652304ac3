"""The frames of a WebSocket, at the server's end, once it is open.

What clients send is a stream of bytes cut into messages wherever they like, so what came of a message is
handed on at once, whole or not. No extension is agreed to, and text is never spoken. Source: RFC 6455; each
rule stands under the sentence it comes from.
"""

import struct
from collections.abc import Callable
from typing import Final

from chappe.crypto.ctr import Decipher

from .errors import ProtocolError

# https://www.rfc-editor.org/rfc/rfc6455#section-5.2
#   "%x0 denotes a continuation frame" "%x1 denotes a text frame" "%x2 denotes a binary frame" "%x8 denotes a
#   connection close" "%x9 denotes a ping" "%xA denotes a pong"
_CONTINUATION: Final = 0x0
_BINARY: Final = 0x2
_CLOSE: Final = 0x8
_PING: Final = 0x9
_PONG: Final = 0xA
_FIN: Final = 0x80
_WHOLE_BINARY: Final = _FIN | _BINARY
_FIRST_OF_A_FRAME: Final = 0x8F  # FIN and the opcode; the bits between must be 0
#   "Mask: 1 bit Defines whether the 'Payload data' is masked."
_MASKED: Final = 0x80
#   "The length of the 'Payload data', in bytes: if 0-125, that is the payload length. If 126, the following 2
#   bytes interpreted as a 16-bit unsigned integer are the payload length."
_HEAD_BYTES_MIN: Final = 2
_LONE_BYTES_MIN: Final = (
    8  # bytes from which a whole message is looked for: it has a packet's length at least
)
_SHORT_LENGTH: Final = 125
_MEDIUM: Final = 126
_MEDIUM_LENGTH: Final = 0xFFFF
_LONG: Final = 127
MASK_BYTES: Final = 4
_medium = struct.Struct(">BBH")
_long = struct.Struct(">BBQ")
_BY_BYTE: Final = tuple(bytes(value ^ other for value in range(256)) for other in range(256))
_AS_NUMBER_BYTES: Final = (
    400  # bytes up to which an integer's exclusive or is faster than four tables
)

# https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
#   "1005 is a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint."
#   So are 1004 and 1006. Section 7.4.2: "Status codes in the range 0-999 are not used."
_CODE_BYTES: Final = 2
_CODES: Final = (*range(1000, 1004), *range(1007, 1015), *range(3000, 5000))

Unmask = Callable[[bytes, bytearray], None]


def unmask_here(mask: bytes, data: bytearray) -> None:
    """Take a mask off, in place, with what the interpreter has."""
    # https://www.rfc-editor.org/rfc/rfc6455#section-5.3
    #   "j = i MOD 4" "transformed-octet-i = original-octet-i XOR masking-key-octet-j"
    size = len(data)
    if size <= _AS_NUMBER_BYTES:
        over = (mask * (size // MASK_BYTES + 1))[:size]
        data[:] = (int.from_bytes(data, "little") ^ int.from_bytes(over, "little")).to_bytes(
            size, "little"
        )
        return
    for at in range(MASK_BYTES):
        data[at::MASK_BYTES] = data[at::MASK_BYTES].translate(_BY_BYTE[mask[at]])


class WebFrames:
    """Cuts out what is for the transport inside, and answers what is for the WebSocket."""

    __slots__ = ("_at", "_buffer", "_inside", "_left", "_mask", "_unmask", "closed")

    def __init__(self, unmask: Unmask = unmask_here) -> None:
        self._unmask = unmask
        self._buffer = b""
        self._at = 0  # where in the buffer reading goes on
        self._left = 0  # bytes of the frame being read that have not come
        self._mask = b""  # … what is laid over them
        self._inside = False  # of a message of which more frames must come
        self.closed = False

    @property
    def has_more(self) -> bool:
        """Whether bytes came that were not read."""
        return len(self._buffer) > 0

    def lone(self, data: bytes) -> bytearray | None:
        """Return what is for the stream if this is one whole message and nothing else was begun; else None.

        It is what browsers send, and the short way to read it. What it does not take is given to `feed`.
        """
        if len(data) < _LONE_BYTES_MIN or data[0] != _WHOLE_BINARY:
            return None
        if self._buffer or self._left or self._inside:
            return None
        size, start = data[1] ^ _MASKED, _HEAD_BYTES_MIN + MASK_BYTES
        if size > _SHORT_LENGTH:
            medium, size, start = size == _MEDIUM, data[2] << 8 | data[3], start + 2
            if not medium or size <= _SHORT_LENGTH:  # it is long, or without a mask
                return None
        if len(data) != start + size:
            return None
        payload = bytearray(data)
        del payload[:start]
        self._unmask(data[start - MASK_BYTES : start], payload)
        return payload

    def feed(self, data: bytes) -> None:
        """Take bytes; `next` reads them."""
        self._buffer = self._buffer[self._at :] + data if self._buffer else data
        self._at = 0

    def next(self, decipher: Decipher | None = None) -> tuple[bytes | bytearray, bytes] | None:
        """Return (bytes of the stream inside, bytes to answer with) of the next frame, or of what came of it.

        With `decipher` the stream inside is deciphered on the way. It and the mask are both laid over by
        exclusive or, so either may be taken off first, and a large piece need not be copied before.

        Raises:
            ProtocolError: this is no frame a client may send.
        """
        if self._left:
            return self._payload(decipher)
        b, at = self._buffer, self._at
        have = len(b) - at
        if self.closed or have < _HEAD_BYTES_MIN:
            return None
        first, second = b[at], b[at + 1]
        #   "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values."
        if first & ~_FIRST_OF_A_FRAME:
            raise ProtocolError("a frame with an extension")
        # https://www.rfc-editor.org/rfc/rfc6455#section-5.1
        #   "The server MUST close the connection upon receiving a frame that is not masked."
        if not second & _MASKED:
            raise ProtocolError("a frame without a mask")
        size, start = second & ~_MASKED, at + 2
        if size > _SHORT_LENGTH:
            if first & _CLOSE:
                # https://www.rfc-editor.org/rfc/rfc6455#section-5.5
                #   "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be
                #   fragmented."
                raise ProtocolError("a control frame too long")
            shorter = _SHORT_LENGTH if size == _MEDIUM else _MEDIUM_LENGTH
            start = at + (4 if size == _MEDIUM else 10)
            if len(b) < start:
                return None
            size = int.from_bytes(b[at + 2 : start], "big")
            # https://www.rfc-editor.org/rfc/rfc6455#section-5.2
            #   "the minimal number of bytes MUST be used to encode the length" "the most significant bit MUST
            #   be 0"
            if size <= shorter or size >> 63:
                raise ProtocolError("a frame with a length of another size")
        start += MASK_BYTES
        if len(b) < start:
            return None
        mask = b[start - MASK_BYTES : start]
        if first & _CLOSE:
            return self._control(first, mask, start, size)
        self._begin(first)
        self._left, self._mask, self._at = size, mask, start
        return self._payload(decipher)

    def _begin(self, first: int) -> None:
        # https://www.rfc-editor.org/rfc/rfc6455#section-5.4
        #   "A fragmented message consists of a single frame with the FIN bit clear and an opcode other than
        #   0, followed by zero or more frames with the FIN bit clear and the opcode set to 0, and terminated
        #   by a single frame with the FIN bit set and an opcode of 0."
        if first == _WHOLE_BINARY and not self._inside:
            return
        if first & ~_FIN != (_CONTINUATION if self._inside else _BINARY):
            raise ProtocolError("a frame that does not follow, or text on a binary socket")
        self._inside = not first & _FIN

    def _payload(self, decipher: Decipher | None) -> tuple[bytes | bytearray, bytes] | None:
        """Return what came of a frame."""
        b, at = self._buffer, self._at
        came = min(self._left, len(b) - at)
        piece = memoryview(b)[at : at + came]
        if decipher is None:
            payload = bytearray(piece)
        else:
            payload = bytearray(came)
            decipher(piece, payload)
        self._unmask(self._mask, payload)
        self._left -= came
        if self._left:
            turned = came % MASK_BYTES
            self._mask = self._mask[turned:] + self._mask[:turned]
            if not came:
                self._drop(at)
                return None
        self._drop(at + came)
        return payload, b""

    def _drop(self, at: int) -> None:
        """Go on at a place; who is silent holds no memory."""
        self._at = at
        if at == len(self._buffer):
            self._buffer, self._at = b"", 0

    def _control(
        self, first: int, mask: bytes, start: int, size: int
    ) -> tuple[bytes | bytearray, bytes] | None:
        if not first & _FIN:
            raise ProtocolError("a control frame in pieces")
        if len(self._buffer) < start + size:
            return None
        body = bytearray(self._buffer[start : start + size])
        self._unmask(mask, body)
        self._drop(start + size)
        opcode = first & ~_FIN
        if opcode == _PING:
            # https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2
            #   "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it
            #   already received a Close frame."
            return b"", bytes((_FIN | _PONG, size)) + body
        if opcode == _CLOSE:
            self.closed = True
            return b"", _farewell(bytes(body))
        # https://www.rfc-editor.org/rfc/rfc6455#section-5.2
        #   "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."
        if opcode != _PONG:
            raise ProtocolError("an unknown frame")
        return b"", b""


def _farewell(body: bytes) -> bytes:
    """Return the answer to a close frame.

    Raises:
        ProtocolError: its body is none.
    """
    # https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
    #   "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in network
    #   byte order) representing a status code" "Following the 2-byte integer, the body MAY contain
    #   UTF-8-encoded data"
    if not body:
        return bytes((_FIN | _CLOSE, 0))
    if len(body) < _CODE_BYTES or int.from_bytes(body[:2], "big") not in _CODES:
        raise ProtocolError("a close frame without a reason there is")
    try:
        body[2:].decode()
    except UnicodeDecodeError:
        raise ProtocolError("a close frame whose reason is no text") from None
    #   "the endpoint typically echos the status code it received"
    return bytes((_FIN | _CLOSE, 2)) + body[:2]


def head_of(size: int) -> bytes:
    """Return the head of a whole binary message from the server, of so many bytes.

    A server masks nothing: section 5.1, "A server MUST NOT mask any frames that it sends to the client."
    """
    if size <= _SHORT_LENGTH:
        return bytes((_WHOLE_BINARY, size))
    if size <= _MEDIUM_LENGTH:
        return _medium.pack(_WHOLE_BINARY, _MEDIUM, size)
    return _long.pack(_WHOLE_BINARY, _LONG, size)
