"""What all connections of a gateway have in common, in one piece."""

from typing import NamedTuple

from chappe.core import Clock, Entropy
from chappe.gateways.arriving import Proxies
from chappe.mtproto import ProxySecrets

from .admission import Admission
from .handshakes import Handshakes
from .keys import KeyCache
from .ports import Pages
from .sessions import Sessions


class GatewayParts(NamedTuple):
    """What the connections of a gateway have in common."""

    admission: Admission
    keys: KeyCache
    handshakes: Handshakes
    sessions: Sessions
    clock: Clock
    entropy: Entropy
    pages: Pages | None  # without them HTTP is closed without a word
    proxies: Proxies
    secrets: ProxySecrets
    linked_only: bool  # whoever comes by no link speaks TLS, or is unknown
