"""chatlists.*: folders of groups and channels that are shared by link (core.telegram.org/api/folders).

Who shares a folder lends it their own invite links, and nothing more: a chat lets in by the shared folder
whom it would let in by that link, and stops when the link is revoked.
"""

import base64
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from chappe import tl
from chappe.core import Kind, Owner, clean_name
from chappe.core.web_links import code_in_link
from chappe.features import accounts, chats, groups
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from .events import FolderChanged
from .handlers import remove
from .records import (
    FOLDER_PEERS_MAX,
    FOLDERS_MAX,
    INVITE_TITLE_CHARACTERS_MAX,
    INVITES_MAX,
    JOINED_MAX,
    Folder,
    FolderLink,
    Shared,
)
from .rules import FIRST, LAST, check_filter
from .views import input_peer, show_folder, show_folder_link, show_shared

CODE_BYTES: Final = 16  # random bytes of a link's code

FOLDER_ERRORS: Final = (errors.FilterIdInvalid, errors.FilterNotSupported)
SHARE_ERRORS: Final = (
    *accounts.PEER_ERRORS,
    errors.ChatAdminRequired,
    errors.InvitesTooMuch,
    errors.PeersListEmpty,
)
LINK_ERRORS: Final = (errors.InviteSlugEmpty, errors.InviteSlugExpired)
JOIN_ERRORS: Final = (*groups.ENTER_ERRORS, errors.FilterIncludeEmpty)


async def _folder(call: Call, given: Any, *, shareable: bool = True) -> Folder:
    """Return the folder an InputChatlist names.

    Raises:
        errors.FilterIdInvalid: there is none.
        errors.FilterNotSupported: it holds more than chats, or is not one that is shared.
    """
    folder = await call.look().get(Folder, given.filter_id)
    if folder is None:
        raise errors.FilterIdInvalid
    if shareable and not isinstance(tl.decode(folder.body), api.DialogFilterChatlist):
        raise errors.FilterNotSupported
    return folder


def _numbers(given: Iterable[Any]) -> set[int]:
    """Return the dialogs' numbers of chats a client names, whether it may name them or not."""
    found = set()
    for peer in given:
        match peer:
            case api.InputPeerChannel():
                found.add(accounts.peer_id(Owner.channel(peer.channel_id)))
            case api.InputPeerChat():
                found.add(accounts.peer_id(Owner(Kind.CHAT, peer.chat_id)))
    return found


def _held(folder: Folder) -> list[int]:
    """Return the dialogs' numbers of the chats in a shared folder."""
    shown: Any = tl.decode(folder.body)
    return sorted(_numbers((*shown.pinned_peers, *shown.include_peers)), reverse=True)


async def _share(call: Call, peers: Any) -> tuple[Shared, ...]:
    """Return chats with what lets others into them.

    Raises:
        SHARE_ERRORS: one of them is not for the caller to share.
    """
    if len(peers) > FOLDER_PEERS_MAX:
        raise errors.InvitesTooMuch
    shared: dict[int, Shared] = {}
    for peer in peers:
        place = await chats.any_chat(call, peer)
        code = "" if place.chat.username else await groups.lasting_code(call, place)
        shared[place.peer] = Shared(peer=place.peer, code=code)
    if not shared:
        raise errors.PeersListEmpty
    return tuple(shared.values())


def _blind(call: Call, code: str) -> str:
    return accounts.name_location(
        call.context, "folder_link", code.encode("utf-8", "surrogatepass").hex()
    )[1]


async def _find(call: Call, slug: str) -> tuple[Owner, FolderLink]:
    """Return who shares a folder by a link, and the link.

    Raises:
        errors.InviteSlugEmpty, errors.InviteSlugExpired
    """
    if not slug:
        raise errors.InviteSlugEmpty
    code = code_in_link(slug)
    named = code.encode("utf-8", "surrogatepass").hex()
    owner = await accounts.find_owner(call.context, "chatlist", named)
    link = await call.look(owner).get(FolderLink, _blind(call, code)) if owner else None
    if owner is None or link is None:
        raise errors.InviteSlugExpired
    return owner, link


# -- sharing ----------------------------------------------------------------------------------------


def _as_shared(call: Call, folder: Folder) -> bytes:
    """Return a folder as one that can be shared.

    Raises:
        errors.FilterNotSupported: it holds more than some chats.
    """
    shown: Any = tl.decode(folder.body)
    try:
        kept = check_filter(shown, folder.id, shareable=True)
    except errors.RpcError:
        raise errors.FilterNotSupported from None
    peers = (*kept.pinned_peers, *kept.include_peers)
    if len(_numbers(peers)) != len(peers):
        raise errors.FilterNotSupported  # people are no part of it
    return tl.encode(kept)


