"""Methods messages.*DialogFilter*: folders of dialogs."""

from typing import Any, Final

import msgspec

from chappe import tl
from chappe.features import accounts
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from .events import FolderChanged, FoldersChanged, OrderChanged
from .records import FOLDERS_MAX, Folder, FolderLink, Order, Tags
from .rules import check_filter, check_number
from .views import show_folder

GIVEN_MAX: Final = 512  # dialogs one call may name


@method(api.MessagesGetDialogFilters)
async def get_dialog_filters(
    call: Call, request: api.MessagesGetDialogFilters
) -> api.MessagesDialogFilters:
    """Return the caller's folders, in their order, the list of all dialogs where they put it."""
    look, viewer = call.look(), call.viewer()
    folders = {f.id: f for f in await look.scan(Folder)}
    order = await look.get(Order)
    ids = [i for i in (order.ids if order else ()) if i in folders or not i]
    ids = [*([] if 0 in ids else [0]), *ids, *(i for i in folders if i not in ids)]
    tags = await look.get(Tags) or Tags()
    shown = [await show_folder(viewer, folders[i]) if i else api.DialogFilterDefault() for i in ids]
    return api.MessagesDialogFilters(tags_enabled=tags.enabled, filters=shown)


@method(api.MessagesGetSuggestedDialogFilters)
async def get_suggested(
    call: Call, request: api.MessagesGetSuggestedDialogFilters
) -> list[api.DialogFilterSuggested]:
    """Return none: nobody watches how people sort their talks."""
    return []


def _peers(folder: Any) -> list[Any]:
    return [*folder.pinned_peers, *folder.include_peers, *getattr(folder, "exclude_peers", ())]


async def _check_peers(call: Call, folder: Any, old: Any) -> None:
    """Check that the caller may name the new dialogs of a folder; in one to be shared, only chats.

    What is in it already may have become private to them since.

    Raises:
        accounts.PEER_ERRORS
    """
    known = _peers(old) if old is not None else []
    for peer in _peers(folder):
        if peer in known:
            continue
        owner = await accounts.peer_of(call, peer)
        if isinstance(folder, api.DialogFilterChatlist) and accounts.peer_id(owner) > 0:
            raise errors.PeerIdInvalid


@method(
    api.MessagesUpdateDialogFilter,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(
        *accounts.PEER_ERRORS,
        errors.FilterIdInvalid,
        errors.FilterIncludeEmpty,
        errors.FilterTitleEmpty,
        errors.ChatlistExcludeInvalid,
    ),
)
async def update_dialog_filter(call: Call, request: api.MessagesUpdateDialogFilter) -> bool:
    """Make, alter or remove a folder."""
    check_number(request.id)
    if request.filter is None:
        await remove(call, request.id)
        return True
    known = await call.look().get(Folder, request.id)
    before: Any = tl.decode(known.body) if known is not None else None
    shareable = isinstance(before, api.DialogFilterChatlist)
    folder = check_filter(request.filter, request.id, shareable=shareable)
    if isinstance(folder, api.DialogFilterChatlist) and not shareable:
        raise errors.FilterIdInvalid  # a folder becomes one by being shared, or taken over
    await _check_peers(call, folder, before)
    async with call.change() as change:
        old = await change.get(Folder, request.id)
        if old is None and len(await change.scan(Folder)) >= FOLDERS_MAX:
            raise errors.FilterIdInvalid
        body = tl.encode(folder)
        kept = msgspec.structs.replace(old, body=body) if old else Folder(id=request.id, body=body)
        change.put(kept)
        change.announce_without_pts(FolderChanged(id=request.id))
    return True


async def remove(call: Call, number: int) -> None:
    """Remove a folder, and the links by which it is shared; its place in the order, too."""
    async with call.change() as change:
        change.drop(Folder, number)
        links = [link for link in await change.scan(FolderLink) if link.folder == number]
        for link in links:
            change.drop(FolderLink, link.blind)
        order = await change.get(Order)
        if order is not None and number in order.ids:
            change.put(Order(ids=tuple(i for i in order.ids if i != number)))
        change.announce_without_pts(FolderChanged(id=number))
    for link in links:
        await accounts.release(call.context, "chatlist", link.code.encode().hex(), call.me)


@method(api.MessagesUpdateDialogFiltersOrder, rate=Rate.WRITE, home=Home.CALLER)
async def update_order(call: Call, request: api.MessagesUpdateDialogFiltersOrder) -> bool:
    """Put the folders in another order; ids that name none are passed over."""
    async with call.change() as change:
        known = {0, *(f.id for f in await change.scan(Folder))}
        ids = dict.fromkeys(i for i in request.order[:GIVEN_MAX] if i in known)
        change.put(Order(ids=tuple(ids)))
        change.announce_without_pts(OrderChanged())
    return True


@method(api.MessagesToggleDialogFilterTags, rate=Rate.WRITE, home=Home.CALLER)
async def toggle_tags(call: Call, request: api.MessagesToggleDialogFilterTags) -> bool:
    """Show the names of folders beside dialogs, or no longer; here everybody may."""
    async with call.change() as change:
        change.put(Tags(enabled=request.enabled))
        change.announce_without_pts(FoldersChanged())
    return True
