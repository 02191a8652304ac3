"""The log-rewriter: the folder of the public log, its keys, and a stranger who checks by `verify.py`."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chappe.app import Server
from chappe.core import HOUSE
from chappe.features import ledger
from chappe.gateways.cli.witness_folder import keys_of
from chappe.trust.ledger import keys, notes, tiles, verify
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.receipts import LogReceipt
from chappe.trust.ledger.storage import LogDirectory, LogFiles

from .expected import Attack
from .findings import Finding, caught, got
from .stage import LOG_NAME, Stage

GROUND: Final = b"spam"  # in the entry that is touched: it becomes another word of its list
OTHER_GROUND: Final = b"terms"


@dataclass
class Rewriting:
    """A copy of the log's folder to write in, the log's keys, the witness's, and what a stranger has."""

    root: Path
    policy: Path
    memory: Path
    log_keys: tuple[keys.SigningKey, ...]
    witness: tuple[keys.SigningKey, ...]
    now: int

    @property
    def public(self) -> Path:
        """What is served."""
        return self.root / "public"

    def newest(self, level: str) -> Path:
        """Return the tile that the served head needs, of a log that is shorter than one tile."""
        return self.public / level / f"000.p/{self.size()}"

    def size(self) -> int:
        """Return over how many entries the served head is: those behind it wait for the witness."""
        note = notes.parse_note((self.public / "checkpoint").read_bytes())
        return parse_checkpoint(note.text).size

    def entries(self) -> list[bytes]:
        """Return every entry."""
        with LogDirectory.opened(LogFiles(self.root), LOG_NAME) as log:
            return [log.entry(number) for number in range(self.size())]

    def rewrite(self, every: list[bytes], *, witnessed: bool) -> None:
        """Write the log anew, with its real keys; perhaps with the witness's help."""
        shutil.rmtree(self.root)
        with LogDirectory.opened(LogFiles(self.root), LOG_NAME) as log:
            log.append(every)
            note = log.sign(self.log_keys, self.now)
            head = parse_checkpoint(note.text)
            lines = tuple(key.sign(head, self.now) for key in self.witness) if witnessed else ()
            log.publish(notes.with_signatures(note, lines))

    def look(self, *more: str, remember: bool = True) -> tuple[int, str]:
        """Look at it as a stranger does, in a process of its own that has nothing of Chappe."""
        memory = ("--remember", str(self.memory)) if remember else ()
        return self._verified("log", str(self.public), *memory, *more)

    def check(self, receipt: LogReceipt) -> tuple[int, str]:
        """Check a receipt as whoever it was handed to."""
        file = self.root.with_name("receipt")
        file.write_bytes(receipt.content)
        return self._verified("receipt", str(file))

    def _verified(self, *given: str) -> tuple[int, str]:
        words = [*given, "--policy", str(self.policy)]
        done = subprocess.run(
            [sys.executable, "-I", verify.__file__, *words],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


async def keys_of_log(server: Server) -> tuple[keys.SigningKey, ...]:
    """Return the private keys of a server's log, as whoever runs it can read them."""
    found = await server.context.look(HOUSE).get(ledger.PublicLogKeys, LOG_NAME)
    if found is None:
        raise RuntimeError("the log has no keys")
    return keys.log_keys(LOG_NAME, (found.ed25519, found.ml_dsa_44))


class Desk:
    """Copies of the log as it was, one for each attack."""

    def __init__(self, stage: Stage, log_keys: tuple[keys.SigningKey, ...], now: int) -> None:
        self._log = stage.log
        self._folder = stage.folder / "rewritten"
        self._folder.mkdir()
        self._keys, self._witness, self._now = log_keys, keys_of(stage.witness), now
        self._policy = self._folder / "policy"
        self._policy.write_text(stage.policy)
        self._count = 0
        first = self._copy()
        code, said = first.look()  # a stranger has looked once, and remembers
        if code != verify.HELD:
            raise RuntimeError(said)
        self._memory = first.memory

    def _copy(self) -> Rewriting:
        self._count += 1
        root = self._folder / str(self._count)
        shutil.copytree(self._log, root / "log")
        return Rewriting(
            root / "log", self._policy, root / "memory", self._keys, self._witness, self._now
        )

    @contextmanager
    def copy(self) -> Iterator[Rewriting]:
        """Return a copy, and what the stranger remembers."""
        made = self._copy()
        shutil.copytree(self._memory, made.memory)
        yield made
        shutil.rmtree(made.root)

    def judged(
        self, attack: Callable[[Rewriting], object], names: str, *more: str, remember: bool = True
    ) -> Finding:
        """Play an attack; return whether the stranger finds it, and by the words it must be found by."""
        with self.copy() as rewriting:
            attack(rewriting)
            code, said = rewriting.look(*more, remember=remember)
        wrong = [line for line in said.splitlines() if names in line]
        if code == verify.WRONG and wrong:
            return caught(wrong[0].strip())
        return got(f"verify.py says {code}: {said.splitlines()[-1] if said else 'nothing'}")

    def forged_receipt(self) -> Finding:
        """Have somebody handed a receipt of an entry that says something else than the log."""
        with self.copy() as copied:
            with LogDirectory.opened(LogFiles(copied.root), LOG_NAME) as log:
                at = _touched([log.entry(number) for number in range(copied.size())])
                note = notes.parse_note((copied.public / "checkpoint").read_bytes())
                entry, proof = log.entry(at), log.proof(at, note)
            code, said = copied.check(LogReceipt(proof, entry))
            if code != verify.HELD:
                raise RuntimeError(said)
            code, said = copied.check(LogReceipt(proof, entry.replace(GROUND, OTHER_GROUND)))
        if code == verify.WRONG and "is not entry" in said:
            return caught(said.strip())
        return got(f"verify.py says {code}: {said}")


def _bundle(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Rewriting], None]:
    """Return an attack that changes the entries of the one bundle there is, and nothing else."""

    def attack(log: Rewriting) -> None:
        path = log.newest("tile/entries")
        tile = tiles.LogTile(-1, 0, int(path.name))
        path.write_bytes(tiles.write_bundle(change(tiles.parse_bundle(tile, path.read_bytes()))))

    return attack


