"""The gateway: listens, keeps connections and sessions, and flushes once a tick."""

import asyncio
import os
import ssl
import struct
import sys
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from chappe.core import Clock, Entropy
from chappe.crypto.rsa import ServerKey
from chappe.mtproto import (
    AGE_S_MAX,
    AHEAD_S_MAX,
    Held,
    NewAuthKey,
    Salts,
    ServerHandshake,
    ServerSession,
    work,
)
from chappe.rpc import Limiter, Purse, Rate
from chappe.tl import errors

from .connection import Connection
from .ports import AuthKeys, Calls, KeyInfo

KEYS_CACHED_MAX: Final = 50_000  # authorisation keys held in memory
SESSIONS_MAX: Final = 200_000  # sessions, connected or resting; the longest resting leave first
SESSION_REST_S: Final = 300  # seconds a session without a connection is kept
TOO_LONG: Final = struct.pack("<I", 0xE317AF7E)  # updatesTooLong: ask for what you have missed
HANDSHAKES_MAX: Final = 10_000  # handshakes under way or lately done
HANDSHAKES_WORKING_MAX: Final = 500  # handshakes whose arithmetic waits for a thread
SESSIONS_A_KEY_MAX: Final = 64  # sessions of one key; apps have a dozen
FLOORED_KEYS_MAX: Final = 50_000  # keys of whose ended sessions the newest messages are remembered
FLOORS_A_KEY_MAX: Final = 512  # ended sessions of one key that are remembered so
FLOORS_MAX: Final = 200_000  # ended sessions in all that are remembered so
HANDSHAKE_THREADS: Final = 2
HANDSHAKE_NICE: Final = 10  # their priority, below the event loop's 0
CONNECTIONS_PER_ADDRESS_MAX: Final = 20_000  # connections open from one address
TLS_HANDSHAKE_S_MAX: Final = 15.0  # seconds until a connection must speak TLS
ANSWERED_S_MAX: Final = 5.0  # seconds a stop waits for calls that are being served
SWEEP_S: Final = 5.0  # seconds between looks at deadlines


Where = tuple[int, int]  # a session: its key and its own id


def _yield_to_the_loop() -> None:
    """Give this thread a lower priority than the event loop's. Only on Linux do threads have their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), HANDSHAKE_NICE)


class Session:
    """A session with what serves it: its machine, its client inside, its connection if any."""

    __slots__ = ("client", "connection", "key", "machine", "missed", "rested_since")

    def __init__(self, machine: ServerSession, key: KeyInfo) -> None:
        self.machine = machine
        self.key = key
        self.client: Any = None
        self.connection: Connection | None = None
        self.rested_since = 0.0
        self.missed = False  # something was to be pushed while it had no connection


class Floors:
    """The newest messages of sessions that ended lately: up to them nothing is taken any more."""

    def __init__(self) -> None:
        self._of: OrderedDict[int, OrderedDict[int, tuple[int, float]]] = OrderedDict()  # by key
        self.count = 0  # of all keys

    def keep(self, where: Where, floor: int, until: float) -> None:
        """Remember a session's newest message until a time; not for more sessions than one key may have."""
        own = self._of.setdefault(where[0], OrderedDict())
        self.count += where[1] not in own
        own[where[1]] = (floor, until)
        own.move_to_end(where[1])
        self._of.move_to_end(where[0])
        if len(own) > FLOORS_A_KEY_MAX:
            own.popitem(last=False)
            self.count -= 1
        while len(self._of) > FLOORED_KEYS_MAX or self.count > FLOORS_MAX:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        """Forget the key whose sessions ended longest ago."""
        _, own = self._of.popitem(last=False)
        self.count -= len(own)

    def take(self, where: Where) -> int:
        """Return a session's newest message, 0 if none is known, for the session that begins again."""
        own = self._of.get(where[0])
        if own is None:
            return 0
        self.count -= where[1] in own
        floor, _ = own.pop(where[1], (0, 0.0))
        if not own:
            del self._of[where[0]]
        return floor

    def sweep(self, now: float) -> None:
        """Forget what is over."""
        while self._of:
            own = next(iter(self._of.values()))
            if own[next(reversed(own))][1] >= now:
                return  # the keys behind it have newer ones
            self._drop_oldest()


