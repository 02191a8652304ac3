"""The HTTP Bot API: what programs of bots speak that do not speak the protocol itself.

A call becomes the requests that an app would send, so that rights are checked once, by the
methods. Imported only where it is served.
"""

from .parts import BotApiParts

__all__ = ["BotApiParts"]
