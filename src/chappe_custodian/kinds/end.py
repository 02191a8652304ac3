"""`end`: the custodians shall be none any more, and the server opens by a passphrase of its operator (L1)."""

from typing import Final

from chappe.trust.custody import CustodyError, end_digest

from .kind import ACTIVATED, CUSTODIANS, Examined, Gives, RequestKind, require_table_entry


def _signed(examined: Examined) -> bytes:
    """Return the hash of what the log will say, so that anybody can check who agreed."""
    return end_digest(examined.request.origin, examined.request.table)


def _look(examined: Examined) -> list[str]:
    require_table_entry(examined, ACTIVATED)
    if examined.request.details:
        raise CustodyError("The request says more than that the custody shall end.")
    return [
        "From then on the server opens by a passphrase, which its operator alone has. None of you is",
        "asked for anything any more, neither for a start nor for a release to an authority.",
        "Everybody reads it in the log. What you hold opens backups from before.",
        "You sign that you agree. Your share is not in the answer.",
    ]


END: Final = RequestKind(
    "end",
    "END the custody: one person alone opens the server (L1)",
    frozenset({CUSTODIANS}),
    Gives.APPROVAL,
    _look,
    signed=_signed,
)
