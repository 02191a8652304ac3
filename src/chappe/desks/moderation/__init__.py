"""Moderation: cases of reports, decided by people, in the public log before anything is done.

This desk imports neither messages nor histories: what it shows is the copy that a report holds.
"""

from chappe.features import receipts, reports

from . import appeal_commands, commands
from .acting import apply, reverse
from .alarms import TellOnDuty
from .appeal_chat import HearAppeal, hear_appeal, is_appeal
from .appeal_links import LinkPurpose, link_of, number_in
from .appeals import (
    APPEAL_CHARACTERS_MAX,
    AppealDecided,
    AppealRefusedError,
    AppealTold,
    file_appeal,
)
from .cases import JoinCase, NoteLate, PurgeCase, report_filed
from .letters import LetterDue, ResultsDue
from .records import MODERATION_BOX
from .shown_appeals import ShownAppeal, may_appeal, shown_appeal
from .statement import day
from .wording import Wording, wording_accepted

COMMANDS = (*commands.COMMANDS, *appeal_commands.COMMANDS)
EVENTS = (
    AppealDecided,
    AppealTold,
    HearAppeal,
    JoinCase,
    LetterDue,
    NoteLate,
    PurgeCase,
    ResultsDue,
    TellOnDuty,
)
ANSWERS = (
    receipts.hooks.is_for_service.by(is_appeal),
    receipts.hooks.said_to_service.by(hear_appeal),
    reports.hooks.report_filed.by(report_filed),
)

__all__ = [
    "ANSWERS",
    "APPEAL_CHARACTERS_MAX",
    "COMMANDS",
    "EVENTS",
    "MODERATION_BOX",
    "AppealRefusedError",
    "LinkPurpose",
    "ShownAppeal",
    "Wording",
    "apply",
    "day",
    "file_appeal",
    "link_of",
    "may_appeal",
    "number_in",
    "reverse",
    "shown_appeal",
    "wording_accepted",
]
