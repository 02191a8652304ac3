"""Rotation: every key is wrapped again in the newest epoch, some at a time; then older ones are destroyed."""

import asyncio

from .keys import KeyStore


class Rotation:
    """One walk through all keys; another one at a time would do the same work twice."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._walking = asyncio.Lock()
        self.done = 0  # keys looked at by the walk that is under way, or by the last one

    @property
    def is_needed(self) -> bool:
        """Whether there are keys of an older epoch, or may be."""
        return self._keys.epoch_count > 1

    async def run(self, together: int, pause_s: float = 0.0) -> int:
        """Wrap all keys again, `together` at a time with pauses between; return how many were looked at.

        Older epochs end with it, unless a newer one was begun meanwhile: then the next walk does that.

        Raises:
            SealBrokenError: a key does not open; the older epochs stay.
            EngineError: the store failed.
        """
        async with self._walking:
            self.done, keys = 0, self._keys
            newest = keys.epoch.number
            await keys.rewrap_master()
            count, last = await keys.rewrap_page(None, together)
            while last is not None:
                self.done += count
                await asyncio.sleep(pause_s)
                count, last = await keys.rewrap_page(last, together)
            async with keys.changing:
                if keys.epoch.number == newest and keys.epoch_count > 1:
                    await keys.end_older_epochs()
            return self.done
