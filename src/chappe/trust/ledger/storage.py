"""The log on a disk: entries are durable before a head over them is signed, whatever ends the process.

A directory has two parts. `public/` is what any web server serves: the checkpoint, the tiles and the bundles.
`private/` has the state and a lock. One process writes. An append goes in this order, and each step is on the
disk before the next begins:

1. the bundles and tiles that the larger tree has and the smaller one lacks; nobody reads them yet, since
   no checkpoint asks for them;
2. the state: size and root. From now on the entries are in the log;
3. only then may anybody sign this head, and put it where it is served.

A process that ends between 1 and 2 leaves files that the next append writes over; none of them belongs to
a tree that was signed. One that ends between 2 and 3 leaves a state that is not signed yet, and is the next
that will be. So no head is ever signed that another one could contradict.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, Self

from .checkpoints import Checkpoint, parse_checkpoint
from .errors import LedgerError
from .merkle import EMPTY_ROOT, inclusion_proof, leaf_hash, node_hash, root_hash, root_of
from .notes import SignatureLine, SignedNote, parse_note
from .proofs import LogProof
from .tiles import (
    ENTRIES,
    TILE_WIDTH,
    LogTile,
    TileNodes,
    parse_bundle,
    parse_hashes,
    tile_at,
    write_bundle,
)

PUBLIC: Final = "public"
CHECKPOINT: Final = "checkpoint"
STATE: Final = "private/state"
LOCK: Final = "private/lock"
BATCH_MAX: Final = 65_536  # entries of one append
_NEW: Final = ".new"  # behind the name of a file that is being written


class LogDamagedError(Exception):
    """The directory does not hold what was written to it: the log must not be continued. Says what to do."""


class HeadSigner(Protocol):
    """Whoever signs heads: a key, or a process apart that keeps one."""

    def sign(self, head: Checkpoint, time: int) -> SignatureLine:
        """Return the signature of a head; `time` is in seconds since 1970."""
        ...


class LogFiles:
    """Files of a directory, written so that each is whole and on the disk, or not there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files; when this returns all of them are on the disk."""
        made = [(self.root / path, content) for path, content in files.items()]
        for folder in {path.parent for path, _ in made}:
            self._make(folder)
        for path, content in made:
            with Path(f"{path}{_NEW}").open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path, _ in made:
            Path(f"{path}{_NEW}").replace(path)
        for folder in {path.parent for path, _ in made}:
            _sync(folder)

    def read(self, path: str) -> bytes | None:
        """Return a file, or None."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, path: str) -> None:
        """Remove a folder that nobody needs any more, if it is there."""
        shutil.rmtree(self.root / path, ignore_errors=True)

    def _make(self, folder: Path) -> None:
        """Make a folder, and be sure that it stays."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def only_writer(root: Path) -> Iterator[None]:
    """Keep other processes from writing in a directory, which is made if it is not there.

    Raises:
        LogDamagedError: Another process has it.
    """
    (root / "private").mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (root, root.parent):  # or a power cut takes what was just made
        _sync(folder)
    with (root / LOCK).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LogDamagedError("Another process writes here: stop it first.") from None
        yield


class LogDirectory:
    """A log that is written here. Not for several threads at once."""

    def __init__(self, files: LogFiles, state: Checkpoint) -> None:
        self._files = files
        self._head = state._replace(extensions=())
        self._mark = "".join(state.extensions)
        self._unsure = False
        self._bundle: list[bytes] = []  # entries of the last bundle, while it is not full
        self._edges: list[list[bytes]] = []  # hashes of the last tile of each level, likewise

    @classmethod
    @contextlib.contextmanager
    def opened(cls, files: LogFiles, origin: str) -> Iterator[Self]:
        """Open the log of a directory, which is made if it is not there, and keep others from writing it.

        Raises:
            LogDamagedError: It is another log's, or not as it was left, or another process has it.
        """
        with only_writer(files.root):
            log = cls(files, _known_head(files, origin))
            log._look()
            yield log

    @property
    def head(self) -> Checkpoint:
        """The head over all entries that are durable. It may be signed."""
        return self._head

    @property
    def mark(self) -> str:
        """What came with the last entries: how far whoever feeds this log has come."""
        return self._mark

    def append(self, entries: Sequence[bytes], mark: str = "") -> int:
        """Append entries; when this returns they are durable. Returns the number of the first.

        The mark, one line of words, becomes durable in the same moment: who keeps there where the entries
        came from appends each once, whatever ends the process.

        Raises:
            LedgerError: There is none, or too many, or one is too long; nothing is appended.
            LogDamagedError: An earlier append failed while it was being committed: open the log anew.
            OSError: The disk refused; nothing is appended, or the log must be opened anew.
        """
        if not 0 < len(entries) <= BATCH_MAX:
            raise LedgerError(f"an append has between 1 and {BATCH_MAX} entries")
        if self._unsure:
            raise LogDamagedError("The last append was not committed surely: open the log anew.")
        first = self._head.size
        files, bundle = self._bundles(entries)
        edges = self._hashes([leaf_hash(entry) for entry in entries], files)
        head = Checkpoint(self._head.origin, first + len(entries), _root(edges))
        self._files.write(files)
        self._unsure = True
        marked = head._replace(extensions=(mark,) if mark else ())
        self._files.write({STATE: marked.text})
        self._unsure = False
        self._head, self._mark, self._bundle, self._edges = head, mark, bundle, edges
        for path in files:
            if ".p/" not in path:
                #   https://c2sp.org/tlog-tiles
                #   Logs "MAY delete any partial tile once the corresponding full tile is [...] available"
                self._files.drop(f"{path}.p")
        return first

    def _bundles(self, entries: Sequence[bytes]) -> tuple[dict[str, bytes], list[bytes]]:
        """Return the files of the new entries, and what is in the last bundle if it is not full."""
        every = [*self._bundle, *entries]
        files = {}
        number = self._head.size // TILE_WIDTH
        for begin in range(0, len(every), TILE_WIDTH):
            chunk = every[begin : begin + TILE_WIDTH]
            tile = LogTile(ENTRIES, number + begin // TILE_WIDTH, len(chunk))
            files[f"{PUBLIC}/{tile.path}"] = write_bundle(chunk)
        return files, every[len(every) - len(every) % TILE_WIDTH :]

    def _hashes(self, added: list[bytes], files: dict[str, bytes]) -> list[list[bytes]]:
        """Add the tiles of new hashes to the files; return the new edges."""
        edges: list[list[bytes]] = []
        while added or len(edges) < len(self._edges):
            level = len(edges)
            every = [*(self._edges[level] if level < len(self._edges) else ()), *added]
            number = (self._head.size >> (8 * level)) // TILE_WIDTH
            for begin in range(0, len(every) if added else 0, TILE_WIDTH):
                chunk = every[begin : begin + TILE_WIDTH]
                tile = LogTile(level, number + begin // TILE_WIDTH, len(chunk))
                files[f"{PUBLIC}/{tile.path}"] = b"".join(chunk)
            whole = len(every) - len(every) % TILE_WIDTH
            edges.append(every[whole:])
            #   https://c2sp.org/tlog-tiles
            #   A partial tile "MUST NOT be hashed into a tile at the level above"
            added = [root_of(every[i : i + TILE_WIDTH]) for i in range(0, whole, TILE_WIDTH)]
        return edges

    def sign(self, signers: Sequence[HeadSigner], time: int) -> SignedNote:
        """Return the head, signed; it is not served yet. `time` is in seconds since 1970."""
        return SignedNote(self._head.text, tuple(one.sign(self._head, time) for one in signers))

    def publish(self, note: SignedNote) -> None:
        """Put a signed head where it is served.

        Raises:
            LedgerError: It is not a head of this log.
        """
        head = parse_checkpoint(note.text)
        if head.origin != self._head.origin or self.root_at(head.size) != head.root:
            raise LedgerError("this is no head of this log")
        self._files.write({f"{PUBLIC}/{CHECKPOINT}": note.content})

    def published(self) -> SignedNote | None:
        """Return the head that is served."""
        content = self._files.read(f"{PUBLIC}/{CHECKPOINT}")
        return None if content is None else parse_note(content)

    def nodes(self, size: int) -> TileNodes:
        """Return the nodes of the tree of a size, out of the tiles on the disk."""
        return TileNodes(size, self._tile)

    def root_at(self, size: int) -> bytes:
        """Return the root over the first entries.

        Raises:
            LedgerError: There are not so many.
        """
        if size > self._head.size:
            raise LedgerError(f"this log has {self._head.size} entries, not {size}")
        return root_hash(size, self.nodes(self._head.size))

    def entry(self, position: int) -> bytes:
        """Return an entry.

        Raises:
            LedgerError: There is none.
        """
        if not 0 <= position < self._head.size:
            raise LedgerError(f"this log has no entry {position}")
        tile = tile_at(ENTRIES, position // TILE_WIDTH, self._head.size)
        return parse_bundle(tile, self._tile(tile))[position % TILE_WIDTH]

    def proof(self, position: int, note: SignedNote, extra: bytes = b"") -> LogProof:
        """Return the proof that an entry is in the tree of a signed head.

        Raises:
            LedgerError: The tree does not have it.
        """
        size = parse_checkpoint(note.text).size
        way = inclusion_proof(position, size, self.nodes(self._head.size))
        return LogProof(position, way, note, extra)

    def _tile(self, tile: LogTile) -> bytes:
        content = self._files.read(f"{PUBLIC}/{tile.path}")
        if content is None:
            raise LogDamagedError(f"{tile.path} is gone: take it from a mirror of this log.")
        return content

    def _look(self) -> None:
        """Read the edges, and compare what is there with the state."""
        size = self._head.size
        for level in range(8):
            there = size >> (8 * level)
            if not there:
                break
            partial = there % TILE_WIDTH
            tile = LogTile(level, there // TILE_WIDTH, partial)
            try:
                self._edges.append([*parse_hashes(tile, self._tile(tile))] if partial else [])
            except LedgerError as error:
                raise LogDamagedError(f"{error}: take it from a mirror of this log.") from None
        if size % TILE_WIDTH:
            tile = tile_at(ENTRIES, size // TILE_WIDTH, size)
            self._bundle = parse_bundle(tile, self._tile(tile))
        if _root(self._edges) != self._head.root:
            raise LogDamagedError("The tiles are not those of the state: take both from a mirror.")
        served = self.published()
        if served is None:
            return
        head = parse_checkpoint(served.text)
        if head.size > size or self.root_at(head.size) != head.root:
            raise LogDamagedError(
                f"A head over {head.size} entries was signed, and the state has {size} or others: an"
                " older copy was put back. Never continue it: bring the later files, or begin a log"
                " of another name."
            )


def _known_head(files: LogFiles, origin: str) -> Checkpoint:
    """Return the head of the state, which is made where nothing was ever written: that of an empty log."""
    content = files.read(STATE)
    if content is None:
        if files.read(f"{PUBLIC}/{CHECKPOINT}") is not None:
            raise LogDamagedError(
                "The log's state is gone: take it from a backup of the same moment."
            )
        empty = Checkpoint(origin, 0, EMPTY_ROOT)
        files.write({STATE: empty.text})
        return empty
    try:
        head = parse_checkpoint(content)
    except LedgerError as error:
        raise LogDamagedError(f"The log's state cannot be read: {error}.") from None
    if head.origin != origin:
        raise LogDamagedError(f"This directory is the log of {head.origin}, not of {origin}.")
    return head


def _root(edges: Sequence[Sequence[bytes]]) -> bytes:
    """Return the root over everything, out of the last tile of each level."""
    found = b""
    for hashes in edges:  # from the right of the tree to its left
        end = len(hashes)
        while end:
            width = end & -end
            peak = root_of(hashes[end - width : end])
            found = node_hash(peak, found) if found else peak
            end -= width
    return found or EMPTY_ROOT
