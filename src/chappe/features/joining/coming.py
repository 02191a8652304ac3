"""Who comes by somebody's invite finds a chat with them, and so does who invited."""

from chappe.core import Kind, Owner
from chappe.features import conversations, terms
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change, Context

from .places import note_arrival


async def signs_up(context: Context, change: Change, shown: bool) -> None:  # noqa: FBT001  hooks are asked by position
    """Have a new account hold what is its from the first moment; see `auth.hooks.signing_up`."""
    if shown:
        terms.accept_at_sign_up(context, change)
    await note_arrival(context, change)


async def came_by_invite(call: Call, inviter: int) -> None:
    """Say in the chat of both that the caller has joined: neither has to look for the other."""
    action = api.MessageActionContactSignUp()
    await conversations.post_action(call, call.viewer(), Owner(Kind.USER, inviter), action)
