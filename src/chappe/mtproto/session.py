"""A session, server side: checks what comes in, answers messages about messages, returns calls.

Packets come in opened, with the time; answers and updates leave by `SendingHalf`, numbered and in containers.
Sources: core.telegram.org/mtproto/description, …/service_messages and …/service_messages_about_messages;
each rule stands under the sentence it comes from.
"""

import struct
from collections.abc import Iterator
from typing import Final

from . import service as s
from . import work
from .envelope import Opened
from .errors import ProtocolError
from .events import (
    Call,
    Deadline,
    DestroyKey,
    DestroySession,
    DropAnswer,
    Event,
    Refused,
)
from .packing import UNPACKED_BYTES_MAX, unpack_gzip
from .salts import Salts
from .sending import (
    MSG_ID_STEP,
    NOTIFICATION,
    RESPONSE,
    ResendTotal,
    SendingHalf,
)
from .service import BadMsg, MsgState
from .wire import MESSAGE, NUMBER_BYTES, pack_bytes, unpack_bytes, unpack_ids

CONTAINER_MESSAGES_MAX: Final = 1024  # messages in one container that comes
SEEN_IDS_MAX: Final = 2_000  # msg_ids remembered against replay
IDS_A_PACKET_MAX: Final = 8_192  # msg_ids named in one packet, by all messages about messages in it
AGE_S_MAX: Final = 300  # seconds a msg_id may lie in the past
AHEAD_S_MAX: Final = 30  # seconds a msg_id may lie in the future
DISCONNECT_S_MAX: Final = 600  # seconds ping_delay_disconnect may ask for

_LONG: Final = struct.Struct("<q")
_CONTAINER_HEAD: Final = struct.pack("<I", s.CONTAINER)
_COUNTED_HEAD_BYTES: Final = 8  # of a container: its number, how many messages follow


