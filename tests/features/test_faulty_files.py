"""A store of files that fails once, at any step, before or after it did it: nothing half-kept, nothing lost.

The app does what apps do: it asks again, with the same numbers, until it has an answer.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.features.files.records import Usage
from chappe.ports import EngineError
from chappe.tl import api, errors

from . import ground
from .test_files_go import blobs, delete, document, fetch, picture, shown
from .village import Person, Village, village

KIB = 1024
TRIES_MAX = 4  # times an app asks for the same
STEPS = ("put_part", "commit", "read", "delete")


class FailsOnce:
    """Files in memory, of which one operation fails: before it is done, or when it has been."""

    def __init__(self, at: int, *, afterwards: bool) -> None:
        self.inner = MemoryBlobs()
        self.at = at
        self.afterwards = afterwards
        self.done = 0
        self.failed = ""

    def __getattr__(self, name: str) -> Any:
        step = getattr(self.inner, name)
        return self._guard(name, step) if name in STEPS else step

    def _guard(self, name: str, step: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def guarded(*given: Any) -> Any:
            self.done += 1
            fails = self.done == self.at
            if fails and not self.afterwards:
                self.failed = name
                raise EngineError("The store of files does not answer.")
            found = await step(*given)
            if fails:
                self.failed = name
                raise EngineError("The store of files did not answer in time.")
            return found

        return guarded


async def again(who: Person, request: Any) -> Any:
    """Ask until there is an answer; what is refused for good is refused."""
    for _ in range(TRIES_MAX):
        try:
            return await who(request)
        except errors.RpcError as error:
            if error.code != 500:
                raise
    raise AssertionError(f"{type(request).__name__} never succeeds")


async def send(who: Person, to: Person, data: bytes, form: str) -> None:
    """Upload in two parts and send, as an app with patience does."""
    number, half = int.from_bytes(os.urandom(7), "big"), 64 * KIB
    parts = [data[:half], data[half:]] if len(data) > half else [data]
    for index, part in enumerate(parts):
        await again(who, api.UploadSaveFilePart(file_id=number, file_part=index, bytes=part))
    file = api.InputFile(id=number, parts=len(parts), name="x", md5_checksum="")
    media = api.InputMediaUploadedPhoto(file=file) if form == "photo" else document(file)
    await again(
        who,
        api.MessagesSendMedia(
            peer=who.peer(to), media=media, message="", random_id=who.village.number()
        ),
    )
    await who.village.settle()


async def used(v: Village, who: Person) -> int:
    """Return how many bytes are counted as somebody's."""
    usage = await v.context.look(Owner(Kind.USER, who.id)).get(Usage)
    return usage.bytes if usage else 0


async def live(form: str, store: FailsOnce, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send a file, look at it, delete it, with a store that fails once on the way."""

    async def ill() -> Any:
        return (await ground.in_memory())._replace(blobs=store)

    with monkeypatch.context() as patched:
        patched.setattr(ground, "open_ground", ill)
        async with village() as v:
            ada, bob = await v.people_named("Ada", "Bob")
            data = picture() if form == "photo" else os.urandom(80 * KIB)
            await send(ada, bob, data, form)
            (message,) = [m for m in await bob.history(ada) if isinstance(m, api.Message)]
            found = await shown(bob, ada)
            size = found.sizes[-1].size if form == "photo" else found.size
            for _ in range(TRIES_MAX):
                try:
                    got = await fetch(bob, ada)
                    break
                except errors.RpcError as error:
                    assert error.code == 500
            assert len(got) == min(size, 64 * KIB)
            assert form == "photo" or data.startswith(got)
            sizes = [found.size] if form == "document" else [s.size for s in _sizes(found)]
            assert await used(v, ada) == sum(sizes)
            await delete(bob, ada, message.id)
            await v.wait(3_600)
            await v.wait(60)  # a store that did not answer is asked again
            v.bugs.clear()  # it is logged, by its sentence
            assert blobs(v) == {}
            assert await used(v, ada) == 0


def _sizes(photo: Any) -> list[Any]:
    return [size for size in photo.sizes if isinstance(size, api.PhotoSize)]


@pytest.mark.parametrize("afterwards", [False, True])
@pytest.mark.parametrize("form", ["photo", "document"])
async def test_a_store_that_fails_once_loses_and_doubles_nothing(
    form: str, monkeypatch: pytest.MonkeyPatch, *, afterwards: bool
) -> None:
    """At each step in turn, until there is none left to fail at."""
    failed = set()
    for at in range(1, 100):
        store = FailsOnce(at, afterwards=afterwards)
        await live(form, store, monkeypatch)
        if not store.failed:
            break
        failed.add(store.failed)
    assert failed == set(STEPS)
