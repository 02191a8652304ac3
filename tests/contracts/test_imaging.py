"""The process that opens images has given up whatever could do harm."""

import asyncio
import io
import subprocess
import sys

import pytest
from PIL import Image

from chappe.engines import workers
from chappe.engines.imaging import WorkerImaging
from chappe.ports import ImageRefused


def confined(program: str) -> str:
    """Run a program the way images are opened; return the error it ends with."""
    done = subprocess.run(
        [sys.executable, "-c", f"from chappe.engines.imaging_worker import confine\n{program}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stderr


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import socket\nconfine()\nsocket.socket()", "Too many open files"),
        ("confine()\nopen('/etc/passwd')", "Too many open files"),
        ("confine()\nbytearray(2 << 30)", "MemoryError"),
        ("import os\nconfine()\nos.pipe()", "Too many open files"),
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