class ServerSession(SendingHalf):
    """One session of one authorisation key. Its state changes in this file and in `sending.py` only."""

    __slots__ = (
        "_floor",
        "_greeted",
        "_ids_left",
        "_newest",
        "_room",
        "_salts",
        "_seen",
        "fresh",
        "key_id",
        "session_id",
    )

    def __init__(
        self,
        key_id: int,
        session_id: int,
        salts: Salts,
        floor: int = 0,
        total: ResendTotal | None = None,
    ) -> None:
        """`floor` is the newest msg_id an earlier run of this session took; `total` is all sessions'."""
        super().__init__(total or ResendTotal())
        self.key_id = key_id
        self.session_id = session_id
        self.fresh = False  # whether the last packet was taken, and came for the first time
        self._salts = salts
        self._seen: dict[int, None] = {}
        self._floor = floor  # msg_ids up to it were forgotten
        self._newest = floor
        self._ids_left = 0  # msg_ids the packet in hand may still name
        self._room = 0  # bytes that may still be unpacked of the packet in hand
        self._greeted = False

    @property
    def newest_seen(self) -> int:
        """The newest msg_id that was taken."""
        return self._newest

    # -- a packet ------------------------------------------------------------------------------

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
        # https://core.telegram.org/mtproto/description#server-salt
        #   "Required to protect against replay attacks and certain tricks associated with adjusting the
        #   client clock to a moment in the distant future."
        if not self._salts.is_valid(self.key_id, opened.salt, now):
            salt = self._salts.current(self.key_id, now)
            code = BadMsg.SERVER_SALT
            return [Refused(struct.pack("<Iqiiq", s.BAD_SALT, msg_id, seq_no, code, salt))]
        if refusal := self._refusal(msg_id, seq_no, number, now):
            return [Refused(_bad_msg(msg_id, seq_no, refusal))]
        if msg_id in self._seen:
            self._acknowledge_again(msg_id, seq_no)
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
            self._greet(min(m[0] for m in messages) if messages else msg_id, unique_id, now)
        events: list[Event] = []
        self.work += len(messages) * work.MESSAGE
        for message in messages:
            if message[0] in self._seen:
                continue
            if message[0] <= self._floor:  # it may have been taken before: nobody knows any more
                self._refuse(message[0], message[1], BadMsg.MESSAGE_TOO_OLD)
                continue
            self._mark(message[0])
            handled = list(self._handle(message[0], message[2], now))
            if any(isinstance(event, Call) for event in handled):
                # https://core.telegram.org/mtproto/description#content-related-message
                #   "A client must always mark all API-level RPC queries as content-related, or else a
                #   bad_msg_notification with error_code=35 will be emitted."
                if not message[1] & 1:
                    self._refuse(message[0], message[1], BadMsg.SEQ_NO_EVEN)
                    continue
                # service messages are answered at once, not acknowledged
                self._acks[message[0]] = None
            events.extend(handled)
        return events

    def _refusal(self, msg_id: int, seq_no: int, number: int, now: float) -> BadMsg | None:
        """Return what is wrong with a message's numbers, if anything.

        Whether a `seq_no` fits those of its neighbours is not asked: see decision 0016.
        """
        # https://core.telegram.org/mtproto/description#message-identifier-msg-id
        #   "Client message identifiers are divisible by 4"
        if msg_id % MSG_ID_STEP:
            return BadMsg.MSG_ID_BITS
        #   "A message is rejected over 300 seconds after it is created or 30 seconds before it is created
        #   (this is needed to protect from replay attacks)."
        sent = msg_id >> 32
        if sent < now - AGE_S_MAX:
            return BadMsg.MSG_ID_TOO_LOW
        if sent > now + AHEAD_S_MAX:
            return BadMsg.MSG_ID_TOO_HIGH
        # https://core.telegram.org/mtproto/description#important-checks
        #   "if a message comes in with msg_id lower than all or equal to any of the stored values, the
        #   message is to be ignored"
        if msg_id <= self._floor:
            return BadMsg.MESSAGE_TOO_OLD
        # https://core.telegram.org/mtproto/description#content-related-message
        #   "A client must never mark msgs_ack, msg_container, msg_copy, gzip_packed constructors […] as
        #   content-related, or else a bad_msg_notification with error_code=34 will be emitted."
        # Held against containers only: one library numbers lone acknowledgements odd.
        if number == s.CONTAINER and seq_no & 1:
            return BadMsg.SEQ_NO_ODD
        if number == s.CONTAINER and msg_id in self._seen:
            return BadMsg.CONTAINER_MSG_ID_SEEN
        return None

    def _refuse(self, msg_id: int, seq_no: int, code: BadMsg) -> None:
        self._queue.append((_bad_msg(msg_id, seq_no, code), False, RESPONSE))

    def _acknowledge_again(self, msg_id: int, seq_no: int) -> None:
        """Answer a message that came before: its acknowledgement may have been lost."""
        # https://core.telegram.org/mtproto/description#content-related-message
        #   "When receiving an MTProto message that is marked as content-related by setting the
        #   least-significant bit of the seqno, the receiving party must acknowledge it in some way."
        if seq_no & 1:
            self._acks[msg_id] = None

    def _greet(self, first: int, unique_id: int, now: float) -> None:
        """Queue new_session_created."""
        # https://core.telegram.org/mtproto/service_messages#new-session-creation-notification
        #   "The server notifies the client that a new session (from the server's standpoint) had to be
        #   created to handle a client message."
        #   "The unique_id parameter is generated by the server every time a session is (re-)created."
        self._greeted = True
        salt = self._salts.current(self.key_id, now)
        greeting = struct.pack("<Iqqq", s.NEW_SESSION, first, unique_id, salt)
        self._queue.append((greeting, True, NOTIFICATION))

    def _unfold(self, outer: int, body: bytes) -> list[tuple[int, int, bytes]]:
        """Return the messages of a container.

        Raises:
            ProtocolError: it is cut short, nested, too long, or holds an id above its own.
        """
        # https://core.telegram.org/mtproto/service_messages#containers
        #   "A container may only be accepted or rejected by the other party as a whole."
        head = _COUNTED_HEAD_BYTES
        count = struct.unpack_from("<i", body, 4)[0] if len(body) >= head else -1
        if not 0 <= count <= CONTAINER_MESSAGES_MAX:
            raise ProtocolError("a container of impossible length")
        found, at = [], head
        for _ in range(count):
            if at + MESSAGE.size > len(body):
                raise ProtocolError("a container cut short")
            msg_id, seq_no, size = MESSAGE.unpack_from(body, at)
            at += MESSAGE.size
            # https://core.telegram.org/mtproto/service_messages#simple-container
            #   "All messages in a container must have msg_id lower than that of the container itself."
            wrong = msg_id >= outer or msg_id % MSG_ID_STEP
            if size < NUMBER_BYTES or size % 4 or at + size > len(body) or wrong:
                raise ProtocolError("a container with a wrong message")
            inner = body[at : at + size]
            #   "A container does not require an acknowledgment and may not carry other simple containers."
            if inner.startswith(_CONTAINER_HEAD):
                raise ProtocolError("a container in a container")
            found.append((msg_id, seq_no, inner))
            at += size
        if at != len(body):
            raise ProtocolError("bytes left over in a container")
        return found

    def _mark(self, msg_id: int) -> None:
        # https://core.telegram.org/mtproto/description#important-checks
        #   "the new message msg_id is added to the set, and, if the number of stored msg_id values is
        #   greater than N, the oldest (i. e. the lowest) is forgotten"
        self._seen[msg_id] = None
        if msg_id > self._newest:  # noqa: PLR1730  for each message: `max` takes three times as long
            self._newest = msg_id
        if len(self._seen) > SEEN_IDS_MAX:
            oldest = sorted(self._seen)[: SEEN_IDS_MAX // 2]
            self._floor = oldest[-1]
            for forgotten in oldest:
                del self._seen[forgotten]

    # -- a message -----------------------------------------------------------------------------

    def _handle(self, msg_id: int, body: bytes, now: float) -> Iterator[Event]:
        """Deal with one message: service messages here, calls by returning them."""
        try:
            number = struct.unpack_from("<I", body)[0]
            # https://core.telegram.org/mtproto/service_messages#packed-object
            #   "In addition, it may be used to transmit non-service messages (i. e. RPC queries) from
            #   client to server."
            if number == s.GZIP_PACKED:
                body = unpack_gzip(unpack_bytes(body, 4)[0], self._room)
                self._room -= len(body)
                self.work += len(body) // work.UNPACKED_BYTES_A_UNIT
                number = struct.unpack_from("<I", body)[0]
            if number not in s.HANDLED:  # most messages; they need not be held against each number
                yield Call(msg_id, body)
            elif number == s.MSGS_ACK:
                for acked in self._ids_of(body):
                    self._acknowledged(acked)
            elif number == s.PING:
                self._pong(msg_id, body)
            elif number == s.PING_DELAY:
                # https://core.telegram.org/mtproto/service_messages#deferred-connection-closure--ping
                #   "Works like ping. In addition, after this is received, the server starts a timer which
                #   will close the current connection disconnect_delay seconds later unless it receives a
                #   new message of the same type which automatically resets all previous timers."
                self._pong(msg_id, body)
                delay = struct.unpack_from("<i", body, 12)[0]
                yield Deadline(max(1, min(delay, DISCONNECT_S_MAX)))
            elif number == s.DESTROY_SESSION:
                yield DestroySession(msg_id, _LONG.unpack_from(body, 4)[0])
            elif number == s.DESTROY_AUTH_KEY:
                yield DestroyKey(msg_id)
            elif number == s.RPC_DROP_ANSWER:
                yield DropAnswer(msg_id, _LONG.unpack_from(body, 4)[0])
            elif not self._handle_state(number, msg_id, body, now):
                yield Call(msg_id, body)
        except struct.error:
            raise ProtocolError("a message cut short") from None

    def _handle_state(self, number: int, msg_id: int, body: bytes, now: float) -> bool:
        """Deal with messages about messages; False if it is none of them."""
        if number == s.GET_FUTURE_SALTS:
            self._send_salts(msg_id, struct.unpack_from("<i", body, 4)[0], now)
        elif number == s.MSGS_STATE_REQ:
            self._send_states(msg_id, self._ids_of(body))
        elif number == s.MSG_RESEND_ANS_REQ:
            ids = self._ids_of(body)
            answers = self._answers()
            for call_id in dict.fromkeys(ids):
                self._send_again(answers.get(call_id))
            self._send_states(msg_id, ids)
        elif number == s.MSG_RESEND_REQ:
            # https://core.telegram.org/mtproto/service_messages_about_messages#explicit-request-to-re-send-messages
            #   "The remote party immediately responds by re-sending the requested messages"
            ids = self._ids_of(body)
            for wanted_id in dict.fromkeys(ids):
                self._send_again(self._unacked.get(wanted_id))
            #   "If at least one message with requested msg_id does not exist or has already been forgotten
            #   […], MsgsStateInfo is returned for all messages requested as if the MsgResendReq query had
            #   been a MsgsStateReq query as well."
            if any(wanted_id not in self._unacked for wanted_id in ids):
                self._send_states(msg_id, ids)
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

    def _send_salts(self, msg_id: int, wanted: int, now: float) -> None:
        # https://core.telegram.org/mtproto/service_messages#request-for-several-future-salts
        #   "The server returns a maximum of num future server salts (may return fewer). The response serves
        #   as the acknowledgment of the query and does not require an acknowledgment itself."
        salts = self._salts.future(self.key_id, now, wanted)
        self.work += len(salts) // work.SALTS_A_UNIT
        head = struct.pack("<Iqii", s.FUTURE_SALTS, msg_id, int(now), len(salts))
        body = head + b"".join(struct.pack("<iiq", *salt) for salt in salts)
        self._queue.append((body, False, RESPONSE))

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

    def _send_states(self, msg_id: int, ids: tuple[int, ...]) -> None:
        # https://core.telegram.org/mtproto/service_messages_about_messages#informational-message-regarding-status-of-messages
        #   "Here, info is a string that contains exactly one byte of message status for each message from
        #   the incoming msg_ids list"
        newest = self.newest_seen
        info = bytes(self._state_of(i, newest) for i in ids)
        body = struct.pack("<Iq", s.MSGS_STATE_INFO, msg_id) + pack_bytes(info)
        self._queue.append((body, False, RESPONSE))

    def _state_of(self, msg_id: int, newest: int) -> MsgState:
        if msg_id in self._seen:
            return MsgState.RECEIVED
        if msg_id > newest:
            return MsgState.NOT_YET_RECEIVED
        return MsgState.FORGOTTEN if msg_id <= self._floor else MsgState.NOT_RECEIVED

    def _pong(self, msg_id: int, body: bytes) -> None:
        # https://core.telegram.org/mtproto/service_messages#ping-messages-ping-pong
        #   "These messages do not require acknowledgments."
        pong = struct.pack("<Iqq", s.PONG, msg_id, _LONG.unpack_from(body, 4)[0])
        self._queue.append((pong, False, RESPONSE))


def _bad_msg(msg_id: int, seq_no: int, code: BadMsg) -> bytes:
    """Return the notice that a message was not taken, and why."""
    return struct.pack("<Iqii", s.BAD_MSG, msg_id, seq_no, code)
