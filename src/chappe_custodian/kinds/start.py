"""`start`: a server that was stopped asks for shares, to open what it keeps."""

from typing import Final

from .kind import ACTIVATED, CUSTODIANS, Examined, Gives, RequestKind, require_table_entry


def _look(examined: Examined) -> list[str]:
    require_table_entry(examined, ACTIVATED)
    others = examined.table.needed - 1
    return [
        f"You give your share to whoever made this request. With {others} more it opens everything",
        "the server keeps. The log and the build prove nothing about who that is: ask the operator.",
    ]


START: Final = RequestKind(
    "start", "START: open the server", frozenset({CUSTODIANS}), Gives.SHARE, _look
)
