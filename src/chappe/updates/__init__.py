"""The kernel: boxes of records with an event log, and the delivery of events, commands and jobs.

From low to high, each file imports only files before it: rows, registry, hooks, store, boxes, context,
viewer, events, shared_render, relay, scheduler, push_audience, hub, delivery; beside them what runs by
itself (pruning, write_probe).
"""

from .boxes import PAGE_RECORDS, Change, View
from .context import Context, PerServer, Secrets
from .delivery import Delivery
from .drive import drive
from .epoch import begin_epoch
from .events import Command, Event, Job, Notification, NotificationKind, SharedKey
from .hooks import Ask, Hook, HookAnswer, answered
from .hub import Hub, HubHooks, Subscriber
from .periodic import Periodic
from .pruning import CHANNEL_BEHIND_MAX, EVENTS_BEHIND_MAX, LOGGED, Pruner, prune
from .push_audience import PUSH_AUDIENCE, PushAudience
from .registry import Registry
from .reporting import Observer, report
from .rows import EventRow, NoticeRow, Pruned, QtsLog, QtsRow
from .shredding import REST_AFTER_S, Shredder
from .store import Store
from .viewer import Facts, Viewer
from .write_probe import WriteProbe

__all__ = [
    "CHANNEL_BEHIND_MAX",
    "EVENTS_BEHIND_MAX",
    "LOGGED",
    "PAGE_RECORDS",
    "PUSH_AUDIENCE",
    "REST_AFTER_S",
    "Ask",
    "Change",
    "Command",
    "Context",
    "Delivery",
    "Event",
    "EventRow",
    "Facts",
    "Hook",
    "HookAnswer",
    "Hub",
    "HubHooks",
    "Job",
    "NoticeRow",
    "Notification",
    "NotificationKind",
    "Observer",
    "PerServer",
    "Periodic",
    "Pruned",
    "Pruner",
    "PushAudience",
    "QtsLog",
    "QtsRow",
    "Registry",
    "Secrets",
    "SharedKey",
    "Shredder",
    "Store",
    "Subscriber",
    "View",
    "Viewer",
    "WriteProbe",
    "answered",
    "begin_epoch",
    "drive",
    "prune",
    "report",
]
