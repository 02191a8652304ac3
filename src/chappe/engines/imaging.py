"""Pictures made by a process apart; this side starts it, talks to it, and outlives it."""

import asyncio
import contextlib
import os
import struct
import sys
from typing import Final

import msgspec

from chappe.ports import ImageRefused, Picture, Size

JOB_S_MAX: Final = 20  # seconds one image may take
JOBS_EACH_MAX: Final = 200  # jobs of one process; a fresh one follows
ANSWER_BYTES_MAX: Final = 16 * 1024 * 1024  # bytes of one answer


class WorkerImaging:
    """See `ports.Imaging`. One process, one image at a time; it starts with the first image."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._jobs = 0

    async def make(self, data: bytes, form: str) -> Picture:
        """See `ports.Imaging`."""
        async with self._turn:
            try:
                answer = await asyncio.wait_for(self._ask(data, form), JOB_S_MAX)
            except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
                await self._end()
                raise ImageRefused(ImageRefused.FAILED) from None
            except BaseException:  # a cancelled caller leaves half an answer in the pipe
                await self._end()
                raise
            self._jobs += 1
            if self._jobs >= JOBS_EACH_MAX:
                await self._end()
        told = msgspec.msgpack.decode(answer)
        if "refused" in told:
            raise ImageRefused(told["refused"])
        return Picture(
            told["width"],
            told["height"],
            tuple(Size(*size) for size in told["sizes"]),
            told["stripped"],
        )

    async def _ask(self, data: bytes, form: str) -> bytes:
        process = await self._running()
        if process.stdin is None or process.stdout is None:
            raise EOFError
        job = msgspec.msgpack.encode((form, data))
        process.stdin.write(struct.pack("<I", len(job)) + job)
        await process.stdin.drain()
        (length,) = struct.unpack("<I", await process.stdout.readexactly(4))
        if length > ANSWER_BYTES_MAX:
            raise EOFError
        return await process.stdout.readexactly(length)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._jobs = 0
            path = os.pathsep.join(p for p in sys.path if p)
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "chappe.engines.imaging_worker",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, env={"PYTHONPATH": path}, cwd="/",
                limit=ANSWER_BYTES_MAX,
            )  # fmt: skip
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def close(self) -> None:
        """End the process."""
        await self._end()
