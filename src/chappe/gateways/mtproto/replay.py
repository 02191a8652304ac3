"""Replay protection for sessions that ended: the newest msg_id each of them took."""

from collections import OrderedDict
from typing import Final

FLOORED_KEYS_MAX: Final = 50_000  # keys of whose ended sessions the newest msg_ids are remembered
FLOORS_A_KEY_MAX: Final = 512  # ended sessions of one key that are remembered so
FLOORS_MAX: Final = 200_000  # ended sessions in all that are remembered so

SessionId = tuple[int, int]  # auth_key_id, session_id: the id alone is the client's choice


class Floors:
    """The newest msg_ids of sessions that ended lately: up to them nothing is taken any more.

    Somebody who recorded a session's packets could otherwise open it anew and have them served again.
    """

    def __init__(self) -> None:
        self._of: OrderedDict[int, OrderedDict[int, tuple[int, float]]] = OrderedDict()  # by key
        self.count = 0  # of all keys

    def keep(self, session: SessionId, floor: int, until: float) -> None:
        """Remember a session's newest msg_id until a time; not for more sessions than one key may have."""
        own = self._of.setdefault(session[0], OrderedDict())
        self.count += session[1] not in own
        own[session[1]] = (floor, until)
        own.move_to_end(session[1])
        self._of.move_to_end(session[0])
        if len(own) > FLOORS_A_KEY_MAX:
            own.popitem(last=False)
            self.count -= 1
        while len(self._of) > FLOORED_KEYS_MAX or self.count > FLOORS_MAX:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        """Forget the key whose sessions ended longest ago."""
        _, own = self._of.popitem(last=False)
        self.count -= len(own)

    def take(self, session: SessionId) -> int:
        """Return the newest msg_id of a session that begins again, 0 if none is known."""
        own = self._of.get(session[0])
        if own is None:
            return 0
        self.count -= session[1] in own
        floor, _ = own.pop(session[1], (0, 0.0))
        if not own:
            del self._of[session[0]]
        return floor

    def sweep(self, now: float) -> None:
        """Forget what is past its time."""
        while self._of:
            own = next(iter(self._of.values()))
            if own[next(reversed(own))][1] >= now:
                return  # the keys behind it have newer ones
            self._drop_oldest()
