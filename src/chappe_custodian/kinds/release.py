"""`release`: data of somebody is to go to an authority, by an order that the log has, or commits to."""

import datetime as dt
from typing import Final

from chappe.trust.custody import (
    CustodianSecret,
    CustodyError,
    ReleaseDetails,
    Share,
    check_release,
    open_share,
    parse_details,
)
from chappe.trust.custody.releases import COMMITTED, RECEIVED

from .kind import Examined, Gives, RequestKind

NO_END: Final = 1 << 31  # seconds since 1970: an order that names no last day


def _details(examined: Examined) -> ReleaseDetails:
    return parse_details(examined.request.details)


def _look(examined: Examined) -> list[str]:
    if not examined.accepted.cosigned:
        raise CustodyError(
            "No witness saw this in the log: nothing is released by the word of the server alone."
        )
    details = _details(examined)
    hidden = check_release(details, examined.entry, examined.table)
    record, decision = details.record, details.decision
    lines = [
        f"An authority of {record.country} asks, by {record.channel} ({record.basis}).",
        f"  data           {', '.join(decision.given)}, of the {', '.join(record.classes)} that it names",
        f"  of             {', '.join(f'account {one}' for one in record.accounts)}",
        f"  dates          {_day(record.since)} to {_day(record.until)}",
        f"  received       {_day(record.received)}, entry {examined.position} of the log",
        f"  parts          {len(decision.parts)}, {sum(one.size for one in decision.parts)} bytes sealed",
        f"  goes to        whoever has the private half of the key {decision.authority.hex()[:16]}…",
        f"  what you sign  {decision.digest.hex()}",
    ]
    if hidden:
        until = examined.entry.fields["reveal_by"]
        lines.append(f"HIDDEN: the log has a commitment. It must be opened by {until}: look then.")
    return [*lines, "You give your share of this case's key, and of nothing else."]


def _day(moment: int) -> str:
    if moment >= NO_END:
        return "today"
    return f"{dt.datetime.fromtimestamp(moment, dt.UTC):%Y-%m-%d}" if moment else "the beginning"


def _share(examined: Examined, secret: CustodianSecret) -> Share:
    details, place = _details(examined), examined.held.place
    sealed = details.shares[place - 1]
    return open_share(details.share_table(examined.table), place, sealed, secret.receiving)


def _signed(examined: Examined) -> bytes:
    return _details(examined).decision.digest


RELEASE: Final = RequestKind(
    "release",
    "RELEASE data of somebody to an authority",
    frozenset({RECEIVED, COMMITTED}),
    Gives.SHARE,
    _look,
    _share,
    _signed,
)
