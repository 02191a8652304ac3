"""Events of folders, for a person's other devices."""

from chappe.core import Kind, Owner
from chappe.tl import api
from chappe.updates import Event, Viewer

from .records import Folder, Order
from .views import show_folder


class FolderChanged(Event, frozen=True):
    """A folder was made, altered or removed."""

    name = "folders.changed"

    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateDialogFilter:
        """See `Event`."""
        folder = await viewer.look(Owner(Kind.USER, viewer.user)).get(Folder, self.id)
        shown = await show_folder(viewer, folder) if folder else None
        return api.UpdateDialogFilter(id=self.id, filter=shown)


class OrderChanged(Event, frozen=True):
    """Folders were put in another order."""

    name = "folders.order"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateDialogFilterOrder:
        """See `Event`."""
        order = await viewer.look(Owner(Kind.USER, viewer.user)).get(Order)
        return api.UpdateDialogFilterOrder(order=list(order.ids) if order else [])


class FoldersChanged(Event, frozen=True):
    """How folders are shown changed: apps read them again."""

    name = "folders.all"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateDialogFilters:
        """See `Event`."""
        return api.UpdateDialogFilters()


EVENTS = (FolderChanged, OrderChanged, FoldersChanged)