@method(
    api.ChatlistsExportChatlistInvite,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*FOLDER_ERRORS, *SHARE_ERRORS, errors.ChatlistsTooMuch),
)
async def export_invite(
    call: Call, request: api.ChatlistsExportChatlistInvite
) -> api.ChatlistsExportedChatlistInvite:
    """Share chats of a folder by a link: those the caller may invite to."""
    folder = await _folder(call, request.chatlist, shareable=False)
    body = _as_shared(call, folder)
    if not _numbers(request.peers) <= set(_held(folder)):
        raise errors.PeerIdInvalid
    shared = await _share(call, request.peers)
    _require_room(await call.look().scan(FolderLink), folder)
    code = base64.urlsafe_b64encode(call.context.entropy.token(CODE_BYTES)).decode().rstrip("=")
    if not await accounts.claim(call.context, "chatlist", code.encode().hex(), call.me, None):
        raise RuntimeError("a random code came twice")
    link = FolderLink(
        blind=_blind(call, code),
        code=code,
        folder=folder.id,
        chats=shared,
        title=clean_name(request.title, INVITE_TITLE_CHARACTERS_MAX),
    )
    try:
        async with call.change() as change:
            _require_room(await change.scan(FolderLink), folder)
            now = await change.get(Folder, folder.id)
            if now is None:
                raise errors.FilterIdInvalid
            change.put(link)
            folder = msgspec.structs.replace(now, body=body)
            change.put(folder)
            change.announce_without_pts(FolderChanged(id=folder.id))
    except errors.RpcError:
        await accounts.release(call.context, "chatlist", code.encode().hex(), call.me)
        raise
    viewer = call.viewer()
    return api.ChatlistsExportedChatlistInvite(
        filter=await show_folder(viewer, folder), invite=show_folder_link(viewer, link)
    )


def _require_room(links: Iterable[FolderLink], folder: Folder) -> None:
    """Check that a folder may be shared by one more link.

    Raises:
        errors.InvitesTooMuch: there are as many as there may be.
    """
    if sum(link.folder == folder.id for link in links) >= INVITES_MAX:
        raise errors.InvitesTooMuch


async def _own_link(call: Call, folder: Folder, slug: str) -> FolderLink:
    """Return a link by which the caller shares a folder.

    Raises:
        errors.InviteSlugEmpty, errors.InviteSlugExpired
    """
    owner, link = await _find(call, slug)
    if owner != call.me or link.folder != folder.id:
        raise errors.InviteSlugExpired
    return link


@method(
    api.ChatlistsEditExportedInvite,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*FOLDER_ERRORS, *SHARE_ERRORS, *LINK_ERRORS),
)
async def edit_invite(
    call: Call, request: api.ChatlistsEditExportedInvite
) -> api.ExportedChatlistInvite:
    """Give a link another name, or share other chats by it."""
    folder = await _folder(call, request.chatlist)
    link = await _own_link(call, folder, request.slug)
    if request.title is not None:
        title = clean_name(request.title, INVITE_TITLE_CHARACTERS_MAX)
        link = msgspec.structs.replace(link, title=title)
    if request.peers is not None:
        if not _numbers(request.peers) <= set(_held(folder)):
            raise errors.PeerIdInvalid
        link = msgspec.structs.replace(link, chats=await _share(call, request.peers))
    async with call.change() as change:
        if await change.get(FolderLink, link.blind) is None:
            raise errors.InviteSlugExpired
        change.put(link)
    return show_folder_link(call.viewer(), link)


@method(
    api.ChatlistsDeleteExportedInvite,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*FOLDER_ERRORS, *LINK_ERRORS),
)
async def delete_invite(call: Call, request: api.ChatlistsDeleteExportedInvite) -> bool:
    """Stop sharing a folder by a link. Who is in the chats stays there."""
    folder = await _folder(call, request.chatlist)
    link = await _own_link(call, folder, request.slug)
    async with call.change() as change:
        change.drop(FolderLink, link.blind)
        change.announce_without_pts(FolderChanged(id=folder.id))
    await accounts.release(call.context, "chatlist", link.code.encode().hex(), call.me)
    return True


@method(api.ChatlistsGetExportedInvites, raises=FOLDER_ERRORS)
async def get_invites(
    call: Call, request: api.ChatlistsGetExportedInvites
) -> api.ChatlistsExportedInvites:
    """Return the links by which the caller shares a folder."""
    folder = await _folder(call, request.chatlist)
    viewer = call.viewer()
    links = [x for x in await call.look().scan(FolderLink) if x.folder == folder.id]
    shown = [show_folder_link(viewer, link) for link in links]
    users, shown_chats = await accounts.peers(viewer)
    return api.ChatlistsExportedInvites(invites=shown, chats=shown_chats, users=users)


