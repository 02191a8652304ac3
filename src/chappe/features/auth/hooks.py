"""Hooks of auth, answered by slices above it."""

from collections.abc import Awaitable

from chappe.updates import Context, Hook

# tells somebody something in their conversation with the service
service_message: Hook[[Context, int, str], Awaitable[None]] = Hook("auth.service_message")
# removes the bytes of everything somebody uploaded, before the keys of their box go
forget_files: Hook[[Context, int], Awaitable[None]] = Hook("auth.forget_files")
