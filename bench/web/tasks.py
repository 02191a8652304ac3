"""How long the page and the worker are held by one task, and what they use, while something is done."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from .stage import Watched

TASK: Final = "RunTask"  # of the names a task has in a trace
TRACE_S_MAX: Final = 60.0
THREADS: Final = {"CrRendererMain": "page", "SharedWorker": "worker"}  # part of a thread's name


class Tasks:
    """What a trace said: for the page and the worker the longest task and the sum of all, in milliseconds.

    `longest` is by the clock, so it grows where others want the processor; `busiest` is what one used of it.
    """

    def __init__(self) -> None:
        self.longest: dict[str, float] = defaultdict(float)
        self.busiest: dict[str, float] = defaultdict(float)
        self.used: dict[str, float] = defaultdict(float)

    def read(self, events: list[dict[str, Any]]) -> None:
        """Take what was traced."""
        names: dict[tuple[int, int], str] = {}
        for event in events:
            if event.get("name") == "thread_name":
                given = event["args"]["name"]
                for part, name in THREADS.items():
                    if part in given:
                        names[event["pid"], event["tid"]] = name
        by_thread: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
        for event in events:
            if TASK in event.get("name", "") and event.get("ph") == "X":
                by_thread[event["pid"], event["tid"]].append(
                    (event.get("dur", 0) / 1000, event.get("tdur", 0) / 1000)
                )
        for thread, tasks in by_thread.items():
            if (name := names.get(thread, "")) == "":
                continue
            self.longest[name] = max(self.longest[name], *(took for took, _ in tasks))
            self.busiest[name] = max(self.busiest[name], *(used for _, used in tasks))
            self.used[name] += sum(used for _, used in tasks)


@asynccontextmanager
async def traced(person: Watched, found: Tasks | None = None) -> AsyncIterator[Tasks]:
    """Trace some seconds, of what is done inside; the tasks are there afterwards, beside those of `found`."""
    found = found or Tasks()
    events: list[dict[str, Any]] = []
    ended = asyncio.Event()
    hearing = person.tools.hearing
    hearing["", "Tracing.dataCollected"] = [lambda told: events.extend(told["value"])]
    hearing["", "Tracing.tracingComplete"] = [lambda _: ended.set()]
    config = {
        "includedCategories": ["toplevel"],
        "excludedCategories": ["*"],
        "recordMode": "recordUntilFull",
    }
    await person.tools.ask("Tracing.start", transferMode="ReportEvents", traceConfig=config)
    try:
        yield found
    finally:
        await person.tools.ask("Tracing.end")
        await asyncio.wait_for(ended.wait(), TRACE_S_MAX)
        found.read(events)
