"""The log on a disk: what is served is right, and whatever ends the process, no head is contradicted."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from chappe.trust.ledger import merkle, tiles
from chappe.trust.ledger.checkpoints import Checkpoint, parse_checkpoint
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.storage import LogDamagedError, LogDirectory, LogFiles
from tests.trust.public_log import LOG, NOW, ORIGIN, append, cosign, entries


def root_of(every: list[bytes]) -> bytes:
    """The root over entries."""
    return merkle.root_of([merkle.leaf_hash(one) for one in every])


def check_served(root: Path, every: list[bytes]) -> None:
    """All tiles of the served head are there, and say these entries."""
    with LogDirectory.opened(LogFiles(root), ORIGIN) as log:
        note = log.published()
        assert note is not None
        size = parse_checkpoint(note.text).size
        assert parse_checkpoint(note.text).root == root_of(every[:size])
        for tile in tiles.tiles_of(size):
            path = root / "public" / tile.path
            full = root / "public" / tile._replace(width=256).path
            content = path.read_bytes() if path.exists() else full.read_bytes()
            if tile.level == tiles.ENTRIES and path.exists():
                first = tile.position * 256
                assert tiles.parse_bundle(tile, content) == every[first : first + tile.width]


@pytest.mark.parametrize("last", [532, pytest.param(64_532, marks=pytest.mark.long)])
def test_batches_of_any_size_give_one_tree(tmp_path: Path, last: int) -> None:
    """Across the edges of tiles of two levels; what is full has no parts left."""
    every = [str(i).encode() for i in range(1_468 + last)]
    at = 0
    with LogDirectory.opened(LogFiles(tmp_path), ORIGIN) as log:
        for count in (1, 1, 253, 1, 1, 255, 256, 700, last):
            assert log.append(every[at : at + count]) == at
            at += count
            if at < 2_000 or at == len(every):
                assert log.head == Checkpoint(ORIGIN, at, root_of(every[:at]))
        log.publish(log.sign(LOG, NOW))
        assert [log.entry(i) for i in (0, 255, 256, at - 1)] == [
            every[i] for i in (0, 255, 256, at - 1)
        ]
        for size in (1, 256, 257):
            assert log.root_at(size) == root_of(every[:size])
        for wrong in (at, -1):
            with pytest.raises(LedgerError):
                log.entry(wrong)
        with pytest.raises(LedgerError):
            log.root_at(at + 1)
        for added in ([], [bytes(65_536)]):
            with pytest.raises(LedgerError):
                log.append(added)
        with pytest.raises(LedgerError):
            log.publish(
                cosign(log.sign(LOG, NOW))._replace(text=Checkpoint(ORIGIN, 2, bytes(32)).text)
            )
    check_served(tmp_path, every)
    left = sorted(
        p.relative_to(tmp_path / "public/tile/0").as_posix()
        for p in tmp_path.glob("public/tile/0/*.p")
    )
    assert left == [f"{at // 256:03}.p"]


class Deadly(LogFiles):
    """A disk whose process is killed before its n-th act, or in the middle of it."""

    acts = 0

    def __init__(self, root: Path, last: int, middle: int) -> None:
        super().__init__(root)
        self.last, self.middle = last, middle

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write all, or only the first few and half of the next."""
        if self.acts == self.last:
            some = dict(list(files.items())[: self.middle])
            super().write(some)
            for path, content in list(files.items())[self.middle :][:1]:
                (self.root / path).parent.mkdir(parents=True, exist_ok=True)
                (self.root / f"{path}.new").write_bytes(content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        self.acts += 1
        super().write(files)


def killed_at(root: Path, added: list[bytes], last: int, middle: int) -> bool:
    """Append in a process that is killed at an act; whether it was, and not through before."""
    child = os.fork()
    if not child:
        files = Deadly(root, last, middle)
        with LogDirectory.opened(files, ORIGIN) as log:
            log.append(added)
            log.publish(log.sign(LOG, NOW))
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals")
@pytest.mark.parametrize(
    "before",
    [0, 255, pytest.param(100, marks=pytest.mark.long), pytest.param(256, marks=pytest.mark.long)],
)
def test_no_kill_makes_it_contradict_itself(tmp_path: Path, before: int) -> None:
    """At each act, and in the middle of each: what was signed stays, and the log goes on."""
    every = entries(before)
    if before:
        append(tmp_path, every)
    signed: list[Checkpoint] = []
    for last in range(4):
        for middle in (0, 1, 3):
            added = entries(3, 10_000 + 100 * last + 10 * middle)
            killed = killed_at(tmp_path, added, last, middle)
            assert killed == (last < 3)
            with LogDirectory.opened(LogFiles(tmp_path), ORIGIN) as log:
                assert log.head.size in {len(every), len(every) + 3}
                if log.head.size > len(every):  # the state was durable: the entries are in, whole
                    every += added
                assert log.head.root == root_of(every)
                signed += [log.head]
                for head in signed:
                    assert log.root_at(head.size) == head.root
    append(tmp_path, entries(1, 99))
    check_served(tmp_path, [*every, *entries(1, 99)])


def test_a_commit_that_failed_halfway_is_not_gone_on_from(tmp_path: Path) -> None:
    """The disk refused the state: nobody knows whether it is there, until the log is opened anew."""

    class Full(LogFiles):
        full = False

        def write(self, files: Mapping[str, bytes]) -> None:
            if self.full and "private/state" in files:
                raise OSError(28, "no space")
            super().write(files)

    files = Full(tmp_path)
    with LogDirectory.opened(files, ORIGIN) as log:
        log.append(entries(2))
        files.full = True
        with pytest.raises(OSError, match="no space"):
            log.append(entries(2, 2))
        files.full = False
        with pytest.raises(LogDamagedError, match="anew"):
            log.append(entries(2, 2))
    with LogDirectory.opened(files, ORIGIN) as log:
        assert log.append(entries(1, 5)) == 2


def test_two_processes_do_not_write_one_log(tmp_path: Path) -> None:
    """The second is told what to do."""
    with (
        LogDirectory.opened(LogFiles(tmp_path), ORIGIN),
        pytest.raises(LogDamagedError, match="stop it first"),
        LogDirectory.opened(LogFiles(tmp_path), ORIGIN),
    ):
        pass


@pytest.mark.parametrize(
    ("lost", "match"),
    [
        ("private/state", "state is gone"),
        ("public/tile/0/001.p/44", "tile/0/001.p/44 is gone"),
        ("public/tile/1/000.p/1", "tile/1/000.p/1 is gone"),
        ("public/tile/entries/001.p/44", "is gone"),
    ],
)
def test_what_was_lost_is_named_and_the_log_not_continued(
    tmp_path: Path, lost: str, match: str
) -> None:
    """Of what is needed to go on."""
    append(tmp_path, entries(300))
    (tmp_path / lost).unlink()
    with (
        pytest.raises(LogDamagedError, match=match),
        LogDirectory.opened(LogFiles(tmp_path), ORIGIN),
    ):
        pass


def test_an_older_state_that_was_put_back_is_found(tmp_path: Path) -> None:
    """A head over more was signed and is served; and a directory is one log's."""
    append(tmp_path, entries(5))
    state = (tmp_path / "private/state").read_bytes()
    older = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    append(tmp_path, entries(3, 5))
    for path, content in older.items():
        if path.name != "checkpoint":
            path.write_bytes(content)
    assert (tmp_path / "private/state").read_bytes() == state
    with (
        pytest.raises(LogDamagedError, match="put back"),
        LogDirectory.opened(LogFiles(tmp_path), ORIGIN),
    ):
        pass
    with (
        pytest.raises(LogDamagedError, match="is the log of"),
        LogDirectory.opened(LogFiles(tmp_path), "x/y"),
    ):
        pass


def test_a_mark_is_as_durable_as_the_entries_it_came_with(tmp_path: Path) -> None:
    """Who feeds the log finds there how far it came; the signed head says nothing of it."""
    with LogDirectory.opened(LogFiles(tmp_path), ORIGIN) as log:
        assert log.mark == ""
        log.append(entries(2), "step 17")
        assert log.mark == "step 17"
        log.publish(log.sign(LOG, NOW))
    with LogDirectory.opened(LogFiles(tmp_path), ORIGIN) as log:
        assert log.mark == "step 17"
        assert log.head.extensions == ()
        log.append(entries(1, 2), "step 18")
    assert killed_at(tmp_path, entries(1, 3), 1, 0)
    with LogDirectory.opened(LogFiles(tmp_path), ORIGIN) as log:
        assert (log.mark, log.head.size) == ("step 18", 3)
    assert b"step" not in (tmp_path / "public/checkpoint").read_bytes()
