"""Hooks of contacts, answered by slices above it."""

from collections.abc import Awaitable

from chappe.rpc import Call
from chappe.updates import Change, Hook, Viewer

# in a change of the caller's box: they block somebody, or no longer
blocked: Hook[[Call, Change, int, bool], Awaitable[None]] = Hook("contacts.blocked")
# whether the viewer closed the bar that offers to report or add somebody
bar_hidden: Hook[[Viewer, int], Awaitable[bool]] = Hook("contacts.bar_hidden")
# lets somebody see the caller's number
show_phone_to: Hook[[Call, int], Awaitable[None]] = Hook("contacts.show_phone_to")
