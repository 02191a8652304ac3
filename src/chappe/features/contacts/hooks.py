"""Hooks of contacts, answered by slices above it."""

from collections.abc import Awaitable

from chappe.rpc import Call
from chappe.updates import Hook, Viewer

# whether the viewer closed the bar that offers to report or add somebody
bar_hidden: Hook[[Viewer, int], Awaitable[bool]] = Hook("contacts.bar_hidden")
# lets somebody see the caller's number
show_phone_to: Hook[[Call, int], Awaitable[None]] = Hook("contacts.show_phone_to")
