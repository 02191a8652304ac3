"""A session: the rules for numbers and salts, service messages, and what is sent again."""

import gzip
import struct
import zlib

import pytest

from chappe.mtproto import (
    Deadline,
    DestroyKey,
    DestroySession,
    DropAnswer,
    ProtocolError,
    open_envelope,
)
from chappe.mtproto import service as s
from chappe.mtproto.salts import SALT_LIFETIME_S, Salts
from chappe.mtproto.sending import (
    HELD_BYTES_MAX,
    HELD_FAIR_BYTES,
    UNACKED_BYTES_MAX,
    ResendTotal,
)
from chappe.mtproto.session import SEEN_IDS_MAX, ServerSession
from chappe.mtproto.wire import pack_bytes, pack_ids, unpack_bytes

from .joined import NOW, Pair, calls, tokens, unfold

CALL = b"\x01\x02\x03\x04" * 3


def bad_msg(pair: Pair) -> int:
    """Return the code of the bad_msg_notification the server sends."""
    (body,) = pair.bodies()
    number, _, _, code = struct.unpack_from("<Iqii", body)
    assert number == s.BAD_MSG
    return int(code)


def id_at(seconds: float, low: int = 0) -> int:
    """Return a msg_id of a moment."""
    return (int((NOW + seconds) * 4294967296) & ~3) | low


def test_a_call_comes_through_and_its_answer_back() -> None:
    """The first message opens the session; the answer names the call."""
    pair = Pair()
    msg_id, packet = pair.client.call(CALL, NOW)
    (call,) = calls(pair.take(packet))
    assert (call.msg_id, call.body) == (msg_id, CALL)
    pair.server.answer(msg_id, b"rslt")
    assert pair.numbers() == [s.NEW_SESSION, s.RPC_RESULT]


@pytest.mark.parametrize(
    ("msg_id", "code"),
    [
        (id_at(-301), 16),
        (id_at(31), 17),
        (id_at(0, 1), 18),
        (id_at(0, 2), 18),
        (id_at(0, 3), 18),
    ],
)
def test_impossible_ids_are_told(msg_id: int, code: int) -> None:
    """Too old, too new, not divisible by four: the client is told which."""
    pair = Pair()
    assert pair.message(CALL, msg_id=msg_id) == []
    assert bad_msg(pair) == code


def test_a_message_is_taken_once() -> None:
    """A repeat is acknowledged and not served again."""
    pair = Pair()
    first = id_at(0)
    assert len(calls(pair.message(CALL, msg_id=first))) == 1
    pair.numbers()
    assert calls(pair.message(CALL, msg_id=first)) == []
    pair.server.acknowledge()
    assert s.MSGS_ACK in pair.numbers()


def test_a_container_with_an_odd_number_is_told() -> None:
    """Containers carry no content of their own."""
    pair = Pair()
    body = struct.pack("<Ii", s.CONTAINER, 0)
    assert pair.message(body, seq_no=3) == []
    assert bad_msg(pair) == 34


def test_a_call_with_an_even_number_is_told() -> None:
    """A call is content, alone or in a container; its neighbours are served, and itself once it is odd."""
    pair = Pair()
    assert pair.message(CALL, seq_no=2) == []
    found = {struct.unpack_from("<I", b)[0]: b for b in pair.bodies()}
    assert struct.unpack_from("<Iqii", found[s.BAD_MSG])[2:] == (2, 35)
    assert len(calls(pair.message(CALL, seq_no=3))) == 1
    pair.numbers()
    a, b, outer = id_at(5), id_at(5) + 4, id_at(5) + 8
    taken = pair.message(container((a, 4, CALL), (b, 5, CALL)), msg_id=outer, seq_no=6)
    assert [c.msg_id for c in calls(taken)] == [b]
    (refused,) = [x for x in pair.bodies() if x[:4] == struct.pack("<I", s.BAD_MSG)]
    assert struct.unpack_from("<Iqii", refused)[1:] == (a, 4, 35)


def test_an_acknowledgement_has_any_number() -> None:
    """One library numbers lone ones odd; and neighbours are not compared: several number them in no order."""
    pair = Pair()
    pair.message(CALL, msg_id=id_at(1), seq_no=5)
    pair.numbers()
    ack = struct.pack("<I", s.MSGS_ACK) + pack_ids([id_at(0)])
    assert pair.message(ack, msg_id=id_at(2), seq_no=7) == []
    assert len(calls(pair.message(CALL, msg_id=id_at(3), seq_no=3))) == 1
    assert s.BAD_MSG not in pair.numbers()


