"""Hooks of accounts: parts of a profile that slices above answer."""

from collections.abc import Awaitable
from typing import Any

from chappe.core import Owner
from chappe.rpc import Call, Giver
from chappe.tl import api
from chappe.updates import Change, Context, Hook, View, Viewer

from .records import User
from .wished import OperatorWish, WishProposed

# -- what somebody may see or do ----------------------------------------------------------------------

# viewer, somebody, what: whether the viewer may see it of them
may_see: Hook[[Viewer, int, str], Awaitable[bool]] = Hook("accounts.may_see")
# likewise, for each of two things
may_see_each: Hook[[Viewer, int, str, str], Awaitable[list[bool]]] = Hook("accounts.may_see_each")
# whether it is the viewer's own privacy that keeps them from seeing when somebody was here
hidden_by_me: Hook[[Viewer, int], Awaitable[bool]] = Hook("accounts.hidden_by_me")
hides_read_dates: Hook[[Context, int], Awaitable[bool]] = Hook("accounts.hides_read_dates")
# by whom, whom
is_blocked: Hook[[Context, int, int], Awaitable[bool]] = Hook("accounts.is_blocked")
# whether the caller may address somebody, be it for the first time
may_address: Hook[[Call, int], Awaitable[bool]] = Hook("accounts.may_address")
is_kept_from_stories: Hook[[Viewer, int], Awaitable[bool]] = Hook("accounts.is_kept_from_stories")
# whose box an InputPeerChat or InputPeerChannel means, if the caller may name it
chat_peer: Hook[[Call, Any], Awaitable[Owner]] = Hook("accounts.chat_peer")
# whether a channel stands by a username it once claimed
public_chat: Hook[[Context, Owner, str], Awaitable[bool]] = Hook("accounts.public_chat")
runs_public_channel: Hook[[Call, Owner], Awaitable[bool]] = Hook("accounts.runs_public_channel")

# whether a bot met somebody in a chat it is in
has_met: Hook[[Call, int], Awaitable[bool]] = Hook("accounts.has_met")

# -- conversations ------------------------------------------------------------------------------------

# whether there is one with somebody, in this box
has_dialog: Hook[[View, int], Awaitable[bool]] = Hook("accounts.has_dialog")
partners: Hook[[Context, int], Awaitable[list[int]]] = Hook("accounts.partners")
newest_pin: Hook[[Viewer, Owner], Awaitable[int]] = Hook("accounts.newest_pin")
has_scheduled: Hook[[Viewer, int], Awaitable[bool]] = Hook("accounts.has_scheduled")
history_ttl: Hook[[Viewer, int], Awaitable[int]] = Hook("accounts.history_ttl")
# of a channel; 0 where not everybody may look into it
newest_post: Hook[[Context, int], Awaitable[int]] = Hook("accounts.newest_post")
count_common_chats: Hook[[Call, int], Awaitable[int]] = Hook("accounts.count_common_chats")
# has sent what waits for somebody who says that they are here, in a change of their box
came_online: Hook[[Change], Awaitable[None]] = Hook("accounts.came_online")
# posts a service message of the caller's; returns the updates that tell it
post_action: Hook[[Call, Viewer, Owner, api.TypeMessageAction], Awaitable[list[api.TypeUpdate]]] = (
    Hook("accounts.post_action")
)

# -- how it is shown ----------------------------------------------------------------------------------

show_chats: Hook[[Viewer], Awaitable[list[api.TypeChat]]] = Hook("accounts.show_chats")
show_user_photo: Hook[[Viewer, User], Awaitable[api.TypeUserProfilePhoto | None]] = Hook(
    "accounts.show_user_photo"
)
# by the fields of `api.UserFull` that hold them
show_full_user_photos: Hook[[Viewer, User], Awaitable[dict[str, api.TypePhoto]]] = Hook(
    "accounts.show_full_user_photos"
)
# of a bot, by the fields of `api.UserFull` that hold it
show_full_bot: Hook[[Viewer, int], Awaitable[dict[str, Any]]] = Hook("accounts.show_full_bot")
peer_settings: Hook[[Viewer, int], Awaitable[api.PeerSettings]] = Hook("accounts.peer_settings")
notify_settings: Hook[[Viewer, int], Awaitable[api.PeerNotifySettings]] = Hook(
    "accounts.notify_settings"
)
# whether there are moderators, so that something grave is not done to an account by a command, but decided
needs_decision: Hook[[Context], Awaitable[bool]] = Hook("accounts.needs_decision")
# has it proposed to them
propose_wish: Hook[[Context, Giver, OperatorWish], Awaitable[WishProposed]] = Hook(
    "accounts.propose_wish"
)
