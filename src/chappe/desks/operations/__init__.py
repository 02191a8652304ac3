"""Operations: what the operator's page shows of people that no single slice knows."""

from .people import COMMANDS

EVENTS = ()

__all__ = ["COMMANDS", "EVENTS"]
