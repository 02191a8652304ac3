"""Hooks of auth, answered by slices above it."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change, Context, Hook, View

UseUp: TypeAlias = Callable[[Change], Awaitable[bool]]  # False: it serves nobody any more


class PendingEntry(NamedTuple):
    """Somebody who wants something, which the account's devices may refuse: listed as a session is."""

    hash: int
    since: int  # seconds since 1970
    device: str  # what is said in a device's place
    confirmed: bool  # a device of the account has said that it is its person


# tells somebody something in their conversation with the service
service_message: Hook[[Context, int, str], Awaitable[None]] = Hook("auth.service_message")
# returns the terms that whoever is about to sign up is shown, and accepts by it; None: there are none
shown_at_sign_up: Hook[[Context], api.HelpTermsOfService | None] = Hook("auth.shown_at_sign_up")
# has a new account hold what else is its from the first moment, in the change that makes it; whether its
# person was shown the terms before
signing_up: Hook[[Context, Change, bool], Awaitable[None]] = Hook("auth.signing_up")
# brings together who signed up a moment ago, the caller, and whoever invited them, by their id
came_by_invite: Hook[[Call, int], Awaitable[None]] = Hook("auth.came_by_invite")
# forgets what other slices keep for a session that ends, by its key, in the change that ends it
session_ended: Hook[[Context, Change, int], Awaitable[None]] = Hook("auth.session_ended")
# removes the bytes of everything somebody uploaded, before the keys of their box go
forget_files: Hook[[Context, int], Awaitable[None]] = Hook("auth.forget_files")
# deletes the bots somebody owns, before the keys of the box go that lists them
delete_bots: Hook[[Context, int], Awaitable[None]] = Hook("auth.delete_bots")
# whether the owner of a box, who is about to be logged in, is let in no more by their organisation
is_barred: Hook[[Context, View], Awaitable[bool]] = Hook("auth.is_barred")
# returns what lets the caller into somebody's account beside the right code, to be used up in the change that
# logs them in; None: nothing is asked for. Refuses whoever has to wait
beside_code: Hook[[Call, int], Awaitable[UseUp | None]] = Hook("auth.beside_code")
# releases what finds somebody without their number, before the keys of their box go
forget_ways_in: Hook[[Context, int], Awaitable[None]] = Hook("auth.forget_ways_in")
# returns who wants something of an account that its devices may still refuse: to come in, to export it
pending_entries: Hook[[Context, int], Awaitable[list[PendingEntry]]] = Hook("auth.pending_entries")
# refuses who wants it of the caller's account, by a hash or whoever it is (None); whether anybody did
refuse_entry: Hook[[Call, int | None], Awaitable[bool]] = Hook("auth.refuse_entry")
# confirms, by its hash, that who wants it is the caller; whether that is what the hash is of
confirm_entry: Hook[[Call, int], Awaitable[bool]] = Hook("auth.confirm_entry")