# -- taking over ------------------------------------------------------------------------------------


async def _taken(call: Call, link: FolderLink) -> Folder | None:
    """Return the folder the caller has made of a link."""
    folders = await call.look().scan(Folder)
    return next((f for f in folders if f.joined == link.code), None)


async def _original(call: Call, owner: Owner, link: FolderLink) -> Any:
    folder = await call.look(owner).get(Folder, link.folder)
    if folder is None:
        raise errors.InviteSlugExpired
    return tl.decode(folder.body)


def _parted(link: FolderLink, here: set[int]) -> tuple[list[Shared], list[Shared]]:
    """Return the chats of a link that are not among those of a folder, and those that are."""
    old = [shared for shared in link.chats if shared.peer in here]
    return [shared for shared in link.chats if shared.peer not in here], old


@method(api.ChatlistsCheckChatlistInvite, rate=Rate.LOOKUP, raises=LINK_ERRORS)
async def check_invite(
    call: Call, request: api.ChatlistsCheckChatlistInvite
) -> api.TypeChatlistsChatlistInvite:
    """Return which chats a link leads to: by name only, where the caller may not look into them."""
    owner, link = await _find(call, request.slug)
    viewer = call.viewer()
    taken = await _taken(call, link)
    if taken is None:
        original = await _original(call, owner, link)
        named, shown = await show_shared(viewer, link.chats)
        return api.ChatlistsChatlistInvite(
            title=original.title,
            title_noanimate=original.title_noanimate,
            emoticon=original.emoticon,
            peers=named,
            chats=shown,
            users=[],
        )
    here = set(_held(taken))
    new, old = _parted(link, here)
    missing, chats_missing = await show_shared(viewer, new)
    already, chats_already = await show_shared(viewer, old)
    return api.ChatlistsChatlistInviteAlready(
        filter_id=taken.id,
        missing_peers=missing,
        already_peers=already,
        chats=[*chats_missing, *chats_already],
        users=[],
    )


async def _enter(
    call: Call, link: FolderLink, wanted: set[int]
) -> tuple[list[int], list[int], list[Any]]:
    """Come into chats of a link; return those the caller is in now, which are new, and what tells it.

    Raises:
        JOIN_ERRORS
    """
    inside, new, told = [], [], []
    for shared in link.chats:
        if shared.peer not in wanted:
            continue
        updates = await groups.enter(call, accounts.owner_of(shared.peer), shared.code)
        if updates is None:
            continue
        inside.append(shared.peer)
        if updates:
            new.append(shared.peer)
        told += updates
    if not inside:
        raise errors.FilterIncludeEmpty
    return inside, new, told


async def _keep_entered(
    call: Call, folder: Folder, entered: tuple[list[int], list[int], list[Any]]
) -> api.Updates:
    """Put chats into a folder that was taken over; return what tells all of it."""
    inside, new, told = entered
    async with call.change() as change:
        folder = await change.get(Folder, folder.id) or folder
        shown: Any = tl.decode(folder.body)
        held = set(_held(folder))
        added = [input_peer(call.context, call.user, p) for p in inside if p not in held]
        shown.include_peers = [*shown.include_peers, *added]
        came = tuple(dict.fromkeys((*folder.came, *new)))
        change.put(msgspec.structs.replace(folder, body=tl.encode(shown), came=came))
        event = FolderChanged(id=folder.id)
        change.announce_without_pts(event)
    viewer = call.viewer()
    for peer in inside:
        accounts.show_peer(viewer, peer)
    updates = [await event.render(viewer, 0), *told]
    users, shown_chats = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=users, chats=shown_chats, date=call.now, seq=0)


