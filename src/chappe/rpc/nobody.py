"""Peers that may be left out: some libraries say `inputPeerEmpty` there instead, and mean the same."""

from functools import cache
from typing import Any, Final

import msgspec

from chappe import tl
from chappe.tl import api

EMPTY: Final = (api.InputPeerEmpty, api.InputUserEmpty, api.InputChannelEmpty)
_PEERS: Final = frozenset(("InputPeer", "InputUser", "InputChannel"))
_HOLDER: Final = "reply_to"  # the one object within calls that has such peers, too


def leave_out_nobody(said: Any) -> Any:
    """Return a call, or what it answers to, without peers that are empty where none need be named.

    The call itself is not changed. A peer that must be named stays, and is refused by who serves the call.
    """
    changed: dict[str, Any] = {}
    for name in _optional_peers(said.__class__):
        value = getattr(said, name)
        if value is None:
            continue
        if name == _HOLDER:
            if (held := leave_out_nobody(value)) is not value:
                changed[name] = held
        elif isinstance(value, EMPTY):
            changed[name] = None
    return msgspec.structs.replace(said, **changed) if changed else said


@cache
def _optional_peers(kind: type[tl.TlObject]) -> tuple[str, ...]:
    """Return the fields of a class that may name a peer and need not, and the one that holds such."""
    shape = tl.schema().newest(kind.tl_name)
    return tuple(f.name for f in shape.fields if (f.flag and f.type in _PEERS) or f.name == _HOLDER)
