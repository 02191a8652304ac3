"""What the operator's staff put on an account, group or channel for everybody to see: reasons, and marks.

Apps do the rest (https://core.telegram.org/constructor/restrictionReason): they show the text of a reason in
the place of what is restricted, and a mark beside the name. Nothing here is written by hand, so that no words
of anybody's about somebody are kept.
"""

from enum import Enum
from typing import Any, Final, Protocol

from chappe.tl import api


class Restriction(Enum):
    """Why apps do not show somebody's profile and messages, or a channel; the values are stored and sent."""

    TERMS = "terms"
    PORNOGRAPHY = "porn"
    SENSITIVE = "sensitive"  # apps hide it until somebody says that they want to see it
    COPYRIGHT = "copyright"
    VIOLENCE = "violence"
    SPAM = "spam"
    FRAUD = "fraud"
    LAW = "law"


class NameMark(Enum):
    """What apps say beside a name; the values are stored."""

    SCAM = "scam"
    FAKE = "fake"  # pretends to be somebody else


RESTRICTION_WORDS: Final = {
    Restriction.TERMS: "This can't be displayed because it is against the terms of this server.",
    Restriction.PORNOGRAPHY: "This can't be displayed because it shows pornography.",
    Restriction.SENSITIVE: "This may show what not everybody wants to see.",
    Restriction.COPYRIGHT: "This can't be displayed because it infringes copyright.",
    Restriction.VIOLENCE: "This can't be displayed because it shows or calls for violence.",
    Restriction.SPAM: "This can't be displayed because it was used for spam.",
    Restriction.FRAUD: "This can't be displayed because it was used for fraud.",
    Restriction.LAW: "This can't be displayed because it is against the law.",
}
EVERYWHERE: Final = "all"  # platforms on which a reason counts


class Restrictable(Protocol):
    """The record of somebody, or something, that can be restricted or marked."""

    @property
    def restrictions(self) -> tuple[str, ...]:
        """Values of `Restriction`."""
        ...

    @property
    def mark(self) -> str:
        """A value of `NameMark`; empty for none."""
        ...


def show_restricted(record: Restrictable) -> dict[str, Any]:
    """Return the fields of `api.User` or `api.Channel` that say what is restricted, and why."""
    if not (record.restrictions or record.mark):
        return {}
    reasons = [
        api.RestrictionReason(
            platform=EVERYWHERE, reason=value, text=RESTRICTION_WORDS[Restriction(value)]
        )
        for value in record.restrictions
    ]
    return {
        "restricted": bool(reasons),
        "restriction_reason": reasons or None,
        "scam": record.mark == NameMark.SCAM.value,
        "fake": record.mark == NameMark.FAKE.value,
    }
