"""A session, server side: the order of messages, acknowledgements, salts and service messages.

Messages come in opened; calls go out to be served; answers and pushes leave in containers, one packet a
tick. Nothing here knows of sockets or of the time but what it is told.
"""

import struct
import zlib
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from . import service as s
from . import work
from .envelope import Opened
from .errors import ProtocolError
from .salts import Salts
from .wire import pack_bytes, pack_ids, unpack_bytes, unpack_ids

CONTAINER_MESSAGES_MAX: Final = 1020  # messages in one container
CONTAINER_BYTES_MAX: Final = 512 * 1024  # bytes of bodies in one container we send
SEEN_IDS_MAX: Final = 2_000  # msg_ids remembered against replay
UNACKED_MESSAGES_MAX: Final = 256  # messages kept to be sent again
UNACKED_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes of them; the newest is kept however large it is
HELD_BYTES_MAX: Final = 64 * 1024 * 1024  # bytes of them in all sessions together
HELD_FAIR_BYTES: Final = 64 * 1024  # bytes of them a session may keep once those are too many
IDS_A_PACKET_MAX: Final = 8_192  # msg_ids named in one packet, by all messages about messages in it
FLUSH_BYTES_MAX: Final = (
    1024 * 1024
)  # bytes of bodies sent in one tick; what is over leaves in the next
UNPACKED_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes all that is packed in one packet may unpack to
STRANGER_UNPACKED_BYTES_MAX: Final = 512 * 1024  # the same, of somebody who is not logged in
PACK_BYTES_MIN: Final = 2_048  # results below it are not worth packing
FILE_PIECE: Final = struct.pack("<I", 0x096A18D5)  # upload.file: packed already, most of the time
AGE_S_MAX: Final = 300  # seconds a msg_id may lie in the past
AHEAD_S_MAX: Final = 30  # seconds a msg_id may lie in the future
DISCONNECT_S_MAX: Final = 600  # seconds ping_delay_disconnect may ask for

_Q: Final = struct.Struct("<q")
_MESSAGE: Final = struct.Struct("<qii")  # msg_id, seq_no, length


class Call(NamedTuple):
    """A call to be served."""

    msg_id: int
    body: bytes


class Deadline(NamedTuple):
    """The client wants the connection cut unless it speaks again within these seconds."""

    seconds: int


class Told(NamedTuple):
    """What to say where the packet came from, and nowhere else: it was refused, and may be a replay."""

    body: bytes


class DestroyKey(NamedTuple):
    """The client wants its authorisation key destroyed; answer with `key_destroyed`."""

    msg_id: int


class DestroySession(NamedTuple):
    """The client wants another session of the key gone; answer with `session_destroyed`."""

    msg_id: int
    session_id: int


class DropAnswer(NamedTuple):
    """The client does not want the answer to an earlier call; say how far that is by `answer_dropped`."""

    msg_id: int
    call_id: int


Event = Call | Told | Deadline | DestroyKey | DestroySession | DropAnswer


class Outgoing(NamedTuple):
    """A message that has its number."""

    msg_id: int
    seq_no: int
    body: bytes


class Held:
    """How many bytes all sessions together keep to be sent again."""

    __slots__ = ("bytes",)

    def __init__(self) -> None:
        self.bytes = 0


