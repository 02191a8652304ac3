"""How much somebody of the staff had to look at, day by day: so that it does not become too much."""

from typing import Final

import msgspec

from chappe.updates import Context

from .records import DAY_S, MODERATION_BOX, Exposure

EXPOSURE_KEPT_DAYS: Final = 90  # days it is remembered


async def count_opened(context: Context, staff: int) -> None:
    """Count that somebody opened a case."""
    await _count(context, staff, opened=1)


async def count_unveiled(context: Context, staff: int) -> None:
    """Count that somebody looked at a picture."""
    await _count(context, staff, unveiled=1)


async def exposure_of(context: Context, staff: int) -> Exposure:
    """Return what somebody looked at today."""
    day = int(context.clock.now()) // DAY_S
    found = await context.look(MODERATION_BOX).get(Exposure, staff, day)
    return found or Exposure(staff=staff, day=day)


async def _count(context: Context, staff: int, *, opened: int = 0, unveiled: int = 0) -> None:
    async with context.change(MODERATION_BOX) as change:
        day = change.now // DAY_S
        known = await change.get(Exposure, staff, day)
        if known is None:
            for old in await change.scan(Exposure, staff, before=day - EXPOSURE_KEPT_DAYS):
                change.drop(Exposure, staff, old.day)
            known = Exposure(staff=staff, day=day)
        change.put(
            msgspec.structs.replace(
                known, opened=known.opened + opened, unveiled=known.unveiled + unveiled
            )
        )
