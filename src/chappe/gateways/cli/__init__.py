"""The operator's command line. No command shows or exports anybody's messages."""

from .main import main
from .ports import Application, OperatorError, RestoredSessions, Running, Show, Step, Watch, refusal

__all__ = [
    "Application",
    "OperatorError",
    "RestoredSessions",
    "Running",
    "Show",
    "Step",
    "Watch",
    "main",
    "refusal",
]
