"""The scheduler: runs jobs when they are due.

`Change.schedule` writes a job's row in the same commit, into the TIMERS box of the shard of the change,
sorted by when it is due. A loop looks for due rows and runs them; the row is removed afterwards. So a job
runs at least once, also after a restart, and finds out for itself whether it is still wanted.
"""

import asyncio
import heapq
from collections.abc import Iterable
from typing import Final

from chappe.core import HOUSE, Kind, Owner
from chappe.ports import EngineError

from .context import Context
from .reporting import Observer, report
from .rows import DeadLetter, JobRow

JOBS_TOGETHER_MAX: Final = 200  # due jobs of one shard that are taken up at the same time
TICK_S: Final = 0.5  # seconds between two looks at the clock
STALE_MAX: Final = 64  # entries of the heap that are void, beyond as many as there are shards
RETRY_S: Final = 5  # seconds before a job is tried again that the store failed


class Scheduler:
    """The loop that runs due jobs. Jobs of one owner run one after another, by when they were due."""

    def __init__(self, context: Context, observer: Observer) -> None:
        self._context = context
        self._observer = observer
        self._due: dict[int, int] = {}  # shard → when its next row is due, as far as is known
        self._heap: list[tuple[int, int]] = []  # the same, soonest first; may hold stale ones
        self._loop: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()

    async def start(self) -> None:
        """Find the jobs that earlier runs left."""
        context = self._context
        async for owners in context.boxes_of(Kind.TIMERS):
            for owner in owners:
                first = await context.look(owner).scan(JobRow, limit=1)
                if first:
                    self.expect(owner.id, first[0].due)

    def expect(self, shard: int, due: int) -> None:
        """Know that a shard has a row that is due then."""
        known = self._due.get(shard)
        if known is None or due < known:
            self._due[shard] = due
            heapq.heappush(self._heap, (due, shard))
            if len(self._heap) > 2 * len(self._due) + STALE_MAX:
                self._heap = [(when, where) for where, when in self._due.items()]
                heapq.heapify(self._heap)

    def run(self) -> None:
        """Look at the clock again and again, until stopped."""
        self._loop = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop looking at the clock; what is being done is finished."""
        if self._loop is not None:
            async with self._busy:
                self._loop.cancel()
            await asyncio.wait([self._loop])

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            await self.tick()

    async def tick(self) -> None:
        """Run everything that is due now."""
        now = int(self._context.clock.now())
        async with self._busy:
            while self._heap and self._heap[0][0] <= now:
                due, shard = heapq.heappop(self._heap)
                if self._due.get(shard) != due:
                    continue  # the shard has an earlier one, which was taken up
                del self._due[shard]
                try:
                    await self._run_shard(shard, now)
                except Exception as error:  # noqa: BLE001  our bug or the store's, told; the loop goes on
                    self._failed(error)
                    self.expect(shard, now + RETRY_S)

    async def _run_shard(self, shard: int, now: int) -> None:
        box = Owner(Kind.TIMERS, shard)
        look = self._context.look(box)
        rows = await look.scan(JobRow, before=now + 1, limit=JOBS_TOGETHER_MAX)
        by_owner: dict[Owner, list[JobRow]] = {}
        for row in rows:
            by_owner.setdefault(Owner(Kind(row.kind), row.id), []).append(row)
        done = [
            row
            for rows_done in await asyncio.gather(*map(self._run_each, by_owner.values()))
            for row in rows_done
        ]
        if done:
            async with self._context.change(box) as change:
                for row in done:
                    change.drop(JobRow, row.due, row.number)
        left = await look.scan(JobRow, limit=1)
        if left:
            self.expect(shard, left[0].due if len(done) == len(rows) else now + RETRY_S)

    async def _run_each(self, rows: Iterable[JobRow]) -> list[JobRow]:
        """Run the jobs of one owner; return those that need not be tried again."""
        done = []
        for row in rows:
            try:
                await self._context.registry.open(row.name, row.body).run(self._context)
            except EngineError as error:
                self._failed(error)
                break
            except Exception as error:  # noqa: BLE001  our bug, logged; the job is set aside
                self._failed(error)
                await self._bury(row)
            done.append(row)
        return done

    async def _bury(self, row: JobRow) -> None:
        async with self._context.change(HOUSE) as change:
            change.put(DeadLetter(number=row.number, name=row.name, body=row.body))

    def _failed(self, error: BaseException) -> None:
        report(self._observer.bug, "timers", error)
