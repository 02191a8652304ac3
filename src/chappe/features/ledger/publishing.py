"""Steps as entries of the public log (`trust/ledger`): what is said there of each, and which come next.

The ledger of the house is where the public log is fed from. Both say the same steps; only the other one can
be checked by strangers, and nothing can be taken from it.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from chappe.core import HOUSE
from chappe.ports import Record
from chappe.updates import Context

from .records import ACT, ACT_ENDED, ERASURE, LedgerEntry
from .saying import BUILD, CODE_DELIVERY, LEVEL, RESTORED, SERVER, STARTED

STEPS_AT_ONCE_MAX: Final = 1_000  # steps that go into the public log in one batch
_CASE: Final = b"chappe/case/v1\n"
# what is said of cases in the public log, by the subject of the ledger: names of `trust/ledger/kinds.py`
PUBLIC_KINDS: Final = {
    "reentry": "account.reentry",
    "suspension": "account.suspension",
    ACT: "operator.act",
    ACT_ENDED: "operator.act-ended",
}
# and of staff, by the step
STAFF_SUBJECT: Final = "staff"
STAFF_KINDS: Final = {
    "added": "staff.added",
    "link": "staff.link",
    "enrolled": "staff.enrolled",
    "key added": "staff.key",
    "key removed": "staff.key",
    "role": "staff.roles",
    "removed": "staff.removed",
}
# and of the server itself, by the step
SERVER_KINDS: Final = {
    BUILD: "build.manifest",
    STARTED: "build.started",
    CODE_DELIVERY: "server.code-delivery",
    RESTORED: "server.restored",
    LEVEL: "server.level",
}
# of the moderation desk: the step is the last part of the kind's name
MODERATION: Final = "moderation"
MODERATION_LISTS: Final = frozenset(
    {"acts", "content", "facts", "keywords", "staff", "territory"}
)  # facts that are several words, with commas
MODERATION_DAYS: Final[
    Mapping[str, str]
] = {  # facts that are moments, and the days they are said as
    "content_at": "content_day",
    "due": "due",
    "until": "ends",
}
KEY_HEX: Final = 64  # characters of the hash of a public key


FACTS: Final = ("ground", "giver", "staff", "subject")  # of steps, which are said as they are
FieldValue = str | int | tuple[str, ...]


class PublicLogKeys(Record, frozen=True):
    """The private keys of a public log: 32 bytes for each of its two signatures."""

    table = "public_log_keys"
    key = ("origin",)

    origin: str
    ed25519: bytes
    ml_dsa_44: bytes


class PublicLogSeen(Record, frozen=True):
    """How much of a public log was written, so that an older copy of the log is found."""

    table = "public_log_seen"
    key = ("origin",)

    origin: str
    size: int
    root: bytes
    position: int  # in the ledger, of the last step that was written


class PublicStep(NamedTuple):
    """A step, as the public log has it."""

    position: int  # in the ledger
    kind: str
    fields: Mapping[str, FieldValue]


def public_step(entry: LedgerEntry) -> PublicStep:
    """Return what the public log says of a step.

    Raises:
        KeyError: Nobody said what kind of entry such cases are.
    """
    if entry.subject == STAFF_SUBJECT:
        return PublicStep(entry.position, STAFF_KINDS[entry.step], _of_staff(entry))
    if entry.subject == SERVER:
        return PublicStep(entry.position, SERVER_KINDS[entry.step], _of_server(entry))
    if entry.subject == MODERATION:
        return PublicStep(entry.position, f"{MODERATION}.{entry.step}", _of_moderation(entry))
    if entry.subject == ERASURE:
        erased: dict[str, FieldValue] = {"by": entry.step, "day": day_of(entry.at)}
        return PublicStep(entry.position, "account.erased", {**erased, **entry.facts})
    said = "outcome" if entry.subject == ACT_ENDED else "act"
    fields: dict[str, FieldValue] = {
        said: entry.step,
        "case": case_hash(entry.case),
        "day": day_of(entry.at),
    }
    fields |= {name: entry.facts[name] for name in FACTS if name in entry.facts}
    if "until" in entry.facts:
        fields["ends"] = day_of(int(entry.facts["until"]))
    return PublicStep(entry.position, PUBLIC_KINDS[entry.subject], fields)


def _of_moderation(entry: LedgerEntry) -> dict[str, FieldValue]:
    """Return what is said of a step of the moderation desk: words of lists, and days in place of moments."""
    fields: dict[str, FieldValue] = {"day": day_of(entry.at)}
    if entry.case:
        fields["case"] = case_hash(entry.case)
    for name, value in entry.facts.items():
        if name in MODERATION_LISTS:
            fields[name] = tuple(str(value).split(","))
        elif name in MODERATION_DAYS:
            fields[MODERATION_DAYS[name]] = day_of(int(value))
        else:
            fields[name] = value
    return fields


def _of_server(entry: LedgerEntry) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {"day": day_of(entry.at), **entry.facts}
    if "ways" in entry.facts:
        fields["ways"] = tuple(str(entry.facts["ways"]).split(","))
    return fields


def _of_staff(entry: LedgerEntry) -> dict[str, FieldValue]:
    """Return what is said of a step of somebody of the staff: no name, and no alias."""
    fields: dict[str, FieldValue] = {"day": day_of(entry.at), "staff": case_hash(entry.case)}
    if entry.step in ("key added", "key removed"):
        fields["act"] = entry.step.removeprefix("key ")
    if "key" in entry.facts or "act" in fields:
        key = str(entry.facts.get("key", ""))
        # of older steps only a part is known, or nothing
        fields["key"] = key if len(key) == KEY_HEX else hashlib.sha256(key.encode()).hexdigest()
    if "roles" in entry.facts:
        fields["roles"] = tuple(str(entry.facts["roles"]).split(","))
    return fields


def case_hash(case: int) -> str:
    """Return what stands for a case in the public log; who knows its number finds its steps there."""
    return hashlib.sha256(_CASE + str(case).encode()).hexdigest()


def day_of(at: int) -> str:
    """Return the day of a moment, in UTC: the public log says no more of when."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


async def steps_after(context: Context, position: int) -> list[PublicStep]:
    """Return the next steps behind a position of the ledger, oldest first."""
    found = await context.look(HOUSE).scan(LedgerEntry, after=position, limit=STEPS_AT_ONCE_MAX)
    return [public_step(entry) for entry in found]


async def has_step(context: Context, position: int) -> bool:
    """Return whether a step is in the ledger: what is only in the public log is of a newer store."""
    return await context.look(HOUSE).get(LedgerEntry, position) is not None
