"""Sessions in memory: each with its protocol machine, its client inside, and its connection if any.

A session outlives its connection for a while, and answers wherever its client spoke last.
"""

import asyncio
import struct
from collections import OrderedDict
from typing import Any, Final, Protocol

from chappe.core import Clock
from chappe.mtproto import AGE_S_MAX, AHEAD_S_MAX, Outgoing, ResendTotal, Salts, ServerSession, work

from .ports import Calls, KeyInfo
from .replay import Floors, SessionId

SESSIONS_MAX: Final = 200_000  # sessions, connected or resting; the longest resting leave first
SESSIONS_A_KEY_MAX: Final = 64  # sessions of one key; apps have a dozen
SESSION_REST_S: Final = 300  # seconds a session without a connection is kept
TOO_LONG: Final = struct.pack("<I", 0xE317AF7E)  # updatesTooLong: ask for what you have missed


class Output(Protocol):
    """A connection, as far as sessions use it."""

    sessions: set["Session"]  # the sessions it answers
    address: str  # the network it is from

    def send_messages(self, session: "Session", messages: list[Outgoing]) -> None:
        """Seal and send a session's messages."""
        ...


class Session:
    """A session with what serves it: its machine, its client inside, its connection if any."""

    __slots__ = ("client", "connection", "key", "machine", "missed", "rested_since")

    def __init__(self, machine: ServerSession, key: KeyInfo) -> None:
        self.machine = machine
        self.key = key
        self.client: Any = None
        self.connection: Output | None = None
        self.rested_since = 0.0
        self.missed = False  # something was to be pushed while it had no connection


class Sessions:
    """Every session of a gateway. Output leaves at the end of the tick in which it became ready."""

    def __init__(self, calls: Calls, salts: Salts, clock: Clock) -> None:
        self.calls = calls
        self._salts = salts
        self._clock = clock
        self._resend_total = ResendTotal()
        self._sessions: OrderedDict[SessionId, Session] = OrderedDict()
        self._of_key: dict[int, dict[int, None]] = {}  # the sessions of each, the oldest first
        self._resting: OrderedDict[SessionId, None] = (
            OrderedDict()
        )  # without a connection, likewise
        self._floors = Floors()
        self._dirty: list[Session] = []

    def open(self, key: KeyInfo, session_id: int, address: str) -> Session:
        """Return the session a message belongs to, opened if new; it has no connection then."""
        where = (key.key_id, session_id)
        session = self._sessions.get(where)
        if session is None:
            floor = self._floors.take(where)
            machine = ServerSession(key.key_id, session_id, self._salts, floor, self._resend_total)
            machine.work = work.SESSION
            session = Session(machine, key)
            session.client = self.calls.open(
                key, session_id, address, lambda body: self._push(session, body)
            )
            self._make_room(key.key_id)
            self._sessions[where] = session
            self._of_key.setdefault(key.key_id, {})[session_id] = None
            self.rest(session)
        return session

    def _make_room(self, key_id: int) -> None:
        """End a session if there are too many of its key or in all; preferably one without a connection."""
        own = self._of_key.get(key_id, {})
        if len(own) >= SESSIONS_A_KEY_MAX:
            resting = (s for s in own if (key_id, s) in self._resting)
            self._end((key_id, next(resting, next(iter(own)))))
        if len(self._sessions) >= SESSIONS_MAX:
            self._end(next(iter(self._resting or self._sessions)))

    def of_key(self, key_id: int) -> tuple[int, ...]:
        """Return the ids of a key's sessions, the oldest first."""
        return tuple(self._of_key.get(key_id, ()))

    def attach(self, session: Session, connection: Output) -> None:
        """Answer a session on this connection from now on: its client spoke there last."""
        if session.connection is connection:
            return
        if session.connection is not None:
            session.connection.sessions.discard(session)
        session.machine.reconnected()
        if session.missed:
            session.missed = False
            session.machine.push(TOO_LONG)
        session.connection = connection
        self.calls.moved(session.client, connection.address)
        session.rested_since = 0.0
        self.calls.rest(session.client, resting=False)
        self._resting.pop((session.key.key_id, session.machine.session_id), None)
        connection.sessions.add(session)
        self.touch(session)

    def rest(self, session: Session) -> None:
        """Note that a session lost its connection; it is kept for a while."""
        session.connection = None
        session.rested_since = self._clock.monotonic()
        self.calls.rest(session.client, resting=True)
        self._resting[session.key.key_id, session.machine.session_id] = None

    # -- out -----------------------------------------------------------------------------------

    def _push(self, session: Session, body: bytes) -> None:
        if session.connection is None:
            session.missed = True
            return
        session.machine.push(body)
        self.touch(session)

    def answer(self, session: Session, msg_id: int, result: bytes | bytearray) -> None:
        """Send the result of a call."""
        session.machine.answer(msg_id, result)
        self.touch(session)

    def touch(self, session: Session) -> None:
        """Send the session's output at the end of this tick."""
        dirty = self._dirty
        if not dirty:
            asyncio.get_running_loop().call_soon(self._flush)
        elif dirty[-1] is session:
            return
        dirty.append(session)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        now = self._clock.now()
        for session in dirty:
            connection = session.connection
            if connection is not None and session.machine.has_output:
                connection.send_messages(session, session.machine.flush(now))
                if session.machine.has_output:
                    self.touch(session)

    # -- the end -------------------------------------------------------------------------------

    def destroy(self, key_id: int, session_id: int) -> bool:
        """End a session at its client's wish; False if there was none."""
        found = (key_id, session_id) in self._sessions
        if found:
            self._end((key_id, session_id))
        return found

    def end_key(self, key_id: int) -> None:
        """End every session of a key."""
        for session_id in self.of_key(key_id):
            self._end((key_id, session_id))

    def _end(self, where: SessionId) -> None:
        session = self._sessions.pop(where)
        self._resting.pop(where, None)
        own = self._of_key[where[0]]
        del own[where[1]]
        if not own:
            del self._of_key[where[0]]
        # what was taken once is not taken again, should somebody who recorded it open the session anew
        until = self._clock.monotonic() + AGE_S_MAX + AHEAD_S_MAX
        self._floors.keep(where, session.machine.newest_seen, until)
        if session.connection is not None:
            session.connection.sessions.discard(session)
            session.connection = None
        session.machine.end()
        self.calls.close(session.client)

    def sweep(self, now: float) -> None:
        """End the sessions that rested for too long; `now` is monotonic."""
        for where in tuple(self._resting):
            if now - self._sessions[where].rested_since <= SESSION_REST_S:
                break  # those behind it rest for a shorter time
            self._end(where)
        self._floors.sweep(now)

    async def finish(self, seconds: float) -> None:
        """Wait for the calls being served, but no longer than this, and send what they answer."""
        await self.calls.settle(seconds)
        while self._dirty:
            self._flush()

    def stop(self) -> None:
        """End every session."""
        for where in tuple(self._sessions):
            self._end(where)
