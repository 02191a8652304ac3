"""Events of accounts: profile, name, presence and settings changed."""

from chappe.core import Kind, Owner
from chappe.tl import api
from chappe.updates import Event, Viewer

from . import hooks
from .records import User
from .views import show_user, status_of


class NameChanged(Event, frozen=True):
    """Somebody has another name or username."""

    name = "accounts.name"

    user: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateUserName | None:
        """See `Event`."""
        record = await viewer.look(Owner(Kind.USER, self.user)).get(User)
        if record is None:
            return None
        viewer.mention_user(self.user)
        usernames = []
        if record.username:
            usernames = [api.Username(username=record.username, active=True, editable=True)]
        return api.UpdateUserName(
            user_id=self.user,
            first_name=record.first_name,
            last_name=record.last_name,
            usernames=usernames,
        )


class UserChanged(Event, frozen=True):
    """Somebody's profile is another; apps that show it read it anew."""

    name = "accounts.user"

    user: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateUser:
        """See `Event`."""
        viewer.mention_user(self.user)
        return api.UpdateUser(user_id=self.user)


class PhoneChanged(Event, frozen=True):
    """Somebody has another phone number."""

    name = "accounts.phone"

    user: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateUserPhone | None:
        """See `Event`. Who may not see the number learns nothing, not even that it is another."""
        if not await viewer.context.ask(hooks.may_see)(viewer, self.user, "phone"):
            return None
        shown = await show_user(viewer, self.user)
        viewer.mention_user(self.user)
        phone = getattr(shown, "phone", None)
        return api.UpdateUserPhone(user_id=self.user, phone=phone) if phone else None


class StatusChanged(Event, frozen=True):
    """Somebody came or went, or lets others know of it than before. Whispered, never kept."""

    name = "accounts.status"

    user: int
    anew: bool = False  # they said who may know: those who may not any more are told that, too

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateUserStatus | None:
        """See `Event`. Who may not know when somebody is here is not told that they came or went."""
        may_see = viewer.context.ask(hooks.may_see)
        if not self.anew and not await may_see(viewer, self.user, "status"):
            return None
        status = await status_of(viewer, self.user, may_see)
        return api.UpdateUserStatus(user_id=self.user, status=status)
