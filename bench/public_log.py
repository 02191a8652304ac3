"""What the public log costs, appended to and audited by `verify.py`: `python -m bench.public_log`."""

import asyncio
import hashlib
import io
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Final

from chappe import app
from chappe.core.configuration import Configuration
from chappe.features import ledger
from chappe.trust.ledger import keys, verify
from chappe.trust.ledger.canonical import EntryKinds, subject_of
from chappe.trust.ledger.kinds import KINDS
from chappe.trust.ledger.storage import LogDirectory, LogFiles

ORIGIN: Final = "bench.example/log"
ENTRIES: Final = 250_000
BATCHES: Final = (1, 10, 100, 1_000)
BATCH_S: Final = 2.0  # seconds each size of batch is appended for
TARGETS: Final = {100: 1_000.0}  # appends a second, by the size of the batch
ACCOUNT: Final = 5_000  # the first account that an act is about
ACTS: Final = 1_000
ACTS_TARGET: Final = 1_000.0  # acts a second of CPU time
AUDIT_TARGET: Final = 200_000.0  # entries a second of CPU time


def entries(count: int) -> list[bytes]:
    """Entries about different people, as a server writes them."""
    kinds = EntryKinds(KINDS)
    fields = {
        "act": "begun",
        "case": "a" * 64,
        "day": "2026-11-30",
        "ends": "2026-12-31",
        "ground": "spam",
    }
    keys_ = (hashlib.sha256(str(n).encode()).digest() for n in range(count))
    return [
        kinds.write("account.suspension", {**fields, "subject": subject_of(key, "user:1")})
        for key in keys_
    ]


def cpu(act: Callable[[], object]) -> float:
    """Return the seconds of CPU time that an act takes."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def appends(log: LogDirectory, signers: tuple[keys.SigningKey, ...], every: list[bytes]) -> None:
    """Append, sign and serve a head for each batch."""
    for batch in BATCHES:
        count, begun = 0, time.perf_counter()
        while time.perf_counter() < begun + BATCH_S:
            log.append(every[:batch])
            log.publish(log.sign(signers, int(time.time())))
            count += batch
        rate = count / (time.perf_counter() - begun)
        verdict = "" if batch not in TARGETS else "pass" if rate >= TARGETS[batch] else "MISSED"
        print(f"append {batch} at once, each batch signed: {rate:,.0f} a second {verdict}")


async def acts() -> None:
    """Have a thousand acts about a thousand accounts in the log of a server before they are done, at once."""
    with tempfile.TemporaryDirectory() as folder:
        config = Configuration(port=0, public_log=ORIGIN)
        server = await app.start(config, Path(folder), None)

        async def act(user: int) -> None:
            about = ledger.OperatorAct("grant", by_staff=False, accounts=(user,))
            async with ledger.in_public_log(server.context, about):
                pass

        wall, spent = time.perf_counter(), time.process_time()
        await asyncio.gather(*(act(ACCOUNT + n) for n in range(ACTS)))
        wall, spent = time.perf_counter() - wall, time.process_time() - spent
        await server.stop()
    verdict = "pass" if ACTS / spent >= ACTS_TARGET else "MISSED"
    print(f"acts logged before they are done: {ACTS / wall:,.0f} a second,", end=" ")
    print(f"{ACTS / spent:,.0f} a second of CPU time {verdict}")


def main() -> None:
    """Measure, and print rows."""
    asyncio.run(acts())
    signers = keys.log_keys(ORIGIN, (b"\1" * 32, b"\2" * 32))
    every = entries(1_000)
    with tempfile.TemporaryDirectory() as folder:
        with LogDirectory.opened(LogFiles(Path(folder)), ORIGIN) as log:
            appends(log, signers, every)
            while log.head.size < ENTRIES:
                log.append(every * 50)
            log.publish(log.sign(signers, int(time.time())))
            size = log.head.size
        policy = Path(folder) / "policy"
        policy.write_text(f"log {signers[0].verifier.text}\nquorum none\n")
        arguments = ["log", f"{folder}/public", "--policy", str(policy)]
        with redirect_stdout(io.StringIO()):
            spent = min(cpu(lambda: verify.main(arguments)) for _ in range(3))
    verdict = "pass" if size / spent >= AUDIT_TARGET else "MISSED"
    print(f"audit by verify.py of {size:,}: {size / spent:,.0f} a second of CPU time {verdict}")


if __name__ == "__main__":
    main()
