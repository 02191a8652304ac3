"""Events of privacy: rules changed."""

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.tl import api
from chappe.updates import Event, Viewer

from .records import Rules
from .views import KEYS, named_dialogs, show_rules


class PrivacyChanged(Event, frozen=True):
    """Somebody's privacy changed, for their other devices."""

    name = "privacy.changed"

    what: str

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePrivacy:
        """See `Event`."""
        rules = await viewer.look(Owner(Kind.USER, viewer.user)).get(Rules, self.what)
        for peer in named_dialogs(rules) if rules else ():
            accounts.show_peer(viewer, peer)
        return api.UpdatePrivacy(key=KEYS[self.what][1](), rules=show_rules(self.what, rules))
