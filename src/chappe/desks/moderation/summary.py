"""What may happen to people here and what they can do against it, for machines to read. Pure.

Regulation (EU) 2022/2065, Article 14(5) asks large platforms for such a summary of their terms; here every
server has one.
"""

from typing import Any

from .records import APPEAL_DAYS, APPEAL_WINDOW_S, DAY_S
from .vocabulary import ACTS, DecisionGround, ViolationCategory
from .wording import LANGUAGES

_PREFIXES = ("DECISION_VISIBILITY_", "DECISION_PROVISION_", "DECISION_ACCOUNT_")


def terms_summary(address: str, *, version: str, min_age: int, has_log: bool) -> dict[str, Any]:
    """Return the summary of a server's terms; `version` is empty where the operator has written none."""
    return {
        "terms": {
            "minimum_age": min_age or None,
            "page": f"{address}/terms" if version else None,
            "version": version or None,
        },
        "restrictions": {
            act: [f"{prefix}{word}" for prefix, word in zip(_PREFIXES, said, strict=False) if word]
            for act, said in sorted(ACTS.items())
        },
        "grounds": [ground.value for ground in DecisionGround],
        "categories": [category.value for category in ViolationCategory],
        "decisions": {
            "by_machine_alone": False,
            "languages": list(LANGUAGES),
            "numbers": f"{address}/log/numbers" if has_log else None,
            "public_log": f"{address}/log" if has_log else None,
            "statement_of_reasons": True,
        },
        "appeal": {
            "by_somebody_else": True,
            "decided_within_days": APPEAL_DAYS,
            "free": True,
            "ways": ["service-chat", "link-without-account"],
            "within_days": APPEAL_WINDOW_S // DAY_S,
        },
        "notices": {"anybody": f"{address}/report", "in_app": True},
        "further_redress": ["out-of-court-dispute-settlement", "court"],
    }