def test_a_wrong_salt_is_told_with_the_right_one() -> None:
    """And the call is not served."""
    pair = Pair()
    assert pair.message(CALL, salt=12345) == []
    (body,) = pair.bodies()
    number, _, _, code, salt = struct.unpack("<Iqiiq", body)
    assert (number, code, salt) == (s.BAD_SALT, 48, pair.salts.current(pair.client.key_id, NOW))


def test_salts_overlap() -> None:
    """The salt of the period before still serves; an older one does not."""
    pair = Pair()
    old = pair.client.salt
    assert len(calls(pair.message(CALL, now=NOW + SALT_LIFETIME_S))) == 1
    pair.numbers()
    assert calls(pair.message(CALL, salt=old, now=NOW + 3 * SALT_LIFETIME_S)) == []
    assert s.BAD_SALT in pair.numbers(NOW + 3 * SALT_LIFETIME_S)


def container(*messages: tuple[int, int, bytes], count: int | None = None) -> bytes:
    """Return a container of (msg_id, seq_no, body)."""
    number = len(messages) if count is None else count
    inner = b"".join(struct.pack("<qii", i, q, len(b)) + b for i, q, b in messages)
    return struct.pack("<Ii", s.CONTAINER, number) + inner


def test_a_container_is_taken_whole() -> None:
    """Every message in it is served, in its order."""
    pair = Pair()
    a, b, outer = id_at(0), id_at(0) + 4, id_at(0) + 8
    found = calls(pair.message(container((a, 1, CALL), (b, 3, CALL)), msg_id=outer, seq_no=4))
    assert [c.msg_id for c in found] == [a, b]


@pytest.mark.parametrize(
    "body",
    [
        container((id_at(0), 1, CALL), count=2),
        container((id_at(0), 1, CALL)) + b"left",
        container((id_at(9), 1, CALL)),  # an id above the container's own
        container((id_at(0), 1, container())),
        container((id_at(0), 1, b"abc")),
        container(count=5000),
        container(count=-1),
        struct.pack("<I", s.CONTAINER),
    ],
)
def test_a_broken_container_ends_the_connection(body: bytes) -> None:
    """All of it is taken or nothing."""
    pair = Pair()
    with pytest.raises(ProtocolError):
        pair.message(body, msg_id=id_at(1), seq_no=2)


@pytest.mark.parametrize("packed", [gzip.compress(CALL, mtime=0), zlib.compress(CALL)])
def test_packed_calls_are_unpacked(packed: bytes) -> None:
    """Clients use both formats."""
    pair = Pair()
    (call,) = calls(pair.message(struct.pack("<I", s.GZIP_PACKED) + pack_bytes(packed)))
    assert call.body == CALL


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(b"\0" * (8 << 20), mtime=0),
        b"no gzip at all..",
        gzip.compress(CALL, mtime=0)[:-9],
    ],
)
def test_bombs_and_broken_packing_end_the_connection(packed: bytes) -> None:
    """Nothing unpacks beyond its bound."""
    pair = Pair()
    with pytest.raises(ProtocolError):
        pair.message(struct.pack("<I", s.GZIP_PACKED) + pack_bytes(packed))


def test_what_was_not_acknowledged_is_sent_again() -> None:
    """After a new connection the client hears what it may have missed, and no more once it says so."""
    pair = Pair()
    pair.message(CALL, msg_id=id_at(0))
    pair.server.answer(id_at(0), b"rslt")
    sent = [m for o in pair.out() for m in unfold(o.msg_id, o.seq_no, o.body)]
    result = next(i for i, _, b in sent if b[:4] == struct.pack("<I", s.RPC_RESULT))
    pair.server.reconnected()
    assert s.RPC_RESULT in pair.numbers()
    pair.message(struct.pack("<I", s.MSGS_ACK) + pack_ids([i for i, _, _ in sent]), seq_no=2)
    pair.message(struct.pack("<I", s.MSGS_ACK) + pack_ids([result]), seq_no=2)
    pair.server.reconnected()
    assert s.RPC_RESULT not in pair.numbers()


