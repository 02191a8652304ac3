"""`chappe custodians` and `chappe serve --take-over` at the server's side: the commands, declared.

What they do is imported when one is given: few servers have custodians, and each start would pay for it.
"""

from importlib import import_module
from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.rpc import operator_command
from chappe.trust import sealing

from .rota import WEEKS_MAX

CARDS_MAX: Final = 16  # cards of a proposal, and answers of a command
REASON_CHARACTERS_MAX: Final = 500  # characters of a reason
PASSPHRASE_CHARACTERS_MAX: Final = 4_096  # characters of a passphrase
SEEN_LISTED_MAX: Final = 32  # sizes of the log that may be named beside a request

Reason = Annotated[
    str, Meta(max_length=REASON_CHARACTERS_MAX, description="Why; custodians are shown it.")
]
Seen = Annotated[
    tuple[int, ...],
    Meta(max_length=SEEN_LISTED_MAX, description="How many entries of the log somebody has seen."),
]
Cards = Annotated[
    tuple[str, ...],
    Meta(max_length=CARDS_MAX, description="The cards of all who shall be custodians."),
]
Answers = Annotated[
    tuple[str, ...], Meta(max_length=CARDS_MAX, description="What custodians answered.")
]
Passphrase = Annotated[
    str,
    Meta(
        min_length=8,
        max_length=PASSPHRASE_CHARACTERS_MAX,
        description="By which the data open then.",
    ),
]
Build = Annotated[
    str, Meta(pattern="^[0-9a-f]{64}$", description="The hash of the new build's manifest.")
]


@operator_command(
    "custodians",
    "List who holds shares of the root key, and when they last showed that they have them.",
    audited=False,
    empty="Nobody holds a share of the root key: the server is not at L2.",
)
async def custodians(server: Any) -> list[dict[str, Any]]:
    """Return the custodians in force and those proposed, in the order of their places."""
    return list(_part("office").listed(server))


@operator_command(
    "custodians-rota",
    "Plan who of the custodians is to be within reach in which week, and when they rehearse.",
    audited=False,
)
async def custodians_rota(
    server: Any,
    *,
    weeks: Annotated[
        int, Meta(ge=1, le=WEEKS_MAX, description="How many weeks, from this one.")
    ] = 13,
) -> list[dict[str, Any]]:
    """Return the weeks."""
    return list(_part("office").planned(server, weeks))


@operator_command(
    "custodians-propose",
    "Divide a new root key among custodians; it comes into force by custodians-activate.",
)
async def custodians_propose(
    server: Any, *, needed: int, cards: Cards, reason: Reason = "", seen: Seen = ()
) -> dict[str, Any]:
    """Deal shares, or at L2 ask those of today whether they agree."""
    return dict(await _part("office").proposed(server, needed, cards, reason, seen))


@operator_command(
    "custodians-activate",
    "Ask the custodians who were proposed for their shares: with enough, they are the custodians.",
)
async def custodians_activate(
    server: Any, *, reason: Reason = "", seen: Seen = ()
) -> dict[str, Any]:
    """Make the request."""
    return dict(await _part("office").asked_to_activate(server, reason, seen))


@operator_command(
    "custodians-rehearse", "Ask the custodians to show that their shares are at hand."
)
async def custodians_rehearse(
    server: Any, *, reason: Reason = "", seen: Seen = ()
) -> dict[str, Any]:
    """Make the request."""
    return dict(await _part("office").asked_to_rehearse(server, reason, seen))


@operator_command(
    "custodians-end",
    "Ask the custodians to be none any more: with enough, a passphrase opens the server (L1).",
)
async def custodians_end(
    server: Any, *, passphrase: Passphrase, reason: Reason = "", seen: Seen = ()
) -> dict[str, Any]:
    """Make the request; the passphrase waits in memory until enough have answered."""
    return dict(await _part("office").asked_to_end(server, passphrase, reason, seen))


@operator_command("custodians-answer", "Take what custodians answered.")
async def custodians_answer(server: Any, *, answers: Answers) -> list[dict[str, Any]]:
    """Take each to the request it is for; with enough of them, do what was asked for."""
    return list(await _part("office").answered(server, answers))


@operator_command("pass-key", "Pass the root key to a new process of this machine, and end.")
async def pass_key(server: Any, *, to: Build) -> dict[str, Any]:
    """Have the log say it, and wait for the other process; return where it finds the key."""
    return dict(await _part("passing").passed(server, to))


def custody_facts(server: Any) -> dict[str, Any]:
    """Return what `chappe status` says of custodians."""
    if server.data is None or not sealing.is_shared(server.data):
        return {}
    return dict(_part("office").facts(server))


def _part(name: str) -> Any:
    return import_module(f".{name}", __package__)


CUSTODY_COMMANDS: Final = (
    custodians,
    custodians_rota,
    custodians_propose,
    custodians_activate,
    custodians_rehearse,
    custodians_end,
    custodians_answer,
    pass_key,
)
