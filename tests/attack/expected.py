"""Attacks, and what becomes of each. Whoever changes what is promised changes this table.

A reason is said to users: it stands, in the same words, in `docs/trust/limits.md`.
"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, NamedTuple

from .findings import Outcome, Role


class Attack(Enum):
    """What is tried."""

    CONTROL = auto()
    DISK = auto()
    KILLED = auto()
    BACKUP = auto()
    LOGS = auto()
    LEVEL_0 = auto()
    WHO_WITH_WHOM = auto()
    GRAPH_GUESSED = auto()
    KEYS_OF_BEFORE = auto()
    GRAPH_BY_KEYS_OF_BEFORE = auto()
    COMMANDS = auto()
    ACCOUNTS = auto()
    CODE = auto()
    CODE_NOT_ENOUGH = auto()
    CODE_AT_L2 = auto()
    CODE_UNNOTICED = auto()
    CODE_AND_PASSWORD = auto()
    REENTRY = auto()
    REPORTED = auto()
    MODERATOR = auto()
    CLERK = auto()
    CLERK_PAGES = auto()
    CLERK_ALONE = auto()
    CLERK_TWICE = auto()
    ROW_MOVED = auto()
    MESSAGE_MOVED = auto()
    KEY_MOVED = auto()
    MEMBER_ADDED = auto()
    SESSION_ADDED = auto()
    ROW_OLDER = auto()
    ROW_REMOVED = auto()
    STORE_OLDER = auto()
    STORE_AND_LOG_OLDER = auto()
    DELETED_MESSAGE = auto()
    DELETED_ACCOUNT = auto()
    OLD_BACKUP_OWN_KEYS = auto()
    OLD_BACKUP_NEW_KEYS = auto()
    OLD_MESSAGE_NEW_KEYS = auto()
    OLD_DRAFT_NEW_KEYS = auto()
    BIT_FLIPPED = auto()
    PASSPHRASE_GUESSED = auto()
    WITNESS_FORGED = auto()
    RECEIPT_FORGED = auto()
    ENTRY_EDITED = auto()
    ENTRY_REMOVED = auto()
    ENTRY_MOVED = auto()
    LOG_REWRITTEN = auto()
    LOG_REWRITTEN_TOGETHER = auto()
    LOG_REWRITTEN_UNREMEMBERED = auto()
    LOG_FORKED = auto()
    LOG_ROLLED_BACK = auto()
    TILE_DROPPED = auto()
    EXPORT_UNAPPROVED = auto()
    EXPORT_TOO_FEW = auto()
    EXPORT_FORGED = auto()
    EXPORT_REPLAYED = auto()
    EXPORT_UNLOGGED = auto()
    EXPORT_UNWITNESSED = auto()
    EXPORT_WIDER = auto()
    COMMITMENT_OVERDUE = auto()
    OPENING_FALSE = auto()
    STATEMENT_MISSING = auto()
    MEMORY = auto()
    MEMORY_OF_ANOTHER = auto()


class Expected(NamedTuple):
    """Who tries it, how it is said, and what becomes of it."""

    role: Role
    said: str
    reason: str = ""  # why it is not prevented, for users; empty: it is caught

    @property
    def outcome(self) -> Outcome:
        """What becomes of it."""
        return Outcome.NOT_PREVENTED if self.reason else Outcome.CAUGHT


_THIEF: Final = {
    Attack.CONTROL: "with sealing off, each marker is found: the search can find them",
    Attack.DISK: "copies the data directory of a running server: store, its log, files, temporary files",
    Attack.KILLED: "pulls the plug and reads what is left, core dumps included",
    Attack.BACKUP: "takes a backup",
    Attack.LOGS: "reads the server's log, its metrics, its health page",
}

_OBLIGING: Final = {
    Attack.EXPORT_UNAPPROVED: "releases what no custodian approved",
    Attack.EXPORT_TOO_FEW: "releases with one custodian less than are needed",
    Attack.EXPORT_FORGED: "forges the yes of a custodian",
    Attack.EXPORT_REPLAYED: "gives the yes to one order for another",
    Attack.EXPORT_UNLOGGED: "asks a custodian about an order that is not in the log",
    Attack.EXPORT_UNWITNESSED: "goes on with an order that is in the log, and that no witness has seen",
    Attack.EXPORT_WIDER: "asks a custodian for more than the order in the log names",
}
_GAGGED: Final = {
    Attack.COMMITMENT_OVERDUE: "never opens what was hidden in the log",
    Attack.OPENING_FALSE: "opens it as something else",
    Attack.STATEMENT_MISSING: "leaves out what custodians state each week",
}

TABLE: Final[Mapping[Attack, Expected]] = MappingProxyType(
    {
        **{attack: Expected(Role.THIEF, said) for attack, said in _THIEF.items()},
        Attack.LEVEL_0: Expected(
            Role.THIEF,
            "copies the data directory of a server of level L0",
            "At level L0 the key lies beside the data: whoever copies both has everything. It is "
            "for trying Chappe out.",
        ),
        Attack.WHO_WITH_WHOM: Expected(
            Role.THIEF, "looks in the keys of cells for the number of anybody"
        ),
        Attack.GRAPH_GUESSED: Expected(
            Role.THIEF,
            "compares boxes by how much each holds, how long it is and what came together",
            "A stolen disk names nobody, but two boxes that talk hold two copies of their conversation: by "
            "how many messages there are, and about how long, both can be found to belong together.",
        ),
        Attack.KEYS_OF_BEFORE: Expected(
            Role.THIEF,
            "had every key, and comes again after they were renewed for what was written since",
        ),
        Attack.GRAPH_BY_KEYS_OF_BEFORE: Expected(
            Role.THIEF,
            "looks with those keys of before with whom somebody writes since",
            "Whoever had every key of the server once sees in a copy they steal later with whom somebody"
            " writes, and not what: keys are renewed, but not what hides the numbers of others.",
        ),
        Attack.COMMANDS: Expected(
            Role.OPERATOR, "gives every command, and looks for what people wrote in the answers"
        ),
        Attack.ACCOUNTS: Expected(
            Role.OPERATOR,
            "lists accounts and their devices",
            "Who runs the server sees which accounts there are: name, username, devices, and when"
            " each was used.",
        ),
        Attack.CODE: Expected(
            Role.OPERATOR,
            "comes into an account by the login code they see",
            "Who runs the server sees login codes, and comes by one into an account that has no "
            "two-step password. Its devices are told. Set a two-step password.",
        ),
        Attack.CODE_NOT_ENOUGH: Expected(
            Role.OPERATOR,
            "comes in by a code where a code alone is not enough, and is refused by a device",
        ),
        Attack.CODE_AT_L2: Expected(
            Role.OPERATOR, "comes in by a code at level L2, whatever is set: it does not open alone"
        ),
        Attack.CODE_UNNOTICED: Expected(
            Role.OPERATOR,
            "comes in by a code, unnoticed: before anything can be read, the others are told",
        ),
        Attack.CODE_AND_PASSWORD: Expected(
            Role.OPERATOR, "comes by a code into an account with a two-step password"
        ),
        Attack.REENTRY: Expected(
            Role.OPERATOR, "comes in by a link of re-entry, before its wait is over"
        ),
        Attack.REPORTED: Expected(
            Role.STAFF,
            "opens the cases of what was reported, as a moderator",
            "What you report is shown to whoever moderates here: exactly the messages you chose, and what "
            "you wrote of them. Who reported is not.",
        ),
        Attack.MODERATOR: Expected(
            Role.STAFF, "looks for anything else that people wrote, as a moderator"
        ),
        Attack.CLERK: Expected(
            Role.STAFF, "looks for what people wrote, as a clerk of orders of authorities"
        ),
        Attack.CLERK_PAGES: Expected(
            Role.STAFF,
            "looks on every page of an order for whose data it is and what it holds, as its clerk",
        ),
        Attack.CLERK_ALONE: Expected(
            Role.STAFF,
            "releases an order's package as its clerk, without custodians or with one less",
        ),
        Attack.CLERK_TWICE: Expected(
            Role.STAFF, "downloads the package a second time, as its clerk"
        ),
        Attack.ROW_MOVED: Expected(
            Role.ADMINISTRATOR, "moves a row from one person's box into another's"
        ),
        Attack.MESSAGE_MOVED: Expected(
            Role.ADMINISTRATOR,
            "moves a message from one person's box into another's, to read it there",
        ),
        Attack.KEY_MOVED: Expected(
            Role.ADMINISTRATOR, "moves another person's authorisation key to their own"
        ),
        Attack.MEMBER_ADDED: Expected(
            Role.ADMINISTRATOR, "adds a row that makes them a member of a group"
        ),
        Attack.SESSION_ADDED: Expected(
            Role.ADMINISTRATOR, "adds a row that makes their session another person's"
        ),
        Attack.ROW_OLDER: Expected(
            Role.ADMINISTRATOR,
            "puts a value back as it was before",
        ),
        Attack.ROW_REMOVED: Expected(
            Role.ADMINISTRATOR,
            "removes a row",
        ),
        Attack.STORE_OLDER: Expected(
            Role.ADMINISTRATOR, "puts the whole store back as it was before, without the log"
        ),
        Attack.STORE_AND_LOG_OLDER: Expected(
            Role.ADMINISTRATOR, "puts the whole store back as it was before, with the log"
        ),
        Attack.DELETED_MESSAGE: Expected(
            Role.DIGGER,
            "digs for a message as soon as it was deleted for both",
            "A deleted message is gone from the app at once. For up to a day its sealed bytes can stay in"
            " the server's files, under a key that is still there; then the key is gone.",
        ),
        Attack.DELETED_ACCOUNT: Expected(Role.DIGGER, "digs for an account that was deleted"),
        Attack.OLD_BACKUP_NEW_KEYS: Expected(
            Role.DIGGER,
            "looks for a deleted account in last week's backup of the store, with today's keys",
        ),
        Attack.OLD_MESSAGE_NEW_KEYS: Expected(
            Role.DIGGER,
            "looks, a day later, for a deleted message in last week's backup, with today's keys",
        ),
        Attack.OLD_DRAFT_NEW_KEYS: Expected(
            Role.DIGGER,
            "looks, a day later, for a draft that was given up in last week's backup, likewise",
        ),
        Attack.OLD_BACKUP_OWN_KEYS: Expected(
            Role.DIGGER,
            "opens last week's backup with the keys in that backup",
            "A backup that was made with its own keys in it opens with them, deleted accounts "
            "included, as long as somebody keeps it.",
        ),
        Attack.BIT_FLIPPED: Expected(Role.FORGER, "changes one bit of a sealed value"),
        Attack.PASSPHRASE_GUESSED: Expected(
            Role.FORGER, "starts the server with another passphrase"
        ),
        Attack.WITNESS_FORGED: Expected(Role.FORGER, "forges the signature of a witness"),
        Attack.RECEIPT_FORGED: Expected(
            Role.FORGER, "hands somebody a receipt of what the log does not say"
        ),
        Attack.ENTRY_EDITED: Expected(Role.REWRITER, "changes an entry"),
        Attack.ENTRY_REMOVED: Expected(Role.REWRITER, "removes an entry"),
        Attack.ENTRY_MOVED: Expected(Role.REWRITER, "moves an entry"),
        Attack.LOG_REWRITTEN: Expected(
            Role.REWRITER, "writes the log anew with its real keys, alone"
        ),
        Attack.LOG_REWRITTEN_TOGETHER: Expected(
            Role.REWRITER,
            "writes it anew together with every witness, before somebody who remembers",
        ),
        Attack.LOG_REWRITTEN_UNREMEMBERED: Expected(
            Role.REWRITER,
            "writes it anew together with every witness, before somebody who remembers nothing",
            "If the server and enough witnesses lie together, only who has looked at the log "
            "before, or compares with somebody who has, finds it.",
        ),
        Attack.LOG_FORKED: Expected(Role.REWRITER, "shows two people two logs"),
        Attack.LOG_ROLLED_BACK: Expected(Role.REWRITER, "serves an older log again"),
        Attack.TILE_DROPPED: Expected(Role.REWRITER, "drops a tile"),
        **{attack: Expected(Role.OBLIGING, said) for attack, said in _OBLIGING.items()},
        **{attack: Expected(Role.GAGGED, said) for attack, said in _GAGGED.items()},
        Attack.MEMORY: Expected(
            Role.ROOT,
            "reads the server's memory",
            "A running server can read cloud chats, and so can root on its machine: what people "
            "write is in its memory. Telegram's protocol gives no way round this.",
        ),
        Attack.MEMORY_OF_ANOTHER: Expected(
            Role.ROOT, "another user of the machine reads the server's memory, or its files"
        ),
    }
)
