"""What is checked of every request, whatever its kind: table, proof, witnesses, and the head seen last."""

import datetime as dt
from typing import Final

from chappe.trust.custody import (
    CustodianSecret,
    CustodyAnswer,
    CustodyError,
    CustodyRequest,
    ShareFile,
    answer,
    open_share,
    prove_share,
    seal_share,
)
from chappe.trust.ledger.canonical import Entry, EntryKinds
from chappe.trust.ledger.checkpoints import Checkpoint
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.kinds import KINDS
from chappe.trust.ledger.merkle import check_consistency
from chappe.trust.ledger.policies import AcceptedCheckpoint, LogPolicy
from chappe.trust.ledger.proofs import parse_hash_line, parse_proof

from .holdings import Holding, SeenHead
from .kinds import KINDS_OF_REQUEST, Examined, RequestKind
from .kinds.kind import CUSTODIANS, Gives
from .log_places import way_between

FRESH_S: Final = 86_400  # seconds after which a request, or the witnesses' word, is called old
AHEAD_S: Final = 600  # seconds a clock may be ahead


def examine(
    request: CustodyRequest, holding: Holding, now: int, place: str = ""
) -> tuple[RequestKind, Examined, list[str]]:
    """Check a request against what its custodian holds.

    Args:
        request: What is asked.
        holding: What the custodian has of the server that asks.
        now: Seconds since 1970.
        place: Where the log is read, if the request does not show how it goes on.

    Returns:
        Its kind, what was found, and the lines that say what a yes means.

    Raises:
        CustodyError: there is nothing to say yes to; the text says why.
    """
    kind = KINDS_OF_REQUEST.get(request.kind)
    if kind is None:
        raise CustodyError(
            f"This tool knows no request of the kind {request.kind}: get a newer one, or say no."
        )
    policy = holding.policy()
    held = holding.share(request.table)
    if held.table.origin != request.origin:
        raise CustodyError("The request names one log, and its table of custodians another.")
    if (kind.gives is Gives.SHARE) != bool(request.key):
        raise CustodyError("A request of this kind brings no key, or another one needs it.")
    entry, position, accepted = check_entry(request.entry, request.proof, policy, request.origin)
    if entry.kind not in kind.entries:
        raise CustodyError(f"The proof is of an entry {entry.kind}: that says nothing here.")
    check_continues(holding.seen(), accepted.head, request, place)
    answered = tuple(one.entry for one in holding.answered())
    examined = Examined(request, entry, position, accepted, policy, held, now, answered)
    return kind, examined, kind.look(examined)


def check_entry(
    entry: bytes, proof: bytes, policy: LogPolicy, origin: str
) -> tuple[Entry, int, AcceptedCheckpoint]:
    """Check that an entry is in a log, and that enough witnesses saw it.

    Raises:
        CustodyError: it is not, as far as this proof says.
    """
    try:
        found = parse_proof(proof)
        accepted = found.check(entry, policy)
        read = EntryKinds(KINDS).read(entry)
    except LedgerError as error:
        raise CustodyError(f"The public log does not show it: {error}.") from None
    if accepted.head.origin != origin:
        raise CustodyError(f"The proof is of the log {accepted.head.origin}, not of {origin}.")
    return read, found.position, accepted


def check_continues(
    seen: SeenHead | None, head: Checkpoint, request: CustodyRequest, place: str = ""
) -> None:
    """Check that a head continues the one that was seen last.

    Raises:
        CustodyError: it does not, or the request does not show it.
    """
    if seen is None:
        return
    if head.size < seen.size:
        raise CustodyError(
            f"ROLLED BACK: this head has {head.size} entries, and you have seen {seen.size}."
        )
    way = request.continues.get(seen.size, ())
    grown = head.size > seen.size > 0
    if grown and not way and not place:
        raise CustodyError(
            f"The request does not show that its log continues the {seen.size} entries you have seen: name"
            f" the log or a mirror by --log, or ask for one that does (`--seen {seen.size}`)."
        )
    try:
        if grown and not way:
            hashes = way_between(place, seen.size, head.size)
        else:
            hashes = [parse_hash_line(one) for one in way] if grown else []
        check_consistency(seen.size, head.size, hashes, seen.root, head.root)
    except LedgerError as error:
        raise CustodyError(
            f"FORKED: {error}. Keep this request: it is the evidence. Answer nothing."
        ) from None


