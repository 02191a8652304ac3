"""Pages over HTTP."""

from .health import HealthPage

__all__ = ["HealthPage"]
