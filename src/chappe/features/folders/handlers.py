"""messages.*DialogFilter*: folders a person sorts their dialogs into."""

from typing import Any, Final

from chappe import tl
from chappe.core import Kind, Owner
from chappe.ports import Record
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, Viewer

FOLDERS_MAX: Final = 30  # folders of one person
TITLE_CHARACTERS_MAX: Final = 64  # characters of a folder's name; apps offer twelve
FOLDER_PEERS_MAX: Final = 300  # dialogs named in one folder


class Folder(Record, frozen=True):
    """One folder, as its owner's client described it."""

    table = "folder"
    key = ("id",)

    id: int
    body: bytes  # a DialogFilter in the newest layer's bytes


class Order(Record, frozen=True):
    """In which order folders are shown."""

    table = "folder_order"
    key = ()

    ids: tuple[int, ...]


class FolderChanged(Event, frozen=True):
    """A folder was made, altered or removed."""

    name = "folders.changed"

    id: int

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        folder = await viewer.look(Owner(Kind.USER, viewer.user)).get(Folder, self.id)
        return api.UpdateDialogFilter(id=self.id, filter=tl.decode(folder.body) if folder else None)


class OrderChanged(Event, frozen=True):
    """Folders were put in another order."""

    name = "folders.order"

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        order = await viewer.look(Owner(Kind.USER, viewer.user)).get(Order)
        return api.UpdateDialogFilterOrder(order=list(order.ids) if order else [])


@method(api.MessagesGetDialogFilters)
async def get_dialog_filters(call: Call, request: api.MessagesGetDialogFilters) -> Any:
    """Return the caller's folders, in their order."""
    folders = {f.id: f for f in await call.look().scan(Folder)}
    order = await call.look().get(Order)
    ids = [i for i in (order.ids if order else ()) if i in folders]
    ids += [i for i in folders if i not in ids]
    shown = [api.DialogFilterDefault(), *(tl.decode(folders[i].body) for i in ids)]
    return api.MessagesDialogFilters(filters=shown)


@method(api.MessagesGetSuggestedDialogFilters)
async def get_suggested(call: Call, request: api.MessagesGetSuggestedDialogFilters) -> list[Any]:
    """Return none: nobody watches how people sort their talks."""
    return []


@method(
    api.MessagesUpdateDialogFilter,
    rate=Rate.WRITE,
    raises=(errors.FilterIdInvalid, errors.FilterIncludeEmpty, errors.FilterTitleEmpty),
)
async def update_dialog_filter(call: Call, request: api.MessagesUpdateDialogFilter) -> bool:
    """Make, alter or remove a folder."""
    if not 2 <= request.id <= 255:  # noqa: PLR2004  0 and 1 are the list itself and the archive
        raise errors.FilterIdInvalid
    given = request.filter
    async with call.change() as change:
        if given is None:
            change.drop(Folder, request.id)
            change.notice(FolderChanged(id=request.id))
            return True
        if not isinstance(given, api.DialogFilter) or given.id != request.id:
            raise errors.FilterIdInvalid
        if not given.title.text.strip():
            raise errors.FilterTitleEmpty
        given.title.text = given.title.text[:TITLE_CHARACTERS_MAX]
        named = [*given.pinned_peers, *given.include_peers]
        kinds = (given.contacts, given.non_contacts, given.groups, given.broadcasts, given.bots)
        if not named and not any(kinds):
            raise errors.FilterIncludeEmpty
        known = await change.scan(Folder)
        new = request.id not in {f.id for f in known}
        if len(given.title.entities) > TITLE_CHARACTERS_MAX:
            raise errors.FilterIdInvalid
        if max(len(named), len(given.exclude_peers)) > FOLDER_PEERS_MAX or (
            new and len(known) >= FOLDERS_MAX
        ):
            raise errors.FilterIdInvalid
        change.put(Folder(id=request.id, body=tl.encode(given)))
        change.notice(FolderChanged(id=request.id))
    return True


@method(api.MessagesUpdateDialogFiltersOrder, rate=Rate.WRITE)
async def update_order(call: Call, request: api.MessagesUpdateDialogFiltersOrder) -> bool:
    """Put the folders in another order."""
    async with call.change() as change:
        change.put(Order(ids=tuple(request.order[: FOLDERS_MAX + 1])))
        change.notice(OrderChanged())
    return True
