"""What moderation costs: a report, the queue, a look at a picture, a letter: `python -m bench.moderation`."""

import asyncio
import io
import tempfile
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
from PIL import Image
from tests.contracts.test_perceptual import scene
from tests.desks.browsing import page
from tests.desks.judging import SPAM, USED, moderators, reported
from tests.desks.people import colleague
from tests.desks.test_deciding import SCAM, sign
from tests.features.village import Village

from chappe import app
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.desks import staff
from chappe.desks.moderation.cases import open_case
from chappe.desks.moderation.lanes import Lane
from chappe.desks.moderation.records import MODERATION_BOX, RuleUsed
from chappe.desks.staff.records import STAFF_BOX, StaffKey
from chappe.engines.perceptual import perceive
from chappe.features import accounts, conversations
from chappe.features.matching import HashList
from chappe.tl import api

from .calibration import round_us

CASES: Final = 10_000
CASES_A_CHANGE: Final = 500
REPORTS: Final = 200
PAGES: Final = 40
LOOKS: Final = 50
HASHES: Final = 100_000
LETTERS: Final = 10
LOOK_S: Final = 0.005  # seconds between two looks whether a letter came
LOOKS_AT_BOX_MAX: Final = 2_000
MS: Final = 1_000  # milliseconds of a second
TARGETS: Final = {
    "report": 3.0,
    "page": 20.0,
    "hash": 3.0,
    "letter": 2_000.0,
}  # milliseconds


def told(what: str, ms: float, limit: str) -> None:
    """Print a row."""
    verdict = "pass" if ms <= TARGETS[limit] else "MISSED"
    print(f"{what}: {ms:,.1f} ms (at most {TARGETS[limit]:,.0f}) {verdict}")


async def cpu_ms(act: Callable[[], Awaitable[Any]], times: int) -> float:
    """Return the milliseconds of processor time that an act takes, of many the middle one."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        await act()
        spent.append((time.process_time() - begun) * MS)
    return median(spent)


async def reports_and_pages() -> None:
    """Measure what a report takes of the whole process, and a page of the queue with its HTTP client."""
    async with page(rate_scale=100_000.0) as p:
        v = p.village
        ada, eve = await v.people_named("Ada", "Eve")
        (grace,) = await moderators(v, "Grace")
        spent = []
        for number in range(REPORTS):
            await eve.say(ada, f"buy gold {number}")
            newest = (await ada.history(eve))[0].id
            await v.settle()
            begun = time.process_time()
            ask = api.MessagesReport(peer=ada.peer(eve), id=[newest], option=SPAM, message="")
            await ada(ask)
            await v.settle()
            spent.append((time.process_time() - begun) * MS)
        told("a report of a message, with its case", median(spent), "report")
        lanes = list(Lane)[:-1]
        for first in range(0, CASES, CASES_A_CHANGE):
            async with v.context.change(MODERATION_BOX) as change:
                for subject in range(first, first + CASES_A_CHANGE):
                    lane = lanes[subject % len(lanes)]
                    await open_case(
                        change, v.context, 100_000 + subject, lane, change.now + subject
                    )
        await p.get("/cases", grace)
        told("a page of 10,000 cases", await cpu_ms(lambda: p.get("/cases", grace), PAGES), "page")
        due = int(v.clock.now()) + 260_000
        middle = f"/cases?due={due}&after=5000"
        told("a page in the middle", await cpu_ms(lambda: p.get(middle, grace), PAGES), "page")


def hashes() -> None:
    """Measure a look at a picture as it is looked at, and at a long list of hashes."""
    known = HashList()
    for number in range(HASHES):
        digest = sha256(str(number).encode()).digest()
        known.add_alike(int.from_bytes(digest, "big"), "other")
    out = io.BytesIO()
    scene(7).resize((320, 320)).save(out, "JPEG")
    spent = []
    for _ in range(LOOKS):
        begun = time.process_time()
        known.alike(perceive(Image.open(io.BytesIO(out.getvalue()))).pdq)
        spent.append((time.process_time() - begun) * MS)
    told("a picture looked at, and held against 100,000 hashes", median(spent), "hash")


async def letters() -> None:
    """Measure by the clock from a second signature to the letter in the box of whom it is about."""
    with tempfile.TemporaryDirectory() as folder:
        config = Configuration(
            port=0,
            public_log="bench.example/log",
            codes_console=False,
            rate_scale=1_000.0,
            desk_url="http://localhost:8444",
        )
        server = await app.start(config, Path(folder), None)
        server.delivery.scheduler.run()
        clock: Any = server.context.clock  # the real one: nothing here lets time pass
        v = Village(server, clock)
        (ada,) = await v.people_named("Ada")
        grace, emmy = [await colleague(v, name, "moderator") for name in ("Grace", "Emmy")]
        async with v.context.change(STAFF_BOX) as change:
            for key in await change.scan(StaffKey):
                change.put(msgspec.structs.replace(key, made=key.made - staff.KEY_RESTS_S))
        async with v.context.change(MODERATION_BOX) as change:
            change.put(RuleUsed(rule=USED, first=change.now))
        took = []
        for number in range(LETTERS):
            (eve,) = await v.people_named(f"Eve{number}")
            await reported(ada, eve)
            made = await grace.give("case-decide", case=number + 1, acts="ban", **SCAM)
            begun = time.perf_counter()
            await sign(emmy, made["decision"])
            await _letter_came(v, eve.id)
            took.append((time.perf_counter() - begun) * MS)
        await server.stop()
    told("from the second signature to the letter, the middle one", median(took), "letter")
    told("the longest", max(took), "letter")


async def _letter_came(v: Village, user: int) -> None:
    """Return once somebody has their letter."""
    for _ in range(LOOKS_AT_BOX_MAX):
        found = await v.context.look(Owner(Kind.USER, user)).scan(conversations.Message)
        if any(m.sender == accounts.SERVICE_USER and "A decision" in m.text for m in found):
            return
        await asyncio.sleep(LOOK_S)


def main() -> None:
    """Measure, and print rows beside the calibration."""
    before = round_us()
    asyncio.run(reports_and_pages())
    hashes()
    asyncio.run(letters())
    print(f"a round of Python: {(before + round_us()) / 2:.1f} µs")


if __name__ == "__main__":
    main()
