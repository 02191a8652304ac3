"""Peers as numbers: people by their id, basic groups by -id, channels below -2⁴¹."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.tl import api, errors
from chappe.updates import Change, Viewer

CHANNELS_BELOW: Final = 1 << 41  # no id is as large: client libraries take ids up to 2⁴⁰ - 1

# what can go wrong with a peer a client names
PEER_ERRORS: Final = (
    errors.PeerIdInvalid,
    errors.ChatIdInvalid,
    errors.ChannelInvalid,
    errors.ChannelPrivate,
)


def peer_id(owner: Owner) -> int:
    """Return the number by which a box names a dialog with this owner."""
    if owner.kind is Kind.USER:
        return owner.id
    return -owner.id if owner.kind is Kind.CHAT else -CHANNELS_BELOW - owner.id


def owner_of(peer: int) -> Owner:
    """Return whose box a dialog's number means."""
    if peer > 0:
        return Owner(Kind.USER, peer)
    if peer > -CHANNELS_BELOW:
        return Owner(Kind.CHAT, -peer)
    return Owner(Kind.CHANNEL, -peer - CHANNELS_BELOW)


def take_number(change: Change) -> int:
    """Return a number that no person, group or channel had: some libraries keep all of them in one table.

    `change` is of the server's own box.
    """
    if change.last("peers"):
        return change.next("peers")
    return change.next("peers", 1 + max(change.last("users"), change.last("chats")))


def in_channel(peer: int) -> bool:
    """Whether a dialog's number is that of a channel or supergroup."""
    return peer <= -CHANNELS_BELOW


def show_peer(viewer: Viewer, peer: int) -> api.PeerChannel | api.PeerChat | api.PeerUser:
    """Return the `api.Peer…` of a number and mention it."""
    if peer > 0:
        viewer.mention_user(peer)
        return api.PeerUser(user_id=peer)
    owner = owner_of(peer)
    if owner.kind is Kind.CHAT:
        viewer.mention_chat(owner.id)
        return api.PeerChat(chat_id=owner.id)
    viewer.mention_channel(owner.id)
    return api.PeerChannel(channel_id=owner.id)
