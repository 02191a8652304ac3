"""Authorisation keys in memory: a cache over the key store, and the salts of this run of the server."""

from collections import OrderedDict
from typing import Final

from chappe.core import Clock
from chappe.mtproto import NewAuthKey, Salts

from .ports import AuthKeyStore, KeyInfo

KEYS_CACHED_MAX: Final = 50_000  # authorisation keys held in memory


class KeyCache:
    """The keys that were used lately."""

    def __init__(self, store: AuthKeyStore, salts: Salts, clock: Clock) -> None:
        self.store = store
        self.salts = salts
        self._clock = clock
        self._cached: OrderedDict[int, KeyInfo] = OrderedDict()

    def cached(self, key_id: int) -> KeyInfo | None:
        """Return a key that is in memory and has not expired."""
        found = self._cached.get(key_id)
        if found is not None and found.expires and found.expires <= self._clock.now():
            del self._cached[key_id]
            return None
        return found

    async def find(self, key_id: int) -> KeyInfo | None:
        """Return a key, from memory or from the store."""
        found = self.cached(key_id)
        if found is None and (found := await self.store.find(key_id)) is not None:
            self._cached[key_id] = found
            if len(self._cached) > KEYS_CACHED_MAX:
                self._cached.popitem(last=False)
        return found

    async def keep(self, new: NewAuthKey) -> bool:
        """Store a key that a handshake made; False if its id is taken."""
        if not await self.store.keep(new):
            return False
        self.salts.begin(new.key_id, new.first_salt)
        return True

    def forget(self, key_id: int) -> None:
        """Drop a key from memory: it is read anew when it is next used."""
        self._cached.pop(key_id, None)
