"""Trusted flaggers (Regulation (EU) 2022/2065, Article 22): their notices, and what became of them.

They are let in as staff is, by a link and a passkey of their own, with a role that does nothing else.
"""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.desks import staff
from chappe.rpc import Giver, Role, operator_command
from chappe.updates import Context

from .notices import (
    NOTICE_CATEGORIES,
    OPEN,
    WHERE_CHARACTERS_MAX,
    WHY_CHARACTERS_MAX,
    NoticeForm,
    NoticeRefusedError,
    TakenNotice,
    notice_state,
    take_notice,
)
from .records import MODERATION_BOX, CaseState
from .statement import day

NOTICES_LOOKED_AT_MAX: Final = 1_000  # notices among which somebody's own are, the newest
WRONG: Final = {
    ("wrong.empty", "notice.where"): "Say where it is.",
    ("wrong.empty", "notice.kind"): f"Say of which kind it is: {', '.join(NOTICE_CATEGORIES)}.",
    ("wrong.empty", "notice.why"): "Say why it is illegal.",
    ("wrong.place", "notice.where"): (
        "There is no address of this server in it that leads to something everybody can see."
    ),
}


@operator_command("notice-file", "Say as a trusted flagger that something is illegal.")
async def notice_file(
    context: Context,
    *,
    where: Annotated[
        str, Meta(max_length=WHERE_CHARACTERS_MAX, description="Links of it, one a line.")
    ],
    category: Annotated[str, Meta(description="What kind of wrong it is.")],
    why: Annotated[str, Meta(max_length=WHY_CHARACTERS_MAX, description="Why it is illegal.")],
    by: Giver,
) -> dict[str, Any]:
    """Take the notice of a trusted flagger; its case waits in their lane."""
    name = await staff.staff_name(context, by.staff)
    form = NoticeForm(where, category, why, name, faith=True)
    try:
        number = await take_notice(context, form, by.staff)
    except NoticeRefusedError as refused:
        raise ValueError(WRONG.get((refused.wrong, refused.field), "That is too long.")) from None
    return {"notice": number}


async def _of(context: Context, flagger: int) -> list[tuple[TakenNotice, str]]:
    """Return the notices of a flagger with what became of each, the newest first."""
    found = await context.look(MODERATION_BOX).scan(
        TakenNotice, limit=NOTICES_LOOKED_AT_MAX, reverse=True
    )
    return [
        (one, await notice_state(context, one.number)) for one in found if one.flagger == flagger
    ]


@operator_command(
    "notices-mine",
    "List the notices of whoever asks, as a trusted flagger.",
    audited=False,
    empty="You have sent none.",
)
async def notices_mine(context: Context, *, by: Giver) -> list[dict[str, Any]]:
    """Return the notices of a flagger, the newest first."""
    return [
        {"notice": one.number, "day": day(one.at), "category": one.category, "state": state}
        for one, state in await _of(context, by.staff)
    ]


@operator_command(
    "flaggers",
    "List the trusted flaggers, and what became of their notices.",
    audited=False,
    empty="There is none.",
)
async def flaggers(context: Context) -> list[dict[str, Any]]:
    """Return who has the role, with how many notices led to something."""
    found = []
    for member in await staff.every_member(context.look(staff.STAFF_BOX)):
        if Role.TRUSTED_FLAGGER.value not in member.roles:
            continue
        states = [state for _, state in await _of(context, member.number)]
        found.append(
            {
                "name": member.name,
                "notices": len(states),
                "decided": states.count(CaseState.DECIDED.value),
                "no_violation": states.count(CaseState.NO_VIOLATION.value),
                "open": states.count(OPEN),
            }
        )
    return found


COMMANDS: Final = (notice_file, notices_mine, flaggers)
