"""What follows from the setting `keep_messages_days`: what holds when, and what people are told of it."""

from datetime import UTC, datetime
from typing import Final

from chappe.features.chats import DAY_S, KeepingRule

GRACE_DAYS: Final = 7  # days from when fewer days are set until anything is deleted by it
TOLD_AFTER_S: Final = (
    3_600  # seconds in which an operator may correct what was set, and nobody is told
)
ALL_TOLD: Final = 1 << 62  # as `told`: above every id


def next_rule(known: KeepingRule, days: int, now: int) -> KeepingRule:
    """Return the rule where the setting is `days` now: as it was, or one that is set at this moment.

    Who keeps less waits: a number mistyped deletes nothing before it was seen.
    """
    if known.days == days:
        return known
    held = known.days_at(now)
    longer = not days or (held != 0 and days >= held)
    # nobody was told of what is taken back here, so nobody is told of that
    quiet = days == held and known.told < 0
    return KeepingRule(
        days=days,
        starts=now if longer else now + GRACE_DAYS * DAY_S,
        before=held,
        since=now,
        told=ALL_TOLD if quiet else -1,
    )


def oldest_kept(rule: KeepingRule, now: int) -> int:
    """Return the moment before which no message is kept; 0 if all are."""
    days = rule.days_at(now)
    return max(0, now - days * DAY_S) if days else 0


def shown_day(moment: int) -> str:
    """Return a moment as a day, as the operator and people read it."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"


def said_to_people(rule: KeepingRule) -> str:
    """Return what everybody is told of a rule."""
    if not rule.days:
        return "From now on this server deletes no message because of its age."
    days = "a day" if rule.days == 1 else f"{rule.days} days"
    return (
        f"From {shown_day(rule.starts)} on, this server keeps messages for {days}: older ones are deleted,"
        " for everybody, in every chat and channel. What you have in Saved Messages stays. To keep a"
        " copy of the rest, export your data before that day."
    )


def said_to_operator(rule: KeepingRule, now: int) -> str:
    """Return in one line what holds, and from when; nothing where messages are kept for ever."""
    held = rule.days_at(now)
    now_kept = f"{held} days" if held else "for ever"
    if now < rule.starts:
        then = f"{rule.days} days" if rule.days else "for ever"
        return (
            f"{now_kept}; from {shown_day(rule.starts)} on {then}, older messages are deleted then"
        )
    return f"{now_kept}, older ones are deleted" if held else ""
