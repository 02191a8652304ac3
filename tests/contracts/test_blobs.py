"""What every store of blobs promises, and what sealing adds."""

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.files import UNFINISHED, FileBlobs
from chappe.engines.memory import MemoryEngine
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.engines.s3 import S3Blobs
from chappe.engines.space import NoDisk
from chappe.ports import Blobs, EngineError, Mark, MovableBlobs, SealedFile, StoreFull
from chappe.trust.sealing import KeyStore, SealBrokenError, SealedBlobs
from chappe.trust.sealing.blobs import CHUNK_BYTES, OVERHEAD_BYTES

from .bucket import Bucket
from .proxy import Proxy

ADA, CLAUDE = Owner(Kind.USER, 4096), Owner(Kind.USER, 8192)
KIB = 1024


@pytest.fixture(params=["memory", "files", "s3"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MovableBlobs]:
    """Each store of blobs."""
    made: MovableBlobs
    if request.param == "memory":
        made = MemoryBlobs()
    elif request.param == "files":
        made = FileBlobs(tmp_path / "files")
    else:
        made = S3Blobs(request.getfixturevalue("bucket").settings(prefix=os.urandom(4).hex()))
    yield made
    await made.close()


def name() -> str:
    """Return a fresh blob's name."""
    return os.urandom(16).hex()


async def test_ranges_read_back_what_parts_were_put(blobs: Blobs) -> None:
    """Parts come in any order and at the same time; a range may touch several."""
    blob, whole = name(), os.urandom(2_500)
    parts = [(2, whole[2_000:]), (0, whole[:1_000]), (1, whole[1_000:2_000])]
    await asyncio.gather(*(blobs.put_part(blob, 1_000, n, data) for n, data in parts))
    for _ in range(2):  # finished or not
        for offset, size in (
            (0, 2_500),
            (0, 1),
            (999, 2),
            (1_000, 1_000),
            (990, 1_200),
            (2_499, 1),
        ):
            assert await blobs.read(blob, 1_000, offset, size) == whole[offset : offset + size]
        await blobs.commit(blob)
    await blobs.commit(blob)


async def test_behind_the_end_there_is_nothing(blobs: Blobs) -> None:
    """A range is cut at the end of the blob, and empty behind it or where there is no blob."""
    blob = name()
    await blobs.put_part(blob, 1_000, 0, b"a" * 1_000)
    await blobs.put_part(blob, 1_000, 1, b"b" * 10)
    await blobs.commit(blob)
    assert await blobs.read(blob, 1_000, 995, 500) == b"a" * 5 + b"b" * 10
    assert await blobs.read(blob, 1_000, 1_010, 10) == b""
    assert await blobs.read(blob, 1_000, 9_000, 10) == b""
    assert await blobs.read(name(), 1_000, 0, 10) == b""


async def test_a_part_put_again_takes_the_place_of_the_first(blobs: Blobs) -> None:
    """Clients send a part again when they did not hear that it came."""
    blob = name()
    await blobs.put_part(blob, 4, 0, b"once")
    await blobs.put_part(blob, 4, 0, b"more")
    assert await blobs.read(blob, 4, 0, 4) == b"more"


async def test_what_is_deleted_is_gone(blobs: Blobs) -> None:
    """Finished or not, and twice does no harm; others stay."""
    finished, unfinished, other = name(), name(), name()
    for blob in (finished, unfinished, other):
        await blobs.put_part(blob, 4, 0, b"here")
    await blobs.commit(finished)
    for blob in (finished, unfinished, finished, name()):
        await blobs.delete(blob)
    assert await blobs.read(finished, 4, 0, 4) == b""
    assert await blobs.read(unfinished, 4, 0, 4) == b""
    assert await blobs.read(other, 4, 0, 4) == b"here"


async def test_sweeping_takes_only_what_was_left_unfinished(blobs: Blobs) -> None:
    """A store that sweeps nothing says so."""
    finished, unfinished = name(), name()
    for blob in (finished, unfinished):
        await blobs.put_part(blob, 4, 0, b"here")
    await blobs.commit(finished)
    assert await blobs.sweep(3600) == 0
    assert await blobs.read(unfinished, 4, 0, 4) == b"here"
    count = await blobs.sweep(0)
    assert await blobs.read(finished, 4, 0, 4) == b"here"
    assert await blobs.read(unfinished, 4, 0, 4) == (b"" if count else b"here")


async def test_a_directory_opened_again_has_what_was_put(tmp_path: Path) -> None:
    """Also what was not finished: an upload goes on after a restart."""
    blob, other = name(), name()
    before = FileBlobs(tmp_path)
    await before.put_part(blob, 4, 1, b"last")
    await before.put_part(other, 4, 0, b"done")
    await before.commit(other)
    after = FileBlobs(tmp_path)
    await after.put_part(blob, 4, 0, b"1st ")
    await after.commit(blob)
    assert await after.read(blob, 4, 0, 8) == b"1st last"
    assert await after.read(other, 4, 0, 4) == b"done"
    assert not list((tmp_path / UNFINISHED).iterdir())


async def test_of_two_parts_at_once_none_is_kept_before_the_file_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second finds the file there, made by the first, which has not got as far as its directory."""
    blobs, blob = FileBlobs(tmp_path), name()
    made, go_on = threading.Event(), threading.Event()
    synced: list[str] = []
    fsync, pwritev = os.fsync, os.pwritev

    def slowly(file: int, data: tuple[memoryview], offset: int, flags: int) -> int:
        if offset == 0:
            made.set()
            assert go_on.wait(30)
        written = pwritev(file, data, offset, flags)
        if flags & os.RWF_DSYNC:
            synced.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        return written

    def noted(file: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        fsync(file)

    monkeypatch.setattr(os, "pwritev", slowly)
    monkeypatch.setattr(os, "fsync", noted)
    first = asyncio.create_task(blobs.put_part(blob, 4, 0, b"1st "))
    assert await asyncio.to_thread(made.wait, 30)
    await blobs.put_part(blob, 4, 1, b"2nd ")
    assert synced == [str(tmp_path / UNFINISHED / blob), str(tmp_path / UNFINISHED)]
    go_on.set()
    await first
    assert await blobs.read(blob, 4, 0, 8) == b"1st 2nd "


@pytest.mark.parametrize("said", [errno.EAGAIN, errno.EOPNOTSUPP])
async def test_the_loop_does_not_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: int
) -> None:
    """What the system has not in memory, or cannot say that it has, is read in a thread."""
    blobs, blob = FileBlobs(tmp_path), name()
    await blobs.put_part(blob, 4, 0, b"here")
    preadv, readers = os.preadv, set()

    def cold(file: int, room: tuple[memoryview], offset: int, flags: int) -> int:
        if flags & os.RWF_NOWAIT:
            raise OSError(said, "not now")
        readers.add(threading.get_ident())
        return preadv(file, room, offset, flags)

    monkeypatch.setattr(os, "preadv", cold)
    assert await blobs.read(blob, 4, 1, 8) == b"ere"
    assert readers
    assert threading.get_ident() not in readers


async def test_a_disk_that_fails_while_it_is_read_is_an_engine_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not it would have had to be waited for."""
    blobs, blob = FileBlobs(tmp_path), name()
    await blobs.put_part(blob, 4, 0, b"here")

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "preadv", broken)
    with pytest.raises(EngineError):
        await blobs.read(blob, 4, 0, 4)


