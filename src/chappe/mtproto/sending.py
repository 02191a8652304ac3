"""The sending half of a session: numbers messages, packs them into containers, keeps them until acknowledged.

Sources: core.telegram.org/mtproto/description, …/service_messages and …/service_messages_about_messages;
each rule stands under the sentence it comes from.
"""

import struct
from collections import deque
from typing import Final, NamedTuple

from . import service as s
from . import work
from .packing import pack_result
from .wire import MESSAGE, pack_ids

CONTAINER_MESSAGES_SENT_MAX: Final = 1020  # messages in one container we send
CONTAINER_BYTES_MAX: Final = 512 * 1024  # bytes of bodies in one container we send
FLUSH_BYTES_MAX: Final = (
    1024 * 1024
)  # bytes of bodies sent in one tick; what is over leaves in the next
UNACKED_MESSAGES_MAX: Final = 256  # messages kept to be sent again
UNACKED_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes of them; the newest is kept however large it is
HELD_BYTES_MAX: Final = 64 * 1024 * 1024  # bytes of them in all sessions together
HELD_FAIR_BYTES: Final = 64 * 1024  # bytes of them a session may keep once those are too many

# https://core.telegram.org/mtproto/description#message-identifier-msg-id
#   "Client message identifiers are divisible by 4, server message identifiers modulo 4 yield 1 if the
#   message is a response to a client message, and 3 otherwise."
MSG_ID_STEP: Final = 4
MSG_ID_MASK: Final = -MSG_ID_STEP
RESPONSE: Final = 1
NOTIFICATION: Final = 3
#   "Client message identifiers must increase monotonically (within a single session), the same as server
#   message identifiers, and must approximately equal unixtime*2^32."
MSG_IDS_A_SECOND: Final = 1 << 32

_LONG: Final = struct.Struct("<q")
_RPC_RESULT_HEAD: Final = struct.pack("<I", s.RPC_RESULT)


class Outgoing(NamedTuple):
    """A message that has its number."""

    msg_id: int
    seq_no: int
    body: bytes


class ResendTotal:
    """How many bytes all sessions together keep to be sent again."""

    __slots__ = ("bytes",)

    def __init__(self) -> None:
        self.bytes = 0


