"""Memory that was freed goes back to the system, though something behind it is still in use."""

import subprocess
import sys

import pytest

from chappe.gateways.cli import memory
from tests.docs.reading import ROOT

WAIT_S = 60
# in a process of its own: what others have freed there before would be taken first, and nothing would rise
PROGRAM = """\
import asyncio, os
from bench.machine import resident_bytes
from chappe.gateways.cli import memory

MIB = 1 << 20

async def main():
    before = resident_bytes(os.getpid())
    pieces = [os.urandom(8_000) for _ in range(10_000)]
    last = pieces[-1]
    del pieces
    kept = resident_bytes(os.getpid()) - before
    giving = asyncio.create_task(memory.give_back(0.01))
    for _ in range(500):
        left = resident_bytes(os.getpid()) - before
        if left < kept - 50 * MIB:
            break
        await asyncio.sleep(0.02)
    giving.cancel()
    print(kept // MIB, left // MIB, len(last))

asyncio.run(main())
"""

# buffers as parts of files need them; counts the pages the kernel clears for the last hundred parts
PARTS = """\
import resource, sys
from chappe.gateways.cli import memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

if sys.argv[1] == "reuse":
    assert memory.reuse()
before = faults()
for turn in range(110):
    if turn == 10:
        before = faults()
    one, other = bytes(512 * 1024 + turn), bytearray(600 * 1024)
    third = bytes(other)
print(faults() - before)
"""


def _faults(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PARTS, how],
        cwd=ROOT,
        check=True,
        text=True,
        capture_output=True,
        timeout=WAIT_S,
    )
    return int(done.stdout)


def test_parts_of_files_use_the_same_memory_again() -> None:
    """Left to itself, the C library has the kernel clear hundreds of pages for every part."""
    if memory.trimmer() is None:
        pytest.skip("this system's C library has no such switch")
    assert _faults("reuse") < 1_000 < _faults("left alone") / 4


def test_what_was_freed_goes_back_to_the_system() -> None:
    """The C library alone gives back what lies at the end, and here the last piece is held."""
    if memory.trimmer() is None:
        pytest.skip("this system's C library keeps what is freed")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        check=True,
        text=True,
        capture_output=True,
        timeout=WAIT_S,
    )
    kept, left, last = map(int, done.stdout.split())
    assert kept > 60, "it would be given back by itself"
    assert left < kept - 50
    assert last == 8_000


async def test_where_the_c_library_cannot_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server runs there as well."""
    monkeypatch.setattr(memory, "trimmer", lambda: None)
    await memory.give_back(0.0)
