"""The commands of the custodian's tool."""

import argparse
import getpass
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from chappe.trust.custody import (
    CustodianSecret,
    CustodyError,
    parse_request,
    parse_share_file,
    secret_of_sheet,
)
from chappe.trust.custody.cards import SEED_BYTES
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.policies import parse_policy

from . import one_file
from .checking import answer_to, check_share_file, examine, moment, shown_request
from .holdings import GivenAnswer, Holding, SeenHead, origins
from .keyfile import card_of, make_keys, open_keys
from .kinds.kind import Gives
from .packages import add_package_commands

FOLDER: Final = Path("~/.chappe-custodian")
REQUEST_BYTES_MAX: Final = 1 << 20
KEYBOARD: Final = Path("/dev/tty")  # a request may come by standard input
EXIT_NO: Final = 1
EXIT_REFUSED: Final = 2
OPENING: Final = frozenset({"start", "activate"})
REHEARSING: Final = frozenset({"rehearse"})


def main(given: Sequence[str] | None = None) -> int:
    """Run a command; what is wrong is said in one sentence, with exit code 2. Code 1: you said no."""
    options = _parser().parse_args(given)
    options.folder = options.folder.expanduser()
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except CustodyError as error:
        print(f"chappe-custodian: {error}", file=sys.stderr)
    except OSError as error:
        print(f"chappe-custodian: {error.filename}: {error.strerror}.", file=sys.stderr)
    return EXIT_REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chappe-custodian",
        description="Keep a share of a Chappe server's root key, and answer what the server asks.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], what: str, **how: bool
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=what, description=what)
        made.set_defaults(run=run)
        made.add_argument("--folder", type=Path, default=FOLDER, help="where everything is kept")
        if how.get("secret", False):
            made.add_argument("--passphrase-fd", type=int, help="read the passphrase from here")
        return made

    init = command("init", _init, "Make your keys, and print the card to hand out.", secret=True)
    init.add_argument("name", help="what the other custodians call you")
    init.add_argument("--sheet", action="store_true", help="make them from your recovery sheet")
    command("card", _card, "Print your card again: one line, for the operator.")
    command("sheet", _sheet, "Print your keys for paper: the recovery sheet.", secret=True)
    accept = command("accept", _accept, "Check and keep the share you were handed.", secret=True)
    accept.add_argument("file", type=Path, help="the share file")
    accept.add_argument("--policy", type=Path, help="whom you believe about the server's log")
    for name, what in (
        ("open", "Give your share: to a start, or to the drill before custodians come into force."),
        ("rehearse", "Show that your share is at hand; it is not given."),
        ("answer", "Answer a request of any kind."),
    ):
        asked = command(name, _answer, what, secret=True)
        asked.add_argument("file", type=Path, nargs="?", help="the request; none: it is pasted")
        asked.add_argument("--log", default="", help="where the log is served, or a mirror of it")
        asked.add_argument("--yes", action="store_true", help="do not ask")
        asked.set_defaults(asked=name)
    command("status", _status, "Say what you hold, and what you answered.")
    add_package_commands(command)
    pack = command("pack", _pack, "Write this tool as one file.")
    pack.add_argument("file", type=Path)
    return parser


def _passphrase(options: argparse.Namespace, *, new: bool = False) -> str:
    if options.passphrase_fd is not None:
        with os.fdopen(options.passphrase_fd, "rb") as file:
            return file.readline().decode("utf-8", "replace").rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CustodyError("Nobody is at the keyboard: give the passphrase by --passphrase-fd.")
    found = getpass.getpass("passphrase: ")
    if new and getpass.getpass("again: ") != found:
        raise CustodyError("These are two passphrases.")
    return found


def _init(options: argparse.Namespace) -> int:
    if options.sheet:
        print("Type the letters of your sheet:", file=sys.stderr)
        secret = secret_of_sheet(sys.stdin.readline())
    else:
        secret = CustodianSecret(os.urandom(SEED_BYTES))
    card = make_keys(options.folder, options.name, _passphrase(options, new=True), secret)
    print(card.line)
    print(
        "Hand this line to the operator. Now print your recovery sheet: chappe-custodian sheet",
        file=sys.stderr,
    )
    return 0


def _card(options: argparse.Namespace) -> int:
    print(card_of(options.folder).line)
    return 0


