"""Moderation: cases of reports, decided by people, in the public log before anything is done.

This desk imports neither messages nor histories: what it shows is the copy that a report holds.
"""

from chappe.features import accounts, receipts, reports

from . import (
    appeal_commands,
    commands,
    decision_commands,
    flagger_commands,
    notice_commands,
    raid_commands,
)
from .acting import CarryOut, EraseAccount, PutBack, reverse
from .alarms import CallAlarm, TellClockShort, TellOnDuty, waiting_facts
from .appeal_chat import HearAppeal, hear_appeal, is_appeal
from .appeal_links import LinkPurpose, link_of, number_in
from .appeals import (
    APPEAL_CHARACTERS_MAX,
    AppealDecided,
    AppealRefusedError,
    AppealTold,
    file_appeal,
)
from .cases import CASES_SHOWN_MAX, JoinCase, NoteLate, PurgeCase, report_filed, take_up
from .choices import decision_words
from .commands import NOTE_CHARACTERS_MAX
from .deciding import ask_second
from .evidence import EVIDENCE_SHOWN_MAX
from .exposure import exposure_of
from .instead import needs_decision, propose_wish
from .kept_pictures import KeepPictures
from .lanes import TITLES
from .letters import LetterDue, ResultsDue
from .muting import REASONS as MUTE_REASONS
from .notices import (
    NOTICE_CATEGORIES,
    WHERE_CHARACTERS_MAX,
    WHY_CHARACTERS_MAX,
    DropNotice,
    NoticeForm,
    NoticeRefusedError,
    notice_state,
    take_notice,
)
from .raids import CarryOutRaid, ask_second_for_raid
from .records import MODERATION_BOX
from .shown_appeals import ShownAppeal, may_appeal, shown_appeal
from .statement import acts_said, day
from .summary import terms_summary
from .unveiling import picture
from .wording import Wording, wording_accepted

COMMANDS = (
    *commands.COMMANDS,
    *decision_commands.COMMANDS,
    *appeal_commands.COMMANDS,
    *notice_commands.COMMANDS,
    *flagger_commands.COMMANDS,
    *raid_commands.COMMANDS,
)
EVENTS = (
    AppealDecided,
    AppealTold,
    CallAlarm,
    CarryOut,
    CarryOutRaid,
    DropNotice,
    EraseAccount,
    HearAppeal,
    JoinCase,
    KeepPictures,
    LetterDue,
    NoteLate,
    PurgeCase,
    PutBack,
    ResultsDue,
    TellClockShort,
    TellOnDuty,
)
ANSWERS = (
    accounts.hooks.needs_decision.by(needs_decision),
    accounts.hooks.propose_wish.by(propose_wish),
    receipts.hooks.is_for_service.by(is_appeal),
    receipts.hooks.said_to_service.by(hear_appeal),
    reports.hooks.report_filed.by(report_filed),
)

LANE_TITLES = {lane.value: title for lane, title in TITLES.items()}

__all__ = [
    "ANSWERS",
    "APPEAL_CHARACTERS_MAX",
    "CASES_SHOWN_MAX",
    "COMMANDS",
    "EVENTS",
    "EVIDENCE_SHOWN_MAX",
    "LANE_TITLES",
    "MODERATION_BOX",
    "MUTE_REASONS",
    "NOTE_CHARACTERS_MAX",
    "NOTICE_CATEGORIES",
    "WHERE_CHARACTERS_MAX",
    "WHY_CHARACTERS_MAX",
    "AppealRefusedError",
    "LinkPurpose",
    "NoticeForm",
    "NoticeRefusedError",
    "ShownAppeal",
    "Wording",
    "acts_said",
    "ask_second",
    "ask_second_for_raid",
    "day",
    "decision_words",
    "exposure_of",
    "file_appeal",
    "link_of",
    "may_appeal",
    "notice_state",
    "number_in",
    "picture",
    "reverse",
    "shown_appeal",
    "take_notice",
    "take_up",
    "terms_summary",
    "waiting_facts",
    "wording_accepted",
]
