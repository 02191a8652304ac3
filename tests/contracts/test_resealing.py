"""A change of the root key: whenever the power goes or the disk is full, the data open; a start cleans up."""

import asyncio
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chappe.app.installation import open_root, server_key, settle_root
from chappe.app.installation.resealing import change_root
from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.crypto import rsa
from chappe.engines.memory import MemoryEngine
from chappe.ports import Cell, EngineError, WriteSet
from chappe.trust import sealing

ANNA = Cell(Owner(Kind.USER, 1), "message", b"1")
FIRST, SECOND, THIRD = "battery staple", "correct horse", "one more of them"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch passphrases less than a server does, and make one RSA key: this opens a hundred houses."""
    monkeypatch.setattr("chappe.trust.sealing.root.ARGON_MEMORY_KIB", 64)
    monkeypatch.setattr(rsa, "generate", one_key)


@functools.cache
def one_key() -> rsa.ServerKey:
    """Return the RSA key of each house."""
    return MADE()


MADE = rsa.generate


class PowerLossError(BaseException):
    """The process ended here."""


class House:
    """A data directory whose stores are kept in memory."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.boxes, self.keys = MemoryEngine(), MemoryEngine()

    async def start(
        self, passphrase: sealing.RootSecret
    ) -> tuple[sealing.KeyStore, bytes, bytes | None]:
        """Open it as a start does; return its keys, the server's RSA key and what Anna keeps."""
        root = open_root(self.data, passphrase, SystemEntropy())
        keys = sealing.KeyStore(self.keys, root, SystemEntropy())
        await keys.open()
        pem = server_key(self.data, root, SystemEntropy()).private_pem()
        await keys.settle()
        settle_root(self.data, root)
        engine = sealing.SealedEngine(self.boxes, keys, SystemEntropy())
        return keys, pem, (await engine.read([ANNA]))[0]

    async def fill(self, passphrase: str | None) -> sealing.KeyStore:
        """Let Anna keep something."""
        if passphrase is not None:
            sealing.create_root(self.data, SystemEntropy(), passphrase)
        keys, _, _ = await self.start(passphrase)
        await sealing.SealedEngine(self.boxes, keys, SystemEntropy()).commit(
            [WriteSet({ANNA: b"hers"})]
        )
        return keys

    async def change(self, keys: sealing.KeyStore, old: str | None, new: str) -> str:
        """Change its root key."""
        return await change_root(self.data, keys, old, new, SystemEntropy())


def contents(directory: Path) -> dict[str, bytes]:
    """Return what lies in a directory, by name."""
    return {file.name: file.read_bytes() for file in directory.iterdir()}


