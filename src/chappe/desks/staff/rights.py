"""What staff may do: every operator command, and the roles that may give it. The only place that says so.

A command is in one of two tables: of those that staff give, or of those given on the machine alone. Among the
latter is all that lets somebody into an account, or takes data away.
"""

from collections.abc import Collection, Mapping
from typing import Final

from chappe.rpc import Role

NAMED_CHARACTERS_MAX: Final = 200  # characters of a list of roles

# what each role is for, as it is explained where one is given
STAFF_ROLES: Final[Mapping[Role, str]] = {
    Role.ADMINISTRATOR: "runs the server: people, invites, rights, files, mail",
    Role.HELPDESK: "helps people: finds them, ends sessions, suspends, invites, gives proxy links",
    Role.STAFF_ADMIN: "adds and removes staff, and gives them roles; sees nobody's account",
    Role.ORDER_CLERK: "enters orders of authorities, and brings them on their way; sees nobody's data",
    Role.MODERATOR: "decides on reports; sees what was reported, and nothing beside it",
    Role.CHILD_SAFETY: "decides on reports of child abuse, which nobody else opens",
    Role.APPEALS_REVIEWER: "decides on appeals against what others decided",
    Role.FLAGGER_LIAISON: "knows the trusted flaggers, and sees no case",
    Role.TRUSTED_FLAGGER: (
        "says what is illegal and sees what became of that; is no staff, and combines with no other role"
    ),
    Role.AUDITOR: "reads what staff did and who they are, and does nothing; combines with no other role",
}

_ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
_HELPERS: Final = frozenset({Role.ADMINISTRATOR, Role.HELPDESK})
_STAFF: Final = frozenset({Role.STAFF_ADMIN})
_READERS: Final = frozenset({Role.ADMINISTRATOR, Role.STAFF_ADMIN, Role.AUDITOR})
_CLERKS: Final = frozenset({Role.ORDER_CLERK})
_MODERATORS: Final = frozenset({Role.MODERATOR, Role.CHILD_SAFETY})
_REVIEWERS: Final = frozenset({Role.APPEALS_REVIEWER})
_CASE_READERS: Final = _MODERATORS | _REVIEWERS
_FLAGGERS: Final = frozenset({Role.TRUSTED_FLAGGER})
_ALL: Final = frozenset(STAFF_ROLES) - _FLAGGERS  # who works here

