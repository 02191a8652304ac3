"""Renders folders for their owner, and shared folders for their visitors."""

from collections.abc import Iterable
from typing import Any

from chappe import tl
from chappe.core import Kind, Owner, web_links
from chappe.features import accounts, chats, groups
from chappe.tl import api
from chappe.updates import Context, Viewer

from .records import Folder, FolderLink, Shared


async def show_folder(viewer: Viewer, folder: Folder) -> api.TypeDialogFilter:
    """Return the DialogFilter of a folder; of one that can be shared, whether it is."""
    shown: api.TypeDialogFilter = tl.decode(folder.body)
    if isinstance(shown, api.DialogFilterChatlist):
        mine = viewer.look(Owner(Kind.USER, viewer.user))
        links = await mine.scan(FolderLink)
        shown.has_my_invites = any(link.folder == folder.id for link in links)
    return shown


def show_folder_link(viewer: Viewer, link: FolderLink) -> api.ExportedChatlistInvite:
    """Return a link as who made it sees it."""
    peers = [accounts.show_peer(viewer, shared.peer) for shared in link.chats]
    url = web_links.shared_folder_link(viewer.context.config.web_address, link.code)
    return api.ExportedChatlistInvite(title=link.title, url=url, peers=peers)


def input_peer(context: Context, user: int, peer: int) -> api.InputPeerChannel | api.InputPeerChat:
    """Return how somebody's client names a chat."""
    owner = accounts.owner_of(peer)
    if owner.kind is Kind.CHAT:
        return api.InputPeerChat(chat_id=owner.id)
    hashed = accounts.access_hash(context, user, owner.kind, owner.id)
    return api.InputPeerChannel(channel_id=owner.id, access_hash=hashed)


async def show_shared(viewer: Viewer, given: Iterable[Shared]) -> tuple[list[Any], list[Any]]:
    """Return chats that are shared, as those see them who have the link: by name, if no more.

    What the sharer's own invite link no longer opens to them is passed over.
    """
    now = int(viewer.context.clock.now())
    named, chats_shown = [], []
    for shared in given:
        owner = accounts.owner_of(shared.peer)
        place = await chats.membership_of(viewer.context, owner, viewer.user)
        if place is None or place.chat.is_over:
            continue
        inside = chats.is_in(place.member, now)
        open_to_them = owner.kind is Kind.CHANNEL and chats.may_see_channel(place, now)
        if inside or open_to_them:
            shown = await chats.show_chat(viewer, place)
        elif await groups.opens(viewer.context, place, shared.code):
            shown = _outline(viewer, place)
        else:
            continue
        named.append(_peer(owner))
        chats_shown.append(shown)
    return named, chats_shown


def _peer(owner: Owner) -> api.PeerChannel | api.PeerChat:
    if owner.kind is Kind.CHAT:
        return api.PeerChat(chat_id=owner.id)
    return api.PeerChannel(channel_id=owner.id)


def _outline(viewer: Viewer, place: chats.Membership) -> api.Channel | api.Chat:
    """Return what a link tells of a chat its reader is not in, as an invite link does."""
    chat = place.chat
    if place.owner.kind is Kind.CHAT:
        return api.Chat(
            id=chat.id,
            title=chat.title,
            photo=api.ChatPhotoEmpty(),
            date=chat.created,
            left=True,
            participants_count=chat.members,
            version=chat.version,
        )
    hashed = accounts.access_hash(viewer.context, viewer.user, Kind.CHANNEL, chat.id)
    return api.Channel(
        id=chat.id,
        access_hash=hashed,
        title=chat.title,
        photo=api.ChatPhotoEmpty(),
        date=chat.created,
        left=True,
        broadcast=chat.broadcast,
        megagroup=not chat.broadcast,
        participants_count=chat.members,
    )
