"""A server on a small disk of its own that is filled: told from inside a namespace where it is mounted."""

import asyncio
import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from chappe import app
from chappe.core.configuration import Configuration
from chappe.ports import EngineError
from chappe.tl import api, errors
from tests.features.post import ADA, CLAUDE, KIB, Post, people, picture

DISK_BYTES: Final = 48 * KIB * KIB
RESERVE_MIB: Final = 16
CONFIG: Final = Configuration(
    port=0,
    codes_console=False,
    media_quota_mib=0,
    disk_reserve_mib=RESERVE_MIB,
    rate_scale=1000.0,
    log_level="error",
)


def mount(place: Path) -> None:
    """Mount a small disk of memory at a place."""
    libc = ctypes.CDLL(None, use_errno=True)
    size = b"size=%d" % DISK_BYTES
    if libc.mount(b"tmpfs", os.fsencode(place), b"tmpfs", 0, size):
        raise OSError(ctypes.get_errno(), "a disk cannot be mounted here")


def fill(place: Path) -> None:
    """Take what is left of a disk."""
    with (place / "ballast").open("wb", buffering=0) as out:
        try:
            while out.write(bytes(64 * KIB)):
                pass
        except OSError:
            pass


def free(place: Path) -> int:
    """Return how many bytes are left of a disk."""
    disk = os.statvfs(place)
    return disk.f_bavail * disk.f_frsize


async def upload_until_refused(post: Post) -> str:
    """Let Ada upload one file after another, small ones at last; return what she is told then."""
    size = 512 * KIB
    for number in range(10_000):
        part = api.UploadSaveFilePart(file_id=number, file_part=0, bytes=os.urandom(size))
        try:
            await post.ask(ADA, part)
        except errors.RpcError as refused:
            if size == 4 * KIB:
                return refused.token
            size //= 2
    return ""


async def say(post: Post, text: str) -> bool:
    """Let Ada write to Claude; return whether it was acknowledged."""
    given = {"random_id": int.from_bytes(os.urandom(7), "big"), "message": text}
    try:
        await post.ask(ADA, api.MessagesSendMessage(peer=post.peer(ADA, CLAUDE), **given))
    except EngineError:
        return False
    return True


async def texts(post: Post, user: int, other: int) -> list[str]:
    """Return what somebody reads of a conversation, oldest first."""
    found: list[str] = []
    last = 0
    while page := (
        await post.ask(
            user,
            api.MessagesGetHistory(
                peer=post.peer(user, other),
                offset_id=last,
                offset_date=0,
                add_offset=0,
                limit=100,
                max_id=0,
                min_id=0,
                hash=0,
            ),
        )
    ).messages:
        found += [m.message for m in page]
        last = page[-1].id
    return found[::-1]


async def told(place: Path) -> dict[str, Any]:
    """Fill the disk under a server, make room again, and return how it bore it."""
    server = await app.start(CONFIG, place, None)
    await people(server)
    post = Post(server, None, None)  # its clock and files are not looked at
    photo = await post.put_up(ADA, picture(2_000, 1_500))
    seen: dict[str, Any] = {"refused": await upload_until_refused(post), "left": free(place)}
    try:
        await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=photo))
    except errors.RpcError as refused:
        seen["photo"] = refused.token
    acknowledged = [text for n in range(200) if await say(post, text := f"uploads refused {n}")]
    seen["while refused"] = len(acknowledged)
    fill(place)
    failed = 0
    for number in range(20_000):
        text = f"full {number} " + "x" * 3_000
        if await say(post, text):
            acknowledged.append(text)
            continue
        failed += 1
        if failed == 20:
            break
    seen["failed"] = failed
    seen["ready while full"] = server.ready()
    (place / "ballast").unlink()
    await server.write_probe.run()
    seen["after"] = [await say(post, "after") for _ in range(5)]
    seen["ready after"] = server.ready()
    acknowledged += ["after"] * 5
    await post.server.delivery.relay.settle()
    seen["lost"] = lost(acknowledged, await texts(post, ADA, CLAUDE))
    seen["lost to him"] = lost(acknowledged, await texts(post, CLAUDE, ADA))
    seen["bugs"] = server.metrics.bugs_counted
    await server.stop()
    server = await app.start(CONFIG, place, None)
    post = Post(server, None, None)  # likewise
    seen["lost by a restart"] = lost(acknowledged, await texts(post, CLAUDE, ADA))
    await server.stop()
    return seen


def lost(acknowledged: list[str], found: list[str]) -> int:
    """Return how many acknowledged texts are not there."""
    left = list(found)
    missing = 0
    for text in acknowledged:
        if text in left:
            left.remove(text)
        else:
            missing += 1
    return missing


if __name__ == "__main__":
    here = Path(sys.argv[1])
    mount(here)
    sys.stdout.write(json.dumps(asyncio.run(told(here))))