class Fault:
    """Counts what is written, and fails at one of it."""

    def __init__(
        self, patch: pytest.MonkeyPatch, house: House, at: int, error: BaseException
    ) -> None:
        self.count, self._at, self._error = 0, at, error
        self.sealed_at = 0  # which of them wrote the file of the root key
        patch.setattr(house.keys, "commit", self._waited(house.keys.commit))
        patch.setattr(sealing, "write_whole", self._told(sealing.write_whole))
        patch.setattr(sealing, "destroy_open", self._told(sealing.destroy_open))
        patch.setattr(sealing, "destroy_sealed", self._told(sealing.destroy_sealed))
        patch.setattr(Path, "replace", self._told(Path.replace))

    def _step(self, *given: Any) -> None:
        self.count += 1
        if str(given[0]).endswith((sealing.SEALED_FILE, sealing.CUSTODY_FILE)):
            self.sealed_at = self.count
        if self.count == self._at:
            raise self._error

    def _told(self, does: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            self._step(*given)
            return does(*given, **named)

        return run

    def _waited(self, does: Callable[..., Any]) -> Callable[..., Any]:
        async def run(*given: Any) -> Any:
            self._step(*given)
            return await does(*given)

        return run


STEPS = range(1, 9)  # one more than there are writes, so that the last run comes to its end


@pytest.mark.parametrize("old", [None, FIRST], ids=["L0", "L1"])
@pytest.mark.parametrize("step", STEPS)
async def test_the_power_may_go_at_any_write(tmp_path: Path, old: str | None, step: int) -> None:
    """Either passphrase opens everything, and never neither; afterwards it can be changed again."""
    house = House(tmp_path)
    keys = await house.fill(old)
    _, before, _ = await house.start(old)
    with pytest.MonkeyPatch.context() as patch:
        fault = Fault(patch, house, step, PowerLossError())
        ended = False
        try:
            await house.change(keys, old, SECOND)
            ended = True
        except PowerLossError:
            pass
    assert ended == (fault.count < step)
    changed = ended or step > fault.sealed_at > 0
    keys, pem, hers = await house.start(SECOND if changed else old)
    assert (pem, hers) == (before, b"hers")
    assert (tmp_path / sealing.OPEN_FILE).exists() == (old is None and not changed)
    assert not any("following" in name for name in contents(tmp_path))
    if changed and old is not None:
        with pytest.raises(sealing.RootError, match="Wrong passphrase"):
            await house.start(old)
    await house.change(keys, SECOND if changed else old, THIRD)
    assert (await house.start(THIRD))[1:] == (before, b"hers")


def test_the_last_of_these_runs_comes_to_its_end(tmp_path: Path) -> None:
    """Or a write would be missing above."""
    house = House(tmp_path)

    async def count() -> int:
        keys = await house.fill(None)
        with pytest.MonkeyPatch.context() as patch:
            fault = Fault(patch, house, 0, PowerLossError())
            await house.change(keys, None, SECOND)
        return fault.count

    assert asyncio.run(count()) == STEPS[-1] - 1


@pytest.mark.parametrize("step", STEPS[:-1])
async def test_a_full_disk_is_told_or_made_good_later(tmp_path: Path, step: int) -> None:
    """Up to the new file of the root key the old one holds; from then on the sheet is told, and is right."""
    house = House(tmp_path)
    keys = await house.fill(FIRST)
    code, error = "", OSError(28, "full") if step % 2 else EngineError("full")
    with pytest.MonkeyPatch.context() as patch:
        fault = Fault(patch, house, step, error)
        try:
            code = await house.change(keys, FIRST, SECOND)
        except type(error):
            assert not fault.sealed_at or step <= fault.sealed_at
    if not code:
        await house.change(keys, FIRST, THIRD)
    else:
        assert (await house.start(code))[2] == b"hers"
        keys = (await house.start(SECOND))[0]
        await house.change(keys, SECOND, THIRD)
    assert (await house.start(THIRD))[2] == b"hers"


async def test_a_change_that_was_not_cleaned_up_does_not_spoil_the_next(tmp_path: Path) -> None:
    """The same process changes again, and the power goes while it does."""
    house = House(tmp_path)
    keys = await house.fill(FIRST)
    with pytest.MonkeyPatch.context() as patch:
        Fault(patch, house, 6, OSError(28, "full"))  # the store takes nothing when it shall settle
        await house.change(keys, FIRST, SECOND)
    for step in STEPS:
        with pytest.MonkeyPatch.context() as patch:
            fault = Fault(patch, house, step, PowerLossError())
            try:
                await house.change(keys, SECOND, THIRD)
            except PowerLossError:
                if fault.sealed_at and step > fault.sealed_at:
                    break
        copy = House(tmp_path)
        copy.boxes, copy.keys = house.boxes, house.keys
        keys, _, hers = await copy.start(SECOND)
        assert hers == b"hers"
    assert (await house.start(THIRD))[2] == b"hers"


@pytest.mark.parametrize(
    ("made", "old", "says"),
    [
        (None, FIRST, "has no passphrase yet"),
        (FIRST, None, "is sealed already"),
    ],
)
async def test_another_level_is_not_taken_for_this_one(
    tmp_path: Path, made: str | None, old: str | None, says: str
) -> None:
    """What is sealed is not sealed without its passphrase, and what lies open has none to change."""
    house = House(tmp_path)
    keys = await house.fill(made)
    with pytest.raises(ValueError, match=says):
        await house.change(keys, old, SECOND)
    assert (await house.start(made))[2] == b"hers"


async def test_who_does_not_know_the_passphrase_changes_nothing(tmp_path: Path) -> None:
    """Not even what is beside it."""
    house = House(tmp_path)
    keys = await house.fill(FIRST)
    before = contents(tmp_path)
    with pytest.raises(sealing.RootError, match="Wrong passphrase"):
        await house.change(keys, SECOND, THIRD)
    assert contents(tmp_path) == before
    assert (await house.start(FIRST))[2] == b"hers"


async def test_the_root_key_is_another_one(tmp_path: Path) -> None:
    """What a thief copied of it before opens nothing of the directory as it is now."""
    house = House(tmp_path)
    keys = await house.fill(None)
    stolen = (tmp_path / sealing.OPEN_FILE).read_bytes()
    await house.change(keys, None, SECOND)
    assert open_root(tmp_path, SECOND, SystemEntropy()) != stolen
    with pytest.raises(sealing.SealBrokenError):
        await sealing.KeyStore(house.keys, stolen, SystemEntropy()).open()
    with pytest.raises(EngineError, match="does not open"):
        server_key(tmp_path, stolen, SystemEntropy())