def check_share_file(
    share: ShareFile, policy: LogPolicy, secret: CustodianSecret, holding: Holding
) -> SeenHead:
    """Check what a custodian was handed: the share opens, and its table stands in the log.

    Returns:
        The head it was proved by.

    Raises:
        CustodyError: it must not be accepted.
    """
    table = share.table
    card = table.card_at(share.place)
    mine = secret.card(card.name)
    if (card.key, card.approval) != (mine.key, mine.approval):
        raise CustodyError(f"This share is for {card.name}, who has other keys than yours.")
    open_share(table.shares, share.place, share.sealed, secret.receiving)
    entry, _, accepted = check_entry(share.entry, share.proof, policy, table.origin)
    if entry.kind != CUSTODIANS or entry.fields["table"] != table.hash:
        raise CustodyError("The proof is not of an entry that names this table of custodians.")
    said = {
        "custodians": tuple(sorted(one.approval.hex() for one in table.cards)),
        "delay_days": table.delay_days,
        "needed": table.needed,
    }
    if any(entry.fields[name] != value for name, value in said.items()):
        raise CustodyError("The log says other custodians, or another number, than the table.")
    seen = holding.seen()
    if seen is not None and accepted.head.size < seen.size:
        return seen  # handed over late: the table is in the log all the same
    return SeenHead(accepted.head.size, accepted.head.root)


def answer_to(kind: RequestKind, examined: Examined, secret: CustodianSecret) -> CustodyAnswer:
    """Return the answer that says yes.

    Raises:
        CustodyError: the share does not open.
    """
    request, sealed, possession = examined.request, b"", b""
    if kind.gives is not Gives.APPROVAL:
        share = kind.share(examined, secret)
        if kind.gives is Gives.SHARE:
            sealed = seal_share(request, share)
        else:
            possession = prove_share(request, examined.table.shares, share)
    seen = examined.accepted.head.size
    signed = kind.signed(examined)
    return answer(request, examined.held.place, secret, seen, signed, sealed, possession)


def shown_request(kind: RequestKind, examined: Examined) -> list[str]:
    """Return what a custodian is shown of a request, before the lines of its kind."""
    request, table = examined.request, examined.table
    build = request.build
    names = ", ".join(card.name for card in table.cards)
    you = table.card_at(examined.held.place).name
    lines = [
        f"{request.origin} asks its custodians",
        f"  {kind.title}",
        f"  why            {request.reason or 'no reason is given'}",
        f"  asked          {moment(request.made)}",
        f"  build claimed  {build.version} {build.manifest}".rstrip() + " (nothing proves it)",
        f"  custodians     {table.needed} of {len(table.cards)}: {names}. You are {you}",
        f"  log            {examined.accepted.head.size} entries, {witnessed(examined)}",
        f"  fingerprint    {request.fingerprint}",
    ]
    age = examined.now - request.made
    if age > FRESH_S or age < -AHEAD_S:
        lines.append("  OLD: this request was not made today, or a clock is wrong.")
    if kind.gives is Gives.SHARE:
        lines.append("Call the operator: the server's own terminal shows the same fingerprint.")
    return lines


def witnessed(examined: Examined) -> str:
    """Return who cosigned the head, and when."""
    cosigned = examined.accepted.cosigned
    if not cosigned:
        return "and NO WITNESS: whoever has the server can show you a log of their own"
    times = f"{moment(max(cosigned.values()))}"
    old = " (OLD)" if examined.now - max(cosigned.values()) > FRESH_S else ""
    return f"seen by {', '.join(sorted(cosigned))} at {times}{old}"


def moment(seconds: int) -> str:
    """Return a moment in words, in UTC."""
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%d %H:%M} UTC"
