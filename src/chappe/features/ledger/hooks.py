"""Hooks of the ledger, answered by slices above it."""

from collections.abc import Awaitable

from chappe.updates import Context, Hook

# brings somebody the receipt of what was done to their account: by the word of the act, and the file
deliver_receipt: Hook[[Context, int, str, bytes], Awaitable[None]] = Hook("ledger.deliver_receipt")
