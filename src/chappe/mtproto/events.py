"""Events of a session: what its packets ask of the server beyond the session itself."""

from typing import NamedTuple


class Call(NamedTuple):
    """An RPC query to be served."""

    msg_id: int
    body: bytes


class Refused(NamedTuple):
    """The packet was refused. The notice goes back on the connection it came by, and nowhere else.

    The packet may be a replay, whose sender holds no key: it must not reach, or move, the session.
    """

    notice: bytes


class Deadline(NamedTuple):
    """The client wants the connection closed unless it speaks again within these seconds."""

    seconds: int


class DestroyKey(NamedTuple):
    """The client wants its authorisation key destroyed; answer with `key_destroyed`."""

    msg_id: int


class DestroySession(NamedTuple):
    """The client wants another session of the key gone; answer with `session_destroyed`."""

    msg_id: int
    session_id: int


class DropAnswer(NamedTuple):
    """The client does not want the answer to an earlier call; answer with `answer_dropped`."""

    msg_id: int
    call_id: int


Event = Call | Refused | Deadline | DestroyKey | DestroySession | DropAnswer