class Gateway:
    """All MTProto connections of this process."""

    def __init__(
        self,
        *,
        keys: AuthKeys,
        calls: Calls,
        server_keys: list[ServerKey],
        clock: Clock,
        entropy: Entropy,
        on_bug: Callable[[str, BaseException], None],
        limiter: Limiter | None = None,
    ) -> None:
        self.keys = keys
        self.calls = calls
        self.server_keys = {key.fingerprint: key for key in server_keys}
        self.clock = clock
        self.entropy = entropy
        self.on_bug = on_bug
        self._limiter = limiter or Limiter()
        self.stopping = False  # whether nothing more is read
        self.working = 0  # handshakes whose arithmetic is waited for
        self.salts = Salts(entropy.token(32))
        self.held = Held()  # by all sessions, to be sent again
        self.threads = ThreadPoolExecutor(HANDSHAKE_THREADS, "handshake", _yield_to_the_loop)
        self.connections: set[Connection] = set()
        self._of_address: Counter[str] = Counter()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.handshakes: OrderedDict[bytes, ServerHandshake] = OrderedDict()
        self._cached: OrderedDict[int, KeyInfo] = OrderedDict()
        self._sessions: OrderedDict[Where, Session] = OrderedDict()
        self._of_key: dict[int, dict[int, None]] = {}  # the sessions of each, the oldest first
        self._resting: OrderedDict[Where, None] = OrderedDict()  # without a connection, likewise
        self._floors = Floors()
        self._dirty: list[Session] = []
        self._servers: list[asyncio.Server] = []
        self._sweeper: asyncio.Task[None] | None = None

    async def listen(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen on an address; return the port. Any transport is found out by its first bytes.

        With `tls` all of them are spoken inside it: browsers want that.

        Raises:
            OSError: the address is taken or not ours.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Connection(self),
            host,
            port,
            backlog=4096,
            ssl=tls,
            ssl_handshake_timeout=TLS_HANDSHAKE_S_MAX if tls else None,
        )
        self._servers.append(server)
        if self._sweeper is None:
            self._sweeper = loop.create_task(self._sweep())
        return int(server.sockets[0].getsockname()[1])

    def admit(self, connection: Connection) -> bool:
        """Remember a new connection; False if its address has too many open."""
        if self._of_address[connection.address] >= CONNECTIONS_PER_ADDRESS_MAX:
            return False
        self._of_address[connection.address] += 1
        self.connections.add(connection)
        return True

    def dismiss(self, connection: Connection) -> None:
        """Forget a connection that is closed; harmless for one that was not admitted."""
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        self._of_address[connection.address] -= 1
        if not self._of_address[connection.address]:
            del self._of_address[connection.address]

    # -- keys ----------------------------------------------------------------------------------

    def key_at_hand(self, key_id: int) -> KeyInfo | None:
        """Return a key that is in memory and has not expired."""
        found = self._cached.get(key_id)
        if found is not None and found.expires and found.expires <= self.clock.now():
            del self._cached[key_id]
            return None
        return found

    async def find_key(self, key_id: int) -> KeyInfo | None:
        """Return a key, from memory or from the store."""
        found = self.key_at_hand(key_id)
        if found is None and (found := await self.keys.find(key_id)) is not None:
            self._cached[key_id] = found
            if len(self._cached) > KEYS_CACHED_MAX:
                self._cached.popitem(last=False)
        return found

    async def keep_key(self, new: NewAuthKey) -> bool:
        """Keep a key from a handshake; False if its id is taken."""
        if not await self.keys.keep(new):
            return False
        self.salts.begin(new.key_id, new.first_salt)
        return True

    def drop_key(self, key_id: int) -> None:
        """Forget a key and cut every connection that uses it."""
        self._cached.pop(key_id, None)
        for session_id in tuple(self._of_key.get(key_id, ())):
            self._end((key_id, session_id))
        self.cut_key(key_id)

    def cut_key(self, key_id: int) -> None:
        """Cut every connection that uses a key; the key itself stays."""
        for connection in [c for c in self.connections if c.key_id == key_id]:
            connection.abort()

    def forget_key(self, key_id: int) -> None:
        """Read a key anew when it is next used: it was bound."""
        self._cached.pop(key_id, None)

    def purse(self, user: int | None, address: str) -> Purse:
        """Return who pays for what comes on a connection: the person, or the address of who is nobody yet."""
        return self._limiter.purse(Rate.WIRE, user or address)

    # -- handshakes ----------------------------------------------------------------------------

    def may_work(self, address: str) -> bool:
        """Whether another handshake's arithmetic may be done for an address; takes from its budget."""
        if self.working >= HANDSHAKES_WORKING_MAX:
            return False
        try:
            self._limiter.draw(Rate.HANDSHAKE, address, self.clock.monotonic())
        except errors.FloodWait:
            return False
        return True

    def remember_handshake(self, handshake: ServerHandshake) -> None:
        """Keep a handshake by its server nonce: a client may go on with it on another connection."""
        self.handshakes[handshake.server_nonce] = handshake
        if len(self.handshakes) > HANDSHAKES_MAX:
            self.handshakes.popitem(last=False)

    # -- sessions ------------------------------------------------------------------------------

    def session(self, key: KeyInfo, session_id: int, address: str) -> Session:
        """Return the session a message belongs to, opened if new; it has no connection then."""
        where = (key.key_id, session_id)
        session = self._sessions.get(where)
        if session is None:
            floor = self._floors.take(where)
            machine = ServerSession(key.key_id, session_id, self.salts, floor, self.held)
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
        """End a session if there are too many, of one key or of all: one that rests, where there is one."""
        own = self._of_key.get(key_id, {})
        if len(own) >= SESSIONS_A_KEY_MAX:
            resting = (s for s in own if (key_id, s) in self._resting)
            self._end((key_id, next(resting, next(iter(own)))))
        if len(self._sessions) >= SESSIONS_MAX:
            self._end(next(iter(self._resting or self._sessions)))

    def attach(self, session: Session, connection: Connection) -> None:
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
        session.rested_since = 0.0
        self.calls.rest(session.client, resting=False)
        self._resting.pop((session.key.key_id, session.machine.session_id), None)
        connection.sessions.add(session)
        self.touch(session)

    def _push(self, session: Session, body: bytes) -> None:
        if session.connection is None:
            session.missed = True
            return
        session.machine.push(body)
        self.touch(session)

    def answer(self, session: Session, msg_id: int, result: bytes) -> None:
        """Send the result of a call."""
        session.machine.answer(msg_id, result)
        self.touch(session)

    def touch(self, session: Session) -> None:
        """See to it that the session's output leaves at the end of this tick."""
        dirty = self._dirty
        if not dirty:
            asyncio.get_running_loop().call_soon(self._flush)
        elif dirty[-1] is session:
            return
        dirty.append(session)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        now = self.clock.now()
        for session in dirty:
            connection = session.connection
            if connection is not None and session.machine.has_output:
                connection.send_messages(session, session.machine.flush(now))
                if session.machine.has_output:
                    self.touch(session)

    def rest(self, session: Session) -> None:
        """A session lost its connection; it is kept for a while."""
        session.connection = None
        session.rested_since = self.clock.monotonic()
        self.calls.rest(session.client, resting=True)
        self._resting[session.key.key_id, session.machine.session_id] = None

    def destroy_session(self, key_id: int, session_id: int) -> bool:
        """End a session at its client's wish; False if there was none."""
        found = (key_id, session_id) in self._sessions
        if found:
            self._end((key_id, session_id))
        return found

    def _end(self, where: tuple[int, int]) -> None:
        session = self._sessions.pop(where)
        self._resting.pop(where, None)
        own = self._of_key[where[0]]
        del own[where[1]]
        if not own:
            del self._of_key[where[0]]
        # what was taken once is not taken again, should somebody who recorded it open the session anew
        until = self.clock.monotonic() + AGE_S_MAX + AHEAD_S_MAX
        self._floors.keep(where, session.machine.newest_seen, until)
        if session.connection is not None:
            session.connection.sessions.discard(session)
            session.connection = None
        session.machine.end()
        self.calls.close(session.client)

    async def _sweep(self) -> None:
        """Cut what overstayed: half-open connections, silent ones, sessions at rest."""
        while True:
            await asyncio.sleep(SWEEP_S)
            now = self.clock.monotonic()
            wall = self.clock.now()
            for connection in tuple(self.connections):
                connection.sweep(now, wall)
            for nonce in [n for n, h in self.handshakes.items() if h.expired(wall)]:
                del self.handshakes[nonce]
            for where in tuple(self._resting):
                if now - self._sessions[where].rested_since <= SESSION_REST_S:
                    break  # those behind it rest for a shorter time
                self._end(where)
            self._floors.sweep(now)

    # -- the end -------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Stop listening and reading, let what was asked be answered, close every connection."""
        self.stopping = True
        for server in self._servers:
            server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self.calls.settle(ANSWERED_S_MAX)
        while self._dirty:
            self._flush()
        for connection in tuple(self.connections):
            connection.close()
        await asyncio.sleep(0)
        for where in tuple(self._sessions):
            self._end(where)
        self.threads.shutdown(wait=False, cancel_futures=True)
