"""A process apart that does jobs on hostile bytes; this side starts it, talks to it, and outlives it."""

import asyncio
import contextlib
import os
import struct
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

JOB_S_MAX: Final = 20  # seconds one job may take
JOBS_EACH_MAX: Final = 200  # jobs of one process; a fresh one follows
ANSWER_BYTES_MAX: Final = 16 * 1024 * 1024  # bytes of one answer

Read = Callable[[int, int], Awaitable[bytes]]  # offset and size → bytes, fewer at the end


class WorkerFailed(Exception):
    """The process died, took too long, or answered nonsense."""


class Worker:
    """One process, one job at a time; it starts with the first job.

    A job and an answer are a length and as many bytes of msgpack. Before its answer the process may ask
    for parts of a file, so that a large one is never whole in memory here or there.
    """

    def __init__(self, module: str) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self._module = module
        self._turn = asyncio.Lock()
        self._jobs = 0

    async def do(self, job: Any, read: Read | None = None) -> Any:
        """Return what the process answers to a job.

        Raises:
            WorkerFailed: there is no answer; the next job gets a fresh process.
        """
        async with self._turn:
            try:
                answer = await asyncio.wait_for(self._ask(job, read), JOB_S_MAX)
            except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
                await self.close()
                raise WorkerFailed from None
            except BaseException:  # a cancelled caller leaves half an answer in the pipe
                await self.close()
                raise
            self._jobs += 1
            if self._jobs >= JOBS_EACH_MAX:
                await self.close()
        return answer

    async def _ask(self, job: Any, read: Read | None) -> Any:
        process = await self._running()
        if process.stdin is None or process.stdout is None:
            raise EOFError
        await _put(process.stdin, msgspec.msgpack.encode(job))
        while True:
            (length,) = struct.unpack("<I", await process.stdout.readexactly(4))
            if length > ANSWER_BYTES_MAX:
                raise EOFError
            answer = _decode(await process.stdout.readexactly(length))
            if "read" not in answer or read is None:
                return answer
            await _put(process.stdin, await read(*_range(answer["read"])))

    async def _running(self) -> asyncio.subprocess.Process:
        if self.process is None or self.process.returncode is not None:
            self._jobs = 0
            path = os.pathsep.join(p for p in sys.path if p)
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PYTHONPATH": path},
                cwd="/",
                limit=ANSWER_BYTES_MAX,
            )
        return self.process

    async def close(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _put(pipe: asyncio.StreamWriter, data: bytes) -> None:
    pipe.write(struct.pack("<I", len(data)) + data)
    await pipe.drain()


def _decode(data: bytes) -> dict[str, Any]:
    """Return an answer.

    Raises:
        EOFError: it is none: whatever runs in the process is not to be believed.
    """
    try:
        return msgspec.msgpack.decode(data, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise EOFError from None


def _range(asked: Any) -> tuple[int, int]:
    """Return the offset and size a process asks for, within what an answer may have.

    Raises:
        EOFError: it asks for nonsense.
    """
    match asked:
        case [int() as offset, int() as size] if offset >= 0 and 0 < size <= ANSWER_BYTES_MAX:
            return offset, size
    raise EOFError
