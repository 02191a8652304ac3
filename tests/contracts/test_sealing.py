"""What sealing promises: a value opens in its place only, a destroyed key takes it along, no text on disk."""

import asyncio
import base64
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.gateways.cli.control import ask
from chappe.ports import Cell, EngineError, WriteSet
from chappe.trust import sealing
from tests.journeys.server import RealServer

from . import traffic

ANNA, BERT = Owner(Kind.USER, 1), Owner(Kind.USER, 2)
NAMESAKE, BESIDE = Owner(Kind.CHAT, 1), Owner(Kind.USER, 4097)
HOME = Cell(ANNA, "message", b"1")
ROOT = bytes(range(32))
PASSPHRASE = "correct horse battery staple"


class Vault:
    """A sealed engine and what lies under it."""

    def __init__(self) -> None:
        self.boxes, self.keys = MemoryEngine(), MemoryEngine()

    async def open(self, root: bytes = ROOT) -> sealing.SealedEngine:
        """Open it, as a server does that has just started."""
        keys = sealing.KeyStore(self.keys, root, SystemEntropy())
        await keys.open()
        return sealing.SealedEngine(self.boxes, keys, SystemEntropy())

    async def move(self, value: bytes, to: Cell) -> None:
        """Put a sealed value elsewhere, behind the engine's back."""
        await self.boxes.commit([WriteSet({to: value})])


@pytest.fixture
async def vault() -> Vault:
    """A vault in which four owners keep something."""
    made = Vault()
    engine = await made.open()
    for owner in (ANNA, BERT, NAMESAKE, BESIDE):
        await engine.commit([WriteSet({Cell(owner, "message", b"1"): b"of %d" % owner.id})])
    return made


async def sealed_value(vault: Vault, cell: Cell = HOME) -> bytes:
    """Return what lies in a cell, unopened."""
    value = (await vault.boxes.read([cell]))[0]
    assert value is not None
    return value


@pytest.mark.parametrize(
    "elsewhere",
    [
        Cell(BERT, "message", b"1"),
        Cell(NAMESAKE, "message", b"1"),
        Cell(BESIDE, "message", b"1"),
        Cell(ANNA, "message", b"2"),
        Cell(ANNA, "message", b""),
        Cell(ANNA, "messag", b"e\x001"),
        Cell(ANNA, "draft", b"1"),
    ],
)
async def test_a_value_opens_only_where_it_was_put(vault: Vault, elsewhere: Cell) -> None:
    """Copied to another owner, table or key it opens by none of the ways to read it."""
    assert await (await vault.open()).read([HOME]) == [b"of 1"]
    await vault.move(await sealed_value(vault), elsewhere)
    engine = await vault.open()
    with pytest.raises(sealing.SealBrokenError):
        await engine.read([elsewhere])
    with pytest.raises(sealing.SealBrokenError):
        await engine.scan(elsewhere.owner, elsewhere.table, b"", b"\xff", limit=10)
    with pytest.raises(sealing.SealBrokenError):
        await engine.walk(elsewhere.owner, ("", b""), limit=10)


async def test_every_bit_of_a_value_counts(vault: Vault) -> None:
    """Altered, cut short or emptied, it does not open."""
    whole = await sealed_value(vault)
    altered = [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in range(len(whole))]
    for value in [*altered, whole[:-1], whole + b"\0", whole[:13], whole[:5], whole[:1], b""]:
        await vault.move(value, HOME)
        with pytest.raises(EngineError):
            await (await vault.open()).read([HOME])
    await vault.move(whole, HOME)
    assert await (await vault.open()).read([HOME]) == [b"of 1"]


async def test_an_older_value_of_the_same_cell_is_the_one_thing_that_opens(vault: Vault) -> None:
    """Sealing does not tell old from new; the same text is sealed differently each time."""
    old = await sealed_value(vault)
    engine = await vault.open()
    await engine.commit([WriteSet({HOME: b"of 1"})])
    assert await sealed_value(vault) != old
    await vault.move(old, HOME)
    assert await engine.read([HOME]) == [b"of 1"]


async def test_another_root_key_opens_nothing(vault: Vault) -> None:
    """It is refused before anything is read or written."""
    before = dict(vault.keys._values)
    with pytest.raises(sealing.SealBrokenError):
        await vault.open(bytes(32))
    assert vault.keys._values == before


async def test_a_key_of_one_owner_does_not_serve_another(vault: Vault) -> None:
    """A wrapped key that is moved does not open either."""
    keys = (await vault.open()).keys
    hers, his = keys.place(ANNA), keys.place(BERT)
    assert hers is not None
    assert his is not None
    (wrapped,) = await vault.keys.read([hers])
    await vault.keys.commit([WriteSet({his: wrapped})])
    with pytest.raises(sealing.SealBrokenError):
        await (await vault.open()).read([Cell(BERT, "message", b"1")])


