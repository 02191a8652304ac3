"""Receipts of what operators did to an account: in the service's chat, checked without the server."""

from chappe.features import ledger

from .delivering import deliver_receipt

HANDLERS = ()
EVENTS = ()
ANSWERS = (ledger.hooks.deliver_receipt.by(deliver_receipt),)

__all__ = ["ANSWERS", "EVENTS", "HANDLERS"]