class ServerSession:
    """One session of one authorisation key."""

    __slots__ = (
        "_acks",
        "_again",
        "_by_call",
        "_content_sent",
        "_dropped",
        "_floor",
        "_greeted",
        "_held",
        "_ids_left",
        "_last_id",
        "_newest",
        "_queue",
        "_room",
        "_salts",
        "_seen",
        "_unacked",
        "_unacked_bytes",
        "fresh",
        "key_id",
        "session_id",
        "work",
    )

    def __init__(
        self, key_id: int, session_id: int, salts: Salts, floor: int = 0, held: Held | None = None
    ) -> None:
        """`floor` is the newest msg_id an earlier run of this session took; `held` is all sessions'."""
        self.key_id = key_id
        self.session_id = session_id
        self._salts = salts
        self._seen: dict[int, None] = {}
        self._floor = floor  # msg_ids up to it were forgotten
        self._acks: dict[int, None] = {}
        self._newest = floor
        self._ids_left = 0  # msg_ids the packet in hand may still name
        self._room = 0  # bytes that may still be unpacked of the packet in hand
        self.work = 0  # units that were spent since this was last set to 0: see `work`
        self.fresh = False  # whether the last packet was taken, and came for the first time
        self._queue: deque[tuple[bytes, bool, int]] = deque()  # body, content-related, id's kind
        self._content_sent = 0
        self._dropped: set[int] = set()  # running calls whose answers nobody wants any more
        self._last_id = 0
        self._greeted = False
        self._unacked: dict[int, Outgoing] = {}
        self._unacked_bytes = 0
        self._held = held or Held()
        self._again: set[int] = set()  # those of them that wait to be sent again
        self._by_call: dict[int, Outgoing] | None = None  # the answers among them

    def end(self) -> None:
        """Keep nothing any more: nobody comes back to this session."""
        for msg_id in tuple(self._unacked):
            self._forget(msg_id)

    @property
    def newest_seen(self) -> int:
        """The newest msg_id that was taken."""
        return self._newest

    # -- coming in -----------------------------------------------------------------------------

    def receive(
        self, opened: Opened, now: float, unique_id: int, unpacked_max: int = UNPACKED_BYTES_MAX
    ) -> list[Event]:
        """Take an opened message and return what must be done about it.

        `unique_id` is a random number for new_session_created; `unpacked_max` is how many bytes all
        that is packed in it may unpack to.

        Raises:
            ProtocolError: it cannot be read; the connection ends.
        """
        msg_id, seq_no, body = opened.msg_id, opened.seq_no, opened.body
        number = struct.unpack_from("<I", body)[0]
        self.fresh = False
        self.work += work.PACKET
        if not self._salts.is_valid(self.key_id, opened.salt, now):
            salt = self._salts.current(self.key_id, now)
            return [Told(struct.pack("<Iqiiq", s.BAD_SALT, msg_id, seq_no, 48, salt))]
        if refusal := self._refusal(msg_id, seq_no, number, now):
            return [Told(_bad_msg(msg_id, seq_no, refusal))]
        if msg_id in self._seen:
            if seq_no & 1:
                self._acks[msg_id] = None
            return []
        self.fresh = True
        self._room = unpacked_max
        self._ids_left = IDS_A_PACKET_MAX
        if number == s.CONTAINER:
            messages = self._unfold(msg_id, body)
            self._mark(msg_id)
        else:
            messages = [(msg_id, seq_no, body)]
        if not self._greeted:
            self._greeted = True
            salt = self._salts.current(self.key_id, now)
            first = min(m[0] for m in messages) if messages else msg_id
            self._queue.append(
                (struct.pack("<Iqqq", s.NEW_SESSION, first, unique_id, salt), True, 3)
            )
        events: list[Event] = []
        self.work += len(messages) * work.MESSAGE
        for message in messages:
            if message[0] in self._seen:
                continue
            if message[0] <= self._floor:  # it may have been taken before: nobody knows any more
                self._refuse(message[0], message[1], 20)
                continue
            self._mark(message[0])
            handled = list(self._handle(message[0], message[2], now))
            if any(isinstance(event, Call) for event in handled):
                if not message[1] & 1:
                    self._refuse(message[0], message[1], 35)
                    continue
                # service messages are answered at once, not acknowledged
                self._acks[message[0]] = None
            events.extend(handled)
        return events

    def _refusal(self, msg_id: int, seq_no: int, number: int, now: float) -> int:
        """Return the code of what is wrong with a message's numbers, or 0.

        Whether a `seq_no` fits those of its neighbours (32, 33) is not asked: see decision 0016.
        """
        if msg_id & 3:
            return 18
        sent = msg_id >> 32
        if sent < now - AGE_S_MAX:
            return 16
        if sent > now + AHEAD_S_MAX:
            return 17
        if msg_id <= self._floor:
            return 20
        if number == s.CONTAINER and seq_no & 1:  # one library numbers lone acknowledgements odd
            return 34
        if number == s.CONTAINER and msg_id in self._seen:
            return 19
        return 0

    def _refuse(self, msg_id: int, seq_no: int, code: int) -> None:
        self._queue.append((_bad_msg(msg_id, seq_no, code), False, 1))

    def _unfold(self, outer: int, body: bytes) -> list[tuple[int, int, bytes]]:
        """Return the messages of a container, all or none.

        Raises:
            ProtocolError: it is cut short, nested, too long, or holds an id above its own.
        """
        count = struct.unpack_from("<i", body, 4)[0] if len(body) >= 8 else -1  # noqa: PLR2004
        if not 0 <= count <= CONTAINER_MESSAGES_MAX + 4:
            raise ProtocolError("a container of impossible length")
        found, at = [], 8
        for _ in range(count):
            if at + _MESSAGE.size > len(body):
                raise ProtocolError("a container cut short")
            msg_id, seq_no, size = _MESSAGE.unpack_from(body, at)
            at += _MESSAGE.size
            if size < 4 or size % 4 or at + size > len(body) or msg_id >= outer or msg_id & 3:  # noqa: PLR2004
                raise ProtocolError("a container with a wrong message")
            inner = body[at : at + size]
            if inner[:4] == b"\xdc\xf8\xf1\x73":
                raise ProtocolError("a container in a container")
            found.append((msg_id, seq_no, inner))
            at += size
        if at != len(body):
            raise ProtocolError("bytes left over in a container")
        return found

    def _mark(self, msg_id: int) -> None:
        self._seen[msg_id] = None
        if msg_id > self._newest:  # noqa: PLR1730  for each message: `max` takes three times as long
            self._newest = msg_id
        if len(self._seen) > SEEN_IDS_MAX:
            oldest = sorted(self._seen)[: SEEN_IDS_MAX // 2]
            self._floor = oldest[-1]
            for forgotten in oldest:
                del self._seen[forgotten]

    def _handle(self, msg_id: int, body: bytes, now: float) -> Iterator[Event]:
        """Deal with one message: service messages here, calls by returning them."""
        try:
            number = struct.unpack_from("<I", body)[0]
            if number == s.GZIP_PACKED:
                body = unpack_gzip(unpack_bytes(body, 4)[0], self._room)
                self._room -= len(body)
                self.work += len(body) // work.UNPACKED_BYTES_A_UNIT
                number = struct.unpack_from("<I", body)[0]
            if number == s.MSGS_ACK:
                for acked in self._ids_of(body):
                    self._forget(acked)
            elif number == s.PING:
                self._pong(msg_id, body)
            elif number == s.PING_DELAY:
                self._pong(msg_id, body)
                delay = struct.unpack_from("<i", body, 12)[0]
                yield Deadline(max(1, min(delay, DISCONNECT_S_MAX)))
            elif number == s.DESTROY_SESSION:
                yield DestroySession(msg_id, _Q.unpack_from(body, 4)[0])
            elif number == s.DESTROY_AUTH_KEY:
                yield DestroyKey(msg_id)
            elif number == s.RPC_DROP_ANSWER:
                yield DropAnswer(msg_id, _Q.unpack_from(body, 4)[0])
            elif not self._handle_state(number, msg_id, body, now):
                yield Call(msg_id, body)
        except struct.error:
            raise ProtocolError("a message cut short") from None

    def _handle_state(self, number: int, msg_id: int, body: bytes, now: float) -> bool:
        """Deal with messages about messages; False if it is none of them."""
        if number == s.GET_FUTURE_SALTS:
            wanted = struct.unpack_from("<i", body, 4)[0]
            salts = self._salts.future(self.key_id, now, wanted)
            self.work += len(salts) // work.SALTS_A_UNIT
            head = struct.pack("<Iqii", s.FUTURE_SALTS, msg_id, int(now), len(salts))
            self._queue.append((head + b"".join(struct.pack("<iiq", *x) for x in salts), False, 1))
        elif number == s.MSGS_STATE_REQ:
            self._tell_states(msg_id, self._ids_of(body))
        elif number == s.MSG_RESEND_ANS_REQ:
            ids = self._ids_of(body)
            answers = self._answers()
            for call_id in dict.fromkeys(ids):
                self._send_again(answers.get(call_id))
            self._tell_states(msg_id, ids)
        elif number == s.MSG_RESEND_REQ:
            ids = self._ids_of(body)
            for wanted_id in dict.fromkeys(ids):
                self._send_again(self._unacked.get(wanted_id))
            if any(wanted_id not in self._unacked for wanted_id in ids):
                self._tell_states(msg_id, ids)
        elif number not in (
            s.HTTP_WAIT,
            s.MSGS_STATE_INFO,
            s.MSGS_ALL_INFO,
            s.MSG_DETAILED_INFO,
            s.MSG_NEW_DETAILED_INFO,
            s.PONG,
            s.BAD_MSG,
            s.BAD_SALT,
            s.NEW_SESSION,
        ):
            return False
        return True

    def _ids_of(self, body: bytes) -> tuple[int, ...]:
        """Return the msg_ids a message names.

        Raises:
            ProtocolError: it names none as it should, or too many with the others of its packet.
        """
        ids = unpack_ids(body, 4)
        self._ids_left -= len(ids)
        if self._ids_left < 0:
            raise ProtocolError("too many ids in a packet")
        self.work += len(ids) // work.IDS_A_UNIT
        return ids

    def _tell_states(self, msg_id: int, ids: tuple[int, ...]) -> None:
        newest = self.newest_seen
        info = bytes(self._state_of(i, newest) for i in ids)
        self._queue.append(
            (struct.pack("<Iq", s.MSGS_STATE_INFO, msg_id) + pack_bytes(info), False, 1)
        )

    def _state_of(self, msg_id: int, newest: int) -> int:
        """Return what became of a message: taken, too new to have come, forgotten, or never come."""
        if msg_id in self._seen:
            return 4
        if msg_id > newest:
            return 3
        return 1 if msg_id <= self._floor else 2

    def _answers(self) -> dict[int, Outgoing]:
        """Return the answers that were sent and not acknowledged, by the call's msg_id.

        Some may have been acknowledged since this was last asked.
        """
        if self._by_call is None:
            head = struct.pack("<I", s.RPC_RESULT)
            kept = [m for m in self._unacked.values() if m.body.startswith(head)]
            self._by_call = {_Q.unpack_from(m.body, 4)[0]: m for m in kept}
        return self._by_call

    def _send_again(self, kept: Outgoing | None) -> None:
        if kept is not None and kept.msg_id in self._unacked and kept.msg_id not in self._again:
            self._again.add(kept.msg_id)
            self._queue.append((kept.body, True, kept.msg_id))
            self.work += len(kept.body) // work.SENT_BYTES_A_UNIT

    def _pong(self, msg_id: int, body: bytes) -> None:
        pong = struct.pack("<Iqq", s.PONG, msg_id, _Q.unpack_from(body, 4)[0])
        self._queue.append((pong, False, 1))

    # -- going out -----------------------------------------------------------------------------

    def answer(self, msg_id: int, result: bytes) -> None:
        """Queue the result of a call; it acknowledges the call as well."""
        if self._dropped and msg_id in self._dropped:
            self._dropped.discard(msg_id)
            result = struct.pack("<I", s.RPC_ANSWER_DROPPED_RUNNING)
        if len(result) >= PACK_BYTES_MIN and not result.startswith(FILE_PIECE):
            packed = zlib.compressobj(1, zlib.DEFLATED, 31)
            smaller = packed.compress(result) + packed.flush()
            if len(smaller) < len(result) * 9 // 10:
                result = struct.pack("<I", s.GZIP_PACKED) + pack_bytes(smaller)
        self._acks.pop(msg_id, None)
        self._queue.append((struct.pack("<Iq", s.RPC_RESULT, msg_id) + result, True, 1))

    def answer_dropped(self, msg_id: int, call_id: int, *, running: bool) -> None:
        """Queue the answer to rpc_drop_answer; what the call itself did stays done."""
        if running:
            self._dropped.add(call_id)
            said = struct.pack("<I", s.RPC_ANSWER_DROPPED_RUNNING)
        elif (kept := self._answers().get(call_id)) and kept.msg_id in self._unacked:
            self._forget(kept.msg_id)
            size = len(kept.body)
            said = struct.pack("<Iqii", s.RPC_ANSWER_DROPPED, kept.msg_id, kept.seq_no, size)
        else:
            said = struct.pack("<I", s.RPC_ANSWER_UNKNOWN)
        self.answer(msg_id, said)

    def push(self, body: bytes) -> None:
        """Queue an update."""
        self._queue.append((body, True, 3))

    def key_destroyed(self) -> None:
        """Queue the answer to destroy_auth_key: bare, since one client waits for it so."""
        self._queue.append((struct.pack("<I", s.DESTROY_AUTH_KEY_OK), False, 1))

    def session_destroyed(self, session_id: int, *, found: bool) -> None:
        """Queue the answer to destroy_session."""
        number = s.DESTROY_SESSION_OK if found else s.DESTROY_SESSION_NONE
        self._queue.append((struct.pack("<Iq", number, session_id), False, 1))

    def reconnected(self) -> None:
        """Queue again what was sent on an earlier connection and never acknowledged."""
        for kept in self._unacked.values():
            self._send_again(kept)

    @property
    def has_output(self) -> bool:
        """Whether anything waits to be sent (acknowledgements alone may wait)."""
        return bool(self._queue)

    def acknowledge(self) -> None:
        """Send acknowledgements now, even if nothing else is sent."""
        if self._acks and not self._queue:
            self._queue.append((self._take_acks(), False, 1))

    def _take_acks(self) -> bytes:
        acks, self._acks = self._acks, {}
        return struct.pack("<I", s.MSGS_ACK) + pack_ids(list(acks))

    def _next_id(self, now: float, kind: int) -> int:
        """Return a msg_id above all earlier ones; kind 1 for answers, 3 for the rest."""
        wanted = int(now * 4294967296) & ~3
        if wanted <= self._last_id:
            wanted = (self._last_id & ~3) + 4
        self._last_id = wanted | kind
        return self._last_id

    def flush(self, now: float) -> list[Outgoing]:
        """Return what is to be sent, each in a packet of its own: usually one, a container if needed.

        If that is very much, the rest is left for another tick: ask `has_output`.
        """
        packets: list[Outgoing] = []
        left = FLUSH_BYTES_MAX
        while self._queue and left > 0:
            if self._acks:
                self._queue.append((self._take_acks(), False, 1))
            batch: list[Outgoing] = []
            size = 0
            while (
                self._queue and len(batch) < CONTAINER_MESSAGES_MAX and size < CONTAINER_BYTES_MAX
            ):
                message = self._number(*self._queue.popleft(), now)
                batch.append(message)
                size += len(message.body)
            left -= size
            if len(batch) == 1:
                packets.append(batch[0])
                continue
            body = struct.pack("<Ii", s.CONTAINER, len(batch)) + b"".join(
                _MESSAGE.pack(m.msg_id, m.seq_no, len(m.body)) + m.body for m in batch
            )
            packets.append(Outgoing(self._next_id(now, 1), self._content_sent * 2, body))
        return packets

    def _number(self, body: bytes, content: bool, kind: int, now: float) -> Outgoing:  # noqa: FBT001  a queued tuple
        if kind > 3:  # noqa: PLR2004  it is sent again under its old number
            self._again.discard(kind)
            kept = self._unacked.get(kind)
            return kept or Outgoing(kind, self._content_sent * 2 + 1, body)
        message = Outgoing(self._next_id(now, kind), self._content_sent * 2 + content, body)
        if content:
            self._content_sent += 1
            self._by_call = None
            unacked = self._unacked
            unacked[message.msg_id] = message
            self._unacked_bytes += len(body)
            self._held.bytes += len(body)
            room = UNACKED_BYTES_MAX if self._held.bytes <= HELD_BYTES_MAX else HELD_FAIR_BYTES
            while len(unacked) > UNACKED_MESSAGES_MAX or (
                self._unacked_bytes > room and len(unacked) > 1
            ):
                self._forget(next(iter(unacked)))
        return message

    def _forget(self, msg_id: int) -> None:
        """Send a message no more: it arrived, or there is no room to keep it."""
        gone = self._unacked.pop(msg_id, None)
        if gone is not None:
            self._unacked_bytes -= len(gone.body)
            self._held.bytes -= len(gone.body)

    def told(self, body: bytes, now: float) -> Outgoing:
        """Return a service message to be sent at once, past everything that waits."""
        return self._number(body, content=False, kind=1, now=now)


def _bad_msg(msg_id: int, seq_no: int, code: int) -> bytes:
    """Return that a message was not taken, and why."""
    return struct.pack("<Iqii", s.BAD_MSG, msg_id, seq_no, code)


def unpack_gzip(packed: bytes, bytes_max: int = UNPACKED_BYTES_MAX) -> bytes:
    """Return what a gzip_packed message holds, gzip or zlib by its header.

    Raises:
        ProtocolError: it is broken or too large.
    """
    inflate = zlib.decompressobj(wbits=47)
    try:
        data = inflate.decompress(packed, max(1, bytes_max))  # 0 would mean without a bound
    except zlib.error:
        raise ProtocolError("broken packed data") from None
    if inflate.unconsumed_tail or not inflate.eof or len(data) < 4:  # noqa: PLR2004  an id
        raise ProtocolError("packed data too large or cut short")
    return data
