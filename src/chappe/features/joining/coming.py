"""Who comes by somebody's invite finds a chat with them, and so does who invited."""

from chappe.core import Kind, Owner
from chappe.features import conversations
from chappe.rpc import Call
from chappe.tl import api


async def came_by_invite(call: Call, inviter: int) -> None:
    """Say in the chat of both that the caller has joined: neither has to look for the other."""
    action = api.MessageActionContactSignUp()
    await conversations.post_action(call, call.viewer(), Owner(Kind.USER, inviter), action)
