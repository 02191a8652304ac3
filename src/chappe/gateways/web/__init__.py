"""The HTTP gateway: liveness, readiness and metrics."""

from .health import HealthPage

__all__ = ["HealthPage"]
