"""Answers of methods that change a chat: service message, updates, mentioned peers."""

from collections.abc import Sequence
from typing import Any

from chappe.features import accounts
from chappe.features.chats import Membership
from chappe.features.conversations import Sent, post_action, post_action_within, tell_action_within
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change, Viewer


async def updates(call: Call, viewer: Viewer, told: Sequence[api.TypeUpdate | None]) -> api.Updates:
    """Return `api.Updates` with these updates and everybody they mention."""
    users, chats = await accounts.peers(viewer)
    return api.Updates(
        updates=[u for u in told if u is not None], users=users, chats=chats, date=call.now, seq=0
    )


async def act(
    call: Call, viewer: Viewer, place: Membership, action: api.TypeMessageAction
) -> list[api.TypeUpdate]:
    """Post a service message in a chat, as the caller; return the updates that tell it."""
    return await post_action(call, viewer, place.owner, action)


async def act_within(
    call: Call, change: Change, place: Membership, action: api.TypeMessageAction
) -> Sent:
    """Post a service message in a channel as part of a change; `act_updates` gives the updates that tell it.

    Who comes into a channel sees it first as it is with the message that says so.
    """
    return await post_action_within(call, change, place, action)


async def act_updates(
    call: Call, viewer: Viewer, place: Membership, kept: Sent | None
) -> list[Any]:
    """Return the updates that tell of what `act_within` posted; None posted nothing."""
    if kept is None:
        return []
    return await tell_action_within(call, viewer, place, kept)


async def acted(call: Call, place: Membership, action: api.TypeMessageAction) -> api.Updates:
    """Post a service message and return the `api.Updates` that answer the caller."""
    viewer = call.viewer()
    mention(viewer, place)
    told = await act(call, viewer, place, action)
    return await updates(call, viewer, told)


def mention(viewer: Viewer, place: Membership) -> None:
    """See to it that the answer carries this chat."""
    accounts.show_peer(viewer, place.peer)
