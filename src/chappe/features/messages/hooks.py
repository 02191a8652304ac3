"""Hooks of messages, answered by slices above it."""

from collections.abc import Awaitable

from chappe.core import Owner
from chappe.rpc import Call
from chappe.updates import Hook

# that the caller's message of this number stands in a group or channel, or says something else there
written: Hook[[Call, Owner, int], Awaitable[None]] = Hook("messages.written")
# that a medium of this message stands where everybody may read
published: Hook[[Call, Owner, int], Awaitable[None]] = Hook("messages.published")