@method(
    api.ChatlistsJoinChatlistInvite,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*LINK_ERRORS, *JOIN_ERRORS, errors.ChatlistsTooMuch),
)
async def join_invite(call: Call, request: api.ChatlistsJoinChatlistInvite) -> api.TypeUpdates:
    """Take a shared folder over: come into the chats named, and keep them in a folder."""
    owner, link = await _find(call, request.slug)
    wanted = _numbers(request.peers[: FOLDER_PEERS_MAX + 1])
    folder = await _taken(call, link)
    if folder is None:
        original = await _original(call, owner, link)
        folders = await call.look().scan(Folder)
        joined = sum(bool(f.joined) for f in folders)
        if joined >= JOINED_MAX or len(folders) >= FOLDERS_MAX:
            raise errors.ChatlistsTooMuch
        entered = await _enter(call, link, wanted)
        folders = await call.look().scan(Folder)
        free = (i for i in range(FIRST, LAST + 1) if i not in {f.id for f in folders})
        shown = api.DialogFilterChatlist(
            id=next(free),
            title=original.title,
            title_noanimate=original.title_noanimate,
            emoticon=original.emoticon,
            pinned_peers=[],
            include_peers=[],
        )
        folder = Folder(id=shown.id, body=tl.encode(shown), joined=link.code)
    else:
        entered = await _enter(call, link, wanted)
    return await _keep_entered(call, folder, entered)


async def _missing(call: Call, folder: Folder) -> tuple[FolderLink | None, list[int]]:
    """Return the link a folder was made of, and which of its chats are not in the folder."""
    if not folder.joined:
        return None, []
    try:
        _, link = await _find(call, folder.joined)
    except errors.RpcError:
        return None, []
    here = {*_held(folder), *folder.hidden}
    return link, [shared.peer for shared in link.chats if shared.peer not in here]


@method(api.ChatlistsGetChatlistUpdates, raises=(*FOLDER_ERRORS, errors.InputChatlistInvalid))
async def get_updates(
    call: Call, request: api.ChatlistsGetChatlistUpdates
) -> api.ChatlistsChatlistUpdates:
    """Return which chats were added to a folder since the caller took it over."""
    folder = await _folder(call, request.chatlist)
    if not folder.joined:
        raise errors.InputChatlistInvalid
    link, missing = await _missing(call, folder)
    new = [shared for shared in link.chats if shared.peer in missing] if link else []
    named, shown = await show_shared(call.viewer(), new)
    return api.ChatlistsChatlistUpdates(missing_peers=named, chats=shown, users=[])


@method(
    api.ChatlistsJoinChatlistUpdates,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*FOLDER_ERRORS, *JOIN_ERRORS),
)
async def join_updates(call: Call, request: api.ChatlistsJoinChatlistUpdates) -> api.TypeUpdates:
    """Come into chats that were added to a folder."""
    folder = await _folder(call, request.chatlist)
    link, missing = await _missing(call, folder)
    if link is None:
        raise errors.FilterIncludeEmpty
    wanted = _numbers(request.peers[: FOLDER_PEERS_MAX + 1]) & set(missing)
    return await _keep_entered(call, folder, await _enter(call, link, wanted))


@method(api.ChatlistsHideChatlistUpdates, rate=Rate.WRITE, home=Home.CALLER, raises=FOLDER_ERRORS)
async def hide_updates(call: Call, request: api.ChatlistsHideChatlistUpdates) -> bool:
    """Do not offer again what was added to a folder so far."""
    folder = await _folder(call, request.chatlist)
    _, missing = await _missing(call, folder)
    async with call.change() as change:
        folder = await change.get(Folder, folder.id) or folder
        change.put(msgspec.structs.replace(folder, hidden=(*folder.hidden, *missing)))
    return True


@method(api.ChatlistsGetLeaveChatlistSuggestions, raises=FOLDER_ERRORS)
async def get_leave_suggestions(
    call: Call, request: api.ChatlistsGetLeaveChatlistSuggestions
) -> list[api.TypePeer]:
    """Return which chats of a folder the caller came into by it."""
    folder = await _folder(call, request.chatlist)
    here = set(_held(folder))
    viewer = call.viewer()
    return [accounts.show_peer(viewer, peer) for peer in folder.came if peer in here]


@method(api.ChatlistsLeaveChatlist, rate=Rate.WRITE, home=Home.CALLER, raises=FOLDER_ERRORS)
async def leave_chatlist(call: Call, request: api.ChatlistsLeaveChatlist) -> api.TypeUpdates:
    """Remove a shared folder, and leave those of its chats that are named."""
    folder = await _folder(call, request.chatlist)
    wanted = _numbers(request.peers[:FOLDER_PEERS_MAX]) & set(_held(folder))
    told: list[api.TypeUpdate] = []
    for peer in sorted(wanted):
        place = await chats.membership_of(call.context, accounts.owner_of(peer), call.user)
        if place is not None:
            told += await groups.leave(call, place)
    await remove(call, folder.id)
    viewer = call.viewer()
    for peer in wanted:
        accounts.show_peer(viewer, peer)
    updates = [api.UpdateDialogFilter(id=folder.id), *told]
    users, shown = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=users, chats=shown, date=call.now, seq=0)
