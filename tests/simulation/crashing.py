"""An engine that ends the life of its server at one commit, and a server that is started again after it."""

import asyncio
import contextlib
import hashlib
import random
from collections.abc import Callable, Coroutine, Sequence
from enum import Enum
from typing import Any

from chappe.app import Server
from chappe.engines.memory import MemoryEngine
from chappe.ports import EngineError, StoreFull, WriteSet
from tests.contracts.faults import FaultyEngine
from tests.protocol.joined import server_key

from .loop import Clock
from .network import Link
from .world import make_server


class How(Enum):
    """What becomes of the chosen commit."""

    BEFORE = "before"  # nothing of it is kept, and the server dies
    AFTER = "after"  # it is kept, and the server dies before it knows
    LOST = "lost"  # it is refused; the server lives
    KEPT = "kept"  # it is refused and kept all the same; the server lives


class Plan:
    """Which commits, counted over boxes and keys and over all starts, end how."""

    def __init__(
        self, points: dict[int, How] | None = None, jumps: tuple[float, ...] = (0.0,)
    ) -> None:
        """`jumps` are seconds by which the machine's clock may be wrong after a crash."""
        self.points = points or {}
        self.jumps = jumps
        self.commits = 0
        self.died = asyncio.Event()
        self.told = hashlib.sha256()  # of everything that was ever given to be kept


class CrashingEngine(FaultyEngine):
    """See `ports.Engine`."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        plan = self._plan
        await asyncio.sleep(0)
        await self._live()
        if plan.died.is_set():
            await asyncio.get_running_loop().create_future()
        plan.commits += 1
        for cell, value in batch[0].writes.items():
            plan.told.update(repr((cell, value)).encode())
        how = plan.points.get(plan.commits)
        if how in (None, How.AFTER, How.KEPT):
            await MemoryEngine.commit(self, batch)
        if how in (How.LOST, How.KEPT):
            raise StoreFull("cannot be written, as asked")
        if how is not None:
            plan.died.set()
            await asyncio.get_running_loop().create_future()


RENEWED_AFTER = 70  # commits, half of a life


async def renew_keys(server: Server) -> None:
    """Renew the keys of owners, or go on with that, without pauses, unless the store fails."""
    renewal: Any = server.epochs.renewal
    with contextlib.suppress(EngineError):
        if not server.context.store.engine.keys.renewals.round:  # type: ignore[attr-defined]
            await renewal.begin()
        await renewal.finish()


class Machine:
    """What outlives a crash: the disk. `server` is whatever runs on it now, if anything does."""

    def __init__(self, seed: int, plan: Plan, *, renews: bool = False) -> None:
        self.seed = seed
        self.plan = plan
        self.renews = renews  # the keys of owners, from the first start on
        self.chance = random.Random(seed)
        self.clock = Clock()
        self.boxes, self.keys = CrashingEngine(plan), CrashingEngine(plan)
        self.starts = 0
        self.server: Server | None = None
        self.up = asyncio.Event()
        self.bugs: list[tuple[str, BaseException]] = []
        self.links: list[Link] = []
        self.titles: dict[
            tuple[str, int], str
        ] = {}  # of every group and channel, for the test alone
        self._renewing: asyncio.Task[None] | None = None
        self.people_tasks: set[asyncio.Task[None]] = set()  # what a crash does not end

    def _report(self, where: str, error: BaseException) -> None:
        if not isinstance(error, EngineError) and not self.boxes.dead:
            self.bugs.append((where, error))

    async def _start(self) -> None:
        """Start a server on what the disk holds, again where the disk refuses."""
        while True:
            self.starts += 1
            try:
                made = await make_server(
                    self.seed * 1_000 + self.starts, self.boxes, self.keys, self.clock
                )
                made.metrics.bug = self._report  # type: ignore[method-assign]
                await made.start(server_key())
            except EngineError:
                continue
            self.server = made
            self.up.set()
            if self.renews:
                self._renewing = asyncio.ensure_future(self._renew_in_time(made))
            return

    async def _renew_in_time(self, server: Server) -> None:
        """Renew keys once some people have come."""
        while self.plan.commits < RENEWED_AFTER:  # noqa: ASYNC110  commits tell nobody
            await asyncio.sleep(0.01)
        await renew_keys(server)

    async def connect(self) -> Link:
        """Connect to the server, once there is one."""
        while True:
            await self.up.wait()
            server = self.server
            if server is not None and server.gateway is not None:
                link = Link(server.gateway, self.chance)
                self.links.append(link)
                return link

    async def _crash(self) -> None:
        """End whatever the server was doing; nobody is told anything but that they are cut off."""
        self.up.clear()
        self.server = None
        self.boxes.dead = self.keys.dead = True
        mine = asyncio.all_tasks() - self.people_tasks - {asyncio.current_task()}  # type: ignore[arg-type]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        links, self.links = self.links, []
        for link in links:
            link.lose(told=False)
        self.boxes.dead = self.keys.dead = False
        self.clock.shift += self.chance.choice(self.plan.jumps)
        self.plan.died.clear()

    async def run(
        self, lives: list[Coroutine[Any, Any, None]], afterwards: Callable[[], Any]
    ) -> None:
        """Keep a server running, from death to death, until everybody has lived to the end.

        Then nothing fails any more, and `afterwards` looks at what there is.
        """
        people = {asyncio.ensure_future(life) for life in lives}
        self.people_tasks |= people
        while not all(person.done() for person in people):
            starting = asyncio.ensure_future(self._start()) if self.server is None else None
            died = asyncio.ensure_future(self.plan.died.wait())
            while not died.done() and not all(person.done() for person in people):
                pending = [person for person in people if not person.done()]
                await asyncio.wait([*pending, died], return_when=asyncio.FIRST_COMPLETED)
            died.cancel()
            del starting
            if self.plan.died.is_set():
                await self._crash()
        for person in people:
            person.result()
        self.plan.points.clear()
        if self.server is None:
            await self._start()
        await afterwards()
