"""Hooks of notifications, answered by slices above it."""

from collections.abc import Awaitable

from chappe.updates import Hook, Notification, Viewer

# whether what the viewer was to be notified of is still there, and they have not seen it meanwhile
is_news: Hook[[Viewer, Notification], Awaitable[bool]] = Hook("notifications.is_news")
