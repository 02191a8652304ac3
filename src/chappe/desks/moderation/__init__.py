"""Moderation: cases of reports, decided by people, in the public log before anything is done.

This desk imports neither messages nor histories: what it shows is the copy that a report holds.
"""

from chappe.features import reports

from .acting import apply, reverse
from .alarms import TellOnDuty
from .cases import JoinCase, NoteLate, PurgeCase, report_filed
from .commands import COMMANDS
from .records import MODERATION_BOX

EVENTS = (JoinCase, NoteLate, PurgeCase, TellOnDuty)
ANSWERS = (reports.hooks.report_filed.by(report_filed),)

__all__ = ["ANSWERS", "COMMANDS", "EVENTS", "MODERATION_BOX", "apply", "reverse"]
