"""The counter where calls are received: who may call what, how often, and what can go wrong."""

from .call import Call, each, parts
from .client import CLIENTS, Client, Clients, DeviceInfo, Frozen
from .commands import (
    MACHINE,
    AuditTrail,
    Commands,
    Giver,
    OperatorCommand,
    Parameter,
    PublicNotice,
    Role,
    operator_command,
)
from .dispatch import Dispatcher, Identity, Observer, UndeclaredError
from .fair_queue import FairQueue
from .method import Home, Method, Needs, collect, method
from .rates import LIMITER, Limiter, Rate, TokenBucket

__all__ = [
    "CLIENTS",
    "LIMITER",
    "MACHINE",
    "AuditTrail",
    "Call",
    "Client",
    "Clients",
    "Commands",
    "DeviceInfo",
    "Dispatcher",
    "FairQueue",
    "Frozen",
    "Giver",
    "Home",
    "Identity",
    "Limiter",
    "Method",
    "Needs",
    "Observer",
    "OperatorCommand",
    "Parameter",
    "PublicNotice",
    "Rate",
    "Role",
    "TokenBucket",
    "UndeclaredError",
    "collect",
    "each",
    "method",
    "operator_command",
    "parts",
]
