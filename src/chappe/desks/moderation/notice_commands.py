"""Operator commands about notices of illegal content."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.rpc import operator_command
from chappe.updates import Context

from .notices import NoticeCase, TakenNotice, notice_state
from .records import MODERATION_BOX
from .statement import day

NOTICES_SHOWN_MAX: Final = 200  # notices listed at once, the newest


@operator_command(
    "notices",
    "List notices of illegal content that came by the site's form.",
    audited=False,
    empty="No notice came.",
)
async def notices(context: Context) -> list[dict[str, Any]]:
    """Return notices, the newest first, without who made them."""
    look = context.look(MODERATION_BOX)
    return [
        {
            "notice": one.number,
            "day": day(one.at),
            "category": one.category,
            "places": len(one.reports),
            "state": await notice_state(context, one.number),
            "flagger": one.flagger or "",
        }
        for one in await look.scan(TakenNotice, limit=NOTICES_SHOWN_MAX, reverse=True)
    ]


@operator_command("notice", "Show a notice, with who made it and the cases it led to.")
async def notice_(
    context: Context,
    *,
    notice: Annotated[int, Meta(ge=1, description="Its number, as `chappe notices` has it.")],
) -> dict[str, Any]:
    """Return a notice as it came. That it was shown is in the audit log."""
    look = context.look(MODERATION_BOX)
    found = await look.get(TakenNotice, notice)
    if found is None:
        raise ValueError(f"There is no notice {notice}: it was a year old, or there never was one.")
    joined = await look.get_each(*((NoticeCase, report) for report in found.reports))
    return {
        "notice": found.number,
        "day": day(found.at),
        "category": found.category,
        "where": found.where,
        "why": found.why,
        "name": found.name,
        "mail": found.mail,
        "cases": sorted({one.case for one in joined if one is not None}),
        "state": await notice_state(context, notice),
    }


COMMANDS: Final = (notices, notice_)
