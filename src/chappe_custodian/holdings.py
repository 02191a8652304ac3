"""What a custodian keeps of each server: whom they believe, tables, their shares, the head they saw last."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

from chappe.trust.custody import CustodyError, ShareFile, parse_share_file
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.policies import LogPolicy, parse_policy

from .keyfile import write

SERVERS: Final = "servers"
POLICY: Final = "policy"
HEAD: Final = "head.json"
ANSWERED: Final = "answered.jsonl"
TABLES: Final = "tables"
_NAME_CHARACTERS: Final = 16


class SeenHead(NamedTuple):
    """The newest head of a log that was accepted here."""

    size: int
    root: bytes


class GivenAnswer(NamedTuple):
    """One answer that was given, so that its custodian can say later what they approved."""

    at: int  # seconds since 1970
    kind: str
    fingerprint: str
    entry: int  # which entry of the log it was for
    size: int  # of the log then


class Holding:
    """The folder of one server, known by the name of its public log."""

    def __init__(self, root: Path, origin: str) -> None:
        name = hashlib.sha256(origin.encode()).hexdigest()[:_NAME_CHARACTERS]
        self.origin = origin
        self._folder = root / SERVERS / name

    @property
    def is_new(self) -> bool:
        """Whether nothing of this server was accepted yet."""
        return not (self._folder / POLICY).exists()

    def policy(self) -> LogPolicy:
        """Return whom its custodian believes about this log.

        Raises:
            CustodyError: nobody yet: nothing was accepted.
        """
        try:
            return parse_policy((self._folder / POLICY).read_bytes())
        except FileNotFoundError:
            raise CustodyError(
                f"You hold nothing of {self.origin}: `accept` the share you were handed."
            ) from None
        except LedgerError as error:
            raise CustodyError(f"{self._folder / POLICY} cannot be used: {error}.") from None

    def set_policy(self, content: bytes) -> None:
        """Keep whom its custodian believes."""
        write(self._folder / POLICY, content)

    def keep(self, share: ShareFile) -> None:
        """Keep a share and its table."""
        write(self._folder / TABLES / f"{share.table.hash}.json", share.content)

    def share(self, table: str) -> ShareFile:
        """Return the share of a table, which is named by its hash.

        Raises:
            CustodyError: there is none.
        """
        for one in self.shares():
            if one.table.hash == table:
                return one
        raise CustodyError(
            f"You have no share of this table of {self.origin}: `accept` the file you were handed."
        )

    def shares(self) -> list[ShareFile]:
        """Return every share that is held of this server, the one accepted last at the end."""
        files = sorted((self._folder / TABLES).glob("*.json"), key=lambda one: one.stat().st_mtime)
        return [parse_share_file(one.read_bytes()) for one in files]

    def seen(self) -> SeenHead | None:
        """Return the newest head that was accepted.

        Raises:
            CustodyError: the file is damaged.
        """
        try:
            found = json.loads((self._folder / HEAD).read_text("utf-8"))
            return SeenHead(int(found["size"]), bytes.fromhex(found["root"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise CustodyError(
                f"{self._folder / HEAD} is damaged: only you know whether to delete it."
            ) from None

    def remember(self, head: SeenHead) -> None:
        """Keep the newest head; what is older than it is refused from now on."""
        write(
            self._folder / HEAD, json.dumps({"root": head.root.hex(), "size": head.size}).encode()
        )

    def note(self, given: GivenAnswer) -> None:
        """Keep what was answered."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / ANSWERED).open("a", encoding="utf-8") as file:
            file.write(json.dumps(given._asdict(), sort_keys=True) + "\n")

    def answered(self) -> list[GivenAnswer]:
        """Return what was answered, the first one first."""
        try:
            lines = (self._folder / ANSWERED).read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [GivenAnswer(**_answer(line)) for line in lines]


def _answer(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    return found


def origins(root: Path) -> list[str]:
    """Return every server something is held of, by its log's name."""
    found = {
        parse_share_file(one.read_bytes()).table.origin
        for one in (root / SERVERS).glob(f"*/{TABLES}/*.json")
    }
    return sorted(found)
