"""Hooks of auth, answered by slices above it."""

from collections.abc import Awaitable

from chappe.updates import Change, Context, Hook

# tells somebody something in their conversation with the service
service_message: Hook[[Context, int, str], Awaitable[None]] = Hook("auth.service_message")
# forgets what other slices keep for a session that ends, by its key, in the change that ends it
session_ended: Hook[[Context, Change, int], Awaitable[None]] = Hook("auth.session_ended")
# removes the bytes of everything somebody uploaded, before the keys of their box go
forget_files: Hook[[Context, int], Awaitable[None]] = Hook("auth.forget_files")
# releases what finds somebody without their number, before the keys of their box go
forget_ways_in: Hook[[Context, int], Awaitable[None]] = Hook("auth.forget_ways_in")
