"""The MTProto gateway: TCP and WebSocket connections, joined to the sans-I/O protocol."""

from .ports import AuthKeyStore, Calls, HttpLink, KeyInfo, Pages
from .server import Gateway

__all__ = ["AuthKeyStore", "Calls", "Gateway", "HttpLink", "KeyInfo", "Pages"]