async def test_who_is_erased_cannot_be_read_from_any_copy(vault: Vault) -> None:
    """Boxes that were copied before are of no use without the key; others are as they were."""
    engine = await vault.open()
    copy = await sealed_value(vault)
    await engine.erase(ANNA)
    await vault.move(copy, HOME)
    for opened in (engine, await vault.open()):
        assert await opened.read([HOME]) == [None]
        assert await opened.scan(ANNA, "message", b"", b"\xff", limit=10) == []
        assert await opened.read([Cell(BERT, "message", b"1")]) == [b"of 2"]
    await engine.commit([WriteSet({Cell(ANNA, "message", b"2"): b"new"})])
    with pytest.raises(sealing.SealBrokenError):
        await engine.read([HOME])


async def test_keys_are_durable_before_what_they_seal(vault: Vault) -> None:
    """A crash between the two leaves a key without data, never data without its key."""
    engine = await vault.open()
    order: list[str] = []
    new = Owner(Kind.USER, 99)
    for name, inner in (("key", vault.keys), ("box", vault.boxes)):
        commit = inner.commit

        async def noted(batch: object, name: str = name, commit: object = commit) -> None:
            order.append(name)
            await commit(batch)  # type: ignore[operator]

        inner.commit = noted  # type: ignore[method-assign, assignment]
    await engine.commit([WriteSet({Cell(new, "message", b"1"): b"hello"})])
    assert order == ["key", "box"]


# -- the root key ------------------------------------------------------------------------------


def test_a_passphrase_and_a_recovery_code_open_the_same_root(tmp_path: Path) -> None:
    """The code however it is typed; and nothing else."""
    root, code = sealing.create_root(tmp_path, SystemEntropy(), PASSPHRASE)
    assert sealing.is_sealed(tmp_path)
    for given in (PASSPHRASE, code, code.lower(), code.replace("-", ""), code.replace("-", " ")):
        assert sealing.open_root(tmp_path, given) == root
    for wrong in (PASSPHRASE.upper(), PASSPHRASE + " ", code[:-1], "", None):
        with pytest.raises(sealing.RootError):
            sealing.open_root(tmp_path, wrong)
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    raw = base64.b32decode(code.replace("-", ""))
    for secret in (root, PASSPHRASE.encode(), raw, code.encode(), code.replace("-", "").encode()):
        assert secret not in held


def test_a_root_key_is_never_made_over_another(tmp_path: Path) -> None:
    """Sealed or in the open, in either order."""
    for first, second in ((None, PASSPHRASE), (PASSPHRASE, None), (PASSPHRASE, PASSPHRASE)):
        directory = tmp_path / f"{first}-{second}"
        directory.mkdir()
        sealing.create_root(directory, SystemEntropy(), first)
        before = {file.name: file.read_bytes() for file in directory.iterdir()}
        with pytest.raises(sealing.RootError, match="already"):
            sealing.create_root(directory, SystemEntropy(), second)
        assert {file.name: file.read_bytes() for file in directory.iterdir()} == before
        assert {file.stat().st_mode & 0o777 for file in directory.iterdir()} == {0o600}


def test_a_damaged_file_of_the_root_key_is_told(tmp_path: Path) -> None:
    """Cut short, or something else altogether; a bit of it altered shuts it, too."""
    root, code = sealing.create_root(tmp_path, SystemEntropy(), PASSPHRASE)
    file = tmp_path / sealing.SEALED_FILE
    whole = file.read_bytes()
    for content in (b"", whole[:-1], whole[:20], b"\x01", b"\xc1" * 50):
        file.write_bytes(content)
        with pytest.raises(sealing.RootError, match="damaged"):
            sealing.open_root(tmp_path, PASSPHRASE)
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(sealing.RootError):
        sealing.open_root(tmp_path, code)
    file.write_bytes(whole)
    assert sealing.open_root(tmp_path, code) == root


# -- a whole server ----------------------------------------------------------------------------


def contents(directory: Path) -> Iterator[tuple[Path, bytes]]:
    """Return every file of a directory with what is in it."""
    for file in sorted(directory.rglob("*")):
        if file.is_file():
            yield file, file.read_bytes()


def forms(text: str) -> list[bytes]:
    """Return how a text might lie in a file."""
    raw = text.encode()
    return [raw, raw.lower(), raw.hex().encode(), text.encode("utf-16-le"), base64.b64encode(raw)]


def found_in(directory: Path, texts: tuple[str, ...]) -> list[str]:
    """Return where any of these texts lies in a file in the open."""
    return [
        f"{text!r} in {file.name}"
        for file, content in contents(directory)
        for text in texts
        if any(form in content for form in forms(text))
    ]