def test_of_what_was_not_acknowledged_only_so_many_bytes_are_kept() -> None:
    """Of many large answers the newest are sent again; acknowledged ones make room; one too large is kept."""
    pair, size, random = Pair(), UNACKED_BYTES_MAX // 4, tokens(7)

    def answer(number: int, size: int) -> None:
        pair.message(CALL, msg_id=id_at(number / 10))
        pair.server.answer(id_at(number / 10), random(size))
        pair.out()

    def kept() -> dict[int, int]:
        pair.server.reconnected()
        again = [m for o in pair.out() for m in unfold(o.msg_id, o.seq_no, o.body)]
        head = struct.pack("<I", s.RPC_RESULT)
        return {struct.unpack_from("<q", b, 4)[0]: i for i, _, b in again if b[:4] == head}

    for number in range(10):
        answer(number, size)
    found = kept()
    assert list(found) == [id_at(number / 10) for number in (7, 8, 9)]
    acknowledged = found[id_at(0.8)]
    pair.message(
        struct.pack("<I", s.MSGS_ACK) + pack_ids([acknowledged]), msg_id=id_at(0.95), seq_no=2
    )
    answer(10, size)
    assert list(kept()) == [id_at(number / 10) for number in (7, 9, 10)]
    answer(11, UNACKED_BYTES_MAX + 1)
    assert list(kept()) == [id_at(1.1)]


def test_service_messages_are_answered() -> None:
    """Ping, salts, states, dropped answers."""
    pair = Pair()
    pair.message(struct.pack("<Iq", s.PING, 5))
    pair.message(struct.pack("<Ii", s.GET_FUTURE_SALTS, 32))
    pair.message(struct.pack("<I", s.MSGS_STATE_REQ) + pack_ids([id_at(0)]))
    assert set(pair.numbers()) >= {s.PONG, s.FUTURE_SALTS, s.MSGS_STATE_INFO}


def results(pair: Pair) -> dict[int, bytes]:
    """Return what the server answers, by the msg_id it answers to."""
    found = [b for b in pair.bodies() if b[:4] == struct.pack("<I", s.RPC_RESULT)]
    return {struct.unpack_from("<q", b, 4)[0]: b[12:] for b in found}


def states(pair: Pair) -> bytes:
    """Return what the server says of messages it was asked about."""
    (body,) = [b for b in pair.bodies() if b[:4] == struct.pack("<I", s.MSGS_STATE_INFO)]
    return unpack_bytes(body, 12)[0]


def drop(pair: Pair, call_id: int, *, running: bool) -> int:
    """Ask for an answer to be dropped; return the msg_id of asking."""
    (event,) = pair.message(struct.pack("<Iq", s.RPC_DROP_ANSWER, call_id))
    assert isinstance(event, DropAnswer)
    assert event.call_id == call_id
    pair.server.answer_dropped(event.msg_id, call_id, running=running)
    return event.msg_id


def test_an_answer_nobody_wants_is_dropped() -> None:
    """While the call runs, it is answered without what it found; afterwards that is forgotten, and said."""
    pair = Pair()
    pair.message(CALL, msg_id=id_at(-9))
    asked = drop(pair, id_at(-9), running=True)
    running = struct.pack("<I", s.RPC_ANSWER_DROPPED_RUNNING)
    assert results(pair) == {asked: running}
    pair.server.answer(id_at(-9), b"rslt")
    assert results(pair) == {id_at(-9): running}
    pair.message(CALL, msg_id=id_at(-8))
    pair.server.answer(id_at(-8), b"rslt")
    assert results(pair) == {id_at(-8): b"rslt"}
    asked = drop(pair, id_at(-8), running=False)
    said = results(pair)[asked]
    assert struct.unpack_from("<I", said)[0] == s.RPC_ANSWER_DROPPED
    asked = drop(pair, id_at(-8), running=False)
    assert results(pair) == {asked: struct.pack("<I", s.RPC_ANSWER_UNKNOWN)}
    pair.server.reconnected()
    assert id_at(-8) not in results(pair)


def test_what_was_forgotten_is_not_taken_again() -> None:
    """Neither by itself nor in a container: it may have been served already; its neighbour is."""
    pair = Pair()
    first = id_at(0)
    for number in range(SEEN_IDS_MAX + 1):
        pair.message(CALL, msg_id=first + 8 * number)
    pair.numbers()
    newest = first + 8 * SEEN_IDS_MAX
    assert pair.message(CALL, msg_id=first) == []
    assert bad_msg(pair) == 20
    body = container((first, 1, CALL), (newest + 4, 3, CALL))
    (call,) = calls(pair.message(body, msg_id=newest + 8, seq_no=4))
    assert call.msg_id == newest + 4
    (refused,) = [b for b in pair.bodies() if b[:4] == struct.pack("<I", s.BAD_MSG)]
    assert struct.unpack_from("<Iqii", refused)[1:] == (first, 1, 20)


