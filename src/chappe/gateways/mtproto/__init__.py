"""The MTProto gateway: TCP and WebSocket connections, joined to the sans-I/O protocol."""

from .arrival import Choose
from .ports import AuthKeyStore, Calls, HttpLink, KeyInfo, Pages
from .server import Gateway

__all__ = ["AuthKeyStore", "Calls", "Choose", "Gateway", "HttpLink", "KeyInfo", "Pages"]