@pytest.fixture(params=["L0", "L1"])
def server(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RealServer]:
    """A server on a new directory, open or under a passphrase."""
    data = tmp_path / "data"
    if request.param == "L1":
        data.mkdir()
        sealing.create_root(data, SystemEntropy(), PASSPHRASE)
        credentials = tmp_path / "credentials"
        credentials.mkdir()
        (credentials / "passphrase").write_text(PASSPHRASE)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    made = RealServer(data)
    made.start()
    yield made
    made.stop()


def test_no_text_name_or_number_lies_in_the_open_on_the_disk(
    server: RealServer, tmp_path: Path
) -> None:
    """While the server runs, after it was killed, after it ended, and in a backup."""
    asyncio.run(traffic.talk(server))
    assert (server.data / "chappe.db-wal").stat().st_size > 0
    assert found_in(server.data, traffic.SEARCHED) == []
    ask(server.data, "backup", target=str(tmp_path / "backup.tar"))
    (tmp_path / "kept").mkdir()
    shutil.copyfile(tmp_path / "backup.tar", tmp_path / "kept" / "backup.tar")
    assert found_in(tmp_path / "kept", traffic.SEARCHED) == []
    server.kill()
    assert found_in(server.data, traffic.SEARCHED) == []
    server.start()
    assert sorted(asyncio.run(traffic.history(server, 0))) == sorted(traffic.TEXTS)
    server.stop()
    assert found_in(server.data, traffic.SEARCHED) == []


def test_the_search_would_find_what_lies_in_the_open(tmp_path: Path) -> None:
    """The test above can fail."""
    for number, form in enumerate(forms(traffic.TEXTS[0])):
        (tmp_path / "file").write_bytes(b"before" + form + b"behind")
        assert found_in(tmp_path, traffic.SEARCHED), number


def test_an_account_erased_by_the_operator_loses_its_key(server: RealServer) -> None:
    """Its sealed rows, had somebody copied them, would never open again."""
    asyncio.run(traffic.talk(server))
    people = {user["first_name"]: user["id"] for user in ask(server.data, "users")}
    gone, kept = (people[name] for name in traffic.NAMES)
    before = key_rows(server.data)
    ask(server.data, "erase", user=gone)
    after = key_rows(server.data)
    (lost,) = [who for who, key in before.items() if after[who] != key]  # whose they are it hides
    assert lost % SHARD_COUNT == gone % SHARD_COUNT
    assert not {gone, kept} & before.keys()
    held = b"".join(content for _, content in contents(server.data))
    assert before.pop(lost) not in held
    assert all(key in held for key in before.values())


def key_rows(data: Path) -> dict[int, bytes]:
    """Return the wrapped keys of users by their hidden ids; a deleted one's that of their grave's stone."""
    db = sqlite3.connect(data / "keys.db")
    try:
        return dict(db.execute("SELECT owner, value FROM cell WHERE kind = 1"))
    finally:
        db.close()


class Slow(MemoryEngine):
    """A store of keys that answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`; what is there when asked, told later."""
        found = await super().read(cells)
        await self.gate.wait()
        return found

    async def erase(self, owner: Owner) -> None:
        """See `ports.Engine`."""
        await self.gate.wait()
        await super().erase(owner)


@pytest.mark.parametrize("first", ["erase", "read"])
async def test_a_key_that_is_destroyed_does_not_come_back_into_memory(first: str) -> None:
    """Somebody reads while it is destroyed, having begun before or after."""
    vault = Vault()
    vault.keys = slow = Slow()
    engine = await vault.open()
    await engine.commit([WriteSet({HOME: b"alive"})])
    engine = await vault.open()
    slow.gate.clear()
    works = {"erase": engine.erase(ANNA), "read": engine.read([HOME])}
    tasks = [asyncio.create_task(works.pop(first)), *map(asyncio.create_task, works.values())]
    await asyncio.sleep(0)
    slow.gate.set()
    await asyncio.gather(*tasks)
    assert engine.keys.at_hand(ANNA) is None
    await engine.commit([WriteSet({HOME: b"tombstone"})])
    assert await (await vault.open()).read([HOME]) == [b"tombstone"]


async def test_two_who_write_first_for_one_owner_make_one_key() -> None:
    """Else what one of them sealed would not open after a restart."""
    vault = Vault()
    vault.keys = slow = Slow()
    engine = await vault.open()
    slow.gate.clear()
    cells = [Cell(ANNA, "message", b"%d" % number) for number in range(2)]
    commits = [asyncio.create_task(engine.commit([WriteSet({cell: b"x"})])) for cell in cells]
    await asyncio.sleep(0)
    slow.gate.set()
    await asyncio.gather(*commits)
    assert await (await vault.open()).read(cells) == [b"x", b"x"]