async def test_who_finishes_or_sweeps_what_is_gone_meanwhile_does_no_harm(tmp_path: Path) -> None:
    """Both look first, and somebody may delete it between."""
    blobs, blob = FileBlobs(tmp_path), name()
    await blobs.put_part(blob, 4, 0, b"here")

    class GoneMeanwhile(type(tmp_path)):  # the class of this system's paths
        def exists(self) -> bool:
            return super().exists() or self.name == blob

    await blobs.delete(blob)
    blobs._directory = GoneMeanwhile(tmp_path)
    await blobs.commit(blob)
    assert await blobs.read(blob, 4, 0, 4) == b""
    (tmp_path / UNFINISHED / blob).symlink_to(tmp_path / "gone")  # to look at it finds nothing
    assert await blobs.sweep(0) == 0


async def test_a_full_disk_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said to be kept, and it works again once there is room."""
    blobs, blob = FileBlobs(tmp_path), name()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwritev", full)
        with pytest.raises(StoreFull):
            await blobs.put_part(blob, 4, 0, b"here")
    await blobs.put_part(blob, 4, 0, b"here")
    assert await blobs.read(blob, 4, 0, 4) == b"here"


async def test_a_bucket_that_refuses_is_an_engine_error(bucket: Bucket) -> None:
    """A wrong key is no empty file."""
    blobs = S3Blobs(bucket.settings(secret_key="another"))
    with pytest.raises(EngineError):
        await blobs.put_part(name(), 4, 0, b"here")
    with pytest.raises(EngineError):
        await blobs.read(name(), 4, 0, 4)


ODD = "4160416" + "416" * 8 + "0"  # a name that holds the status of a range behind the end


async def test_a_name_that_looks_like_a_status_is_a_name(bucket: Bucket) -> None:
    """A bucket that refuses is an error whatever a file is called; its end is its end."""
    blobs = S3Blobs(bucket.settings(secret_key="another"))
    with pytest.raises(EngineError):
        await blobs.put_part(ODD, 4, 0, b"here")
    with pytest.raises(EngineError):
        await blobs.read(ODD, 4, 0, 4)
    with pytest.raises(EngineError):
        await blobs.delete(ODD)
    blobs = S3Blobs(bucket.settings())
    await blobs.put_part(ODD, 8, 0, b"here")
    assert await blobs.read(ODD, 8, 2, 4) == b"re"
    assert await blobs.read(ODD, 8, 4, 4) == b""


REQUEST_S = 5.0  # seconds the store waits for the ill bucket


async def ill(bucket: Bucket, proxy: Proxy) -> S3Blobs:
    """Return a store whose bucket is reached through a proxy."""
    settings = bucket.settings(
        endpoint=f"http://127.0.0.1:{proxy.port}", prefix=os.urandom(4).hex()
    )
    return S3Blobs(settings, REQUEST_S)


async def test_a_bucket_that_answers_slowly_is_waited_for(bucket: Bucket) -> None:
    """As long as it answers at all."""
    async with Proxy(bucket.port) as proxy:
        blobs, blob = await ill(bucket, proxy), name()
        proxy.delay_s = REQUEST_S / 2
        await asyncio.gather(*(blobs.put_part(blob, 4, n, b"here") for n in range(4)))
        assert await blobs.read(blob, 4, 2, 8) == b"rehereh" + b"e"


async def test_a_bucket_that_is_asked_twice_has_it_once(bucket: Bucket) -> None:
    """It did what was asked, and the answer was lost: the store asks again by itself."""
    async with Proxy(bucket.port) as proxy:
        blobs, blob = await ill(bucket, proxy), name()
        for part, data in enumerate((b"once", b"more")):
            proxy.lost = 1
            await blobs.put_part(blob, 4, part, data)
        proxy.lost = 1
        await blobs.commit(blob)
        assert await blobs.read(blob, 4, 0, 8) == b"oncemore"
        assert proxy.requests > 4
        proxy.lost = 1
        await blobs.delete(blob)
        assert await blobs.read(blob, 4, 0, 8) == b""


@pytest.mark.parametrize("how", ["silent", "gone"])
async def test_a_bucket_that_does_not_answer_is_an_error_in_time(bucket: Bucket, how: str) -> None:
    """Nothing is said to be kept; once it answers again, the same part is kept."""
    async with Proxy(bucket.port) as proxy:
        blobs, blob = await ill(bucket, proxy), name()
        await blobs.put_part(blob, 4, 0, b"here")
        if how == "silent":
            proxy.silent = True
        else:
            proxy.lost = 1 << 30
        for act in (
            blobs.put_part(blob, 4, 1, b"more"),
            blobs.read(blob, 4, 0, 4),
            blobs.commit(blob),
            blobs.delete(name()),
        ):
            with pytest.raises(EngineError):
                await asyncio.wait_for(act, 4 * REQUEST_S)
        proxy.silent, proxy.lost = False, 0
        await blobs.put_part(blob, 4, 1, b"more")
        await blobs.commit(blob)
        assert await blobs.read(blob, 4, 0, 8) == b"heremore"


# -- sealed -----------------------------------------------------------------------------------------


@pytest.fixture
async def sealed(blobs: Blobs) -> SealedBlobs:
    """Each store of blobs, sealed."""
    keys = KeyStore(MemoryEngine(), bytes(32), SystemEntropy())
    await keys.open()
    return SealedBlobs(blobs, keys, SystemEntropy(), NoDisk())


async def put(sealed: SealedBlobs, owner: Owner, part_bytes: int, whole: bytes) -> SealedFile:
    """Keep a whole file."""
    file = await sealed.create(owner, part_bytes)
    for number, start in enumerate(range(0, len(whole), part_bytes)):
        await sealed.put_part(file, number, whole[start : start + part_bytes])
    await sealed.commit(file)
    return file


@pytest.mark.parametrize("part_bytes", [KIB, 32 * KIB, 64 * KIB, 512 * KIB])
async def test_a_sealed_file_reads_back_in_ranges(sealed: SealedBlobs, part_bytes: int) -> None:
    """Whatever the length of its parts, across chunks and parts, and cut at its end."""
    whole = os.urandom(3 * part_bytes + 700)
    file = await put(sealed, ADA, part_bytes, whole)
    end = len(whole)
    for offset, size in (
        (0, 10),
        (0, end),
        (part_bytes - 3, 6),
        (KIB, 2 * part_bytes),
        (end - 5, 99),
    ):
        assert await sealed.read(file, offset, size) == whole[offset : offset + size]
    assert await sealed.read(file, end, 10) == b""


async def test_nothing_readable_is_stored(sealed: SealedBlobs) -> None:
    """Each chunk costs 28 bytes more and looks like chance."""
    whole = b"the same words again and again. " * 4096
    file = await put(sealed, ADA, 64 * KIB, whole)
    raw = await sealed.inner.read(file.blob, CHUNK_BYTES + OVERHEAD_BYTES, 0, 10 * len(whole))
    assert len(raw) == len(whole) + 2 * OVERHEAD_BYTES
    assert b"same words" not in raw


@pytest.mark.parametrize("harm", ["altered", "swapped", "of another file"])
async def test_a_chunk_opens_only_in_its_place(harm: str) -> None:
    """Altered, moved or borrowed bytes are an error, not other content."""
    keys = KeyStore(MemoryEngine(), bytes(32), SystemEntropy())
    await keys.open()
    inner = MemoryBlobs()
    sealed = SealedBlobs(inner, keys, SystemEntropy(), NoDisk())
    whole = os.urandom(2 * CHUNK_BYTES)
    file = await put(sealed, ADA, CHUNK_BYTES, whole)
    other = await put(sealed, ADA, CHUNK_BYTES, whole)
    stride = CHUNK_BYTES + OVERHEAD_BYTES
    first = await inner.read(file.blob, stride, 0, stride)
    wrong = {
        "altered": first[:-1] + bytes([first[-1] ^ 1]),
        "swapped": await inner.read(file.blob, stride, stride, stride),
        "of another file": await inner.read(other.blob, stride, 0, stride),
    }[harm]
    await inner.put_part(file.blob, stride, 0, wrong)
    with pytest.raises(SealBrokenError):
        await sealed.read(file, 0, 10)
    assert await sealed.read(file, CHUNK_BYTES, 10) == whole[CHUNK_BYTES : CHUNK_BYTES + 10]


async def test_without_the_owner_s_key_a_file_is_gone(sealed: SealedBlobs) -> None:
    """Destroying one owner's key destroys their files, those of others stay."""
    hers = await put(sealed, ADA, KIB, b"hers")
    his = await put(sealed, CLAUDE, KIB, b"his")
    assert await sealed.read(hers, 0, 4) == b"hers"
    keys: KeyStore = sealed._keys
    await keys.destroy(ADA)
    assert await sealed.read(hers, 0, 4) == b""
    assert await sealed.read(his, 0, 3) == b"his"
    await keys.make({ADA})  # a new key is not the old one
    with pytest.raises(SealBrokenError):
        await sealed.read(hers, 0, 4)