def test_what_became_of_messages_is_told() -> None:
    """Taken, not yet come, never come, forgotten."""
    pair = Pair()
    for number in range(SEEN_IDS_MAX + 1):
        pair.message(CALL, msg_id=id_at(0) + 8 * number)
    pair.numbers()
    newest = id_at(0) + 8 * SEEN_IDS_MAX
    ids = [newest, newest + 400, newest - 4, id_at(0)]
    pair.message(struct.pack("<I", s.MSGS_STATE_REQ) + pack_ids(ids), msg_id=newest + 4)
    assert list(states(pair)) == [4, 3, 2, 1]


def test_what_is_asked_for_is_sent_again() -> None:
    """By our msg_id or by the call's; of what there is no more, the client hears how it stands."""
    pair = Pair()
    pair.message(CALL, msg_id=id_at(-9))
    pair.server.answer(id_at(-9), b"rslt")
    sent = [m for o in pair.out() for m in unfold(o.msg_id, o.seq_no, o.body)]
    ours = next(i for i, _, b in sent if b[:4] == struct.pack("<I", s.RPC_RESULT))
    for asked, wanted in ((s.MSG_RESEND_REQ, ours), (s.MSG_RESEND_ANS_REQ, id_at(-9))):
        pair.message(struct.pack("<I", asked) + pack_ids([wanted, wanted]), seq_no=2)
        again = [m for o in pair.out() for m in unfold(o.msg_id, o.seq_no, o.body)]
        assert [(i, b[12:]) for i, _, b in again if b[:4] == struct.pack("<I", s.RPC_RESULT)] == [
            (ours, b"rslt")
        ]
    pair.message(struct.pack("<I", s.MSG_RESEND_REQ) + pack_ids([ours + 4]), seq_no=2)
    assert len(states(pair)) == 1


def test_many_salts_are_given() -> None:
    """With few, one library asks dozens of times."""
    pair = Pair()
    pair.message(struct.pack("<Ii", s.GET_FUTURE_SALTS, 64))
    body = next(b for b in pair.bodies() if b[:4] == struct.pack("<I", s.FUTURE_SALTS))
    assert struct.unpack_from("<i", body, 16)[0] == 64


def test_a_deadline_is_bounded() -> None:
    """One library asks for sixteen hours."""
    pair = Pair()
    (event,) = pair.message(struct.pack("<Iqi", s.PING_DELAY, 1, 60_000))
    assert isinstance(event, Deadline)
    assert event.seconds < 60_000


def test_sessions_and_keys_are_destroyed_on_demand() -> None:
    """The gateway is told which."""
    pair = Pair()
    (event,) = pair.message(struct.pack("<Iq", s.DESTROY_SESSION, 99))
    assert isinstance(event, DestroySession)
    assert event.session_id == 99
    (event,) = pair.message(struct.pack("<I", s.DESTROY_AUTH_KEY))
    assert isinstance(event, DestroyKey)
    pair.server.key_destroyed()
    assert s.DESTROY_AUTH_KEY_OK in pair.numbers()


def test_calls_are_acknowledged_and_service_messages_are_not() -> None:
    """A library warns of acknowledgements it did not expect."""
    pair = Pair()
    pair.message(struct.pack("<Iq", s.DESTROY_SESSION, 99))
    pair.server.acknowledge()
    assert s.MSGS_ACK not in pair.numbers()
    pair.message(CALL)
    pair.server.acknowledge()
    assert s.MSGS_ACK in pair.numbers()


def test_our_ids_rise_whatever_the_clock_does() -> None:
    """Also when it jumps back by an hour."""
    pair = Pair()
    ids = []
    for jump in (0, 10, -3600, 5, 3600, 0):
        pair.server.push(b"push")
        ids += [o.msg_id for o in pair.out(NOW + jump)]
    assert ids == sorted(set(ids))
    assert all(i % 4 in (1, 3) for i in ids)


