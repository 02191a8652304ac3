"""Three custodians with a server's log, for tests: requests as a server makes them, answered by the tool."""

import base64
import contextlib
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from chappe.trust import custody
from chappe.trust.custody import (
    ClaimedBuild,
    CustodianKey,
    CustodianSecret,
    CustodyRequest,
    CustodyTable,
    ShareFile,
    ShareTable,
)
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.merkle import consistency_proof
from chappe.trust.ledger.storage import LogDirectory, LogFiles
from chappe_custodian import commands, keyfile

from .public_log import KNOWN, LOG, NOW, ORIGIN, cosign, entries, policy

NAMES: Final = ("Ada", "Grace", "Hedy")
PASSPHRASE: Final = "battery staple"
ROOT: Final = bytes(range(32))
DAY: Final = "2026-11-30"


class Ran(NamedTuple):
    """What the tool did."""

    code: int
    out: str
    err: str


def counted(start: int = 0) -> Any:
    """Return a source of bytes that are the same in every run."""
    state = [start]

    def token(size: int) -> bytes:
        state[0] += 1
        return (state[0].to_bytes(4, "big") * 32)[:size]

    return token


def tool(
    folder: Path,
    *given: str,
    passphrase: str | None = PASSPHRASE,
    typed: str = "",
    now: float | None = NOW + 60,
) -> Ran:
    """Run the custodian's tool in this process; `typed` is what comes by standard input."""
    more = []
    if passphrase is not None and given[0] in (
        "init",
        "sheet",
        "accept",
        "open",
        "rehearse",
        "answer",
    ):
        read, write = os.pipe()
        os.write(write, passphrase.encode() + b"\n")
        os.close(write)
        more = ["--passphrase-fd", str(read)]
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "ARGON_MEMORY_KIB", 64)
        if now is not None:
            patch.setattr("time.time", lambda: now)
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = commands.main([given[0], "--folder", str(folder), *given[1:], *more])
    return Ran(code, out.getvalue(), err.getvalue())


class House:
    """A server's log and its custodians, each with a folder of the tool."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(exist_ok=True)
        self.log = root / "log"
        self.policy = root / "policy"
        self.policy.write_text(policy())
        self.secrets = [CustodianSecret(bytes([n]) * 32) for n in range(1, 4)]
        self.cards = [s.card(n) for s, n in zip(self.secrets, NAMES, strict=True)]
        self.key: CustodianKey = custody.new_custodian_key(counted(900))
        self.append(entries(3))
        nothing = ShareTable(b"", 0, (), ())
        wanted = CustodyTable(ORIGIN, (), nothing)
        self.table, self.sealed = custody.deal_table(ROOT, 2, self.cards, wanted, counted())
        self.proposed = self.append([self.table_entry("proposed")])
        self.activated = self.append([self.table_entry("activated")])

    def folder(self, name: str) -> Path:
        """Where somebody's tool keeps what it has."""
        return self.root / name

    def table_entry(self, act: str, table: CustodyTable | None = None, **other: Any) -> bytes:
        """The entry about a table of custodians."""
        of = table or self.table
        said: dict[str, str | int | tuple[str, ...]] = {
            "act": act,
            "custodians": tuple(card.approval.hex() for card in of.cards),
            "day": DAY,
            "delay_days": of.delay_days,
            "needed": of.needed,
            "table": of.hash,
        }
        return KNOWN.write("server.custodians", {**said, **other})

    def append(self, added: Sequence[bytes], witnesses: int = 2) -> int:
        """Append to the log and serve it; return the position of the first."""
        with LogDirectory.opened(LogFiles(self.log), ORIGIN) as log:
            first = log.append(added)
            log.publish(cosign(log.sign(LOG, NOW), witnesses))
        return first

    def proof(self, position: int) -> tuple[bytes, bytes]:
        """The entry at a position, and its proof in the head that is served."""
        with LogDirectory.opened(LogFiles(self.log), ORIGIN) as log:
            note = log.published()
            assert note is not None
            return log.entry(position), log.proof(position, note).content

    def continues(self, seen: int) -> dict[int, tuple[str, ...]]:
        """The proof that the log goes on from a size."""
        with LogDirectory.opened(LogFiles(self.log), ORIGIN) as log:
            size = log.head.size
            way = consistency_proof(seen, size, log.nodes(size))
        return {seen: tuple(base64.b64encode(one).decode() for one in way)}

    def size(self) -> int:
        """How many entries the served head has."""
        with LogDirectory.opened(LogFiles(self.log), ORIGIN) as log:
            note = log.published()
            assert note is not None
            return parse_checkpoint(note.text).size

    def share_file(self, place: int, position: int | None = None) -> ShareFile:
        """What a custodian is handed."""
        entry, proof = self.proof(self.proposed if position is None else position)
        return ShareFile(self.table, place, self.sealed[place - 1], entry, proof)

    def request(self, kind: str = "start", **other: Any) -> CustodyRequest:
        """A request as the server makes it."""
        entry, proof = self.proof(self.proposed if kind == "activate" else self.activated)
        key = self.key.public() if kind in ("start", "activate") else b""
        made = CustodyRequest(
            kind,
            ORIGIN,
            self.table.hash,
            bytes(32),
            NOW,
            "kernel update",
            ClaimedBuild("1.2.3"),
            key,
            entry,
            proof,
        )
        return made._replace(**other)

    def settle(self, name: str, secret: CustodianSecret) -> Path:
        """Give somebody keys without the tool's stretching of their passphrase twice."""
        folder = self.folder(name)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(keyfile, "ARGON_MEMORY_KIB", 64)
            keyfile.make_keys(folder, name, PASSPHRASE, secret)
        return folder

    def accepted(self, place: int) -> Path:
        """The folder of a custodian who has accepted their share."""
        name = NAMES[place - 1]
        folder = self.settle(name, self.secrets[place - 1])
        file = self.root / f"{name}.share"
        file.write_bytes(self.share_file(place).content)
        ran = tool(folder, "accept", str(file), "--policy", str(self.policy))
        assert ran.code == 0, ran.err
        return folder

    def ask(self, folder: Path, request: CustodyRequest, command: str = "open", *more: str) -> Ran:
        """Have somebody's tool answer a request."""
        file = self.root / "request.json"
        file.write_bytes(request.content)
        return tool(folder, command, str(file), *(more or ("--yes",)))


def altered(found: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """Return a document's fields with others in their place."""
    return {**found, **other}
