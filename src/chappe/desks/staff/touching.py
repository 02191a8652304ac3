"""What each operator command touches: accounts, staff, or neither. The only place that says so.

What touches any is in the public log before it is done. A command is in one of three tables, and one that is
in none is not run: whoever adds a command looks whom it is about.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from chappe.features import accounts, auth, reentry, roster, suspensions
from chappe.updates import Context

DAY_S: Final = 86_400

#: Returns the accounts that a command is about, by its arguments; raises ValueError where there is none.
Accounts = Callable[[Context, Mapping[str, Any]], Awaitable[Sequence[int]]]
#: Returns what else is said of a command in public, by its arguments and the moment; it raises the same.
Facts = Callable[[Mapping[str, Any], int], dict[str, str | int]]

#: Returns whether what is asked for becomes a proposal to moderators, by its arguments.
Proposed = Callable[[Context, Mapping[str, Any]], Awaitable[bool]]


class Touching(NamedTuple):
    """What a command touches, and what is said of it."""

    accounts: Accounts | None = None  # None: whom it is about is not known before
    staff: bool = False  # somebody of the staff, whom it names
    is_told: bool = True  # whether they are brought a receipt
    unless: str = ""  # with this argument it does nothing
    is_proposed: Proposed | None = (
        None  # whether moderators decide: their desk has entries of its own
    )
    facts: Facts = lambda _given, _now: {}


async def _one(context: Context, given: Mapping[str, Any]) -> Sequence[int]:
    """The account that is named, which must be there."""
    return (await auth.known_account(context, given["user"]),)


async def _one_though_gone(context: Context, given: Mapping[str, Any]) -> Sequence[int]:
    """The account that is named, though half of it be gone: the erasure of such a one goes on."""
    return (await auth.named_account(context, str(given["user"])),)


async def _lost(context: Context, given: Mapping[str, Any]) -> Sequence[int]:
    return [one.id for one in await reentry.lost_behind(context, given.get("after", -1))]


async def _on_lines(context: Context, given: Mapping[str, Any]) -> Sequence[int]:
    return await roster.accounts_on_lines(context, given["lines"])


async def _suspension_proposed(context: Context, given: Mapping[str, Any]) -> bool:
    judges = suspensions.ground_of(given["reason"]) not in suspensions.NO_FAULT
    return judges and await context.ask(accounts.hooks.needs_decision)(context)


async def _erasure_proposed(context: Context, given: Mapping[str, Any]) -> bool:
    """An erasure that was begun goes on, and who asks for their own is not judged."""
    person = await auth.named_account(context, str(given["user"]))
    if given.get("own_request") or await auth.is_half_deleted(context, person):
        return False
    return await context.ask(accounts.hooks.needs_decision)(context)


def _suspension(given: Mapping[str, Any], now: int) -> dict[str, str | int]:
    return {
        "ground": suspensions.ground_of(given["reason"]).value,
        "until": now + given["days"] * DAY_S,
    }


TOUCHING: Final[Mapping[str, Touching]] = {
    "codes": Touching(),  # a code lets into whichever account
    "end": Touching(_one),
    "erase": Touching(_one_though_gone, is_told=False, is_proposed=_erasure_proposed),
    "grant": Touching(_one),
    "reentry": Touching(_one),
    "reentry-cancel": Touching(_one),
    "reentry-lost": Touching(_lost),
    "roster-apply": Touching(_on_lines, unless="dry_run"),
    "sign-in-unlink": Touching(_one),
    "staff-account": Touching(staff=True),
    "staff-add": Touching(),
    "staff-link": Touching(staff=True),
    "staff-remove": Touching(staff=True),
    "staff-role": Touching(staff=True),
    "suspend": Touching(_one, facts=_suspension, is_proposed=_suspension_proposed),
    "suspend-end": Touching(_one),
}

# what reads, or changes the house alone: who may come, where they come to, the server itself
TOUCHING_NOBODY: Final = frozenset(
    {
        "arrivals",
        "audit",
        "backup",
        "backup-now",
        "bot-create",  # these of the server's own bots alone
        "bot-delete",
        "bot-revoke",
        "bots",
        "backups",
        "custodians",
        "custodians-activate",
        "custodians-answer",
        "custodians-propose",
        "custodians-end",
        "custodians-rehearse",
        "custodians-rota",
        "files",
        "granted",
        "invite",
        "invites",
        "ledger",
        "pass-key",
        "passphrase",
        "people",
        "person",
        "place",
        "place-remove",
        "places",
        "proxy-link",
        "proxy-links",
        "reports",
        "retention",
        "revoke",
        "revoke-proxy-link",
        "roster",
        "rotate",
        "seal",
        "sessions",
        "sign-in-check",
        "sign-ins",
        "staff",
        "status",
        "suspended",
        "terms",
        "test_mail",
        "users",
    }
)

# orders of authorities, and cases of moderators: their desks have entries of their own in the log before each
# step they take, or hide one
SAID_BY_THE_DESK: Final = frozenset(
    {
        "appeal",
        "appeal-ask",
        "appeal-decide",
        "appeals",
        "flaggers",
        "notice",
        "notice-file",
        "notices-mine",
        "notices",
        "case",
        "case-claim",
        "case-close",
        "case-counts",
        "case-decide",
        "case-note",
        "case-open",
        "case-preview",
        "case-release",
        "case-reverse",
        "case-sign",
        "case-unveil",
        "case-withdraw",
        "cases",
        "decision",
        "order",
        "order-acted",
        "order-answer",
        "order-check",
        "order-close",
        "order-decide",
        "order-deliver",
        "order-gag",
        "order-letter",
        "order-package",
        "order-preserve",
        "order-receive",
        "order-release",
        "order-request",
        "order-seal",
        "orders",
        "raid",
        "raid-decide",
        "raid-preview",
        "raid-sign",
        "raid-undo",
        "raid-withdraw",
        "raids",
        "reporter-mute",
        "reporter-unmute",
        "reporters-muted",
        "statement-answer",
        "statement-request",
    }
)


def touched_by(command: str) -> Touching | None:
    """Return what a command touches; None for nobody.

    Raises:
        KeyError: nobody has said so: it must not be run.
    """
    return None if command in TOUCHING_NOBODY | SAID_BY_THE_DESK else TOUCHING[command]
