"""The MTProto gateway: TCP and WebSocket connections, joined to the sans-I/O protocol."""

from .ports import AuthKeyStore, Calls, KeyInfo
from .server import Gateway

__all__ = ["AuthKeyStore", "Calls", "Gateway", "KeyInfo"]
