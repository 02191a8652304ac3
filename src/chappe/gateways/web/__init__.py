"""The HTTP gateway: the public site, and health and metrics."""

from .about import About, SignedPage
from .health import HealthPage
from .pages import LazyPages

__all__ = ["About", "HealthPage", "LazyPages", "SignedPage"]
