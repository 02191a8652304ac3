"""Records of what looks like TLS 1.3: a false answer to a hello, and an obfuscated stream cut into records.

To who looks on, the stream is the data of an application. Apps take the false answer for genuine by one
record of data behind it, whose bytes mean nothing. Source: https://www.rfc-editor.org/rfc/rfc8446
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from .errors import ProtocolError
from .proxy_secrets import RANDOM, ProxySecret, proof_of

# https://www.rfc-editor.org/rfc/rfc8446#section-5.1
#   "change_cipher_spec(20)" "handshake(22)" "application_data(23)"
CHANGE_CIPHER_SPEC: Final = 20
HANDSHAKE: Final = 22
APPLICATION_DATA: Final = 23
HEAD_BYTES: Final = 5
VERSION: Final = b"\3\3"
#   "The length MUST NOT exceed 2^14 bytes."
RECORD_BYTES_MAX: Final = 2**14  # bytes inside a record of ours
# https://www.rfc-editor.org/rfc/rfc8446#section-5.2
#   "The length MUST NOT exceed 2^14 + 256 bytes."
SEALED_BYTES_MAX: Final = 2**14 + 256  # bytes inside a record of theirs
CHANGE: Final = b"\x14\3\3\0\1\1"  # the whole record of a change of ciphers
# https://www.rfc-editor.org/rfc/rfc8446#section-4.1.3
#   "the Random value with the special value of the SHA-256 of "HelloRetryRequest""
RETRY: Final = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
FLIGHT_BYTES_MAX: Final = 64 * 1024  # bytes of a genuine answer, certificates included


class TlsRecord(NamedTuple):
    """One record."""

    kind: int
    whole: bytes  # with its head


def records_of(data: bytes) -> Iterator[TlsRecord]:
    """Yield the records that stand whole at the beginning of something."""
    at = 0
    while len(data) >= at + HEAD_BYTES:
        end = at + HEAD_BYTES + int.from_bytes(data[at + 3 : at + HEAD_BYTES], "big")
        if len(data) < end:
            return
        yield TlsRecord(data[at], data[at:end])
        at = end


def is_flight(data: bytes) -> bool:
    """Whether this is a genuine answer of TLS 1.3 to a hello, as far as it is sent without being asked again.

    It must be whole: its last record ends where it does.
    """
    found = list(records_of(data))
    kinds = [one.kind for one in found]
    return (
        kinds[:3] == [HANDSHAKE, CHANGE_CIPHER_SPEC, APPLICATION_DATA]
        and set(kinds[2:]) == {APPLICATION_DATA}
        and sum(len(one.whole) for one in found) == len(data)
        and found[0].whole[RANDOM] != RETRY
        and found[1].whole == CHANGE
        and len(data) <= FLIGHT_BYTES_MAX
    )


def false_flight(
    flight: bytes, secret: ProxySecret, client_random: bytes, chance: Callable[[int], bytes]
) -> bytes:
    """Return the answer that proves a secret, in the shape of a genuine one (see `is_flight`).

    Its first message is the genuine one but for the random. What is encrypted behind it has as many bytes,
    in one record: apps read no second one before the stream begins.
    """
    first = next(records_of(flight)).whole
    size = len(flight) - len(first) - len(CHANGE) - HEAD_BYTES
    data = b"\x17" + VERSION + size.to_bytes(2, "big") + chance(size)
    bare = b"".join((first[: RANDOM.start], bytes(32), first[RANDOM.stop :], CHANGE, data))
    proof = proof_of(secret, client_random, bare)
    return bare[: RANDOM.start] + proof + bare[RANDOM.stop :]


def in_records(data: bytes | bytearray | memoryview) -> bytes:
    """Return part of a stream as records of data."""
    view = memoryview(data)
    pieces: list[bytes | memoryview] = []
    for at in range(0, len(view), RECORD_BYTES_MAX):
        piece = view[at : at + RECORD_BYTES_MAX]
        pieces += [b"\x17" + VERSION + len(piece).to_bytes(2, "big"), piece]
    return b"".join(pieces)


class RecordReader:
    """Takes the records of data off a stream. However it is cut, the same bytes come out."""

    __slots__ = ("_begun", "_changed")

    def __init__(self) -> None:
        self._begun = b""  # of a record that is not whole
        self._changed = False

    def receive(self, data: bytes) -> bytes:
        """Take bytes, and return what was in the records that are whole now.

        Raises:
            ProtocolError: a record is of another kind, or larger than one may be.
        """
        begun = self._begun + data
        at = 0
        inside: list[bytes] = []
        while len(begun) >= at + HEAD_BYTES:
            kind, size = begun[at], int.from_bytes(begun[at + 3 : at + HEAD_BYTES], "big")
            end = at + HEAD_BYTES + size
            change = kind == CHANGE_CIPHER_SPEC and size == 1 and not (self._changed or inside)
            data_of = kind == APPLICATION_DATA and size <= SEALED_BYTES_MAX
            if begun[at + 1 : at + 3] != VERSION or not (change or data_of):
                raise ProtocolError("no record of data")
            if len(begun) < end:
                break
            if change:
                self._changed = True
            else:
                inside.append(begun[at + HEAD_BYTES : end])
            at = end
        self._begun = begun[at:]
        return b"".join(inside)