def _touched(every: list[bytes]) -> int:
    """Return which entry is touched: the first that has a ground."""
    return next(number for number, entry in enumerate(every) if GROUND in entry)


def _edited(every: list[bytes]) -> list[bytes]:
    """Say another ground in the entry."""
    at = _touched(every)
    return [*every[:at], every[at].replace(GROUND, OTHER_GROUND), *every[at + 1 :]]


def _forge_witness(log: Rewriting) -> None:
    """Sign a head in the witness's name with another key."""
    served = log.public / "checkpoint"
    note = notes.parse_note(served.read_bytes())
    real = log.witness[0]
    line = real._replace(seed=b"x" * 32).sign(parse_checkpoint(note.text), log.now)
    own = tuple(one for one in note.signatures if one.name == LOG_NAME)
    forged = notes.SignedNote(note.text, (*own, line._replace(key_id=real.verifier.key_id)))
    served.write_bytes(forged.content)


def play_rewriter(stage: Stage, desk: Desk) -> dict[Attack, Finding]:
    """Play every attack on the log."""
    with desk.copy() as log:
        every = log.entries()
        honest = log.public / "checkpoint"
        theirs = stage.folder / "their head"
        shutil.copy(honest, theirs)
    other = _edited(every)
    at = _touched(every)
    named = f"entry {at} "
    swapped = [*every[:at], every[at + 1], every[at], *every[at + 2 :]]
    removed = [*every[:at], *every[at + 1 :]]
    return {
        Attack.ENTRY_EDITED: desk.judged(_bundle(_edited), named, remember=False),
        Attack.ENTRY_REMOVED: desk.judged(_bundle(lambda _: removed), named, remember=False),
        Attack.ENTRY_MOVED: desk.judged(_bundle(lambda _: swapped), named, remember=False),
        Attack.LOG_REWRITTEN: desk.judged(
            lambda log: log.rewrite(other, witnessed=False), "asks for", remember=False
        ),
        Attack.LOG_REWRITTEN_TOGETHER: desk.judged(
            lambda log: log.rewrite(other, witnessed=True), named
        ),
        Attack.LOG_REWRITTEN_UNREMEMBERED: desk.judged(
            lambda log: log.rewrite(other, witnessed=True), named, remember=False
        ),
        Attack.LOG_FORKED: desk.judged(
            lambda log: log.rewrite(other, witnessed=True),
            "forked",
            "--compare",
            str(theirs),
            remember=False,
        ),
        Attack.LOG_ROLLED_BACK: desk.judged(
            lambda log: log.rewrite(every[:-1], witnessed=True), "rolled back"
        ),
        Attack.TILE_DROPPED: desk.judged(
            lambda log: log.newest("tile/0").unlink(),
            "is missing",
            remember=False,
        ),
        Attack.RECEIPT_FORGED: desk.forged_receipt(),
        Attack.WITNESS_FORGED: desk.judged(_forge_witness, "is forged", remember=False),
    }