def _sheet(options: argparse.Namespace) -> int:
    card = card_of(options.folder)
    secret = open_keys(options.folder, _passphrase(options))
    print("RECOVERY SHEET of a custodian. On paper, in a safe place, in no cloud.")
    print(f"  custodian   {card.name}")
    print(f"  keys        {secret.sheet()}")
    for origin in origins(options.folder):
        print(f"  server      {origin}")
    print("It makes your keys anew: chappe-custodian init NAME --sheet. Whoever has it is you.")
    print("The share itself is not on it: the operator hands you its file again.")
    return 0


def _accept(options: argparse.Namespace) -> int:
    share = parse_share_file(options.file.read_bytes())
    holding = Holding(options.folder, share.table.origin)
    given = options.policy.read_bytes() if options.policy is not None else None
    if holding.is_new and given is None:
        raise CustodyError("Whom do you believe about the server's log? Name a --policy.")
    try:
        policy = parse_policy(given) if given is not None else holding.policy()
    except LedgerError as error:
        raise CustodyError(f"The policy cannot be used: {error}.") from None
    secret = open_keys(options.folder, _passphrase(options))
    head = check_share_file(share, policy, secret, holding)
    if given is not None:
        holding.set_policy(given)
    holding.keep(share)
    holding.remember(head)
    table = share.table
    print(f"You hold share {share.place} of {len(table.cards)} of {table.origin}.")
    print(f"{table.needed} of you open it: {', '.join(card.name for card in table.cards)}.")
    return 0


def _request_bytes(file: Path | None) -> bytes:
    if file is not None:
        return file.read_bytes()
    if sys.stdin.isatty():
        print("Paste the request, and press Enter:", file=sys.stderr)
        return sys.stdin.buffer.readline(REQUEST_BYTES_MAX)
    return sys.stdin.buffer.read(REQUEST_BYTES_MAX)


def _answer(options: argparse.Namespace) -> int:
    request = parse_request(_request_bytes(options.file))
    wanted = {"open": OPENING, "rehearse": REHEARSING}.get(options.asked)
    if wanted is not None and request.kind not in wanted:
        raise CustodyError(
            f"This is a request to {request.kind}, and you said `{options.asked}`: `answer` takes any kind."
        )
    holding = Holding(options.folder, request.origin)
    now = int(time.time())
    kind, examined, lines = examine(request, holding, now, options.log)
    for line in (*shown_request(kind, examined), *lines):
        print(line, file=sys.stderr)
    if not options.yes and not _says_yes():
        print("You said no. Nothing was answered.", file=sys.stderr)
        return EXIT_NO
    secret = open_keys(options.folder, _passphrase(options))
    made = answer_to(kind, examined, secret)
    head = examined.accepted.head
    # before anything is given: what comes later must continue what was seen now
    holding.remember(SeenHead(head.size, head.root))
    holding.note(GivenAnswer(now, request.kind, request.fingerprint, examined.position, head.size))
    print(made.text)
    where = "at the server's address" if kind.gives is Gives.SHARE else "to the operator"
    print(f"Give these {len(made.text)} characters {where}.", file=sys.stderr)
    return 0


def _says_yes() -> bool:
    print("Do you say yes? [y/N] ", end="", file=sys.stderr, flush=True)
    try:
        with KEYBOARD.open(encoding="utf-8") as keyboard:
            return keyboard.readline().strip().lower() in ("y", "yes")
    except OSError:
        raise CustodyError("Nobody is at the keyboard to say yes: say `--yes`.") from None


def _status(options: argparse.Namespace) -> int:
    print(f"custodian   {card_of(options.folder).name}")
    for origin in origins(options.folder):
        holding = Holding(options.folder, origin)
        print(f"server      {origin}")
        seen = holding.seen()
        print(f"  log       {seen.size if seen else 0} entries seen")
        for share in holding.shares():
            table = share.table
            print(
                f"  share     {share.place} of {len(table.cards)}, {table.needed} open;"
                f" table {table.hash[:12]}"
            )
        given = holding.answered()
        rehearsed = [one.at for one in given if one.kind in OPENING | REHEARSING]
        print(f"  tried     {moment(rehearsed[-1]) if rehearsed else 'never: ask for a rehearsal'}")
        for one in given[-5:]:
            print(f"  answered  {moment(one.at)}  {one.kind}  entry {one.entry}  {one.fingerprint}")
    return 0


def _pack(options: argparse.Namespace) -> int:
    print(f"{one_file.write_tool(options.file)}  {options.file}")
    return 0
