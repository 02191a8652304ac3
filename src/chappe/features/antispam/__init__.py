"""Anti-spam in one's own group: rules that its owner can read, off until an admin turns them on.

What is taken out stands in the group's admin log as done by the service, and any admin who may ban brings it
back from there. Nobody is banned, and nobody's messages leave the group's box.
"""

from chappe.features import messages

from . import handlers
from .judging import judge_written

HANDLERS = (handlers,)
EVENTS = ()
ANSWERS = (messages.hooks.written.by(judge_written),)

__all__ = ["ANSWERS", "EVENTS", "HANDLERS"]