async def test_a_wrapped_key_opens_only_for_its_owner(sealed: SealedBlobs) -> None:
    """A record copied into another box gives nothing away."""
    hers = await put(sealed, ADA, KIB, b"hers")
    await put(sealed, CLAUDE, KIB, b"his")
    with pytest.raises(SealBrokenError):
        await sealed.read(hers._replace(owner_id=CLAUDE.id), 0, 4)


async def test_a_store_of_blobs_is_marked_and_emptied(blobs: MovableBlobs) -> None:
    """What each promises to a move: the mark is no blob, and stays when all of them go."""
    mark = Mark("0" * 32, "arriving", "elsewhere")
    assert await blobs.mark() is None
    await blobs.set_mark(Mark("0" * 32, "leaving", "elsewhere"))
    await blobs.set_mark(mark)
    assert await blobs.is_empty()
    finished, unfinished = name(), name()
    for blob in (finished, unfinished):
        await blobs.put_part(blob, KIB, 0, b"x" * KIB)
        assert not await blobs.is_empty()
    await blobs.commit(finished)
    await blobs.clear()
    assert (await blobs.is_empty(), await blobs.mark()) == (True, mark)
    assert await blobs.read(finished, KIB, 0, KIB) == b""
    await blobs.set_mark(None)
    assert await blobs.mark() is None
