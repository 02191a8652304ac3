"""Receipts of what operators did to an account, and letters: brought in the service's chat."""

from chappe.features import ledger

from . import hooks
from .delivering import deliver_receipt
from .letters import Letter, LetterBrought, bring_letter

HANDLERS = ()
EVENTS = ()
ANSWERS = (ledger.hooks.deliver_receipt.by(deliver_receipt),)

__all__ = ["ANSWERS", "EVENTS", "HANDLERS", "Letter", "LetterBrought", "bring_letter", "hooks"]