RIGHTS: Final[Mapping[str, frozenset[Role]]] = {
    "status": _ALL,
    "ledger": _ALL,
    "audit": _READERS,
    "staff": frozenset({Role.STAFF_ADMIN, Role.AUDITOR}),
    "staff-account": _STAFF,
    "staff-add": _STAFF,
    "staff-link": _STAFF,
    "staff-remove": _STAFF,
    "staff-role": _STAFF,
    "users": _HELPERS,
    "people": _HELPERS,
    "person": _HELPERS,
    "arrivals": _HELPERS,
    "sessions": _HELPERS,
    "end": _HELPERS,
    "suspend": _HELPERS,
    "suspend-end": _HELPERS,
    "suspended": _HELPERS,
    "invite": _HELPERS,
    "invites": _HELPERS,
    "revoke": _HELPERS,
    "erase": _ADMINISTRATOR,
    "grant": _ADMINISTRATOR,
    "granted": _ADMINISTRATOR,
    "files": _ADMINISTRATOR,
    "reports": _ADMINISTRATOR,
    "test_mail": _ADMINISTRATOR,
    "places": _HELPERS,
    "place": _ADMINISTRATOR,
    "place-remove": _ADMINISTRATOR,
    "backups": _ADMINISTRATOR,
    "backup-now": _ADMINISTRATOR,
    "terms": _ADMINISTRATOR,
    "roster": _ADMINISTRATOR,
    "roster-apply": _ADMINISTRATOR,
    "retention": _ADMINISTRATOR,
    "bots": _ADMINISTRATOR,
    "bot-create": _ADMINISTRATOR,
    "bot-revoke": _ADMINISTRATOR,
    "bot-delete": _ADMINISTRATOR,
    "sign-ins": _ADMINISTRATOR,
    "sign-in-check": _ADMINISTRATOR,
    "sign-in-unlink": _ADMINISTRATOR,
    "proxy-link": _HELPERS,
    "proxy-links": _HELPERS,
    "revoke-proxy-link": _HELPERS,
    "appeals": _REVIEWERS,
    "appeal": _REVIEWERS,
    "appeal-ask": _REVIEWERS,
    "appeal-decide": _REVIEWERS,
    "notices": _CASE_READERS,
    "notice-file": _FLAGGERS,
    "notices-mine": _FLAGGERS,
    "flaggers": frozenset({Role.FLAGGER_LIAISON}),
    "notice": _MODERATORS,
    "cases": _CASE_READERS,
    "case-counts": _CASE_READERS,
    "case": _CASE_READERS,
    "case-open": _MODERATORS | {Role.HELPDESK, Role.ADMINISTRATOR},
    "case-claim": _MODERATORS,
    "case-release": _MODERATORS,
    "case-note": _CASE_READERS,
    "case-close": _MODERATORS,
    "case-unveil": _CASE_READERS,
    "case-preview": _MODERATORS,
    "case-decide": _MODERATORS,
    "case-sign": _MODERATORS,
    "case-withdraw": _MODERATORS,
    "case-reverse": _REVIEWERS,
    "decision": _CASE_READERS,
    "raids": _CASE_READERS,
    "raid": _CASE_READERS,
    "raid-preview": _MODERATORS,
    "raid-decide": _MODERATORS,
    "raid-sign": _MODERATORS,
    "raid-withdraw": _MODERATORS,
    "raid-undo": _REVIEWERS,
    "reporter-mute": _MODERATORS,
    "reporters-muted": _MODERATORS,
    "reporter-unmute": _MODERATORS,
    "orders": _CLERKS | {Role.AUDITOR},
    "order": _CLERKS,
    "order-acted": _CLERKS,
    "order-check": _CLERKS,
    "order-gag": _CLERKS,
    "order-letter": _CLERKS,
    "order-package": _CLERKS,
    "order-receive": _CLERKS,
    "order-decide": _CLERKS,
    "order-preserve": _CLERKS,
    "order-seal": _CLERKS,
    "order-request": _CLERKS,
    "order-answer": _CLERKS,
    "order-release": _CLERKS,
    "order-close": _CLERKS,
    "statement-request": _CLERKS,
    "statement-answer": _CLERKS,
}

MACHINE_ONLY: Final = frozenset(
    {
        "backup",
        "codes",
        "custodians",
        "custodians-activate",
        "custodians-answer",
        "custodians-propose",
        "custodians-end",
        "custodians-rehearse",
        "custodians-rota",
        "order-deliver",
        "pass-key",
        "passphrase",
        "reentry",
        "reentry-cancel",
        "reentry-lost",
        "rotate",
        "seal",
    }
)


def may_give(roles: Collection[Role], command: str) -> bool:
    """Whether somebody with these roles may give a command."""
    return not RIGHTS.get(command, frozenset()).isdisjoint(roles)


def roles_in(given: str) -> tuple[Role, ...]:
    """Return the roles of a list with commas, in their order.

    Raises:
        ValueError: one is none, there is none at all, or they may not be combined.
    """
    named = {part.strip() for part in given.split(",")} - {""}
    known = {role.value: role for role in STAFF_ROLES}
    listed = ", ".join(known)
    for wrong in sorted(named - known.keys()):
        raise ValueError(f"`{wrong[:64]}` is no role: give some of {listed}.")
    if not named:
        raise ValueError(f"Which role is theirs? Give some of {listed}.")
    if Role.AUDITOR.value in named and len(named) > 1:
        raise ValueError("Who looks at what staff did does none of it: `auditor` stands alone.")
    if Role.TRUSTED_FLAGGER.value in named and len(named) > 1:
        raise ValueError("Who is no staff does no work here: `trusted-flagger` stands alone.")
    return tuple(role for value, role in known.items() if value in named)
