"""Inline mode: a bot offers results to somebody who writes its name, and they send one as theirs."""

from chappe.features import media

from . import asking, editing, sending
from .asking import AskQuery, QueryAsked, ResultsCame, seen_inline
from .editing import EditInline
from .sending import ResultChosen, TellChosen

HANDLERS = (asking, sending, editing)
EVENTS = (QueryAsked, AskQuery, ResultsCame, ResultChosen, TellChosen, EditInline)
ANSWERS = (media.hooks.seen_inline.by(seen_inline),)

__all__ = ["ANSWERS", "EVENTS", "HANDLERS"]
