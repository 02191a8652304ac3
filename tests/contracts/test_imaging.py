"""The process that opens images has given up whatever could do harm."""

import asyncio
import errno
import io
import struct
import subprocess
import sys

import pytest
from PIL import Image

from chappe.engines import confinement, workers
from chappe.engines.imaging import WorkerImaging
from chappe.ports import ImageRefused

NO_CALLS = "Operation not permitted"
REFUSED = NO_CALLS if sys.platform == "linux" else "Too many open files"
FORKS = NO_CALLS if sys.platform == "linux" else "Resource temporarily unavailable"


def confined(program: str) -> str:
    """Run a program the way images are opened; return the error it ends with."""
    done = subprocess.run(
        [sys.executable, "-c", f"from chappe.engines.imaging_worker import confine\n{program}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import socket\nconfine()\nsocket.socket()", REFUSED),
        ("confine()\nopen('/etc/passwd')", REFUSED),
        ("import os\nconfine()\nos.close(0)\nopen('/etc/passwd')", REFUSED),
        ("import os, socket\nconfine()\nos.close(0)\nsocket.socket()", REFUSED),
        ("import os\nconfine()\nif os.fork() == 0: os._exit(0)", FORKS),
        ("confine()\nbytearray(2 << 30)", "MemoryError"),
        ("import os\nconfine()\nos.pipe()", REFUSED),
    ],
)
def test_it_reaches_nothing(program: str, error: str) -> None:
    """No network, no file, no memory without bound."""
    assert error in confined(program)
    assert error not in confined(program.replace("confine()", "pass"))


def image() -> bytes:
    """Return an image."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (200, 10, 10)).save(out, "PNG")
    return out.getvalue()


async def test_an_image_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is ended with it, and another makes the next picture."""
    worker = WorkerImaging()
    try:
        await worker.make(image(), "photo")
        first = worker.worker.process
        with monkeypatch.context() as patched:
            patched.setattr(workers, "JOB_S_MAX", 0)
            with pytest.raises(ImageRefused):
                await worker.make(image(), "photo")
        assert first is not None
        assert first.returncode is not None
        assert (await worker.make(image(), "photo")).width == 300
    finally:
        await worker.close()


async def test_a_caller_who_leaves_does_not_get_another_s_picture() -> None:
    """Half an answer is not left in the pipe."""
    worker = WorkerImaging()
    try:
        left = asyncio.create_task(worker.make(image(), "photo"))
        await asyncio.sleep(0)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        made = await worker.make(image(), "profile")
        assert [size.type for size in made.sizes] == ["a", "b", "c"]
    finally:
        await worker.close()


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="calls are refused by Linux alone")


@LINUX
@pytest.mark.parametrize(
    "call",
    [
        "os.kill(os.getppid(), 0)",
        "os.unlink('/tmp/none')",
        "os.execv('/bin/true', ['x'])",
        "os.stat('/')",
        "os.listdir('/proc')",
        "resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
        "ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0) and raise_it()",
        "ctypes.CDLL(None, use_errno=True).connect(1, b'x' * 16, 16) and raise_it()",
    ],
)
def test_the_system_does_nothing_for_it(call: str) -> None:
    """No other process, no name in a directory, nothing of its own but memory and its pipes."""
    program = (
        "import ctypes, os, resource\n"
        "def raise_it(): raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))\n"
        f"confine()\nos.close(0)\n{call}"
    )
    assert NO_CALLS in confined(program)


def decided(program: bytes, audit: int, number: int, first: int = 0) -> int:
    """Return what the kernel decides on a call by a filter."""
    data = struct.pack("<IIQQ", number, audit, 0, first)
    held, at = 0, 0
    while True:
        code, if_true, if_false, value = struct.unpack_from("<HBBI", program, 8 * at)
        at += 1
        match code:
            case 0x20:
                (held,) = struct.unpack_from("<I", data, value)
            case 0x15:
                at += if_true if held == value else if_false
            case 0x45:
                at += if_true if held & value else if_false
            case 0x06:
                return int(value)


@pytest.mark.parametrize("name", sorted(confinement.MACHINES))
def test_a_filter_allows_what_it_names_and_nothing_else(name: str) -> None:
    """On every machine, also those these tests do not run on; threads are made, processes are not."""
    machine = confinement.MACHINES[name]
    program = confinement.filter_of(machine)
    allow, refuse, absent = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
    for number in [*range(600), 0x40000000, 0x40000001]:
        expected = allow if number in machine.calls.values() else refuse
        if number == machine.clone3:
            expected = absent
        assert decided(program, machine.audit, number) == expected, number
    assert decided(program, machine.audit, machine.clone, 0x00010000) == allow
    assert decided(program, 0x40000003, 1) == 0x80000000  # the same process as another machine


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"refused": "because"},
        {"refused": ["failed"]},
        {"width": 1},
        {"width": 0, "height": 1, "sizes": [], "stripped": b""},
        {"width": 1, "height": 1 << 40, "sizes": [], "stripped": b""},
        {"width": 1, "height": 1, "sizes": [["m", 1, 1, b"x"]] * 99, "stripped": b""},
        {"width": 1, "height": 1, "sizes": [["m", 1, 1, "x"]], "stripped": b""},
        {"width": 1, "height": 1, "sizes": [["../", 1, 1, b"x"]], "stripped": b""},
        {"width": 1, "height": 1, "sizes": [], "stripped": bytes(1 << 20)},
        {"width": 1, "height": 1, "sizes": [], "stripped": b"", "more": 1},
    ],
)
async def test_an_answer_that_is_none_makes_no_picture(
    answer: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An image that took over its process is refused like any other that is none."""
    worker = WorkerImaging()

    async def lie(_job: object) -> dict[str, object]:
        return answer

    monkeypatch.setattr(worker.worker, "do", lie)
    with pytest.raises(ImageRefused):
        await worker.make(image(), "photo")
