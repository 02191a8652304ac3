"""The MTProto gateway: TCP and WebSocket connections, joined to the sans-I/O protocol."""

from .ports import AuthKeys, Calls, KeyInfo
from .server import Gateway

__all__ = ["AuthKeys", "Calls", "Gateway", "KeyInfo"]
