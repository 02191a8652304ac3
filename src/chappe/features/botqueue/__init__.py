"""The update queue of bots: what their programs fetch by HTTP, in order, once (docs/decisions/0052).

A bot's box holds it. Slices put an update there in the change that makes it; a gateway hands it over.
"""

from .channel_posts import PostQueued
from .channel_posts import queue_post as queue_post
from .handing import Handed, HandedPage, UpdateQueue
from .kinds import UpdateKind, allowed_by, kinds_named
from .queueing import ExpireUpdates, begin_log, queue, queue_edited, queue_message, tell_by_qts
from .waiting import WAITING, Waiting

HANDLERS = ()
EVENTS = (ExpireUpdates, PostQueued)

__all__ = [
    "EVENTS",
    "HANDLERS",
    "WAITING",
    "Handed",
    "HandedPage",
    "UpdateKind",
    "UpdateQueue",
    "Waiting",
    "allowed_by",
    "begin_log",
    "kinds_named",
    "queue",
    "queue_edited",
    "queue_message",
    "tell_by_qts",
]
