"""A chat of ten thousand messages: scrolled, written in, receiving; and a list of a hundred chats."""

import asyncio
import random
import time
from typing import Any, Final

from bench.client import Client, find
from bench.sides import Side
from chappe.tl import api

from .loading import CHATS, befriended
from .rows import MIB, Row, ms_row
from .stage import Host, Watched
from .tasks import Tasks, traced

MESSAGES: Final = 10_000
TASK_MS_MAX: Final = 100
HEAP_MIB_MAX: Final = 60
WHEEL_PX: Final = 1_400
WHEEL_PAUSE_S: Final = 0.02
WHEELS_A_TRACE: Final = 60  # a trace of more takes longer to read than to make
SCROLL_S_MAX: Final = 240.0
SHOWN_S_MAX: Final = 30.0
KEYS: Final = 150
KEY_PAUSE_MS: Final = 60  # a fast typist's
RATE: Final = 50  # messages received a second
RECEIVE_S: Final = 8
WORDS: Final = (
    "meet",
    "at",
    "the",
    "station",
    "nine",
    "last",
    "time",
    "or",
    "by",
    "an",
    "old",
    "bridge",
)
OLDEST: Final = "number 0:"
NEWEST: Final = f"number {MESSAGES - 1}:"
SHOWS: Final = "document.querySelector('[role=log]').textContent.includes({!r})"


def text_of(number: int, chance: random.Random) -> str:
    """Return what a message says: some are a word, some a paragraph."""
    count = chance.choice((1, 3, 8, 8, 15, 60))
    return f"number {number}: " + " ".join(chance.choices(WORDS, k=count))


async def written(client: Client, peer: Any, first: int, count: int, pause_s: float = 0.0) -> None:
    """Write messages, one after the other."""
    chance = random.Random(first)
    started = time.monotonic()
    for at in range(count):
        if (ahead := started + at * pause_s - time.monotonic()) > 0:
            await asyncio.sleep(ahead)
        await client.call(
            api.MessagesSendMessage(
                peer=peer, message=text_of(first + at, chance), random_id=random.getrandbits(63) + 1
            )
        )


def rows_of(name: str, tasks: Tasks, limit_ms: float = 0) -> list[Row]:
    """Return the lines of what was traced."""
    clock = tasks.longest["page"]
    used = tasks.busiest["page"]
    kept = used <= limit_ms if limit_ms else None
    return [
        Row(
            f"{name}: longest task of the page",
            f"{used:,.0f} ms of processor time ({clock:,.0f} by the clock)",
            f"{limit_ms:g} ms" if limit_ms else "",
            kept,
        ),
        Row(
            f"{name}: longest task of the worker",
            f"{tasks.busiest['worker']:,.0f} ms ({tasks.longest['worker']:,.0f})",
        ),
    ]


async def scrolled(ada: Watched, step_px: int, wanted: str) -> tuple[Tasks, float]:
    """Scroll until a text is shown; return the tasks meanwhile, and the seconds it took."""
    page = ada.browser.page
    await ada.browser.history.hover()
    tasks, took = Tasks(), 0.0
    while took < SCROLL_S_MAX:
        async with traced(ada, tasks):
            began = time.monotonic()
            for _ in range(WHEELS_A_TRACE):
                await page.mouse.wheel(0, step_px)
                await asyncio.sleep(WHEEL_PAUSE_S)
            took += time.monotonic() - began
        if await page.evaluate(SHOWS.format(wanted)):
            return tasks, took
    raise RuntimeError(f"{wanted} did not come")


async def shown(ada: Watched, text: str) -> None:
    """Wait until the open chat shows a text."""
    async with asyncio.timeout(SHOWN_S_MAX):
        while not await ada.browser.page.evaluate(SHOWS.format(text)):  # noqa: ASYNC110  nothing tells
            await asyncio.sleep(0.02)


async def heaps(ada: Watched, name: str) -> list[Row]:
    """Return the lines of what page and worker hold."""
    page, worker = await ada.page.heap_bytes() / MIB, await ada.worker.heap_bytes() / MIB
    return [
        Row(
            f"{name}: heap",
            f"{page:.1f} MiB page, {worker:.1f} MiB worker",
            f"{HEAP_MIB_MAX} MiB",
            page + worker <= HEAP_MIB_MAX,
        )
    ]


async def long_chat(host: Host, side: Side) -> list[Row]:
    """Everything in one chat."""
    (bob,) = await side.people(1)
    rows: list[Row] = []
    async with Watched(host) as ada:
        await ada.browser.sign_up(ada.phone, "Ada")
        peer = await find(bob.client, ada.phone.lstrip("+"))
        await written(bob.client, peer, 0, MESSAGES)
        rows += await heaps(ada, f"{MESSAGES:,} messages arrived, chat closed")
        async with traced(ada) as tasks:
            await ada.browser.open_chat("Bench")
            await asyncio.sleep(1)
        rows += rows_of("opening it", tasks, TASK_MS_MAX)
        # it opens at the oldest, since nothing was read
        for name, step, wanted in (("down", WHEEL_PX, NEWEST), ("up again", -WHEEL_PX, OLDEST)):
            tasks, took = await scrolled(ada, step, wanted)
            rows.append(Row(f"{MESSAGES:,} messages scrolled {name}", f"{took:,.0f} s"))
            rows += rows_of(f"scrolling {name}", tasks, TASK_MS_MAX)
        rows += await heaps(ada, "scrolled through")
        async with traced(ada) as tasks:
            began = time.monotonic()
            await ada.browser.press("To the newest message")
            await shown(ada, NEWEST)
            took = time.monotonic() - began
        rows.append(ms_row("jump to its end", took * 1000))
        rows += rows_of("jumping", tasks, TASK_MS_MAX)
        rows += await typed(ada)
        rows += await received(ada, bob.client, peer)
    return rows


async def typed(ada: Watched) -> list[Row]:
    """Type fast."""
    async with traced(ada) as tasks:
        await ada.browser.field.press_sequentially(
            "the quick brown fox " * (KEYS // 20), delay=KEY_PAUSE_MS
        )
    await ada.browser.field.fill("")
    return [
        ms_row("typing: a key costs the page", tasks.used["page"] / KEYS),
        *rows_of("typing", tasks, TASK_MS_MAX),
    ]


async def received(ada: Watched, bob: Client, peer: Any) -> list[Row]:
    """Receive many messages a second in the open chat."""
    async with traced(ada) as tasks:
        await written(bob, peer, MESSAGES, RATE * RECEIVE_S, 1 / RATE)
        await shown(ada, f"number {MESSAGES + RATE * RECEIVE_S - 1}:")
    count = RATE * RECEIVE_S
    name = f"receiving {RATE} messages a second"
    return [
        ms_row(f"{name}: one costs the page", tasks.used["page"] / count),
        ms_row(f"{name}: one costs the worker", tasks.used["worker"] / count),
        *rows_of(name, tasks, TASK_MS_MAX),
    ]


async def many_chats(host: Host, side: Side) -> list[Row]:
    """A list of a hundred chats: drawn, and scrolled."""
    async with Watched(host) as ada:
        await ada.browser.sign_up(ada.phone, "Ada")
        await befriended(host, side, ada.phone, CHATS)
        async with traced(ada) as tasks:
            await ada.browser.page.reload()
            await ada.browser.chats.get_by_role("button").first.wait_for()
            await ada.browser.chats.hover()
            for _ in range(12):
                await ada.browser.page.mouse.wheel(0, 700)
                await asyncio.sleep(0.05)
        return rows_of(f"a list of {CHATS} chats drawn and scrolled", tasks, TASK_MS_MAX)
