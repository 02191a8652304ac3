"""The operator's command line. No command shows or exports anybody's messages."""

from .main import main
from .ports import (
    Application,
    Far,
    OperatorError,
    Restored,
    RestoredSessions,
    RestoreWanted,
    RootSource,
    Running,
    SealedFacts,
    SealedStart,
    Secret,
    Show,
    Step,
    Watch,
    explain,
    refusal,
)

__all__ = [
    "Application",
    "Far",
    "OperatorError",
    "RestoreWanted",
    "Restored",
    "RestoredSessions",
    "RootSource",
    "Running",
    "SealedFacts",
    "SealedStart",
    "Secret",
    "Show",
    "Step",
    "Watch",
    "explain",
    "main",
    "refusal",
]