@pytest.mark.parametrize("at", [8, 15, 23, 24, 40, 60, -1])
def test_an_altered_packet_does_not_open(at: int) -> None:
    """The key's fingerprint of the content, and the content."""
    pair = Pair()
    _, packet = pair.client.call(CALL, NOW)
    bad = bytearray(packet)
    bad[at] ^= 1
    with pytest.raises(ProtocolError):
        open_envelope(bytes(bad), pair.key)


def test_what_went_out_does_not_come_back_in() -> None:
    """A packet of the server reflected to it is refused: directions have different keys."""
    pair = Pair()
    _, packet = pair.client.call(CALL, NOW)
    with pytest.raises(ProtocolError):
        open_envelope(packet, pair.key, 8)


def test_repeats_are_acknowledged_once() -> None:
    """However often one packet comes again, what is kept of it does not grow."""
    pair = Pair()
    first = id_at(0)
    pair.message(CALL, msg_id=first)
    pair.numbers()
    for _ in range(50):
        pair.message(CALL, msg_id=first)
        assert not pair.server.fresh
    pair.server.acknowledge()
    (body,) = pair.bodies()
    assert body == struct.pack("<I", s.MSGS_ACK) + pack_ids([first])


def test_what_was_not_acknowledged_is_bounded_in_bytes() -> None:
    """Large answers are not all kept to be sent again; the newest is, whatever its size."""
    pair = Pair()
    for _ in range(20):
        pair.server.push(bytes(1024 * 1024))
    pair.out()
    pair.server.reconnected()
    assert sum(len(m.body) for m in pair.out()) <= UNACKED_BYTES_MAX
    pair.server.push(bytes(2 * UNACKED_BYTES_MAX))
    pair.out()
    pair.server.reconnected()
    (kept,) = pair.out()
    assert len(kept.body) == 2 * UNACKED_BYTES_MAX
    pair.message(struct.pack("<I", s.MSGS_ACK) + pack_ids([kept.msg_id]), seq_no=2)
    pair.numbers()
    pair.server.reconnected()
    assert len(pair.out()) <= 1  # the greeting of the session


def test_all_that_is_packed_in_one_packet_has_one_bound() -> None:
    """A container of small packed calls must not become many times what one may be."""
    pair = Pair()
    packed = struct.pack("<I", s.GZIP_PACKED) + pack_bytes(gzip.compress(bytes(1024 * 1024)))
    packed += bytes(-len(packed) % 4)
    few = container(*((id_at(0) + 4 * i, 2 * i + 1, packed) for i in range(4)))
    assert len(calls(pair.message(few, msg_id=id_at(1), seq_no=8))) == 4
    many = container(*((id_at(2) + 4 * i, 2 * i + 11, packed) for i in range(5)))
    with pytest.raises(ProtocolError):
        pair.message(many, msg_id=id_at(3), seq_no=20)


def test_a_refused_packet_is_answered_where_it_came_from() -> None:
    """It may be a recording: nothing that waits for the session leaves with the answer."""
    pair = Pair()
    pair.message(CALL)
    pair.numbers()
    pair.server.push(b"news")
    assert pair.message(CALL, msg_id=id_at(-400)) == []
    assert not pair.server.fresh
    (told,) = pair.told
    assert struct.unpack_from("<I", told.body)[0] == s.BAD_MSG


def test_what_all_sessions_keep_to_be_sent_again_is_bounded() -> None:
    """Somebody with many sessions that never acknowledge leaves a fair share to everybody else."""
    held, salts = ResendTotal(), Salts(bytes(32))
    greedy = [ServerSession(1, number, salts, 0, held) for number in range(100)]
    for session in greedy:
        for _ in range(16):
            session.push(bytes(UNACKED_BYTES_MAX // 16))
        session.flush(NOW)
        assert held.bytes == sum(one._unacked_bytes for one in greedy)
    most = (
        HELD_BYTES_MAX
        + UNACKED_BYTES_MAX
        + len(greedy) * max(HELD_FAIR_BYTES, UNACKED_BYTES_MAX // 16)
    )
    assert HELD_BYTES_MAX < held.bytes <= most
    plain = ServerSession(2, 1, salts, 0, held)
    for number in range(10):
        plain.push(b"%d" % number * 1000)
    plain.flush(NOW)
    assert len(plain._unacked) == 10, (
        "a person like any other is kept everything that does not arrive"
    )
    for session in (*greedy, plain):
        session.end()
    assert held.bytes == 0
