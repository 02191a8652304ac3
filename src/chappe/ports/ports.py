"""Everything of the outside world that slices may use, in one place, for one server."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .alarms import Alarms
from .blobs import Files, Filming, Imaging, Previews
from .login import CodeDelivery, Connections, OpenBinding, PasswordProofs
from .passkeys import Passkeys
from .push import Push
from .sign_in import IdentityProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The outside world of one server; made by `app` before anything is served, and complete."""

    files: Files
    imaging: Imaging
    filming: Filming
    previews: Previews | None  # None where the operator turned them off
    push: Push | None  # likewise
    codes: CodeDelivery
    alarms: Alarms | None  # None where the operator names no service
    recent_codes: Collection[Mapping[str, str | int]]  # the newest last, for the operator's console
    passwords: PasswordProofs
    passkeys: Passkeys
    identities: IdentityProvider | None  # None where no organisation signs in
    open_binding: OpenBinding
    connections: Connections