class SendingHalf:
    """What a session has to send, has sent, and must send again."""

    __slots__ = (
        "_acks",
        "_again",
        "_by_call",
        "_content_sent",
        "_dropped",
        "_last_id",
        "_queue",
        "_total",
        "_unacked",
        "_unacked_bytes",
        "work",
    )

    def __init__(self, total: ResendTotal) -> None:
        """`total` is shared by all sessions."""
        self.work = 0  # units that were spent since this was last set to 0: see `work`
        # body, content-related, RESPONSE or NOTIFICATION; or the msg_id under which it is sent again
        self._queue: deque[tuple[bytes, bool, int]] = deque()
        self._acks: dict[int, None] = {}  # msg_ids to be acknowledged
        self._content_sent = 0
        self._last_id = 0
        self._dropped: set[int] = set()  # running calls whose answers nobody wants any more
        self._unacked: dict[int, Outgoing] = {}
        self._unacked_bytes = 0
        self._total = total
        self._again: set[int] = set()  # those of them that wait to be sent again
        self._by_call: dict[int, Outgoing] | None = None  # the answers among them

    # -- what is queued ------------------------------------------------------------------------

    @property
    def has_output(self) -> bool:
        """Whether anything waits to be sent (acknowledgements alone may wait)."""
        return bool(self._queue)

    def push(self, body: bytes) -> None:
        """Queue an update."""
        self._queue.append((body, True, NOTIFICATION))

    def answer(self, msg_id: int, result: bytes | bytearray) -> None:
        """Queue the result of a call."""
        # https://core.telegram.org/mtproto/service_messages#cancellation-of-an-rpc-query
        #   "the same rpc_answer_dropped_running is also returned in response to the original query"
        if self._dropped and msg_id in self._dropped:
            self._dropped.discard(msg_id)
            result = struct.pack("<I", s.RPC_ANSWER_DROPPED_RUNNING)
        result = pack_result(result)
        # https://core.telegram.org/mtproto/service_messages#response-to-an-rpc-query
        #   "At the same time, this response serves as acknowledgment of the other party's receipt of the
        #   req_msg_id message."
        self._acks.pop(msg_id, None)
        self._queue.append((struct.pack("<Iq", s.RPC_RESULT, msg_id) + result, True, RESPONSE))

    def answer_dropped(self, msg_id: int, call_id: int, *, running: bool) -> None:
        """Queue the answer to rpc_drop_answer; what the call itself did stays done."""
        # https://core.telegram.org/mtproto/service_messages#cancellation-of-an-rpc-query
        #   "The second version is used if the response was canceled while the RPC query was being
        #   processed (where the RPC query itself was still fully processed)"
        if running:
            self._dropped.add(call_id)
            outcome = struct.pack("<I", s.RPC_ANSWER_DROPPED_RUNNING)
        #   "The final version means that the RPC response was removed from the server's outgoing queue, and
        #   its msg_id, seq_no, and length in bytes are transmitted to the client."
        elif (kept := self._answers().get(call_id)) and kept.msg_id in self._unacked:
            self._acknowledged(kept.msg_id)
            size = len(kept.body)
            outcome = struct.pack("<Iqii", s.RPC_ANSWER_DROPPED, kept.msg_id, kept.seq_no, size)
        #   "The first version of the response is used if the server remembers nothing of the incoming
        #   req_msg_id (if it has already been responded to, for example)."
        else:
            outcome = struct.pack("<I", s.RPC_ANSWER_UNKNOWN)
        self.answer(msg_id, outcome)

    def key_destroyed(self) -> None:
        """Queue the answer to destroy_auth_key: bare, since one client waits for it so."""
        self._queue.append((struct.pack("<I", s.DESTROY_AUTH_KEY_OK), False, RESPONSE))

    def session_destroyed(self, session_id: int, *, found: bool) -> None:
        """Queue the answer to destroy_session."""
        number = s.DESTROY_SESSION_OK if found else s.DESTROY_SESSION_NONE
        self._queue.append((struct.pack("<Iq", number, session_id), False, RESPONSE))

    def acknowledge(self) -> None:
        """Send acknowledgements now, even if nothing else is sent."""
        # https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt
        #   "If a response is a long time coming, a server may first send a receipt acknowledgment, and
        #   somewhat later, the RPC response itself."
        if self._acks and not self._queue:
            self._queue.append((self._take_acks(), False, RESPONSE))

    def _take_acks(self) -> bytes:
        acks, self._acks = self._acks, {}
        return struct.pack("<I", s.MSGS_ACK) + pack_ids(list(acks))

    # -- what leaves ---------------------------------------------------------------------------

    def flush(self, now: float) -> list[Outgoing]:
        """Return what is to be sent, each in a packet of its own: usually one, a container if needed.

        If that is very much, the rest is left for another tick: ask `has_output`.
        """
        packets: list[Outgoing] = []
        left = FLUSH_BYTES_MAX
        while self._queue and left > 0:
            if self._acks:
                self._queue.append((self._take_acks(), False, RESPONSE))
            batch: list[Outgoing] = []
            size = 0
            while (
                self._queue
                and len(batch) < CONTAINER_MESSAGES_SENT_MAX
                and size < CONTAINER_BYTES_MAX
            ):
                message = self._number(*self._queue.popleft(), now)
                batch.append(message)
                size += len(message.body)
            left -= size
            if len(batch) == 1:
                packets.append(batch[0])
                continue
            pieces = [struct.pack("<Ii", s.CONTAINER, len(batch))]
            for m in batch:  # joined once: a part of a file is not copied for each of its heads
                pieces += (MESSAGE.pack(m.msg_id, m.seq_no, len(m.body)), m.body)
            body = b"".join(pieces)
            # https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno
            #   "A container is always generated after its entire contents; therefore, its sequence number
            #   is greater than or equal to the sequence numbers of the messages contained in it."
            packets.append(Outgoing(self._next_id(now, RESPONSE), self._content_sent * 2, body))
        return packets

    def urgent(self, body: bytes, now: float) -> Outgoing:
        """Return a service message to be sent at once, past everything that waits."""
        return self._number(body, content=False, kind=RESPONSE, now=now)

    def _next_id(self, now: float, kind: int) -> int:
        """Return a msg_id above all earlier ones; its kind is RESPONSE or NOTIFICATION."""
        wanted = int(now * MSG_IDS_A_SECOND) & MSG_ID_MASK
        if wanted <= self._last_id:
            wanted = (self._last_id & MSG_ID_MASK) + MSG_ID_STEP
        self._last_id = wanted | kind
        return self._last_id

    def _number(self, body: bytes, content: bool, kind: int, now: float) -> Outgoing:  # noqa: FBT001  a queued tuple
        # https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno
        #   "The seqno of a content-related message is thus msg.seqNo = (current_seqno*2)+1 (and after
        #   generating it, the local current_seqno counter must be incremented by 1), the seqno of a
        #   non-content related message is msg.seqNo = (current_seqno*2)"
        if kind > NOTIFICATION:  # it is sent again under its old number
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
            self._total.bytes += len(body)
            room = UNACKED_BYTES_MAX if self._total.bytes <= HELD_BYTES_MAX else HELD_FAIR_BYTES
            while len(unacked) > UNACKED_MESSAGES_MAX or (
                self._unacked_bytes > room and len(unacked) > 1
            ):
                self._acknowledged(next(iter(unacked)))
        return message

    # -- what is sent again --------------------------------------------------------------------

    def _acknowledged(self, msg_id: int) -> None:
        """Send a message no more: it arrived, or there is no room to keep it."""
        gone = self._unacked.pop(msg_id, None)
        if gone is not None:
            self._unacked_bytes -= len(gone.body)
            self._total.bytes -= len(gone.body)

    def _answers(self) -> dict[int, Outgoing]:
        """Return the answers that were sent and not acknowledged, by the call's msg_id.

        Some may have been acknowledged since this was last asked.
        """
        if self._by_call is None:
            kept = [m for m in self._unacked.values() if m.body.startswith(_RPC_RESULT_HEAD)]
            self._by_call = {_LONG.unpack_from(m.body, 4)[0]: m for m in kept}
        return self._by_call

    def _send_again(self, kept: Outgoing | None) -> None:
        if kept is not None and kept.msg_id in self._unacked and kept.msg_id not in self._again:
            self._again.add(kept.msg_id)
            self._queue.append((kept.body, True, kept.msg_id))
            self.work += len(kept.body) // work.SENT_BYTES_A_UNIT

    def reconnected(self) -> None:
        """Queue again what was sent on an earlier connection and never acknowledged."""
        # https://core.telegram.org/mtproto/description#content-related-message
        #   "the server will resend not-yet acknowledged content-related messages to a new connection if the
        #   current connection is closed and then re-opened"
        for kept in self._unacked.values():
            self._send_again(kept)

    def end(self) -> None:
        """Keep nothing any more: nobody comes back to this session."""
        for msg_id in tuple(self._unacked):
            self._acknowledged(msg_id)
